//! Invented networks of units: how much any two have to do with each other is set, people differ.

use crate::graph::network::{Edge, Network};
use crate::stats::random::Random;

/// Units of one size, and how much each pair has to do with each other.
pub(super) struct World {
    pub n_units: usize,
    pub size: usize,
    /// Ties that a person of mean activity has to a unit of affinity 1.
    pub density: f64,
    /// By row and column; 1 is ordinary.
    pub affinity: Vec<f64>,
    /// How far people differ in their activity, and each in the units they turn to: deviations of logarithms.
    pub spread: (f64, f64),
}

impl World {
    pub(super) fn even(n_units: usize, size: usize, density: f64, spread: (f64, f64)) -> Self {
        Self {
            n_units,
            size,
            density,
            affinity: vec![1.0; n_units * n_units],
            spread,
        }
    }

    /// Sets the affinity of a pair.
    pub(super) fn set(&mut self, a: usize, b: usize, affinity: f64) {
        self.affinity[a * self.n_units + b] = affinity;
        self.affinity[b * self.n_units + a] = affinity;
    }

    /// Sets that of every unit with itself.
    pub(super) fn keep_inside(mut self, affinity: f64) -> Self {
        (0..self.n_units).for_each(|unit| self.set(unit, unit, affinity));
        self
    }

    pub(super) fn unit(&self) -> Vec<u32> {
        (0..self.n_units * self.size)
            .map(|person| (person / self.size) as u32)
            .collect()
    }

    pub(super) fn network(&self, random: &mut Random) -> Network {
        let n = self.n_units * self.size;
        let mut draw = |spread: f64| (spread * random.normal() - spread * spread / 2.0).exp();
        let activity: Vec<f64> = (0..n).map(|_| draw(self.spread.0)).collect();
        let turns_to: Vec<f64> = (0..n * self.n_units).map(|_| draw(self.spread.1)).collect();
        let mut edges: Vec<Edge> = Vec::new();
        for one in 0..n {
            for other in one + 1..n {
                let (a, b) = (one / self.size, other / self.size);
                let taste = turns_to[one * self.n_units + b] * turns_to[other * self.n_units + a];
                let chance = self.density / self.size as f64
                    * self.affinity[a * self.n_units + b]
                    * activity[one]
                    * activity[other]
                    * taste;
                if random.uniform() < chance {
                    edges.push((one as u32, other as u32, 1.0));
                }
            }
        }
        Network::new(n, &edges)
    }

    /// Ties between two units on average.
    fn mean(&self, a: usize, b: usize) -> f64 {
        let size = self.size as f64;
        let pairs = if a == b {
            size * (size - 1.0) / 2.0
        } else {
            size * size
        };
        pairs * self.density / size * self.affinity[a * self.n_units + b]
    }

    /// Observed over expected in a world of this kind without end.
    pub(super) fn true_ratio(&self, a: usize, b: usize) -> f64 {
        let strength = |unit: usize| {
            let all: f64 = (0..self.n_units).map(|other| self.mean(unit, other)).sum();
            all + self.mean(unit, unit)
        };
        let ends: f64 = (0..self.n_units).map(strength).sum();
        self.mean(a, b) * ends / (strength(a) * strength(b)) * if a == b { 2.0 } else { 1.0 }
    }

    /// The E-I index of such a world.
    pub(super) fn true_index(&self) -> f64 {
        let inside: f64 = (0..self.n_units).map(|unit| self.mean(unit, unit)).sum();
        let pairs = (0..self.n_units).flat_map(|a| (a..self.n_units).map(move |b| (a, b)));
        let all: f64 = pairs.map(|(a, b)| self.mean(a, b)).sum();
        1.0 - 2.0 * inside / all
    }
}
