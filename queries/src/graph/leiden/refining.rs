//! Refining: inside each community, single nodes grow together again along edges.

use super::level::Level;
use crate::stats::random::Random;

/// The parts that communities consist of.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Refined {
    /// The part of each node.
    pub(super) part: Vec<u32>,
    /// The community of each part.
    pub(super) community_of_part: Vec<u32>,
}

impl Refined {
    pub(super) fn n_parts(&self) -> usize {
        self.community_of_part.len()
    }
}

/// A part, while it grows.
#[derive(Debug, Clone, Copy)]
struct Part {
    mass: f64,
    /// Weight between the part and the rest of its community.
    outward: f64,
    /// Weight between the node at hand and the part; 0 between two nodes.
    sum: f64,
    n_members: u32,
}

/// Refines `n_communities` communities, numbered from 0.
pub(super) fn refine(
    level: &Level,
    rate: f64,
    community: &[u32],
    n_communities: usize,
    random: &mut Random,
) -> Refined {
    let n_nodes = level.n_nodes();
    let mut order: Vec<u32> = (0..n_nodes as u32).collect();
    random.shuffle(&mut order);
    let mut starts = vec![0_u32; n_communities + 1];
    for own in community {
        starts[*own as usize + 1] += 1;
    }
    for own in 0..n_communities {
        starts[own + 1] += starts[own];
    }
    let mut place = starts.clone();
    let mut members = vec![0_u32; n_nodes];
    // Where a node stands among the members: says at once whether it is of the community at hand.
    let mut position = vec![0_u32; n_nodes];
    for node in order {
        let at = &mut place[community[node as usize] as usize];
        members[*at as usize] = node;
        position[node as usize] = *at;
        *at += 1;
    }
    let seed = random.next_u64();
    let mut refined = Refined {
        part: vec![0; n_nodes],
        community_of_part: Vec::with_capacity(n_nodes / 4),
    };
    let mut growing = Growing::default();
    for own in 0..n_communities {
        let first = starts[own];
        let members = &members[first as usize..starts[own + 1] as usize];
        // A generator of its own, so that no community's chance hangs on the others.
        let mut random = Random::new(
            seed.wrapping_add(own as u64)
                .wrapping_mul(0x9E37_79B9_7F4A_7C15),
        );
        growing.grow(level, rate, members, &position, first, &mut random);
        growing.write(members, own as u32, &mut refined);
    }
    refined
}

/// One community at work; kept between communities so that nothing is allocated for each.
#[derive(Debug, Default)]
struct Growing {
    /// The part of each member, by the position of the member it began with.
    part_of: Vec<u32>,
    parts: Vec<Part>,
    touched: Vec<u32>,
    chances: Vec<f64>,
}

impl Growing {
    fn grow(
        &mut self,
        level: &Level,
        rate: f64,
        members: &[u32],
        position: &[u32],
        first: u32,
        random: &mut Random,
    ) {
        let n_members = members.len();
        let inside = |node: u32| {
            level.ties(node).iter().filter_map(move |tie| {
                let at = position[tie.to as usize].wrapping_sub(first) as usize;
                (at < n_members).then_some((at, f64::from(tie.weight)))
            })
        };
        self.part_of.clear();
        self.part_of.extend(0..n_members as u32);
        self.parts.clear();
        self.parts.extend(members.iter().map(|node| Part {
            mass: level.mass[*node as usize],
            outward: inside(*node).map(|(_, weight)| weight).sum(),
            sum: 0.0,
            n_members: 1,
        }));
        let whole: f64 = self.parts.iter().map(|part| part.mass).sum();
        let is_well_tied = |part: &Part| part.outward >= rate * part.mass * (whole - part.mass);
        for (at, node) in members.iter().enumerate() {
            let own = self.parts[at];
            // Only who is still alone moves: a part that others joined must not lose the one that ties it.
            if self.part_of[at] != at as u32 || own.n_members > 1 || !is_well_tied(&own) {
                continue;
            }
            self.touched.clear();
            for (other, weight) in inside(*node) {
                let part = self.part_of[other];
                let sum = &mut self.parts[part as usize].sum;
                if *sum == 0.0 {
                    self.touched.push(part);
                }
                *sum += weight;
            }
            let (parts, held) = (&self.parts, rate * own.mass);
            let gains = self.touched.iter().map(|part| {
                let part = &parts[*part as usize];
                let gain = part.sum - held * part.mass;
                if is_well_tied(part) { gain } else { -1.0 }
            });
            self.chances.clear();
            self.chances.extend(gains);
            if let Some(choice) = choose(&mut self.chances, random) {
                let part = self.touched[choice];
                self.part_of[at] = part;
                let joined = &mut self.parts[part as usize];
                joined.mass += own.mass;
                joined.outward += own.outward - 2.0 * joined.sum;
                joined.n_members += 1;
                self.parts[at].n_members = 0;
            }
            for part in &self.touched {
                self.parts[*part as usize].sum = 0.0;
            }
        }
    }

    /// Numbers the parts by their first member.
    fn write(&mut self, members: &[u32], community: u32, refined: &mut Refined) {
        // Where nobody stays, the position of the part's number is free.
        for part in &mut self.touched {
            *part = 0;
        }
        for (at, part) in self.parts.iter_mut().enumerate() {
            if part.n_members > 0 && self.part_of[at] == at as u32 {
                part.n_members = refined.n_parts() as u32;
                refined.community_of_part.push(community);
            }
        }
        for (node, part) in members.iter().zip(&self.part_of) {
            refined.part[*node as usize] = self.parts[*part as usize].n_members;
        }
    }
}

/// One of those with a gain of at least 0, by chance: a part with 1 % less than the largest gain has about half the
/// chance. (The paper takes an exponential of the gain; a power is the same near the largest, the same on every
/// machine, and knows no unit.) The gains become chances.
fn choose(gains: &mut [f64], random: &mut Random) -> Option<usize> {
    let most = gains.iter().copied().fold(-1.0, f64::max);
    if most < 0.0 {
        return None;
    }
    let mut all = 0.0;
    for gain in gains.iter_mut() {
        let share = if most > 0.0 {
            *gain / most
        } else {
            f64::from(*gain >= 0.0)
        };
        *gain = share.max(0.0);
        for _ in 0..6 {
            *gain *= *gain;
        }
        all += *gain;
    }
    let mut left = random.uniform() * all;
    let mut last = None;
    for (choice, chance) in gains.iter().enumerate() {
        if *chance > 0.0 {
            last = Some(choice);
            if left < *chance {
                break;
            }
            left -= chance;
        }
    }
    last
}
