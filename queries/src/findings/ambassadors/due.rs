//! Who is due for a talk, and what about.
//!
//! A talk wants a subject: somebody is due when the last talk lies long enough back *and* something of this week
//! touches the people around them, about which nobody has talked with them yet. The circle of a person is
//! everyone who shares an informal group with them, and the person.

/// A talk that was held.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Contact {
    /// With whom.
    pub person: u32,
    /// On which day.
    pub day: i32,
    /// About which finding; `None` for a talk about something else.
    pub finding: Option<u32>,
}

/// A finding of this week and a person it is about: who walks the path, who is in the group.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Touch {
    /// Which finding.
    pub finding: u32,
    /// Whom it touches.
    pub person: u32,
}

/// What to talk about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Subject {
    /// Which finding.
    pub finding: u32,
    /// How many of the person's circle it touches.
    pub n_people: u64,
}

/// Somebody who is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Who.
    pub person: u32,
    /// Day of the last talk; `None` where there was none.
    pub last_talk: Option<i32>,
    /// What to talk about, that which touches most of the circle first, ties by finding; never empty.
    pub subjects: Vec<Subject>,
}

/// Who of the `ambassadors` is due on the day `today`: those without a talk in the last `every_days` days to whom there
/// is something to say. Those who never had a talk stand first, then those whose last lies longest back, ties in
/// the order given. `groups` are `(person, group)`, sorted; the other lists may come in any order, and a contact after
/// `today` has not been held.
pub fn due(
    ambassadors: &[u32],
    contacts: &[Contact],
    touches: &[Touch],
    groups: &[(u32, u32)],
    today: i32,
    every_days: i32,
) -> Vec<Due> {
    assert!(groups.is_sorted(), "groups by person");
    let mut touches = touches.to_vec();
    touches.sort_unstable();
    touches.dedup();
    let mut members: Vec<(u32, u32)> = groups.iter().map(|row| (row.1, row.0)).collect();
    members.sort_unstable();
    let of_person = |person: &u32| {
        let held = || {
            let of_person = contacts.iter().filter(move |one| one.person == *person);
            of_person.filter(|one| one.day <= today)
        };
        let last_talk = held().map(|contact| contact.day).max();
        if last_talk.is_some_and(|day| today - day < every_days) {
            return None;
        }
        let circle = circle(*person, groups, &members);
        let mut subjects = subjects(&touches, &circle);
        subjects.retain(|subject| held().all(|one| one.finding != Some(subject.finding)));
        (!subjects.is_empty()).then_some(Due {
            person: *person,
            last_talk,
            subjects,
        })
    };
    let mut due: Vec<Due> = ambassadors.iter().filter_map(of_person).collect();
    due.sort_by_key(|one| one.last_talk);
    due
}

/// The person and everyone who shares a group with them, sorted.
fn circle(person: u32, groups: &[(u32, u32)], members: &[(u32, u32)]) -> Vec<u32> {
    let rows_of = |rows: &[(u32, u32)], key: u32| {
        let start = rows.partition_point(|row| row.0 < key);
        let end = rows.partition_point(|row| row.0 <= key);
        rows[start..end]
            .iter()
            .map(|row| row.1)
            .collect::<Vec<u32>>()
    };
    let mut circle = vec![person];
    for group in rows_of(groups, person) {
        circle.extend(rows_of(members, group));
    }
    circle.sort_unstable();
    circle.dedup();
    circle
}

fn subjects(touches: &[Touch], circle: &[u32]) -> Vec<Subject> {
    let of_findings = touches.chunk_by(|a, b| a.finding == b.finding);
    let mut subjects: Vec<Subject> = of_findings
        .map(|of_finding| Subject {
            finding: of_finding[0].finding,
            n_people: of_finding
                .iter()
                .filter(|touch| circle.binary_search(&touch.person).is_ok())
                .count() as u64,
        })
        .filter(|subject| subject.n_people > 0)
        .collect();
    subjects.sort_by_key(|subject| (u64::MAX - subject.n_people, subject.finding));
    subjects
}

#[cfg(test)]
mod tests {
    use super::*;

    const GROUPS: [(u32, u32); 5] = [(0, 0), (1, 0), (2, 0), (2, 1), (3, 1)];

    fn touch(finding: u32, person: u32) -> Touch {
        Touch { finding, person }
    }

    fn talk(person: u32, day: i32, finding: Option<u32>) -> Contact {
        Contact {
            person,
            day,
            finding,
        }
    }

    #[test]
    fn who_has_waited_longest_and_for_what() {
        // Finding 7 touches 0 and 1; finding 8 touches 3 and somebody in no group.
        let touches = [
            touch(8, 3),
            touch(7, 1),
            touch(7, 0),
            touch(8, 9),
            touch(7, 0),
        ];
        let contacts = [talk(0, 10, None), talk(2, 4, Some(7)), talk(1, 20, None)];
        let all = due(&[0, 1, 2, 3, 4], &contacts, &touches, &GROUPS, 30, 14);
        let told: Vec<_> = all
            .iter()
            .map(|one| (one.person, one.last_talk, one.subjects[0]))
            .collect();
        let subject = |finding, n_people| Subject { finding, n_people };
        // 1 had a talk ten days ago; 2 talked about 7 already; nothing touches 4.
        assert_eq!(
            told,
            [
                (3, None, subject(8, 1)),
                (2, Some(4), subject(8, 1)),
                (0, Some(10), subject(7, 2)),
            ]
        );
        assert!(all.iter().all(|one| one.subjects.len() == 1));
    }

    #[test]
    fn the_day_itself_counts_and_the_future_does_not() {
        let touches = [touch(7, 0), touch(6, 2), touch(6, 1)];
        let is_due =
            |day, today| !due(&[0], &[talk(0, day, None)], &touches, &GROUPS, today, 14).is_empty();
        assert!(is_due(10, 24) && !is_due(10, 23) && is_due(25, 24));
        let all = due(&[0], &[], &touches, &GROUPS, 24, 14);
        let findings: Vec<u32> = all[0].subjects.iter().map(|s| s.finding).collect();
        assert_eq!(findings, [6, 7]);
        assert!(due(&[], &[], &touches, &GROUPS, 24, 14).is_empty());
        assert!(due(&[0], &[], &[], &[], 24, 14).is_empty());
    }
}
