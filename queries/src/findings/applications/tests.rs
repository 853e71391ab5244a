//! Applications in planted worlds, in worlds without one, and on copies in which nothing means anything.

use super::measured::Site;
use super::world::{Invented, N_PERSONS, N_UNITS, TOOL};
use super::*;
use crate::findings::elephant_paths::NO_UNIT;
use crate::stats::calibration;

#[test]
fn a_planted_tool_is_found_and_nothing_else() {
    for seed in 0..10 {
        let found = Invented::new(seed, true).find(seed);
        assert_eq!(found.applications.len(), 1, "{seed}: {found:#?}");
        let tool = &found.applications[0];
        assert!(is_the_tool(tool), "{seed}: {tool:?}");
        assert!(tool.n_people[2].abs_diff(40) <= 5, "{seed}: {tool:?}");
        assert!(tool.has_other_audience && tool.is_written_more, "{tool:?}");
        assert!(tool.audience_distance > 0.25 && tool.q_value <= 0.05);
        assert!(tool.contribution_share > 0.4 && tool.site_contribution_share < 0.3);
        assert!(tool.return_rate > tool.site_return_rate + 0.2);
        assert!(tool.growth > 1.8 && tool.growth_low > tool.site_growth);
        let by_unit: u64 = tool.units.iter().map(|unit| unit.1).sum();
        assert_eq!((tool.meant, by_unit), (Meant::Section, tool.n_people[2]));
        assert!(found.n_growing < found.n_otherwise && found.n_otherwise < found.n_clusters);
        assert!(found.n_tested == 3 * found.n_clusters);
    }
}

/// At Jaccard 0.8.
fn is_the_tool(found: &Application) -> bool {
    let n_both = found
        .pages
        .iter()
        .filter(|page| TOOL.contains(page))
        .count();
    10 * n_both >= 8 * (TOOL.len() + found.pages.len() - n_both)
}

/// A resolution that depends on the size of the site would lose it.
#[test]
fn a_tool_is_found_beside_ten_times_as_many_pages() {
    let others: Vec<Invented> = (1..10)
        .map(|seed| Invented::new(200 + seed, false))
        .collect();
    let found = Invented::new(200, true).beside(&others).find(1);
    assert_eq!(found.applications.len(), 1, "{found:#?}");
    assert!(is_the_tool(&found.applications[0]), "{found:#?}");
}

#[test]
fn worlds_without_a_tool_are_silent() {
    let n: usize = (100..120)
        .map(|seed| Invented::new(seed, false).find(seed).applications.len())
        .sum();
    assert!(n <= 10, "{n} in 20 worlds");
}

#[test]
fn copies_in_which_labels_mean_nothing_are_silent() {
    let copy = |seed| Invented::new(seed, true).with_labels_dealt(seed + 100);
    let n: usize = (0..20)
        .map(|seed| copy(seed).find(seed).applications.len())
        .sum();
    assert!(n <= 10, "{n} in 20 copies");
}

#[test]
fn copies_in_which_pages_are_dealt_anew_are_silent() {
    let copy = |seed| Invented::new(seed, true).with_pages_dealt(seed + 100);
    let n: usize = (0..20)
        .map(|seed| copy(seed).find(seed).applications.len())
        .sum();
    assert!(n <= 10, "{n} in 20 copies");
}

#[test]
fn a_declared_audience_is_what_it_is_held_against() {
    let declare = |world: &mut Invented, shares: [f64; N_UNITS]| {
        let of_section = |section| {
            (0..).zip(shares).map(move |(unit, share)| Planned {
                section,
                unit,
                share,
            })
        };
        world.planned = (0..6).flat_map(of_section).collect();
    };
    let mut world = Invented::new(3, true);
    declare(&mut world, [0.1, 0.1, 0.2, 0.2, 0.2, 0.2]);
    let found = world.find(3).applications;
    assert_eq!(found[0].meant, Meant::Declared);
    assert!(found[0].has_other_audience && found[0].audience_distance > 0.5);
    // Meant for exactly these: only the way of use is otherwise.
    declare(&mut world, [0.5, 0.5, 0.0, 0.0, 0.0, 0.0]);
    let found = world.find(3).applications;
    assert!(
        !found[0].has_other_audience && found[0].is_written_more,
        "{found:?}"
    );
    assert_eq!(
        (found[0].meant.id(), Meant::Section.id()),
        ("declared", "section")
    );
}

#[test]
fn without_earlier_windows_nothing_grows() {
    let mut world = Invented::new(1, true);
    world.rows[0].clear();
    let found = world.find(1);
    assert!(found.applications.is_empty() && found.n_growing == 0 && found.n_otherwise > 0);
}

#[test]
fn people_of_unknown_units_are_no_audience() {
    let mut world = Invented::new(1, true);
    world.unit = vec![NO_UNIT; N_PERSONS];
    let found = world.find(1).applications;
    assert!(!found[0].has_other_audience && found[0].is_written_more);
    assert!(found[0].units.is_empty());
}

#[test]
fn nobody_is_no_application() {
    let none = Uses::new(0, 0, &[]);
    let world = World {
        windows: [&none; 3],
        written: &[],
        unit: &[],
        n_units: 0,
        section: &[],
        planned: &[],
    };
    let found = applications(&world, &Options::default());
    assert_eq!(found, Applications::default());
}

#[test]
fn the_same_seed_gives_the_same_applications() {
    let world = Invented::new(5, true);
    assert_eq!(world.find(9), world.find(9));
}

/// Of all clusters of worlds without a tool and with labels dealt, whether they grow or not.
#[test]
fn p_values_of_clusters_claim_no_more_than_they_may() {
    let mut p = [const { Vec::new() }; 3];
    for seed in 0..60 {
        let invented = Invented::new(seed, false).with_labels_dealt(seed + 500);
        invented.with_world(|world| {
            let site = Site::of(world);
            let options = Options::default();
            for pages in clusters::clusters(&world.windows, &options) {
                let cluster = site.cluster(pages);
                if cluster.n_people() < 10 {
                    continue;
                }
                let grown = cluster.growth.surest([1.0; 2], cluster.writes_more);
                let measured = site.measure(&cluster, grown, 199, seed);
                for (all, one) in p.iter_mut().zip(measured.p_values()) {
                    all.push(one);
                }
            }
        });
    }
    let distances = p.map(|p| calibration::unsafe_distance(&p));
    assert!(distances.iter().all(|far| *far <= 0.05), "{distances:?}");
}

/// Of tools, which are chosen by what people do in the last window, the same from which they are to have grown.
#[test]
fn growth_of_tools_claims_no_more_than_it_may() {
    let mut p = Vec::new();
    for seed in 0..40 {
        let invented = Invented::new(seed, false).with_windows_dealt(seed + 900);
        invented.with_world(|world| {
            let site = Site::of(world);
            let clusters = clusters::clusters(&world.windows, &Options::default());
            let clusters = clusters.into_iter().map(|pages| site.cluster(pages));
            let clusters: Vec<Cluster> = clusters.filter(|one| one.n_people() >= 10).collect();
            let of_middle = middle(&clusters);
            let tools = clusters.iter().filter(|one| one.is_tool());
            p.extend(tools.map(|one| one.growth.surest(of_middle, one.writes_more).p_value));
        });
    }
    let distance = calibration::unsafe_distance(&p);
    assert!(
        p.len() > 100 && distance <= 0.05,
        "{distance} of {}",
        p.len()
    );
}
