//! Invented histories: eight groups that lose and win people, with births, ends, merges and splits planted in them.

use super::*;
use crate::stats::random::Random;
use proptest::prelude::*;

const N_PERSONS: usize = 2_000;
const N_WINDOWS: usize = 16;
/// Share of members who leave a group from window to window, and are replaced.
const CHURN: f64 = 0.1;

/// What was planted: a kind, its window, and the group that it is about (for an end: what it was before).
struct Planted {
    kind: Kind,
    window: usize,
    people: Vec<u32>,
}

struct Invented {
    /// The groups as they are.
    windows: Vec<Vec<Vec<u32>>>,
    planted: Vec<Planted>,
}

fn outsider(random: &mut Random, groups: &[Vec<u32>], also: &[u32]) -> u32 {
    loop {
        let person = random.below(N_PERSONS) as u32;
        if !also.contains(&person) && !groups.iter().any(|group| group.contains(&person)) {
            return person;
        }
    }
}

fn invent(seed: u64) -> Invented {
    let mut random = Random::new(seed);
    let mut groups: Vec<Vec<u32>> = Vec::new();
    let new = |random: &mut Random, groups: &[Vec<u32>]| {
        let mut people = Vec::new();
        for _ in 0..12 + random.below(20) {
            people.push(outsider(random, groups, &people));
        }
        people
    };
    for _ in 0..8 {
        let people = new(&mut random, &groups);
        groups.push(people);
    }
    // One event in every window but the first three and the last three; a group to which something happened
    // goes to the end of the list, so that the first are those to which nothing did for long.
    let mut kinds = [
        Kind::Born,
        Kind::Born,
        Kind::Born,
        Kind::Ended,
        Kind::Ended,
        Kind::Ended,
    ]
    .into_iter()
    .chain([Kind::Merged, Kind::Merged, Kind::Split, Kind::Split])
    .collect::<Vec<_>>();
    random.shuffle(&mut kinds);
    let mut windows = Vec::new();
    let mut planted = Vec::new();
    for window in 0..N_WINDOWS {
        for at in 0..groups.len() {
            for member in 0..groups[at].len() {
                if random.uniform() < CHURN {
                    groups[at][member] = outsider(&mut random, &groups, &[]);
                }
            }
        }
        if (3..N_WINDOWS - 3).contains(&window) {
            let kind = kinds[window - 3];
            let mut whole = Vec::new();
            let people = match kind {
                Kind::Born => new(&mut random, &groups),
                Kind::Merged => {
                    let mut people = groups.remove(0);
                    people.extend(groups.remove(0));
                    people
                }
                Kind::Split => {
                    let largest = (0..3)
                        .max_by_key(|at| groups[*at].len())
                        .expect("three groups");
                    let mut people = groups.remove(largest);
                    whole.clone_from(&people);
                    let child = people.split_off(people.len() * 3 / 5);
                    groups.push(child);
                    people
                }
                _ => groups.remove(0),
            };
            planted.push(Planted {
                kind,
                window,
                // Either piece may keep the name.
                people: if kind == Kind::Split {
                    whole
                } else {
                    people.clone()
                },
            });
            if kind != Kind::Ended {
                groups.push(people);
            }
        }
        windows.push(groups.clone());
    }
    Invented { windows, planted }
}

/// What one sees: each membership is missed with this probability, and a stranger is seen instead.
fn seen(invented: &Invented, noise: f64, stability: f64, seed: u64) -> Vec<Vec<Group>> {
    let mut random = Random::new(seed);
    let windows = invented.windows.iter().map(|groups| {
        let mut taken: Vec<Vec<u32>> = groups.clone();
        let mut shown: Vec<Group> = (0..groups.len())
            .map(|at| {
                for member in 0..groups[at].len() {
                    if random.uniform() < noise {
                        taken[at][member] = outsider(&mut random, &taken, &[]);
                    }
                }
                let mut people = taken[at].clone();
                people.sort_unstable();
                Group {
                    people,
                    p_value: 0.01,
                    stability,
                }
            })
            .collect();
        random.shuffle(&mut shown);
        shown
    });
    windows.collect()
}

