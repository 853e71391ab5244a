//! Events at their places beside one sort of all.

use proptest::prelude::*;
use queries::paths::moves::NO_PAGE;

use super::*;

/// A day of events of (person, time, page), whose file is cut in two that are each sorted by person.
fn day(number: i32, mut events: Vec<(i64, i64, u32)>, cut: usize) -> DayLooks {
    let cut = cut.min(events.len());
    events[..cut].sort_unstable();
    events[cut..].sort_unstable();
    let n = events.len();
    let mut looks = DayLooks {
        day: number,
        person: events.iter().map(|event| event.0).collect(),
        ts: events.iter().map(|event| event.1).collect(),
        page: events.iter().map(|event| event.2).collect(),
        input: (0..n).map(|row| i64::from(row >= cut)).collect(),
        line: (0..n as i64).collect(),
        referrer: vec![NO_PAGE; n],
        log_session: vec![0; n],
        is_moving: vec![true; n],
        pages: (0..4).map(|page| format!("/{number}/{page}")).collect(),
        ..DayLooks::default()
    };
    looks.find_runs();
    looks
}

proptest! {
    #[test]
    fn events_stand_as_one_sort_puts_them(
        days in prop::collection::vec(
            (prop::collection::vec((0_i64..9, 0_i64..5, 0_u32..4), 0..30), 0_usize..30), 1..4,
        ),
        part_events in 1_usize..40,
    ) {
        let days: Vec<DayLooks> = (0..)
            .zip(days)
            .map(|(number, (events, cut))| day(number, events, cut))
            .collect();
        let mut plain: Vec<_> = days
            .iter()
            .flat_map(|day| {
                (0..day.person.len()).map(move |row| {
                    let page = day.pages[day.page[row] as usize].as_str();
                    (day.person[row], day.ts[row], day.input[row], day.line[row], day.day, page)
                })
            })
            .collect();
        // The days are in their order, and a sort that keeps it puts equal times of two days so.
        plain.sort_by_key(|event| (event.0, event.1, event.2, event.3));
        let looks = Looks::of_days(days.clone(), &Asked::default(), part_events);
        prop_assert_eq!(&looks, &Looks::of_days(days.clone(), &Asked::default(), usize::MAX / 2));
        let told: Vec<_> = (0..looks.persons.len())
            .flat_map(|at| (looks.starts[at]..looks.starts[at + 1]).map(move |place| (at, place)))
            .map(|(at, place)| {
                let page = looks.pages[looks.page[place] as usize].as_str();
                (looks.persons[at], looks.ts[place], looks.day[place], page)
            })
            .collect();
        let plain: Vec<_> = plain.iter().map(|event| (event.0, event.1, event.4, event.5)).collect();
        prop_assert_eq!(told, plain);
    }
}
