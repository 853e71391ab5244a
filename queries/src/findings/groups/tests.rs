//! x
use super::*;
#[test]
fn look() {
    let var = |n: &str, d: f64| std::env::var(n).ok().and_then(|v| v.parse().ok()).unwrap_or(d);
    for seed in 1..=(var("SEEDS", 2.0) as u64) {
        let options = world::Options { strength: var("STRENGTH", 0.6), n_groups: var("GROUPS", 5.0) as usize, ..world::Options::default() };
        let world = world::world(&options, seed);
        let settings = Settings { n_worlds: var("WORLDS", 19.0) as usize, resolution: var("RES", 0.5), n_threads: 2, ..Settings::default() };
        let found = groups(&world.crowd(), &settings);
        for planted in &world.planted {
            let best = found.iter().map(|g| world::jaccard(&g.members, planted)).fold(0.0, f64::max);
            eprintln!("planted {} best {best:.2}", planted.len());
        }
        for group in &found {
            let (name, j) = world.truth(&group.members);
            eprintln!("  {} members S {:.2} p {:.2} share {:.2} mixed {:.3} items {} {name} {j:.2}", group.members.len(), group.cohesion, group.p_value, group.mixture.largest_share, group.mixture.p_mixed, group.items.len());
        }
    }
}
