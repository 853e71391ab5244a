//! How each elephant path and new page spread, week by week, and whether along ties.

use std::collections::BTreeMap;

use arrow::array::Array;
use queries::day::Day;
use queries::privacy::{About, Gate};
use reports::model::{Findings, Imitation, NewPage, WeekCount};

use crate::engine::columns::{self, int_at};
use crate::error::Error;

use super::pages::Pages;
use super::scope::Scope;

/// How a path or a new page spread.
#[derive(Default)]
pub(super) struct Spread {
    /// The new page; `None` = a path.
    page: Option<String>,
    new: BTreeMap<i32, u64>,
    n_people: u64,
    /// Whether people came after those they are tied to, where that may be told.
    pub(super) imitation: Option<Imitation>,
}

/// How each path and new page spread, by its name, and whether that shows that it is known who is tied to
/// whom.
pub(super) struct Spreads {
    by_id: BTreeMap<String, Spread>,
    pub(super) has_ties: bool,
}

/// Reads the table `spreads` once.
pub(super) async fn spreads(scope: &Scope<'_>) -> Result<Spreads, Error> {
    let mut by_id: BTreeMap<String, Spread> = BTreeMap::new();
    let mut has_ties = true;
    for batch in &scope
        .findings("spreads", "order by finding_id, week")
        .await?
    {
        let id = columns::texts(batch, "finding_id")?;
        let from = columns::texts(batch, "from_page")?;
        let to = columns::texts(batch, "to_page")?;
        let week = columns::days(batch, "week")?;
        let new = columns::ints(batch, "n_new_people")?;
        let people = columns::ints(batch, "n_people")?;
        let share = columns::floats(batch, "share_after_a_tie_so_far")?;
        let expected = columns::floats(batch, "expected_share_so_far")?;
        let q_value = columns::floats(batch, "q_value")?;
        for row in 0..batch.num_rows() {
            let spread = by_id.entry(id.value(row).to_owned()).or_default();
            spread.page = from.is_null(row).then(|| to.value(row).to_owned());
            spread.new.insert(week.value(row), int_at(&new, row) as u64);
            spread.n_people = int_at(&people, row) as u64;
            has_ties &= q_value.is_valid(row);
            let told = || {
                let (share, expected) = (share.value(row), expected.value(row));
                imitation(
                    spread.n_people,
                    share,
                    expected,
                    q_value.value(row),
                    scope.gate,
                )
            };
            spread.imitation = q_value.is_valid(row).then(told).flatten();
        }
    }
    has_ties &= !by_id.is_empty();
    Ok(Spreads { by_id, has_ties })
}

/// Who came after whom is about people: it wants the larger k, for those who did and those who did not.
fn imitation(n_people: u64, share: f64, expected: f64, q: f64, gate: Gate) -> Option<Imitation> {
    let n_after = (share * n_people as f64).round() as u64;
    // A longer fraction would tell the people exactly.
    let rounded = |share: f64| (share * 100.0).round() / 100.0;
    gate.shows(About::People, n_people, None)
        .then(|| Imitation {
            share: gate
                .shows(About::People, n_after, Some(n_people))
                .then(|| rounded(share)),
            expected_share: rounded(expected),
            is_more_than_chance: q <= 0.05,
        })
}

impl Spreads {
    /// How a path spread.
    pub(super) fn path(&self, id: &str, scope: &Scope<'_>) -> (Vec<WeekCount>, Option<Imitation>) {
        let last = Day(scope.window.end).monday().0;
        self.by_id.get(id).map_or_else(Default::default, |spread| {
            (cumulated(&spread.new, last, scope.gate), spread.imitation)
        })
    }

    /// The new pages that may be shown, most people first.
    pub(super) fn new_pages(
        &self,
        scope: &Scope<'_>,
        pages: &Pages,
        all: u64,
    ) -> Findings<NewPage> {
        let mut found = Findings::default();
        for spread in self.by_id.values() {
            let Some(page) = &spread.page else {
                continue;
            };
            if !scope.shows(spread.n_people, Some(all)) {
                found.n_withheld += 1;
                continue;
            }
            found.shown.push(NewPage {
                name: pages.name(page),
                n_people: spread.n_people,
                first_week: Day(spread.new.keys().next().copied().unwrap_or_default()),
                imitation: spread.imitation,
            });
        }
        found.shown.sort_by(|a, b| {
            let order = b.n_people.cmp(&a.n_people);
            order.then_with(|| a.name.page.cmp(&b.name.page))
        });
        found
    }
}

/// A step of fewer than k people would tell the few apart: it is added to the next week's.
fn cumulated(new: &BTreeMap<i32, u64>, last: i32, gate: Gate) -> Vec<WeekCount> {
    let Some(&first) = new.keys().next() else {
        return Vec::new();
    };
    let (mut so_far, mut shown) = (0, 0);
    (first..=last)
        .step_by(7)
        .map(|week| {
            so_far += new.get(&week).copied().unwrap_or(0);
            if gate.shows(About::Pages, so_far - shown, None) {
                shown = so_far;
            }
            WeekCount {
                week: Day(week),
                people_so_far: (shown > 0).then_some(shown),
            }
        })
        .collect()
}

/// The last of the spread stands beside the people of the window: where the two differ by fewer than
/// k, the few who walked only earlier could be told by subtraction, and the window's number is shown.
pub(super) fn without_the_few(
    mut weeks: Vec<WeekCount>,
    n_people: u64,
    gate: Gate,
) -> Vec<WeekCount> {
    let all = weeks
        .last()
        .and_then(|week| week.people_so_far)
        .unwrap_or(0);
    if all > n_people && !gate.shows(About::Pages, all - n_people, None) {
        for week in &mut weeks {
            week.people_so_far = week.people_so_far.map(|n| n.min(n_people));
        }
    }
    weeks
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_came_after_whom_is_told_of_enough_people_only() {
        let gate = Gate::default();
        assert_eq!(imitation(9, 1.0, 0.2, 0.001, gate), None);
        let told = imitation(48, 0.75, 0.2149, 0.001, gate).expect("enough people");
        assert_eq!((told.share, told.expected_share), (Some(0.75), 0.21));
        assert!(told.is_more_than_chance);
        // Four of them came without a tie: they could be told by subtraction.
        let few = imitation(48, 44.0 / 48.0, 0.2, 0.06, gate).expect("enough people");
        assert_eq!((few.share, few.is_more_than_chance), (None, false));
    }
}
