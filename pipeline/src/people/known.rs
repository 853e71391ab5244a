//! Whether anybody knows a person.

use crate::engine::session;
use crate::error::{Doing, Error};
use crate::run::Run;
use crate::store::Lake;

/// Whether a person is among the people, or has rows in `seen_in`, a table made from the logs.
///
/// # Errors
/// When the lake cannot be read.
pub(crate) async fn is_known(
    run: &Run,
    lake: &Lake,
    person: i64,
    seen_in: &'static str,
) -> Result<bool, Error> {
    let doing = "failed to look for the person";
    let context = session::over_lake(lake, run.memory).await?;
    let sql = format!(
        "select 1 where exists (select 1 from people where person = $person) \
         or exists (select 1 from {seen_in} where person = $person)"
    );
    let frame = context.sql(&sql).await.doing(doing)?;
    let frame = frame
        .with_param_values(vec![("person", session::count(person))])
        .doing(doing)?;
    Ok(frame.count().await.doing(doing)? > 0)
}
