//! What a report is made of: plain numbers and words, gated before they come here.
//!
//! The pipeline fills these; nothing in this crate reads a table or a file.

mod changes;
mod findings;
mod paths;
mod people;
mod quality;
mod units;

pub use changes::*;
pub use findings::*;
pub use paths::*;
pub use people::*;
pub use quality::*;
pub use units::*;

use queries::day::Day;
pub use queries::privacy::ToldShare;

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
    /// Changes to the plan: those that helped first, then those with another verdict.
    pub changes: Vec<Change>,
    /// Links that nobody can click yet, in the order of adding them.
    pub links_to_add: Findings<LinkToAdd>,
    /// Pages reached the long way.
    pub detours: Findings<Detour>,
    /// Longer worn routes.
    pub journeys: Findings<Journey>,
    /// Steps of planned journeys at which people give up.
    pub drop_offs: Findings<DropOff>,
    /// Pages that are new, most people first.
    pub new_pages: Findings<NewPage>,
    /// Elephant paths of earlier windows that are none now.
    pub past_paths: Vec<PastPath>,
    /// Planned links that nobody follows, those that take most space first.
    pub deserted_links: Findings<DesertedLink>,
    /// Groups that formed across units: those born and growing first, then the largest.
    pub groups: Findings<Group>,
    /// Groups that are no more, the latest first.
    pub ended_groups: Vec<EndedGroup>,
    /// Whom others follow.
    pub leaders: Leaders,
    /// Whom to talk to, in the order of choosing them.
    pub ambassadors: Vec<Ambassador>,
    /// How far they reach together; `None` = no ties are known, or nobody was chosen.
    pub reach: Option<Reach>,
    /// Pages where units meet, those with most mixing beyond chance first.
    pub gathering_places: Findings<GatheringPlace>,
    /// Ties between the units of each dimension.
    pub bridges: Vec<DimensionBridges>,
    /// Who uses each section: those with a change first, then by section, dimension and unit.
    pub audiences: Findings<Audience>,
    /// Pages used otherwise than meant, most people first.
    pub applications: Findings<Application>,
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

impl Report {
    /// Findings of any kind that the gate withheld.
    pub fn n_withheld(&self) -> u64 {
        self.method.n_withheld
            + self.links_to_add.n_withheld
            + self.detours.n_withheld
            + self.journeys.n_withheld
            + self.drop_offs.n_withheld
            + self.new_pages.n_withheld
            + self.deserted_links.n_withheld
            + self.groups.n_withheld
            + self.gathering_places.n_withheld
            + self.audiences.n_withheld
            + self.applications.n_withheld
    }
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
    /// Moves that end there; `None` = withheld by the gate.
    pub moves: Option<SectionMoves>,
}

/// Moves that end in a section.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct SectionMoves {
    /// Along planned links.
    pub planned: u64,
    /// Those that the plan does not offer.
    pub unplanned: u64,
}
