//! Null worlds: who uses what when each cell of the model is a coin of its own.
//!
//! One coin a cell would be persons times items. Cells of one class of people and one class of items share
//! their chance, so the next used one among them is a geometric number of cells further on: a world costs
//! as many steps as it has used cells.

use super::background::Background;
use super::incidence::Incidence;
use super::model;
use crate::stats::random::Random;

/// A chance this close to 0 or 1 happens never or always.
const CERTAIN: f64 = 1e-12;

/// The cells of a department that may be used, by classes.
#[derive(Debug, Clone, PartialEq)]
struct Cells {
    /// Places by class of activity.
    places: Vec<Vec<u32>>,
    /// Items that count, by class of popularity.
    items: Vec<Vec<u32>>,
}

/// What worlds are drawn from.
#[derive(Debug, Clone)]
pub(super) struct Lots<'a> {
    background: &'a Background,
    departments: Vec<Cells>,
    n_items: usize,
}

impl<'a> Lots<'a> {
    /// Worlds of the items with a weight.
    pub(super) fn new(background: &'a Background, weights: &[f64]) -> Self {
        let cells = background.departments.iter().map(|department| {
            let mut places = vec![Vec::new(); department.log_x.len()];
            for place in department.places.clone() {
                places[background.class[place as usize] as usize].push(place);
            }
            let mut items = vec![Vec::new(); department.log_z.len()];
            for used in department
                .used
                .iter()
                .filter(|used| weights[used.item as usize] > 0.0)
            {
                items[used.class as usize].push(used.item);
            }
            Cells { places, items }
        });
        Self {
            background,
            departments: cells.collect(),
            n_items: weights.len(),
        }
    }

    /// A world.
    pub(super) fn draw(&self, random: &mut Random) -> Incidence {
        let mut cells = Vec::new();
        for (department, own) in self.background.departments.iter().zip(&self.departments) {
            for (places, log_x) in own.places.iter().zip(&department.log_x) {
                for (items, log_z) in own.items.iter().zip(&department.log_z) {
                    draw(
                        model::chance(*log_x, *log_z),
                        places,
                        items,
                        random,
                        &mut cells,
                    );
                }
            }
        }
        Incidence::new(self.background.n_places(), self.n_items, &cells)
    }
}

fn draw(
    chance: f64,
    places: &[u32],
    items: &[u32],
    random: &mut Random,
    cells: &mut Vec<(u32, u32)>,
) {
    let n = places.len() * items.len();
    if n == 0 || chance < CERTAIN {
        return;
    }
    let log_miss = if chance > 1.0 - CERTAIN {
        f64::NEG_INFINITY
    } else {
        (-chance).ln_1p()
    };
    let mut at = skipped(log_miss, random);
    while at < n as f64 {
        let cell = at as usize;
        cells.push((places[cell / items.len()], items[cell % items.len()]));
        at += 1.0 + skipped(log_miss, random);
    }
}

/// How many cells are not used before the next that is.
fn skipped(log_miss: f64, random: &mut Random) -> f64 {
    // 1 - uniform is never 0.
    ((1.0 - random.uniform()).ln() / log_miss).floor()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::people::uses::Uses;

    #[test]
    fn cells_are_used_as_often_as_their_chance() {
        let mut random = Random::new(2);
        let mut rows = Vec::new();
        for person in 0..40_u32 {
            for item in 0..12_u32 {
                if item == 11 || random.uniform() < 0.1 + f64::from(person % 5 + item % 3) / 10.0 {
                    rows.push((person, item, 0));
                }
            }
        }
        let uses = Uses::new(40, 12, &rows);
        let label: Vec<u32> = (0..40).map(|person| person % 2).collect();
        let background = Background::new(&uses, &label, 1);
        let lots = Lots::new(&background, &[1.0; 12]);
        let mut n_used = vec![[0_u32; 12]; 40];
        let n_worlds = 4_000;
        for _ in 0..n_worlds {
            let world = lots.draw(&mut random);
            for place in 0..40 {
                for item in world.items(place) {
                    n_used[place as usize][*item as usize] += 1;
                }
            }
        }
        for (place, row) in n_used.iter().enumerate() {
            for (item, n) in row.iter().enumerate() {
                let share = f64::from(*n) / f64::from(n_worlds);
                let expected = background.column(item as u32).chance(place as u32);
                // Five deviations.
                let bound = 5.0 * (expected * (1.0 - expected) / f64::from(n_worlds)).sqrt() + 1e-9;
                assert!((share - expected).abs() <= bound, "{share} {expected}");
            }
        }
    }
}
