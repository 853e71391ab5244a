//! From events to everything counted from them: actors, sessions, transitions, pages.
//!
//! Only the days that changed are computed again. A day's *fingerprint* covers what its sessions
//! depend on: the files of its events, the people left out who were active on it, the gap and the
//! declared hubs. Days whose fingerprint is no longer the stored one are touched; they are widened to
//! whole sessions, because a session may cross midnight (and is then the start day's).

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{Date32Array, Int64Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use datafusion::prelude::SessionContext;
use jiff::tz::TimeZone;

use crate::civil;
use crate::engine::session::{self, ask, count, day, keep};
use crate::engine::{columns, planned_steps};
use crate::error::{Doing, Error};
use crate::run::Run;
use crate::settings::Settings;
use crate::store::{Lake, Removed, Replace};

const DAY_US: i64 = 86_400_000_000;

/// What a derivation did.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub struct Derived {
    /// Days whose sessions were computed again.
    pub n_days: u64,
    /// Sessions now on those days.
    pub n_sessions: u64,
}

/// Brings every derived table up to the events and the plan.
///
/// # Errors
/// When the lake cannot be read or written.
pub async fn derive(run: &Run, lake: &Lake) -> Result<Derived, Error> {
    let settings = &run.settings;
    let context = session::over_lake(lake, run.memory).await?;
    actors(lake, &context).await?;
    // The table actors is new: look at the lake again.
    let context = session::over_lake(lake, run.memory).await?;
    register_hubs(&context, run)?;
    keep(&context, "excluded", &[]).await?;
    let now = fingerprints(lake, &context, settings).await?;
    let before = stored_fingerprints(lake).await?;
    let zone = run.zone()?;
    let mut done = Derived::default();
    for (first, last) in ranges(&context, &zone, &touched(&now, &before)).await? {
        done.n_days += i64::from(last - first + 1) as u64;
        done.n_sessions += range(lake, &context, settings, first, last).await?;
    }
    if now != before {
        store_fingerprints(lake, &now).await?;
    }
    pages(lake, &context, touched(&now, &before).first().copied()).await?;
    Ok(done)
}

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

async fn actors(lake: &Lake, context: &SessionContext) -> Result<(), Error> {
    let rows = ask(context, "actors", &[]).await?;
    replace_all(lake, "actors", rows).await
}

/// Replaces every row of a table that is not cut into days.
///
/// # Errors
/// When the commit fails.
pub async fn replace_all(lake: &Lake, table: &str, rows: Vec<RecordBatch>) -> Result<(), Error> {
    let rows = fit(lake, table, rows)?;
    let change = Replace {
        removed: Removed::All,
        added: vec![(None, rows)],
        transaction: None,
    };
    lake.replace(table, change)
        .await
        .doing(format!("failed to write `{table}`"))?;
    Ok(())
}

/// Rows cast and ordered to the stored schema of their table.
///
/// # Errors
/// When a column is missing or cannot be cast.
pub fn fit(lake: &Lake, table: &str, rows: Vec<RecordBatch>) -> Result<Vec<RecordBatch>, Error> {
    let schema = lake
        .schema(table)
        .doing(format!("failed to find the table `{table}`"))?;
    rows.iter()
        .map(|batch| {
            let columns = schema
                .fields()
                .iter()
                .map(|field| {
                    let column = batch.column_by_name(field.name()).ok_or_else(|| {
                        Error::failed(format!("`{table}` was given no column `{}`", field.name()))
                    })?;
                    arrow::compute::cast(column, field.data_type()).doing(format!(
                        "failed to fit column `{}` of `{table}`",
                        field.name()
                    ))
                })
                .collect::<Result<Vec<_>, Error>>()?;
            RecordBatch::try_new(schema.clone(), columns)
                .doing(format!("failed to fit rows to `{table}`"))
        })
        .collect()
}

type Fingerprints = BTreeMap<i32, i64>;

async fn fingerprints(
    lake: &Lake,
    context: &SessionContext,
    settings: &Settings,
) -> Result<Fingerprints, Error> {
    let rules = format!(
        "{:?} {:?}",
        settings.site, settings.analysis.session_gap_minutes
    );
    let mut hashers: BTreeMap<i32, blake3::Hasher> = BTreeMap::new();
    let snapshot = lake
        .snapshot("events")
        .await
        .doing("failed to read the log of `events`")?;
    let mut files: Vec<(i32, String)> = snapshot
        .files
        .iter()
        .filter_map(|f| f.day.map(|d| (d, f.path.clone())))
        .collect();
    files.sort();
    for (day, path) in files {
        let hasher = hashers.entry(day).or_insert_with(|| {
            let mut hasher = blake3::Hasher::new();
            hasher.update(rules.as_bytes());
            hasher
        });
        hasher.update(path.as_bytes());
    }
    for (day, person) in left_out_by_day(context).await? {
        if let Some(hasher) = hashers.get_mut(&day) {
            hasher.update(&person.to_le_bytes());
        }
    }
    Ok(hashers
        .into_iter()
        .map(|(day, hasher)| {
            let hash = hasher.finalize();
            let first: [u8; 8] = hash.as_bytes()[..8]
                .try_into()
                .expect("a hash has 32 bytes");
            (day, i64::from_le_bytes(first))
        })
        .collect())
}

async fn left_out_by_day(context: &SessionContext) -> Result<Vec<(i32, i64)>, Error> {
    let sql = "select distinct a.day, a.person from activity as a \
               left semi join excluded as x on x.person = a.person order by 1, 2";
    let rows = context
        .sql(sql)
        .await
        .doing("failed to find the days of people left out")?
        .collect()
        .await
        .doing("failed to find the days of people left out")?;
    let mut pairs = Vec::new();
    for batch in &rows {
        let days = columns::days(batch, "day")?;
        let persons = columns::ints(batch, "person")?;
        pairs.extend((0..batch.num_rows()).map(|row| (days.value(row), persons.value(row))));
    }
    Ok(pairs)
}

