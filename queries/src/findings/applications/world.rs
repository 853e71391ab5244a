//! An invented site of three windows, with or without a tool, always with what only looks like one.

use super::{Applications, Options, World};
use crate::findings::audiences::Planned;
use crate::people::uses::{Use, Uses};
use crate::stats::curveball::Rows;
use crate::stats::random::Random;

pub(super) const N_PERSONS: usize = 600;
pub(super) const N_UNITS: usize = 6;
const N_SECTIONS: u32 = 8;
/// Pages of a section stand one after the other, popular ones first.
const N_IN_SECTION: u32 = 25;
const N_PAGES: usize = (N_SECTIONS * N_IN_SECTION) as usize;

/// The planted tool: little used pages of five sections.
pub(super) const TOOL: [u32; 5] = [14, 42, 69, 94, 143];
/// Its people by window: clients and consultants (units 0 and 1), who write and come back.
const TOOL_PEOPLE: [usize; 3] = [17, 28, 40];
/// Decoy: as much of a tool, of people of unit 2, but it does not grow.
const STEADY: [u32; 5] = [19, 67, 117, 145, 193];
/// Decoy: pages of a section which more and more of those who are at home there read, as they read others.
const FASHION: [u32; 5] = [160, 163, 165, 166, 168];
const FASHION_PEOPLE: [usize; 3] = [20, 31, 45];
/// Decoy: pages which unit 3 was told to read, once, in the last window.
const CAMPAIGN: [u32; 4] = [35, 37, 85, 135];

/// How much more everybody does in the last window than before.
const SEASON: f64 = 1.25;

/// Somebody used a page in a window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Row {
    pub person: u32,
    pub page: u32,
    pub n_weeks: u32,
    pub has_written: bool,
}

/// Three windows.
#[derive(Debug, Clone)]
pub(super) struct Invented {
    pub rows: [Vec<Row>; 3],
    pub unit: Vec<u32>,
    pub planned: Vec<Planned>,
}

impl Invented {
    pub(super) fn new(seed: u64, has_tool: bool) -> Self {
        let mut random = Random::new(seed);
        let unit: Vec<u32> = (0..N_PERSONS)
            .map(|person| (person % N_UNITS) as u32)
            .collect();
        let mut rows = [const { Vec::new() }; 3];
        for person in 0..N_PERSONS as u32 {
            read(person, unit[person as usize], &mut rows, &mut random);
        }
        let of_units = |units: &[u32], random: &mut Random| {
            let is_of = |person: &u32| units.contains(&unit[*person as usize]);
            let mut people: Vec<u32> = (0..N_PERSONS as u32).filter(is_of).collect();
            random.shuffle(&mut people);
            people
        };
        let (half, all) = (7, 10);
        let steady = of_units(&[2], &mut random);
        let mut fans: Vec<u32> = (0..N_PERSONS as u32)
            .filter(|one| tastes(*one)[1] == 6)
            .collect();
        random.shuffle(&mut fans);
        let told = of_units(&[3], &mut random);
        for (window, rows) in rows.iter_mut().enumerate() {
            plant(rows, &steady[..30], &STEADY, (half, true), &mut random);
            let n_fans = FASHION_PEOPLE[window].min(fans.len());
            plant(rows, &fans[..n_fans], &FASHION, (half, false), &mut random);
            if window == 2 {
                plant(rows, &told[..50], &CAMPAIGN, (all, false), &mut random);
            }
        }
        if has_tool {
            let users = of_units(&[0, 1], &mut random);
            for (rows, n_people) in rows.iter_mut().zip(TOOL_PEOPLE) {
                plant(rows, &users[..n_people], &TOOL, (half, true), &mut random);
            }
        }
        for rows in &mut rows {
            // The same page twice is one use: the busier one.
            rows.sort_unstable_by(|a, b| b.cmp(a));
            rows.dedup_by_key(|row| (row.person, row.page));
            rows.reverse();
        }
        Self {
            rows,
            unit,
            planned: Vec::new(),
        }
    }

    pub(super) fn find(&self, seed: u64) -> Applications {
        self.with_world(|world| {
            let options = Options {
                seed,
                ..Options::default()
            };
            super::applications(world, &options)
        })
    }

