//! Which days must be computed again.
//!
//! A day's *fingerprint* covers what its sessions are made of: the files of its events, the gap and the
//! declared hubs. Who is left out is not in it: that would mean to look up everyone's days every night.
//! Instead the days of a person are forgotten at the moment the person is left out, or counted again.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use arrow::array::{Date32Array, Int64Array, RecordBatch};
use datafusion::prelude::SessionContext;
use jiff::tz::TimeZone;

use super::write::replace_all;
use crate::civil;
use crate::engine::columns;
use crate::engine::session::day;
use crate::error::{Doing, Error};
use crate::settings::Settings;
use crate::store::Lake;

/// Fingerprints by day.
pub(super) type Fingerprints = BTreeMap<i32, i64>;

/// The fingerprints of the days as they are now.
pub(super) async fn fingerprints(lake: &Lake, settings: &Settings) -> Result<Fingerprints, Error> {
    let rules = format!(
        "{:?} {:?}",
        settings.site, settings.analysis.session_gap_minutes
    );
    let snapshot = lake
        .snapshot("events")
        .await
        .doing("failed to read the log of `events`")?;
    let mut files: BTreeMap<i32, Vec<&str>> = BTreeMap::new();
    for file in &snapshot.files {
        if let Some(day) = file.day {
            files.entry(day).or_default().push(&file.path);
        }
    }
    Ok(files
        .into_iter()
        .map(|(day, mut paths)| {
            paths.sort_unstable();
            (day, fingerprint(&rules, &paths))
        })
        .collect())
}

fn fingerprint(rules: &str, paths: &[&str]) -> i64 {
    let mut hasher = blake3::Hasher::new();
    hasher.update(rules.as_bytes());
    for path in paths {
        hasher.update(path.as_bytes());
    }
    let mut first = [0; 8];
    first.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
    i64::from_le_bytes(first)
}

/// The fingerprints of the days as they were last computed.
pub(super) async fn stored_fingerprints(lake: &Lake) -> Result<Fingerprints, Error> {
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

/// Notes that the days are computed.
pub(super) async fn store_fingerprints(lake: &Lake, now: &Fingerprints) -> Result<(), Error> {
    let schema = lake
        .schema("stage_days")
        .doing("failed to find the table `stage_days`")?;
    let days: Date32Array = now.keys().map(|d| Some(*d)).collect();
    let prints: Int64Array = now.values().map(|p| Some(*p)).collect();
    let rows = RecordBatch::try_new(schema, vec![Arc::new(days), Arc::new(prints)])
        .doing("failed to note the days computed")?;
    replace_all(lake, "stage_days", vec![rows]).await
}

/// Forgets that these days were computed: the next derivation does it again.
pub(super) async fn forget(lake: &Lake, days: &BTreeSet<i32>) -> Result<(), Error> {
    let mut stored = stored_fingerprints(lake).await?;
    let before = stored.len();
    stored.retain(|day, _| !days.contains(day));
    if stored.len() < before {
        store_fingerprints(lake, &stored).await?;
    }
    Ok(())
}

/// Days that are not as they were.
pub(super) fn touched(now: &Fingerprints, before: &Fingerprints) -> Vec<i32> {
    let days: BTreeSet<i32> = now.keys().chain(before.keys()).copied().collect();
    days.into_iter()
        .filter(|d| now.get(d) != before.get(d))
        .collect()
}

/// Touched days as ranges of days that hold whole sessions, before and after.
///
/// A range begins early enough for every stored session that reaches a touched day (a new event may
/// lengthen it), and ends late enough for every stored session that a touched day may now join.
pub(super) async fn ranges(
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
