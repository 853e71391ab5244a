//! Who uses what, both ways: the items of each place and the places of each item.

/// A table of places and items with its used cells, by rows and by columns.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Incidence {
    row_starts: Vec<u32>,
    items: Vec<u32>,
    column_starts: Vec<u32>,
    places: Vec<u32>,
}

impl Incidence {
    /// From used cells (place, item), each once, in any order.
    pub(super) fn new(n_places: usize, n_items: usize, cells: &[(u32, u32)]) -> Self {
        let (row_starts, items) = gathered(n_places, cells.iter().copied());
        let mut table = Self {
            row_starts,
            items,
            ..Self::default()
        };
        // Row by row, so that the places of an item are sorted.
        let turned = (0..n_places as u32).flat_map(|place| {
            let items = table.items(place).iter();
            items.map(move |item| (*item, place))
        });
        let (column_starts, places) = gathered(n_items, turned);
        table.column_starts = column_starts;
        table.places = places;
        table
    }

    /// Number of places.
    pub(super) fn n_places(&self) -> usize {
        self.row_starts.len().saturating_sub(1)
    }

    /// The items used at a place.
    pub(super) fn items(&self, place: u32) -> &[u32] {
        let place = place as usize;
        &self.items[self.row_starts[place] as usize..self.row_starts[place + 1] as usize]
    }

    /// The places that use an item, sorted.
    pub(super) fn places(&self, item: u32) -> &[u32] {
        let item = item as usize;
        &self.places[self.column_starts[item] as usize..self.column_starts[item + 1] as usize]
    }
}

/// Counting sort: the second of each pair, gathered by the first; equal ones stay in order.
fn gathered(n: usize, pairs: impl Iterator<Item = (u32, u32)> + Clone) -> (Vec<u32>, Vec<u32>) {
    let mut starts = vec![0_u32; n + 1];
    let mut n_pairs = 0;
    for (first, _) in pairs.clone() {
        starts[first as usize + 1] += 1;
        n_pairs += 1;
    }
    for index in 0..n {
        starts[index + 1] += starts[index];
    }
    let mut next = starts.clone();
    let mut seconds = vec![0; n_pairs];
    for (first, second) in pairs {
        let at = &mut next[first as usize];
        seconds[*at as usize] = second;
        *at += 1;
    }
    (starts, seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn both_ways() {
        let table = Incidence::new(4, 3, &[(3, 1), (0, 2), (0, 0), (2, 1), (0, 1)]);
        assert_eq!(table.items(0), [2, 0, 1]);
        assert_eq!(table.items(1), [0_u32; 0]);
        assert_eq!(table.places(1), [0, 2, 3]);
        assert_eq!(table.places(0), [0]);
        assert_eq!(table.n_places(), 4);
    }
}
