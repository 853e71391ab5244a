//! Human click paths over a known link graph, 200 links of which were hidden from the plan.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::PathBuf;

use flate2::read::MultiGzDecoder;
use queries::findings::elephant_paths::{MoveRow, Moves, NO_UNIT, Options, World, elephant_paths};
use queries::findings::journeys::{self, journeys};
use queries::graph::plan::PlanGraph;
use queries::paths::moves::Via;
use queries::paths::walks::Walks;

fn data(name: &str) -> Option<String> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data/wikispeedia");
    let bytes = std::fs::read(folder.join(name)).ok()?;
    let mut text = String::new();
    if bytes.starts_with(&[0x1f, 0x8b]) {
        MultiGzDecoder::new(bytes.as_slice())
            .read_to_string(&mut text)
            .ok()?;
    } else {
        text = String::from_utf8(bytes).ok()?;
    }
    Some(text)
}

fn pairs(text: &str) -> Vec<(String, String)> {
    text.lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .filter_map(|line| {
            let mut fields = line.split('\t');
            Some((fields.next()?.to_owned(), fields.next()?.to_owned()))
        })
        .collect()
}

#[test]
#[expect(clippy::print_stdout, reason = "a test that skips says so")]
fn the_hidden_links_come_out_and_nothing_else() {
    let (Some(paths), Some(links), Some(hidden)) = (
        data("paths_finished_half.ngram.gz"),
        data("links_planned.tsv.gz"),
        data("hidden_links.tsv"),
    ) else {
        println!("skipped: shared/data/wikispeedia is absent");
        return;
    };
    let links = pairs(&links);
    let walks: Vec<Vec<&str>> = paths
        .lines()
        .map(|line| line.split(',').collect())
        .collect();
    let names: BTreeSet<&str> = links
        .iter()
        .flat_map(|(from, to)| [from.as_str(), to.as_str()])
        .chain(walks.iter().flatten().copied())
        .collect();
    let ids: BTreeMap<&str, u32> = names
        .iter()
        .zip(0..)
        .map(|(name, id)| (*name, id))
        .collect();
    let mut moves = Moves::default();
    for (number, walk) in walks.iter().enumerate() {
        let mut seen = BTreeSet::from([walk[0]]);
        for step in walk.windows(2).filter(|step| step[0] != step[1]) {
            let is_new = seen.insert(step[1]);
            moves.push(MoveRow {
                person: number as u32,
                from: ids[step[0]],
                to: ids[step[1]],
                day: number as i32 % 28,
                via: if is_new { Via::Unknown } else { Via::Back },
                n: 1,
            });
        }
    }
    let planned: Vec<(u32, u32)> = links
        .iter()
        .map(|(a, b)| (ids[a.as_str()], ids[b.as_str()]))
        .collect();
    let plan = PlanGraph::new(ids.len(), &planned, &[]);
    let world = World {
        n_pages: ids.len(),
        n_persons: walks.len(),
        unit: &vec![NO_UNIT; walks.len()],
        plan: &plan,
        has_plan: true,
        is_hub: &vec![false; ids.len()],
    };
    let hidden: BTreeSet<(u32, u32)> = pairs(&hidden)
        .iter()
        .filter(|(a, _)| a != "linkSource")
        .map(|(a, b)| (ids[a.as_str()], ids[b.as_str()]))
        .collect();
    assert_eq!(hidden.len(), 200);
    for seed in [1, 2] {
        let options = Options {
            window_start: 0,
            window_end: 27,
            seed,
            ..Options::default()
        };
        let found = elephant_paths(&moves.rows(), &world, &options);
        let pairs: BTreeSet<(u32, u32)> = found.paths.iter().map(|p| (p.from, p.to)).collect();
        println!(
            "{} of 200 hidden links, {} others, {} on a shuffled copy, {} tested",
            pairs.intersection(&hidden).count(),
            pairs.difference(&hidden).count(),
            found.n_shuffled,
            found.n_tested
        );
        assert!(pairs.intersection(&hidden).count() >= 198);
        assert_eq!(pairs.difference(&hidden).count(), 0);
        assert_eq!(found.n_shuffled, 0);
    }
}

