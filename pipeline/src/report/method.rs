//! How the findings were made.

use queries::day::Day;
use reports::model::Method;

use crate::error::Error;
use crate::run::Run;
use crate::runs;
use crate::store::Lake;

use super::scope::Scope;

/// What the last analysis counted; an error where that was of another window.
pub(super) async fn method(run: &Run, lake: &Lake, scope: &Scope<'_>) -> Result<Method, Error> {
    let window = scope.window;
    let counts = runs::latest(lake, "analyze").await?.unwrap_or_default();
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
        ..Method::default()
    })
}
