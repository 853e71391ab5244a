//! Who used which items in a window, and in how many of its weeks.
//!
//! METHODS (b): an item is a page outside the hubs, or a thread, a file, a channel; what counts is the distinct
//! weeks in which a person used it, not the clicks: whoever reloads a page a hundred times is one person with one week.

/// The items of each person, as compressed sparse rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Uses {
    n_items: usize,
    /// Start of each person's row; one more than there are persons.
    offsets: Vec<u32>,
    items: Vec<u32>,
    weeks: Vec<u16>,
    week_sets: Vec<u32>,
}

/// Windows are of some weeks; what lies beyond a set's 32 bits shares the last.
const LAST_BIT: u32 = 31;

/// A person used an item in a week: `(person, item, week)`; weeks by any number.
pub type Use = (u32, u32, i32);

impl Uses {
    /// Persons 0 to `n_persons` - 1 and items 0 to `n_items` - 1. The uses are sorted; the same one twice counts once.
    ///
    /// # Panics
    /// When the uses are not sorted, or one names a person or an item beyond the lists.
    pub fn new(n_persons: usize, n_items: usize, uses: &[Use]) -> Self {
        assert!(uses.is_sorted(), "uses by person, item and week");
        let mut table = Self {
            n_items,
            offsets: vec![0; n_persons + 1],
            items: Vec::new(),
            weeks: Vec::new(),
            week_sets: Vec::new(),
        };
        let first_week = uses.iter().map(|of_week| of_week.2).min().unwrap_or(0);
        for of_item in uses.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
            let (person, item, _) = of_item[0];
            assert!((item as usize) < n_items, "an item beyond the list");
            table.items.push(item);
            let n_weeks = of_item.chunk_by(|a, b| a.2 == b.2).count();
            table.weeks.push(n_weeks.min(usize::from(u16::MAX)) as u16);
            let bit = |of_week: &Use| 1_u32 << of_week.2.abs_diff(first_week).min(LAST_BIT);
            table
                .week_sets
                .push(of_item.iter().map(bit).fold(0, |set, bit| set | bit));
            table.offsets[person as usize + 1] = table.items.len() as u32;
        }
        for person in 0..n_persons {
            table.offsets[person + 1] = table.offsets[person + 1].max(table.offsets[person]);
        }
        table
    }

    /// Number of persons.
    pub fn n_persons(&self) -> usize {
        self.offsets.len().saturating_sub(1)
    }

    /// Number of items.
    pub fn n_items(&self) -> usize {
        self.n_items
    }

    /// Number of pairs of a person and an item that was used.
    pub fn len(&self) -> usize {
        self.items.len()
    }

    /// Whether nobody used anything.
    pub fn is_empty(&self) -> bool {
        self.items.is_empty()
    }

    fn row(&self, person: u32) -> std::ops::Range<usize> {
        self.offsets[person as usize] as usize..self.offsets[person as usize + 1] as usize
    }

    /// The items a person used, sorted.
    pub fn items(&self, person: u32) -> &[u32] {
        &self.items[self.row(person)]
    }

    /// In how many weeks each of [`Self::items`] was used.
    pub fn weeks(&self, person: u32) -> &[u16] {
        &self.weeks[self.row(person)]
    }

    /// In which weeks each of [`Self::items`] was used: bit 0 is the first week of the window that anyone used
    /// anything in, the last bit the 32nd and all after it.
    pub fn week_sets(&self, person: u32) -> &[u32] {
        &self.week_sets[self.row(person)]
    }

    /// How many persons used each item.
    pub fn n_people_by_item(&self) -> Vec<u32> {
        let mut n_people = vec![0; self.n_items];
        for item in &self.items {
            n_people[*item as usize] += 1;
        }
        n_people
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weeks_count_once() {
        let uses = Uses::new(
            3,
            4,
            &[(0, 1, 7), (0, 1, 7), (0, 1, 8), (0, 3, 7), (2, 0, 9)],
        );
        assert_eq!(uses.items(0), [1, 3]);
        assert_eq!(uses.weeks(0), [2, 1]);
        assert_eq!(uses.week_sets(0), [0b11, 0b01]);
        assert_eq!(uses.week_sets(2), [0b100]);
        assert_eq!(uses.items(1), [0_u32; 0]);
        assert_eq!(uses.items(2), [0]);
        assert_eq!(uses.n_people_by_item(), [1, 1, 0, 1]);
        assert_eq!((uses.n_persons(), uses.n_items(), uses.len()), (3, 4, 3));
    }
}
