//! Who leaves at which page: the exit of a session, or a page that people came back to twice and left.

use crate::paths::moves::Via;
use crate::paths::walks::{Walk, Walks};

/// Coming back to a page this often, and then leaving or searching, is giving up (pogo sticking).
const RETURNS: usize = 2;

/// Whether a session gives up at a page.
pub(super) fn gives_up(walk: &Walk<'_>, page: u32) -> bool {
    if walk.exit == page {
        return true;
    }
    let is_return = |step: &usize| walk.via[*step] == Via::Back && walk.to[*step] == page;
    let returns: Vec<usize> = (0..walk.to.len()).filter(is_return).collect();
    let (Some(last), true) = (returns.last(), returns.len() >= RETURNS) else {
        return false;
    };
    walk.via.get(last + 1).is_none_or(|via| *via == Via::Search)
}

/// For each page the people who came to it, and those of them who left there, each person with the first
/// session only.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exits {
    /// People who came to each page.
    pub people: Vec<u64>,
    /// Those of them who left there.
    pub left: Vec<u64>,
}

impl Exits {
    /// Counts them; hubs and the pages of journeys stay at 0.
    pub fn of(walks: &Walks, is_hub: &[bool], journeys: &[Vec<u32>]) -> Self {
        let mut exits = Self {
            people: vec![0; is_hub.len()],
            left: vec![0; is_hub.len()],
        };
        let mut is_left_out = is_hub.to_vec();
        for page in journeys.iter().flatten() {
            is_left_out[*page as usize] = true;
        }
        let mut last_person = vec![u32::MAX; is_hub.len()];
        for walk in walks.iter() {
            for page in walk.to {
                let place = *page as usize;
                if is_left_out[place] || last_person[place] == walk.person {
                    continue;
                }
                last_person[place] = walk.person;
                exits.people[place] += 1;
                exits.left[place] += u64::from(gives_up(&walk, *page));
            }
        }
        exits
    }
}
