//! Deserted links: planned links that people pass by.
//!
//! METHODS (a). The unit is the person: of the `n` persons who went on from a page, `x` made the move
//! that the link offers, however they made it. The link is deserted when even the upper 95 % bound of
//! its rate (Clopper and Pearson; nobody of n gives about 3 / n) lies below a tenth of the median rate
//! of the links of its slot, and only where enough people passed for that bound to be reached at all.
//! A slot is what can be compared: links of one kind, those on every page apart from the others.
//!
//! Any move counts as use, by search or bookmark too, so a link is rather missed than blamed. A link to
//! a hub is never deserted: searches and logins are no moves.

use super::elephant_paths::MoveRows;
use crate::stats::binomial;
use crate::stats::median::median;

/// A planned link.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlannedLink {
    /// The page it stands on; `None` where it stands on every page.
    pub from: Option<u32>,
    /// The page it leads to.
    pub to: u32,
    /// What it is compared with, from 0: smaller slots take more of the menus' space.
    pub slot: u32,
}

/// The gates of a finding.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Options {
    /// Fewer people at a page say nothing about the usual rate.
    pub k: u64,
    /// The upper bound lies below this part of the median.
    pub share_of_median: f64,
    /// Risk of the bound.
    pub alpha: f64,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            k: 5,
            share_of_median: 0.1,
            alpha: 0.05,
        }
    }
}

/// A planned link that nobody follows, or next to nobody.
#[derive(Debug, Clone, PartialEq)]
pub struct DesertedLink {
    /// The link.
    pub link: PlannedLink,
    /// People who went on from its page.
    pub n_people_at: u64,
    /// Those of them who went where it leads.
    pub n_people_used: u64,
    /// Upper 95 % bound of its rate.
    pub rate_high: f64,
    /// Median rate of the links of its slot.
    pub rate_median: f64,
}

/// The deserted links of a window.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DesertedLinks {
    /// The findings, those first that take most space: by slot, then by people; ties by pages.
    pub links: Vec<DesertedLink>,
    /// Links that lead to no hub.
    pub n_links: u64,
    /// Those that enough people passed to tell.
    pub n_tested: u64,
}

/// Finds the deserted links of a window.
pub fn deserted_links(
    rows: &MoveRows<'_>,
    links: &[PlannedLink],
    is_hub: &[bool],
    options: &Options,
) -> DesertedLinks {
    let mut links: Vec<PlannedLink> = links
        .iter()
        .filter(|link| !is_hub[link.to as usize] && link.from != Some(link.to))
        .copied()
        .collect();
    links.sort_unstable_by_key(|link| (link.slot, link.from, link.to));
    links.dedup();
    let used = Use::of(rows);
    let mut found = DesertedLinks {
        n_links: links.len() as u64,
        ..DesertedLinks::default()
    };
    for slot in links.chunk_by(|a, b| a.slot == b.slot) {
        let counts: Vec<(u64, u64)> = slot.iter().map(|link| used.of_link(link)).collect();
        let median = median_rate(&counts, options.k);
        // The bound of nobody, 1 - alpha^(1/n), reaches the bar from here on: about 30 over the median.
        let enough = -options.alpha.ln() / (options.share_of_median * median);
        for (link, (n_people_at, n_people_used)) in slot.iter().zip(counts) {
            if (n_people_at as f64) < enough {
                continue;
            }
            found.n_tested += 1;
            let rate_high = binomial::upper_bound(n_people_used, n_people_at, options.alpha);
            if rate_high < options.share_of_median * median {
                found.links.push(DesertedLink {
                    link: *link,
                    n_people_at,
                    n_people_used,
                    rate_high,
                    rate_median: median,
                });
            }
        }
    }
    found.links.sort_by_key(|found| {
        let people = std::cmp::Reverse(found.n_people_at);
        (found.link.slot, people, found.link.from, found.link.to)
    });
    found
}

/// The median rate of the links at whose page at least `k` people were; 0 where that is none, and
/// nothing can then lie below it.
fn median_rate(counts: &[(u64, u64)], k: u64) -> f64 {
    let mut rates: Vec<f64> = counts
        .iter()
        .filter(|(at, _)| *at >= k.max(1))
        .map(|(at, used)| *used as f64 / *at as f64)
        .collect();
    rates.sort_by(f64::total_cmp);
    median(&rates).unwrap_or(0.0)
}

/// Distinct persons by move, by page left and by page reached, each sorted by its key.
struct Use {
    n_people: u64,
    of_moves: Vec<(u64, u64)>,
    at_pages: Vec<(u64, u64)>,
    to_pages: Vec<(u64, u64)>,
}

impl Use {
    fn of(rows: &MoveRows<'_>) -> Self {
        let count = |key: &dyn Fn(usize) -> u64| {
            let keyed = (0..rows.n.len()).map(|row| (key(row), rows.person[row]));
            persons_by_key(keyed.collect())
        };
        let everyone = count(&|_| 0);
        Self {
            n_people: everyone.first().map_or(0, |(_, n)| *n),
            of_moves: count(&|row| u64::from(rows.from[row]) << 32 | u64::from(rows.to[row])),
            at_pages: count(&|row| rows.from[row].into()),
            to_pages: count(&|row| rows.to[row].into()),
        }
    }

    /// People at a link's page, and those who went where it leads.
    fn of_link(&self, link: &PlannedLink) -> (u64, u64) {
        let to = u64::from(link.to);
        match link.from {
            None => (self.n_people, look(&self.to_pages, to)),
            Some(from) => {
                let from = u64::from(from);
                let used = look(&self.of_moves, from << 32 | to);
                (look(&self.at_pages, from), used)
            }
        }
    }
}

fn persons_by_key(mut keyed: Vec<(u64, u32)>) -> Vec<(u64, u64)> {
    keyed.sort_unstable();
    keyed.dedup();
    keyed
        .chunk_by(|a, b| a.0 == b.0)
        .map(|run| (run[0].0, run.len() as u64))
        .collect()
}

fn look(counts: &[(u64, u64)], key: u64) -> u64 {
    let place = counts.binary_search_by_key(&key, |(key, _)| *key);
    place.map_or(0, |place| counts[place].1)
}

#[cfg(test)]
mod calibration_tests;
#[cfg(test)]
mod tests;
