//! Which groups of two windows are the same: the assignment with the largest sum of Jaccard indices.

/// Persons that a group of one window and one of another share.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Overlap {
    pub(super) before: usize,
    pub(super) after: usize,
    pub(super) n_common: usize,
}

/// All pairs of groups that share somebody, sorted. The lists are sorted and hold each person once.
pub(super) fn overlaps(before: &[&[u32]], after: &[&[u32]]) -> Vec<Overlap> {
    let by_person = |groups: &[&[u32]]| {
        let pairs = groups.iter().enumerate();
        let mut pairs: Vec<(u32, usize)> = pairs
            .flat_map(|(at, people)| people.iter().map(move |person| (*person, at)))
            .collect();
        pairs.sort_unstable();
        pairs
    };
    let (old, new) = (by_person(before), by_person(after));
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    let mut first = 0;
    for (person, before) in old {
        while new.get(first).is_some_and(|pair| pair.0 < person) {
            first += 1;
        }
        let same = new[first..].iter().take_while(|pair| pair.0 == person);
        pairs.extend(same.map(|(_, after)| (before, *after)));
    }
    pairs.sort_unstable();
    let overlap = |run: &[(usize, usize)]| Overlap {
        before: run[0].0,
        after: run[0].1,
        n_common: run.len(),
    };
    pairs.chunk_by(|a, b| a == b).map(overlap).collect()
}

/// Pairs each row with at most one column so that the sum of the gains (above 0) is largest; pairs not listed are
/// not made. Only rows and columns that hang together by listed pairs are looked at together, so that many small
/// groups stay cheap.
pub(super) fn assign(gains: &[(usize, usize, f64)]) -> Vec<(usize, usize)> {
    let mut gains = gains.to_vec();
    gains.sort_by_key(|gain| (gain.0, gain.1));
    let mut pairs = Vec::new();
    for piece in pieces(&gains) {
        let mut rows: Vec<usize> = piece.iter().map(|gain| gain.0).collect();
        let mut columns: Vec<usize> = piece.iter().map(|gain| gain.1).collect();
        rows.dedup();
        columns.sort_unstable();
        columns.dedup();
        let place =
            |list: &[usize], value: usize| list.binary_search(&value).expect("of the piece");
        // Each row may stay alone at no cost: it has a column of its own for that.
        let n_columns = columns.len() + rows.len();
        let mut costs = vec![vec![0.0; n_columns]; rows.len()];
        for (row, column, gain) in &piece {
            costs[place(&rows, *row)][place(&columns, *column)] = -gain;
        }
        for (row, column) in cheapest(&costs).into_iter().enumerate() {
            if column < columns.len() && costs[row][column] < 0.0 {
                pairs.push((rows[row], columns[column]));
            }
        }
    }
    pairs.sort_unstable();
    pairs
}

/// The gains by what hangs together, each piece sorted.
fn pieces(gains: &[(usize, usize, f64)]) -> Vec<Vec<(usize, usize, f64)>> {
    let n_rows = gains.iter().map(|gain| gain.0 + 1).max().unwrap_or(0);
    let n_columns = gains.iter().map(|gain| gain.1 + 1).max().unwrap_or(0);
    let mut root: Vec<usize> = (0..n_rows + n_columns).collect();
    for (row, column, _) in gains {
        let (one, other) = (find(&mut root, *row), find(&mut root, n_rows + column));
        root[one.max(other)] = one.min(other);
    }
    let mut sorted: Vec<(usize, (usize, usize, f64))> = gains
        .iter()
        .map(|gain| (find(&mut root, gain.0), *gain))
        .collect();
    sorted.sort_by_key(|(piece, gain)| (*piece, gain.0, gain.1));
    let of_piece = |run: &[(usize, (usize, usize, f64))]| run.iter().map(|one| one.1).collect();
    sorted.chunk_by(|a, b| a.0 == b.0).map(of_piece).collect()
}

/// The first of those that hang together with a row or column.
fn find(root: &mut [usize], mut at: usize) -> usize {
    while root[at] != at {
        root[at] = root[root[at]];
        at = root[at];
    }
    at
}

