//! Clusters of pages with their people, measured and tested.

use crate::stats::random::Random;

use super::audience::{self, Compared};
use super::growth::{Counted, Surest, growth};
use super::habits::{Habits, Mean, Window};
use super::lots::Judged;
use super::pool::{Member, Pool};
use super::rows::{Rows, who_came_back};
use super::{Application, Meant, Options, World};

/// Audience, contributions, returns.
pub(super) const N_TESTS: usize = 3;

/// The world, turned round by page, with what all people do.
pub(super) struct Site<'a> {
    world: &'a World<'a>,
    people: [Rows; 3],
    now: Window<'a>,
    contribution: Mean,
    returns: Mean,
}

/// Pages, those who use two of them in each window, how these changed, and what they do there.
pub(super) struct Cluster {
    pages: Vec<u32>,
    users: [Vec<u32>; 3],
    pub growth: Counted,
    contribution: Mean,
    returns: Mean,
    /// Surely more than on the site.
    pub writes_more: bool,
    returns_more: bool,
}

impl Cluster {
    /// Its people in the last window.
    pub(super) fn n_people(&self) -> u64 {
        self.users[2].len() as u64
    }

    /// Used as a tool, not read.
    pub(super) fn is_tool(&self) -> bool {
        self.writes_more || self.returns_more
    }
}

/// A cluster with its tests.
pub(super) struct Measured {
    application: Application,
    pub grown: Surest,
    /// Of the growth.
    pub growth_q_value: f64,
    tests: [Judged; N_TESTS],
    writes_more: bool,
    returns_more: bool,
}

impl<'a> Site<'a> {
    pub(super) fn of(world: &'a World<'a>) -> Self {
        let now = Window {
            uses: world.windows[2],
            written: world.written,
        };
        let all: Vec<Habits> = (0..now.uses.n_persons() as u32)
            .map(|person| now.habits(person, |_| true))
            .collect();
        Self {
            people: world.windows.map(Rows::people),
            world,
            now,
            contribution: Mean::of(&all, Habits::contribution_share),
            returns: Mean::of(&all, Habits::return_rate),
        }
    }

    /// The cluster, pages sorted, with its people.
    pub(super) fn cluster(&self, pages: Vec<u32>) -> Cluster {
        let users = self.people.each_ref().map(|people| people.in_two(&pages));
        let back = |at: usize| who_came_back(self.world.windows[at], &users[at], &pages);
        let is_inside = |page: u32| pages.binary_search(&page).is_ok();
        let habits = |person: &u32| self.now.habits(*person, is_inside);
        let inside: Vec<Habits> = users[2].iter().map(habits).collect();
        let contribution = Mean::of(&inside, Habits::contribution_share);
        let returns = Mean::of(&inside, Habits::return_rate);
        Cluster {
            growth: Counted {
                all: growth(&users),
                back: growth(&[0, 1, 2].map(back)),
            },
            pages,
            users,
            contribution,
            returns,
            writes_more: contribution.low > self.contribution.mean,
            returns_more: returns.low > self.returns.mean,
        }
    }

    /// Tests a cluster that grew so, each with at most so many draws.
    pub(super) fn measure(
        &self,
        cluster: &Cluster,
        grown: Surest,
        most: usize,
        seed: u64,
    ) -> Measured {
        let mut random = Random::new(seed);
        let members = self.members(cluster);
        let mut pool = Pool::of(members.clone());
        let counts = audience::units(pool.chosen(), self.world.n_units);
        let (meant, compared) = match self.declared(cluster) {
            Some(shares) => (
                Meant::Declared,
                audience::against_declared(&pool, &shares, most, &mut random),
            ),
            None => (
                Meant::Section,
                audience::against_sections(&mut pool, self.world.n_units, most, &mut random),
            ),
        };
        let Compared { distance, judged } = compared;
        let more = |of: fn(Habits) -> f64, random: &mut Random| {
            // Lots start from the users.
            let mut pool = Pool::of(members.clone());
            audience::more_than_sections(&mut pool, of, most, random)
        };
        let written = more(Habits::contribution_share, &mut random);
        let returned = more(Habits::return_rate, &mut random);
        let by_unit = (0..).zip(counts.iter().map(|n| *n as u64));
        Measured {
            application: Application {
                pages: self.ranked(cluster),
                n_people: cluster.users.each_ref().map(|users| users.len() as u64),
                units: by_unit.filter(|(_, n)| *n > 0).collect(),
                meant,
                audience_distance: distance,
                contribution_share: cluster.contribution.mean,
                site_contribution_share: self.contribution.mean,
                return_rate: cluster.returns.mean,
                site_return_rate: self.returns.mean,
                growth: grown.growth.ratio,
                growth_low: grown.growth.low,
                site_growth: grown.of_middle,
                has_other_audience: false,
                is_written_more: false,
                is_returned_to_more: false,
                p_value: 1.0,
                q_value: 1.0,
            },
            grown,
            growth_q_value: 1.0,
            tests: [judged, written, returned],
            writes_more: cluster.writes_more,
            returns_more: cluster.returns_more,
        }
    }

