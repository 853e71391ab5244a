//! `PageRank`: where somebody is found who walks along ties for ever and now and then starts anew.
//!
//! Page, Brin, Motwani and Winograd 1998. A step follows an edge by its weight; with the chance `teleport`
//! it starts anew at a node by lot, and from a node without edges it always does. Every node gathers from
//! those that lead to it, in their order, so no sum depends on how the work is divided.

use super::network::{Edge, Network};

/// When a walk starts anew, and when its reckoning ends.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Chance of starting anew in a step, 0 to 1.
    pub teleport: f64,
    /// The reckoning ends when the ranks change by less in all.
    pub tolerance: f64,
    /// It ends after so many rounds in any case.
    pub n_rounds: usize,
}

impl Default for Options {
    /// The values of 1998; with them the change falls below 1e-12 within 170 rounds.
    fn default() -> Self {
        Self {
            teleport: 0.15,
            tolerance: 1e-12,
            n_rounds: 200,
        }
    }
}

/// The rank of each node of a network whose edges lead both ways; they add up to 1.
pub fn of_network(network: &Network, options: &Options) -> Vec<f64> {
    let strengths: Vec<f64> = (0..network.n_nodes() as u32)
        .map(|node| network.strength(node))
        .collect();
    walk(&strengths, |node| network.edges_of(node), options)
}

/// The rank of each of `n_nodes` nodes under edges `(source, target, weight)` that lead one way; they add up
/// to 1. Edges may come in any order, several between the same nodes count together, and one from a node to
/// itself is a step that stays.
///
/// # Panics
/// When an edge names a node beyond `n_nodes`, or its weight is negative or no number.
pub fn of_links(n_nodes: usize, links: &[Edge], options: &Options) -> Vec<f64> {
    let mut incoming = links.to_vec();
    incoming.sort_by(|a, b| {
        (a.1, a.0)
            .cmp(&(b.1, b.0))
            .then_with(|| a.2.total_cmp(&b.2))
    });
    let mut strengths = vec![0.0; n_nodes];
    let mut offsets = vec![0; n_nodes + 1];
    for (place, (source, target, weight)) in incoming.iter().enumerate() {
        assert!(*weight >= 0.0, "a weight is no negative number");
        strengths[*source as usize] += weight;
        offsets[*target as usize + 1] = place + 1;
    }
    for node in 0..n_nodes {
        offsets[node + 1] = offsets[node + 1].max(offsets[node]);
    }
    let leading_to = |node: u32| {
        let row = &incoming[offsets[node as usize]..offsets[node as usize + 1]];
        row.iter().map(|(source, _, weight)| (*source, *weight))
    };
    walk(&strengths, leading_to, options)
}

/// The rounds: `strengths` are the weights that leave each node, `leading_to` the edges that reach it.
fn walk<I: Iterator<Item = (u32, f64)>>(
    strengths: &[f64],
    leading_to: impl Fn(u32) -> I,
    options: &Options,
) -> Vec<f64> {
    let n = strengths.len() as f64;
    let mut ranks = vec![1.0 / n; strengths.len()];
    let mut sent = vec![0.0; strengths.len()];
    for _ in 0..options.n_rounds {
        let mut stranded = 0.0;
        for (node, strength) in strengths.iter().enumerate() {
            let moves_on = *strength > 0.0;
            sent[node] = if moves_on {
                ranks[node] / strength
            } else {
                0.0
            };
            stranded += if moves_on { 0.0 } else { ranks[node] };
        }
        let anew = (options.teleport + (1.0 - options.teleport) * stranded) / n;
        let mut change = 0.0;
        for (node, rank) in ranks.iter_mut().enumerate() {
            let gathered: f64 = leading_to(node as u32)
                .map(|(source, weight)| sent[source as usize] * weight)
                .sum();
            let next = anew + (1.0 - options.teleport) * gathered;
            change += (next - *rank).abs();
            *rank = next;
        }
        if change < options.tolerance {
            break;
        }
    }
    ranks
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The whole matrix of chances, multiplied a thousand times.
    fn obvious(n_nodes: usize, links: &[Edge], teleport: f64) -> Vec<f64> {
        let n = n_nodes as f64;
        let mut chances = vec![vec![0.0; n_nodes]; n_nodes];
        for (source, target, weight) in links {
            chances[*source as usize][*target as usize] += weight;
        }
        for row in &mut chances {
            let total: f64 = row.iter().sum();
            for chance in row {
                let step = if total > 0.0 {
                    *chance / total
                } else {
                    1.0 / n
                };
                *chance = teleport / n + (1.0 - teleport) * step;
            }
        }
        let mut ranks = vec![1.0 / n; n_nodes];
        for _ in 0..1_000 {
            let at = |to: usize| {
                (0..n_nodes)
                    .map(|from| ranks[from] * chances[from][to])
                    .sum()
            };
            ranks = (0..n_nodes).map(at).collect();
        }
        ranks
    }

    fn is_near(fast: &[f64], slow: &[f64]) -> bool {
        let is_near = |(fast, slow): (&f64, &f64)| (fast - slow).abs() < 1e-9;
        fast.len() == slow.len() && fast.iter().zip(slow).all(is_near)
    }

    #[test]
    fn a_star_by_hand() {
        // r = 0.05 + 0.85 * (the ends), ends = 0.05 + 0.85 * r / 2.
        let star = Network::new(3, &[(0, 1, 1.0), (0, 2, 1.0)]);
        let ranks = of_network(&star, &Options::default());
        let middle = (0.05 + 0.85 * 0.1) / (1.0 - 0.85 * 0.85);
        assert!(is_near(
            &ranks,
            &[middle, (1.0 - middle) / 2.0, (1.0 - middle) / 2.0]
        ));
    }

    #[test]
    fn who_leads_nowhere_hands_its_rank_to_all() {
        let ranks = of_links(2, &[(0, 1, 3.0)], &Options::default());
        assert!((ranks.iter().sum::<f64>() - 1.0).abs() < 1e-12);
        assert!(ranks[1] > ranks[0]);
        assert!(of_links(0, &[], &Options::default()).is_empty());
        assert!(is_near(
            &of_network(&Network::new(2, &[]), &Options::default()),
            &[0.5, 0.5]
        ));
    }

    proptest! {
        #[test]
        fn agrees_with_the_matrix(
            links in proptest::collection::vec((0_u32..9, 0_u32..9, 0.0_f64..5.0), 0..30),
            teleport in 0.05_f64..0.6,
        ) {
            let options = Options { teleport, n_rounds: 2_000, ..Options::default() };
            prop_assert!(is_near(&of_links(9, &links, &options), &obvious(9, &links, teleport)));
            let network = Network::new(9, &links);
            let both: Vec<Edge> = network
                .edges()
                .flat_map(|(one, other, weight)| [(one, other, weight), (other, one, weight)])
                .collect();
            prop_assert!(is_near(&of_network(&network, &options), &obvious(9, &both, teleport)));
        }
    }
}
