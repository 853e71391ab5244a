//! Public sequences with known counts, and the cases of a municipality with a known main route.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::PathBuf;

use flate2::read::MultiGzDecoder;
use queries::paths::contiguous::{Path, paths};
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
        let pairs: BTreeMap<Vec<u32>, Path> = paths(&sequences, 2, 2, 1)
            .into_iter()
            .map(|path| (path.pages.clone(), path))
            .collect();
        let gapped: BTreeMap<Vec<u32>, u64> = patterns(&sequences, least)
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
