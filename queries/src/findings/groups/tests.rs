//! x
use super::*;
#[test]
fn look() {
    let var = |n: &str, d: f64| std::env::var(n).ok().and_then(|v| v.parse().ok()).unwrap_or(d);
    for seed in 1..=(var("SEEDS", 2.0) as u64) {
        let options = world::Options { strength: var("STRENGTH", 0.6), n_groups: var("NGROUPS", 5.0) as usize, has_ties: var("TIES", 0.0) > 0.0, ..world::Options::default() };
        let world = world::world(&options, seed);
        let settings = Settings { n_worlds: var("WORLDS", 19.0) as usize, n_threads: 2, ..Settings::default() };
        let found = groups(&world.crowd(&[&world.role]), &settings);
        eprintln!("edges {} res {} tested {} chance {} units {} errands {} worlds {} mod {}", found.n_edges, found.resolution, found.n_candidates, found.n_by_chance, found.n_units, found.n_errands, found.n_worlds, found.modularity_beyond_chance);
        let people = |g: &Group| g.members.iter().map(|m| m.person).collect::<Vec<_>>();
        for planted in &world.planted {
            let best = found.groups.iter().map(|g| world::jaccard(&people(g), planted)).fold(0.0, f64::max);
            eprintln!("planted {} best {best:.2}", planted.len());
            let own = found.groups.iter().max_by(|a,b| world::jaccard(&people(a), planted).total_cmp(&world::jaccard(&people(b), planted)));
            if let Some(own) = own && best < 0.9 {
                let items: Vec<u32> = own.items.iter().map(|i| i.item).collect();
                for person in planted { if !people(own).contains(person) {
                    let n = world.uses.items(*person).iter().filter(|i| items.contains(i)).count();
                    eprintln!("    missed {n} of {} uses {}", items.len(), world.uses.items(*person).len());
                } }
                for person in people(own) { if !planted.contains(&person) {
                    let n = world.uses.items(person).iter().filter(|i| items.contains(i)).count();
                    eprintln!("    wrong {n} of {} uses {}", items.len(), world.uses.items(person).len());
                } }
            }
        }
        for group in &found.groups {
            let (name, j) = world.truth(&people(group));
            eprintln!("  {} members S {:.2} p {:.2} share {:.2} mixed {:.3} items {} week {:.2} stab {:.2} {name} {j:.2}", group.members.len(), group.cohesion, group.p_value, group.mixture.largest_share, group.mixture.p_mixed, group.items.len(), group.share_of_busiest_week, group.stability);
        }
    }
}
