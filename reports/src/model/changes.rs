//! Changes that were made to the plan.

use queries::day::Day;
use queries::findings::pavings::{Effect, Measured, Verdict};

use super::PageName;

/// A link that was made, and what came of it. Numbers that the gate withholds are absent.
#[derive(Debug, Clone, Default)]
pub struct Change {
    /// Page that got the link.
    pub from: PageName,
    /// Page that it leads to.
    pub to: PageName,
    /// The first day of the link.
    pub since: Day,
    /// What can be said; `None` = the latest analysis did not know the change.
    pub verdict: Option<Verdict>,
    /// The day whose logs bring the next look that may change the verdict; `None` = there will be none.
    pub next_look: Option<Day>,
    /// Of the share who get from the first page to the second, against what would have been.
    pub effect: Option<Effect>,
    /// The smallest effect that would have been seen in four of five cases.
    pub smallest_visible: Option<f64>,
    /// Of the people whom the link carries now, the share (0 to 1) that came by another way before.
    pub moved_share: Option<f64>,
    /// People a week who got to the second page from the first, before.
    pub people_before: Option<f64>,
    /// The same since.
    pub people_after: Option<f64>,
    /// Steps, seconds and searches, those that may be told.
    pub measured: Vec<Measured>,
    /// Whole weeks that were looked at since.
    pub n_weeks_after: Option<u64>,
    /// Moves to which nothing was done, compared with.
    pub n_controls: Option<u64>,
}

impl Change {
    /// Whether there is an answer.
    pub fn is_decided(&self) -> bool {
        use Verdict::{Helped, NoVisibleEffect, Worse};
        matches!(self.verdict, Some(Helped | NoVisibleEffect | Worse))
    }
}
