//! Histories that can be checked by hand.

use super::*;

fn group(people: impl IntoIterator<Item = u32>) -> Group {
    Group {
        people: people.into_iter().collect(),
        p_value: 0.01,
        stability: 0.9,
    }
}

fn told(windows: &[Vec<Group>]) -> Vec<(usize, Kind, u32, Vec<u32>)> {
    let history = group_events(windows, &Options::default());
    history
        .events
        .into_iter()
        .map(|event| (event.window, event.kind, event.id, event.others))
        .collect()
}

#[test]
fn nothing_happens_to_nobody() {
    assert!(told(&[]).is_empty());
    assert!(told(&[Vec::new(), Vec::new()]).is_empty());
    let same = vec![group(0..10)];
    assert!(told(&vec![same.clone(); 6]).is_empty());
    let history = group_events(&vec![same; 3], &Options::default());
    assert_eq!(history.states[1], [Some(Kind::Stable)]);
}

#[test]
fn a_group_is_born_grows_and_ends() {
    let windows = [
        vec![],
        vec![],
        vec![group(0..10)],
        vec![group(0..11)],
        vec![group(0..14)],
        vec![group(0..14)],
        vec![],
        vec![],
        vec![],
    ];
    let history = group_events(&windows, &Options::default());
    let dates: Vec<_> = history
        .events
        .iter()
        .map(|one| (one.after, one.window, one.kind))
        .collect();
    assert_eq!(
        dates,
        [
            (1, 2, Kind::Born),
            (3, 4, Kind::Growing),
            (5, 6, Kind::Ended)
        ]
    );
    let sizes: Vec<_> = history
        .events
        .iter()
        .map(|one| (one.n_before, one.n_after))
        .collect();
    assert_eq!(sizes, [(0, 10), (10, 14), (14, 0)]);
}

#[test]
fn what_lasts_one_window_is_a_glitch() {
    let old = group(0..10);
    let windows = [
        vec![old.clone()],
        vec![old.clone()],
        vec![],
        vec![old.clone(), group(50..60)],
        vec![old.clone()],
        vec![group(0..20)],
        vec![old.clone()],
        vec![old.clone()],
        vec![old],
    ];
    assert!(told(&windows).is_empty());
    let ids = group_events(&windows, &Options::default()).ids;
    assert!(
        ids.iter()
            .filter(|ids| !ids.is_empty())
            .all(|ids| ids[0] == 0)
    );
}

#[test]
fn two_become_one_and_one_becomes_two() {
    let (two, one) = (
        vec![group(0..12), group(20..30)],
        vec![group((0..12).chain(20..30))],
    );
    let history = [
        two.clone(),
        two.clone(),
        one.clone(),
        one.clone(),
        one.clone(),
    ];
    assert_eq!(told(&history), [(2, Kind::Merged, 0, vec![1])]);
    assert_eq!(
        told(&[one.clone(), one, two.clone(), two.clone(), two]),
        [(2, Kind::Split, 0, vec![1])]
    );
}

#[test]
fn chance_and_uncertain_membership_are_not_spoken_of() {
    let mut doubtful = group(0..10);
    doubtful.stability = 0.5;
    let mut chance = group(20..30);
    chance.p_value = 0.3;
    let with = vec![doubtful, chance];
    let windows = [
        vec![],
        with.clone(),
        with.clone(),
        with,
        vec![],
        vec![],
        vec![],
    ];
    assert!(told(&windows).is_empty());
    let history = group_events(&windows, &Options::default());
    assert_eq!(history.states[2], [None, None]);
}