    /// Everybody who uses the sections that the cluster's pages stand in.
    fn members(&self, cluster: &Cluster) -> Vec<Member> {
        let mut sections: Vec<u32> = cluster
            .pages
            .iter()
            .map(|page| self.section(*page))
            .collect();
        sections.sort_unstable();
        sections.dedup();
        let place = |page: u32| sections.binary_search(&self.section(page)).ok();
        let mut n_pages = vec![0_u32; sections.len()];
        let mut members = Vec::new();
        for person in 0..self.now.uses.n_persons() as u32 {
            n_pages.fill(0);
            for place in self
                .now
                .uses
                .items(person)
                .iter()
                .filter_map(|page| place(*page))
            {
                n_pages[place] += 1;
            }
            let habits = self.now.habits(person, |page| place(page).is_some());
            if habits.n_pages > 0 {
                // Of several homes the first.
                let most = n_pages.iter().copied().max().unwrap_or(0);
                members.push(Member {
                    unit: self.world.unit[person as usize],
                    home: n_pages.iter().take_while(|n| **n < most).count() as u32,
                    habits,
                    is_user: cluster.users[2].binary_search(&person).is_ok(),
                });
            }
        }
        members
    }

    fn section(&self, page: u32) -> u32 {
        self.world.section[page as usize]
    }

    /// Shares of units declared for the cluster's sections, mixed as its people use them; `None` where one of its
    /// sections was declared for nobody.
    fn declared(&self, cluster: &Cluster) -> Option<Vec<f64>> {
        let mut shares = vec![0.0; self.world.n_units];
        for page in &cluster.pages {
            let n_users = self.n_users(cluster, *page) as f64;
            let planned = self.world.planned.iter();
            let mut rows = planned
                .filter(|row| row.section == self.section(*page))
                .peekable();
            rows.peek()?;
            for row in rows {
                if let Some(share) = shares.get_mut(row.unit as usize) {
                    *share += row.share * n_users;
                }
            }
        }
        (shares.iter().sum::<f64>() > 0.0).then_some(shares)
    }

    /// How many of the cluster's people use a page, now.
    fn n_users(&self, cluster: &Cluster, page: u32) -> usize {
        let users = &cluster.users[2];
        let people = self.people[2].row(page).iter();
        people
            .filter(|person| users.binary_search(person).is_ok())
            .count()
    }

    /// The pages, those that most of its people use first.
    fn ranked(&self, cluster: &Cluster) -> Vec<u32> {
        let mut pages = cluster.pages.clone();
        pages.sort_by_cached_key(|page| (std::cmp::Reverse(self.n_users(cluster, *page)), *page));
        pages
    }
}

impl Measured {
    /// Of its tests.
    pub(super) fn p_values(&self) -> [f64; N_TESTS] {
        self.tests.map(|judged| judged.p_value)
    }

    /// Whether one of its tests that may be called has so low a p value.
    pub(super) fn may_be_otherwise(&self, highest_p: f64, options: &Options) -> bool {
        let mut tests = self.gates(options).into_iter().zip(self.p_values());
        tests.any(|(gate, p)| gate && p <= highest_p)
    }

    /// Which of its tests may be called at all: what a tool is otherwise in, by enough to matter.
    fn gates(&self, options: &Options) -> [bool; N_TESTS] {
        let is_other = self.application.audience_distance >= options.least_distance;
        let is_tool = self.writes_more || self.returns_more;
        [is_other && is_tool, self.writes_more, self.returns_more]
    }

    /// The application, where it passes the gates with these q values, and by how many deviations it is off at most.
    pub(super) fn called(&self, q: &[f64], options: &Options) -> Option<(f64, Application)> {
        let mut found = self.application.clone();
        let gates = self.gates(options);
        let is_called = |at: usize| gates[at] && q[at] <= options.q;
        found.has_other_audience = is_called(0);
        found.is_written_more = is_called(1);
        found.is_returned_to_more = is_called(2);
        let called = (0..N_TESTS).filter(|at| is_called(*at));
        let surest = called.clone().min_by(|a, b| q[*a].total_cmp(&q[*b]))?;
        // It has to grow and to be otherwise: the less sure of the two says how sure both are.
        found.q_value = q[surest].max(self.growth_q_value);
        found.p_value = self.tests[surest].p_value.max(self.grown.p_value);
        let far = called.map(|at| self.tests[at].deviations);
        Some((far.fold(0.0, f64::max), found))
    }
}
