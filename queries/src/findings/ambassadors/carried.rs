//! Who carries word to whom, when nobody can carry more than so many.
//!
//! The most worth that can be carried is a matching with the ambassadors' loads. Those carried stay carried
//! when an ambassador joins, only by whom may change: a chain hands people over, each to somebody who also
//! reaches them, until one is found whom nobody carried. Chains end at the heaviest such person, and because the
//! sets that can be carried together form a matroid, taking the heaviest each time is best (Edmonds and
//! Fulkerson 1965). Asking how much somebody would add writes nothing down.

const NOBODY: u32 = u32::MAX;

/// People and those who carry them; ambassadors by the order in which they joined.
pub(super) struct Carried<'a> {
    /// Worth by person; empty where all count one.
    weight: &'a [f64],
    load: usize,
    reaches: Vec<Vec<u32>>,
    n_loaded: Vec<usize>,
    carrier: Vec<u32>,
    n_people: u64,
    /// Of the chain at hand: which ambassador came for each person, [`NOBODY`] where none has.
    came_for: Vec<u32>,
}

impl<'a> Carried<'a> {
    /// Nobody carries anybody yet.
    pub(super) fn new(n_people: usize, weight: &'a [f64], load: usize) -> Self {
        Self {
            weight,
            load,
            reaches: Vec::new(),
            n_loaded: Vec::new(),
            carrier: vec![NOBODY; n_people],
            n_people: 0,
            came_for: vec![NOBODY; n_people],
        }
    }

    /// How many people are carried.
    pub(super) fn n_people(&self) -> u64 {
        self.n_people
    }

    /// What an ambassador with this reach would add.
    pub(super) fn gain(&mut self, reach: &[u32]) -> f64 {
        if !self.hands_over() {
            let mut free: Vec<f64> = self.free(reach).map(|person| self.weight(person)).collect();
            free.sort_by(|a, b| b.total_cmp(a));
            return free.iter().take(self.load).sum();
        }
        let before = (self.carrier.clone(), self.n_loaded.clone(), self.n_people);
        self.reaches.push(reach.to_vec());
        self.n_loaded.push(0);
        let gain = self.fill();
        self.reaches.pop();
        (self.carrier, self.n_loaded, self.n_people) = before;
        gain
    }

    /// An ambassador joins; gives how many more people are carried.
    pub(super) fn add(&mut self, reach: Vec<u32>) -> u64 {
        let before = self.n_people;
        self.reaches.push(reach);
        self.n_loaded.push(0);
        self.fill();
        self.n_people - before
    }

    /// Whether anybody is loaded to the full and reaches more: without that no chain is longer than one step.
    fn hands_over(&self) -> bool {
        (self.reaches.iter().zip(&self.n_loaded))
            .any(|(reach, loaded)| *loaded == self.load && self.free(reach).next().is_some())
    }

    fn free<'b>(&'b self, reach: &'b [u32]) -> impl Iterator<Item = u32> + 'b {
        let is_free = |person: &u32| self.carrier[*person as usize] == NOBODY;
        reach.iter().copied().filter(is_free)
    }

    fn weight(&self, person: u32) -> f64 {
        self.weight.get(person as usize).copied().unwrap_or(1.0)
    }

    /// Loads the last ambassador by chains; gives what that adds.
    fn fill(&mut self) -> f64 {
        let last = self.reaches.len() - 1;
        let mut gain = 0.0;
        while self.n_loaded[last] < self.load {
            let Some((end, entries)) = self.chain(last) else {
                break;
            };
            gain += self.weight(end);
            self.n_people += 1;
            self.n_loaded[last] += 1;
            // Back along the chain everyone is carried by whoever came for them, and whoever did gives up the
            // person through whom they were asked.
            let mut person = end;
            loop {
                let by = self.came_for[person as usize];
                self.carrier[person as usize] = by;
                if by as usize == last {
                    break;
                }
                person = entries[by as usize];
            }
        }
        gain
    }

    /// The heaviest person nobody carries at the end of a chain from this ambassador, the first met among
    /// equals; and through whom each ambassador on the way was asked.
    fn chain(&mut self, from: usize) -> Option<(u32, Vec<u32>)> {
        self.came_for.fill(NOBODY);
        let mut entries = vec![NOBODY; self.reaches.len()];
        let mut queue = vec![from];
        let mut heaviest: Option<u32> = None;
        let mut next = 0;
        while let Some(ambassador) = queue.get(next).copied() {
            next += 1;
            for person in &self.reaches[ambassador] {
                let at = *person as usize;
                if self.came_for[at] != NOBODY {
                    continue;
                }
                self.came_for[at] = ambassador as u32;
                let carrier = self.carrier[at] as usize;
                if self.carrier[at] == NOBODY {
                    if heaviest.is_none_or(|best| self.weight(*person) > self.weight(best)) {
                        heaviest = Some(*person);
                    }
                } else if carrier != from && entries[carrier] == NOBODY {
                    entries[carrier] = *person;
                    queue.push(carrier);
                }
            }
            if self.weight.is_empty() && heaviest.is_some() {
                break;
            }
        }
        heaviest.map(|end| (end, entries))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The most worth over every way to give each person to an ambassador or to nobody.
    fn obvious(reaches: &[Vec<u32>], weight: &[f64], load: usize, person: usize) -> f64 {
        fn best(reaches: &[Vec<u32>], weight: &[f64], left: &mut Vec<usize>, person: usize) -> f64 {
            if person == weight.len() {
                return 0.0;
            }
            let mut most = best(reaches, weight, left, person + 1);
            for (ambassador, reach) in reaches.iter().enumerate() {
                if left[ambassador] > 0 && reach.contains(&(person as u32)) {
                    left[ambassador] -= 1;
                    most = most.max(weight[person] + best(reaches, weight, left, person + 1));
                    left[ambassador] += 1;
                }
            }
            most
        }
        best(reaches, weight, &mut vec![load; reaches.len()], person)
    }

    #[test]
    fn one_is_handed_over_by_hand() {
        let mut carried = Carried::new(4, &[], 2);
        assert_eq!(carried.add(vec![0, 1, 2]), 2);
        // The second reaches only those carried already, and 3: taking one over frees the first for 2.
        assert!((carried.gain(&[0, 1, 3]) - 2.0).abs() < 1e-12);
        assert!((carried.gain(&[0, 1]) - 1.0).abs() < 1e-12);
        assert_eq!(carried.add(vec![0, 1, 3]), 2);
        assert_eq!(carried.n_people(), 4);
    }

    proptest! {
        #[test]
        fn agrees_with_every_assignment(
            reaches in proptest::collection::vec(
                proptest::collection::btree_set(0_u32..7, 0..6), 0..4),
            weight in proptest::collection::vec(0.0_f64..5.0, 7),
            load in 1_usize..4,
            are_alike: bool,
        ) {
            let reaches: Vec<Vec<u32>> = reaches.into_iter().map(Vec::from_iter).collect();
            let weight = if are_alike { vec![1.0; 7] } else { weight };
            let given: &[f64] = if are_alike { &[] } else { &weight };
            let mut carried = Carried::new(7, given, load);
            let mut worth = 0.0;
            for n in 0..reaches.len() {
                let gain = carried.gain(&reaches[n]);
                worth += gain;
                carried.add(reaches[n].clone());
                let slow = obvious(&reaches[..=n], &weight, load, 0);
                prop_assert!((worth - slow).abs() < 1e-9, "{} and {}", worth, slow);
            }
        }
    }
}
