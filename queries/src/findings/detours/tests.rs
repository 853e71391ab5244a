//! Detours on trails small enough to reckon by hand.

use super::*;
use crate::findings::elephant_paths::{MoveRow, Moves};
use crate::paths::trails::Writer;

const SEARCH: u32 = 20;
const HUB: u32 = 0;

/// A demand from page 1 to page 2 by ways given as the pages passed, one person each.
fn demand_of(ways: &[&[u32]]) -> (Trails, Demand) {
    let mut writer = Writer::new(SEARCH as usize);
    let mut trips = Vec::new();
    for (person, passed) in (0..).zip(ways) {
        writer.begin(person, 0);
        let start = writer.push(1, None, false);
        let mut here = start;
        for page in *passed {
            here = writer.push(*page, Some(here), false);
        }
        let end = writer.push(2, Some(here), true);
        let n_steps = passed.len() as u32 + 1;
        trips.push(Trip {
            person,
            start,
            end,
            n_steps,
        });
    }
    let demand = Demand {
        from: 1,
        to: 2,
        n_people: ways.len() as u64,
        expected_people: 0.5,
        lift: 0.0,
        lift_low: 0.0,
        p_value: 0.0,
        q_value: 0.0,
        first_day: 0,
        trips,
    };
    (writer.trails, demand)
}

fn find(ways: &[&[u32]], links: &[(u32, u32)]) -> Vec<Detour> {
    let (trails, demand) = demand_of(ways);
    let mut is_hub = [false; SEARCH as usize];
    is_hub[HUB as usize] = true;
    let plan = PlanGraph::new(SEARCH as usize, links, &[]);
    let mut moves = Moves::default();
    for (person, via) in [
        (3, Via::Link),
        (3, Via::Direct),
        (4, Via::Back),
        (5, Via::Search),
    ] {
        moves.push(MoveRow {
            person,
            from: 1,
            to: 2,
            day: 0,
            via,
            n: 1,
        });
    }
    detours(&[demand], &trails, &is_hub, &plan, &moves.rows())
}

#[test]
fn the_way_most_people_go_is_the_cause() {
    let through_search: &[&[u32]] = &[&[SEARCH][..]; 7];
    let found = find(through_search, &[(1, 2)]);
    assert_eq!(found[0].cause, Cause::Search);
    assert_eq!((found[0].steps_median, found[0].planned_steps), (2.0, 1));
    assert_eq!((found[0].stretch, found[0].stretch_low), (2.0, 2.0));
    assert_eq!(found[0].n_people_straight, 1);
    let mixed: &[&[u32]] = &[
        &[HUB, 5],
        &[HUB, 6],
        &[HUB, 5],
        &[HUB],
        &[SEARCH],
        &[7, 8],
        &[9, 8, HUB],
    ];
    let found = find(mixed, &[(1, 2)]);
    assert_eq!(found[0].cause, Cause::Hub);
    assert!((found[0].cause_share - 5.0 / 7.0).abs() < 1e-12);
    let lost: &[&[u32]] = &[
        &[3, 4],
        &[4, 5],
        &[5, 6, 7],
        &[6, 7],
        &[7, 8],
        &[8, 9],
        &[3, 9],
    ];
    assert_eq!(find(lost, &[(1, 2)])[0].cause, Cause::Wandering);
}

#[test]
fn as_long_as_planned_is_no_detour() {
    let three_steps: &[&[u32]] = &[&[3, 4][..]; 9];
    let planned = [(1, 5), (5, 6), (6, 2)];
    assert!(find(three_steps, &planned).is_empty());
    assert_eq!(find(three_steps, &planned[1..]), [], "no planned way");
    assert_eq!(find(&three_steps[..5], &[(1, 2)]), [], "too few to say");
    let four_of_three: &[&[u32]] = &[&[3, 4, 7][..]; 9];
    let found = find(four_of_three, &planned);
    assert!((found[0].stretch - 4.0 / 3.0).abs() < 1e-12);
}
