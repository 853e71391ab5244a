//! Sessions of events that are sorted by person and time.

use std::collections::BTreeMap;

/// The session of each event, numbered from 0 in the order of the sessions' first events.
///
/// `person`, `ts` (microseconds) and `log_session` (0 = the log has none) run in parallel, sorted by
/// (person, ts). A gap of exactly `gap_us` stays inside a session; midnight is nothing. Events with a
/// session id of the log belong together whatever the gap; the others are split by the gaps among
/// themselves. Empty input gives empty output.
///
/// # Panics
/// When the slices differ in length.
pub fn sessions(person: &[i64], ts: &[i64], log_session: &[i64], gap_us: i64) -> Vec<u32> {
    assert_eq!(person.len(), ts.len());
    assert_eq!(person.len(), log_session.len());
    let mut session = Vec::with_capacity(person.len());
    let mut next = 0;
    let mut last_of_gaps: Option<(i64, i64, u32)> = None;
    let mut of_log: BTreeMap<i64, u32> = BTreeMap::new();
    for event in 0..person.len() {
        if event > 0 && person[event] != person[event - 1] {
            of_log.clear();
        }
        let id = if log_session[event] == 0 {
            let goes_on = last_of_gaps
                .filter(|(who, when, _)| *who == person[event] && ts[event] - when <= gap_us)
                .map(|(_, _, id)| id);
            let id = goes_on.unwrap_or(next);
            last_of_gaps = Some((person[event], ts[event], id));
            id
        } else {
            *of_log.entry(log_session[event]).or_insert(next)
        };
        if id == next {
            next += 1;
        }
        session.push(id);
    }
    session
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_gap_of_exactly_the_limit_stays_inside() {
        let person = [1, 1, 1, 2];
        let ts = [0, 1800, 3601, 3601];
        assert_eq!(sessions(&person, &ts, &[0; 4], 1800), [0, 0, 1, 2]);
        assert!(sessions(&[], &[], &[], 1800).is_empty());
    }

    #[test]
    fn a_session_of_the_log_is_used_as_it_is() {
        let ts = [0, 10, 20, 999_999];
        assert_eq!(sessions(&[1; 4], &ts, &[7, 8, 7, 7], 5), [0, 1, 0, 0]);
        assert_eq!(
            sessions(&[1, 2], &[0, 0], &[7, 7], 5),
            [0, 1],
            "ids are a person's own"
        );
    }

    /// Two events share a session when the log says so, or, where the log says nothing of either,
    /// when no gap among the person's other such events between them is too wide.
    fn is_together(events: &[(i64, i64, i64)], gap: i64, a: usize, b: usize) -> bool {
        let (person, _, id) = events[a];
        if person != events[b].0 || id != events[b].2 {
            return false;
        }
        let times: Vec<i64> = events[a..=b]
            .iter()
            .filter(|e| e.2 == 0)
            .map(|e| e.1)
            .collect();
        id != 0 || times.windows(2).all(|pair| pair[1] - pair[0] <= gap)
    }

    proptest! {
        #[test]
        fn agrees_with_the_obvious_way(
            mut events in proptest::collection::vec((0_i64..4, 0_i64..200, 0_i64..3), 0..40),
            gap in 0_i64..30,
        ) {
            events.sort_unstable();
            let person: Vec<i64> = events.iter().map(|e| e.0).collect();
            let ts: Vec<i64> = events.iter().map(|e| e.1).collect();
            let log: Vec<i64> = events.iter().map(|e| e.2).collect();
            let fast = sessions(&person, &ts, &log, gap);
            let mut next = 0;
            for b in 0..ts.len() {
                for a in 0..=b {
                    prop_assert_eq!(fast[a] == fast[b], is_together(&events, gap, a, b));
                }
                prop_assert!(fast[b] <= next, "numbered in the order of first events");
                next = next.max(fast[b] + 1);
            }
        }
    }
}
