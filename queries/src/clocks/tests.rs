//! Planted jumps are seen, ordinary weeks and decoys are not.

use super::world::{START, WEEKS_BEFORE, Week, World};
use super::*;
use crate::text::Append;

fn world(n_people: u32, week: Week) -> World {
    World {
        n_people,
        week,
        flexible: 0.5,
        shifts: 0,
    }
}

/// The jumps told in the nights of the week tested, up to the night of its day `last`.
fn nights(world: World, seed: u64, last: i32) -> Vec<Jump> {
    let rows = world.rows(seed);
    let monday = Day(START.0 + WEEKS_BEFORE * 7);
    (0..=last)
        .flat_map(|night| {
            let today = Day(monday.0 + night);
            let is_known = |row: &PersonDay| row.day <= today;
            let known: Vec<PersonDay> = rows.iter().copied().filter(is_known).collect();
            jumps(&known, today)
        })
        .collect()
}

/// In how many of some weeks a jump was told.
fn n_told(world: World, first: u64, n_weeks: u64, last: i32) -> usize {
    let weeks = (first..first + n_weeks).map(|seed| nights(world, seed * 7_919 + 17, last));
    weeks.filter(|jumps| !jumps.is_empty()).count()
}

const DECOYS: [Week; 7] = [
    Week::Ordinary,
    Week::Holiday,
    Week::Late,
    Week::Short,
    Week::Newcomers,
    Week::LateOnesOnly,
    Week::CutAtNoon,
];

#[test]
fn ordinary_weeks_and_decoys_are_no_jump() {
    for (first, n_people) in [(0, 40), (1_000, 150)] {
        for week in DECOYS {
            for (flexible, shifts) in [(0.5, 0), (1.2, 0), (0.5, 30)] {
                let world = World {
                    flexible,
                    shifts,
                    ..world(n_people, week)
                };
                assert_eq!(n_told(world, first, 15, 6), 0, "{world:?}");
            }
        }
    }
}

#[test]
fn a_planted_jump_is_told_within_the_week_and_of_many_people_the_night_after() {
    for (first, hours) in [(0, 1), (1_000, -1)] {
        let week = Week::Jump(hours);
        assert!(n_told(world(60, week), first, 40, 6) >= 38);
        assert!(n_told(world(500, week), first, 10, 0) >= 9);
        let told = nights(world(120, week), first + 5, 6);
        assert!(!told.is_empty());
        for jump in told {
            assert_eq!(jump.hours, hours);
            assert!((0.6..1.4).contains(&jump.share), "{jump:?}");
        }
    }
    let far = nights(world(60, Week::Jump(-7)), 3, 6);
    assert!(far.iter().any(|jump| jump.hours == -7), "{far:?}");
}

/// People who do the same every day, from the hour `start` on for eight hours, on workdays.
fn same_every_day(days: std::ops::Range<i32>, start: impl Fn(i32, i64) -> u32) -> Vec<PersonDay> {
    let mut rows = Vec::new();
    for person in 0..20 {
        for day in days.clone().filter(|day| day % 7 < 5) {
            rows.push(PersonDay {
                person,
                day: Day(START.0 + day),
                hours: 0xFF << start(day, person),
            });
        }
    }
    rows
}

#[test]
fn a_whole_jump_is_a_share_of_one_and_is_told_once() {
    let start = |day, person: i64| 8 + person as u32 % 2 + u32::from(day >= 42);
    let rows = same_every_day(0..84, start);
    let told = jumps(&rows, START);
    assert_eq!(told.len(), 1);
    let jump = told[0];
    assert_eq!((jump.hours, jump.n_people), (1, 20));
    assert!((jump.share - 1.0).abs() < 1e-9 && (jump.share_low - 1.0).abs() < 1e-9);
    // The first five days after it show it whole; by and by the days before have it too.
    assert_eq!(jump.since, Day(START.0 + 42));
    assert!(jump.until < Day(START.0 + 42 + DAYS_BEFORE));
}

#[test]
fn half_of_the_people_who_move_are_no_clock() {
    let start = |day, person: i64| 8 + u32::from(day >= 42 && person % 2 == 0);
    assert_eq!(jumps(&same_every_day(0..49, start), START), []);
}

#[test]
fn too_few_people_or_days_tell_nothing() {
    assert_eq!(jumps(&[], START), []);
    let start = |day, _| 8 + u32::from(day >= 42);
    let few: Vec<PersonDay> = same_every_day(0..49, start)
        .into_iter()
        .filter(|row| row.person < 9)
        .collect();
    assert_eq!(jumps(&few, START), []);
    assert_eq!(jumps(&same_every_day(35..49, start), START), []);
    assert_eq!(jumps(&same_every_day(0..49, start), Day(START.0 + 60)), []);
}

/// Seeds from here on were never looked at while a threshold was chosen.
const FRESH: u64 = 1_000_000;

/// `cargo test -p elephant-queries --release --lib -- clocks --ignored --nocapture` prints the table of
/// `fixtures/evidence/clock_jumps.csv`.
#[test]
#[ignore = "minutes: the full statistics"]
fn full_statistics() {
    let jumps = [Week::Jump(1), Week::Jump(-1), Week::Jump(2)];
    let mut table =
        "week,people,flexible_hours,percent_in_shifts,weeks,told_first_night,told_by_sunday\n"
            .to_owned();
    for week in DECOYS.into_iter().chain(jumps) {
        for n_people in [15, 30, 60, 120, 500] {
            for (flexible, shifts) in [(0.5, 0), (1.2, 0), (0.5, 30)] {
                let world = World {
                    flexible,
                    shifts,
                    ..world(n_people, week)
                };
                let n = if n_people > 200 { 100 } else { 400 };
                let [first, all] = [0, 6].map(|last| n_told(world, FRESH, n, last));
                table.add_line(format_args!(
                    "{},{n_people},{flexible},{shifts},{n},{first},{all}",
                    week.name()
                ));
            }
        }
    }
    show(&table);
}

#[expect(clippy::print_stdout, reason = "the table is what the command is for")]
fn show(table: &str) {
    println!("{table}");
}
