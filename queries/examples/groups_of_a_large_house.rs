//! How long the groups of a large house take: 50,000 people, 20,000 pages, ten million events in four weeks.
//!
//! `cargo run --release -p elephant-queries --example groups_of_a_large_house -- WORLDS THREADS [EVENTS]`
//! prints seconds and findings. Ten groups of 12 to 30 are planted; how many come back is printed too.

use std::io::Write;
use std::time::Instant;

use queries::findings::groups::{Crowd, Settings, groups};
use queries::people::uses::{Use, Uses};
use queries::stats::random::Random;

const N_PERSONS: u32 = 50_000;
const N_ITEMS: u32 = 20_000;
const N_DEPARTMENTS: u32 = 60;

fn main() -> std::io::Result<()> {
    let mut arguments = std::env::args()
        .skip(1)
        .map(|n| n.parse().unwrap_or(0_usize));
    let n_worlds = arguments.next().unwrap_or(0);
    let n_threads = arguments.next().unwrap_or(2);
    let n_events = arguments.next().unwrap_or(10_000_000);
    let mut random = Random::new(1);
    let department: Vec<u32> = (0..N_PERSONS)
        .map(|_| ranked(N_DEPARTMENTS, &mut random))
        .collect();
    let (uses, planted) = house(n_events, &department, &mut random);
    let started = Instant::now();
    let crowd = Crowd {
        uses: &uses,
        department: &department,
        others: &[],
        ties: &[],
    };
    let settings = Settings {
        n_worlds,
        n_threads,
        p_value: 1.0,
        ..Settings::default()
    };
    let found = groups(&crowd, &settings);
    let seconds = started.elapsed().as_secs_f64();
    let is_found = |planted: &&Vec<u32>| {
        found.groups.iter().any(|group| {
            let n_both = group
                .members
                .iter()
                .filter(|m| planted.contains(&m.person))
                .count();
            n_both as f64 >= 0.8 * (group.members.len() + planted.len() - n_both) as f64
        })
    };
    let n_found = planted.iter().filter(is_found).count();
    writeln!(
        std::io::stdout(),
        "{} uses, {n_worlds} worlds, {n_threads} threads: {seconds:.1} s; {} edges, {} candidates, {} groups, {} units, \
         {} worlds drawn, {n_found} of {} planted found",
        uses.len(),
        found.n_edges,
        found.n_candidates,
        found.groups.len(),
        found.n_units,
        found.n_worlds,
        planted.len(),
    )
}

/// A rank from 0, low ones popular: density falls as one over the rank.
fn ranked(n: u32, random: &mut Random) -> u32 {
    let rank = f64::from(n + 1).powf(random.uniform());
    (rank as u32 - 1).min(n - 1)
}

/// Events by habit of department and house, and what the planted groups do.
fn house(n_events: usize, department: &[u32], random: &mut Random) -> (Uses, Vec<Vec<u32>>) {
    let n_common = N_ITEMS / 2;
    let n_own = (N_ITEMS - n_common) / N_DEPARTMENTS;
    let busy: Vec<f64> = department
        .iter()
        .map(|_| (0.9 * random.normal()).exp())
        .collect();
    let per_person = n_events as f64 / busy.iter().sum::<f64>();
    let mut rows: Vec<Use> = Vec::new();
    for (person, busy) in busy.iter().enumerate() {
        let own = n_common + n_own * department[person];
        for _ in 0..(busy * per_person) as usize {
            let page = match random.below(20) {
                0..9 => own + ranked(n_own, random),
                9..18 => ranked(n_common, random),
                _ => random.below(N_ITEMS as usize) as u32,
            };
            rows.push((person as u32, page, random.below(4) as i32));
        }
    }
    let planted: Vec<Vec<u32>> = (0..10)
        .map(|number| {
            let n = 12 + 2 * number;
            let members: Vec<u32> = (0..n)
                .map(|_| random.below(N_PERSONS as usize) as u32)
                .collect();
            let pages: Vec<u32> = (0..8).map(|_| 2_000 + random.below(8_000) as u32).collect();
            for person in &members {
                for page in &pages {
                    if random.uniform() < 0.6 {
                        rows.extend([(*person, *page, 1), (*person, *page, 3)]);
                    }
                }
            }
            members
        })
        .collect();
    rows.sort_unstable();
    rows.dedup();
    (
        Uses::new(N_PERSONS as usize, N_ITEMS as usize, &rows),
        planted,
    )
}
