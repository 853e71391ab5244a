//! The plan as a graph: which links someone meant, and how many clicks it takes from page to page.
//!
//! A link that stands on every page is not written out for each of them (that would be pages times
//! links): its target is one click away from anywhere, so a breadth-first search starts with all such
//! targets in its first ring.

use std::collections::VecDeque;

/// No way leads there.
pub const UNREACHABLE: u32 = u32::MAX;

/// Planned links among pages 0 to n - 1.
#[derive(Debug, Clone)]
pub struct PlanGraph {
    /// Start of each page's targets in `targets`; one more than there are pages.
    offsets: Vec<u32>,
    targets: Vec<u32>,
    global: Vec<u32>,
}

impl PlanGraph {
    /// A plan of `n_pages` pages, its links, and the targets linked from every page.
    ///
    /// # Panics
    /// When a link names a page beyond `n_pages`.
    pub fn new(n_pages: usize, links: &[(u32, u32)], global: &[u32]) -> Self {
        let mut links = links.to_vec();
        links.sort_unstable();
        links.dedup();
        let mut offsets = vec![0_u32; n_pages + 1];
        for (from, to) in &links {
            assert!(
                (*to as usize) < n_pages,
                "a link leads to a page beyond the list"
            );
            offsets[*from as usize + 1] += 1;
        }
        for page in 0..n_pages {
            offsets[page + 1] += offsets[page];
        }
        let mut global = global.to_vec();
        global.sort_unstable();
        global.dedup();
        assert!(
            global.last().is_none_or(|to| (*to as usize) < n_pages),
            "a link leads too far"
        );
        Self {
            offsets,
            targets: links.into_iter().map(|link| link.1).collect(),
            global,
        }
    }

    /// Number of pages.
    pub fn n_pages(&self) -> usize {
        self.offsets.len() - 1
    }

    fn targets_of(&self, page: u32) -> &[u32] {
        let page = page as usize;
        &self.targets[self.offsets[page] as usize..self.offsets[page + 1] as usize]
    }

    /// Whether the plan offers this click.
    pub fn has_link(&self, from: u32, to: u32) -> bool {
        self.targets_of(from).binary_search(&to).is_ok() || self.global.binary_search(&to).is_ok()
    }

    /// Clicks the plan needs from a page to every page; [`UNREACHABLE`] where it does not lead.
    pub fn steps_from(&self, from: u32) -> Vec<u32> {
        self.walk(from, None).0
    }

    /// Clicks the plan needs from a page to another.
    pub fn planned_steps(&self, from: u32, to: u32) -> Option<u32> {
        let steps = self.walk(from, Some(to)).0[to as usize];
        (steps != UNREACHABLE).then_some(steps)
    }

    /// A shortest planned way, both ends included; of several the one over the smallest ids.
    pub fn planned_route(&self, from: u32, to: u32) -> Option<Vec<u32>> {
        let (steps, before) = self.walk(from, Some(to));
        if steps[to as usize] == UNREACHABLE {
            return None;
        }
        let mut route = vec![to];
        let mut page = to;
        while page != from {
            page = before[page as usize];
            route.push(page);
        }
        route.reverse();
        Some(route)
    }

    /// Breadth-first search; stops once `until` is reached.
    fn walk(&self, from: u32, until: Option<u32>) -> (Vec<u32>, Vec<u32>) {
        let mut steps = vec![UNREACHABLE; self.n_pages()];
        let mut before = vec![from; self.n_pages()];
        let mut queue = VecDeque::new();
        steps[from as usize] = 0;
        // Only the first page opens the links of every page: later ones add nothing to them.
        for target in self.first_ring(from) {
            if steps[target as usize] == UNREACHABLE {
                steps[target as usize] = 1;
                queue.push_back(target);
            }
        }
        while let Some(page) = queue.pop_front() {
            if until == Some(page) {
                break;
            }
            for target in self.targets_of(page) {
                if steps[*target as usize] == UNREACHABLE {
                    steps[*target as usize] = steps[page as usize] + 1;
                    before[*target as usize] = page;
                    queue.push_back(*target);
                }
            }
        }
        (steps, before)
    }

    /// All targets one click away, by id.
    fn first_ring(&self, from: u32) -> Vec<u32> {
        let mut ring = [self.targets_of(from), &self.global].concat();
        ring.sort_unstable();
        ring
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_link_on_every_page_is_one_click_from_anywhere() {
        // 0 is home, linked from everywhere; 0 -> 1 -> 2, and 3 is linked from nowhere.
        let plan = PlanGraph::new(4, &[(0, 1), (1, 2)], &[0]);
        assert_eq!(plan.steps_from(2), [1, 2, 0, UNREACHABLE]);
        assert_eq!(plan.planned_route(2, 1), Some(vec![2, 0, 1]));
        assert_eq!(plan.planned_steps(0, 3), None);
        assert!(plan.has_link(3, 0) && plan.has_link(0, 1) && !plan.has_link(2, 1));
    }

    #[test]
    fn of_several_shortest_ways_the_one_over_the_smallest_ids() {
        let plan = PlanGraph::new(5, &[(0, 3), (0, 2), (3, 4), (2, 4)], &[1]);
        assert_eq!(plan.planned_route(0, 4), Some(vec![0, 2, 4]));
        assert_eq!(plan.planned_route(4, 1), Some(vec![4, 1]));
        assert_eq!(plan.planned_route(3, 3), Some(vec![3]));
        assert_eq!(plan.planned_steps(3, 3), Some(0));
        assert_eq!(PlanGraph::new(2, &[], &[]).steps_from(0), [0, UNREACHABLE]);
    }

    /// Every link written out, distances relaxed until nothing changes.
    fn obvious(n: u32, links: &[(u32, u32)], global: &[u32]) -> Vec<Vec<u32>> {
        let mut all = links.to_vec();
        all.extend((0..n).flat_map(|page| global.iter().map(move |to| (page, *to))));
        let far = UNREACHABLE - 1;
        let mut steps = vec![vec![far; n as usize]; n as usize];
        for (from, steps) in steps.iter_mut().enumerate() {
            steps[from] = 0;
            for _ in 0..n {
                for (a, b) in &all {
                    let over = steps[*a as usize].saturating_add(1).min(far);
                    let to = &mut steps[*b as usize];
                    *to = (*to).min(over);
                }
            }
        }
        steps
    }

    proptest! {
        #[test]
        fn agrees_with_links_written_out(
            links in proptest::collection::vec((0_u32..9, 0_u32..9), 0..20),
            global in proptest::collection::vec(0_u32..9, 0..3),
        ) {
            let plan = PlanGraph::new(9, &links, &global);
            let slow = obvious(9, &links, &global);
            for from in 0..9_u32 {
                for to in 0..9_u32 {
                    let expected = slow[from as usize][to as usize];
                    let expected = (expected < UNREACHABLE - 1).then_some(expected);
                    prop_assert_eq!(plan.planned_steps(from, to), expected);
                    if let Some(route) = plan.planned_route(from, to) {
                        prop_assert_eq!(route.len() as u32, expected.unwrap() + 1);
                        for step in route.windows(2) {
                            prop_assert!(plan.has_link(step[0], step[1]));
                        }
                    }
                }
            }
        }
    }
}
