//! Snapshots against the days of the calendar, one by one.

use proptest::prelude::*;

use super::*;

fn link(to: &str, dates: Validity) -> PlannedLink {
    PlannedLink {
        from: Some("/a".to_owned()),
        to: to.to_owned(),
        kind: "menu".to_owned(),
        valid_from: dates.0,
        valid_to: dates.1,
    }
}

fn import(
    known: &mut History,
    source: Source,
    links: Vec<PlannedLink>,
    on: Option<i32>,
) -> Imported {
    let mut snapshot = Snapshot::default();
    snapshot.add(source, links);
    snapshot.merge_into(known, on)
}

fn navigation(known: &mut History, pages: &[&str], on: Option<i32>) -> Imported {
    let links = pages.iter().map(|to| link(to, (None, None))).collect();
    import(known, Source::Navigation, links, on)
}

fn times<'a>(known: &'a History, to: &str) -> &'a [Validity] {
    let found = known.iter().find(|(link, _)| link.to == to);
    found.map_or(&[], |(_, times)| times.as_slice())
}

#[test]
fn a_link_that_comes_back_begins_a_second_time() {
    let mut known = History::new();
    navigation(&mut known, &["/b", "/c"], Some(10));
    navigation(&mut known, &["/c"], Some(20));
    let done = navigation(&mut known, &["/b", "/c"], Some(30));
    assert_eq!((done.n_begun, done.n_ended), (1, 0));
    assert_eq!(times(&known, "/b"), [(None, Some(19)), (Some(30), None)]);
    assert_eq!(times(&known, "/c"), [(None, None)]);
    assert_eq!(navigation(&mut known, &["/b", "/c"], Some(31)).n_begun, 0);
}

#[test]
fn each_source_speaks_for_itself() {
    let mut known = History::new();
    navigation(&mut known, &["/b"], Some(10));
    import(
        &mut known,
        Source::Crawl,
        vec![link("/c", (None, None))],
        Some(20),
    );
    assert_eq!(
        times(&known, "/c"),
        [(None, None)],
        "the first crawl holds from always"
    );
    import(&mut known, Source::Crawl, Vec::new(), Some(30));
    assert_eq!(times(&known, "/c"), [(None, Some(29))]);
    assert_eq!(times(&known, "/b"), [(None, None)]);
}

#[test]
fn dates_of_the_file_are_heard() {
    let mut known = History::new();
    navigation(&mut known, &["/b"], Some(10));
    for (dates, told) in [
        ((Some(5), None), (Some(5), None)),
        ((None, Some(40)), (Some(5), Some(40))),
        ((Some(6), Some(30)), (Some(6), Some(30))),
    ] {
        import(
            &mut known,
            Source::Navigation,
            vec![link("/b", dates)],
            Some(20),
        );
        assert_eq!(times(&known, "/b"), [told]);
        let again = import(
            &mut known,
            Source::Navigation,
            vec![link("/b", dates)],
            Some(21),
        );
        assert_eq!(again.n_begun + again.n_ended, 0);
    }
    import(
        &mut known,
        Source::Navigation,
        vec![link("/b", (Some(50), None))],
        Some(20),
    );
    assert_eq!(times(&known, "/b"), [(Some(6), Some(30)), (Some(50), None)]);
}

#[test]
fn before_anybody_came_the_last_snapshot_counts_alone() {
    let mut known = History::new();
    navigation(&mut known, &["/b"], None);
    navigation(&mut known, &["/c"], None);
    assert_eq!(known.len(), 1);
    assert_eq!(times(&known, "/c"), [(None, None)]);
}

#[test]
fn a_replaced_source_has_no_dates() {
    let mut known = History::new();
    navigation(&mut known, &["/b"], Some(10));
    for pages in [vec!["/x", "/y"], vec!["/y", "/z"]] {
        let mut snapshot = Snapshot::default();
        let links = pages.iter().map(|to| link(to, (None, None))).collect();
        snapshot.add(Source::Tree, links);
        snapshot.replace_in(&mut known);
    }
    let pages: Vec<&str> = known.keys().map(|link| link.to.as_str()).collect();
    assert_eq!(pages, ["/b", "/y", "/z"]);
}

proptest! {
    /// A day has the links of the last snapshot that is not after it; days before all have the first one's.
    #[test]
    fn each_day_has_the_links_of_its_snapshot(
        steps in proptest::collection::vec((0..4_i32, proptest::collection::btree_set(0..5_usize, 0..5)), 1..8)
    ) {
        let names = ["/b", "/c", "/d", "/e", "/f"];
        let mut known = History::new();
        let mut snapshots = Vec::new();
        let mut on = 0;
        for (gap, pages) in steps {
            on += gap;
            let pages: Vec<&str> = pages.iter().map(|page| names[*page]).collect();
            navigation(&mut known, &pages, Some(on));
            // A source without a link is no source yet.
            if !snapshots.is_empty() || !pages.is_empty() {
                snapshots.push((on, pages));
            }
        }
        for day in -2..on + 3 {
            let last = snapshots.iter().rev().find(|(on, _)| *on <= day).or(snapshots.first());
            let expected = last.map(|(_, pages)| pages.clone()).unwrap_or_default();
            let holds = |(first, last): &Validity| {
                first.is_none_or(|first| first <= day) && last.is_none_or(|last| last >= day)
            };
            let found: Vec<&str> = known
                .iter()
                .flat_map(|(link, times)| times.iter().filter(|t| holds(t)).map(|_| link.to.as_str()))
                .collect();
            prop_assert_eq!(&found, &expected, "day {}", day);
        }
    }
}
