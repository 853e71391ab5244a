//! Planted jumps are seen, ordinary weeks and decoys are not.

use super::world::{START, WEEKS_BEFORE, Week, World};
use super::*;

const USUAL: World = World {
    n_people: 120,
    week: Week::Ordinary,
    flexible: 0.5,
    shifts: 0,
};

/// The jumps told in any of the nights of the week tested, each looking back on what it had.
fn nights(world: World, seed: u64, last: i32) -> Vec<Jump> {
    let rows = world.rows(seed);
    let monday = Day(START.0 + WEEKS_BEFORE * 7);
    (0..=last)
        .flat_map(|night| {
            let today = Day(monday.0 + night);
            let known: Vec<PersonDay> = rows
                .iter()
                .copied()
                .filter(|row| row.day <= today)
                .collect();
            jumps(&known, today)
        })
        .collect()
}

/// In how many of some weeks a jump was told by the night of a day of it.
fn told(world: World, n_weeks: u64, last: i32) -> usize {
    let weeks = (0..n_weeks).map(|seed| nights(world, seed * 7_919 + 17, last));
    weeks.filter(|jumps| !jumps.is_empty()).count()
}

#[test]
#[ignore = "a table, not a proof"]
fn table() {
    for n_people in [15, 30, 60, 120, 500] {
        for week in [
            Week::Ordinary,
            Week::Holiday,
            Week::Late,
            Week::Short,
            Week::Newcomers,
            Week::LateOnesOnly,
            Week::CutAtNoon,
            Week::Jump(1),
            Week::Jump(-1),
            Week::Jump(2),
        ] {
            for (flexible, shifts) in [(0.5, 0), (1.0, 0), (0.5, 30)] {
                let world = World {
                    n_people,
                    week,
                    flexible,
                    shifts,
                };
                let n = if n_people > 200 { 100 } else { 300 };
                let (first, all) = (told(world, n, 0), told(world, n, 6));
                eprintln!(
                    "{n_people:>4} {week:?} flexible {flexible} shifts {shifts}: first night {first}, week {all} of {n}"
                );
            }
        }
    }
}
