//! The declared hubs, for the questions that tell them from other pages.

use std::collections::BTreeMap;
use std::sync::Arc;

use arrow::array::{RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use datafusion::prelude::SessionContext;
use queries::paths::moves::Hubs;

use crate::engine::{columns, session};
use crate::error::{Doing, Error};
use crate::run::Run;

/// The declared hubs as a table of the session: page, kind.
///
/// # Errors
/// When the session refuses the table.
pub fn register_hubs(context: &SessionContext, run: &Run) -> Result<(), Error> {
    let rules = run.site()?;
    let site = &run.settings.site;
    let kinds = [
        ("home", &site.home),
        ("search", &site.search),
        ("login", &site.login),
    ];
    let mut hubs = BTreeMap::new();
    for (kind, pages) in kinds {
        for page in pages {
            hubs.entry(rules.page_of(page.as_bytes()).into_owned())
                .or_insert(kind);
        }
    }
    let schema = Arc::new(Schema::new(vec![
        Field::new("page", DataType::Utf8, false),
        Field::new("kind", DataType::Utf8, false),
    ]));
    let pages: StringArray = hubs.keys().map(|p| Some(p.as_str())).collect();
    let kinds: StringArray = hubs.values().map(|k| Some(*k)).collect();
    let rows = RecordBatch::try_new(schema.clone(), vec![Arc::new(pages), Arc::new(kinds)])
        .doing("failed to declare the hubs")?;
    session::register(context, "hubs", schema, vec![rows])
}

/// The declared hubs and their kinds.
pub(crate) async fn hub_kinds(context: &SessionContext) -> Result<BTreeMap<String, String>, Error> {
    let doing = "failed to read the hubs";
    let sql = "select page, kind from hubs order by page";
    let rows = context.sql(sql).await.doing(doing)?;
    let mut kinds = BTreeMap::new();
    for batch in &rows.collect().await.doing(doing)? {
        let pages = columns::texts(batch, "page")?;
        let kind = columns::texts(batch, "kind")?;
        let rows = 0..batch.num_rows();
        kinds.extend(rows.map(|row| (pages.value(row).to_owned(), kind.value(row).to_owned())));
    }
    Ok(kinds)
}

/// Which of these pages are start pages, and which search.
pub(crate) fn hubs_among(kinds: &BTreeMap<String, String>, pages: &[String]) -> Hubs {
    let is = |kind: &str| -> Vec<bool> {
        let of_kind = |page: &String| kinds.get(page).is_some_and(|known| known == kind);
        pages.iter().map(of_kind).collect()
    };
    Hubs {
        is_home: is("home"),
        is_search: is("search"),
    }
}
