//! From the lake to findings: the elephant paths of one window.

mod deserted;
mod drop_offs;
mod find;
mod ground;
pub(crate) mod history;
mod journeys;
mod layout;
mod people;
mod rows;
mod spread;
mod walked;
mod wanted;

use datafusion::prelude::SessionContext;
use queries::findings::deserted_links::DesertedLinks;
use queries::findings::drop_offs::DropOffs;
use queries::findings::elephant_paths::ElephantPaths;
use queries::findings::journeys::Journeys;

use crate::derive::{self, list_zealots};
use crate::engine::session::{self, ask, count, day, keep};
use crate::error::{Doing, Error};
use crate::imports;
use crate::pavings;
use crate::run::Run;
use crate::runs::Steps;
use crate::store::Lake;

use find::find;
use ground::Ground;
use rows::rows_of;
use wanted::Wanted;

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
    let mut steps = Steps::begin(&run.talk);
    let derived = derive::derive(run, lake).await?;
    run.talk.say(format!(
        "sessions: {} on {} days computed again",
        derived.n_sessions, derived.n_days
    ));
    imports::renew_tree(lake).await?;
    let Some(window) = window(run, lake, as_of, window_days).await? else {
        return Ok(None);
    };
    steps.end("sessions");
    let context = session::over_lake(lake, run.memory).await?;
    derive::register_hubs(&context, run)?;
    derive::register_sensitive(&context, run).await?;
    keep(&context, "weak_persons", &window.parameters()).await?;
    zealots(lake, &context, window).await?;
    keep(&context, "excluded", &[]).await?;
    let ground = Ground::read(run, lake, &context, window).await?;
    steps.end("trails");
    let found = find(run, &ground);
    let rows = rows_of(&context, run, &ground, &found).await?;
    history::keep(lake, &context, "elephant_paths", window, rows).await?;
    steps.end("elephant paths");
    spread::keep(lake, &context, run, &ground).await?;
    steps.end("spreading");
    let journeys = journeys::find(run, &ground);
    let rows = journeys::rows_of(&context, &ground, &journeys).await?;
    history::keep(lake, &context, "journeys", window, rows).await?;
    steps.end("journeys");
    let deserted = deserted::find(run, &context, &ground).await?;
    let rows = deserted::rows_of(&context, &ground, &deserted).await?;
    history::keep(lake, &context, "deserted_links", window, rows).await?;
    let drops = drop_offs::find(run, &ground);
    let rows = drop_offs::rows_of(&context, &ground, &drops).await?;
    history::keep(lake, &context, "drop_offs", window, rows).await?;
    steps.end("deserted links, drop-offs");
    let wanted = wanted::find(run, &ground);
    wanted::keep(lake, &context, &ground, &wanted).await?;
    steps.end("detours, shortcut candidates");
    let people = people::keep(run, lake, &context, window, &mut steps).await?;
    let n_noticed = pavings::notice(run, lake, window).await?;
    let n_pavings = pavings::evaluate(run, lake, window).await?;
    steps.end("pavings");
    let counts = Counts {
        n_pavings,
        n_noticed,
        found: &found,
        journeys: &journeys,
        deserted: &deserted.found,
        drops: &drops,
        wanted: &wanted,
        people,
    };
    let counts = counts.json(window);
    steps.note(lake, run_id(window), "analyze", counts).await?;
    Ok(Some(Analyzed {
        window,
        n_paths: found.paths.len(),
        n_tested: found.n_tested,
        n_shuffled: found.n_shuffled,
    }))
}

/// The window of an analysis; `None` where the lake has no events.
///
/// # Errors
/// When the lake cannot be read.
pub async fn window(
    run: &Run,
    lake: &Lake,
    as_of: Option<i32>,
    window_days: Option<u32>,
) -> Result<Option<Window>, Error> {
    let last = last_day(lake).await?;
    let n_days = window_days
        .unwrap_or(run.settings.analysis.window_days)
        .max(1) as i32;
    Ok(last.map(|last| {
        let end = as_of.unwrap_or(last);
        Window {
            start: end - n_days + 1,
            end,
        }
    }))
}

/// The last civil day in `events`.
///
/// # Errors
/// When the lake cannot be read.
pub async fn last_day(lake: &Lake) -> Result<Option<i32>, Error> {
    let events = lake
        .snapshot("events")
        .await
        .doing("failed to read the log of `events`")?;
    Ok(events.files.iter().filter_map(|file| file.day).max())
}

async fn zealots(lake: &Lake, context: &SessionContext, window: Window) -> Result<(), Error> {
    let [start, end] = window.parameters();
    let n_days = ("n_days", count(window.n_days().into()));
    let found = ask(context, "zealots", &[start, end, n_days]).await?;
    list_zealots(lake, context, found).await
}

/// What a window came to: the sizes of the families and the counts of the shuffled copies belong to the
/// findings, and are stored.
struct Counts<'a> {
    found: &'a ElephantPaths,
    journeys: &'a Journeys,
    deserted: &'a DesertedLinks,
    drops: &'a DropOffs,
    wanted: &'a Wanted,
    people: people::Counts,
    n_pavings: usize,
    n_noticed: usize,
}

impl Counts<'_> {
    fn json(&self, window: Window) -> serde_json::Value {
        let (demands, copy) = (&self.wanted.found, self.wanted.n_shuffled);
        let people = &self.people;
        serde_json::json!({
            "window_start": queries::day::Day(window.start).to_string(),
            "window_end": queries::day::Day(window.end).to_string(),
            "elephant_paths": self.found.paths.len(),
            "candidates": self.found.n_candidates,
            "tested": self.found.n_tested,
            "shuffled": self.found.n_shuffled,
            "journeys": self.journeys.journeys.len(),
            "journeys_candidates": self.journeys.n_candidates,
            "journeys_tested": self.journeys.n_tested,
            "journeys_shuffled": self.journeys.n_shuffled,
            "deserted_links": self.deserted.links.len(),
            "deserted_links_tested": self.deserted.n_tested,
            "planned_links": self.deserted.n_links,
            "drop_offs": self.drops.drop_offs.len(),
            "drop_offs_tested": self.drops.n_tested,
            "detours": self.wanted.detours.len(),
            "detours_shuffled": copy.0,
            "shortcut_candidates": self.wanted.candidates.len(),
            "shortcut_candidates_shuffled": copy.1,
            "demands": demands.demands.len(),
            "demands_candidates": demands.n_candidates,
            "demands_tested": demands.n_tested,
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
