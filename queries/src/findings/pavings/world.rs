//! Invented moves for tests: heavy-tailed levels, weeks that resemble the week before, seasons, counts.

use super::{Candidate, Logs, Options, PavingResult, Span, Week, controls, evaluate, windows};
use crate::day::Day;
use crate::stats::random::Random;

/// The first Monday.
pub(super) const START: Day = Day(20_458);

/// The week of the change: eight of baseline, two of distance, four of choosing come before.
pub(super) const CHANGE: i32 = 14;

/// Weeks of a world: two of novelty and eight more come after the change.
pub(super) const N_WEEKS: i32 = 24;

/// How much a week resembles the week before.
const MEMORY: f64 = 0.6;

/// What kind of series.
#[derive(Debug, Clone, Copy)]
pub(super) struct World {
    /// Untreated moves at hand.
    pub(super) n_untreated: usize,
    /// Deviation of a week's logarithm from the move's own level.
    pub(super) noise: f64,
    /// What the change does to the rate: 0.5 is half as much again.
    pub(super) effect: f64,
    /// Whether the treated is the one of all that stood out most while paths were chosen.
    pub(super) is_lucky: bool,
    /// Whole weeks known after those of novelty.
    pub(super) n_weeks_after: i32,
    /// What the change does to the seconds and the searches, where steps, seconds and searches are invented too.
    pub(super) more: Option<f64>,
}

impl Default for World {
    fn default() -> Self {
        Self {
            n_untreated: 60,
            noise: 0.2,
            effect: 0.0,
            is_lucky: false,
            n_weeks_after: 8,
            more: None,
        }
    }
}

impl World {
    /// The day of the change.
    pub(super) fn on_day() -> i32 {
        START.0 + CHANGE * 7
    }

    /// The treated move, then the untreated ones.
    pub(super) fn moves(&self, seed: u64) -> (Vec<Week>, Vec<Vec<Week>>) {
        let mut random = Random::new(seed);
        let season = memory(0.15, &mut random);
        let n = self.n_untreated + 1;
        let levels: Vec<(f64, f64)> = (0..n).map(|_| level(&mut random)).collect();
        let noises: Vec<Vec<f64>> = (0..n).map(|_| memory(self.noise, &mut random)).collect();
        let place = if self.is_lucky { luckiest(&noises) } else { 0 };
        let mut moves: Vec<Vec<Week>> = (0..n)
            .map(|at| {
                let effect = if at == place { self.effect } else { 0.0 };
                counts(levels[at], (&noises[at], &season), effect, &mut random)
            })
            .collect();
        if let Some(effect) = self.more {
            // Another chance, so that the people are the same with and without.
            let mut random = Random::new(seed ^ (1 << 40));
            for (at, weeks) in moves.iter_mut().enumerate() {
                let effect = if at == place { effect } else { 0.0 };
                self.add_more(weeks, effect, &mut random);
            }
        }
        let treated = moves.swap_remove(place);
        (treated, moves)
    }

    /// Steps, seconds and searches of a move: from 3 to 30 of a hundred search, from 5 to 60 take the long way of two
    /// to five steps; the seconds vary by a factor of e from person to person.
    fn add_more(&self, weeks: &mut [Week], effect: f64, random: &mut Random) {
        let share = |low: f64, high: f64, random: &mut Random| {
            (low.ln() + (high / low).ln() * random.uniform()).exp()
        };
        let (searches, long_ways) = (share(0.03, 0.3, random), share(0.05, 0.6, random));
        let noises = [(); 3].map(|()| memory(self.noise, random));
        let pace = 3.0 + 2.0 * random.uniform();
        for (at, week) in weeks.iter_mut().enumerate() {
            let gain = if at as i32 >= CHANGE {
                effect.ln_1p()
            } else {
                0.0
            };
            let rate = searches * (noises[0][at] + gain).exp();
            week.n_searched = poisson(week.n_at as f64 * rate, random).min(week.n_at);
            let long_ways = long_ways * noises[1][at].exp();
            for _ in 0..week.n_reached {
                let is_long = random.uniform() < long_ways;
                let steps = if is_long { 2 + random.below(4) } else { 1 };
                week.steps.add(log((steps as f64).ln()));
                week.secs
                    .add(log(pace + noises[2][at] + gain + random.normal()));
            }
        }
    }

