//! Which way the walks take over the lawn, so that they go over no label.
//!
//! The short way is tried first. Neighbours under it give way; where it would go over a page that
//! matters, all walks go round the outside instead, through grass that is kept free for them.

use std::collections::BTreeSet;

use super::canvas::Point;
use super::lawn_layout::{Area, Layout, PILL, WIDTH, essential, layout};
use super::lawn_walks::{Bundle, bezier, edges, gait, spine, swing, width};
use crate::model::{Lawn, LawnWalk};

/// How far the first walk swings out below its two ends, and each further one.
const BOW: (f64, f64) = (52.0, 44.0);
/// Grass on either side when the walks go round, and what each of them takes of it.
const ASIDE: f64 = 64.0;
const LANE: f64 = 14.0;
/// Least grass between a walk and a label.
const CLEAR: f64 = 2.0;

/// How walks cross the grass when they do not go round it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Crossing {
    /// Between the edges that face each other; in one row in a swing below it.
    Facing,
    /// Along the row of the end, into its side.
    IntoTheSide,
    /// Out of the side of the start, along its row.
    OutOfTheSide,
    /// In a swing below both.
    Below,
}

/// The places of the labels, and the walks that keep clear of them: the crossing for which the
/// fewest neighbours have to give way.
pub(super) fn ways(lawn: &Lawn, walks: &[LawnWalk], wanted: &[f64]) -> (Layout, Vec<Bundle>) {
    let n_drawn = |places: &Layout| places.places.iter().flatten().count();
    [
        Crossing::Facing,
        Crossing::IntoTheSide,
        Crossing::OutOfTheSide,
        Crossing::Below,
    ]
    .into_iter()
    .filter_map(|crossing| clear(lawn, walks, wanted, crossing))
    // Of equals the first, which is the last that is asked about.
    .rev()
    .max_by_key(|(places, _)| n_drawn(places))
    .unwrap_or_else(|| {
        let places = layout(lawn, wanted, ASIDE, &BTreeSet::new());
        let bundles = round(lawn, walks, &places);
        (places, bundles)
    })
}

/// The walks across, with the neighbours under them left out; `None` where a walk would go over a
/// page that matters.
fn clear(
    lawn: &Lawn,
    walks: &[LawnWalk],
    wanted: &[f64],
    crossing: Crossing,
) -> Option<(Layout, Vec<Bundle>)> {
    let matters = essential(lawn);
    let mut without = BTreeSet::new();
    loop {
        let places = layout(lawn, wanted, 0.0, &without);
        let bundles = across(lawn, walks, &places, crossing);
        let under = covered(lawn, &places, &bundles);
        if under.is_empty() {
            return Some((places, bundles));
        }
        if !under.is_disjoint(&matters) {
            return None;
        }
        without.extend(under);
    }
}

/// Pages whose label one of the walks goes over. A walk may go over the pages that it stops at, and
/// touches the two ends where it leaves and arrives.
fn covered(lawn: &Lawn, places: &Layout, bundles: &[Bundle]) -> BTreeSet<usize> {
    let is_end = |page| page == lawn.from || page == lawn.to;
    let is_under = |page: usize, bundle: &Bundle, area: Area| match page {
        page if is_end(page) => returns_to(bundle, area),
        page => !bundle.stops.contains(&page) && goes_over(bundle, area),
    };
    (0..lawn.pages.len())
        .filter(|&page| {
            let area = places.area(page);
            area.is_some_and(|area| bundles.iter().any(|bundle| is_under(page, bundle, area)))
        })
        .collect()
}

/// Whether a walk, once it has left or before it arrives, goes over the label of an end.
pub(super) fn returns_to(bundle: &Bundle, area: Area) -> bool {
    let n = bundle.spine.len();
    let between = bundle.spine.get(2..n.saturating_sub(2)).unwrap_or_default();
    between
        .windows(2)
        .any(|pair| crosses(pair[0], pair[1], area))
}

