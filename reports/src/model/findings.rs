//! Findings beside the elephant paths: what is told of each.

use queries::day::Day;

/// The findings of one kind that may be shown, the one worth most first.
#[derive(Debug, Clone)]
pub struct Findings<T> {
    /// Those that may.
    pub shown: Vec<T>,
    /// How many stand for too few people, or for all but too few.
    pub n_withheld: u64,
}

impl<T> Default for Findings<T> {
    fn default() -> Self {
        Self {
            shown: Vec::new(),
            n_withheld: 0,
        }
    }
}

/// A page as a finding names it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PageName {
    /// Canonical address.
    pub page: String,
    /// Title; empty if unknown.
    pub title: String,
}

/// A pair of pages that people reach the long way.
#[derive(Debug, Clone, Default)]
pub struct Detour {
    /// Page it starts from.
    pub from: PageName,
    /// Page it leads to.
    pub to: PageName,
    /// Distinct people who went the long way.
    pub n_people: u64,
    /// People who would by chance.
    pub expected_people: f64,
    /// Median over these people of the clicks that they took.
    pub steps_median: f64,
    /// Lower 97.5 % bound of the clicks over those planned.
    pub stretch_low: f64,
    /// Clicks along the plan.
    pub planned_steps: u32,
    /// `search`, `hub` or `wandering`: how most of them went.
    pub cause: String,
    /// People who went straight; `None` = withheld by the gate.
    pub n_people_straight: Option<u64>,
    /// The planned journey that leads from one to the other.
    pub journey: Option<String>,
}

/// A link to add, after those before it.
#[derive(Debug, Clone, Default)]
pub struct LinkToAdd {
    /// Page to put it on.
    pub from: PageName,
    /// Page to lead to.
    pub to: PageName,
    /// Distinct people who went from one to the other by several steps or by search.
    pub n_people: u64,
    /// Median of the clicks that they took.
    pub steps_median: f64,
    /// Clicks along the plan; `None` = the plan does not lead there.
    pub planned_steps: Option<u32>,
    /// Clicks that it saves beyond the links before it.
    pub n_saved: u64,
    /// Clicks that it and all links before it save together.
    pub n_saved_together: u64,
    /// People who came by a link that stands on the page, though not in the plan; `None` = none, or withheld
    /// by the gate.
    pub n_people_by_link: Option<u64>,
    /// The page at which most turned back on the way; `None` = none, or withheld by the gate.
    pub turned_back_at: Option<PageName>,
    /// The planned journey that leads from one to the other.
    pub journey: Option<String>,
}

/// A longer route that more people walk than its single steps explain.
#[derive(Debug, Clone, Default)]
pub struct Journey {
    /// Its pages, in order.
    pub pages: Vec<PageName>,
    /// Distinct people who walked it.
    pub n_people: u64,
    /// How often they did.
    pub n_times: u64,
    /// People who would, if each step forgot the one before.
    pub expected_people: f64,
    /// Lower 95 % bound of people over expected people.
    pub lift_low: f64,
    /// Whether the organisation meant it.
    pub is_planned: bool,
}

/// A planned link that nobody, or next to nobody, follows.
#[derive(Debug, Clone, Default)]
pub struct DesertedLink {
    /// Page it stands on; `None` = on every page.
    pub from: Option<PageName>,
    /// Page it leads to.
    pub to: PageName,
    /// `global`, `menu`, `breadcrumb`, `tree`, `body`, `footer`; anything else is said as it is.
    pub kind: String,
    /// Distinct people who were where it stands; `None` = withheld by the gate: all but a few.
    pub n_people_at: Option<u64>,
    /// Those of them who followed it; `None` = withheld by the gate.
    pub n_people_used: Option<u64>,
    /// Upper 95 % bound of the share who follow it, of the largest number that may stand behind it.
    pub rate_high: f64,
    /// Share who follow the usual link of its kind.
    pub rate_median: f64,
    /// Whether the window is as long as a business year.
    pub is_whole_cycle: bool,
}

/// A step of a planned journey at which people give up.
#[derive(Debug, Clone, Default)]
pub struct DropOff {
    /// The journey's name.
    pub journey: String,
    /// Where they give up.
    pub page: PageName,
    /// Where the journey leads.
    pub goal: PageName,
    /// Distinct people who came to it on the way.
    pub n_people: u64,
    /// Those who gave up.
    pub n_people_left: u64,
    /// Lower 97.5 % bound of their share.
    pub exit_rate_low: f64,
    /// Share who give up at other pages like it.
    pub exit_rate_expected: f64,
}

/// Whether people took something up after those they are tied to.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Imitation {
    /// Share who did, in whole percent; `None` = withheld by the gate.
    pub share: Option<f64>,
    /// Share who would by chance, in whole percent.
    pub expected_share: f64,
    /// Whether that is more than chance gives in 19 of 20 cases.
    pub is_more_than_chance: bool,
}

/// A page that is new in the window, and how it gained people.
#[derive(Debug, Clone, Default)]
pub struct NewPage {
    /// The page.
    pub name: PageName,
    /// Distinct people who have seen it.
    pub n_people: u64,
    /// Monday of the first week in which somebody saw it.
    pub first_week: Day,
    /// Whether they came after those they are tied to; `None` = no ties are known, or too few people.
    pub imitation: Option<Imitation>,
}

/// What became of an elephant path of an earlier window.
#[derive(Debug, Clone, Default)]
pub struct PastPath {
    /// Page it started from.
    pub from: PageName,
    /// Page it led to.
    pub to: PageName,
    /// Whether the plan has the link by now; otherwise it is no longer worn.
    pub is_paved: bool,
    /// Distinct people who walk it now; `None` = withheld by the gate.
    pub n_people: Option<u64>,
}
