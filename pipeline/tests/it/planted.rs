//! Planted journeys and deserted links of larger intranets are found; chains without memory are not.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use fixtures::{DecoyKind, DesertedLink, Truth, World};

use crate::support::stdout_of;

/// People enough for any link of the busiest pages to be told from bad luck.
fn intranet(folder: &Path, seed: u64) -> Truth {
    let world = World {
        people: 2_000,
        weeks: 4,
        events: 400_000,
        seed,
        ..World::default()
    };
    let truth = fixtures::generate(&world, folder).expect("a world is written");
    let settings = "[intranet]\nbase_url = \"https://intranet.example.com\"\n\
                    [[logs]]\npath = \"logs/*\"\n[plan]\nnavigation = \"navigation.csv\"\n\
                    [people]\nfile = \"people.csv\"\n";
    fs::write(folder.join("elephant.toml"), settings).expect("written");
    fs::write(folder.join("elephant.key"), "07".repeat(32)).expect("a key");
    for command in ["ingest", "analyze"] {
        stdout_of(folder, &["--quiet", command], 0);
    }
    truth
}

/// The rows of an answer of one column.
fn rows(folder: &Path, sql: &str) -> Vec<String> {
    let csv = stdout_of(folder, &["sql", sql, "--format", "csv"], 0);
    csv.lines().skip(1).map(str::to_owned).collect()
}

/// All that were planted, and no other but what follows from them.
fn deserted_links_are_told(folder: &Path, truth: &Truth) {
    let sql = "select concat_ws('|', from_page, to_page, kind) from deserted_links";
    let found: BTreeSet<String> = rows(folder, sql).into_iter().collect();
    let links = |is_meant: fn(&DesertedLink) -> bool| -> BTreeSet<String> {
        let links = truth.deserted_links.iter().filter(|link| is_meant(link));
        links
            .map(|link| [link.from.as_str(), &link.to, &link.kind].join("|"))
            .collect()
    };
    let (planted, known) = (links(|link| link.is_planted), links(|_| true));
    let missed: Vec<_> = planted.difference(&found).collect();
    let others: Vec<_> = found.difference(&known).collect();
    assert_eq!(planted.len(), 10);
    assert!(
        missed.is_empty() && others.is_empty(),
        "missed {missed:?}, others {others:?}"
    );
}

/// Those of twenty people and more, whole or as part of a longer one; no chain without memory.
fn journeys_are_told(folder: &Path, truth: &Truth) {
    let sql = "select array_to_string(pages, ' > ') from journeys";
    let found: Vec<Vec<String>> = rows(folder, sql)
        .iter()
        .map(|route| route.split(" > ").map(str::to_owned).collect())
        .collect();
    for journey in &truth.journeys {
        let is_part = |told: &Vec<String>| {
            told.windows(journey.pages.len())
                .any(|w| w == journey.pages)
        };
        if journey.people_last_28_days >= 20 {
            assert!(found.iter().any(is_part), "{:?}", journey.pages);
        }
    }
    let chains = truth.decoys.iter();
    for chain in chains.filter(|decoy| decoy.kind == DecoyKind::PopularChain) {
        assert!(!found.contains(&chain.pages), "{:?}", chain.pages);
    }
}

#[test]
fn two_larger_intranets() {
    for seed in [1, 2] {
        let folder = tempfile::tempdir().expect("a folder");
        let truth = intranet(folder.path(), seed);
        deserted_links_are_told(folder.path(), &truth);
        journeys_are_told(folder.path(), &truth);
    }
}