/// Whether any stroke of the bundle comes too near to a rectangle.
pub(super) fn goes_over(bundle: &Bundle, [left, top, right, bottom]: Area) -> bool {
    let (across, strokes) = edges(bundle);
    let near = CLEAR + across / 2.0;
    let wide = [left - near, top - near, right + near, bottom + near];
    strokes.iter().any(|stroke| {
        stroke
            .windows(2)
            .any(|pair| crosses(pair[0], pair[1], wide))
    })
}

/// Whether the line from one point to another touches a rectangle: what is left of it after cutting
/// off what lies beyond each of the four sides.
fn crosses(from: Point, to: Point, [left, top, right, bottom]: Area) -> bool {
    let (dx, dy) = (to.0 - from.0, to.1 - from.1);
    let (mut first, mut last) = (0.0_f64, 1.0_f64);
    for (step, room) in [
        (-dx, from.0 - left),
        (dx, right - from.0),
        (-dy, from.1 - top),
        (dy, bottom - from.1),
    ] {
        if step.abs() < 1e-9 {
            if room < 0.0 {
                return false;
            }
        } else if step < 0.0 {
            first = first.max(room / step);
        } else {
            last = last.min(room / step);
        }
    }
    first <= last
}

fn across(lawn: &Lawn, walks: &[LawnWalk], places: &Layout, crossing: Crossing) -> Vec<Bundle> {
    let draw = |(i, walk): (usize, &LawnWalk)| Bundle {
        spine: match crossing {
            Crossing::Facing => facing(lawn, walk, places, i),
            crossing => curve(lawn, places, crossing, i),
        },
        stops: walk.via.clone(),
        n_people: walk.n_people,
        width: width(walk.n_people),
        gait: gait(i),
    };
    walks.iter().enumerate().map(draw).collect()
}

/// The short way, over the pages that the walk stops at.
fn facing(lawn: &Lawn, walk: &LawnWalk, places: &Layout, index: usize) -> Vec<Point> {
    let between = walk.via.iter().filter_map(|&page| places.places[page]);
    let [start, goal] = doors(lawn, places, index);
    let stops: Vec<Point> = std::iter::once(start)
        .chain(between)
        .chain(std::iter::once(goal))
        .collect();
    spine(&stops, BOW.0 + BOW.1 * index as f64)
}

/// A single curve from the start to the end.
fn curve(lawn: &Lawn, places: &Layout, crossing: Crossing, index: usize) -> Vec<Point> {
    let [from, to] = [lawn.from, lawn.to].map(|page| places.places[page].unwrap_or_default());
    let ahead = if to.0 >= from.0 { 1.0 } else { -1.0 };
    let half = |page: usize| places.widths[page] / 2.0;
    let lower = 6.0 * index as f64 - 9.0;
    let [start, goal] = doors(lawn, places, index);
    match crossing {
        Crossing::IntoTheSide => {
            let goal = (to.0 - ahead * half(lawn.to), to.1 + lower);
            let pull = (start.0 + (goal.0 - start.0) * 0.4, goal.1);
            bezier(start, (start.0, goal.1), pull, goal)
        }
        Crossing::OutOfTheSide => {
            let start = (from.0 + ahead * half(lawn.from), from.1 + lower);
            let pull = (goal.0 - (goal.0 - start.0) * 0.4, start.1);
            bezier(start, pull, (goal.0, start.1), goal)
        }
        Crossing::Facing | Crossing::Below => {
            let [start, goal] =
                [(start, from), (goal, to)].map(|(door, at)| (door.0, at.1 + PILL / 2.0));
            swing(start, goal, BOW.0 + BOW.1 * index as f64)
        }
    }
}

