//! Where the pages of the lawn stand: a row a depth, children below their parents, the two ends of
//! the worn path far apart.
//!
//! A label takes the width that its name needs. Pages of the planned way, of the walks and the two
//! ends always have room; a neighbour is drawn only where its whole name fits beside them, and where
//! no walk goes over it.

use std::collections::BTreeSet;

use super::canvas::Point;
use crate::model::Lawn;

/// More labels in a row are a crowd.
const MOST_IN_ROW: usize = 6;
const MOST_ROWS: usize = 7;
/// A longer neighbour would be no neighbour but a banner.
const WIDEST_NEIGHBOUR: f64 = 230.0;
/// Least grass between two labels of a row.
const GAP: f64 = 14.0;

/// Width of the lawn.
pub(super) const WIDTH: f64 = 700.0;
/// Middle of the first row.
pub(super) const FIRST_ROW: f64 = 40.0;
/// From one row to the next.
pub(super) const ROW_GAP: f64 = 104.0;
/// Height of a label.
pub(super) const PILL: f64 = 32.0;

/// The places of the pages.
#[derive(Debug, Clone)]
pub(super) struct Layout {
    /// For each page of the lawn its middle; `None` where it had no room.
    pub(super) places: Vec<Option<Point>>,
    /// Width of each page's label.
    pub(super) widths: Vec<f64>,
}

/// A rectangle: left, top, right, bottom.
pub(super) type Area = [f64; 4];

impl Layout {
    /// The rectangle that a page's label covers.
    pub(super) fn area(&self, page: usize) -> Option<Area> {
        let (x, y) = self.places.get(page).copied().flatten()?;
        let half = self.widths[page] / 2.0;
        Some([x - half, y - PILL / 2.0, x + half, y + PILL / 2.0])
    }

    /// The lower edge of the lowest label.
    pub(super) fn bottom(&self) -> f64 {
        let places = self.places.iter().flatten();
        places.map(|place| place.1 + PILL / 2.0).fold(0.0, f64::max)
    }
}

/// Pages without which the picture would not tell the path: its ends, the planned way, the walks.
pub(super) fn essential(lawn: &Lawn) -> BTreeSet<usize> {
    let vias = lawn.walks.iter().flat_map(|walk| walk.via.iter().copied());
    [lawn.from, lawn.to]
        .into_iter()
        .chain(lawn.route.iter().copied())
        .chain(vias)
        .filter(|&page| page < lawn.pages.len())
        .collect()
}

/// Lays the pages out. `wanted` is the width of each page's label, `aside` the grass that is kept
/// free on the left and on the right, and `without` are neighbours that must not be drawn.
pub(super) fn layout(lawn: &Lawn, wanted: &[f64], aside: f64, without: &BTreeSet<usize>) -> Layout {
    let room = WIDTH - 2.0 * aside;
    let kept = keep(lawn, wanted, room, without);
    let order = walk_order(lawn, &kept);
    let depths: BTreeSet<u32> = kept.iter().map(|&i| lawn.pages[i].depth).collect();
    let mut layout = Layout {
        places: vec![None; lawn.pages.len()],
        widths: wanted.to_vec(),
    };
    for (row, depth) in depths.into_iter().enumerate() {
        let in_row = ends_outside(lawn, order.iter().copied(), depth);
        let y = FIRST_ROW + ROW_GAP * row as f64;
        place_row(&mut layout, &in_row, room, (aside, y));
    }
    layout
}

/// The pages of a row from left to right; the path's start is the first, its end the last of theirs.
fn ends_outside(lawn: &Lawn, order: impl Iterator<Item = usize>, depth: u32) -> Vec<usize> {
    let mut in_row: Vec<usize> = order.filter(|&i| lawn.pages[i].depth == depth).collect();
    in_row.sort_by_key(|&page| i32::from(page == lawn.to) - i32::from(page == lawn.from));
    in_row
}

/// Spreads labels over a row with the same grass between any two.
fn place_row(layout: &mut Layout, in_row: &[usize], room: f64, (left, y): Point) {
    let n = in_row.len() as f64;
    let widest = widest(layout, in_row, room - GAP * n);
    for &page in in_row {
        layout.widths[page] = layout.widths[page].min(widest);
    }
    let taken: f64 = in_row.iter().map(|&page| layout.widths[page]).sum();
    let gap = (room - taken) / n;
    let mut x = left + gap / 2.0;
    for &page in in_row {
        layout.places[page] = Some((x + layout.widths[page] / 2.0, y));
        x += layout.widths[page] + gap;
    }
}

/// The width that no label may exceed for the row to fit: narrow ones keep theirs, wide ones share
/// what is left.
fn widest(layout: &Layout, in_row: &[usize], room: f64) -> f64 {
    let mut widths: Vec<f64> = in_row.iter().map(|&page| layout.widths[page]).collect();
    widths.sort_by(f64::total_cmp);
    let mut left = room;
    for (i, &width) in widths.iter().enumerate() {
        let share = left / (widths.len() - i) as f64;
        if width > share {
            return share.max(4.0);
        }
        left -= width;
    }
    room
}

/// Pages that are drawn: those that matter, then others while their row has room for the whole name.
fn keep(lawn: &Lawn, wanted: &[f64], room: f64, without: &BTreeSet<usize>) -> BTreeSet<usize> {
    let mut kept = essential(lawn);
    for page in 0..lawn.pages.len() {
        let depth = lawn.pages[page].depth;
        let in_row = || {
            kept.iter()
                .filter(|&&other| lawn.pages[other].depth == depth)
        };
        let taken: f64 = in_row().map(|&other| wanted[other] + GAP).sum();
        let depths: BTreeSet<u32> = kept.iter().map(|&other| lawn.pages[other].depth).collect();
        let has_row = depths.contains(&depth) || depths.len() < MOST_ROWS;
        let is_short = wanted[page] <= WIDEST_NEIGHBOUR && taken + wanted[page] + GAP <= room;
        let has_room = has_row && is_short && in_row().count() < MOST_IN_ROW;
        if has_room && !without.contains(&page) {
            kept.insert(page);
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

    fn laid_out(lawn: &Lawn) -> Layout {
        layout(lawn, &vec![90.0; lawn.pages.len()], 0.0, &BTreeSet::new())
    }

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
        let layout = laid_out(&tree());
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
        let layout = laid_out(&lawn);
        assert_eq!(layout.places.iter().flatten().count(), MOST_IN_ROW);
        assert!(layout.places[38].is_some() && layout.places[39].is_some());
    }

    #[test]
    fn a_neighbour_has_its_whole_name_or_is_not_drawn() {
        let mut wanted = vec![90.0; 7];
        wanted[2] = 600.0;
        let layout = layout(&tree(), &wanted, 0.0, &BTreeSet::new());
        assert!(layout.places[2].is_none());
        // What matters is drawn, and shares the row where it is too wide.
        wanted[4] = 500.0;
        wanted[5] = 500.0;
        let layout = super::layout(&tree(), &wanted, 0.0, &BTreeSet::new());
        let widths = (layout.widths[4], layout.widths[5]);
        assert!(
            widths.0 > 250.0 && widths.0 + widths.1 <= WIDTH,
            "{widths:?}"
        );
    }
}
