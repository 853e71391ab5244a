//! Applications in planted worlds, in worlds without one, and on copies whose people changed units.

use super::pool::tail;
use super::*;
use crate::stats::calibration;

const N_PERSONS: usize = 600;
const N_UNITS: usize = 6;
const N_PAGES: usize = 80;

/// Pages 0 to 79 in sections of ten; a tool of six pages of three sections, where it is planted.
const TOOL: [u32; 6] = [4, 7, 15, 18, 26, 29];

struct Invented {
    uses: [Uses; 3],
    written: Vec<(u32, u32)>,
    unit: Vec<u32>,
    section: Vec<u32>,
}

impl Invented {
    fn new(seed: u64, is_planted: bool) -> Self {
        let mut random = Random::new(seed);
        let unit: Vec<u32> = (0..N_PERSONS)
            .map(|person| (person % N_UNITS) as u32)
            .collect();
        let mut written = Vec::new();
        let uses = [0, 1, 2].map(|window| {
            let mut rows = Vec::new();
            for person in 0..N_PERSONS as u32 {
                // Everybody has two sections of their own taste, some of their unit's.
                let home = [(person * 7 + person / 6) % 8, unit[person as usize]];
                let n = 3 + random.below(10);
                for _ in 0..n {
                    let section = if random.below(4) == 0 {
                        random.below(8) as u32
                    } else {
                        home[random.below(2)]
                    };
                    // Pages are popular by their rank.
                    let page = 10 * section + (10.0 * random.uniform() * random.uniform()) as u32;
                    rows.push((person, page, random.below(4) as i32));
                }
                // People of units 0 and 1, more of them with every window.
                let begins = person / 6 % 4;
                if is_planted && unit[person as usize] < 2 && begins <= window && person % 12 < 7 {
                    for page in TOOL {
                        if random.below(10) < 7 {
                            rows.extend([0, 2].map(|week| (person, page, week)));
                            written.push((person, page));
                        }
                    }
                }
            }
            rows.sort_unstable();
            Uses::new(N_PERSONS, N_PAGES, &rows)
        });
        written.sort_unstable();
        written.dedup();
        Self {
            uses,
            written,
            unit,
            section: (0..N_PAGES as u32).map(|page| page / 10).collect(),
        }
    }

    fn find(&self, seed: u64) -> Vec<Application> {
        let [first, middle, last] = &self.uses;
        let world = World {
            uses: [first, middle, last],
            written: &self.written,
            unit: &self.unit,
            n_units: N_UNITS,
            section: &self.section,
            planned: &[(0, 0, 1.0), (1, 1, 1.0), (2, 5, 1.0)],
        };
        applications(
            &world,
            &Options {
                seed,
                ..Options::default()
            },
        )
    }
}

fn n_found(all: &[Application]) -> usize {
    all.iter().filter(|app| app.is_found).count()
}

#[test]
fn a_planted_tool_is_found_and_nothing_else() {
    for seed in 0..10 {
        let found = Invented::new(seed, true).find(seed);
        assert_eq!(n_found(&found), 1, "{seed}: {found:?}");
        let mut pages = found[0].pages.clone();
        pages.sort_unstable();
        assert_eq!(pages, TOOL, "{seed}");
        assert!(found[0].growth > 1.5 && found[0].audience_distance > 0.3);
        assert!(found[0].planned_distance.is_some() && found[0].contribution_share > 0.9);
    }
}

#[test]
fn worlds_without_a_tool_are_silent() {
    let n: usize = (0..20)
        .map(|seed| n_found(&Invented::new(seed, false).find(seed)))
        .sum();
    assert!(n <= 10, "{n} in 20 worlds");
}

#[test]
fn people_who_changed_units_are_no_other_audience() {
    let mut n = 0;
    for seed in 0..20 {
        let mut world = Invented::new(seed, true);
        Random::new(seed + 100).shuffle(&mut world.unit);
        // What was written stays with the tool: the audience alone is asked.
        world.written.clear();
        n += world
            .find(seed)
            .iter()
            .filter(|app| app.is_found && app.audience_distance >= 0.2 && app.p_use > 0.05)
            .count();
    }
    assert!(n <= 10, "{n} in 20 copies");
}

#[test]
fn nobody_is_no_application() {
    let none = Uses::new(0, 0, &[]);
    let world = World {
        uses: [&none; 3],
        written: &[],
        unit: &[],
        n_units: 0,
        section: &[],
        planned: &[],
    };
    assert!(applications(&world, &Options::default()).is_empty());
}

#[test]
fn divergences_by_hand() {
    assert!(divergence(&[1.0, 0.0], &[0.0, 3.0]) > 1.0 - 1e-12);
    assert!(divergence(&[2.0, 4.0], &[1.0, 2.0]) < 1e-12);
    // 0.7 against 0.5: the mean of two divergences from 0.6, in bits.
    assert!((divergence(&[7.0, 3.0], &[5.0, 5.0]).sqrt() - 0.173).abs() < 0.002);
    assert!((tail(1.0, &[1.0, 1.0]) - 1.0).abs() < 1e-12);
}

/// p values of pools in which labels mean nothing, of the audience and of writing.
fn by_lot(seed: u64) -> (f64, f64) {
    let mut random = Random::new(seed);
    let members: Vec<Member> = (0..300)
        .map(|_| {
            let n_pages = 1 + random.below(12) as u32;
            // Busy people are rather of one unit, write more, and are rather users.
            let unit = if random.below(14) < n_pages as usize {
                0
            } else {
                random.below(4) as u32
            };
            Member {
                unit,
                n_pages,
                is_user: random.below(24) < (1 << n_pages.ilog2()),
                has_written: random.below(20) < (1 << n_pages.ilog2()),
                has_returned: false,
            }
        })
        .collect();
    let pool = Pool::of(&members, 4);
    let audience = pool.audience(199, &mut random).p_value;
    (audience, pool.more_than_others(|member| member.has_written))
}

#[test]
fn p_values_claim_no_more_than_they_may() {
    let (audience, use_): (Vec<f64>, Vec<f64>) = (0..1_000).map(by_lot).unzip();
    for p in [audience, use_] {
        let distance = calibration::unsafe_distance(&p);
        assert!(distance <= 0.05, "{distance}");
    }
}