/// Planted events named, events named, planted events; growth is not counted, since none is planted.
fn score(invented: &Invented, windows: &[Vec<Group>]) -> (usize, usize, usize) {
    let history = group_events(windows, &Options::default());
    let mut is_open = vec![true; invented.planted.len()];
    let mut n_named = 0;
    for event in &history.events {
        n_named += 1;
        let window = if event.kind == Kind::Ended {
            event.after
        } else {
            event.window
        };
        let at = history.ids[window].iter().position(|id| *id == event.id);
        let is_it = |planted: &Planted| {
            let people = at.map_or(&[][..], |at| &windows[window][at].people);
            let n_common = planted
                .people
                .iter()
                .filter(|person| people.contains(person))
                .count();
            planted.kind == event.kind
                && planted.window.abs_diff(event.window) <= 1
                && n_common > 0
                && 2 * n_common >= planted.people.len().min(people.len())
        };
        let found = (0..is_open.len()).find(|at| is_open[*at] && is_it(&invented.planted[*at]));
        if let Some(found) = found {
            is_open[found] = false;
        }
    }
    let n_right = is_open.iter().filter(|is_open| !**is_open).count();
    (n_right, n_named, invented.planted.len())
}

/// F1 and the mean number of events named that were not planted, over ten histories.
fn over_seeds(noise: f64, stability: f64) -> (f64, f64) {
    let (mut right, mut named, mut planted) = (0, 0, 0);
    for seed in 0..10 {
        let invented = invent(seed);
        let windows = seen(&invented, noise, stability, seed + 100);
        let scored = score(&invented, &windows);
        right += scored.0;
        named += scored.1;
        planted += scored.2;
    }
    (
        2.0 * right as f64 / (named + planted) as f64,
        (named - right) as f64 / 10.0,
    )
}

/// The Jaccard index between a group and how it is seen, when so many members are replaced.
fn stability(noise: f64) -> f64 {
    (1.0 - noise) / (1.0 + noise)
}

#[test]
fn planted_events_are_named_and_dated() {
    for noise in [0.0, 0.05, 0.1, 0.2] {
        let (f1, n_false) = over_seeds(noise, stability(noise));
        assert!(
            f1 >= 0.9 && n_false <= 1.0,
            "at {noise}: F1 {f1}, false {n_false}"
        );
    }
}

#[test]
fn where_membership_is_uncertain_nothing_is_named() {
    let (f1, n_false) = over_seeds(0.3, stability(0.3));
    assert!(f1.abs() < 1e-12 && n_false.abs() < 1e-12);
}

#[test]
fn groups_to_which_nothing_happens_are_silent() {
    let mut n_false = 0;
    for seed in 0..10 {
        let mut invented = invent(seed);
        let first = invented.windows[0].clone();
        invented.windows = vec![first; N_WINDOWS];
        // As if membership were certain: the two windows alone must keep it quiet.
        let windows = seen(&invented, 0.2, 0.9, seed);
        n_false += group_events(&windows, &Options::default()).events.len();
    }
    assert!(n_false <= 5, "{n_false}");
}

proptest! {
    #[test]
    fn one_more_window_changes_no_name_and_takes_no_event_away(seed in 0_u64..200, noise in 0.0..0.5) {
        let windows = seen(&invent(seed), noise, 0.9, seed);
        let options = Options {
            n_overlapping: 1 + seed as usize % 4,
            ..Options::default()
        };
        let mut before = group_events(&windows[..1], &options);
        for n_windows in 2..=windows.len() {
            let now = group_events(&windows[..n_windows], &options);
            prop_assert_eq!(&now.ids[..n_windows - 1], &before.ids[..]);
            prop_assert!(before.events.iter().all(|event| now.events.contains(event)));
            before = now;
        }
    }

    #[test]
    fn the_order_of_the_groups_does_not_matter(seed in 0_u64..50) {
        let windows = seen(&invent(seed), 0.1, 0.9, seed);
        let mut turned = windows.clone();
        for groups in &mut turned {
            groups.reverse();
        }
        let options = Options::default();
        let (one, other) = (group_events(&windows, &options), group_events(&turned, &options));
        prop_assert_eq!(one.events, other.events);
    }
}
