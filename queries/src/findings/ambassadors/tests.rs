//! Ambassadors by hand and against every choice of as many.

use proptest::prelude::*;

use super::*;
use crate::graph::network::Edge;
use crate::graph::pagerank;

fn network(n_nodes: usize, pairs: &[(u32, u32)]) -> Network {
    let edges: Vec<Edge> = pairs.iter().map(|(a, b)| (*a, *b, 1.0)).collect();
    Network::new(n_nodes, &edges)
}

fn world<'a>(may_be_listed: &'a [bool], unit: &'a [u32]) -> World<'a> {
    World {
        may_be_listed,
        unit,
        weight: &[],
        groups: &[],
    }
}

fn options(n_most: usize) -> Options {
    Options {
        n_most,
        quota: usize::MAX,
        ..Options::default()
    }
}

fn people(found: &Ambassadors) -> Vec<u32> {
    found.chosen.iter().map(|one| one.person).collect()
}

/// Two stars that share an arm, and a pair apart: 0 with 1 to 4, 5 with 4 and 6 to 8, 9 with 10.
fn stars() -> Network {
    let arms = [
        (0, 1),
        (0, 2),
        (0, 3),
        (0, 4),
        (5, 4),
        (5, 6),
        (5, 7),
        (5, 8),
        (9, 10),
    ];
    network(11, &arms)
}

#[test]
fn two_stars_by_hand() {
    let unit = [0, 0, 0, 1, 1, 1, 2, 2, NO_UNIT, 3, 3];
    let groups = [(1, 0), (4, 1), (6, 1), (6, 2), (10, 3)];
    let all = World {
        groups: &groups,
        ..world(&[true; 11], &unit)
    };
    let found = ambassadors(&stars(), &all, &[1, 2, 3, 4], &options(9));
    assert_eq!(people(&found), [0, 5, 9]);
    let told: Vec<_> = found
        .chosen
        .iter()
        .map(|one| (one.n_new_people, one.n_people_covered, one.n_groups_reached))
        .collect();
    assert_eq!(told, [(5, 5, 2), (4, 9, 3), (2, 11, 4)]);
    assert_eq!(found.chosen[1].units, [1, 2]);
    assert!((found.reach.within_two_steps - 11.0).abs() < 1e-12);
    // As many executives: 1, 2 and 3 reach themselves and 0, and 4 at two steps.
    assert!((found.reach_of_executives.carried - 4.0).abs() < 1e-12);
    assert!((found.reach_of_executives.within_two_steps - 5.0).abs() < 1e-12);
    let lot = found.reach_by_lot;
    assert!(lot.carried > 3.0 && lot.carried < 11.0, "{lot:?}");
}

#[test]
fn who_may_not_be_listed_is_not_asked_and_units_share() {
    let mut may = [true; 11];
    may[0] = false;
    let unit = [0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1];
    let found = ambassadors(&stars(), &world(&may, &unit), &[], &options(2));
    assert_eq!(people(&found), [5, 1]);
    let quota = Options {
        quota: 1,
        ..options(9)
    };
    let found = ambassadors(&stars(), &world(&[true; 11], &unit), &[], &quota);
    assert_eq!(people(&found), [0, 5]);
    assert!(found.reach_of_executives.carried.abs() < 1e-12);
}

#[test]
fn a_load_and_a_worth_change_the_choice() {
    let unit = [NO_UNIT; 11];
    let light = Options {
        load: 3,
        ..options(9)
    };
    let found = ambassadors(&stars(), &world(&[true; 11], &unit), &[], &light);
    assert!(found.chosen.iter().all(|one| one.n_new_people <= 3));
    assert_eq!(
        found.chosen.last().map(|one| one.n_people_covered),
        Some(11)
    );
    let mut weight = [1.0; 11];
    weight[10] = 9.0;
    let heavy = World {
        weight: &weight,
        ..world(&[true; 11], &unit)
    };
    let found = ambassadors(&stars(), &heavy, &[], &options(1));
    assert_eq!(people(&found), [9]);
    assert!((found.chosen[0].gain - 10.0).abs() < 1e-12);
}

