//! The pages that are kept out of everything about people, for the questions that must leave them out.

use std::sync::Arc;

use arrow::array::{RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use datafusion::prelude::SessionContext;

use crate::engine::{columns, session};
use crate::error::{Doing, Error};
use crate::logs::pattern::Pattern;
use crate::run::Run;

/// The declared sensitive pages among those that the lake knows, as a table of the session: page.
///
/// # Errors
/// When the lake's pages cannot be read.
pub async fn register_sensitive(context: &SessionContext, run: &Run) -> Result<(), Error> {
    let patterns: Vec<Pattern> = run
        .settings
        .privacy
        .sensitive
        .iter()
        // A section that is written in other letters is the same section: here more is better than less.
        .map(|text| Pattern::new(text, true))
        .collect();
    let doing = "failed to find the sensitive pages";
    let rows = context
        .sql("select page from pages order by page")
        .await
        .doing(doing)?
        .collect()
        .await
        .doing(doing)?;
    let mut pages: Vec<String> = Vec::new();
    for batch in &rows {
        let column = columns::texts(batch, "page")?;
        let is_sensitive = |page: &&str| patterns.iter().any(|one| one.matches(page.as_bytes()));
        pages.extend(column.iter().flatten().filter(is_sensitive).map(str::to_owned));
    }
    let schema = Arc::new(Schema::new(vec![Field::new("page", DataType::Utf8, false)]));
    let column = StringArray::from_iter_values(pages);
    let batch = RecordBatch::try_new(schema.clone(), vec![Arc::new(column)]).doing(doing)?;
    session::register(context, "sensitive_pages", schema, vec![batch])
}
