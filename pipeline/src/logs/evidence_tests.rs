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
    lines.iter().for_each(|line| sum.add(line));
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
        lines.iter().for_each(|line| whole.add(line));
        random.shuffle(&mut lines);
        let mut batches: Vec<Vec<Evidence>> = Vec::new();
        for part in lines.chunks(1 + random.below(300)) {
            let mut sum = EvidenceSum::default();
            part.iter().for_each(|line| sum.add(line));
            batches.push(sum.take_rows());
        }
        random.shuffle(&mut batches);
        // Some are merged with each other before they meet the rest.
        let mut parts = EvidenceSum::default();
        for pair in batches.chunks(2) {
            let mut sum = EvidenceSum::default();
            pair.iter().for_each(|batch| sum.absorb(batch));
            parts.absorb(&sum.take_rows());
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
    assert_eq!(row.asked_at.numbers().len(), KEPT);
    assert_eq!(row.pages.numbers().len(), KEPT);
    assert_eq!(row.n_minutes(), 500);
    assert_eq!(row.n_busy_minutes(), 500);
}

#[test]
fn gaps_tell_a_clock_from_a_person() {
    let clock: Vec<_> = (0..40).map(|i| seen(i * 300, 1)).collect();
    let gaps = row(&clock).gaps();
    assert_eq!((gaps.n, gaps.sum_ms), (39, 39 * 300_000));
    assert_eq!(
        (gaps.sum_ms_squared, gaps.n_pages),
        (39 * 300_000 * 300_000, 1)
    );
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

#[test]
fn three_addresses_within_an_hour_are_told() {
    let at = |client, second| Seen {
        client,
        ..seen(second, 1)
    };
    let row = row(&[at(1, 0), at(2, 1), at(2, 3_600), at(3, 3_601), at(1, 3_602)]);
    assert_eq!(row.shared_hours(), 1 << 13);
}

#[test]
fn a_page_left_open_does_nothing() {
    let mut lines: Vec<_> = (0..10).map(|i| seen(i * 1_800, 1)).collect();
    assert_eq!(row(&lines).hours(), 1 << 12);
    lines.push(seen(3 * 3_600, 2));
    assert_eq!(row(&lines).hours(), 1 << 12 | 1 << 15 | 1 << 16);
}
