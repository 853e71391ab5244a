//! Human click paths over a known link graph, 200 links of which were hidden from the plan.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::PathBuf;

use flate2::read::MultiGzDecoder;
use queries::findings::demands::{Options as DemandOptions, World as Crowd, demands, shuffled};
use queries::findings::drop_offs::Exits;
use queries::findings::elephant_paths::{MoveRow, Moves, NO_UNIT, Options, World, elephant_paths};
use queries::findings::journeys::{self, journeys};
use queries::graph::plan::{PlanGraph, UNREACHABLE};
use queries::paths::moves::Via;
use queries::paths::trails::Trails;
use queries::paths::walks::Walks;
use queries::stats::median::median;

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
    let ids = names.into_iter().map(str::to_owned).zip(0..).collect();
    walks_among(paths, &ids)
}

/// The same, among pages that have ids already.
fn walks_among(paths: &str, ids: &BTreeMap<String, u32>) -> (Walks, usize) {
    let mut walks = Walks::default();
    for (number, line) in (0..).zip(paths.lines()) {
        let pages: Vec<u32> = line.split(',').map(|name| ids[name]).collect();
        walks.begin(number, number as i32 % 28, pages[0], pages[pages.len() - 1]);
        let mut seen = BTreeSet::from([pages[0]]);
        let mut came_from = BTreeMap::new();
        for step in pages.windows(2).filter(|step| step[0] != step[1]) {
            let is_new = seen.insert(step[1]);
            if is_new {
                came_from.entry(step[1]).or_insert(step[0]);
                walks.step(step[0], step[1], Via::Unknown);
            } else {
                // The back button: the browser names the page that this one was clicked from.
                let before = came_from.get(&step[1]).copied().unwrap_or(step[1]);
                walks.step(before, step[1], Via::Back);
            }
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

/// The whole link graph over the pages of these paths.
fn graph(links: &[(String, String)], paths: &str) -> (PlanGraph, BTreeMap<String, u32>) {
    let pages = paths.lines().flat_map(|line| line.split([',', ';']));
    let ends = links.iter().flat_map(|(from, to)| [from.as_str(), to]);
    let names: BTreeSet<&str> = pages.chain(ends).collect();
    let ids: BTreeMap<String, u32> = names.into_iter().map(str::to_owned).zip(0..).collect();
    let links: Vec<(u32, u32)> = links.iter().map(|(a, b)| (ids[a], ids[b])).collect();
    (PlanGraph::new(ids.len(), &links, &[]), ids)
}

#[test]
#[expect(clippy::print_stdout, reason = "a test that skips says so")]
fn people_need_about_one_click_more_than_the_links_do() {
    let (Some(paths), Some(links)) = (data("paths_finished_half.ngram.gz"), data("links.tsv.gz"))
    else {
        println!("skipped: shared/data/wikispeedia is absent");
        return;
    };
    let (graph, ids) = graph(&pairs(&links), &paths);
    let mut overheads = Vec::new();
    let (walks, n_pages) = walks_among(&paths, &ids);
    let trails = Trails::of(&walks, n_pages);
    let mut games: Vec<(u32, u32, usize)> = walks
        .iter()
        .zip(0_u32..)
        .map(|(walk, trail)| {
            let first = trails.trail.partition_point(|other| *other < trail);
            let last = trails.trail.partition_point(|other| *other <= trail);
            let is_exit = |place: &usize| trails.page[*place] == walk.exit;
            let end = (first..last).find(is_exit).expect("the target was reached");
            (walk.entry, walk.exit, trails.way_to(end).count())
        })
        .collect();
    games.sort_unstable();
    for same_start in games.chunk_by(|a, b| a.0 == b.0) {
        let steps = graph.steps_from(same_start[0].0);
        for (_, target, taken) in same_start {
            let planned = steps[*target as usize];
            if planned != UNREACHABLE && planned > 0 {
                overheads.push(*taken as f64 - f64::from(planned));
            }
        }
    }
    overheads.sort_by(f64::total_cmp);
    let n_close = overheads.iter().filter(|clicks| **clicks <= 1.0).count();
    let share_close = n_close as f64 / overheads.len() as f64;
    println!(
        "{share_close:.3} of {} games take at most one click more",
        overheads.len()
    );
    // The middle lies between one click (49.4 % of the games take no more) and two.
    assert!(share_close > 0.49 && median(&overheads).is_some_and(|clicks| clicks <= 2.0));
}

/// Games that wander from page to page for a target of their own have few pairs in common that the steps
/// do not explain, and their copies none.
#[test]
#[expect(clippy::print_stdout, reason = "a test that skips says so")]
fn shuffled_games_demand_next_to_nothing() {
    let Some(paths) = data("paths_finished_half.ngram.gz") else {
        println!("skipped: shared/data/wikispeedia is absent");
        return;
    };
    let (walks, n_pages) = walks_of(&paths);
    let trails = Trails::of(&walks, n_pages);
    let world = Crowd {
        unit: &vec![NO_UNIT; walks.len()],
        is_hub: &vec![false; n_pages],
    };
    let options = DemandOptions {
        window_start: 0,
        window_end: 27,
        ..DemandOptions::default()
    };
    let found = demands(&trails, &world, &options);
    let n_shuffled: Vec<usize> = (1..=4)
        .map(|seed| {
            demands(&shuffled(&trails, seed), &world, &options)
                .demands
                .len()
        })
        .collect();
    println!(
        "{} demands of {} pairs tested, {n_shuffled:?} on shuffled copies",
        found.demands.len(),
        found.n_tested
    );
    assert!(n_shuffled.iter().sum::<usize>() <= 2);
}

#[test]
#[expect(clippy::print_stdout, reason = "a test that skips says so")]
fn every_given_up_game_is_given_up_at_its_last_page() {
    let Some(games) = data("paths_unfinished_half.tsv.gz") else {
        println!("skipped: shared/data/wikispeedia is absent");
        return;
    };
    let paths: Vec<Vec<&str>> = games
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
        .map(|line| {
            line.split('\t')
                .nth(3)
                .unwrap_or_default()
                .split(';')
                .collect()
        })
        .collect();
    let names: BTreeSet<&str> = paths.iter().flatten().copied().collect();
    let ids: BTreeMap<&str, u32> = names.into_iter().zip(0..).collect();
    let mut walks = Walks::default();
    let mut by_hand: BTreeMap<u32, u64> = BTreeMap::new();
    for (person, path) in (0..).zip(&paths) {
        let mut stack = vec![ids[path[0]]];
        let mut moves = Vec::new();
        for name in &path[1..] {
            let from = stack[stack.len() - 1];
            if *name == "<" {
                stack.pop();
                moves.push((from, stack[stack.len() - 1], Via::Back));
            } else {
                stack.push(ids[name]);
                let is_seen = moves.iter().any(|(a, b, _)| [*a, *b].contains(&ids[name]));
                let via = if is_seen { Via::Back } else { Via::Unknown };
                moves.push((from, ids[name], via));
            }
        }
        let last = stack[stack.len() - 1];
        walks.begin(person, 0, ids[path[0]], last);
        for (from, to, via) in &moves {
            walks.step(*from, *to, *via);
        }
        if moves.iter().any(|(_, to, _)| *to == last) {
            *by_hand.entry(last).or_default() += 1;
        }
    }
    let exits = Exits::of(&walks, &vec![false; ids.len()], &[]);
    let n_left: u64 = exits.left.iter().sum();
    println!(
        "{} games, {n_left} given up at a page that was clicked to",
        paths.len()
    );
    for (page, n) in by_hand {
        let (people, left) = (exits.people[page as usize], exits.left[page as usize]);
        assert!(
            left >= n && left <= people,
            "page {page}: {left} of {people}"
        );
    }
}
