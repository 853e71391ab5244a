//! A copy of the chains in which nobody remembers where they came from.
//!
//! At each page all continuations are dealt out anew among those who went on from there. Every step is
//! walked as often as before, so whatever popular steps make by themselves is still there; what is found
//! here is found by chance. Continuations that would lead back to where one came from are exchanged.

use super::chains::{Chains, Cutter};
use crate::stats::random::Random;

/// Nothing follows.
const END: u32 = u32::MAX;

/// A shuffled copy of the chains; a chain is of the person who began it.
pub(super) fn shuffled(chains: &Chains, n_pages: usize, seed: u64) -> Chains {
    let next = dealt(chains, seed);
    let mut cutter = Cutter::new(n_pages);
    let mut is_walked = vec![false; next.len()];
    let is_start = |place: usize| place == 0 || chains.chain[place - 1] != chains.chain[place];
    let starts = (0..next.len()).filter(|place| is_start(*place));
    // What no start leads to runs in rings, which are opened at their first place.
    let mut pages = Vec::new();
    for start in starts.chain(0..next.len()) {
        let mut place = start;
        pages.clear();
        while !is_walked[place] {
            is_walked[place] = true;
            pages.push(chains.page[place]);
            if next[place] == END {
                break;
            }
            place = next[place] as usize;
        }
        let chain = chains.chain[start] as usize;
        cutter.push(chains.person[chain], chains.day[chain], &pages);
    }
    cutter.chains
}

/// The place that follows each place, dealt out anew among the inner places of each page.
fn dealt(chains: &Chains, seed: u64) -> Vec<u32> {
    let mut random = Random::new(seed);
    let mut next: Vec<u32> = (0..chains.page.len())
        .map(|place| {
            if chains.n_after[place] > 0 {
                place as u32 + 1
            } else {
                END
            }
        })
        .collect();
    let mut inner: Vec<u32> = (0..chains.page.len() as u32)
        .filter(|place| chains.is_inner(*place as usize))
        .collect();
    inner.sort_unstable_by_key(|place| (chains.page[*place as usize], *place));
    for places in inner.chunk_by(|a, b| chains.page[*a as usize] == chains.page[*b as usize]) {
        let mut dealt: Vec<u32> = places.iter().map(|place| next[*place as usize]).collect();
        random.shuffle(&mut dealt);
        exchange_returns(chains, places, &mut dealt, &mut random);
        for (place, after) in places.iter().zip(dealt) {
            next[*place as usize] = after;
        }
    }
    next
}

/// Exchanges each continuation that leads back with one that suits both; where most come from and go to
/// one page none may suit, and it stays: the chain is then cut there.
fn exchange_returns(chains: &Chains, places: &[u32], dealt: &mut [u32], random: &mut Random) {
    // Dealing keeps the page before each place: it is only the place there that changes.
    let before = |at: usize| chains.page[places[at] as usize - 1];
    for at in 0..places.len() {
        if before(at) != chains.page[dealt[at] as usize] {
            continue;
        }
        for _ in 0..100 {
            let other = random.below(places.len());
            let (mine, theirs) = (dealt[at] as usize, dealt[other] as usize);
            if before(other) != chains.page[mine] && before(at) != chains.page[theirs] {
                dealt.swap(at, other);
                break;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn steps(chains: &Chains) -> Vec<(u32, u32)> {
        let mut steps: Vec<(u32, u32)> = (0..chains.page.len())
            .filter(|place| chains.n_after[*place] > 0)
            .map(|place| (chains.page[place], chains.page[place + 1]))
            .collect();
        steps.sort_unstable();
        steps
    }

    #[test]
    fn steps_are_walked_as_often_and_memory_is_gone() {
        // Half come from 0 and go on to 3, half from 1 to 4: after the deal, all four routes are walked.
        let mut cutter = Cutter::new(6);
        for person in 0..400 {
            let pages = if person % 2 == 0 {
                [0, 2, 3]
            } else {
                [1, 2, 4]
            };
            cutter.push(person, 0, &pages);
        }
        let copy = shuffled(&cutter.chains, 6, 3);
        assert_eq!(steps(&copy), steps(&cutter.chains));
        let mixed = copy.page.chunks(3).filter(|pages| *pages == [0, 2, 4]);
        let n = mixed.count();
        assert!((70..130).contains(&n), "{n}");
        assert_eq!(copy, shuffled(&cutter.chains, 6, 3));
    }

    #[test]
    fn nobody_is_sent_back() {
        let mut cutter = Cutter::new(3);
        for person in 0..50 {
            cutter.push(person, 0, &[0, 1, 2]);
            cutter.push(person, 0, &[2, 1, 0]);
        }
        let copy = shuffled(&cutter.chains, 3, 1);
        assert_eq!(
            copy.page.len(),
            cutter.chains.page.len(),
            "no chain was cut"
        );
    }
}