/// Each game is a session of a person of its own, on day n mod 28 as above.
fn walks_of(paths: &str) -> (Walks, usize) {
    let names: BTreeSet<&str> = paths.lines().flat_map(|line| line.split(',')).collect();
    let ids: BTreeMap<&str, u32> = names.into_iter().zip(0..).collect();
    let mut walks = Walks::default();
    for (number, line) in (0..).zip(paths.lines()) {
        let pages: Vec<u32> = line.split(',').map(|name| ids[name]).collect();
        walks.begin(number, number as i32 % 28, pages[0], pages[pages.len() - 1]);
        let mut seen = BTreeSet::from([pages[0]]);
        for step in pages.windows(2).filter(|step| step[0] != step[1]) {
            let is_new = seen.insert(step[1]);
            let via = if is_new { Via::Unknown } else { Via::Back };
            walks.step(step[0], step[1], via);
        }
    }
    (walks, ids.len())
}

#[test]
#[expect(clippy::print_stdout, reason = "a test that skips says so")]
fn most_routes_say_no_more_than_their_steps() {
    let Some(paths) = data("paths_finished_half.ngram.gz") else {
        println!("skipped: shared/data/wikispeedia is absent");
        return;
    };
    let (walks, n_pages) = walks_of(&paths);
    let is_hub = vec![false; n_pages];
    let of_three = routes_of_three(&walks);
    let n_worn = of_three.values().filter(|n| **n >= 10).count();
    // METHODS counts 726 with returns; without them these are left.
    assert_eq!(n_worn, 654);
    for seed in [1, 2] {
        let options = journeys::Options {
            k: 10,
            window_start: 0,
            window_end: 27,
            seed,
            ..journeys::Options::default()
        };
        let found = journeys(&walks, &is_hub, &[], &options);
        let short: Vec<&[u32]> = found
            .journeys
            .iter()
            .map(|journey| journey.pages.as_slice())
            .filter(|pages| pages.len() == 3)
            .collect();
        println!(
            "{} journeys, {} of three pages, of {n_worn} worn ones; {} on a shuffled copy, {} routes",
            found.journeys.len(),
            short.len(),
            found.n_shuffled,
            found.n_tested
        );
        assert!((80..=140).contains(&short.len()));
        assert_eq!(found.n_shuffled, 0);
        for pages in short {
            let n = of_three[pages] as f64;
            let expected = by_steps(&of_three, pages);
            assert!(n > 1.25 * expected, "{pages:?}: {n} and {expected}");
        }
    }
}

/// People by route of three pages, without returns: a person is one game.
fn routes_of_three(walks: &Walks) -> BTreeMap<Vec<u32>, u64> {
    let mut routes: BTreeMap<Vec<u32>, u64> = BTreeMap::new();
    for walk in walks.iter() {
        for step in 1..walk.to.len() {
            let is_straight = walk.from[step] == walk.to[step - 1];
            if is_straight && walk.via[step] != Via::Back && walk.via[step - 1] != Via::Back {
                let pages = vec![walk.from[step - 1], walk.from[step], walk.to[step]];
                *routes.entry(pages).or_default() += 1;
            }
        }
    }
    routes
}

/// The plain lower-order model: `n_ab * n_bc / n_b`.
fn by_steps(routes: &BTreeMap<Vec<u32>, u64>, pages: &[u32]) -> f64 {
    let sum = |is_meant: &dyn Fn(&[u32]) -> bool| {
        let same = routes.iter().filter(|(other, _)| is_meant(other));
        same.map(|(_, n)| *n).sum::<u64>() as f64
    };
    let n_ab = sum(&|other| other[..2] == pages[..2]);
    let n_bc = sum(&|other| other[1..] == pages[1..]);
    n_ab * n_bc / sum(&|other| other[1] == pages[1])
}
