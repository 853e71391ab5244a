//! Informal groups, people whom others follow, people to talk to, and places where units meet.
//!
//! Every number has passed the privacy gate: `None` = withheld. What is withheld of a sum takes as
//! many other parts with it as it needs that no remainder stands for too few people.

use queries::day::Day;

use super::PageName;

/// How many people of a unit belong to something.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct UnitPart {
    /// The unit's name.
    pub unit: String,
    /// Distinct people; `None` = withheld by the gate.
    pub n_people: Option<u64>,
}

/// A page that a group gathers round.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GatheredPage {
    /// The page.
    pub name: PageName,
    /// Members who used it.
    pub n_people: u64,
    /// How many times more members use it than their departments, their activity and the page's
    /// popularity explain (1 = as many).
    pub lift: f64,
}

/// A group that formed across units and that nobody planned.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Group {
    /// Stays the same from window to window.
    pub id: String,
    /// What it gathers round, the page with the highest lift first.
    pub pages: Vec<GatheredPage>,
    /// Members, core and loose.
    pub n_people: u64,
    /// Members who belong to it in at least 70 of 100 repeated runs; `None` = withheld by the gate.
    pub n_core: Option<u64>,
    /// Whom it mixes by department, the largest first.
    pub departments: Vec<UnitPart>,
    /// Whom it mixes by location, the largest first.
    pub locations: Vec<UnitPart>,
    /// Share (0 to 1) of its largest department; `None` = withheld by the gate.
    pub largest_unit_share: Option<f64>,
    /// Share of invented worlds without groups whose best group is knit at least as closely.
    pub p_value: f64,
    /// How alike (0 to 1) its members are from run to run.
    pub stability: f64,
    /// Last days of the windows between which it was born; `None` = before the first window, or out of another.
    pub born: Option<(Day, Day)>,
    /// `born`, `growing`, `stable`, `shrinking`, `merged` (it took in another one) or `split` (others came
    /// out of it) in the last window; empty where membership is not stable enough to name it.
    pub event: String,
    /// How it came out of others, where it did: `came out` or `merged`.
    pub origin: Option<GroupEvent>,
    /// What happened to it by this window, in order, as far as it may be told.
    pub events: Vec<GroupEvent>,
    /// Members by the last day of each window, in order; `None` = withheld by the gate.
    pub sizes: Vec<(Day, Option<u64>)>,
}

/// Something that happened to a group between two windows.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GroupEvent {
    /// `born`, `growing`, `shrinking`, `merged` (it took in another one), `split` (others came out of it) or
    /// `came out` (it split off from another one).
    pub event: String,
    /// The last day of the last window in which it had not happened.
    pub since: Day,
    /// The last day of the first window in which it had.
    pub at: Day,
}

/// A group that is no more.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct EndedGroup {
    /// The id that it had.
    pub id: String,
    /// What it gathered round.
    pub pages: Vec<PageName>,
    /// `ended`, `merged` (into another one) or `split` (into several).
    pub event: String,
    /// The last day of the first window without it.
    pub ended_at: Day,
    /// Members at its largest; `None` = withheld by the gate.
    pub n_people_most: Option<u64>,
}

/// Whether people may be listed by name or pseudonym.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Lists {
    /// Nobody is.
    #[default]
    Off,
    /// Those who said yes are.
    OptIn,
    /// Everybody may be, but for those who opted out.
    Everyone,
}

/// One way to be followed. There is no sum of the three.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// Early, and then followed by people tied to them.
    #[default]
    Initiator,
    /// Stands between people who are not tied to each other.
    Broker,
    /// Has many ties to people who have many.
    Hub,
}

