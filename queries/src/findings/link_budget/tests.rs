//! Link budgets against every subset.

use proptest::prelude::*;

use super::*;
use crate::paths::trails::Writer;

/// Trails of ten pages, one a person, and demands as (first place, last place, persons).
fn world(demands: &[(usize, usize, Vec<u32>)]) -> (Trails, Vec<Demand>) {
    let mut writer = Writer::new(10);
    for person in 0..12 {
        writer.begin(person, 0);
        let mut here = None;
        for page in 0..10 {
            here = Some(writer.push(page, here, true));
        }
    }
    let demand = |(start, end, persons): &(usize, usize, Vec<u32>)| Demand {
        from: *start as u32,
        to: *end as u32,
        n_people: persons.len() as u64,
        expected_people: 0.0,
        lift: 0.0,
        lift_low: 0.0,
        p_value: 0.0,
        q_value: 0.0,
        first_day: 0,
        trips: persons
            .iter()
            .map(|person| {
                let at = |place: usize| *person as usize * 10 + place;
                Trip {
                    person: *person,
                    start: at(*start),
                    end: at(*end),
                    n_steps: (*end - *start) as u32,
                }
            })
            .collect(),
    };
    (writer.trails, demands.iter().map(demand).collect())
}

#[test]
fn links_compete_for_the_same_trips() {
    // The second link saves most of what the first does; the third is another matter.
    let (trails, demands) = world(&[
        (0, 5, (0..6).collect()),
        (1, 5, (0..7).collect()),
        (5, 8, (0..5).collect()),
    ]);
    let links = link_budget(&[0, 1, 2], &demands, &trails, 9, 1);
    let told: Vec<_> = links
        .iter()
        .map(|l| (l.demand, l.n_saved, l.n_people))
        .collect();
    assert_eq!(told, [(0, 24, 6), (2, 10, 5), (1, 3, 1)]);
    assert_eq!(links[2].n_saved_together, 37);
    assert_eq!(link_budget(&[0, 1, 2], &demands, &trails, 9, 5).len(), 2);
    assert_eq!(link_budget(&[0, 1, 2], &demands, &trails, 1, 1).len(), 1);
}

#[test]
fn a_person_counts_once_a_week() {
    let (mut trails, mut demands) = world(&[(0, 3, vec![0, 1, 2])]);
    trails.person = vec![0; 12];
    trails.day = (0..12).map(|trail| trail / 2).collect();
    demands[0].trips.iter_mut().for_each(|trip| trip.person = 0);
    let links = link_budget(&[0], &demands, &trails, 9, 1);
    assert_eq!((links[0].n_saved, links[0].n_people), (2, 1));
}

proptest! {
    /// The greedy choice of n against the best of all sets of n.
    #[test]
    fn comes_to_63_percent_of_the_best_set(
        demands in proptest::collection::vec(
            (0_usize..7, 2_usize..4, proptest::collection::btree_set(0_u32..12, 1..8)),
            1..8,
        ),
        n in 1_usize..4,
    ) {
        let demands: Vec<_> = demands
            .into_iter()
            .map(|(start, length, persons)| (start, start + length, persons.into_iter().collect()))
            .collect();
        let (trails, demands) = world(&demands);
        let all: Vec<usize> = (0..demands.len()).collect();
        let together = |chosen: &[usize]| {
            let mut is_saved = vec![false; trails.len()];
            for trip in chosen.iter().flat_map(|place| &demands[*place].trips) {
                for place in trip.inner(&trails) {
                    is_saved[place] = true;
                }
            }
            is_saved.iter().filter(|saved| **saved).count()
        };
        let best = (0_u32..1 << demands.len())
            .filter(|set| set.count_ones() as usize <= n)
            .map(|set| all.iter().copied().filter(|at| set >> at & 1 == 1).collect::<Vec<_>>())
            .map(|chosen| together(&chosen))
            .max()
            .unwrap_or(0);
        let links = link_budget(&all, &demands, &trails, n, 1);
        let chosen: Vec<usize> = links.iter().map(|link| link.demand).collect();
        let saved = together(&chosen);
        prop_assert_eq!(saved as u64, links.last().map_or(0, |link| link.n_saved_together));
        prop_assert!(saved as f64 >= 0.632 * best as f64);
    }
}
