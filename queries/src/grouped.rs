//! Places grouped by a small number: a counting sort, where a hash map or a comparison of all would cost more.

/// Places of a column by the number that each has, in their order within one number.
#[derive(Debug, Clone)]
pub(crate) struct Grouped {
    offsets: Vec<u32>,
    places: Vec<u32>,
}

impl Grouped {
    /// Groups places by their `numbers`, below `n_groups`; a place without one is in no group.
    pub(crate) fn of(
        n_groups: usize,
        numbers: impl Iterator<Item = Option<usize>> + Clone,
    ) -> Self {
        let mut offsets = vec![0_u32; n_groups + 1];
        for number in numbers.clone().flatten() {
            offsets[number + 1] += 1;
        }
        for number in 0..n_groups {
            offsets[number + 1] += offsets[number];
        }
        let mut next = offsets.clone();
        let mut places = vec![0; offsets[n_groups] as usize];
        for (place, number) in numbers.enumerate() {
            if let Some(number) = number {
                places[next[number] as usize] = place as u32;
                next[number] += 1;
            }
        }
        Self { offsets, places }
    }

    /// Groups all places by a column of numbers below `n_groups`.
    pub(crate) fn by(n_groups: usize, column: &[u32]) -> Self {
        Self::of(n_groups, column.iter().map(|number| Some(*number as usize)))
    }

    pub(crate) fn n_groups(&self) -> usize {
        self.offsets.len() - 1
    }

    /// The places of a group.
    pub(crate) fn places(&self, number: usize) -> impl ExactSizeIterator<Item = usize> + '_ {
        self.slice(number).iter().map(|place| *place as usize)
    }

    /// The same as they are kept.
    pub(crate) fn slice(&self, number: usize) -> &[u32] {
        &self.places[self.offsets[number] as usize..self.offsets[number + 1] as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn each_group_has_its_places_in_their_order(
            numbers in proptest::collection::vec(proptest::option::of(0_usize..9), 0..60),
        ) {
            let grouped = Grouped::of(9, numbers.iter().copied());
            prop_assert_eq!(grouped.n_groups(), 9);
            for group in 0..9 {
                let is_in = |place: &usize| numbers[*place] == Some(group);
                let slow: Vec<usize> = (0..numbers.len()).filter(is_in).collect();
                prop_assert_eq!(grouped.places(group).collect::<Vec<_>>(), slow);
            }
        }
    }
}
