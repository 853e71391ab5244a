//! Moving: each node goes where it gains most, and only those whose neighbours moved are asked again.

use super::level::Level;
use crate::stats::random::Random;

/// A gain below this (the mean weight of an edge is 1 to 2) is rounding, and no reason to move.
const GAIN_MIN: f64 = 1e-9;

/// Nodes asked per node of the network before it is enough. A few are usual; rounding shall not turn in circles.
const N_ASKED_MAX: usize = 1_000;

/// What is known of a community, side by side because it is read together.
#[derive(Debug, Clone, Copy, Default)]
struct Place {
    mass: f64,
    /// Weight between the node at hand and the community; 0 between two nodes.
    sum: f64,
}

/// Moves nodes between the communities (numbered below the number of nodes) until none gains by moving.
pub(super) fn move_nodes(level: &Level, rate: f64, community: &mut [u32], random: &mut Random) {
    let n_nodes = level.n_nodes();
    let mut places = vec![Place::default(); n_nodes];
    let mut n_members = vec![0_u32; n_nodes];
    for (own, mass) in community.iter().zip(&level.mass) {
        places[*own as usize].mass += mass;
        n_members[*own as usize] += 1;
    }
    let mut vacant: Vec<u32> = (0..n_nodes as u32)
        .filter(|place| n_members[*place as usize] == 0)
        .collect();
    // The community and, in the lowest bit, whether the node waits: one look into memory for both.
    let mut seats: Vec<u32> = community.iter().map(|own| own << 1 | 1).collect();
    let mut queue: Vec<u32> = (0..n_nodes as u32).collect();
    random.shuffle(&mut queue);
    let (mut head, mut n_waiting) = (0, n_nodes);
    let mut touched = vec![0_u32; level.degree_max() + 1];
    for _ in 0..n_nodes.saturating_mul(N_ASKED_MAX) {
        if n_waiting == 0 {
            break;
        }
        let node = queue[head];
        head = if head + 1 == n_nodes { 0 } else { head + 1 };
        n_waiting -= 1;
        seats[node as usize] &= !1;
        let own = seats[node as usize] >> 1;

        let mut n_touched = 0;
        for tie in level.ties(node) {
            let place = seats[tie.to as usize] >> 1;
            let sum = &mut places[place as usize].sum;
            touched[n_touched] = place;
            n_touched += usize::from(*sum == 0.0);
            *sum += f64::from(tie.weight);
        }
        let mass = level.mass[node as usize];
        let held = rate * mass;
        places[own as usize].mass -= mass;
        let mut best = own;
        let mut best_gain = gain(&places[own as usize], held) + GAIN_MIN;
        for &at in &touched[..n_touched] {
            let place = &mut places[at as usize];
            let gain = gain(place, held);
            place.sum = 0.0;
            if gain > best_gain {
                (best, best_gain) = (at, gain);
            }
        }
        if best_gain < 0.0 && n_members[own as usize] > 1 {
            best = vacant
                .pop()
                .expect("where two share a place, one is vacant");
        }
        places[best as usize].mass += mass;
        if best == own {
            continue;
        }
        n_members[best as usize] += 1;
        n_members[own as usize] -= 1;
        if n_members[own as usize] == 0 {
            // What rounding left there is no mass.
            places[own as usize].mass = 0.0;
            vacant.push(own);
        }
        seats[node as usize] = best << 1;
        for tie in level.ties(node) {
            let seat = &mut seats[tie.to as usize];
            if *seat & 1 == 0 && *seat >> 1 != best {
                *seat |= 1;
                let tail = head + n_waiting;
                queue[if tail >= n_nodes {
                    tail - n_nodes
                } else {
                    tail
                }] = tie.to;
                n_waiting += 1;
            }
        }
    }
    for (community, seat) in community.iter_mut().zip(&seats) {
        *community = seat >> 1;
    }
}

fn gain(place: &Place, held: f64) -> f64 {
    place.sum - held * place.mass
}
