//! Sessions and transitions of some days.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::common::ScalarValue;
use datafusion::prelude::SessionContext;

use super::hubs::{hub_kinds, hubs_among};
use super::looks::{Asked, Looks};
use super::made::{Made, Rules};
use super::write::replace_days;
use crate::engine::session::{self, count, day};
use crate::error::{Doing, Error};
use crate::run::Run;
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

/// So many events are read at a time.
const PIECE_EVENTS: u64 = 3_000_000;

/// So many days behind a piece are looked at for the ends of its sessions, at most.
const MOST_DAYS_ON: i32 = 7;

/// Computes the days from `first` to `last` again, piece by piece, with the sessions still open carried over; the number
/// of their sessions. What is made are the tables that the questions of their names define.
pub(super) async fn range(
    run: &Run,
    lake: &Lake,
    context: &SessionContext,
    first: i32,
    last: i32,
) -> Result<u64, Error> {
    carried(context, first).await?;
    in_pieces(run, lake, context, (first, last), PIECE_EVENTS).await
}

async fn in_pieces(
    run: &Run,
    lake: &Lake,
    context: &SessionContext,
    (first, last): (i32, i32),
    most_events: u64,
) -> Result<u64, Error> {
    let mut asked = Asked::of(context, (first, last), "select person from excluded").await?;
    asked.has_ids = true;
    let kinds = hub_kinds(context).await?;
    let (zone, n_events) = (run.zone()?, events_by_day(lake).await?);
    let gap_us = i64::from(run.settings.analysis.session_gap_minutes) * 60_000_000;
    let (mut from, mut n_sessions) = (first, 0);
    while from <= last {
        let to = end_of_piece(&n_events, most_events, from, last);
        let mut until = last.min(to + 1);
        let made = loop {
            asked.days = (from, until);
            let looks = Looks::read(lake, &asked).await?;
            let hubs = hubs_among(&kinds, &looks.pages);
            let rules = Rules {
                gap_us,
                last: to,
                until,
                zone: &zone,
            };
            let made = Made::of(&looks, &hubs, rules);
            if !made.goes_on || until == last || until == to + MOST_DAYS_ON {
                break made;
            }
            until += 1;
        };
        for (key, ended) in &made.open {
            let known = asked.open.entry(*key).or_insert(*ended);
            *known = (*known).max(*ended);
        }
        let doing = "failed to find the tables of sessions";
        let [sessions, transitions] = ["sessions", "transitions"].map(|name| lake.schema(name));
        let sessions = made.sessions(&sessions.doing(doing)?)?;
        replace_days(lake, "sessions", (from, to), sessions).await?;
        let transitions = made.transitions(&transitions.doing(doing)?)?;
        replace_days(lake, "transitions", (from, to), transitions).await?;
        n_sessions += made.n_sessions();
        from = to + 1;
    }
    Ok(n_sessions)
}

/// Events of each day that has any.
async fn events_by_day(lake: &Lake) -> Result<BTreeMap<i32, u64>, Error> {
    let snapshot = lake
        .snapshot("events")
        .await
        .doing("failed to read the log of `events`")?;
    let mut by_day = BTreeMap::new();
    for file in &snapshot.files {
        if let Some(day) = file.day {
            *by_day.entry(day).or_insert(0) += file.num_rows;
        }
    }
    Ok(by_day)
}

/// The last day of the piece that begins on a day: one day at least, and no more events than are read at a time.
fn end_of_piece(n_events: &BTreeMap<i32, u64>, most: u64, from: i32, last: i32) -> i32 {
    let mut n_read = 0;
    for (day, n) in n_events.range(from..=last) {
        n_read += n;
        if n_read > most && *day > from {
            return *day - 1;
        }
    }
    last
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

#[cfg(test)]
#[path = "sessions_tests.rs"]
mod tests;
