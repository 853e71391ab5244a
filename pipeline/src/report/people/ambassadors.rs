//! Whom to talk to, as far as they may be listed, and how far they reach together.

use std::collections::BTreeMap;

use queries::day::Day;
use queries::privacy::About;
use reports::model::{Ambassador, Reach};

use super::leaders::departments;
use crate::engine::columns::{self, int_at};
use crate::error::Error;
use crate::people::labels::Labels;
use crate::report::scope::Scope;
use crate::run::Run;
use crate::store::Lake;
use crate::talks::{due_talks, last_talks};

/// In the order of choosing them.
pub(crate) async fn ambassadors(
    run: &Run,
    lake: &Lake,
    scope: &Scope<'_>,
    labels: &Labels,
) -> Result<Vec<Ambassador>, Error> {
    let due = due_talks(run, lake, scope.context, scope.window).await?;
    let due: BTreeMap<i64, Vec<String>> = due
        .into_iter()
        .map(|one| {
            let says = one.subjects.into_iter().map(|(_, says)| says);
            (one.person, says.collect())
        })
        .collect();
    let last = last_talks(run, lake).await?;
    let departments = departments(scope).await?;
    let mut ambassadors = Vec::new();
    for batch in &scope.findings("ambassadors", "order by rank").await? {
        let rank = columns::ints(batch, "rank")?;
        let person = columns::ints(batch, "person")?;
        let new_people = columns::ints(batch, "n_new_people")?;
        let covered = columns::ints(batch, "n_people_covered")?;
        let units = columns::lists(batch, "units")?;
        for row in 0..batch.num_rows() {
            let person = person.value(row);
            if !labels.may_list(person) {
                continue;
            }
            let told = |n: i64| scope.gate.told(About::People, n as u64, None);
            let unit = departments.get(&person);
            let unit = unit.filter(|(_, n)| scope.gate.shows(About::People, *n, None));
            ambassadors.push(Ambassador {
                rank: int_at(&rank, row) as u32,
                label: labels.of(person),
                unit: unit.map(|(unit, _)| unit.clone()),
                n_new_people: told(int_at(&new_people, row)),
                n_people_covered: told(int_at(&covered, row)),
                units: columns::text_list(&units, row),
                due: due.get(&person).cloned().unwrap_or_default(),
                last_contact: last.get(&person).map(|day| Day(*day)),
            });
        }
    }
    Ok(ambassadors)
}

/// How far all of them reach, listed or not.
pub(crate) async fn reach(scope: &Scope<'_>) -> Result<Option<Reach>, Error> {
    use arrow::array::Array;
    let mut reach = None;
    for batch in &scope.findings("reach", "order by n_chosen").await? {
        let n_chosen = columns::ints(batch, "n_chosen")?;
        let n_people = columns::ints(batch, "n_people")?;
        let covered = columns::ints(batch, "covered")?;
        let executives = columns::ints(batch, "by_executives")?;
        let random = columns::floats(batch, "by_random")?;
        let two_steps = columns::ints(batch, "two_steps")?;
        for row in 0..batch.num_rows() {
            let all = int_at(&n_people, row) as u64;
            let part = |n: i64| scope.gate.told(About::People, n as u64, Some(all));
            let Some(n_people) = scope.gate.told(About::People, all, None) else {
                continue;
            };
            reach = Some(Reach {
                n_chosen: int_at(&n_chosen, row) as u64,
                n_people,
                covered: part(int_at(&covered, row)),
                by_executives: executives
                    .is_valid(row)
                    .then(|| executives.value(row))
                    .and_then(part),
                // A mean over draws is nobody's number.
                by_random: (random.value(row) >= scope.gate.k_people as f64)
                    .then(|| random.value(row)),
                two_steps: part(int_at(&two_steps, row)),
            });
        }
    }
    Ok(reach)
}
