//! Sequences of items, one after the other, for mining: a session's pages, or all pages of a person.

/// Sequences as columns, sorted by person.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sequences {
    items: Vec<u32>,
    /// Where each sequence ends; it starts where the one before ends.
    ends: Vec<u32>,
    person: Vec<u32>,
}

impl Sequences {
    /// Begins a sequence; they come sorted by person.
    pub fn begin(&mut self, person: u32) {
        self.person.push(person);
        self.ends.push(self.items.len() as u32);
    }

    /// Adds an item to the sequence begun last.
    ///
    /// # Panics
    /// When none was begun.
    pub fn push(&mut self, item: u32) {
        self.items.push(item);
        *self.ends.last_mut().expect("a sequence was begun") += 1;
    }

    /// Adds items to the sequence begun last.
    ///
    /// # Panics
    /// When none was begun.
    pub(crate) fn extend(&mut self, items: impl Iterator<Item = u32>) {
        self.items.extend(items);
        *self.ends.last_mut().expect("a sequence was begun") = self.items.len() as u32;
    }

    /// Adds the sequences of people who come behind those at hand.
    pub(crate) fn append(&mut self, others: &Self) {
        let base = self.items.len() as u32;
        self.items.extend_from_slice(&others.items);
        self.ends.extend(others.ends.iter().map(|end| base + end));
        self.person.extend_from_slice(&others.person);
    }

    /// Number of sequences.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// All items, sequence after sequence.
    pub fn items(&self) -> &[u32] {
        &self.items
    }

    /// The person of a sequence, and its items.
    ///
    /// # Panics
    /// When there is none of this number.
    pub fn get(&self, number: usize) -> (u32, &[u32]) {
        (self.person[number], &self.items[self.places(number)])
    }

    /// Where the items of a sequence lie.
    pub(crate) fn places(&self, number: usize) -> std::ops::Range<usize> {
        let start = number.checked_sub(1).map_or(0, |before| self.ends[before]);
        start as usize..self.ends[number] as usize
    }

    /// The largest item and one more.
    pub(crate) fn n_items(&self) -> usize {
        self.items.iter().max().map_or(0, |item| *item as usize + 1)
    }
}
