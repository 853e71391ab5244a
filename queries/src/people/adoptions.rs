//! Who began to use what on which day, and who was tied to whom from which day on.

/// Somebody's first use of an item.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Adoption {
    /// Which item.
    pub item: u32,
    /// On which day.
    pub day: i32,
    /// Who.
    pub person: u32,
}

/// Two people who did something towards each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tie {
    /// One of them.
    pub one: u32,
    /// The other.
    pub other: u32,
    /// The first day on which they did.
    pub since: i32,
}

/// Ties by person, both ways; of several between the same two the first counts.
pub(crate) struct Neighbours {
    offsets: Vec<u32>,
    /// The other, and since when.
    ties: Vec<(u32, i32)>,
}

impl Neighbours {
    /// The ties of persons 0 to `n_persons` - 1.
    pub(crate) fn of(ties: &[Tie], n_persons: usize) -> Self {
        let both = |tie: &Tie| {
            [
                (tie.one, tie.other, tie.since),
                (tie.other, tie.one, tie.since),
            ]
        };
        let mut rows: Vec<(u32, u32, i32)> = ties.iter().flat_map(both).collect();
        rows.sort_unstable();
        // The first of several days stands first.
        rows.dedup_by_key(|row| (row.0, row.1));
        let starts = |person: usize| rows.partition_point(|row| (row.0 as usize) < person) as u32;
        Self {
            offsets: (0..=n_persons).map(starts).collect(),
            ties: rows.iter().map(|row| (row.1, row.2)).collect(),
        }
    }

    /// The others a person is tied to, sorted, with the day since when.
    pub(crate) fn of_person(&self, person: u32) -> &[(u32, i32)] {
        &self.ties[self.places(person)]
    }

    /// Where the ties of a person stand among all; for arrays beside them.
    pub(crate) fn places(&self, person: u32) -> std::ops::Range<usize> {
        let person = person as usize;
        self.offsets[person] as usize..self.offsets[person + 1] as usize
    }

    /// Number of ties, each counted from both sides.
    pub(crate) fn len(&self) -> usize {
        self.ties.len()
    }

    /// Number of persons.
    pub(crate) fn n_persons(&self) -> usize {
        self.offsets.len() - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_stand_on_both_sides_from_their_first_day() {
        let tie = |one, other, since| Tie { one, other, since };
        let neighbours = Neighbours::of(&[tie(2, 0, 9), tie(0, 2, 4), tie(0, 1, 7)], 4);
        assert_eq!(neighbours.of_person(0), [(1, 7), (2, 4)]);
        assert_eq!(neighbours.of_person(2), [(0, 4)]);
        assert!(neighbours.of_person(3).is_empty());
        assert_eq!((neighbours.places(2), neighbours.len()), (3..4, 4));
        assert_eq!(neighbours.n_persons(), 4);
    }
}
