//! How good the data is, and how the findings were made.

use super::Lists;

/// Where each line went: lines = events + duplicates + filtered + rejected + comments.
#[derive(Debug, Clone, Default)]
pub struct Ledger {
    /// Input files.
    pub inputs: u64,
    /// Lines read.
    pub lines: u64,
    /// Lines that became events.
    pub events: u64,
    /// Lines seen before.
    pub duplicates: u64,
    /// Lines left out by rule.
    pub filtered: u64,
    /// Reason and count of those.
    pub filtered_by: Vec<(String, u64)>,
    /// Lines that could not be read.
    pub rejected: u64,
    /// Comments, headers and empty lines.
    pub comments: u64,
}

/// How many visitors of one class were left out.
#[derive(Debug, Clone, Default)]
pub struct ActorCount {
    /// `crawler`, `scanner`, `monitor`, `kiosk`, `zealot` or `system`.
    pub class: String,
    /// How many.
    pub n: u64,
}

/// How the findings were made.
#[derive(Debug, Clone, Default)]
pub struct Method {
    /// Pairs of pages in the family that was tested.
    pub n_tested: u64,
    /// Pairs with enough people.
    pub n_candidates: u64,
    /// Findings on the shuffled copy.
    pub n_shuffled: u64,
    /// Least people behind a number about pages and paths.
    pub k_pages: u64,
    /// Least people behind a number about people.
    pub k_people: u64,
    /// Share of false findings that is accepted.
    pub q: f64,
    /// Least lift.
    pub lift: f64,
    /// Silence that ends a session.
    pub session_gap_minutes: u32,
    /// Whether there is a plan.
    pub has_plan: bool,
    /// Whether the log names no users, so that addresses were counted.
    pub counts_addresses: bool,
    /// Whether sensitive sections were declared.
    pub sensitive_declared: bool,
    /// Planned links that were held against use.
    pub n_planned_links: u64,
    /// Those of them that enough people passed to be judged.
    pub n_judged_links: u64,
    /// Planned journeys that were given.
    pub n_planned_journeys: u64,
    /// Steps of planned journeys that enough people came to.
    pub n_judged_steps: u64,
    /// Routes of three pages and more that enough people walked.
    pub n_judged_routes: u64,
    /// Pairs of pages that enough people went between by several steps.
    pub n_judged_demands: u64,
    /// Whether it is known who is tied to whom.
    pub has_ties: bool,
    /// Elephant paths withheld by the gate.
    pub n_withheld: u64,
    /// Whether people may be listed.
    pub lists: Lists,
    /// Whether it is known who belongs to which unit.
    pub has_units: bool,
    /// Whether audiences were declared.
    pub has_audiences: bool,
    /// Windows of four weeks that were looked at for groups and their history.
    pub n_windows: u64,
    /// Windows in a row in which a group must show before it is told.
    pub n_windows_needed: u64,
    /// Invented worlds without groups that each group was held against.
    pub n_null_worlds: u64,
    /// Clusters of people that were held against them.
    pub n_judged_groups: u64,
    /// People of whom enough is known to say whether others follow them.
    pub n_judged_people: u64,
    /// Pages with enough people of several units to be judged as gathering places.
    pub n_judged_places: u64,
    /// Pairs of units with enough people on both sides, over all dimensions.
    pub n_judged_pairs: u64,
    /// Shares of a unit in a section that were watched for a change.
    pub n_watched_shares: u64,
    /// Clusters of pages that were held against what was declared for them.
    pub n_judged_applications: u64,
}
