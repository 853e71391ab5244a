//! What a report is made of: plain numbers and words, gated before they come here.
//!
//! The pipeline fills these; nothing in this crate reads a table or a file.

use queries::day::Day;
use queries::privacy::Gate;

/// Everything one report shows.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// What the intranet is called, as its people call it.
    pub intranet: String,
    /// The days that the report looks at.
    pub window: Window,
    /// The days that it compares them with.
    pub before: Option<Window>,
    /// Sums over the window.
    pub totals: Totals,
    /// Sums over the window before.
    pub totals_before: Option<Totals>,
    /// Use by day, in order.
    pub days: Vec<DayUse>,
    /// Use by day in the window before, in order.
    pub days_before: Vec<DayUse>,
    /// Use by weekday and hour; an hour that is missing saw nobody.
    pub hours: Vec<HourUse>,
    /// The most used pages, most people first.
    pub top_pages: Vec<PageUse>,
    /// Elephant paths, the one worth most first.
    pub paths: Vec<PathFinding>,
    /// The picture of the first path.
    pub lawn: Option<Lawn>,
    /// Plan against use, by section.
    pub sections: Vec<SectionUse>,
    /// Where each line of the logs went.
    pub ledger: Ledger,
    /// Visitors that were counted, never mined.
    pub actors: Vec<ActorCount>,
    /// How the findings were made.
    pub method: Method,
    /// Remarks to print with the data quality.
    pub notes: Vec<String>,
    /// The gate that every number passed.
    pub gate: Gate,
}

/// A span of civil days, both ends in it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Window {
    /// First day.
    pub start: Day,
    /// Last day.
    pub end: Day,
}

impl Window {
    /// Number of days; 0 if the end lies before the start.
    pub fn n_days(self) -> u32 {
        (self.end.0 - self.start.0 + 1).max(0) as u32
    }
}

/// Sums over a window.
#[derive(Debug, Clone, Default)]
pub struct Totals {
    /// Distinct people.
    pub people: u64,
    /// Sessions.
    pub visits: u64,
    /// Page views.
    pub views: u64,
    /// Distinct pages seen.
    pub pages: u64,
    /// Share (0 to 1) of moves that the plan does not offer; `None` without a plan.
    pub share_unplanned: Option<f64>,
}

/// Use on one day; `None` = withheld by the gate.
#[derive(Debug, Clone, Copy, Default)]
pub struct DayUse {
    /// The day.
    pub day: Day,
    /// Distinct people.
    pub people: Option<u64>,
    /// Page views.
    pub views: Option<u64>,
}

/// Use in one hour of one weekday; `None` = withheld by the gate.
#[derive(Debug, Clone, Copy, Default)]
pub struct HourUse {
    /// 0 = Monday to 6 = Sunday.
    pub weekday: u8,
    /// 0 to 23.
    pub hour: u8,
    /// Distinct people.
    pub people: Option<u64>,
    /// Page views.
    pub views: Option<u64>,
}

/// Use of one page.
#[derive(Debug, Clone, Default)]
pub struct PageUse {
    /// Canonical address.
    pub page: String,
    /// Title; empty if unknown.
    pub title: String,
    /// Distinct people.
    pub people: u64,
    /// Page views.
    pub views: u64,
    /// Whether the plan knows the page.
    pub is_planned: bool,
}

/// One elephant path.
#[derive(Debug, Clone, Default)]
pub struct PathFinding {
    /// Page it starts from.
    pub from_page: String,
    /// Page it leads to.
    pub to_page: String,
    /// Title of the first; empty if unknown.
    pub from_title: String,
    /// Title of the second; empty if unknown.
    pub to_title: String,
    /// Distinct people who walked it.
    pub n_people: u64,
    /// How often they did.
    pub n_moves: u64,
    /// People who would walk it by chance.
    pub expected_people: f64,
    /// `n_people` / `expected_people`.
    pub lift: f64,
    /// Lower 95 % bound of the lift.
    pub lift_low: f64,
    /// Benjamini-Hochberg q.
    pub q_value: f64,
    /// Units these people come from; `None` = unknown or withheld.
    pub n_units: Option<u64>,
    /// Clicks along the plan; `None` = the plan does not lead there.
    pub planned_steps: Option<u32>,
    /// Clicks a link would save in the window.
    pub clicks_saved: f64,
    /// Share (0 to 1) of moves by a link in a page.
    pub share_link: f64,
    /// Share of moves by search.
    pub share_search: f64,
    /// Share of moves typed or bookmarked.
    pub share_direct: f64,
    /// Whether it is the routine of one unit.
    pub is_unit_routine: bool,
    /// First day somebody walked it.
    pub first_seen: Day,
    /// `new`, `growing`, `stable` or `fading`.
    pub status: String,
    /// People so far, by week, in order.
    pub weeks: Vec<WeekCount>,
}

/// People who had walked a path by the end of a week.
#[derive(Debug, Clone, Copy, Default)]
pub struct WeekCount {
    /// The week's Monday.
    pub week: Day,
    /// Cumulative; `None` = withheld by the gate.
    pub people_so_far: Option<u64>,
}

/// What the picture of one path shows: the pages around it, the planned way, the worn ways.
#[derive(Debug, Clone, Default)]
pub struct Lawn {
    /// Pages in the picture; the indices below point into this list.
    pub pages: Vec<LawnPage>,
    /// Planned links among them (from, to).
    pub links: Vec<(usize, usize)>,
    /// The planned way, `from` to `to`; empty when the plan does not lead there.
    pub route: Vec<usize>,
    /// Where the path starts.
    pub from: usize,
    /// Where it ends.
    pub to: usize,
    /// Distinct people who walked it.
    pub n_people: u64,
    /// People who would walk it by chance.
    pub expected_people: f64,
    /// The worn ways.
    pub walks: Vec<LawnWalk>,
}

/// A page in the picture.
#[derive(Debug, Clone, Default)]
pub struct LawnPage {
    /// Canonical address.
    pub page: String,
    /// Title; empty if unknown.
    pub title: String,
    /// Clicks from the start page in the plan.
    pub depth: u32,
}

/// One worn way.
#[derive(Debug, Clone, Default)]
pub struct LawnWalk {
    /// Pages passed on the way, may be empty.
    pub via: Vec<usize>,
    /// `search`, `direct` or `link`; anything else is said as it is.
    pub kind: String,
    /// Distinct people.
    pub n_people: u64,
}

/// Plan against use in one section.
#[derive(Debug, Clone, Default)]
pub struct SectionUse {
    /// First part of the address, or its title.
    pub section: String,
    /// Pages the plan has there.
    pub n_planned_pages: u64,
    /// How many of them were used.
    pub n_used_pages: u64,
    /// Distinct people; `None` = withheld by the gate.
    pub people: Option<u64>,
    /// Moves along planned links.
    pub moves_planned: u64,
    /// Moves that the plan does not offer.
    pub moves_unplanned: u64,
}

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
    /// Numbers withheld by the gate.
    pub n_withheld: u64,
}
