//! Where the pages of the lawn stand: a row a depth, children below their parents, the two ends of
//! the worn path far apart.

use std::collections::BTreeSet;

use super::canvas::Point;
use crate::model::Lawn;

/// A row holds so many labels before they become too narrow to read.
const MOST_IN_ROW: usize = 6;
const MOST_ROWS: usize = 7;

/// Width of the lawn.
pub(super) const WIDTH: f64 = 700.0;
/// Middle of the first row.
pub(super) const FIRST_ROW: f64 = 40.0;
/// From one row to the next.
pub(super) const ROW_GAP: f64 = 104.0;

/// The places of the pages.
#[derive(Debug)]
pub(super) struct Layout {
    /// For each page of the lawn its middle; `None` where it had no room.
    pub(super) places: Vec<Option<Point>>,
    /// Width that a label may take in the row of each page.
    pub(super) room: Vec<f64>,
}

/// Lays the pages out; pages of the planned way, of the walks and the two ends always have room.
pub(super) fn layout(lawn: &Lawn) -> Layout {
    let kept = keep(lawn);
    let order = walk_order(lawn, &kept);
    let depths: BTreeSet<u32> = kept.iter().map(|&i| lawn.pages[i].depth).collect();
    let mut layout = Layout {
        places: vec![None; lawn.pages.len()],
        room: vec![0.0; lawn.pages.len()],
    };
    for (row, depth) in depths.into_iter().enumerate() {
        let in_row: Vec<usize> = order
            .iter()
            .copied()
            .filter(|&i| lawn.pages[i].depth == depth)
            .collect();
        let slot = WIDTH / in_row.len() as f64;
        for (i, page) in in_row.into_iter().enumerate() {
            let x = slot * (i as f64 + 0.5);
            layout.places[page] = Some((x, FIRST_ROW + ROW_GAP * row as f64));
            layout.room[page] = (slot - 12.0).min(230.0);
        }
    }
    layout
}

/// Pages that are drawn: those that matter, then others while their row has room.
fn keep(lawn: &Lawn) -> BTreeSet<usize> {
    let exists = |i: &usize| *i < lawn.pages.len();
    let vias = lawn.walks.iter().flat_map(|walk| walk.via.iter().copied());
    let ends = [lawn.from, lawn.to];
    let mut kept: BTreeSet<usize> = ends
        .into_iter()
        .chain(lawn.route.iter().copied())
        .chain(vias)
        .filter(exists)
        .collect();
    for i in 0..lawn.pages.len() {
        let depth = lawn.pages[i].depth;
        let n_in_row = kept
            .iter()
            .filter(|&&j| lawn.pages[j].depth == depth)
            .count();
        let depths: BTreeSet<u32> = kept.iter().map(|&j| lawn.pages[j].depth).collect();
        if n_in_row < MOST_IN_ROW && (depths.contains(&depth) || depths.len() < MOST_ROWS) {
            kept.insert(i);
        }
    }
    kept
}

/// Depth-first order over the tree, so that links between rows do not cross. The branch that holds
/// the path's start comes first, the one that holds its end last.
fn walk_order(lawn: &Lawn, kept: &BTreeSet<usize>) -> Vec<usize> {
    let parents = parents(lawn, kept);
    let start = ancestors(&parents, lawn.from);
    let end = ancestors(&parents, lawn.to);
    let weight = |i: usize| {
        (
            i32::from(end.contains(&i)) - i32::from(start.contains(&i)),
            i,
        )
    };
    let children = |of: Option<usize>| {
        let mut below: Vec<usize> = kept
            .iter()
            .copied()
            .filter(|&i| parents[i] == of && Some(i) != of)
            .collect();
        below.sort_by_key(|&i| std::cmp::Reverse(weight(i)));
        below
    };
    let mut order = Vec::new();
    let mut open = children(None);
    while let Some(page) = open.pop() {
        order.push(page);
        open.extend(children(Some(page)));
    }
    order
}

/// The page above each page: a planned link from a lesser depth, the nearest one first.
fn parents(lawn: &Lawn, kept: &BTreeSet<usize>) -> Vec<Option<usize>> {
    let depth = |i: usize| lawn.pages[i].depth;
    (0..lawn.pages.len())
        .map(|page| {
            let above = |&&(from, to): &&(usize, usize)| {
                to == page && kept.contains(&from) && depth(from) < depth(page)
            };
            lawn.links
                .iter()
                .filter(above)
                .map(|&(from, _)| from)
                .max_by_key(|&from| (depth(from), std::cmp::Reverse(from)))
        })
        .collect()
}

/// The page and all pages above it; depths fall strictly, so this ends.
fn ancestors(parents: &[Option<usize>], page: usize) -> BTreeSet<usize> {
    std::iter::successors(Some(page), |&i| parents.get(i).copied().flatten()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::LawnPage;

    fn tree() -> Lawn {
        let page = |depth| LawnPage {
            depth,
            ..LawnPage::default()
        };
        Lawn {
            pages: [0, 1, 1, 1, 2, 2, 2].map(page).to_vec(),
            links: vec![(0, 1), (0, 2), (0, 3), (1, 4), (3, 5), (2, 6)],
            from: 5,
            to: 4,
            ..Lawn::default()
        }
    }

    #[test]
    fn the_start_stands_left_and_the_end_right() {
        let layout = layout(&tree());
        let x = |i: usize| layout.places[i].unwrap().0;
        assert!(x(5) < x(6) && x(6) < x(4));
        assert!(x(3) < x(2) && x(2) < x(1));
        assert!((x(0) - WIDTH / 2.0).abs() < 1e-9);
    }

    #[test]
    fn a_crowded_row_keeps_what_matters() {
        let page = LawnPage {
            depth: 1,
            ..LawnPage::default()
        };
        let lawn = Lawn {
            pages: vec![page; 40],
            from: 38,
            to: 39,
            ..Lawn::default()
        };
        let layout = layout(&lawn);
        assert_eq!(layout.places.iter().flatten().count(), MOST_IN_ROW);
        assert!(layout.places[38].is_some() && layout.places[39].is_some());
    }
}
