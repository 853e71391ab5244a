//! Elephant paths: what is told of each, and the picture of the first.

use queries::day::Day;

use super::Imitation;

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
    /// Whether they came after those they are tied to; `None` = no ties are known, or too few people.
    pub imitation: Option<Imitation>,
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
