//! Fixed groups against each other, sections and who uses them, and pages used otherwise than meant.
//!
//! Every number has passed the privacy gate: `None`, or an absent cell = withheld.

use queries::day::Day;
use queries::privacy::ToldShare;

use super::{PageName, UnitPart};

/// Ties between the units of one dimension, such as department or location.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DimensionBridges {
    /// The dimension's name.
    pub dimension: String,
    /// Its units; the indices below point into this list.
    pub units: Vec<String>,
    /// Pairs of units that may be shown, each once.
    pub cells: Vec<BridgeCell>,
    /// Units that are hardly tied to any other.
    pub silos: Vec<usize>,
    /// Ties across units against ties within; `None` = withheld by the gate.
    pub ei: Option<EiIndex>,
}

/// A pair of units.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct BridgeCell {
    /// One unit.
    pub a: usize,
    /// The other; the same as `a` for the ties within a unit.
    pub b: usize,
    /// Weight of the ties between their people; `None` = withheld by the gate: too few people carry them.
    pub observed: Option<f64>,
    /// What it would be if everybody kept as many ties and they fell by chance; `None` with the ties, which it and
    /// the ratio would tell.
    pub expected: Option<f64>,
    /// Ties over those that chance gives.
    pub ratio: f64,
    /// Lower 95 % bound of the ratio.
    pub ratio_low: f64,
    /// Upper 95 % bound of the ratio.
    pub ratio_high: f64,
    /// `silo`, `bridge` or `neither`.
    pub verdict: String,
    /// People who have a tie across; `None` = withheld by the gate.
    pub n_carriers: Option<u64>,
    /// Whether fewer people than the gate's k carry most of it.
    pub is_fragile: bool,
    /// Against the window before; `None` = there is none, or withheld.
    pub change: Option<BridgeChange>,
}

/// What a pair of units was in the window before.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct BridgeChange {
    /// Observed over expected then.
    pub ratio_before: f64,
    /// Whether the difference is more than chance.
    pub is_changed: bool,
}

/// Krackhardt and Stern's index: ties across units less ties within, over all; −1 = all within,
/// +1 = all across.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct EiIndex {
    /// As it is.
    pub observed: f64,
    /// As it would be on average if people were dealt to units of these sizes by lot.
    pub expected: f64,
    /// Lower 95 % bound of what the lot gives.
    pub low: f64,
    /// Upper 95 % bound of what the lot gives.
    pub high: f64,
}

/// Who uses a section: one unit's share of its people.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Audience {
    /// The section's name or address.
    pub section: String,
    /// The dimension, such as role.
    pub dimension: String,
    /// The unit.
    pub unit: String,
    /// By week, in order.
    pub weeks: Vec<AudienceWeek>,
    /// Share (0 to 1) that was declared for it; `None` = none was.
    pub planned_share: Option<f64>,
    /// The unit against another one.
    pub ratio: Option<Ratio>,
    /// The change that was noticed; `None` = none.
    pub alarm: Option<Alarm>,
    /// Percentage points of the change that happened on the same pages; `None` = no change, or withheld.
    pub within: Option<f64>,
    /// Percentage points of it that come from other pages being used.
    pub mix: Option<f64>,
    /// The unit's share (0 to 1) of what is written there; `None` = withheld, or nothing is written.
    pub contribution_share: Option<f64>,
}

/// One unit's share in one week; shares are absent with the number of people.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct AudienceWeek {
    /// The week's Monday.
    pub week: Day,
    /// Distinct people of the unit; `None` = withheld by the gate, and the shares are not shown.
    pub n_people: Option<u64>,
    /// Their share (0 to 1) of the section's people.
    pub share: f64,
    /// Lower 95 % bound.
    pub share_low: f64,
    /// Upper 95 % bound.
    pub share_high: f64,
}

/// How many people of a unit come for each one of another.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Ratio {
    /// The other unit; empty = everybody else.
    pub against: String,
    /// People of the unit for each one of the other.
    pub value: f64,
    /// Lower 95 % bound.
    pub low: f64,
    /// Upper 95 % bound.
    pub high: f64,
    /// People of both.
    pub n_people: u64,
    /// People it would take to know the ratio within a tenth.
    pub n_people_needed: u64,
}

/// A lasting change of an audience.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Alarm {
    /// Monday of the first week after the change.
    pub since: Day,
    /// Earliest Monday that it may be, 95 % interval.
    pub since_low: Day,
    /// Latest.
    pub since_high: Day,
    /// Share before.
    pub share_before: ToldShare,
    /// Share since.
    pub share_after: ToldShare,
}

/// Pages that are used together, by other people or in another way than was declared for them.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Application {
    /// Its pages, the most typical first; they are its name.
    pub pages: Vec<PageName>,
    /// Distinct people.
    pub n_people: u64,
    /// What was declared for them, or the section that they stand in.
    pub declared: String,
    /// Who uses it by department, the largest first.
    pub departments: Vec<UnitPart>,
    /// How far its people are from those declared: Jensen-Shannon distance, 0 = the same to 1.
    pub audience_distance: f64,
    /// Benjamini-Hochberg q of that.
    pub q_value: f64,
    /// Share (0 to 1) of its uses that write something.
    pub contribution_share: f64,
    /// The same at the usual page of the site.
    pub site_contribution_share: f64,
    /// Share (0 to 1) of its people who come again in another week.
    pub return_rate: f64,
    /// The same at the usual page of the site.
    pub site_return_rate: f64,
    /// People now over people in the window before (1 = as many).
    pub growth: f64,
    /// Last day of the first window that had it; `None` = before the first one.
    pub since: Option<Day>,
    /// The departments who talk there, where a bridge between them is told.
    pub bridge: Option<[String; 2]>,
}
