//! Whom somebody reaches within one step or two, and how many some people do together.

use super::carried::Carried;
use super::{Options, Reach};
use crate::graph::network::Network;

/// The people within so many steps of a person, the person included, sorted.
///
/// # Panics
/// When `n_steps` is neither 1 nor 2.
pub fn reach_of(network: &Network, person: u32, n_steps: u32) -> Vec<u32> {
    assert!((1..=2).contains(&n_steps), "one step or two");
    let near = network.neighbours(person);
    let mut reach = vec![person];
    reach.extend(near);
    if n_steps == 2 {
        reach.extend(near.iter().flat_map(|other| network.neighbours(*other)));
    }
    reach.sort_unstable();
    reach.dedup();
    reach
}

/// How many these people reach together.
pub(super) fn reach(network: &Network, people: &[u32], options: &Options) -> Reach {
    let mut carried = Carried::new(network.n_nodes(), &[], options.load_over_steps());
    for person in people {
        carried.add(reach_of(network, *person, options.n_steps));
    }
    let within = |n_steps: u32| {
        let mut is_reached = vec![false; network.n_nodes()];
        for person in people {
            for other in reach_of(network, *person, n_steps) {
                is_reached[other as usize] = true;
            }
        }
        is_reached.iter().filter(|is_reached| **is_reached).count() as f64
    };
    Reach {
        carried: carried.n_people() as f64,
        within_one_step: within(1),
        within_two_steps: within(2),
    }
}
