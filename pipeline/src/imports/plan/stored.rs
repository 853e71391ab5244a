//! The table `plan` as a history of links, and back.

use std::sync::Arc;

use arrow::array::{Array, RecordBatch, StringArray};

use super::super::validity::{validities, validity_columns};
use super::snapshot::{History, Link, Source};
use crate::engine::columns;
use crate::error::{Doing, Error};
use crate::store::Lake;

/// The plan that the lake knows.
pub(super) async fn history(lake: &Lake) -> Result<History, Error> {
    let mut history = History::new();
    let batches = lake.read("plan", None, None).await;
    for batch in &batches.doing("failed to read the plan")? {
        let from = columns::texts(batch, "from_page")?;
        let to = columns::texts(batch, "to_page")?;
        let kind = columns::texts(batch, "kind")?;
        let source = columns::texts(batch, "source")?;
        for (row, validity) in validities(batch)?.into_iter().enumerate() {
            let name = source.value(row);
            let link = Link {
                from: from.is_valid(row).then(|| from.value(row).to_owned()),
                to: to.value(row).to_owned(),
                kind: kind.value(row).to_owned(),
                source: Source::named(name)
                    .ok_or_else(|| Error::failed(format!("`{name}` is no source of a plan")))?,
            };
            history.entry(link).or_default().push(validity);
        }
    }
    for times in history.values_mut() {
        times.sort_unstable();
    }
    Ok(history)
}

/// A history as rows of the table, sorted.
pub(super) fn rows_of(lake: &Lake, history: &History) -> Result<RecordBatch, Error> {
    let schema = lake
        .schema("plan")
        .doing("failed to find the table `plan`")?;
    let rows = || {
        let links = history.iter();
        links.flat_map(|(link, times)| times.iter().map(move |time| (link, time)))
    };
    let from: StringArray = rows().map(|(l, _)| l.from.as_deref()).collect();
    let to: StringArray = rows().map(|(l, _)| Some(l.to.as_str())).collect();
    let kind: StringArray = rows().map(|(l, _)| Some(l.kind.as_str())).collect();
    let source: StringArray = rows().map(|(l, _)| Some(l.source.name())).collect();
    let [first, last] = validity_columns(rows().map(|(_, time)| time));
    let columns = vec![
        Arc::new(from) as _,
        Arc::new(to) as _,
        Arc::new(kind) as _,
        Arc::new(source) as _,
        first,
        last,
    ];
    RecordBatch::try_new(schema, columns).doing("failed to lay out the plan")
}
