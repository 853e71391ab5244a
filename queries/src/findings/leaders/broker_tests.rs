//! Brokers in networks of departments: planted ones are found, rewired networks are silent.

use super::*;
use crate::graph::network::Edge;
use crate::stats::calibration;
use crate::stats::random::Random;

/// 240 persons of 12 departments, 8 ties each inside and about one outside; the first few persons tie
/// themselves to one each of ten departments besides.
fn network(seed: u64, n_brokers: u32) -> (Network, Vec<u32>) {
    let mut random = Random::new(seed);
    let unit: Vec<u32> = (0..240).map(|person| person % 12).collect();
    let mut edges: Vec<Edge> = Vec::new();
    for one in 0..240_u32 {
        for _ in 0..4 {
            let other = random.below(20) as u32 * 12 + one % 12;
            edges.push((one, other, 1.0));
        }
        if random.below(2) == 0 {
            edges.push((one, random.below(240) as u32, 1.0));
        }
    }
    for broker in 0..n_brokers {
        for of_department in 0..10 {
            let other = random.below(20) as u32 * 12 + (broker + of_department) % 12;
            edges.push((broker, other, 1.0));
        }
    }
    (Network::new(240, &edges), unit)
}

/// Ties by lot, so that rewiring changes nothing about how they came.
fn by_lot(seed: u64) -> (Network, Vec<u32>) {
    let mut random = Random::new(seed);
    let unit = (0..240).map(|_| random.below(12) as u32).collect();
    let edges: Vec<Edge> = (0..1_000)
        .map(|_| (random.below(240) as u32, random.below(200) as u32, 1.0))
        .collect();
    (Network::new(240, &edges), unit)
}

fn options(seed: u64) -> BrokerOptions {
    BrokerOptions {
        n_worlds: 49,
        seed,
        ..BrokerOptions::default()
    }
}

#[test]
fn planted_brokers_are_found_and_nobody_else() {
    let (mut n_found, mut n_false) = (0, 0);
    for seed in 0..3 {
        let (network, unit) = network(seed, 5);
        let found = brokers(&network, &unit, &options(seed)).listed;
        n_found += found.iter().filter(|one| one.person < 5).count();
        n_false += found.iter().filter(|one| one.person >= 5).count();
        assert_eq!(found, brokers(&network, &unit, &options(seed)).listed);
    }
    assert!(n_found >= 12, "{n_found} of 15");
    assert!(n_false <= 1, "{n_false} false");
}

#[test]
fn networks_by_lot_are_silent_and_p_values_even() {
    let mut p_values = Vec::new();
    let mut n_loud = 0;
    for seed in 0..10 {
        let (network, unit) = by_lot(seed);
        let found = brokers(&network, &unit, &options(seed + 50));
        n_loud += u32::from(!found.listed.is_empty());
        let tested = super::brokers::tested(&network, &unit, &options(seed + 50));
        p_values.extend(tested.iter().map(|one| one.p_value));
        assert_eq!(found.n_tested, tested.len() as u64);
    }
    // At a false discovery rate of 5 % one in twenty is not silent; three of ten would be a surprise.
    assert!(n_loud <= 2, "{n_loud} of ten networks");
    let distance = calibration::unsafe_distance(&p_values);
    assert!(distance <= 0.05, "{distance}");
}

#[test]
fn nobody_is_no_broker() {
    assert_eq!(
        brokers(&Network::default(), &[], &options(1)),
        Brokers::default()
    );
}
