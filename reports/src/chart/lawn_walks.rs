//! The worn ways across the lawn: a bundle of strokes a kind of walk, wider with more people.

use super::canvas::{Drawn, Pen, Point};
use super::colour::Tint;
use super::lawn_layout::WIDTH;

const N_SAMPLES: usize = 40;
/// Places closer than this in height stand in one row, label edges and middles alike.
const SAME_ROW: f64 = 40.0;

/// How the strokes of a kind are broken, so that kinds differ without colour.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Gait {
    /// Unbroken.
    Trodden,
    /// Long dashes.
    Striding,
    /// Short dashes.
    Tiptoe,
}

/// The gait of the n-th kind.
pub(super) fn gait(index: usize) -> Gait {
    [Gait::Trodden, Gait::Striding, Gait::Tiptoe][index % 3]
}

/// One bundle.
#[derive(Debug, Clone)]
pub(super) struct Bundle {
    /// Its middle line, sampled.
    pub(super) spine: Vec<Point>,
    /// Pages that it passes on its way.
    pub(super) stops: Vec<usize>,
    /// People in it.
    pub(super) n_people: u64,
    /// How wide it lies in its middle.
    pub(super) width: f64,
    /// How its strokes are broken.
    pub(super) gait: Gait,
}

/// Width of a bundle: grows with the root of the people, so that ten times the people still fit.
pub(super) fn width(n_people: u64) -> f64 {
    (3.2 * (n_people as f64).sqrt()).clamp(4.0, 56.0)
}

/// The middle line from one place to another, over the places between. Within a row it swings
/// `bow` units out below; between rows it leaves and arrives upright, where the lawn is free.
pub(super) fn spine(stops: &[Point], bow: f64) -> Vec<Point> {
    let pieces = stops.windows(2).flat_map(|pair| {
        let [from, to] = [pair[0], pair[1]];
        if (to.1 - from.1).abs() < SAME_ROW {
            swing(from, to, bow)
        } else {
            cross(from, to, bow)
        }
    });
    pieces
        .map(|(x, y)| (x.clamp(6.0, WIDTH - 6.0), y))
        .collect()
}

/// A swing out below two places.
pub(super) fn swing(from: Point, to: Point, bow: f64) -> Vec<Point> {
    // A cubic curve reaches three quarters of the way to its control points.
    let depth = from.1.max(to.1) + bow / 0.75;
    let aside = (to.0 - from.0) * 0.28;
    bezier(from, (from.0 + aside, depth), (to.0 - aside, depth), to)
}

fn cross(from: Point, to: Point, bow: f64) -> Vec<Point> {
    let climb = (to.1 - from.1) * 0.62;
    // Straight below one another the planned link would be hidden.
    let aside = match (to.0 - from.0).abs() < 60.0 {
        true if from.0 < WIDTH / 2.0 => bow,
        true => -bow,
        false => 0.0,
    };
    // Each further walk crosses a little lower.
    let lower = if aside == 0.0 { bow * 0.7 - 36.0 } else { 0.0 };
    let pulls = [from.1 + climb, to.1 - climb].map(|y| y + lower);
    bezier(
        from,
        (from.0 + aside, pulls[0]),
        (to.0 + aside, pulls[1]),
        to,
    )
}

/// Points of a cubic Bezier curve: from the first to the last, pulled by the two between.
pub(super) fn bezier(from: Point, pull: Point, draw: Point, to: Point) -> Vec<Point> {
    (0..=N_SAMPLES)
        .map(|i| {
            let done = i as f64 / N_SAMPLES as f64;
            let left = 1.0 - done;
            let weights = [
                left.powi(3),
                3.0 * left * left * done,
                3.0 * left * done * done,
                done.powi(3),
            ];
            let mix = |axis: fn(Point) -> f64| -> f64 {
                [from, pull, draw, to]
                    .into_iter()
                    .map(axis)
                    .zip(weights)
                    .map(|(at, weight)| at * weight)
                    .sum()
            };
            (mix(|point| point.0), mix(|point| point.1))
        })
        .collect()
}

/// Draws the bundle: strokes side by side, closest together at the two ends, as feet go.
pub(super) fn draw(pen: &Pen<'_>, bundle: &Bundle) -> Drawn {
    let wide = bundle.width;
    let n_strokes = (bundle.n_people / 3).clamp(4, 18);
    let alpha = if bundle.gait == Gait::Trodden {
        0.28
    } else {
        0.45
    };
    for stroke in 0..n_strokes {
        // Spread evenly, then shifted a little by a fixed pattern: the same data, the same picture.
        let even = (stroke as f64 + 0.5) / n_strokes as f64 - 0.5;
        let jitter = ((stroke * 37 + 11) % 17) as f64 / 17.0 - 0.5;
        let offset = wide * (even + jitter / n_strokes as f64);
        let points = shifted(&bundle.spine, offset);
        for piece in broken(&points, bundle.gait) {
            pen.line(piece, Tint::Earth, alpha, across(bundle))?;
        }
    }
    Ok(())
}

/// Width of one stroke of the bundle.
fn across(bundle: &Bundle) -> f64 {
    2.2 + bundle.width / 14.0
}

/// The width of a stroke, and strokes from one edge of the bundle to the other: no stroke lies
/// further out, and no label fits between two of them.
pub(super) fn edges(bundle: &Bundle) -> (f64, Vec<Vec<Point>>) {
    let strokes = (-2..=2).map(|i| shifted(&bundle.spine, bundle.width * f64::from(i) / 4.0));
    (across(bundle), strokes.collect())
}

/// The curve moved sideways: by `offset` in its middle, by a third of it at its ends.
fn shifted(spine: &[Point], offset: f64) -> Vec<Point> {
    let last = spine.len().saturating_sub(1);
    (0..spine.len())
        .map(|i| {
            let (before, after) = (spine[i.saturating_sub(1)], spine[(i + 1).min(last)]);
            let (dx, dy) = (after.0 - before.0, after.1 - before.1);
            let length = dx.hypot(dy).max(1e-6);
            let along = i as f64 / last.max(1) as f64;
            let swell = 0.33 + 0.67 * (along * std::f64::consts::PI).sin();
            let by = offset * swell / length;
            (spine[i].0 - dy * by, spine[i].1 + dx * by)
        })
        .collect()
}

/// The pieces of a stroke that are drawn.
pub(super) fn broken(points: &[Point], gait: Gait) -> Vec<&[Point]> {
    let (drawn, gap) = match gait {
        Gait::Trodden => return vec![points],
        Gait::Striding => (3, 2),
        Gait::Tiptoe => (1, 2),
    };
    (0..points.len().saturating_sub(1))
        .step_by(drawn + gap)
        .map(|start| &points[start..(start + drawn + 1).min(points.len())])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_people_wear_a_wider_way() {
        assert!(width(120) > width(48) && width(48) > width(9));
        assert!(width(1_000_000) <= 56.0);
    }

    #[test]
    fn a_spine_keeps_its_ends_and_bows_down() {
        let points = spine(&[(100.0, 300.0), (600.0, 300.0)], 60.0);
        assert_eq!(points[0], (100.0, 300.0));
        assert_eq!(points[points.len() - 1], (600.0, 300.0));
        let deepest = points.iter().map(|p| p.1).fold(0.0, f64::max);
        assert!((deepest - 360.0).abs() < 1.0, "{deepest}");
    }
}
