//! The pages where units meet.

use arrow::array::Array;
use queries::privacy::About;
use reports::model::{Encounters, Findings, GatheringPlace};

use crate::engine::columns::{self, int_at};
use crate::error::Error;
use crate::report::pages::Pages;
use crate::report::scope::Scope;

/// Those with most mixing beyond chance first. They are told by department.
pub(crate) async fn gathering_places(
    scope: &Scope<'_>,
    pages: &Pages,
) -> Result<Findings<GatheringPlace>, Error> {
    let rest = "and dimension = 'department' order by mixing - mixing_expected desc, page";
    let mut places = Findings::default();
    for batch in &scope.findings("gathering_places", rest).await? {
        let page = columns::texts(batch, "page")?;
        let n_people = columns::ints(batch, "n_people")?;
        let n_units = columns::ints(batch, "n_units")?;
        let mixing = columns::floats(batch, "mixing")?;
        let low = columns::floats(batch, "mixing_low")?;
        let expected = columns::floats(batch, "mixing_expected")?;
        let n_leaders = columns::ints(batch, "n_leaders")?;
        let together = columns::ints(batch, "n_together")?;
        let together_expected = columns::floats(batch, "together_expected")?;
        let n_met = columns::ints(batch, "n_met")?;
        let n_encounters = columns::ints(batch, "n_encounters")?;
        let encounters_expected = columns::floats(batch, "encounters_expected")?;
        let encounters_q = columns::floats(batch, "encounters_q_value")?;
        let encounters_p = columns::floats(batch, "encounters_p_value")?;
        for row in 0..batch.num_rows() {
            let n = int_at(&n_people, row) as u64;
            let Some(told) = scope.gate.told(About::People, n, None) else {
                places.n_withheld += 1;
                continue;
            };
            let part = |n_part: i64| scope.gate.told(About::People, n_part as u64, Some(n));
            let n_together = together
                .is_valid(row)
                .then(|| together.value(row))
                .and_then(part);
            places.shown.push(GatheringPlace {
                name: pages.name(page.value(row)),
                n_people: told,
                n_units: int_at(&n_units, row) as u64,
                mixing: mixing.value(row),
                mixing_low: low.value(row),
                mixing_expected: expected.value(row),
                n_leaders: part(int_at(&n_leaders, row)),
                together_expected: n_together.and_then(|_| {
                    together_expected
                        .is_valid(row)
                        .then(|| together_expected.value(row))
                }),
                n_together,
                // Pairs are told where k people stand behind them, whoever they are.
                encounters: n_encounters
                    .is_valid(row)
                    .then(|| int_at(&n_met, row) as u64)
                    .filter(|n| scope.gate.shows(About::People, *n, None))
                    .and_then(|_| {
                        let n = n_encounters.value(row) as u64;
                        Some(Encounters {
                            n: scope.gate.told(About::People, n, None)?,
                            expected: encounters_expected.value(row),
                            p_value: encounters_p.value(row),
                            q_value: encounters_q.value(row),
                        })
                    }),
            });
        }
    }
    Ok(places)
}
