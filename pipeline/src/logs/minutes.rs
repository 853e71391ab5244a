//! What a person asked for minute by minute.
//!
//! Pages, not requests: a page that asks its server for news every second makes sixty requests a minute
//! and is one page. Exact sets would cost a hash of each line; 32 bits a minute tell more than thirty
//! pages from fewer well enough, since it takes several such minutes to be called fast.

use std::sync::LazyLock;

/// Bits that are set when there were more than thirty pages: 32 (1 - exp(-30.5 / 32)) is 19.7.
const BUSY_BITS: u32 = 20;

/// The minutes with a request, ascending, each once.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Minutes(Vec<Minute>);

/// A minute and a bit for each of its pages; different pages may share one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Minute {
    at: u16,
    pages: u32,
}

impl Minutes {
    /// Adds a request for a page, told by its hash.
    pub(super) fn add(&mut self, at: u16, page: u32) {
        let pages = 1 << (page & 31);
        let minute = Minute { at, pages };
        // Lines mostly come in their order: the last minute, or one after it.
        if self.0.last().is_none_or(|last| last.at < minute.at) {
            self.0.push(minute);
            return;
        }
        let is_last = self.0.last().is_some_and(|last| last.at == minute.at);
        let place = if is_last {
            Ok(self.0.len() - 1)
        } else {
            self.0.binary_search_by_key(&minute.at, |one| one.at)
        };
        match place {
            Ok(place) => self.0[place].pages |= minute.pages,
            Err(place) => self.0.insert(place, minute),
        }
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn n(&self) -> u32 {
        self.0.len() as u32
    }

    /// Minutes with more than thirty different pages.
    pub(super) fn n_busy(&self) -> u32 {
        let busy = self
            .0
            .iter()
            .filter(|one| one.pages.count_ones() >= BUSY_BITS);
        busy.count() as u32
    }

    /// Different pages of each minute, summed.
    pub(super) fn n_pages(&self) -> u32 {
        let sum: f64 = self
            .0
            .iter()
            .map(|one| distinct(one.pages.count_ones()))
            .sum();
        sum.round() as u32
    }
}

/// The number of pages that set so many bits (linear counting); when all are set, the most it can tell.
fn distinct(n_set: u32) -> f64 {
    // Nearly every line has a minute of its own: its logarithm is taken once for all.
    static OF: LazyLock<[f64; 33]> = LazyLock::new(|| {
        std::array::from_fn(|n_set| {
            let n_free = (32.0 - n_set as f64).max(0.5);
            -32.0 * (n_free / 32.0).ln()
        })
    });
    OF[n_set as usize]
}

#[cfg(test)]
mod tests {
    use super::*;
    use queries::stats::random::Random;

    #[test]
    fn reloads_are_one_page_and_many_pages_are_busy() {
        let mut minutes = Minutes::default();
        let hash = |page: u64| Random::new(page).next_u64() as u32;
        for _ in 0..100 {
            minutes.add(7, 5);
        }
        assert_eq!(
            (minutes.n(), minutes.n_busy(), minutes.n_pages()),
            (1, 0, 1)
        );
        (0..60).for_each(|page| minutes.add(3, hash(page)));
        (0..10).for_each(|page| minutes.add(9, hash(page)));
        assert_eq!((minutes.n(), minutes.n_busy()), (3, 1));
        assert!(
            (60..100).contains(&minutes.n_pages()),
            "{}",
            minutes.n_pages()
        );
    }
}
