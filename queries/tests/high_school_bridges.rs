//! Contacts of a high school: pupils of five classes that mix far less than chance would have it.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::PathBuf;

use flate2::read::MultiGzDecoder;
use queries::findings::bridges::{Options, Verdict, bridges};
use queries::graph::network::{Edge, Network};

/// Contacts by the two pupils, and everybody's class.
fn contacts() -> Option<(Vec<Edge>, Vec<u32>)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("../../shared/data/sociopatterns_highschool2012");
    let labels = std::fs::read_to_string(folder.join("labels.tsv")).ok()?;
    let packed = std::fs::read(folder.join("contacts.tsv.gz")).ok()?;
    let mut text = String::new();
    MultiGzDecoder::new(packed.as_slice())
        .read_to_string(&mut text)
        .ok()?;
    let labels: Vec<(&str, &str)> = labels
        .lines()
        .skip(1)
        .filter_map(|line| line.split_once('\t'))
        .collect();
    let mut classes: Vec<&str> = labels.iter().map(|label| label.1).collect();
    classes.sort_unstable();
    classes.dedup();
    let number = |class: &str| classes.binary_search(&class).ok().map(|place| place as u32);
    let ids: BTreeMap<&str, u32> = labels
        .iter()
        .zip(0..)
        .map(|(label, id)| (label.0, id))
        .collect();
    let edge = |line: &str| {
        let mut fields = line.split('\t').skip(1);
        Some((*ids.get(fields.next()?)?, *ids.get(fields.next()?)?, 1.0))
    };
    let edges = text.lines().filter_map(edge).collect();
    Some((
        edges,
        labels.iter().filter_map(|label| number(label.1)).collect(),
    ))
}

#[test]
#[expect(clippy::print_stdout, reason = "a test that skips says so")]
fn classes_keep_to_themselves() {
    let Some((contacts, unit)) = contacts() else {
        println!("skipped: shared/data/sociopatterns_highschool2012 is absent");
        return;
    };
    assert_eq!((contacts.len(), unit.len()), (45_047, 180));
    let by_contacts = Network::new(180, &contacts);
    let pairs: Vec<Edge> = by_contacts.edges().map(|(a, b, _)| (a, b, 1.0)).collect();
    let by_pairs = Network::new(180, &pairs);
    let of_pairs = bridges(&by_pairs, &unit, 5, &Options::default());
    let of_contacts = bridges(&by_contacts, &unit, 5, &Options::default());
    let (pairs, contacts) = (
        of_pairs.mixing.expect("ties"),
        of_contacts.mixing.expect("ties"),
    );
    println!("{pairs:?}\n{contacts:?}");
    for pair in &of_pairs.pairs {
        println!(
            "{} {}: {:.0} of {:.1}, {:.2} ({:.2} to {:.2}), q {:.1e}, {:?}, {} carriers",
            pair.a,
            pair.b,
            pair.observed,
            pair.expected,
            pair.ratio,
            pair.ratio_low,
            pair.ratio_high,
            pair.q_value,
            pair.verdict,
            pair.n_carriers
        );
    }
    assert!((pairs.observed + 0.42).abs() < 0.005);
    assert!((contacts.observed + 0.83).abs() < 0.005);
    // Exactly, by the sizes of the classes; published as 0.60 from draws, with z = -66.
    assert!((pairs.expected - 0.605).abs() < 0.001 && (pairs.z + 66.0).abs() < 1.0);
    assert!((pairs.expected_deviation - 0.015).abs() < 0.003);
    assert!(pairs.z < -55.0 && pairs.observed_high < -0.3);
    assert!(pairs.assortativity > 0.5);
    let inside = of_pairs.pairs.iter().filter(|pair| pair.a == pair.b);
    assert!(inside.clone().count() == 5 && inside.clone().all(|pair| pair.ratio_low > 1.5));
    assert!(
        of_pairs
            .pairs
            .iter()
            .all(|pair| pair.verdict != Verdict::Bridge || pair.ratio > 1.5)
    );
}
