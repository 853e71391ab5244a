//! Brokers: people who sit between groups, beyond what so many ties bring anybody.
//!
//! Three measures look at it: a low constraint (the contacts do not know each other), participation (they
//! are of many departments) and betweenness (shortest ways lead over the person). Low constraint is mostly
//! many ties, so each is held against the same person's in networks that are rewired with everybody's number
//! of ties kept, and that between each two departments ([`rewired`]), and told as a deviation from them: were it by
//! lot who carries the ties between departments, would this person carry so many, to so many? Betweenness is taken
//! as its logarithm: it has no upper end and would drown the others. A broker stands out in the mean of the
//! three; the p value is its rank among the same means of people with about as many ties in the rewired networks.

mod rewired;

use crate::graph::betweenness::betweenness;
use crate::graph::constraint::{constraint, participation};
use crate::graph::network::{Edge, Network};
use crate::parallel::on_all_cores;
use crate::stats::fdr;
use crate::stats::worlds::{Scale, ranks};

/// How it is reckoned, and the gates.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BrokerOptions {
    /// Number of rewired networks.
    pub n_worlds: usize,
    /// Betweenness is reckoned from so many people, or from all where there are no more.
    pub n_pivots: usize,
    /// Least number of ties, to be tested.
    pub least_ties: usize,
    /// Least mean deviation, to be listed.
    pub deviation: f64,
    /// Highest false discovery rate.
    pub q: f64,
    /// Seed of the rewired networks.
    pub seed: u64,
}

impl Default for BrokerOptions {
    /// With 99 networks and at least 100 people of about as many ties, ranks go down to 1 in 9,900, which a few hundred
    /// tests need. Five ties are the support of every finding; a deviation of one is seen without a test.
    fn default() -> Self {
        Self {
            n_worlds: 99,
            n_pivots: 256,
            least_ties: 5,
            deviation: 1.0,
            q: 0.05,
            seed: 1,
        }
    }
}

/// So many people of about as many ties are ranked together.
const LEAST_OF_CLASS: usize = 100;

/// Somebody between groups.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Broker {
    /// Who.
    pub person: u32,
    /// People with a tie.
    pub n_ties: u64,
    /// Burt's constraint, ties counting alike.
    pub constraint: f64,
    /// Participation over departments, 0 to below 1.
    pub participation: f64,
    /// Pairs of others whose shortest ways lead over the person.
    pub betweenness: f64,
    /// Deviations from the rewired networks, each above 0 where it speaks for a broker: low constraint,
    /// participation, betweenness.
    pub deviations: [f64; 3],
    /// Their mean.
    pub deviation: f64,
    /// Rank among people with about as many ties in the rewired networks.
    pub p_value: f64,
    /// Smallest false discovery rate at which it is called.
    pub q_value: f64,
}

/// The brokers of a network.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Brokers {
    /// Those listed, the largest deviation first, ties by person.
    pub listed: Vec<Broker>,
    /// Size of the family: people with enough ties.
    pub n_tested: u64,
}

/// Finds the brokers. `unit` is by person; the weights of ties do not count.
pub fn brokers(network: &Network, unit: &[u32], options: &BrokerOptions) -> Brokers {
    let mut listed = tested(network, unit, options);
    let n_tested = listed.len() as u64;
    listed.retain(|one| one.q_value <= options.q && one.deviation >= options.deviation);
    listed.sort_by(|a, b| {
        let by_size = b.deviation.total_cmp(&a.deviation);
        by_size.then(a.person.cmp(&b.person))
    });
    Brokers { listed, n_tested }
}

/// Everyone with enough ties, by person.
pub(super) fn tested(network: &Network, unit: &[u32], options: &BrokerOptions) -> Vec<Broker> {
    let n_nodes = network.n_nodes();
    let alike: Vec<Edge> = network.edges().map(|edge| (edge.0, edge.1, 1.0)).collect();
    let network = &Network::new(n_nodes, &alike);
    let persons: Vec<u32> = (0..n_nodes as u32)
        .filter(|person| network.degree(*person) >= options.least_ties.max(1))
        .collect();
    let seen = measures(network, unit, &persons, options.n_pivots, options.seed);
    let worlds = on_all_cores(options.n_worlds, |world| {
        let seed = options.seed.wrapping_add(world as u64 + 1);
        let copy = rewired::rewired(network, unit, seed);
        measures(&copy, unit, &persons, options.n_pivots, seed)
    });
    let scales = scales(&seen, &worlds);
    let deviations = |measures: &[Measures]| -> Vec<[f64; 3]> {
        let both = measures.iter().zip(&scales);
        both.map(|(measures, scales)| deviations(measures, scales))
            .collect()
    };
    let seen_deviations = deviations(&seen);
    let chance: Vec<Vec<f64>> = worlds
        .iter()
        .map(|world| deviations(world).iter().map(mean).collect())
        .collect();
    let size: Vec<usize> = persons
        .iter()
        .map(|person| network.degree(*person))
        .collect();
    let means: Vec<f64> = seen_deviations.iter().map(mean).collect();
    let p = ranks(&means, &chance, &size, LEAST_OF_CLASS);
    let q = fdr::q_values(&p, p.len() as u64);
    let row = |place: usize| Broker {
        person: persons[place],
        n_ties: network.degree(persons[place]) as u64,
        constraint: -seen[place][0],
        participation: seen[place][1],
        betweenness: seen[place][2].exp_m1(),
        deviations: seen_deviations[place],
        deviation: means[place],
        p_value: p[place],
        q_value: q[place],
    };
    (0..persons.len()).map(row).collect()
}

/// Constraint with its sign turned, participation, logarithm of betweenness and one.
type Measures = [f64; 3];

fn measures(
    network: &Network,
    unit: &[u32],
    persons: &[u32],
    n_pivots: usize,
    seed: u64,
) -> Vec<Measures> {
    let constraint = constraint(network);
    let participation = participation(network, unit);
    let betweenness = betweenness(network, n_pivots, seed);
    let of_person = |person: &u32| {
        let at = *person as usize;
        [-constraint[at], participation[at], betweenness[at].ln_1p()]
    };
    persons.iter().map(of_person).collect()
}

/// Of each person's measures over the rewired networks and what is seen.
fn scales(seen: &[Measures], worlds: &[Vec<Measures>]) -> Vec<[Scale; 3]> {
    let of_person = |person: usize| {
        [0, 1, 2].map(|measure| {
            let of_worlds = worlds.iter().map(move |world| world[person][measure]);
            Scale::of(of_worlds.chain([seen[person][measure]]))
        })
    };
    (0..seen.len()).map(of_person).collect()
}

fn deviations(measures: &Measures, scales: &[Scale; 3]) -> [f64; 3] {
    [0, 1, 2].map(|measure| scales[measure].deviation(measures[measure]))
}

fn mean(deviations: &[f64; 3]) -> f64 {
    deviations.iter().sum::<f64>() / 3.0
}
