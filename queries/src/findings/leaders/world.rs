//! Invented organisations whose leaders are known: 300 persons of 12 departments and 120 new items in half a year.

use super::People;
use crate::people::adoptions::{Adoption, Tie};
use crate::stats::random::Random;

pub(super) const N_PERSONS: u32 = 300;
pub(super) const N_DEPARTMENTS: u32 = 12;
const N_ITEMS: u32 = 120;
const N_DAYS: i32 = 182;

/// What happens besides chance.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Decoy {
    /// Nothing.
    Nothing,
    /// Every item is announced in some departments, most of which begin within days.
    Campaigns,
    /// 30 people begin within two days of the launch.
    EarlyBirds,
    /// Items and people have topics; people of one topic are tied and like its items.
    Homophily,
    /// Every fifth person arrives in one of two waves, is tied at once and takes up what there is.
    Onboarding,
    /// All of them.
    All,
}

pub(super) const DECOYS: [Decoy; 6] = [
    Decoy::Nothing,
    Decoy::Campaigns,
    Decoy::EarlyBirds,
    Decoy::Homophily,
    Decoy::Onboarding,
    Decoy::All,
];

pub(super) struct World {
    pub(super) adoptions: Vec<Adoption>,
    pub(super) ties: Vec<Tie>,
    pub(super) unit: Vec<u32>,
    pub(super) first_day: Vec<i32>,
    /// Planted leaders.
    pub(super) leaders: Vec<u32>,
    /// Those who once came after a leader because of it.
    pub(super) followers: Vec<u32>,
}

impl World {
    pub(super) fn people(&self) -> People<'_> {
        People {
            unit: &self.unit,
            first_day: &self.first_day,
        }
    }

    pub(super) fn new(seed: u64, decoy: Decoy, n_leaders: usize) -> Self {
        let mut maker = Maker::new(seed, decoy);
        maker.tie();
        let mut leaders: Vec<u32> = (0..N_PERSONS).collect();
        maker.random.shuffle(&mut leaders);
        leaders.retain(|person| maker.first_day[*person as usize] < 0);
        leaders.truncate(n_leaders);
        let imitation: Vec<f64> = leaders
            .iter()
            .map(|_| 0.1 + 0.1 * maker.random.uniform())
            .collect();
        let mut adoptions = Vec::new();
        let mut followers = Vec::new();
        for item in 0..N_ITEMS {
            let mut days = maker.own_days(item, &leaders);
            maker.imitate(&mut days, &leaders, &imitation, &mut followers);
            let began = (0..).zip(&days).filter(|(_, day)| **day < N_DAYS);
            adoptions.extend(began.map(|(person, day)| Adoption {
                item,
                day: *day,
                person,
            }));
        }
        adoptions.sort_unstable();
        followers.sort_unstable();
        followers.dedup();
        Self {
            adoptions,
            ties: maker.ties,
            unit: (0..N_PERSONS).map(department).collect(),
            first_day: maker.first_day,
            leaders,
            followers,
        }
    }
}

fn department(person: u32) -> u32 {
    person % N_DEPARTMENTS
}

const NEVER: i32 = i32::MAX;

struct Maker {
    random: Random,
    decoy: Decoy,
    ties: Vec<Tie>,
    first_day: Vec<i32>,
    topic: Vec<usize>,
    is_early: Vec<bool>,
}

impl Maker {
    fn new(seed: u64, decoy: Decoy) -> Self {
        let mut random = Random::new(seed.wrapping_mul(7_919).wrapping_add(decoy as u64));
        let arrival = |random: &mut Random| match random.below(10) {
            0 if matches!(decoy, Decoy::Onboarding | Decoy::All) => 50 + random.below(4) as i32,
            1 if matches!(decoy, Decoy::Onboarding | Decoy::All) => 110 + random.below(4) as i32,
            _ => -1,
        };
        let first_day = (0..N_PERSONS).map(|_| arrival(&mut random)).collect();
        let topic = (0..N_PERSONS).map(|_| random.below(6)).collect();
        let mut is_early: Vec<bool> = (0..N_PERSONS).map(|person| person < 30).collect();
        random.shuffle(&mut is_early);
        Self {
            random,
            decoy,
            ties: Vec::new(),
            first_day,
            topic,
            is_early,
        }
    }

