//! Evidence is the same in whatever order and parts its lines come, and tells what it should.

use super::super::smallest::KEPT;
use super::*;
use queries::stats::random::Random;

const DAY: i32 = 20_000;
const NOON: i64 = DAY as i64 * 86_400_000_000 + 43_200_000_000;

fn seen(second: i64, page: u64) -> Seen<'static> {
    Seen {
        person: 1,
        user: b"anna.berg",
        day: DAY,
        hour: (12 + second / 3_600) as u8,
        ts: NOON + second * 1_000_000,
        status: 200,
        agent: AgentClass::Person,
        client: 9,
        asked_for: AskedFor {
            page: Some(page),
            attacks: 0,
        },
    }
}

fn row(lines: &[Seen<'_>]) -> Evidence {
    let mut sum = EvidenceSum::default();
    for line in lines {
        sum.add(line);
    }
    let mut rows = sum.take_rows();
    assert_eq!(rows.len(), 1);
    rows.remove(0)
}

fn random_line(random: &mut Random) -> Seen<'static> {
    let statuses = [200, 200, 304, 302, 404, 401, 500];
    let agents = [AgentClass::Person, AgentClass::Crawler, AgentClass::Monitor];
    Seen {
        person: 1 + random.below(3) as i64,
        day: DAY + random.below(2) as i32,
        hour: random.below(24) as u8,
        status: statuses[random.below(statuses.len())],
        agent: agents[random.below(agents.len())],
        client: random.below(6) as i64,
        asked_for: AskedFor {
            page: (random.below(5) > 0).then(|| random.next_u64()),
            attacks: (random.below(20) == 0) as u8 * (1 << random.below(6)),
        },
        ..seen(random.below(40_000) as i64, 0)
    }
}

#[test]
fn evidence_is_the_same_in_any_order_and_split() {
    for seed in 0..30 {
        let mut random = Random::new(seed);
        let n = 1 + random.below(900);
        let mut lines: Vec<Seen<'_>> = (0..n).map(|_| random_line(&mut random)).collect();
        let mut whole = EvidenceSum::default();
        for line in &lines {
            whole.add(line);
        }
        random.shuffle(&mut lines);
        let mut batches: Vec<Vec<Evidence>> = Vec::new();
        for part in lines.chunks(1 + random.below(300)) {
            let mut sum = EvidenceSum::default();
            for line in part {
                sum.add(line);
            }
            batches.push(sum.take_rows());
        }
        random.shuffle(&mut batches);
        // Some are merged with each other before they meet the rest.
        let mut parts = EvidenceSum::default();
        for pair in batches.chunks(2) {
            let mut sum = EvidenceSum::default();
            for batch in pair {
                sum.absorb(batch.clone());
            }
            parts.absorb(sum.take_rows());
        }
        assert_eq!(whole.take_rows(), parts.take_rows(), "seed {seed}");
    }
}

#[test]
fn a_row_is_bounded() {
    let lines: Vec<_> = (0..30_000)
        .map(|line| seen(line, Random::new(line as u64).next_u64()))
        .collect();
    let row = row(&lines);
    assert_eq!(row.gaps().n as usize, KEPT - 1);
    assert_eq!(row.pages.numbers().len(), KEPT);
    assert_eq!(row.n_minutes(), 500);
    assert_eq!(row.n_busy_minutes(), 500);
}

#[test]
fn errors_are_of_pages_and_a_handshake_is_none() {
    let with = |status, page| Seen {
        status,
        asked_for: AskedFor { page, attacks: 0 },
        ..seen(0, 0)
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