/// Somebody in one of the roles. Nobody is listed while lists are off.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Leader {
    /// Name, or pseudonym.
    pub label: String,
    /// Department; `None` = unknown or withheld by the gate.
    pub unit: Option<String>,
    /// The role. Somebody in two roles is listed twice.
    pub role: Role,
    /// Distinct people tied to them: for an initiator, those who followed; `None` = withheld by the gate.
    pub n_followers: Option<u64>,
    /// Initiator: how often people tied to them took something up after them, over how often before
    /// (1 = as often). Broker: standard deviations beyond rewired ties. Hub: rank over the mean (1 =
    /// like the average).
    pub score: f64,
    /// Whether the strictest comparison, with people of the same department who are not tied, agrees.
    pub is_strong: bool,
    /// Whether they have reports in the chart of the organisation; `None` = unknown.
    pub has_reports: Option<bool>,
}

/// How many people have a role, listed or not.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct RoleCount {
    /// The role.
    pub role: Role,
    /// Distinct people; `None` = withheld by the gate.
    pub n_people: Option<u64>,
    /// Those who have no reports in the chart of the organisation; `None` = unknown or withheld.
    pub n_without_reports: Option<u64>,
}

/// Whom others follow.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Leaders {
    /// Those who may be listed, of each role the strongest first.
    pub listed: Vec<Leader>,
    /// How many there are of each role; no entry = nobody was found.
    pub counts: Vec<RoleCount>,
}

/// Somebody to talk to. Nobody is listed while lists are off.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ambassador {
    /// 1 = the one who reaches most.
    pub rank: u32,
    /// Name, or pseudonym.
    pub label: String,
    /// Department; `None` = unknown or withheld by the gate.
    pub unit: Option<String>,
    /// People reached beyond those before; `None` = withheld by the gate.
    pub n_new_people: Option<u64>,
    /// People reached by all down to this one; `None` = withheld by the gate.
    pub n_people_covered: Option<u64>,
    /// Units of the people reached.
    pub units: Vec<String>,
    /// What of these days touches their groups, in words: what there is to talk about.
    pub due: Vec<String>,
    /// When somebody last talked to them; `None` = never, as far as was noted.
    pub last_contact: Option<Day>,
}

/// How far the ambassadors reach together, listed or not.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Reach {
    /// How many ambassadors were chosen.
    pub n_chosen: u64,
    /// People who have ties and could be reached.
    pub n_people: u64,
    /// People tied to at least one of them, and they themselves; `None` = withheld by the gate.
    pub covered: Option<u64>,
    /// People whom as many executives reach: those with most reports; `None` = unknown or withheld.
    pub by_executives: Option<u64>,
    /// People whom as many drawn by lot reach on average; `None` = withheld by the gate.
    pub by_random: Option<f64>,
    /// People within two steps of the ambassadors; `None` = withheld by the gate.
    pub two_steps: Option<u64>,
}

/// A page where units meet more than chance gives.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GatheringPlace {
    /// The page.
    pub name: PageName,
    /// Distinct people.
    pub n_people: u64,
    /// Units that they come from.
    pub n_units: u64,
    /// Share (0 to 1) of the pairs of its people who are of different units.
    pub mixing: f64,
    /// Lower 95 % bound of that.
    pub mixing_low: f64,
    /// The same of as many people of the same activity by chance.
    pub mixing_expected: f64,
    /// People there whom others follow; `None` = withheld by the gate.
    pub n_leaders: Option<u64>,
    /// People who were there at the same time as somebody of another unit on more than one day; `None` = withheld.
    pub n_together: Option<u64>,
    /// The same if everybody came as often but at other times; `None` = withheld or not known.
    pub together_expected: Option<f64>,
    /// How often two of different units came in the same minutes; `None` = withheld or not known.
    pub encounters: Option<Encounters>,
}

/// Pairs of people of different units who came to a page in the same minutes, by days.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Encounters {
    /// How many.
    pub n: u64,
    /// The same if everybody came as often but on other days.
    pub expected: f64,
    /// How likely chance has as many.
    pub p_value: f64,
    /// The same with as many looks as there are pages.
    pub q_value: f64,
}
