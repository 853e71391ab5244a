//! Ties between the fixed units, dimension by dimension.

use std::collections::BTreeMap;

use arrow::array::Array;
use queries::privacy::About;
use reports::model::{BridgeCell, BridgeChange, DimensionBridges, EiIndex};

use crate::engine::columns::{self, int_at};
use crate::error::Error;
use crate::report::scope::Scope;

/// 97.5 % of the normal distribution.
const Z: f64 = 1.959_964;

/// Dimensions in the order of the people file; units by name.
pub(crate) async fn bridges(scope: &Scope<'_>) -> Result<Vec<DimensionBridges>, Error> {
    let mut dimensions: BTreeMap<String, DimensionBridges> = BTreeMap::new();
    let rest = "order by dimension, unit_a, unit_b";
    for batch in &scope.findings("bridges", rest).await? {
        let dimension = columns::texts(batch, "dimension")?;
        let (unit_a, unit_b) = (
            columns::texts(batch, "unit_a")?,
            columns::texts(batch, "unit_b")?,
        );
        let people_a = columns::ints(batch, "n_people_a")?;
        let people_b = columns::ints(batch, "n_people_b")?;
        let observed = columns::floats(batch, "observed")?;
        let expected = columns::floats(batch, "expected")?;
        let ratio = columns::floats(batch, "ratio")?;
        let low = columns::floats(batch, "ratio_low")?;
        let high = columns::floats(batch, "ratio_high")?;
        let verdict = columns::texts(batch, "verdict")?;
        let carriers = columns::ints(batch, "n_carriers")?;
        let is_fragile = columns::truths(batch, "is_fragile")?;
        let before = columns::floats(batch, "ratio_before")?;
        let is_changed = columns::truths(batch, "is_changed")?;
        for row in 0..batch.num_rows() {
            let name = dimension.value(row).to_owned();
            let of = dimensions
                .entry(name.clone())
                .or_insert_with(|| DimensionBridges {
                    dimension: name,
                    ..DimensionBridges::default()
                });
            let a = place(&mut of.units, unit_a.value(row));
            let b = place(&mut of.units, unit_b.value(row));
            let sides = [int_at(&people_a, row), int_at(&people_b, row)];
            let is_shown = sides
                .iter()
                .all(|n| scope.gate.shows(About::People, *n as u64, None));
            if !is_shown || !high.is_valid(row) {
                continue;
            }
            if verdict.value(row) == "silo" {
                of.silos.push(a);
            }
            let n_carriers = scope
                .gate
                .told(About::People, int_at(&carriers, row) as u64, None);
            let may_count = n_carriers.is_some();
            let told = |ratio: f64| {
                if may_count {
                    ratio
                } else {
                    (10.0 * ratio).round() / 10.0
                }
            };
            let change = before.is_valid(row).then(|| BridgeChange {
                ratio_before: told(before.value(row)),
                is_changed: is_changed.value(row),
            });
            of.cells.push(BridgeCell {
                a,
                b,
                // Ties of few people would be told by their number, or by what chance gives and the ratio.
                observed: may_count.then(|| observed.value(row)),
                expected: may_count.then(|| expected.value(row)),
                ratio: told(ratio.value(row)),
                ratio_low: told(low.value(row)),
                ratio_high: told(high.value(row)),
                verdict: verdict.value(row).to_owned(),
                n_carriers,
                is_fragile: is_fragile.value(row),
                change,
            });
        }
    }
    for (name, index) in ei_indices(scope).await? {
        if let Some(of) = dimensions.get_mut(&name) {
            of.ei = Some(index);
        }
    }
    let order = |name: &str| {
        ["department", "location", "role"]
            .iter()
            .position(|known| *known == name)
    };
    let mut all: Vec<DimensionBridges> = dimensions.into_values().collect();
    all.sort_by_key(|one| order(&one.dimension).unwrap_or(usize::MAX));
    Ok(all)
}

fn place(units: &mut Vec<String>, unit: &str) -> usize {
    units
        .iter()
        .position(|known| known == unit)
        .unwrap_or_else(|| {
            units.push(unit.to_owned());
            units.len() - 1
        })
}

async fn ei_indices(scope: &Scope<'_>) -> Result<Vec<(String, EiIndex)>, Error> {
    let mut indices = Vec::new();
    for batch in &scope.findings("mixings", "order by dimension").await? {
        let dimension = columns::texts(batch, "dimension")?;
        let n_people = columns::ints(batch, "n_people")?;
        let observed = columns::floats(batch, "ei_index")?;
        let expected = columns::floats(batch, "ei_expected")?;
        let deviation = columns::floats(batch, "ei_deviation")?;
        for row in 0..batch.num_rows() {
            if !scope
                .gate
                .shows(About::People, int_at(&n_people, row) as u64, None)
            {
                continue;
            }
            let (expected, spread) = (expected.value(row), Z * deviation.value(row));
            let index = EiIndex {
                observed: observed.value(row),
                expected,
                low: expected - spread,
                high: expected + spread,
            };
            indices.push((dimension.value(row).to_owned(), index));
        }
    }
    Ok(indices)
}
