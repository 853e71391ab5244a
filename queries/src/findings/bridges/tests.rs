//! Bridges on networks small enough to reckon by hand, against slow twins, and in planted worlds.

use proptest::prelude::*;

use super::clustered::{Slope, widened};
use super::world::World;
use super::*;
use crate::findings::elephant_paths::NO_UNIT;
use crate::graph::network::{Edge, Network};
use crate::stats::random::Random;

fn find(network: &Network, unit: &[u32], n_units: usize) -> Bridges {
    bridges(network, unit, n_units, &Options::default())
}

#[test]
fn two_triangles_and_a_link_by_hand() {
    let edges = [
        (0, 1, 1.0),
        (1, 2, 1.0),
        (0, 2, 1.0),
        (3, 4, 1.0),
        (4, 5, 1.0),
        (3, 5, 1.0),
        (2, 3, 1.0),
    ];
    let found = find(&Network::new(7, &edges), &[0, 0, 0, 1, 1, 1, NO_UNIT], 2);
    let told: Vec<_> = found
        .pairs
        .iter()
        .map(|p| (p.a, p.b, p.observed, p.n_carriers))
        .collect();
    assert_eq!(told, [(0, 0, 3.0, 3), (0, 1, 1.0, 1), (1, 1, 3.0, 3)]);
    assert!(found.pairs[1].is_fragile && found.pairs[1].ratio_without_one.abs() < 1e-12);
    // By symmetry: what is expected adds up to the seven ties.
    let expected: f64 = found.pairs.iter().map(|pair| pair.expected).sum();
    assert!((expected - 7.0).abs() < 1e-6);
    let mixing = found.mixing.expect("there are ties");
    assert!((mixing.observed - (1.0 - 6.0) / 7.0).abs() < 1e-12);
    // Two of six are of one unit in 12 of 30 ways.
    assert!((mixing.expected - (1.0 - 2.0 * 0.4)).abs() < 1e-12);
    // Newman: 6 of 7 inside, and half by chance.
    assert!((mixing.assortativity - (6.0 / 7.0 - 0.5) / 0.5).abs() < 1e-12);
}

#[test]
fn nothing_is_known_of_nobody() {
    let none = Bridges::default();
    assert_eq!(find(&Network::new(0, &[]), &[], 0), none);
    assert_eq!(find(&Network::new(3, &[]), &[0, 0, 1], 2), none);
    let unknown = Network::new(2, &[(0, 1, 1.0)]);
    assert_eq!(find(&unknown, &[NO_UNIT, NO_UNIT], 0), none);
    let one = find(&unknown, &[0, 0], 1);
    assert_eq!(one.pairs[0].verdict, Verdict::Neither);
}

/// Exchanges ends of ties so long as there are no ties to oneself and none twice.
fn rewired(network: &Network, random: &mut Random) -> Network {
    let mut edges: Vec<Edge> = network.edges().collect();
    let mut present: std::collections::BTreeSet<(u32, u32)> =
        edges.iter().map(|e| (e.0, e.1)).collect();
    let sorted = |a: u32, b: u32| (a.min(b), a.max(b));
    for _ in 0..10 * edges.len() {
        let places = [random.below(edges.len()), random.below(edges.len())];
        let [old, mut turned] = places.map(|place| (edges[place].0, edges[place].1));
        if random.below(2) == 0 {
            turned = (turned.1, turned.0);
        }
        let new = [sorted(old.0, turned.1), sorted(turned.0, old.1)];
        let is_loop = old.0 == turned.1 || turned.0 == old.1;
        if is_loop || new[0] == new[1] || new.iter().any(|ends| present.contains(ends)) {
            continue;
        }
        present.remove(&sorted(old.0, old.1));
        present.remove(&sorted(turned.0, turned.1));
        present.extend(new);
        for (place, ends) in places.into_iter().zip(new) {
            edges[place] = (ends.0, ends.1, 1.0);
        }
    }
    Network::new(network.n_nodes(), &edges)
}

#[test]
fn the_closed_form_is_what_rewiring_gives() {
    let mut world = World::even(4, 40, 1.5, (0.6, 0.0)).keep_inside(4.0);
    world.set(0, 2, 3.0);
    let mut random = Random::new(5);
    let mut network = world.network(&mut random);
    let unit = world.unit();
    let found = bridges(
        &network,
        &unit,
        4,
        &Options {
            n_draws: 0,
            ..Options::default()
        },
    );
    let mut sums = [0.0; 16];
    for _ in 0..200 {
        network = rewired(&network, &mut random);
        for (one, other, _) in network.edges() {
            let cell = unit[one as usize].min(unit[other as usize]) * 4
                + unit[one as usize].max(unit[other as usize]);
            sums[cell as usize] += 1.0 / 200.0;
        }
    }
    for pair in &found.pairs {
        let mean = sums[(pair.a * 4 + pair.b) as usize];
        let off = (pair.expected / mean - 1.0).abs();
        assert!(
            off < 0.04,
            "{} {}: {} and {mean}",
            pair.a,
            pair.b,
            pair.expected
        );
    }
}