    /// The verdict on the treated move.
    pub(super) fn judge(&self, seed: u64, options: &Options) -> PavingResult {
        let windows = windows(Self::on_day(), None, START.0);
        self.judge_from(seed, windows.baseline, options)
    }

    /// The same from another baseline.
    pub(super) fn judge_from(&self, seed: u64, baseline: Span, options: &Options) -> PavingResult {
        let (treated, untreated) = self.moves(seed);
        let candidates: Vec<Candidate<'_>> = untreated
            .iter()
            .enumerate()
            .map(|(at, weeks)| Candidate {
                weeks,
                is_same_section: at % 4 == 0,
            })
            .collect();
        let chosen = controls(&treated, &candidates, baseline, options);
        let chosen: Vec<&[Week]> = chosen.iter().map(|at| untreated[*at].as_slice()).collect();
        let as_of = Self::on_day() + (2 + self.n_weeks_after) * 7 - 1;
        evaluate(
            &treated,
            &chosen,
            (baseline, Self::on_day(), as_of),
            options,
        )
    }
}

/// People a week who reach the page (at least 8, heavy-tailed), and their share of those at the first one.
fn level(random: &mut Random) -> (f64, f64) {
    let people = (8.0 * (1.0 - random.uniform()).powf(-1.0 / 1.2)).min(2_000.0);
    (people, 0.1 + 0.5 * random.uniform())
}

/// Weeks of which each resembles the one before: AR(1).
fn memory(deviation: f64, random: &mut Random) -> Vec<f64> {
    let mut last = deviation * random.normal();
    let new = deviation * (1.0 - MEMORY * MEMORY).sqrt();
    (0..N_WEEKS)
        .map(|_| {
            last = MEMORY * last + new * random.normal();
            last
        })
        .collect()
}

fn log(of: f64) -> Logs {
    let sum = (1000.0 * of).round() as i64;
    Logs {
        sum,
        squares: sum * sum,
    }
}

fn luckiest(noises: &[Vec<f64>]) -> usize {
    let luck = |weeks: &Vec<f64>| weeks[10..CHANGE as usize].iter().sum::<f64>();
    let places = 0..noises.len();
    places
        .max_by(|a, b| luck(&noises[*a]).total_cmp(&luck(&noises[*b])))
        .unwrap_or(0)
}

fn counts(
    (people, share): (f64, f64),
    (noise, season): (&[f64], &[f64]),
    effect: f64,
    random: &mut Random,
) -> Vec<Week> {
    (0..N_WEEKS)
        .map(|week| {
            let at = week as usize;
            let n_at = poisson(people / share * season[at].exp(), random);
            let gain = if week >= CHANGE { effect.ln_1p() } else { 0.0 };
            let rate = share * (noise[at] + 0.5 * season[at] + gain).exp();
            Week {
                week: START.0 + week * 7,
                n_at,
                n_reached: poisson(n_at as f64 * rate, random).min(n_at),
                n_by_link: 0,
                ..Week::default()
            }
        })
        .collect()
}

/// Knuth's for few, the normal one for many.
fn poisson(mean: f64, random: &mut Random) -> u64 {
    if mean > 30.0 {
        return (mean + mean.sqrt() * random.normal()).round().max(0.0) as u64;
    }
    let least = (-mean).exp();
    let mut product = random.uniform();
    let mut n = 0;
    while product > least {
        product *= random.uniform();
        n += 1;
    }
    n
}
