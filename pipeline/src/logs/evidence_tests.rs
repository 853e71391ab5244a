//! Evidence is the same in whatever order its lines come, and tells what it should.

use std::collections::BTreeMap;

use super::super::batch::Batch;
use super::super::requests::{Signs, Told};
use super::super::smallest::KEPT;
use super::*;
use queries::stats::random::Random;

const DAY: i32 = 20_000;
const NOON: i64 = DAY as i64 * 86_400_000_000 + 43_200_000_000;

/// The obvious way: a table of all people and days, looked up by every line.
impl Batch {
    pub(in crate::logs) fn evidence(&self) -> Vec<Evidence> {
        let events = (0..self.events.len()).map(|row| Request {
            person: self.events.rows[row].person,
            day: self.events.rows[row].day,
            ts: self.events.rows[row].ts,
            signs: self.events.rows[row].signs,
        });
        let filtered = (0..self.filtered.len()).map(|row| self.filtered.get(row));
        summed(events.chain(filtered))
    }
}

fn summed(lines: impl Iterator<Item = Request>) -> Vec<Evidence> {
    let mut sums: BTreeMap<(i64, i32), Evidence> = BTreeMap::new();
    for line in lines {
        let sum = sums.entry((line.person, line.day)).or_insert_with(|| {
            let mut sum = Evidence::default();
            sum.start(line.person, line.day);
            sum
        });
        sum.add(&line);
    }
    sums.into_values().collect()
}

const TOLD: Told = Told {
    page: 0,
    hour: 12,
    client: 9,
    agent: AgentClass::Person,
    outcome: Outcome::Answered,
    is_system: false,
    attacks: 0,
};

fn seen(second: i64, page: u32, told: &Told) -> Request {
    let hour = told.hour + (second / 3_600) as u8;
    Request {
        person: 1,
        day: DAY,
        ts: NOON + second * 1_000_000,
        signs: Signs::new(&Told {
            page,
            hour,
            ..*told
        }),
    }
}

fn row(lines: &[Request]) -> Evidence {
    let mut rows = summed(lines.iter().copied());
    assert_eq!(rows.len(), 1);
    rows.remove(0)
}

fn random_line(random: &mut Random) -> Request {
    let statuses = [200, 200, 304, 302, 404, 401, 500];
    let agents = [AgentClass::Person, AgentClass::Crawler, AgentClass::Monitor];
    let told = Told {
        hour: random.below(12) as u8,
        agent: agents[random.below(agents.len())],
        client: random.below(6) as i64,
        outcome: Outcome::of(random.below(5) > 0, statuses[random.below(statuses.len())]),
        attacks: u8::from(random.below(20) == 0) << random.below(6),
        ..TOLD
    };
    Request {
        person: 1 + random.below(3) as i64,
        day: DAY + random.below(2) as i32,
        ..seen(random.below(40_000) as i64, random.next_u64() as u32, &told)
    }
}

#[test]
fn evidence_is_the_same_in_any_order() {
    for seed in 0..30 {
        let mut random = Random::new(seed);
        let n = 1 + random.below(900);
        let mut lines: Vec<Request> = (0..n).map(|_| random_line(&mut random)).collect();
        let whole = summed(lines.iter().copied());
        random.shuffle(&mut lines);
        assert_eq!(whole, summed(lines.iter().copied()), "seed {seed}");
        // A sum that was used before is as good as a new one.
        let mut sum = row(&[seen(5, 5, &TOLD)]);
        sum.start(lines[0].person, lines[0].day);
        sum.add(&lines[0]);
        assert_eq!(sum, row(&lines[..1]), "seed {seed}");
    }
}

#[test]
fn a_row_is_bounded() {
    let lines: Vec<_> = (0..30_000)
        .map(|line| seen(line, Random::new(line as u64).next_u64() as u32, &TOLD))
        .collect();
    let row = row(&lines);
    assert_eq!(row.gaps().n as usize, KEPT - 1);
    assert_eq!(row.pages.numbers().len(), KEPT);
    assert_eq!(row.n_minutes(), 500);
    assert_eq!(row.n_busy_minutes(), 500);
}

#[test]
fn errors_are_of_pages() {
    let with = |status, page: Option<u32>| {
        let outcome = Outcome::of(page.is_some(), status);
        seen(0, page.unwrap_or(0), &Told { outcome, ..TOLD })
    };
    let row = row(&[
        with(404, Some(1)),
        with(404, Some(2)),
        with(404, None),
        with(401, Some(3)),
        with(302, Some(4)),
        with(200, Some(5)),
    ]);
    assert_eq!((row.n_requests, row.n_asked), (6, 4));
    assert_eq!((row.n_client_errors, row.n_error_pages()), (2, 2));
    assert_eq!(row.n_pages(), 1);
}
