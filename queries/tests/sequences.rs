//! Public sequences with known counts, and the cases of a municipality with a known main route.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::PathBuf;

use flate2::read::MultiGzDecoder;
use queries::findings::elephant_paths::{MoveRow, Moves, NO_UNIT, Options, World, elephant_paths};
use queries::graph::plan::PlanGraph;
use queries::paths::contiguous::{Path, paths};
use queries::paths::moves::Via;
use queries::paths::patterns::patterns;
use queries::paths::sequences::Sequences;

fn data(name: &str) -> Option<String> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared/data");
    let bytes = std::fs::read(folder.join(name)).ok()?;
    let mut text = String::new();
    if bytes.starts_with(&[0x1f, 0x8b]) {
        let mut packed = MultiGzDecoder::new(bytes.as_slice());
        packed.read_to_string(&mut text).ok()?;
    } else {
        text = String::from_utf8(bytes).ok()?;
    }
    Some(text)
}

/// A line a sequence: items, each followed by -1, and -2 at the end.
fn sequences(text: &str) -> Sequences {
    let mut sequences = Sequences::default();
    for (person, line) in (0..).zip(text.lines()) {
        sequences.begin(person);
        let items = line.split_ascii_whitespace().map(str::parse::<i64>);
        for item in items.map(|item| item.expect("a number")) {
            if item >= 0 {
                sequences.push(item as u32);
            }
        }
    }
    sequences
}

#[test]
#[expect(clippy::print_stdout, reason = "a test that skips says so")]
fn supports_and_contiguous_pairs_are_exact() {
    // The least support at which all pairs of the truth are among the patterns.
    for name in ["BMS_WebView1", "SIGN"] {
        let (Some(text), Some(truth)) = (
            data(&format!("sequences/{name}.spmf.txt.gz")),
            data(&format!("sequences/{name}.truth.tsv")),
        ) else {
            println!("skipped: shared/data/sequences is absent");
            return;
        };
        let sequences = sequences(&text);
        let rows: Vec<Vec<&str>> = truth
            .lines()
            .skip(1)
            .map(|l| l.split('\t').collect())
            .collect();
        let pages = |text: &str| -> Vec<u32> {
            let parts = text.split(['>', ' ', ',']).filter(|part| !part.is_empty());
            parts.map(|part| part.parse().expect("a number")).collect()
        };
        let count = |row: &[&str]| row[2].parse::<u64>().expect("a count");
        let gapped = rows.iter().filter(|row| !row[0].starts_with("contiguous"));
        let least = gapped.map(|row| count(row)).min().expect("rows");
        let pairs: BTreeMap<Vec<u32>, Path> = paths(&sequences, 2, 2, 1, 2)
            .into_iter()
            .map(|path| (path.pages.clone(), path))
            .collect();
        let gapped: BTreeMap<Vec<u32>, u64> = patterns(&sequences, least, usize::MAX, 2)
            .expect("as many as there are")
            .into_iter()
            .map(|pattern| (pattern.pages, pattern.n))
            .collect();
        println!("{name}: {} patterns of {least} and more", gapped.len());
        for row in &rows {
            let pages = pages(row[1]);
            let ours = match row[0] {
                "contiguous_bigram_occurrences" => pairs[&pages].n,
                "contiguous_bigram_support" => pairs[&pages].n_people,
                _ => gapped[&pages],
            };
            assert_eq!(ours, count(row), "{name} {row:?}");
        }
    }
}

/// The activities of each case in their order: the file is sorted by case and time.
fn cases(csv: &str) -> Vec<Vec<&str>> {
    let mut cases: Vec<Vec<&str>> = Vec::new();
    let mut last = "";
    for line in csv.lines().skip(1) {
        let mut fields = line.split(',').skip(1);
        let (Some(case), Some(activity)) = (fields.next(), fields.nth(8)) else {
            continue;
        };
        if case != last {
            cases.push(Vec::new());
            last = case;
        }
        cases.last_mut().expect("a case was begun").push(activity);
    }
    cases
}

#[test]
#[expect(clippy::print_stdout, reason = "a test that skips says so")]
fn routes_of_cases_are_counted_against_the_main_one() {
    let Some(csv) = data("receipt_process/receipt.csv.gz") else {
        println!("skipped: shared/data/receipt_process is absent");
        return;
    };
    let cases = cases(&csv);
    let mut routes: BTreeMap<&[&str], u64> = BTreeMap::new();
    for case in &cases {
        *routes.entry(case).or_default() += 1;
    }
    let (main, n_main) = routes.iter().max_by_key(|(_, n)| **n).expect("routes");
    // As published for this log: 1,434 cases in 116 variants, 713 of them alike.
    assert_eq!((cases.len(), routes.len(), *n_main), (1_434, 116, 713));

    let names: BTreeSet<&str> = cases.iter().flatten().copied().collect();
    let ids: BTreeMap<&str, u32> = names.into_iter().zip(0..).collect();
    let mut sequences = Sequences::default();
    let mut moves = Moves::default();
    let mut steps: BTreeMap<(u32, u32), u64> = BTreeMap::new();
    for (person, case) in (0..).zip(&cases) {
        sequences.begin(person);
        for activity in case {
            sequences.push(ids[activity]);
        }
        let mut seen = BTreeSet::from([case[0]]);
        for step in case.windows(2).filter(|step| step[0] != step[1]) {
            let via = if seen.insert(step[1]) {
                Via::Unknown
            } else {
                Via::Back
            };
            let (from, to) = (ids[step[0]], ids[step[1]]);
            let day = person as i32 % 28;
            moves.push(MoveRow {
                person,
                from,
                to,
                day,
                via,
                n: 1,
            });
            *steps.entry((from, to)).or_default() += u64::from(via != Via::Back);
        }
    }
    let main: Vec<u32> = main.iter().map(|activity| ids[activity]).collect();
    let whole = paths(&sequences, main.len(), main.len(), 1, 2);
    let told = whole
        .iter()
        .find(|path| path.pages == main)
        .expect("it is a path");
    let windows = cases.iter().flat_map(|case| case.windows(main.len()));
    let is_main = |w: &&[&str]| {
        w.iter()
            .map(|activity| ids[activity])
            .eq(main.iter().copied())
    };
    assert_eq!(told.n, windows.filter(is_main).count() as u64);
    assert!(told.n_people >= *n_main);

    // What the main route does not offer is what the cases' own steps say, and to each its count.
    let links: Vec<(u32, u32)> = main.windows(2).map(|step| (step[0], step[1])).collect();
    let plan = PlanGraph::new(ids.len(), &links, &[]);
    let world = World {
        n_pages: ids.len(),
        n_persons: cases.len(),
        unit: &vec![NO_UNIT; cases.len()],
        plan: &plan,
        has_plan: true,
        is_hub: &vec![false; ids.len()],
    };
    let options = Options {
        window_end: 27,
        ..Options::default()
    };
    let found = elephant_paths(&moves.rows(), &world, &options);
    assert!(found.paths.len() >= 10 && found.n_shuffled == 0);
    for path in &found.paths {
        assert!(!links.contains(&(path.from, path.to)));
        assert_eq!(path.n_moves, steps[&(path.from, path.to)]);
    }
    println!(
        "{} of {} deviations are worn",
        found.paths.len(),
        found.n_tested
    );
}
