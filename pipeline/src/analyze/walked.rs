//! From the events of a window to its walks and moves: what `window_walks` and `window_moves` say.

use queries::findings::elephant_paths::{MoveRow, Moves};
use queries::paths::moves::{Hubs, Move};
use queries::paths::walks::Walks;

use super::Window;
use crate::derive::blocks::{Block, Session, by_block};
use crate::derive::looks::Looks;

/// Silence that ends a session, in microseconds, and the days on which a session may start.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rules {
    pub(super) gap_us: i64,
    pub(super) window: Window,
}

/// Walks and moves of a window, and who walked.
#[derive(Debug, Default)]
pub(super) struct Walked {
    /// Persons with a walk, as places among those of the looks.
    pub(super) persons: Vec<usize>,
    pub(super) walks: Walks,
    pub(super) moves: Moves,
}

/// The walks and moves of a window; `page_ids` are the ids that its pages shall have.
pub(super) fn walked(looks: &Looks, rules: Rules, hubs: &Hubs, page_ids: &[u32]) -> Walked {
    let parts = by_block(looks, rules.gap_us, hubs, |block| {
        let mut part = Walked::default();
        for (session, moves) in block.sessions() {
            let is_in_window = (rules.window.start..=rules.window.end).contains(&session.day);
            if is_in_window && session.n_views > 0 {
                part.walk(looks, block, session, moves, page_ids);
            }
        }
        part.moves.sort_and_sum();
        part
    });
    let mut all = Walked::default();
    let n_walks = parts.iter().map(|part| part.walks.len()).sum();
    let n_moves = parts.iter().map(|part| part.walks.n_moves()).sum();
    all.walks = Walks::with_room(n_walks, n_moves);
    all.moves = Moves::with_room(parts.iter().map(|part| part.moves.n.len()).sum());
    for part in parts {
        let before = all.persons.len() as u32;
        all.walks.append(&part.walks, before);
        all.moves.append(&part.moves, before);
        all.persons.extend(part.persons);
    }
    all
}

impl Walked {
    fn walk(
        &mut self,
        looks: &Looks,
        block: &Block,
        session: &Session,
        moves: &[Move],
        page_ids: &[u32],
    ) {
        if self.persons.last() != Some(&session.person) {
            self.persons.push(session.person);
        }
        let who = self.persons.len() as u32 - 1;
        let page = |event: usize| page_ids[looks.page[block.start + event] as usize];
        self.walks
            .begin(who, session.day, page(session.first), page(session.last));
        let mut arrived = None;
        for one in moves {
            let now = looks.ts[block.start + one.event as usize];
            if let Some(before) = arrived.replace(now) {
                self.walks.stayed(seconds(now - before));
            }
            let (from, to) = (page_ids[one.from as usize], page_ids[one.to as usize]);
            self.walks.step(from, to, one.via);
            self.moves.push(MoveRow {
                person: who,
                from,
                to,
                day: session.day,
                via: one.via,
                n: 1,
            });
        }
    }
}

/// Whole seconds of microseconds, at most a day: a session has no longer break.
fn seconds(microseconds: i64) -> u32 {
    (microseconds / 1_000_000).clamp(0, 86_400) as u32
}
