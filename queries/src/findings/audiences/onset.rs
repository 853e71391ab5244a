//! Since when: the week in which a share began to move, and the weeks in which it may have.
//!
//! The alarm itself comes late. A level, a ramp and a new level are laid through all weeks, by least squares weighted by
//! people; a step is the ramp of one week. The onset is the best one's; the interval holds every onset whose best ramp is
//! no surprise beside it (likelihood ratio, 95 %).

use super::cusum::Point;

/// 95 % of chi-squared with one degree of freedom.
const CHI: f64 = 3.841_459;

/// First weeks of the change, as places in the series.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Onset {
    pub at: usize,
    pub low: usize,
    pub high: usize,
}

/// The onset of a change in a series of at least three weeks; the first of equals.
pub(super) fn onset(points: &[Point]) -> Onset {
    let n = points.len();
    let best: Vec<f64> = (1..n).map(|first| rest_of(points, first)).collect();
    let least = best.iter().copied().fold(f64::INFINITY, f64::min);
    // Two levels and two ends of the ramp are fitted.
    let variance = (least / (n as f64 - 4.0).max(1.0)).max(1.0);
    let is_likely = |rest: &f64| *rest - least <= CHI * variance;
    let place = |place: Option<usize>| place.map_or(1, |place| place + 1);
    Onset {
        at: place(best.iter().position(|rest| *rest <= least)),
        low: place(best.iter().position(is_likely)),
        high: place(best.iter().rposition(is_likely)),
    }
}

/// What the best ramp that begins in this week leaves.
fn rest_of(points: &[Point], first: usize) -> f64 {
    let ends = first..points.len();
    let rests = ends.map(|last| {
        let steps = (last + 1 - first) as f64;
        let height = |week: usize| ((week + 1).saturating_sub(first) as f64 / steps).min(1.0);
        rest(points, height)
    });
    rests.fold(f64::INFINITY, f64::min)
}

/// Weighted squares left by the line through these heights.
fn rest(points: &[Point], height: impl Fn(usize) -> f64) -> f64 {
    let (mut w, mut x, mut y, mut xx, mut xy, mut yy) = (0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
    for (week, (value, people)) in points.iter().enumerate() {
        let at = height(week);
        w += people;
        x += people * at;
        y += people * value;
        xx += people * at * at;
        xy += people * at * value;
        yy += people * value * value;
    }
    let (of_x, of_xy, of_y) = (xx - x * x / w, xy - x * y / w, yy - y * y / w);
    if of_x > 0.0 {
        (of_y - of_xy * of_xy / of_x).max(0.0)
    } else {
        of_y
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::random::Random;

    #[test]
    fn onsets_of_steps_and_ramps_are_held() {
        for (steps, least) in [(1.0, 90), (8.0, 88)] {
            let mut n_held = 0;
            for seed in 0..100 {
                let mut random = Random::new(seed);
                let points: Vec<Point> = (0..40)
                    .map(|week| {
                        let risen = ((f64::from(week) - 19.0) / steps).clamp(0.0, 1.0);
                        (0.7 + 0.6 * risen + random.normal() / 10.0, 100.0)
                    })
                    .collect();
                let onset = onset(&points);
                n_held += u32::from(onset.low <= 20 && 20 <= onset.high);
            }
            assert!(n_held >= least, "{n_held} of 100, {steps} weeks");
        }
    }
}
