//! How far somebody's ties lead to the same circle (Burt's constraint), or into many units (participation).
//!
//! Burt 1992: of the share p that somebody gives each contact, what comes back through the others is added:
//! c(u) = sum over contacts v of (p(u, v) + sum over q of p(u, q) p(q, v))^2. Low means that the contacts do not
//! know each other, so that much passes through u. Participation (Guimerà and Amaral 2005) is 1 - the sum over
//! units of the squared share of ties: 0 where all lead into one unit, near 1 where they lead into many.

use super::network::Network;
use crate::findings::elephant_paths::NO_UNIT;

/// The constraint of each node, above 0; NaN without ties of any weight. Shares go by the weight.
///
/// Takes time of the ties of all contacts, so of the squares of the degrees.
pub fn constraint(network: &Network) -> Vec<f64> {
    let n = network.n_nodes() as u32;
    let strengths: Vec<f64> = (0..n).map(|node| network.strength(node)).collect();
    let mut back = vec![0.0; n as usize];
    let mut all = Vec::with_capacity(n as usize);
    for node in 0..n {
        let strength = strengths[node as usize];
        for (between, weight) in network.edges_of(node).filter(|edge| edge.1 > 0.0) {
            let share = weight / strength / strengths[between as usize];
            for (other, weight) in network.edges_of(between) {
                back[other as usize] += share * weight;
            }
        }
        let sum: f64 = network
            .edges_of(node)
            .map(|(other, weight)| (weight / strength + back[other as usize]).powi(2))
            .sum();
        all.push(if strength > 0.0 { sum } else { f64::NAN });
        for between in network.neighbours(node) {
            for other in network.neighbours(*between) {
                back[*other as usize] = 0.0;
            }
        }
    }
    all
}

/// The participation of each node over the units of its contacts, 0 to below 1; contacts of no known unit
/// do not count, and without any other it is 0. Ties count alike, whatever their weight.
pub fn participation(network: &Network, unit: &[u32]) -> Vec<f64> {
    let mut units = Vec::new();
    let mut of_node = |node: u32| {
        units.clear();
        let contacts = network.neighbours(node).iter();
        units.extend(contacts.map(|other| unit[*other as usize]));
        units.retain(|unit| *unit != NO_UNIT);
        units.sort_unstable();
        let n = units.len().max(1) as f64;
        let of_units = units.chunk_by(|a, b| a == b);
        let squares: f64 = of_units.map(|same| (same.len() as f64 / n).powi(2)).sum();
        if units.is_empty() { 0.0 } else { 1.0 - squares }
    };
    (0..network.n_nodes() as u32).map(&mut of_node).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The formula, over every pair and every third.
    fn obvious(network: &Network, node: u32) -> f64 {
        let n = network.n_nodes() as u32;
        let weight = |one: u32, other: u32| {
            let mut edges = network.edges_of(one);
            edges
                .find(|edge| edge.0 == other)
                .map_or(0.0, |edge| edge.1)
        };
        let p = |one: u32, other: u32| weight(one, other) / network.strength(one);
        let contacts = (0..n).filter(|other| weight(node, *other) > 0.0);
        contacts
            .map(|other| {
                let thirds = (0..n).filter(|q| weight(node, *q) > 0.0 && *q != other);
                let back: f64 = thirds.map(|q| p(node, q) * p(q, other)).sum();
                (p(node, other) + back).powi(2)
            })
            .sum()
    }

    #[test]
    fn a_star_and_a_triangle_by_hand() {
        let star = Network::new(4, &[(0, 1, 1.0), (0, 2, 1.0), (0, 3, 1.0)]);
        let of_star = constraint(&star);
        assert!((of_star[0] - 1.0 / 3.0).abs() < 1e-12 && (of_star[1] - 1.0).abs() < 1e-12);
        let triangle = Network::new(4, &[(0, 1, 2.0), (1, 2, 2.0), (0, 2, 2.0)]);
        let of_triangle = constraint(&triangle);
        // Twice the square of 1/2 + 1/4.
        assert!((of_triangle[0] - 1.125).abs() < 1e-12 && of_triangle[3].is_nan());
    }

    #[test]
    fn participation_by_hand() {
        let edges = [
            (0, 1, 1.0),
            (0, 2, 9.0),
            (0, 3, 1.0),
            (0, 4, 1.0),
            (0, 5, 1.0),
        ];
        let network = Network::new(7, &edges);
        let of_all = participation(&network, &[8, 0, 0, 1, 2, NO_UNIT, 0]);
        assert!((of_all[0] - (1.0 - 0.25 - 0.0625 - 0.0625)).abs() < 1e-12);
        assert!(of_all[1].abs() < 1e-12 && of_all[6].abs() < 1e-12);
    }

    proptest! {
        #[test]
        fn agrees_with_the_formula(
            edges in proptest::collection::vec((0_u32..8, 0_u32..8, 0.1_f64..4.0), 0..25),
        ) {
            let network = Network::new(8, &edges);
            for (node, fast) in (0..).zip(constraint(&network)) {
                let is_alone = network.degree(node) == 0;
                prop_assert!(is_alone == fast.is_nan());
                prop_assert!(is_alone || (fast - obvious(&network, node)).abs() < 1e-9);
            }
        }
    }
}
