//! Attempts at planned journeys: who came to which step from the one before, and gave up there.

use super::Step;
use super::exits::gives_up;
use crate::paths::walks::{Walk, Walks};

/// People at each step of each journey but the goals. A step counts for those who had been at the step
/// before in the same session; the first one, where nothing comes before, only if it leads straight to
/// the goal.
pub(super) fn attempts(walks: &Walks, journeys: &[Vec<u32>], n_pages: usize) -> Vec<Step> {
    let mut steps = Vec::new();
    for (number, pages) in journeys.iter().enumerate() {
        let mut journey = Journey::new(number, pages, n_pages);
        for walk in walks.iter() {
            journey.attempt(&walk);
        }
        steps.extend(journey.steps);
    }
    steps
}

struct Journey {
    goal: u32,
    steps: Vec<Step>,
    /// Who was at each step last; walks come sorted by person.
    last_person: Vec<u32>,
    /// The step of each page; `None` for pages of no step.
    step_of: Vec<Option<usize>>,
    is_two_steps: bool,
    /// Whether this session was at each step.
    has_seen: Vec<bool>,
    /// When it came to each step from the one before.
    came_at: Vec<Option<usize>>,
}

impl Journey {
    fn new(number: usize, pages: &[u32], n_pages: usize) -> Self {
        let (goal, before) = pages.split_last().map_or((0, &[][..]), |(g, b)| (*g, b));
        let mut step_of = vec![None; n_pages];
        for (place, page) in before.iter().enumerate().rev() {
            step_of[*page as usize] = Some(place);
        }
        step_of[goal as usize] = None;
        let step = |page: &u32| Step {
            journey: number,
            page: *page,
            goal,
            n_people: 0,
            n_left: 0,
        };
        Self {
            goal,
            steps: before.iter().map(step).collect(),
            last_person: vec![u32::MAX; before.len()],
            step_of,
            is_two_steps: pages.len() == 2,
            has_seen: vec![false; before.len()],
            came_at: vec![None; before.len()],
        }
    }

    fn attempt(&mut self, walk: &Walk<'_>) {
        self.has_seen.fill(false);
        self.came_at.fill(None);
        let mut reached_at = None;
        let visits = std::iter::once(&walk.entry).chain(walk.to);
        for (at, page) in visits.enumerate() {
            if *page == self.goal {
                reached_at = Some(at);
            } else if let Some(step) = self.step_of[*page as usize] {
                self.come(step, at);
            }
        }
        for step in 0..self.steps.len() {
            let Some(came_at) = self.came_at[step] else {
                continue;
            };
            if std::mem::replace(&mut self.last_person[step], walk.person) == walk.person {
                continue;
            }
            let has_reached = reached_at.is_some_and(|reached| reached > came_at);
            let page = self.steps[step].page;
            self.steps[step].n_people += 1;
            self.steps[step].n_left += u64::from(!has_reached && gives_up(walk, page));
        }
    }

    /// Notes that a session came to a step, and whether from the one before.
    fn come(&mut self, step: usize, at: usize) {
        let is_on_the_way = match step.checked_sub(1) {
            Some(before) => self.has_seen[before],
            None => self.is_two_steps,
        };
        self.has_seen[step] = true;
        if is_on_the_way {
            self.came_at[step].get_or_insert(at);
        }
    }
}
