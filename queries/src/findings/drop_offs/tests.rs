//! Drop-offs reckoned by hand, planted among ordinary pages, and absent where every page is alike.

use super::*;
use crate::paths::moves::Via;
use crate::stats::random::Random;

const N_PAGES: usize = 80;

fn walk(walks: &mut Walks, person: u32, pages: &[u32]) {
    walks.begin(person, 0, pages[0], pages[pages.len() - 1]);
    let mut seen = vec![pages[0]];
    for step in pages.windows(2) {
        let via = if seen.contains(&step[1]) {
            Via::Back
        } else {
            Via::Link
        };
        seen.push(step[1]);
        walks.step(step[0], step[1], via);
    }
}

#[test]
fn each_person_counts_once_and_leaving_from_the_goal_is_success() {
    let mut walks = Walks::default();
    walk(&mut walks, 0, &[1, 2, 3, 4]); // reaches the goal and leaves there
    walk(&mut walks, 1, &[1, 2]); // gives up at 2
    walk(&mut walks, 1, &[1, 2, 3, 4]); // a second session of the same person
    walk(&mut walks, 2, &[2, 3]); // comes to 2 without 1, gives up at 3
    walk(&mut walks, 3, &[1, 2, 9, 2, 8, 2]); // back and forth, and away
    walk(&mut walks, 4, &[1, 2, 7]); // goes on to something else
    let steps = attempts(&walks, &[vec![1, 2, 3, 4]], 10);
    let told: Vec<_> = steps
        .iter()
        .map(|s| (s.page, s.n_people, s.n_left))
        .collect();
    assert_eq!(told, [(1, 0, 0), (2, 4, 2), (3, 3, 1)]);
    let form = attempts(&walks, &[vec![3, 4]], 10);
    assert_eq!(
        (form[0].n_people, form[0].n_left),
        (3, 1),
        "a journey of two steps"
    );
}

#[test]
fn coming_back_twice_and_searching_is_giving_up() {
    let mut walks = Walks::default();
    walks.begin(0, 0, 1, 5);
    for (from, to, via) in [
        (1, 2, Via::Link),
        (2, 1, Via::Back),
        (1, 3, Via::Link),
        (3, 1, Via::Back),
        (1, 5, Via::Search),
    ] {
        walks.step(from, to, via);
    }
    assert!(exits::gives_up(&walks.get(0), 1));
    assert!(!exits::gives_up(&walks.get(0), 2));
    assert!(exits::gives_up(&walks.get(0), 5));
}

/// 500 people walk the journey 1 to 5 and other pages; at page 3 `lost` of a hundred give up, elsewhere
/// about as many as each page's own exit rate says.
fn world(seed: u64, lost: usize) -> (Walks, Vec<u32>) {
    let mut random = Random::new(seed);
    let rates: Vec<usize> = (0..N_PAGES).map(|_| 8 + random.below(16)).collect();
    let mut walks = Walks::default();
    for person in 0..500 {
        for _ in 0..4 {
            let mut pages = vec![10 + random.below(70) as u32];
            while pages.len() < 9 && random.below(100) >= rates[pages[pages.len() - 1] as usize] {
                let next = 10 + random.below(70) as u32;
                if !pages.contains(&next) {
                    pages.push(next);
                }
            }
            walk(&mut walks, person, &pages);
        }
        let mut pages = vec![1];
        for page in 2..=5 {
            pages.push(page);
            let rate = if page == 3 {
                lost
            } else {
                rates[page as usize]
            };
            if random.below(100) < rate {
                break;
            }
        }
        walk(&mut walks, person, &pages);
    }
    (walks, vec![1; N_PAGES])
}

fn find(seed: u64, lost: usize) -> DropOffs {
    let (walks, depth) = world(seed, lost);
    let options = Options::default();
    drop_offs(
        &walks,
        &[vec![1, 2, 3, 4, 5]],
        &depth,
        &[false; N_PAGES],
        &options,
    )
}

#[test]
fn the_step_where_many_give_up_is_found_and_no_other() {
    for seed in 1..=5 {
        let found = find(seed, 45);
        let pages: Vec<u32> = found.drop_offs.iter().map(|d| d.page).collect();
        assert_eq!(
            (pages.as_slice(), found.n_tested),
            (&[3][..], 3),
            "seed {seed}"
        );
        let first = &found.drop_offs[0];
        assert!(first.exit_rate_low > first.exit_rate_expected && first.goal == 5);
    }
}

#[test]
fn ordinary_steps_are_silent() {
    let n: usize = (1..=60).map(|seed| find(seed, 16).drop_offs.len()).sum();
    assert!(n <= 6, "{n} of 180 steps");
}

#[test]
fn without_journeys_nothing_is_a_goal() {
    let (walks, depth) = world(1, 45);
    let found = drop_offs(&walks, &[], &depth, &[false; N_PAGES], &Options::default());
    assert_eq!(found, DropOffs::default());
}