#[test]
fn everybodys_ties_are_met() {
    let mut random = Random::new(2);
    let strength: Vec<f64> = (0..50).map(|_| (2.0 * random.uniform()).exp()).collect();
    let pulls = expected::pulls(&strength);
    let sum: f64 = pulls.iter().sum();
    for (pull, strength) in pulls.iter().zip(&strength) {
        assert!((pull * (sum - pull) / strength - 1.0).abs() < 1e-6);
    }
}

/// What every tie adds, by the definition, and what is lost without each person, by leaving them out.
fn slow_variance(ties: &Ties, (a, b): (u32, u32)) -> f64 {
    let ends_in = |edge: &Edge, unit: u32| {
        [edge.0, edge.1]
            .iter()
            .filter(|p| ties.unit[**p as usize] == unit)
            .count() as f64
    };
    let pulls: Vec<f64> = ties
        .edges
        .iter()
        .map(|edge| {
            let (in_a, in_b) = (ends_in(edge, a), ends_in(edge, b));
            let is_between = if a == b {
                in_a > 1.5
            } else {
                in_a > 0.5 && in_b > 0.5
            };
            let observed = ties.between[ties.cell(a, b)];
            let at = if is_between { 1.0 / observed } else { 0.0 };
            let (of_a, of_b) = (
                ties.unit_strength[a as usize],
                ties.unit_strength[b as usize],
            );
            edge.2 * (at - in_a / of_a - in_b / of_b + 1.0 / ties.total)
        })
        .collect();
    let cells: Vec<(u32, u32)> = ties.cells().collect();
    let left = |edge: &Edge| {
        let (one, other) = (ties.unit[edge.0 as usize], ties.unit[edge.1 as usize]);
        let cell = (one.min(other), one.max(other));
        assert!(cells.contains(&cell));
        let of_cell = |edge: &&Edge| {
            let units = (ties.unit[edge.0 as usize], ties.unit[edge.1 as usize]);
            (units.0.min(units.1), units.0.max(units.1)) == cell
        };
        let weights = ties.edges.iter().filter(of_cell).map(|edge| edge.2);
        let (all, squares) = weights.fold((0.0, 0.0), |sum, w| (sum.0 + w, sum.1 + w * w));
        let people = |unit: u32| ties.unit.iter().filter(|one| **one == unit).count() as f64;
        let n_pairs = if cell.0 == cell.1 {
            people(cell.0) * (people(cell.0) - 1.0) / 2.0
        } else {
            people(cell.0) * people(cell.1)
        };
        (1.0 - all * all / squares / n_pairs).max(0.5)
    };
    let noise = ties
        .edges
        .iter()
        .zip(&pulls)
        .map(|(edge, pull)| pull * pull * left(edge));
    let of_ties: f64 = noise.sum();
    let lost: Vec<f64> = (0..ties.unit.len() as u32)
        .map(|person| lost_without(ties, (a, b), person))
        .collect();
    let (mut squares, mut fourths) = (0.0, 0.0);
    for unit in 0..ties.n_units as u32 {
        let of_unit = lost.iter().zip(&ties.unit).filter(|(_, own)| **own == unit);
        let of_unit: Vec<f64> = of_unit.map(|(lost, _)| *lost).collect();
        let n = of_unit.len() as f64;
        let is_alone = of_unit.len() < 2;
        let mean = if is_alone {
            0.0
        } else {
            of_unit.iter().sum::<f64>() / n
        };
        let more = if is_alone { 1.0 } else { n / (n - 1.0) };
        squares += more
            * of_unit
                .iter()
                .map(|lost| (lost - mean).powi(2))
                .sum::<f64>();
        fourths += of_unit
            .iter()
            .map(|lost| (lost - mean).powi(4))
            .sum::<f64>();
    }
    of_ties + (squares - 2.0 * of_ties).max(0.0) * widened(squares, fourths)
}