    pub(super) fn with_world<T>(&self, ask: impl FnOnce(&World<'_>) -> T) -> T {
        let n_pages = self.unit.len() / N_PERSONS * N_PAGES;
        let uses = self.rows.each_ref().map(|rows| {
            let weeks = |row: &Row| {
                let (person, page) = (row.person, row.page);
                (0..row.n_weeks as i32).map(move |week| (person, page, week))
            };
            let uses: Vec<Use> = rows.iter().flat_map(weeks).collect();
            Uses::new(self.unit.len(), n_pages, &uses)
        });
        let written: Vec<(u32, u32)> = self.rows[2]
            .iter()
            .filter(|row| row.has_written)
            .map(|row| (row.person, row.page))
            .collect();
        let section: Vec<u32> = (0..n_pages as u32)
            .map(|page| page / N_IN_SECTION)
            .collect();
        ask(&World {
            windows: uses.each_ref(),
            written: &written,
            unit: &self.unit,
            n_units: N_UNITS,
            section: &section,
            planned: &self.planned,
        })
    }

    /// One site with others, which share units, but neither people nor pages.
    pub(super) fn beside(mut self, others: &[Self]) -> Self {
        for (number, other) in (1..).zip(others) {
            self.unit.extend(&other.unit);
            for (rows, others) in self.rows.iter_mut().zip(&other.rows) {
                rows.extend(others.iter().map(|row| Row {
                    person: row.person + number * N_PERSONS as u32,
                    page: row.page + number * N_PAGES as u32,
                    ..*row
                }));
            }
        }
        self
    }

    /// The same uses by people who changed units, and did on each page what was done on another.
    pub(super) fn with_labels_dealt(mut self, seed: u64) -> Self {
        let mut random = Random::new(seed);
        random.shuffle(&mut self.unit);
        for rows in &mut self.rows {
            let mut deeds: Vec<(u32, bool)> =
                rows.iter().map(|r| (r.n_weeks, r.has_written)).collect();
            random.shuffle(&mut deeds);
            for (row, deed) in rows.iter_mut().zip(deeds) {
                (row.n_weeks, row.has_written) = deed;
            }
        }
        self
    }

    /// The same people, each of whom did in one window what they did in another: nothing grows.
    pub(super) fn with_windows_dealt(mut self, seed: u64) -> Self {
        let mut random = Random::new(seed);
        let mut order: Vec<[usize; 3]> = vec![[0, 1, 2]; N_PERSONS];
        for of_person in &mut order {
            random.shuffle(of_person);
        }
        let before = std::mem::take(&mut self.rows);
        for (window, rows) in before.iter().enumerate() {
            for row in rows {
                self.rows[order[row.person as usize][window]].push(*row);
            }
        }
        for rows in &mut self.rows {
            rows.sort_unstable();
        }
        self
    }

    /// The same people, as busy, on pages as popular: who uses which is dealt out anew in each window.
    pub(super) fn with_pages_dealt(mut self, seed: u64) -> Self {
        let mut random = Random::new(seed);
        for rows in &mut self.rows {
            let mut pages = Rows::default();
            for of_person in rows.chunk_by(|a, b| a.person == b.person) {
                pages.push(of_person.iter().map(|row| row.page));
            }
            pages.deal(&mut random);
            for (row, page) in rows.iter_mut().zip(pages.entries()) {
                row.page = *page;
            }
        }
        self
    }
}

/// The section of somebody's unit, and one of their own taste.
fn tastes(person: u32) -> [u32; 2] {
    [
        person % N_UNITS as u32,
        (person * 7 + person / 6) % N_SECTIONS,
    ]
}

/// What people read anyway. Some are ten times as busy as others; those of unit 4 are busier, and write more; in the last
/// window everybody does more; and half of it is what they know already.
fn read(person: u32, unit: u32, rows: &mut [Vec<Row>; 3], random: &mut Random) {
    let busy = 4.0 / (0.1 + 0.9 * random.uniform()) + if unit == 4 { 6.0 } else { 0.0 };
    let writes = 0.25 * random.uniform() + if unit == 4 { 0.1 } else { 0.0 };
    let returns = 0.1 + 0.4 * random.uniform();
    let mut known: Vec<u32> = Vec::new();
    // What they know already is what they read in a window before the first.
    for (window, season) in [1.0, 1.0, 1.0, SEASON].into_iter().enumerate() {
        let n = busy * season * (0.7 + 0.6 * random.uniform());
        for _ in 0..n as usize {
            let page = if !known.is_empty() && random.below(2) == 0 {
                known[random.below(known.len())]
            } else {
                let section = match random.below(10) {
                    0..4 => tastes(person)[0],
                    4..8 => tastes(person)[1],
                    _ => random.below(N_SECTIONS as usize) as u32,
                };
                let rank = f64::from(N_IN_SECTION) * random.uniform() * random.uniform();
                N_IN_SECTION * section + rank as u32
            };
            known.push(page);
            let row = Row {
                person,
                page,
                n_weeks: if random.uniform() < returns { 2 } else { 1 },
                has_written: random.uniform() < writes,
            };
            if window > 0 {
                rows[window - 1].push(row);
            }
        }
    }
}

/// People use so many of ten of the pages; as a tool, or as anything.
fn plant(
    rows: &mut Vec<Row>,
    people: &[u32],
    pages: &[u32],
    (of_ten, is_tool): (usize, bool),
    random: &mut Random,
) {
    let (returns, writes) = if is_tool { (8, 6) } else { (3, 1) };
    for person in people {
        for page in pages {
            if random.below(10) < of_ten {
                rows.push(Row {
                    person: *person,
                    page: *page,
                    n_weeks: if random.below(10) < returns { 3 } else { 1 },
                    has_written: random.below(10) < writes,
                });
            }
        }
    }
}
