//! What the invented intranets plant is found, their decoys are not: two seeds here, thirty in the evidence.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use fixtures::{DecoyKind, Pair, Society, Truth, World};
use queries::text::Append;

use crate::support::stdout_of;

/// From so many people up everything planted must be found.
const ENOUGH_PEOPLE: u32 = 20;

/// People enough for any link of the busiest pages to be told from bad luck.
fn intranet(folder: &Path, seed: u64) -> Truth {
    let world = World {
        people: 2_000,
        weeks: 4,
        events: 400_000,
        seed,
        society: Society::NONE,
        ..World::default()
    };
    let truth = fixtures::generate(&world, folder).expect("a world is written");
    let settings = "[intranet]\nbase_url = \"https://intranet.example.com\"\n\
                    [[logs]]\npath = \"logs/*\"\n[[social]]\npath = \"social.jsonl\"\n\
                    [plan]\nnavigation = \"navigation.csv\"\njourneys = \"journeys.csv\"\n\
                    [people]\nfile = \"people.csv\"\n";
    fs::write(folder.join("elephant.toml"), settings).expect("written");
    fs::write(folder.join("elephant.key"), "07".repeat(32)).expect("a key");
    stdout_of(folder, &["--quiet", "nightly"], 0);
    truth
}

/// What a detector made of one world.
#[derive(Debug, Clone, Copy, Default)]
struct Score {
    /// Planted for people enough.
    planted: usize,
    /// Those of them that are found.
    found_planted: usize,
    /// Found besides, as a consequence of what was planted.
    chained: usize,
    /// Found, and not there.
    wrong: usize,
    /// Found on the shuffled copy.
    shuffled: u64,
}

impl Score {
    /// The harmonic mean of precision and recall.
    fn f1(self) -> f64 {
        let missed = self.planted - self.found_planted;
        let all = 2 * self.found_planted + missed + self.wrong;
        if all == 0 {
            return 1.0;
        }
        2.0 * self.found_planted as f64 / all as f64
    }

    fn add(&mut self, other: Self) {
        self.planted += other.planted;
        self.found_planted += other.found_planted;
        self.chained += other.chained;
        self.wrong += other.wrong;
        self.shuffled += other.shuffled;
    }
}

/// The rows of an answer, their fields split.
fn rows(folder: &Path, sql: &str) -> Vec<Vec<String>> {
    let csv = stdout_of(folder, &["sql", sql, "--format", "csv"], 0);
    let fields = |line: &str| line.trim().split(',').map(str::to_owned).collect();
    csv.lines().skip(1).map(fields).collect()
}

fn count(folder: &Path, name: &str) -> u64 {
    let sql = "select counts from runs where step = 'analyze' order by ended_at desc limit 1";
    let json = stdout_of(folder, &["sql", sql, "--format", "json"], 0);
    let rows: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    let counts = rows[0]["counts"].as_str().expect("counts");
    let counts: serde_json::Value = serde_json::from_str(counts).expect("JSON");
    counts[name].as_u64().unwrap_or_default()
}

/// Scores pairs of pages against those planted: (from, to, people of the last 28 days).
fn score_pairs(
    truth: &Truth,
    planted: &[(&String, &String, u32)],
    found: &[Vec<String>],
    shuffled: u64,
) -> Score {
    let is = |pair: &Vec<String>, kind: Pair| truth.pair(&pair[0], &pair[1]) == kind;
    let enough = || planted.iter().filter(|(_, _, n)| *n >= ENOUGH_PEOPLE);
    let is_found = |(from, to, _): &&(&String, &String, u32)| {
        found
            .iter()
            .any(|pair| pair[0] == **from && pair[1] == **to)
    };
    Score {
        planted: enough().count(),
        found_planted: enough().filter(is_found).count(),
        chained: found.iter().filter(|pair| is(pair, Pair::Chained)).count(),
        wrong: found.iter().filter(|pair| is(pair, Pair::False)).count(),
        shuffled,
    }
}

fn shortcuts(folder: &Path, truth: &Truth) -> Score {
    let planted = truth.shortcuts.iter();
    let planted: Vec<_> = planted
        .map(|one| (&one.from, &one.to, one.people_last_28_days))
        .collect();
    // A routine of one unit is flagged as such and not proposed.
    let sql = "select from_page, to_page from elephant_paths where not is_unit_routine";
    let shuffled = count(folder, "shuffled");
    score_pairs(truth, &planted, &rows(folder, sql), shuffled)
}

fn detours(folder: &Path, truth: &Truth) -> Score {
    let planted = truth.detours.iter();
    let planted: Vec<_> = planted
        .map(|one| (&one.from, &one.to, one.people_last_28_days))
        .collect();
    let found = rows(folder, "select from_page, to_page, cause from detours");
    for detour in &truth.detours {
        let cause = serde_json::to_value(detour.cause).expect("a cause");
        let same = found
            .iter()
            .find(|row| row[0] == detour.from && row[1] == detour.to);
        if let Some(row) = same {
            assert_eq!(Some(row[2].as_str()), cause.as_str(), "{row:?}");
        }
    }
    score_pairs(truth, &planted, &found, count(folder, "detours_shuffled"))
}

