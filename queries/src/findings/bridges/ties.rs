//! A network seen through the units of its people: who has how many ties to which unit.

use crate::findings::elephant_paths::NO_UNIT;
use crate::graph::network::{Edge, Network};

/// Ties by unit. People of no known unit are left out with all their ties: such a tie is neither inside a
/// unit nor between two.
pub(super) struct Ties {
    pub n_units: usize,
    /// Unit of each person.
    pub unit: Vec<u32>,
    /// People of each unit.
    pub sizes: Vec<u64>,
    /// Weight of each person's ties.
    pub strength: Vec<f64>,
    /// Weight of all ties.
    pub total: f64,
    /// Weight of the ties of each unit's people, those inside counted twice.
    pub unit_strength: Vec<f64>,
    /// Weight of the ties between two units, by row and column; on the diagonal each tie once.
    pub between: Vec<f64>,
    /// The same of squared weights.
    pub squares: Vec<f64>,
    /// Of each unit: its people and all who have a tie to them, with the weight of these; by person.
    pub toward: Vec<Vec<(u32, f64)>>,
    /// The ties, from the lower person to the higher.
    pub edges: Vec<Edge>,
}

impl Ties {
    pub(super) fn of(network: &Network, unit: &[u32], n_units: usize) -> Self {
        assert!(unit.len() >= network.n_nodes(), "a unit for every person");
        let is_known = |person: u32| unit[person as usize] != NO_UNIT;
        let edges = network.edges();
        let edges: Vec<Edge> = edges
            .filter(|(one, other, weight)| is_known(*one) && is_known(*other) && *weight > 0.0)
            .collect();
        let mut ties = Self {
            n_units,
            unit: unit[..network.n_nodes()].to_vec(),
            sizes: vec![0; n_units],
            strength: vec![0.0; network.n_nodes()],
            total: 0.0,
            unit_strength: vec![0.0; n_units],
            between: vec![0.0; n_units * n_units],
            squares: vec![0.0; n_units * n_units],
            toward: vec![Vec::new(); n_units],
            edges,
        };
        ties.add_up();
        ties.look_toward(network);
        ties
    }

    fn add_up(&mut self) {
        for unit in self.unit.iter().filter(|unit| **unit != NO_UNIT) {
            self.sizes[*unit as usize] += 1;
        }
        for &(one, other, weight) in &self.edges {
            self.total += weight;
            self.strength[one as usize] += weight;
            self.strength[other as usize] += weight;
            let (a, b) = (self.unit[one as usize], self.unit[other as usize]);
            self.unit_strength[a as usize] += weight;
            self.unit_strength[b as usize] += weight;
            let (here, there) = (self.cell(a, b), self.cell(b, a));
            self.between[here] += weight;
            self.squares[here] += weight * weight;
            if here != there {
                self.between[there] += weight;
                self.squares[there] += weight * weight;
            }
        }
    }

    fn look_toward(&mut self, network: &Network) {
        let mut sums = vec![0.0; self.n_units];
        for person in 0..network.n_nodes() as u32 {
            let own = self.unit[person as usize];
            if own == NO_UNIT {
                continue;
            }
            let mut touched = vec![own];
            for (other, weight) in network.edges_of(person) {
                let unit = self.unit[other as usize];
                if unit != NO_UNIT && weight > 0.0 {
                    sums[unit as usize] += weight;
                    touched.push(unit);
                }
            }
            touched.sort_unstable();
            touched.dedup();
            for unit in touched {
                self.toward[unit as usize].push((person, sums[unit as usize]));
                sums[unit as usize] = 0.0;
            }
        }
    }

    /// Where the pair of units stands in the tables.
    pub(super) fn cell(&self, a: u32, b: u32) -> usize {
        a as usize * self.n_units + b as usize
    }

    /// Every pair of units once, each with itself too.
    pub(super) fn cells(&self) -> impl Iterator<Item = (u32, u32)> + use<> {
        let n = self.n_units as u32;
        (0..n).flat_map(move |a| (a..n).map(move |b| (a, b)))
    }

    /// The weight of a person's ties to a unit.
    pub(super) fn weight_toward(&self, person: u32, unit: u32) -> f64 {
        let list = &self.toward[unit as usize];
        let place = list.binary_search_by_key(&person, |entry| entry.0);
        place.map_or(0.0, |place| list[place].1)
    }

    /// How much one tie weighs, where large ties count as much as they weigh: 1 where all weigh 1.
    pub(super) fn typical_weight(&self) -> f64 {
        let squares: f64 = self.edges.iter().map(|edge| edge.2 * edge.2).sum();
        if self.total > 0.0 {
            squares / self.total
        } else {
            1.0
        }
    }
}
