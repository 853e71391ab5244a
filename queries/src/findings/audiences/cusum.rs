//! When a weekly share begins to leave its level: a cumulative sum that learns the level as it goes.
//!
//! The naive chart takes mean and deviation from a baseline of some weeks and believes them: with eight weeks the mean
//! itself is off by a third of a deviation, for the whole year, and the chart alarms on that. Here every week is held
//! against all weeks before it, through the t distribution of so few (self-starting, Hawkins 1987): its score is standard
//! normal however short the history. A week's variance is that of drawing its people, or more where the weeks so far
//! varied more; never less, since those who come every week are no proof that the share stands still.
//!
//! A share is looked at as its doubled arc sine, whose variance is one over the people at all shares; log-odds are skewed
//! where a unit is small.

use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

/// Weeks that only teach the level.
pub(super) const N_LEARNING: usize = 8;

/// Weeks that the belief "as varied as drawing people" is worth.
const PRIOR_WEEKS: f64 = 4.0;

/// Changes of less than twice this are not looked for: the allowance of METHODS (e), in deviations.
const ALLOWANCE: f64 = 0.5;

/// The decision bound for many sections: METHODS (e), 2 % of series a year and side.
const BOUND: f64 = 6.0;

/// A week so far out teaches no more than one at this many deviations: a change is not to become the level at once.
const MOST_TAUGHT: f64 = 3.0;

/// A week of a series: the doubled arc sine of the share, and how many people it is the share of.
pub(super) type Point = (f64, f64);

/// A sum that crossed the bound.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Alarm {
    /// Week in which it did.
    pub at: usize,
    /// First week of its run: the sum was 0 before.
    pub from: usize,
    /// 1 upward, -1 downward.
    pub direction: f64,
    /// The variance of weeks before the run, 1 where it is that of drawing people.
    pub dispersion: f64,
}

/// The level so far, weighted by people.
#[derive(Debug, Clone, Copy, Default)]
struct Level {
    n: f64,
    weight: f64,
    mean: f64,
    squares: f64,
}

impl Level {
    fn freedom(self) -> f64 {
        (self.n - 1.0).max(0.0) + PRIOR_WEEKS
    }

    fn dispersion(self) -> f64 {
        ((self.squares + PRIOR_WEEKS) / self.freedom()).max(1.0)
    }

    /// How far a week is out, in deviations of a prediction.
    fn distance(self, (y, people): Point) -> f64 {
        let variance = self.dispersion() * (1.0 / people + 1.0 / self.weight);
        (y - self.mean) / variance.sqrt()
    }

    fn learn(&mut self, (y, people): Point) {
        let step = y - self.mean;
        self.n += 1.0;
        self.weight += people;
        self.mean += step * people / self.weight;
        self.squares += people * step * (y - self.mean);
    }

    fn learn_at_most(&mut self, point: Point) {
        let distance = self.distance(point);
        let pulled = distance.clamp(-MOST_TAUGHT, MOST_TAUGHT) / distance;
        let y = if distance.abs() > MOST_TAUGHT {
            self.mean + (point.0 - self.mean) * pulled
        } else {
            point.0
        };
        self.learn((y, point.1));
    }
}

/// The alarms of a series, in order; after each the sums begin anew.
pub(super) fn alarms(points: &[Point]) -> Vec<Alarm> {
    let mut level = Level::default();
    let mut alarms = Vec::new();
    let mut runs = [(0.0, 0, 1.0), (0.0, 0, 1.0)];
    for (at, point) in points.iter().enumerate() {
        if at < N_LEARNING {
            level.learn(*point);
            continue;
        }
        let score = normal_score(level.distance(*point), level.freedom());
        for (run, direction) in runs.iter_mut().zip([1.0, -1.0]) {
            if run.0 <= 0.0 {
                *run = (0.0, at, level.dispersion());
            }
            run.0 = f64::max(0.0, run.0 + direction * score - ALLOWANCE);
            if run.0 > BOUND {
                alarms.push(Alarm {
                    at,
                    from: run.1,
                    direction,
                    dispersion: run.2,
                });
                run.0 = 0.0;
            }
        }
        level.learn_at_most(*point);
    }
    alarms
}

/// The normal deviation that is as rare as this one of a t distribution.
fn normal_score(t: f64, freedom: f64) -> f64 {
    let (Ok(student), Ok(normal)) = (StudentsT::new(0.0, 1.0, freedom), Normal::new(0.0, 1.0))
    else {
        return 0.0;
    };
    // In the lower tail, where digits are kept.
    let tail = student.cdf(-t.abs()).max(1e-300);
    -normal.inverse_cdf(tail) * t.signum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::stats::random::Random;

    fn noise(random: &mut Random, n: usize, people: f64, deviation: f64) -> Vec<Point> {
        let y = |random: &mut Random| 1.0 + deviation * random.normal() / people.sqrt();
        (0..n).map(|_| (y(random), people)).collect()
    }

    #[test]
    fn a_step_is_seen_within_weeks_and_noise_is_not() {
        let mut random = Random::new(1);
        let mut n_false = 0;
        for _ in 0..400 {
            let mut points = noise(&mut random, 52, 100.0, 1.0);
            n_false += u32::from(!alarms(&points).is_empty());
            points[30..].iter_mut().for_each(|point| point.0 += 0.3);
            let alarm = alarms(&points).into_iter().find(|alarm| alarm.at >= 30);
            assert!(alarm.is_some_and(|alarm| alarm.at < 42 && alarm.direction > 0.0));
        }
        assert!(n_false <= 20, "{n_false} of 400");
    }

    #[test]
    fn weeks_that_vary_more_are_believed_less() {
        let mut random = Random::new(2);
        let alarmed = |_| !alarms(&noise(&mut random, 52, 100.0, 2.0)).is_empty();
        let n_false = (0..400).map(alarmed).filter(|alarmed| *alarmed).count();
        // The learning is not done in eight weeks: what remains is for the confirmation.
        assert!(n_false <= 60, "{n_false} of 400");
    }

    #[test]
    fn scores_are_normal_deviations() {
        assert!((normal_score(2.0, 1e6) - 2.0).abs() < 1e-3);
        assert!((normal_score(-2.228, 10.0) + 1.96).abs() < 1e-3);
        assert!(alarms(&[]).is_empty());
    }
}
