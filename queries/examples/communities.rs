//! Times the communities of a network: `communities EDGES [RUNS]`, a text file of two nodes a line, numbered from 0.
#![expect(clippy::print_stdout, reason = "what an example is for")]

use std::time::Instant;

use queries::graph::leiden::{Quality, communities, modularity};
use queries::graph::network::{Edge, Network};

fn main() {
    let mut arguments = std::env::args().skip(1);
    let path = arguments.next().expect("a file of edges");
    let n_runs = arguments
        .next()
        .map_or(5, |runs| runs.parse().expect("a number of runs"));
    let text = std::fs::read_to_string(path).expect("a file that can be read");
    let numbers: Vec<u32> = text
        .split_ascii_whitespace()
        .map(|number| number.parse().expect("a number"))
        .collect();
    let edges: Vec<Edge> = numbers
        .chunks_exact(2)
        .map(|ends| (ends[0], ends[1], 1.0))
        .collect();
    let n_nodes = numbers.iter().max().map_or(0, |max| *max as usize + 1);
    let network = Network::new(n_nodes, &edges);
    for seed in 0..n_runs {
        let started = Instant::now();
        let found = communities(&network, Quality::Modularity { resolution: 1.0 }, seed);
        let secs = started.elapsed().as_secs_f64();
        let n_found = found.iter().max().map_or(0, |max| max + 1);
        let quality = modularity(&network, &found, 1.0);
        println!("seed {seed}: {secs:.3} s, {n_found} communities, modularity {quality:.5}");
    }
}
