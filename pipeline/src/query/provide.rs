//! Tables that are not in the lake and are made on the way: each named question is one, and so are
//! those that the stages hand one another.

use datafusion::common::{ScalarValue, TableReference};
use datafusion::prelude::SessionContext;

use crate::clocks;
use crate::derive;
use crate::error::{Doing, Error};
use crate::run::Run;

use super::person_lists;
use super::values::{Values, bound};

/// Makes the table of this name, and those it reads, unless it is there or nobody knows it.
pub(super) async fn provide(
    run: &Run,
    context: &SessionContext,
    values: &mut Values,
    name: &str,
) -> Result<(), Error> {
    let is_there = context.table_exist(TableReference::bare(name));
    if is_there.doing("failed to look for a table")? {
        return Ok(());
    }
    match name {
        // In between two runs both are what the last run left.
        "known_pages" => view(run, context, values, name, "select * from pages").await,
        "known_actors" => view(run, context, values, name, "select * from actors").await,
        "sensitive_pages" => derive::register_sensitive(context, run).await,
        "system_accounts" => derive::register_system_accounts(run, context),
        "input_sources" => {
            let lake = run.lake()?;
            clocks::register_sources(context, &lake).await.map(drop)
        }
        "found_moves" | "asked_moves" => {
            let sql = "select from_page, to_page from elephant_paths";
            view(run, context, values, name, sql).await
        }
        "planned_moves" => {
            Box::pin(provide(run, context, values, "moves_by_pair")).await?;
            let sql = "select from_page, to_page from moves_by_pair \
                       where planned_steps(from_page, to_page) = 1";
            view(run, context, values, name, sql).await
        }
        "asked_pages" => {
            let sql = "select distinct page from gathering_places";
            view(run, context, values, name, sql).await
        }
        "carried" => match values.of("from_day")? {
            ScalarValue::Date32(Some(first)) => derive::carried(context, first).await,
            _ => Err(Error::usage(
                "from_day wants a date: give it with -p from_day=2026-05-01",
            )),
        },
        _ => match queries::sql::question(name) {
            Some(question) => {
                for table in question.reads() {
                    Box::pin(provide(run, context, values, table)).await?;
                }
                let text = person_lists::text_of(question, run.settings.people.lists)?;
                view(run, context, values, name, &text).await
            }
            None => Ok(()),
        },
    }
}

async fn view(
    run: &Run,
    context: &SessionContext,
    values: &mut Values,
    name: &str,
    sql: &str,
) -> Result<(), Error> {
    let frame = context.sql(sql).await;
    let frame = frame.map_err(|cause| super::explained(run, cause))?;
    let view = bound(frame, values)?.into_view();
    context
        .register_table(name, view)
        .doing(format!("failed to make `{name}` on the way"))?;
    Ok(())
}