/// A journey may be found as part of a longer one; a chain without memory is false.
fn journeys(folder: &Path, truth: &Truth) -> Score {
    let sql = "select array_to_string(pages, '>') from journeys";
    let found: Vec<Vec<String>> = rows(folder, sql)
        .iter()
        .map(|row| row[0].split('>').map(str::to_owned).collect())
        .collect();
    let is_told = |pages: &[String]| {
        let holds = |told: &Vec<String>| told.windows(pages.len()).any(|part| part == pages);
        found.iter().any(holds)
    };
    let planted = truth.journeys.iter();
    let enough = planted.filter(|one| one.people_last_28_days >= ENOUGH_PEOPLE);
    let enough: Vec<_> = enough.collect();
    let decoys = truth.decoys.iter();
    let chains = decoys.filter(|decoy| decoy.kind == DecoyKind::PopularChain);
    let found_planted = enough.iter().filter(|one| is_told(&one.pages)).count();
    Score {
        planted: enough.len(),
        found_planted,
        chained: found.len() - found_planted.min(found.len()),
        wrong: chains.filter(|chain| found.contains(&chain.pages)).count(),
        shuffled: count(folder, "journeys_shuffled"),
    }
}

fn deserted_links(folder: &Path, truth: &Truth) -> Score {
    let sql = "select from_page, to_page, kind from deserted_links";
    let found: BTreeSet<Vec<String>> = rows(folder, sql).into_iter().collect();
    let link =
        |one: &fixtures::DesertedLink| vec![one.from.clone(), one.to.clone(), one.kind.clone()];
    let known: BTreeSet<Vec<String>> = truth.deserted_links.iter().map(link).collect();
    let planted = truth.deserted_links.iter().filter(|one| one.is_planted);
    let planted: BTreeSet<Vec<String>> = planted.map(link).collect();
    Score {
        planted: planted.len(),
        found_planted: planted.intersection(&found).count(),
        chained: found.intersection(&known).count() - planted.intersection(&found).count(),
        wrong: found.difference(&known).count(),
        shuffled: 0,
    }
}

fn give_ups(folder: &Path, truth: &Truth) -> Score {
    let found = rows(folder, "select journey, page, goal from drop_offs");
    let is_planted = |row: &&Vec<String>| {
        truth
            .give_ups
            .iter()
            .any(|one| row[0] == one.journey && row[1] == one.step.page && row[2] == one.goal)
    };
    let found_planted = found.iter().filter(is_planted).count();
    Score {
        planted: truth.give_ups.len(),
        found_planted,
        chained: 0,
        wrong: found.len() - found_planted,
        shuffled: 0,
    }
}

/// What people want cannot be told false; its shuffled copy can.
fn links_to_add(folder: &Path, _: &Truth) -> Score {
    Score {
        chained: rows(folder, "select from_page from shortcut_candidates").len(),
        shuffled: count(folder, "shortcut_candidates_shuffled"),
        ..Score::default()
    }
}

/// Scores by detector.
fn scores(seed: u64) -> [(&'static str, Score); 6] {
    let folder = tempfile::tempdir().expect("a folder");
    let truth = intranet(folder.path(), seed);
    let of = |detector: fn(&Path, &Truth) -> Score| detector(folder.path(), &truth);
    [
        ("shortcuts", of(shortcuts)),
        ("detours", of(detours)),
        ("links_to_add", of(links_to_add)),
        ("journeys", of(journeys)),
        ("deserted_links", of(deserted_links)),
        ("give_ups", of(give_ups)),
    ]
}

/// The scores of several worlds, summed by detector; `each` is told of every one.
fn summed(
    seeds: std::ops::RangeInclusive<u64>,
    mut each: impl FnMut(u64, &str, Score),
) -> [(&'static str, Score); 6] {
    let mut sums = [("", Score::default()); 6];
    for seed in seeds {
        for (sum, (what, score)) in sums.iter_mut().zip(scores(seed)) {
            each(seed, what, score);
            sum.0 = what;
            sum.1.add(score);
        }
    }
    sums
}

#[test]
fn two_larger_intranets() {
    let sums = summed(1..=2, |seed, what, score| {
        assert!(score.shuffled <= 1, "seed {seed}, {what}: {score:?}");
    });
    for (what, score) in sums {
        // Two worlds have nine detours to find, so that one more or less is much. These two have the most that is told
        // wrongly of thirty seeds, which come to 0.9 in each family of ten: see fixtures/evidence/README.md.
        let least = if what == "detours" { 0.7 } else { 0.95 };
        assert!(score.f1() >= least, "{what}: {score:?}");
    }
}

/// The families of seeds of the evidence: those that the methods were first made on, those that were looked at when
/// detours were mended, and those that nobody had looked at.
const FAMILIES: [std::ops::RangeInclusive<u64>; 3] = [1..=10, 11..=20, 21..=30];

/// The long form: thirty seeds, written to `fixtures/evidence/planted.csv`.
#[test]
#[ignore = "thirty worlds take many minutes: see fixtures/evidence/README.md"]
fn thirty_larger_intranets() {
    let mut csv = "seed,detector,planted,found,chained,false,shuffled,f1\n".to_owned();
    let mut line = |seed: &str, what: &str, s: Score| {
        let (planted, found, chained) = (s.planted, s.found_planted, s.chained);
        let (wrong, shuffled, f1) = (s.wrong, s.shuffled, s.f1());
        csv.add_line(format_args!(
            "{seed},{what},{planted},{found},{chained},{wrong},{shuffled},{f1:.3}"
        ));
    };
    for seeds in FAMILIES {
        let name = format!("{}-{}", seeds.start(), seeds.end());
        let sums = summed(seeds, |seed, what, score| {
            line(&seed.to_string(), what, score);
        });
        for (what, sum) in sums {
            line(&name, what, sum);
        }
    }
    let file = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../fixtures/evidence/planted.csv"
    );
    fs::write(file, csv).expect("the evidence is written");
}
