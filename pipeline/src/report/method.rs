//! How the findings were made.

use queries::day::Day;
use reports::model::Method;

use crate::error::{Doing, Error};
use crate::run::Run;
use crate::runs;
use crate::store::Lake;

use super::scope::Scope;

/// What the last analysis counted; an error where that was of another window.
pub(super) async fn method(run: &Run, lake: &Lake, scope: &Scope<'_>) -> Result<Method, Error> {
    let window = scope.window;
    let Some(counts) = runs::latest(lake, "analyze").await? else {
        return Err(Error::failed(
            "there are no findings yet: run `elephant analyze` first",
        ));
    };
    let is_this_window = counts["window_end"] == Day(window.end).to_string()
        && counts["window_start"] == Day(window.start).to_string();
    if !is_this_window {
        return Err(Error::failed(
            "the findings are of another window: run `elephant analyze` for this one first",
        ));
    }
    let count = |name: &str| counts[name].as_u64().unwrap_or(0);
    let options = queries::findings::elephant_paths::Options::default();
    let settings = &run.settings;
    Ok(Method {
        n_tested: count("tested"),
        n_candidates: count("candidates"),
        n_shuffled: count("shuffled"),
        k_pages: settings.privacy.k_pages.into(),
        k_people: settings.privacy.k_people.into(),
        q: options.q,
        lift: options.lift,
        session_gap_minutes: settings.analysis.session_gap_minutes,
        has_plan: scope.plan.n_links > 0,
        sensitive_declared: !settings.privacy.sensitive.is_empty(),
        n_planned_links: count("planned_links"),
        n_judged_links: count("deserted_links_tested"),
        n_judged_steps: count("drop_offs_tested"),
        n_judged_routes: count("journeys_candidates"),
        n_judged_demands: count("demands_candidates"),
        has_units: has_rows(lake, "people").await?,
        has_audiences: has_rows(lake, "planned_audiences").await?,
        n_windows: count("groups_windows"),
        n_windows_needed: 2,
        n_null_worlds: count("groups_worlds"),
        n_judged_groups: count("groups_tested"),
        n_judged_people: count("people"),
        n_judged_places: count("gathering_places_tested"),
        n_judged_pairs: count("bridges_tested"),
        n_watched_shares: count("audiences_watched"),
        n_judged_applications: count("applications_tested"),
        ..Method::default()
    })
}

async fn has_rows(lake: &Lake, table: &str) -> Result<bool, Error> {
    let snapshot = lake.snapshot(table).await;
    let snapshot = snapshot.doing(format!("failed to read the log of `{table}`"))?;
    Ok(snapshot.files.iter().any(|file| file.num_rows > 0))
}
