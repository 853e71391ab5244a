//! Who carries a link between two units, and what is left when they leave.

use super::ties::Ties;
use crate::graph::network::Edge;

/// So few people are looked at as those who might carry nearly all.
const N_TOP: usize = 3;

/// The people behind a pair of units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Carriers {
    /// People with such a tie, on the side where they are fewer.
    pub n_people: u64,
    /// Share of the ties' weight that one, two and three people have an end in, the best chosen one after another.
    pub shares: [f64; N_TOP],
    /// Observed over expected when the one person leaves who holds most of it, over what it is with them.
    pub without_one: f64,
}

/// The ties of every pair of units, in the order of [`Ties::cells`], pairs without ties left out.
pub(super) fn by_pair(ties: &Ties) -> Vec<((u32, u32), Vec<Edge>)> {
    let pair = |edge: &Edge| {
        let (a, b) = (ties.unit[edge.0 as usize], ties.unit[edge.1 as usize]);
        (a.min(b), a.max(b))
    };
    let mut sorted = ties.edges.clone();
    // A stable sort: inside a pair the ties stay in the order of people.
    sorted.sort_by_key(pair);
    sorted
        .chunk_by(|one, other| pair(one) == pair(other))
        .map(|edges| (pair(&edges[0]), edges.to_vec()))
        .collect()
}

/// The carriers of a pair, whose ties these are.
pub(super) fn carriers(ties: &Ties, (a, b): (u32, u32), edges: &[Edge]) -> Carriers {
    let people = sums(edges);
    let on_side = |unit: u32| {
        let of_unit = |(person, _): &&(u32, f64)| ties.unit[*person as usize] == unit;
        people.iter().filter(of_unit).count() as u64
    };
    let total: f64 = people.iter().map(|(_, weight)| weight).sum::<f64>() / 2.0;
    let lowest = people.iter().map(|(person, weight)| {
        let left = left_by(ties, (a, b), *person);
        if left > 0.0 {
            (1.0 - weight / total) / left
        } else {
            0.0
        }
    });
    Carriers {
        n_people: on_side(a).min(on_side(b)),
        shares: shares(edges, total),
        without_one: lowest.fold(1.0, f64::min).max(0.0),
    }
}

/// Weight by person, sorted by person.
fn sums(edges: &[Edge]) -> Vec<(u32, f64)> {
    let both = |edge: &Edge| [(edge.0, edge.2), (edge.1, edge.2)];
    let mut ends: Vec<(u32, f64)> = edges.iter().flat_map(both).collect();
    ends.sort_by_key(|end| end.0);
    let sum = |of_person: &[(u32, f64)]| of_person.iter().map(|end| end.1).sum();
    ends.chunk_by(|one, other| one.0 == other.0)
        .map(|of_person| (of_person[0].0, sum(of_person)))
        .collect()
}

/// What the best one, two, three people cover: each is the best for what the ones before left.
fn shares(edges: &[Edge], total: f64) -> [f64; N_TOP] {
    let mut left = edges.to_vec();
    let mut covered = 0.0;
    let mut shares = [0.0; N_TOP];
    for share in &mut shares {
        let people = sums(&left);
        // The first of equals: the lowest id.
        let best = people.iter().rev().max_by(|x, y| x.1.total_cmp(&y.1));
        if let Some(&(person, weight)) = best {
            covered += weight;
            left.retain(|edge| edge.0 != person && edge.1 != person);
        }
        *share = (covered / total).min(1.0);
    }
    shares
}

/// What is left of the expectation when a person leaves: the ties go with them, at both ends.
fn left_by(ties: &Ties, (a, b): (u32, u32), person: u32) -> f64 {
    let own = ties.unit[person as usize];
    let strength = ties.strength[person as usize];
    let left = |unit: u32| {
        let lost = ties.weight_toward(person, unit) + if own == unit { strength } else { 0.0 };
        1.0 - lost / ties.unit_strength[unit as usize]
    };
    let all = 1.0 - strength / ties.total;
    if all > 0.0 {
        left(a) * left(b) / all
    } else {
        0.0
    }
}
