//! The table `plan` as a history of links, the table `titles`, and back.

use std::sync::Arc;

use arrow::array::{Array, RecordBatch, StringArray};

use super::super::validity::{validities, validity_columns};
use super::snapshot::{History, KnownTitles, Link, Source};
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
            let link = Link {
                from: from.is_valid(row).then(|| from.value(row).to_owned()),
                to: to.value(row).to_owned(),
                kind: kind.value(row).to_owned(),
                source: source_of(source.value(row))?,
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

/// The titles that the lake knows.
pub(super) async fn titles(lake: &Lake) -> Result<KnownTitles, Error> {
    let mut titles = KnownTitles::new();
    let doing = "failed to read the titles of the plan";
    for batch in &lake.read("titles", None, None).await.doing(doing)? {
        let page = columns::texts(batch, "page")?;
        let source = columns::texts(batch, "source")?;
        let title = columns::texts(batch, "title")?;
        for row in 0..batch.num_rows() {
            let of_source = titles.entry(source_of(source.value(row))?).or_default();
            of_source.insert(page.value(row).to_owned(), title.value(row).to_owned());
        }
    }
    Ok(titles)
}

/// Titles as rows of the table, sorted.
pub(super) fn rows_of_titles(lake: &Lake, titles: &KnownTitles) -> Result<RecordBatch, Error> {
    let doing = "failed to write the titles of the plan";
    let of_sources = titles.iter();
    let each = of_sources.flat_map(|(source, titles)| {
        let titles = titles.iter();
        titles.map(move |(page, title)| (page, source.name(), title))
    });
    let mut rows: Vec<(&String, &str, &String)> = each.collect();
    rows.sort();
    let page: StringArray = rows.iter().map(|row| Some(row.0)).collect();
    let source: StringArray = rows.iter().map(|row| Some(row.1)).collect();
    let title: StringArray = rows.iter().map(|row| Some(row.2)).collect();
    let columns = vec![
        Arc::new(page) as _,
        Arc::new(source) as _,
        Arc::new(title) as _,
    ];
    RecordBatch::try_new(lake.schema("titles").doing(doing)?, columns).doing(doing)
}

fn source_of(name: &str) -> Result<Source, Error> {
    Source::named(name).ok_or_else(|| Error::failed(format!("`{name}` is no source of a plan")))
}