/// The column of each row at the least sum of costs, no column twice; there are at least as many columns as rows.
/// Rows are added one by one along the shortest path of changes (Kuhn 1955, Munkres 1957, in the form of Jonker and
/// Volgenant 1987): prices of rows and columns keep all costs at or above 0, so that Dijkstra's search applies.
fn cheapest(costs: &[Vec<f64>]) -> Vec<usize> {
    const NONE: usize = usize::MAX;
    let n_columns = costs.first().map_or(0, Vec::len);
    let mut row_of = vec![NONE; n_columns];
    let mut row_prices = vec![0.0; costs.len()];
    let mut column_prices = vec![0.0; n_columns];
    for added in 0..costs.len() {
        let mut distance = vec![f64::INFINITY; n_columns];
        let mut before = vec![NONE; n_columns];
        let mut is_done = vec![false; n_columns];
        let (mut row, mut from, mut so_far) = (added, NONE, 0.0);
        let end = loop {
            let mut nearest = NONE;
            for column in (0..n_columns).filter(|column| !is_done[*column]) {
                let step = costs[row][column] - row_prices[row] - column_prices[column];
                if so_far + step < distance[column] {
                    distance[column] = so_far + step;
                    before[column] = from;
                }
                if nearest == NONE || distance[column] < distance[nearest] {
                    nearest = column;
                }
            }
            is_done[nearest] = true;
            so_far = distance[nearest];
            if row_of[nearest] == NONE {
                break nearest;
            }
            (row, from) = (row_of[nearest], nearest);
        };
        row_prices[added] += so_far;
        for column in (0..n_columns).filter(|column| is_done[*column] && *column != end) {
            let change = so_far - distance[column];
            column_prices[column] -= change;
            row_prices[row_of[column]] += change;
        }
        let mut column = end;
        while before[column] != NONE {
            row_of[column] = row_of[before[column]];
            column = before[column];
        }
        row_of[column] = added;
    }
    let mut column_of = vec![NONE; costs.len()];
    for (column, row) in row_of.into_iter().enumerate().filter(|pair| pair.1 != NONE) {
        column_of[row] = column;
    }
    column_of
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn shared_persons_are_counted() {
        let found = overlaps(&[&[1, 2, 3], &[4, 5]], &[&[3, 4], &[1, 2, 9]]);
        let expected = [(0, 0, 1), (0, 1, 2), (1, 0, 1)];
        let expected = expected.map(|(before, after, n_common)| Overlap {
            before,
            after,
            n_common,
        });
        assert_eq!(found, expected);
        assert!(overlaps(&[], &[&[1]]).is_empty());
    }

    #[test]
    fn the_sum_counts_and_not_the_first_best() {
        let gains = [(0, 0, 0.6), (0, 1, 0.5), (1, 0, 0.5)];
        assert_eq!(assign(&gains), [(0, 1), (1, 0)]);
        assert_eq!(assign(&[(7, 3, 0.2)]), [(7, 3)]);
        assert!(assign(&[]).is_empty());
    }

    /// Every way to pair up is tried.
    fn best_of_all(gains: &[(usize, usize, f64)], row: usize, used: u32) -> f64 {
        if row == 6 {
            return 0.0;
        }
        let with = gains
            .iter()
            .filter(|gain| gain.0 == row && used >> gain.1 & 1 == 0);
        with.map(|gain| gain.2 + best_of_all(gains, row + 1, used | 1 << gain.1))
            .fold(best_of_all(gains, row + 1, used), f64::max)
    }

    proptest! {
        #[test]
        fn no_way_to_pair_up_is_better(
            table in proptest::collection::btree_map((0_usize..6, 0_usize..6), 1_u32..100, 0..20),
        ) {
            let gains: Vec<(usize, usize, f64)> =
                table.iter().map(|((row, column), gain)| (*row, *column, f64::from(*gain))).collect();
            let pairs = assign(&gains);
            let sum: u32 = pairs.iter().map(|pair| table[pair]).sum();
            prop_assert!((f64::from(sum) - best_of_all(&gains, 0, 0)).abs() < 1e-6);
            let mut columns: Vec<usize> = pairs.iter().map(|pair| pair.1).collect();
            columns.sort_unstable();
            columns.dedup();
            prop_assert_eq!(columns.len(), pairs.len());
        }
    }
}
