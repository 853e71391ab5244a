//! Shortcut candidates on trails small enough to reckon by hand.

use super::*;
use crate::paths::trails::Writer;

const SEARCH: u32 = 20;

/// Seven people go from page 1 to page 2, five of them turning back at page 4; two search. Three more
/// are at page 1 only.
fn demand() -> (Trails, Demand) {
    let mut writer = Writer::new(SEARCH as usize);
    let mut trips = Vec::new();
    for person in 0..10 {
        writer.begin(person, 0);
        let start = writer.push(1, None, false);
        if person >= 7 {
            continue;
        }
        let mut here = start;
        if person < 5 {
            writer.push(4, Some(start), false);
            here = writer.push(5, Some(here), person < 2);
            here = writer.push(6, Some(here), false);
        } else {
            here = writer.push(SEARCH, Some(here), false);
        }
        let end = writer.push(2, Some(here), true);
        let n_steps = if person < 5 { 3 } else { 2 };
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
        n_people: 7,
        expected_people: 1.0,
        lift: 7.0,
        lift_low: 2.0,
        p_value: 0.0,
        q_value: 0.0,
        first_day: 0,
        trips,
    };
    (writer.trails, demand)
}

#[test]
fn says_what_a_link_saves_and_where_it_was_expected() {
    let (trails, demand) = demand();
    let demands = [demand];
    let find = |links: &[(u32, u32)], has_plan| {
        let plan = PlanGraph::new(SEARCH as usize, links, &[]);
        shortcut_candidates(&demands, &[Some(3)], &trails, &plan, has_plan)
    };
    let found = &find(&[(1, 3)], true)[0];
    assert_eq!((found.n_people_at, found.steps_median), (10, 3.0));
    assert_eq!(found.planned_steps, Some(3));
    assert!((found.share_search - 2.0 / 7.0).abs() < 1e-12);
    assert!((found.clicks_saved - 12.0).abs() < 1e-12);
    assert_eq!(found.turned_back_at, Some((4, 5)));
    assert!(
        find(&[(1, 2)], true).is_empty(),
        "a planned link can be clicked"
    );
    assert!(find(&[], false).is_empty(), "without a plan nobody knows");
}