    fn has(&self, decoy: Decoy) -> bool {
        self.decoy == decoy || self.decoy == Decoy::All
    }

    /// About 14 ties each, most inside the department; a fifth of them comes up later.
    fn tie(&mut self) {
        for one in 0..N_PERSONS {
            for _ in 0..7 {
                let other = loop {
                    let other = self.random.below(N_PERSONS as usize) as u32;
                    let is_near = department(other) == department(one);
                    let is_alike = self.has(Decoy::Homophily)
                        && self.topic[other as usize] == self.topic[one as usize];
                    let weight = if is_alike { 40 } else { 4 } * if is_near { 25 } else { 1 };
                    if other != one && self.random.below(1_000) < weight {
                        break other;
                    }
                };
                let both_here = self.first_day[one as usize].max(self.first_day[other as usize]);
                let later = self.random.below(5) == 0;
                let since = if later {
                    both_here + self.random.below(100) as i32
                } else {
                    both_here
                };
                self.ties.push(Tie { one, other, since });
            }
        }
    }

    /// When each would begin with an item alone.
    fn own_days(&mut self, item: u32, leaders: &[u32]) -> Vec<i32> {
        let launch = self.random.below(140) as i32;
        let topic = item as usize % 6;
        let announced: Vec<Option<i32>> = (0..N_DEPARTMENTS)
            .map(|_| {
                let is_announced = self.has(Decoy::Campaigns) && self.random.below(3) == 0;
                is_announced.then(|| launch + self.random.below(40) as i32)
            })
            .collect();
        let mut days = Vec::new();
        for person in 0..N_PERSONS {
            let at = person as usize;
            let (mut chance, mut start, mut mean) = (0.2, launch, 30.0);
            if self.has(Decoy::Homophily) {
                chance = if self.topic[at] == topic { 0.55 } else { 0.12 };
            }
            if self.first_day[at] > launch {
                (chance, start, mean) = (0.5, self.first_day[at] + 1, 6.0);
            }
            if self.has(Decoy::EarlyBirds) && self.is_early[at] {
                (chance, mean) = (0.6, 1.0);
            }
            if leaders.contains(&person) {
                (chance, mean) = (0.5, 5.0);
            }
            let mut day = self.alone(chance, start, mean);
            if let Some(told) = announced[department(person) as usize] {
                let told = told.max(self.first_day[at] + 1);
                day = day.min(self.alone(0.6, told, 2.0));
            }
            days.push(day);
        }
        days
    }

    /// A day from `start` on, later ones less and less likely.
    fn alone(&mut self, chance: f64, start: i32, mean: f64) -> i32 {
        let later = -(1.0 - self.random.uniform()).ln() * mean;
        if self.random.uniform() < chance {
            start + later as i32
        } else {
            NEVER
        }
    }

    /// People tied to a leader who began come after within a week, some of the time.
    fn imitate(
        &mut self,
        days: &mut [i32],
        leaders: &[u32],
        imitation: &[f64],
        followers: &mut Vec<u32>,
    ) {
        for (leader, chance) in leaders.iter().zip(imitation) {
            let day = days[*leader as usize];
            if day >= N_DAYS {
                continue;
            }
            for tie in &self.ties {
                let is_of = tie.one == *leader || tie.other == *leader;
                let other = tie.one + tie.other - *leader * u32::from(is_of);
                if !is_of || tie.since >= day || days[other as usize] <= day {
                    continue;
                }
                let after = day + 1 + self.random.below(7) as i32;
                if self.random.uniform() < *chance && after < days[other as usize] {
                    days[other as usize] = after;
                    followers.push(other);
                }
            }
        }
    }
}
