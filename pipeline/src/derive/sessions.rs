//! Sessions and transitions of some days.

use std::sync::Arc;

use datafusion::common::ScalarValue;
use datafusion::prelude::SessionContext;

use super::write::replace_days;
use crate::engine::session::{self, ask, count, day};
use crate::error::{Doing, Error};
use crate::settings::Settings;
use crate::store::Lake;

const DAY_US: i64 = 86_400_000_000;

/// The names of the events of sessions that start between two days, and of their moves, as views.
pub(crate) async fn register_moves(
    context: &SessionContext,
    settings: &Settings,
    first: i32,
    last: i32,
) -> Result<(), Error> {
    carried(context, first).await?;
    let gap_secs = i64::from(settings.analysis.session_gap_minutes) * 60;
    let parameters = [
        ("from_day", day(first)),
        ("to_day", day(last)),
        ("gap_secs", count(gap_secs)),
    ];
    view(context, "session_events", &parameters).await?;
    view(context, "moves", &[]).await
}

/// A named question as a view of its name.
async fn view(
    context: &SessionContext,
    name: &str,
    parameters: &[session::Parameter<'_>],
) -> Result<(), Error> {
    let frame = session::frame(context, name, parameters).await?;
    let doing = format!("failed to lay out `{name}`");
    context.deregister_table(name).doing(&doing)?;
    context
        .register_table(name, frame.into_view())
        .doing(&doing)?;
    Ok(())
}

/// Computes the days from `first` to `last` again; the number of their sessions.
pub(super) async fn range(
    lake: &Lake,
    context: &SessionContext,
    settings: &Settings,
    first: i32,
    last: i32,
) -> Result<u64, Error> {
    register_moves(context, settings, first, last).await?;
    let sessions = ask(context, "sessions", &[]).await?;
    let transitions = ask(context, "transitions", &[]).await?;
    let n_sessions = sessions.iter().map(|b| b.num_rows() as u64).sum();
    replace_days(lake, "sessions", (first, last), sessions).await?;
    replace_days(lake, "transitions", (first, last), transitions).await?;
    Ok(n_sessions)
}

/// Sessions that started before `first` and end on it or later: their events are not ours.
pub(crate) async fn carried(context: &SessionContext, first: i32) -> Result<(), Error> {
    let sql = "select person, max(ended_at) as ended_at from sessions \
               where day < $first and ended_at >= $midnight group by person";
    // Civil midnight lies within a day of UTC midnight; a session that ended earlier carries nothing.
    let midnight = (i64::from(first) - 1) * DAY_US;
    let values = vec![
        ("first", day(first)),
        (
            "midnight",
            ScalarValue::TimestampMicrosecond(Some(midnight), Some("UTC".into())),
        ),
    ];
    let frame = context
        .sql(sql)
        .await
        .doing("failed to find open sessions")?
        .with_param_values(values)
        .doing("failed to find open sessions")?;
    let schema = Arc::new(frame.schema().as_arrow().clone());
    let rows = frame
        .collect()
        .await
        .doing("failed to find open sessions")?;
    session::register(context, "carried", schema, rows)
}