/// How much smaller the logarithm of a ratio is without a person's ties, each sum being left half a tie at least.
fn lost_without(ties: &Ties, (a, b): (u32, u32), person: u32) -> f64 {
    let half = 0.5 * ties.typical_weight();
    let log = |edges: &[Edge]| {
        let sum = |of: &dyn Fn(u32, u32) -> f64| {
            let each = edges
                .iter()
                .map(|edge| edge.2 * of(ties.unit[edge.0 as usize], ties.unit[edge.1 as usize]));
            each.sum::<f64>().max(half).ln()
        };
        let is = |yes: bool| if yes { 1.0 } else { 0.0 };
        let ends = |unit: u32| sum(&|one, other| is(one == unit) + is(other == unit));
        let observed = sum(&|one, other| is((one, other) == (a, b) || (one, other) == (b, a)));
        observed + sum(&|_, _| 1.0) - ends(a) - ends(b)
    };
    let others = ties
        .edges
        .iter()
        .filter(|edge| edge.0 != person && edge.1 != person);
    log(&ties.edges) - log(&others.copied().collect::<Vec<_>>())
}

fn networks() -> impl Strategy<Value = (Vec<(u32, u32, u8)>, Vec<u32>)> {
    let edges = proptest::collection::vec((0_u32..12, 0_u32..12, 1_u8..4), 1..40);
    (edges, proptest::collection::vec(0_u32..4, 12))
}

fn network(edges: &[(u32, u32, u8)]) -> Network {
    let edges: Vec<Edge> = edges
        .iter()
        .map(|(a, b, w)| (*a, *b, f64::from(*w)))
        .collect();
    Network::new(12, &edges)
}

