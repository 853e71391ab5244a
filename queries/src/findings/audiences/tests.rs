//! Audiences by hand, planted drifts, and years in which nothing drifts.

use super::world::World;
use super::*;

fn count(section: u32, unit: u32, week: i32, n_people: u64) -> Count {
    Count {
        section,
        unit,
        week,
        n_people,
        n_eligible: 40,
        n_sessions: 2 * n_people,
        n_contributions: u64::from(unit == 0) * n_people,
    }
}

#[test]
fn a_week_by_hand() {
    let counts = [
        count(3, 0, 4, 8),
        count(3, 0, 11, 0),
        count(3, 1, 4, 2),
        count(3, 1, 18, 5),
    ];
    let planned = [Planned {
        section: 3,
        unit: 0,
        share: 0.1,
    }];
    let found = audiences(&counts, &[], &planned, &Options::default());
    let told: Vec<_> = found
        .weeks
        .iter()
        .map(|w| (w.unit, w.week, w.n_people, w.n_people_all))
        .collect();
    // Nobody came in the week of day 11.
    assert_eq!(
        told,
        [(0, 4, 8, 10), (0, 18, 0, 5), (1, 4, 2, 10), (1, 18, 5, 5)]
    );
    let first = found.weeks[0];
    assert!((first.share - 0.8).abs() < 1e-12 && (first.ratio.value - 4.0).abs() < 1e-12);
    assert_eq!((first.rate, first.planned_share), (Some(0.2), Some(0.1)));
    assert_eq!(
        (first.share_of_sessions, first.share_of_contributions),
        (Some(0.8), Some(1.0))
    );
    assert_eq!(found.weeks[3].share_of_contributions, None);
    assert!(
        found
            .drifts
            .iter()
            .all(|drift| drift.verdict == Verdict::NotEnoughPeople)
    );
    assert_eq!(
        audiences(&[], &[], &[], &Options::default()),
        Audiences::default()
    );
}

fn judged(world: &World, seed: u64) -> Vec<Drift> {
    let (counts, site) = world.counts(seed);
    audiences(&counts, &site, &[], &Options::default()).drifts
}

#[test]
fn a_planted_drift_is_dated_within_two_weeks_and_no_other_is_found() {
    let mut n_others = 0;
    for seed in 0..10 {
        for drift in [(26, 1), (20, 6), (20, 12)] {
            let world = World {
                drift: Some(drift),
                ..World::default()
            };
            let drifts = judged(&world, seed);
            let first = 4 + 7 * drift.0 as i32;
            for found in drifts.iter().filter(|drift| drift.section == 0) {
                assert_eq!(found.verdict, Verdict::Drifted, "{seed} {drift:?}");
                let off = (found.since.expect("it is dated") - first).abs();
                assert!(off <= 14, "{seed} {drift:?}: {off} days off, {found:?}");
                assert!(found.since_low <= found.since && found.since <= found.since_high);
            }
            assert!(drifts[0].share_before < 0.2 && drifts[0].share_after > drifts[0].share_before);
            let others = drifts.iter().filter(|drift| drift.section != 0);
            n_others += others
                .filter(|drift| drift.verdict == Verdict::Drifted)
                .count();
        }
    }
    assert!(n_others <= 10, "{n_others} of 420");
}

#[test]
fn two_sections_have_no_median_and_are_judged_by_the_site() {
    let world = World {
        drift: Some((26, 4)),
        n_sections: 2,
        ..World::default()
    };
    for seed in 0..5 {
        let drifts = judged(&world, seed);
        assert!(
            drifts[..2]
                .iter()
                .all(|drift| drift.verdict == Verdict::Drifted)
        );
    }
}

#[test]
fn tiny_sections_say_so() {
    let world = World {
        size: 30,
        ..World::default()
    };
    assert!(
        judged(&world, 1)
            .iter()
            .all(|drift| drift.verdict == Verdict::NotEnoughPeople)
    );
}

/// Worlds in which nothing drifts, by what makes them hard.
fn quiet_worlds() -> [(&'static str, World); 7] {
    let world = World::default();
    [
        ("new people every week", world),
        (
            "the same people, heavy-tailed",
            World {
                renewal: 0.0,
                spread: 1.5,
                ..world
            },
        ),
        (
            "people who stay for half a year",
            World {
                renewal: 0.04,
                spread: 1.0,
                ..world
            },
        ),
        (
            "people who stay for ten weeks",
            World {
                renewal: 0.1,
                spread: 1.0,
                ..world
            },
        ),
        (
            "a season everywhere",
            World {
                season: 0.6,
                renewal: 0.3,
                ..world
            },
        ),
        (
            "a season, two sections",
            World {
                season: 0.6,
                n_sections: 2,
                ..world
            },
        ),
        (
            "small sections",
            World {
                size: 70,
                renewal: 0.1,
                ..world
            },
        ),
    ]
}

/// Series with an alarm, with a drift, and all.
fn alarms(world: &World, n_series: usize) -> (usize, usize, usize) {
    let (mut alarmed, mut drifted, mut all) = (0, 0, 0);
    for seed in 0.. {
        // The two units of a section mirror each other: one of them is a series.
        for drift in judged(world, seed).iter().filter(|drift| drift.unit == 0) {
            alarmed += usize::from(drift.alarmed_at.is_some());
            drifted += usize::from(drift.verdict == Verdict::Drifted);
            all += 1;
        }
        if all >= n_series {
            break;
        }
    }
    (alarmed, drifted, all)
}

#[test]
fn years_without_drift_have_few_alarms() {
    for (name, world) in quiet_worlds() {
        let (alarmed, drifted, all) = alarms(&world, 200);
        assert!(
            drifted * 20 <= all,
            "{name}: {drifted} drifted, {alarmed} alarmed of {all}"
        );
    }
}

/// `cargo test -p elephant-queries --lib -- audiences --ignored --nocapture` prints the table of 2,000 series each.
#[test]
#[ignore = "a minute: the full statistics"]
#[expect(clippy::print_stdout, reason = "the figures are read")]
fn years_of_2000_series_have_few_alarms() {
    for (name, world) in quiet_worlds() {
        let (alarmed, drifted, all) = alarms(&world, 2_000);
        println!("{name}: {alarmed} alarmed, {drifted} drifted, of {all} series");
        assert!(drifted * 20 <= all);
    }
}
