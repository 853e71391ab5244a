//! Invented audiences: people of two units who come to sections, each with a habit of their own.

use super::Count;
use crate::stats::random::Random;

/// How people come.
#[derive(Debug, Clone, Copy)]
pub(super) struct World {
    pub n_sections: usize,
    /// People whom a section has.
    pub size: usize,
    pub n_weeks: usize,
    /// Chance that someone of a section is replaced from one week to the next: 1 is new people every week.
    pub renewal: f64,
    /// Deviation of the logarithm of how often somebody comes.
    pub spread: f64,
    /// How far the log-odds of clients move with the season, everywhere.
    pub season: f64,
    /// Section 0 goes from 1 : 9 to 4 : 1, from this week on and within so many.
    pub drift: Option<(usize, usize)>,
}

impl Default for World {
    fn default() -> Self {
        Self {
            n_sections: 8,
            size: 300,
            n_weeks: 52,
            renewal: 1.0,
            spread: 0.0,
            season: 0.0,
            drift: None,
        }
    }
}

/// Unit 0 are clients.
struct Person {
    unit: u32,
    rate: f64,
}

impl World {
    fn share(&self, section: usize, week: usize) -> f64 {
        match self.drift.filter(|_| section == 0) {
            Some((first, n)) if week >= first => {
                0.1 + 0.7 * ((week - first + 1) as f64 / n as f64).min(1.0)
            }
            _ => [0.1, 0.3, 0.5, 0.2][section % 4],
        }
    }

    fn person(&self, random: &mut Random, share: f64) -> Person {
        Person {
            unit: u32::from(random.uniform() >= share),
            rate: 0.4 * (self.spread * random.normal()).exp(),
        }
    }

    /// Counts of the sections and of the site; Mondays are those of weeks from 0 on.
    pub(super) fn counts(&self, seed: u64) -> (Vec<Count>, Vec<Count>) {
        let mut random = Random::new(seed);
        let mut sections: Vec<Vec<Person>> = (0..self.n_sections)
            .map(|section| {
                let share = self.share(section, 0);
                (0..self.size)
                    .map(|_| self.person(&mut random, share))
                    .collect()
            })
            .collect();
        let mut counts = Vec::new();
        for week in 0..self.n_weeks {
            let season = (self.season * (week as f64 / 52.0 * std::f64::consts::TAU).sin()).exp();
            for (section, people) in sections.iter_mut().enumerate() {
                let mut n = [0, 0];
                for person in people {
                    let share = self.share(section, week);
                    if self.drift.is_some() && section == 0 || random.uniform() < self.renewal {
                        *person = self.person(&mut random, share);
                    }
                    let factor = if person.unit == 0 { season } else { 1.0 };
                    if random.uniform() < 1.0 - (-person.rate * factor).exp() {
                        n[person.unit as usize] += 1;
                    }
                }
                counts.extend([0, 1].map(|unit| count(section, unit, week, n[unit])));
            }
        }
        counts.sort_unstable();
        (counts.clone(), site(&counts))
    }
}

fn count(section: usize, unit: usize, week: usize, n_people: u64) -> Count {
    Count {
        section: section as u32,
        unit: unit as u32,
        week: 4 + 7 * week as i32,
        n_people,
        n_eligible: 1_000,
        n_sessions: 2 * n_people,
        n_contributions: n_people / 3,
    }
}

/// Nobody is in two sections.
fn site(counts: &[Count]) -> Vec<Count> {
    let mut all: Vec<Count> = counts
        .iter()
        .map(|count| Count {
            section: 0,
            ..*count
        })
        .collect();
    all.sort_unstable();
    let sum = |same: &[Count]| Count {
        n_people: same.iter().map(|count| count.n_people).sum(),
        ..same[0]
    };
    all.chunk_by(|a, b| (a.unit, a.week) == (b.unit, b.week))
        .map(sum)
        .collect()
}