proptest! {
    #[test]
    fn variances_agree_with_every_two_ties((edges, unit) in networks()) {
        let unit: Vec<u32> = unit.iter().map(|u| if *u == 3 { NO_UNIT } else { *u }).collect();
        let ties = Ties::of(&network(&edges), &unit, 3);
        let variances = Variances::new(&ties);
        for pair in ties.cells().filter(|pair| ties.between[ties.cell(pair.0, pair.1)] > 0.0) {
            let mut sums = vec![0.0; 12];
            Slope::of(&ties, pair, 0.0).fill(&ties, &mut sums);
            let slow = slow_variance(&ties, pair);
            let fast = variances.of(pair).clustered;
            prop_assert!((fast - slow).abs() < 1e-9, "{pair:?}: {fast} and {slow}");
            prop_assert!(sums.iter().sum::<f64>().abs() < 1e-9);
        }
    }

    #[test]
    fn the_order_of_people_changes_no_figure((edges, unit) in networks()) {
        let turned: Vec<(u32, u32, u8)> = edges.iter().map(|(a, b, w)| (11 - a, 11 - b, *w)).collect();
        let backwards: Vec<u32> = unit.iter().rev().copied().collect();
        let options = Options { n_draws: 0, ..Options::default() };
        let one = bridges(&network(&edges), &unit, 4, &options);
        let other = bridges(&network(&turned), &backwards, 4, &options);
        for (one, other) in one.pairs.iter().zip(&other.pairs) {
            prop_assert!((one.expected - other.expected).abs() < 1e-6);
            prop_assert!((one.ratio_low - other.ratio_low).abs() < 1e-6);
            prop_assert_eq!(one.n_carriers, other.n_carriers);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn mixing_by_lot_agrees_with_lots((edges, unit) in networks()) {
        let found = bridges(&network(&edges), &unit, 4, &Options { n_draws: 0, ..Options::default() });
        let Some(mixing) = found.mixing else { return Ok(()) };
        let mut labels = unit.clone();
        let mut random = Random::new(1);
        let (mut sum, mut square) = (0.0, 0.0);
        for _ in 0..2_000 {
            random.shuffle(&mut labels);
            let ties = Ties::of(&network(&edges), &labels, 4);
            let inside: f64 = (0..4).map(|u| ties.between[ties.cell(u, u)]).sum();
            let index = 1.0 - 2.0 * inside / ties.total;
            sum += index / 2_000.0;
            square += index * index / 2_000.0;
        }
        prop_assert!((sum - mixing.expected).abs() < 0.11);
        let deviation = (square - sum * sum).max(0.0).sqrt();
        prop_assert!((deviation - mixing.expected_deviation).abs() < 0.09);
    }
}

fn called(found: &Bridges, verdict: Verdict) -> Vec<(u32, u32)> {
    let pairs = found.pairs.iter().filter(|pair| pair.verdict == verdict);
    pairs.map(|pair| (pair.a, pair.b)).collect()
}

/// Eight departments that keep inside; one that hardly has to do with the others.
fn offices() -> World {
    let mut world = World::even(8, 40, 2.0, (0.7, 0.4)).keep_inside(6.0);
    (0..7).for_each(|other| world.set(7, other, 0.05));
    world
}

fn with_bridge() -> World {
    let mut world = offices();
    world.set(2, 5, 8.0);
    world
}

#[test]
fn a_bridge_that_opens_is_found_and_no_other() {
    for seed in 0..10 {
        let mut random = Random::new(seed);
        let (before, after) = (
            offices().network(&mut random),
            with_bridge().network(&mut random),
        );
        let unit = offices().unit();
        assert_eq!(
            called(&find(&before, &unit, 8), Verdict::Bridge),
            [],
            "{seed}"
        );
        let found = find(&after, &unit, 8);
        assert_eq!(called(&found, Verdict::Bridge), [(2, 5)], "{seed}");
        let changes = changes(&before, &after, &unit, 8);
        let opened = changes
            .iter()
            .filter(|c| c.q_value <= 0.05 && c.factor_low > 1.5);
        let opened: Vec<_> = opened.map(|change| (change.a, change.b)).collect();
        assert_eq!(opened, [(2, 5)], "{seed}");
        let bridge = found
            .pairs
            .iter()
            .find(|p| (p.a, p.b) == (2, 5))
            .expect("it is there");
        assert!(!bridge.is_fragile && bridge.ratio_without_one > 0.8 * bridge.ratio);
    }
}

#[test]
fn a_silo_is_found_and_no_other() {
    for seed in 0..10 {
        let found = find(
            &offices().network(&mut Random::new(seed)),
            &offices().unit(),
            8,
        );
        let outward = found.pairs.iter().filter(|p| p.b == 7);
        let told: Vec<_> = outward
            .map(|p| (p.a, p.observed, p.ratio, p.ratio_high))
            .collect();
        assert_eq!(called(&found, Verdict::Silo), [(7, 7)], "{seed} {told:.2?}");
    }
}

/// Eight departments so small that a pair of them expects a handful of ties; one hardly has to do with the others.
fn small_offices() -> World {
    let mut world = World::even(8, 16, 0.5, (0.7, 0.4)).keep_inside(6.0);
    (0..7).for_each(|other| world.set(7, other, 0.05));
    world
}

#[test]
fn a_small_silo_is_found_too_unless_one_other_stands_against_it() {
    let unit = small_offices().unit();
    let mut n_found = 0;
    for seed in 0..10 {
        let found = find(&small_offices().network(&mut Random::new(seed)), &unit, 8);
        let silos = called(&found, Verdict::Silo);
        n_found += usize::from(silos == [(7, 7)]);
        assert!(silos.iter().all(|silo| *silo == (7, 7)), "{silos:?}");
        let mut world = small_offices();
        world.set(7, 3, 4.0);
        let found = find(&world.network(&mut Random::new(seed)), &unit, 8);
        assert_eq!(called(&found, Verdict::Silo), [], "{seed}");
    }
    assert!(n_found >= 9, "{n_found} of 10");
}

#[test]
fn labels_by_lot_are_silent() {
    let mut n_found = 0;
    for seed in 0..20 {
        let mut random = Random::new(seed);
        let network = with_bridge().network(&mut random);
        let mut unit = with_bridge().unit();
        random.shuffle(&mut unit);
        let found = find(&network, &unit, 8);
        n_found += called(&found, Verdict::Bridge).len() + called(&found, Verdict::Silo).len();
    }
    assert!(n_found <= 10, "{n_found} in 20 copies");
}

#[test]
fn a_bridge_of_one_person_is_fragile() {
    let mut random = Random::new(3);
    let world = World::even(3, 30, 0.3, (0.3, 0.0)).keep_inside(6.0);
    let mut edges: Vec<Edge> = world.network(&mut random).edges().collect();
    edges.extend((30..50).map(|other| (0, other, 1.0)));
    let found = find(&Network::new(90, &edges), &world.unit(), 3);
    let pair = found
        .pairs
        .iter()
        .find(|p| (p.a, p.b) == (0, 1))
        .expect("it is there");
    assert!(pair.is_fragile && pair.concentration > 0.5);
    assert!(pair.ratio_without_one < 0.7 * pair.ratio);
    // All its ties are one person's: that is no more than one observation.
    assert!(pair.ratio_low < 1.0);
}

#[test]
fn what_stays_is_no_change() {
    let world = with_bridge();
    let network = world.network(&mut Random::new(1));
    for change in changes(&network, &network, &world.unit(), 8) {
        assert!((change.factor - 1.0).abs() < 1e-12 && change.p_value > 0.99);
    }
}

#[test]
fn changes_by_chance_are_rarely_called() {
    let world = offices();
    let (mut held, mut all, mut called) = (0, 0, 0);
    for seed in 0..20 {
        let mut random = Random::new(seed);
        let (before, after) = (world.network(&mut random), world.network(&mut random));
        for change in changes(&before, &after, &world.unit(), 8) {
            all += 1;
            held += u32::from(change.factor_low <= 1.0 && 1.0 <= change.factor_high);
            called += u32::from(change.q_value <= 0.05);
        }
    }
    let share = f64::from(held) / f64::from(all);
    assert!((0.93..0.99).contains(&share), "{share}");
    assert!(called <= 3, "{called} called in 20 worlds");
}
