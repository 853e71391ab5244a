//! The first requests of a day, and how far apart they are: a machine that is regular is so from the start.

use super::smallest::{KEPT, Smallest};

/// The first requests: the millisecond of each, above half the hash of its page.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct FirstRequests(Smallest);

/// How far apart the first requests of a day are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Gaps {
    /// Number of gaps.
    pub n: u32,
    /// Their sum in milliseconds.
    pub sum_ms: i64,
    /// The sum of their squares.
    pub sum_ms_squared: i64,
    /// Different pages that these requests were for: a page that asks for news is regular too.
    pub n_pages: u32,
}

impl FirstRequests {
    /// Adds a request, `at` in milliseconds.
    pub(super) fn add(&mut self, at: u32, page: u32) {
        self.0.add(u64::from(at) << 32 | u64::from(page));
    }

    pub(super) fn clear(&mut self) {
        self.0.clear();
    }

    pub(super) fn gaps(&self) -> Gaps {
        let requests = self.0.numbers();
        let mut gaps = Gaps::default();
        for pair in requests.windows(2) {
            let gap = ((pair[1] >> 32) - (pair[0] >> 32)) as i64;
            gaps.n += 1;
            gaps.sum_ms += gap;
            gaps.sum_ms_squared += gap * gap;
        }
        let mut pages = [0; KEPT];
        let pages = &mut pages[..requests.len()];
        for (page, request) in pages.iter_mut().zip(requests) {
            *page = *request as u32;
        }
        pages.sort_unstable();
        gaps.n_pages = pages.chunk_by(|a, b| a == b).count() as u32;
        gaps
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn gaps_tell_a_clock_from_a_person() {
        let mut clock = FirstRequests::default();
        (0..40).rev().for_each(|i| clock.add(i * 300_000, 1));
        let gaps = clock.gaps();
        assert_eq!((gaps.n, gaps.sum_ms), (39, 39 * 300_000));
        assert_eq!(
            (gaps.sum_ms_squared, gaps.n_pages),
            (39 * 300_000 * 300_000, 1)
        );
        assert_eq!(FirstRequests::default().gaps(), Gaps::default());
    }
}