async fn stored_fingerprints(lake: &Lake) -> Result<Fingerprints, Error> {
    let rows = lake
        .read("stage_days", None, None)
        .await
        .doing("failed to read `stage_days`")?;
    let mut stored = BTreeMap::new();
    for batch in &rows {
        let days = columns::days(batch, "day")?;
        let prints = columns::ints(batch, "fingerprint")?;
        stored.extend((0..batch.num_rows()).map(|row| (days.value(row), prints.value(row))));
    }
    Ok(stored)
}

async fn store_fingerprints(lake: &Lake, now: &Fingerprints) -> Result<(), Error> {
    let schema = lake
        .schema("stage_days")
        .doing("failed to find the table `stage_days`")?;
    let days: Date32Array = now.keys().map(|d| Some(*d)).collect();
    let prints: Int64Array = now.values().map(|p| Some(*p)).collect();
    let rows = RecordBatch::try_new(schema, vec![Arc::new(days), Arc::new(prints)])
        .doing("failed to note the days computed")?;
    replace_all(lake, "stage_days", vec![rows]).await
}

fn touched(now: &Fingerprints, before: &Fingerprints) -> Vec<i32> {
    let days: BTreeSet<i32> = now.keys().chain(before.keys()).copied().collect();
    days.into_iter()
        .filter(|d| now.get(d) != before.get(d))
        .collect()
}

/// Touched days as ranges of days that hold whole sessions, before and after.
///
/// A range begins early enough for every stored session that reaches a touched day (a new event may
/// lengthen it), and ends late enough for every stored session that a touched day may now join.
async fn ranges(
    context: &SessionContext,
    zone: &TimeZone,
    touched: &[i32],
) -> Result<Vec<(i32, i32)>, Error> {
    let Some(&earliest) = touched.first() else {
        return Ok(Vec::new());
    };
    let crossing = sessions_across_midnight(context, zone, earliest).await?;
    let mut wide: Vec<(i32, i32)> = Vec::new();
    for &day in touched {
        let (mut first, mut last) = (day - 1, day + 1);
        while crossing.contains(&(first - 1)) {
            first -= 1;
        }
        while crossing.contains(&last) {
            last += 1;
        }
        match wide.last_mut() {
            Some(range) if first <= range.1 + 1 => range.1 = range.1.max(last),
            _ => wide.push((first, last)),
        }
    }
    Ok(wide)
}

/// Days after which a stored session goes on across midnight, from a week before `from` on.
async fn sessions_across_midnight(
    context: &SessionContext,
    zone: &TimeZone,
    from: i32,
) -> Result<BTreeSet<i32>, Error> {
    let sql = "select day, max(ended_at) as ended_at from sessions where day >= $from \
               group by day order by day";
    let doing = "failed to find sessions across midnight";
    let frame = context.sql(sql).await.doing(doing)?;
    let frame = frame
        .with_param_values(vec![("from", day(from - 7))])
        .doing(doing)?;
    let mut days = BTreeSet::new();
    for batch in &frame.collect().await.doing(doing)? {
        let first = columns::days(batch, "day")?;
        let ended = columns::times(batch, "ended_at")?;
        for row in 0..batch.num_rows() {
            days.extend(first.value(row)..civil::day_of(zone, ended.value(row)));
        }
    }
    Ok(days)
}

async fn range(
    lake: &Lake,
    context: &SessionContext,
    settings: &Settings,
    first: i32,
    last: i32,
) -> Result<u64, Error> {
    carried(context, first).await?;
    let gap_secs = i64::from(settings.analysis.session_gap_minutes) * 60;
    let parameters = [
        ("from_day", day(first)),
        ("to_day", day(last)),
        ("gap_secs", count(gap_secs)),
    ];
    let frame = session::frame(context, "session_events", &parameters).await?;
    context
        .deregister_table("session_events")
        .doing("failed to renew `session_events`")?;
    context
        .register_table("session_events", frame.into_view())
        .doing("failed to lay out `session_events`")?;
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
            datafusion::common::ScalarValue::TimestampMicrosecond(
                Some(midnight),
                Some("UTC".into()),
            ),
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

async fn replace_days(
    lake: &Lake,
    table: &str,
    (first, last): (i32, i32),
    rows: Vec<RecordBatch>,
) -> Result<(), Error> {
    let rows = fit(lake, table, rows)?;
    let added = columns::split_by_day(&rows)?
        .into_iter()
        .map(|(day, batches)| (Some(day), batches))
        .collect();
    let change = Replace {
        removed: Removed::Days((first..=last).collect()),
        added,
        transaction: None,
    };
    lake.replace(table, change)
        .await
        .doing(format!("failed to write `{table}`"))?;
    Ok(())
}

async fn pages(lake: &Lake, context: &SessionContext, from: Option<i32>) -> Result<(), Error> {
    let known = lake
        .read("pages", None, None)
        .await
        .doing("failed to read `pages`")?;
    let schema = lake
        .schema("pages")
        .doing("failed to find the table `pages`")?;
    session::register(context, "known_pages", schema, known)?;
    planned_steps::register_planned_pages(context).await?;
    // Without touched days only the plan can have changed.
    let from = from.unwrap_or(i32::MAX / 2);
    let rows = ask(context, "pages", &[("from_day", day(from))]).await?;
    replace_all(lake, "pages", rows).await
}
