//! Whether a section's audience changed on its pages, or only which of its pages are used.
//!
//! Kitagawa 1955: a share over all pages is the mean of the shares on each, weighted by use. Its change splits without a
//! rest into shares that moved at mean weights, and weights that moved at mean shares. So a section whose every page
//! gains consultants while its share of them falls (Simpson) is told as such.

/// A page in two windows; people are counted on each page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PageAudience {
    /// People of the unit before, and after.
    pub n_unit: (u64, u64),
    /// All people before, and after.
    pub n_all: (u64, u64),
}

/// A change of a share, and its two parts: `change` is their sum.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Split {
    /// Share after less share before, over all uses of pages.
    pub change: f64,
    /// What the pages' own audiences changed.
    pub within_pages: f64,
    /// What the use of other pages changed.
    pub page_mix: f64,
}

/// Splits a change; `None` where one of the windows is empty. A page in one window only has no share in the other: it
/// counts as having had the same, so that its coming or going is mix.
pub fn kitagawa(pages: &[PageAudience]) -> Option<Split> {
    let total = |of: fn(&PageAudience) -> u64| pages.iter().map(of).sum::<u64>() as f64;
    let (before, after) = (total(|page| page.n_all.0), total(|page| page.n_all.1));
    if before <= 0.0 || after <= 0.0 {
        return None;
    }
    let mut split = Split {
        change: 0.0,
        within_pages: 0.0,
        page_mix: 0.0,
    };
    for page in pages {
        let share = |n_unit: u64, n_all: u64| (n_all > 0).then(|| n_unit as f64 / n_all as f64);
        let old = share(page.n_unit.0, page.n_all.0);
        let new = share(page.n_unit.1, page.n_all.1);
        let (Some(old), Some(new)) = (old.or(new), new.or(old)) else {
            continue;
        };
        let weights = (page.n_all.0 as f64 / before, page.n_all.1 as f64 / after);
        split.within_pages += (new - old) * (weights.0 + weights.1) / 2.0;
        split.page_mix += (weights.1 - weights.0) * (old + new) / 2.0;
    }
    split.change = split.within_pages + split.page_mix;
    Some(split)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn page(n_unit: (u64, u64), n_all: (u64, u64)) -> PageAudience {
        PageAudience { n_unit, n_all }
    }

    #[test]
    fn simpsons_reversal_is_told() {
        // Both pages gain, but the page with few of the unit is used ten times as much.
        let pages = [page((80, 85), (100, 100)), page((10, 150), (100, 1_000))];
        let split = kitagawa(&pages).expect("both windows have people");
        assert!(split.change < 0.0 && split.within_pages > 0.0 && split.page_mix < 0.0);
    }

    #[test]
    fn a_new_page_is_mix() {
        let split = kitagawa(&[page((10, 10), (100, 100)), page((0, 90), (0, 100))]);
        let split = split.expect("both windows have people");
        assert!(split.within_pages.abs() < 1e-12 && (split.page_mix - 0.4).abs() < 1e-12);
        assert_eq!(kitagawa(&[]), None);
    }

    proptest! {
        #[test]
        fn parts_add_up(pages in proptest::collection::vec((0_u64..9, 0_u64..9, 1_u64..9, 1_u64..9), 1..6)) {
            let pages: Vec<PageAudience> = pages
                .iter()
                .map(|(u0, u1, r0, r1)| page((*u0, *u1), (u0 + r0, u1 + r1)))
                .collect();
            let share = |unit: u64, all: u64| unit as f64 / all as f64;
            let sum = |of: fn(&PageAudience) -> u64| pages.iter().map(of).sum::<u64>();
            let before = share(sum(|p| p.n_unit.0), sum(|p| p.n_all.0));
            let after = share(sum(|p| p.n_unit.1), sum(|p| p.n_all.1));
            let split = kitagawa(&pages).expect("both windows have people");
            prop_assert!((split.change - (after - before)).abs() < 1e-12);
        }
    }
}