/// Where the n-th walk leaves the first label and enters the last: side by side along the edges
/// that face each other (in one row the lower edges), so that arrows do not lie on one another.
fn doors(lawn: &Lawn, places: &Layout, index: usize) -> [Point; 2] {
    let [from, to] = [lawn.from, lawn.to].map(|page| places.places[page].unwrap_or_default());
    let ahead = if to.0 >= from.0 { 1.0 } else { -1.0 };
    let door = |page: usize, place: Point, other: Point, ahead: f64| {
        let half = (places.widths[page] / 2.0 - 16.0).max(0.0);
        let aside = (ahead * (34.0 - 26.0 * index as f64)).clamp(-half, half);
        let edge = if other.1 < place.1 {
            -PILL / 2.0
        } else {
            PILL / 2.0
        };
        (place.0 + aside, place.1 + edge)
    };
    [
        door(lawn.from, from, to, ahead),
        door(lawn.to, to, from, -ahead),
    ]
}

/// Round the outside: left of everything, below everything, and up again on the right. The start is
/// the first of its row and the end the last of its own, so nothing stands in between.
fn round(lawn: &Lawn, walks: &[LawnWalk], places: &Layout) -> Vec<Bundle> {
    let [from, to] = [lawn.from, lawn.to].map(|page| places.area(page).unwrap_or_default());
    walks
        .iter()
        .enumerate()
        .map(|(i, walk)| {
            // The outermost lane leaves highest: so the lanes do not cross.
            let inward = LANE * (i as f64 + 0.5);
            let height = |area: Area| f64::midpoint(area[1], area[3]) - 9.0 + 6.0 * i as f64;
            let outer = (walks.len() - 1 - i) as f64 + 1.0;
            let below = places.bottom() + 8.0 + LANE * outer;
            let corners = [
                (from[0], height(from)),
                (inward, height(from)),
                (inward, below),
                (WIDTH - inward, below),
                (WIDTH - inward, height(to)),
                (to[2], height(to)),
            ];
            Bundle {
                spine: rounded(&corners),
                stops: Vec::new(),
                n_people: walk.n_people,
                width: width(walk.n_people).min(LANE - 6.0),
                gait: gait(i),
            }
        })
        .collect()
}

/// A way along the corners, each of them cut by a short curve.
fn rounded(corners: &[Point]) -> Vec<Point> {
    let mut points = vec![corners[0]];
    for three in corners.windows(3) {
        let [before, corner, after] = [three[0], three[1], three[2]];
        let near = |other: Point| {
            let (dx, dy) = (other.0 - corner.0, other.1 - corner.1);
            let length = dx.hypot(dy).max(1e-6);
            let by = (length / 2.0).min(12.0) / length;
            (corner.0 + dx * by, corner.1 + dy * by)
        };
        let (start, end) = (near(before), near(after));
        along(&mut points, start);
        for i in 1..=6 {
            let done = f64::from(i) / 6.0;
            let left = 1.0 - done;
            let mix = |axis: fn(Point) -> f64| {
                left * left * axis(start)
                    + 2.0 * left * done * axis(corner)
                    + done * done * axis(end)
            };
            points.push((mix(|point| point.0), mix(|point| point.1)));
        }
    }
    along(&mut points, corners[corners.len() - 1]);
    points
}

/// On to a point in steps short enough for broken strokes.
fn along(points: &mut Vec<Point>, to: Point) {
    let from = points[points.len() - 1];
    let n = ((to.0 - from.0).hypot(to.1 - from.1) / 12.0)
        .ceil()
        .max(1.0);
    for i in 1..=n as u32 {
        let done = f64::from(i) / n;
        points.push((
            from.0 + (to.0 - from.0) * done,
            from.1 + (to.1 - from.1) * done,
        ));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_meets_a_rectangle_or_not() {
        let area = [10.0, 10.0, 20.0, 20.0];
        for (from, to, expected) in [
            ((0.0, 15.0), (30.0, 15.0), true),
            ((0.0, 0.0), (30.0, 30.0), true),
            ((15.0, 15.0), (16.0, 16.0), true),
            ((0.0, 15.0), (9.0, 15.0), false),
            ((0.0, 25.0), (30.0, 25.0), false),
            ((0.0, 22.0), (22.0, 0.0), true),
            ((0.0, 19.0), (19.0, 0.0), false),
        ] {
            assert_eq!(crosses(from, to, area), expected, "{from:?} {to:?}");
        }
    }
}