#[test]
fn the_list_ends_where_the_next_adds_next_to_nothing() {
    // A star of 150, and a pair apart that would add one in a hundred and a little.
    let arms: Vec<(u32, u32)> = (1..150).map(|arm| (0, arm)).chain([(150, 151)]).collect();
    let unit = [NO_UNIT; 152];
    let n_chosen = |least_share| {
        let options = Options {
            load: 200,
            least_share,
            ..options(9)
        };
        let network = network(152, &arms);
        let found = ambassadors(&network, &world(&[true; 152], &unit), &[], &options);
        found.chosen.len()
    };
    assert_eq!((n_chosen(0.01), n_chosen(0.02)), (2, 1));
    assert_eq!(
        ambassadors(&Network::default(), &world(&[], &[]), &[], &options(3)).chosen,
        []
    );
}

/// The most that any `n` people reach.
fn best_of_all(network: &Network, n: usize, n_steps: u32) -> usize {
    fn best(network: &Network, from: u32, n: usize, n_steps: u32, reached: &[bool]) -> usize {
        let count = reached.iter().filter(|reached| **reached).count();
        if n == 0 {
            return count;
        }
        let next = from..network.n_nodes() as u32;
        let most = next.map(|person| {
            let mut reached = reached.to_vec();
            for other in reach_of(network, person, n_steps) {
                reached[other as usize] = true;
            }
            best(network, person + 1, n - 1, n_steps, &reached)
        });
        most.max().unwrap_or(count)
    }
    best(network, 0, n, n_steps, &vec![false; network.n_nodes()])
}

/// Greedy without bounds, counted anew for everyone each time.
fn eager(network: &Network, n: usize, n_steps: u32) -> Vec<u32> {
    let mut reached = vec![false; network.n_nodes()];
    let mut chosen = Vec::new();
    for _ in 0..n {
        let gain = |person: u32| {
            let reach = reach_of(network, person, n_steps);
            reach
                .iter()
                .filter(|other| !reached[**other as usize])
                .count()
        };
        let all = 0..network.n_nodes() as u32;
        let best =
            all.max_by_key(|person| (gain(*person), network.degree(*person), u32::MAX - person));
        match best.filter(|person| gain(*person) > 0) {
            Some(person) => {
                chosen.push(person);
                for other in reach_of(network, person, n_steps) {
                    reached[other as usize] = true;
                }
            }
            None => break,
        }
    }
    chosen
}

#[test]
fn three_reach_nearly_what_the_best_three_do() {
    let mut random = Random::new(5);
    let (mut reached, mut best) = (0.0, 0);
    for _ in 0..40 {
        // Half of the ties go to a few: like people, and unlike a lattice.
        let pairs: Vec<(u32, u32)> = (0..60)
            .map(|_| {
                let most = if random.below(2) == 0 { 6 } else { 30 };
                (random.below(30) as u32, random.below(most) as u32)
            })
            .collect();
        let network = network(30, &pairs);
        let unit = [NO_UNIT; 30];
        let found = ambassadors(&network, &world(&[true; 30], &unit), &[], &options(3));
        let of_all = best_of_all(&network, 3, 1);
        assert!(found.reach.carried >= 0.63 * of_all as f64);
        reached += found.reach.carried;
        best += of_all;
        let ranks = pagerank::of_network(&network, &pagerank::Options::default());
        let mut by_rank: Vec<u32> = (0..30).collect();
        by_rank.sort_by(|a, b| ranks[*b as usize].total_cmp(&ranks[*a as usize]));
        let of_ranks = reach::reach(&network, &by_rank[..found.chosen.len()], &options(3));
        assert!(found.reach.carried >= of_ranks.carried);
    }
    let share = reached / best as f64;
    assert!(share >= 0.99, "{share}");
}

proptest! {
    #[test]
    fn agrees_with_the_eager_choice(
        pairs in proptest::collection::vec((0_u32..14, 0_u32..14), 0..40),
        n_steps in 1_u32..3,
    ) {
        let network = network(14, &pairs);
        let unit = [NO_UNIT; 14];
        let options = Options { n_steps, ..options(5) };
        let found = ambassadors(&network, &world(&[true; 14], &unit), &[], &options);
        prop_assert_eq!(people(&found), eager(&network, 5, n_steps));
        prop_assert!(found.chosen.is_sorted_by(|a, b| a.gain >= b.gain));
    }
}
