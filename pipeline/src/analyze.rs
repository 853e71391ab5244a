//! From the lake to findings: the elephant paths of one window.

mod deserted;
mod drop_offs;
mod find;
mod ground;
pub(crate) mod history;
mod journeys;
pub(crate) mod layout;
mod paths;
mod people;
mod rows;
mod spread;
mod walked;
mod wanted;

use std::collections::BTreeSet;

use datafusion::prelude::SessionContext;
use queries::day::Day;

use crate::derive::{self, list_zealots};
use crate::engine::session::{self, ask, count, day, keep};
use crate::error::{Doing, Error};
use crate::imports;
use crate::pavings;
use crate::run::Run;
use crate::runs::Steps;
use crate::store::Lake;

pub(crate) use history::run_id;
pub use rows::finding_id;

/// The days an analysis looks at, both inclusive.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    /// First day.
    pub start: i32,
    /// Last day, the as-of day.
    pub end: i32,
}

impl Window {
    /// Length in days.
    pub fn n_days(self) -> i32 {
        self.end - self.start + 1
    }

    /// The parameters of questions about a window.
    fn parameters(self) -> [session::Parameter<'static>; 2] {
        [
            ("window_start", day(self.start)),
            ("window_end", day(self.end)),
        ]
    }

    /// The window of the same length right before.
    #[must_use]
    pub fn before(self) -> Self {
        Self {
            start: self.start - self.n_days(),
            end: self.start - 1,
        }
    }
}

/// What an analysis found, for the operator's eyes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Analyzed {
    /// The window looked at.
    pub window: Window,
    /// Elephant paths.
    pub n_paths: usize,
    /// Pairs tested.
    pub n_tested: u64,
    /// Elephant paths that the same search finds on a shuffled copy.
    pub n_shuffled: u64,
}

/// Brings the derived tables up to date and finds the elephant paths of the window that ends on
/// `as_of` (the last day of the events without one). `None`: the lake has no events.
///
/// # Errors
/// When the lake cannot be read or written.
pub async fn analyze(
    run: &Run,
    lake: &Lake,
    as_of: Option<i32>,
    window_days: Option<u32>,
) -> Result<Option<Analyzed>, Error> {
    // First: a day without events is told before anything is done.
    let window = window(run, lake, as_of, window_days).await?;
    let mut steps = Steps::begin(&run.talk);
    let derived = derive::derive(run, lake).await?;
    run.talk.say(format!(
        "sessions: {} on {} days computed again",
        derived.n_sessions, derived.n_days
    ));
    imports::renew_tree(lake).await?;
    imports::look_for_unknown_pages(run, lake).await?;
    let Some(window) = window else {
        return Ok(None);
    };
    steps.end("sessions");
    let context = session::over_lake(lake, run.memory).await?;
    derive::register_hubs(&context, run)?;
    derive::register_sensitive(&context, run).await?;
    keep(&context, "weak_persons", &window.parameters()).await?;
    zealots(lake, &context, window).await?;
    keep(&context, "excluded", &[]).await?;
    let paths = paths::keep(run, lake, &context, window, &mut steps).await?;
    let people = people::keep(run, lake, &context, window, &mut steps).await?;
    let n_noticed = pavings::notice(run, lake, window).await?;
    let n_pavings = pavings::evaluate(run, lake, window).await?;
    steps.end("pavings");
    let counts = Counts {
        paths,
        people,
        n_pavings,
        n_noticed,
    };
    let counts = counts.json(window);
    steps.note(lake, run_id(window), "analyze", counts).await?;
    Ok(Some(Analyzed {
        window,
        n_paths: paths.paths,
        n_tested: paths.tested,
        n_shuffled: paths.shuffled,
    }))
}

/// The window of an analysis; `None` where the lake has no events.
///
/// # Errors
/// When the lake cannot be read, or has events and none in the window of `as_of`.
pub async fn window(
    run: &Run,
    lake: &Lake,
    as_of: Option<i32>,
    window_days: Option<u32>,
) -> Result<Option<Window>, Error> {
    let days = days(lake).await?;
    let (Some(first), Some(last)) = (days.first(), days.last()) else {
        return Ok(None);
    };
    let n_days = window_days
        .unwrap_or(run.settings.analysis.window_days)
        .max(1) as i32;
    let end = as_of.unwrap_or(*last);
    let start = end - n_days + 1;
    // Findings of no events would take the place of those that there are.
    if days.range(start..=end).next().is_none() {
        return Err(Error::usage(format!(
            "the lake has no events from {} to {}: its days are {} to {}, name one of them with --as-of",
            Day(start),
            Day(end),
            Day(*first),
            Day(*last)
        )));
    }
    Ok(Some(Window { start, end }))
}

/// The last civil day in `events`.
///
/// # Errors
/// When the lake cannot be read.
pub async fn last_day(lake: &Lake) -> Result<Option<i32>, Error> {
    Ok(days(lake).await?.last().copied())
}

/// The civil days in `events`.
async fn days(lake: &Lake) -> Result<BTreeSet<i32>, Error> {
    let events = lake
        .snapshot("events")
        .await
        .doing("failed to read the log of `events`")?;
    Ok(events.files.iter().filter_map(|file| file.day).collect())
}

async fn zealots(lake: &Lake, context: &SessionContext, window: Window) -> Result<(), Error> {
    let [start, end] = window.parameters();
    let n_days = ("n_days", count(window.n_days().into()));
    let found = ask(context, "zealots", &[start, end, n_days]).await?;
    list_zealots(lake, context, found).await
}

/// What a window came to: the sizes of the families and the counts of the shuffled copies belong to the
/// findings, and are stored.
struct Counts {
    paths: paths::Counts,
    people: people::Counts,
    n_pavings: usize,
    n_noticed: usize,
}

impl Counts {
    fn json(&self, window: Window) -> serde_json::Value {
        let Self { paths, people, .. } = self;
        serde_json::json!({
            "window_start": Day(window.start).to_string(),
            "window_end": Day(window.end).to_string(),
            "elephant_paths": paths.paths,
            "candidates": paths.candidates,
            "tested": paths.tested,
            "shuffled": paths.shuffled,
            "journeys": paths.journeys,
            "journeys_candidates": paths.journeys_candidates,
            "journeys_tested": paths.journeys_tested,
            "journeys_shuffled": paths.journeys_shuffled,
            "deserted_links": paths.deserted_links,
            "deserted_links_tested": paths.deserted_links_tested,
            "planned_links": paths.planned_links,
            "drop_offs": paths.drop_offs,
            "drop_offs_tested": paths.drop_offs_tested,
            "detours": paths.detours,
            "detours_shuffled": paths.detours_shuffled,
            "shortcut_candidates": paths.shortcut_candidates,
            "shortcut_candidates_shuffled": paths.shortcut_candidates_shuffled,
            "demands": paths.demands,
            "demands_candidates": paths.demands_candidates,
            "demands_tested": paths.demands_tested,
            "groups": people.groups,
            "groups_tested": people.groups_tested,
            "groups_worlds": people.worlds,
            "groups_windows": people.windows,
            "leaders": people.leaders,
            "people": people.people,
            "ambassadors": people.ambassadors,
            "gathering_places": people.places,
            "gathering_places_tested": people.places_tested,
            "bridges": people.bridges,
            "bridges_tested": people.bridges_tested,
            "applications": people.applications,
            "applications_tested": people.clusters,
            "audiences_drifted": people.drifts,
            "audiences_watched": people.audiences_watched,
            "pavings": self.n_pavings,
            "pavings_noticed": self.n_noticed,
        })
    }
}
