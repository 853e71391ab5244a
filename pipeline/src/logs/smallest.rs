//! The smallest of many numbers: a sample that is the same in whatever order they come.

/// How many are kept.
pub(super) const KEPT: usize = 64;

/// The smallest [`KEPT`] numbers, ascending.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Smallest(Vec<u64>);

impl Smallest {
    /// Adds a number, also one that is there already.
    pub(super) fn add(&mut self, number: u64) {
        match self.0.last() {
            // The usual cases first: numbers come ascending, or too late to matter.
            Some(last) if number >= *last && self.0.len() == KEPT => {}
            Some(last) if number < *last => {
                let place = self.0.partition_point(|kept| *kept <= number);
                self.put(place, number);
            }
            _ => self.0.push(number),
        }
    }

    /// Adds a number unless it is there already.
    pub(super) fn add_once(&mut self, number: u64) {
        if self.0.len() == KEPT && self.0.last() <= Some(&number) {
            return;
        }
        if let Err(place) = self.0.binary_search(&number) {
            self.put(place, number);
        }
    }

    fn put(&mut self, place: usize, number: u64) {
        self.0.insert(place, number);
        self.0.truncate(KEPT);
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn numbers(&self) -> &[u64] {
        &self.0
    }

    /// How many different numbers were added once, taken for spread evenly over all there are: exact
    /// until more than are kept, then to about an eighth (k minimum values).
    pub(super) fn n_distinct(&self) -> u32 {
        match self.0.last() {
            Some(largest) if self.0.len() == KEPT => {
                let share = *largest as f64 / u64::MAX as f64;
                ((KEPT - 1) as f64 / share) as u32
            }
            _ => self.0.len() as u32,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use queries::stats::random::Random;

    #[test]
    fn the_smallest_stay_in_order() {
        let mut all = Smallest::default();
        let mut once = Smallest::default();
        for number in (0..200).rev().chain(0..200) {
            all.add(number);
            once.add_once(number);
        }
        let twice: Vec<u64> = (0..KEPT as u64).map(|place| place / 2).collect();
        assert_eq!(all.numbers(), twice);
        assert_eq!(once.numbers(), (0..KEPT as u64).collect::<Vec<_>>());
    }

    #[test]
    fn few_are_counted_and_many_estimated() {
        let hash = |number: u32| Random::new(number.into()).next_u64();
        for n in [0, 1, 63, 1_000, 20_000] {
            let mut sample = Smallest::default();
            (0..n).for_each(|number| sample.add_once(hash(number)));
            let told = f64::from(sample.n_distinct());
            assert!(
                (told - f64::from(n)).abs() <= 0.3 * f64::from(n),
                "{n} are {told}"
            );
        }
    }
}
