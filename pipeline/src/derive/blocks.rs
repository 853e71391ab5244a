//! Sessions and moves of the events of some days, by blocks of people.
//!
//! People are apart from each other, so that blocks of them run in parallel; the sessions and moves of a
//! block are those of the pure functions that the questions are held against.

use std::ops::Range;

use queries::paths::moves::{Hubs, Move, MoveInput, moves};
use queries::paths::sessions::sessions;
use rayon::prelude::*;

use super::looks::Looks;

/// Events of a block of people, about.
const BLOCK_EVENTS: usize = 100_000;

/// The sessions of some people.
pub(crate) struct Block {
    /// Where their events start among all.
    pub(crate) start: usize,
    /// Their sessions, by their first events.
    pub(crate) sessions: Vec<Session>,
    /// Their moves by session and event; events are places in the block.
    pub(crate) moves: Vec<Move>,
}

/// A session; events are places in its block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Session {
    /// Whose, as a place among the persons of all.
    pub(crate) person: usize,
    /// Its first event.
    pub(crate) first: usize,
    /// Its last event.
    pub(crate) last: usize,
    /// The day of its first event.
    pub(crate) day: i32,
    /// Events at which something was looked at.
    pub(crate) n_views: u32,
}

impl Block {
    fn of(looks: &Looks, persons: Range<usize>, gap_us: i64, hubs: &Hubs) -> Self {
        let events = looks.starts[persons.start]..looks.starts[persons.end];
        let mut who = Vec::with_capacity(events.len());
        for at in persons {
            who.resize(looks.starts[at + 1] - events.start, at as i64);
        }
        let session = sessions(
            &who,
            &looks.ts[events.clone()],
            &looks.log_session[events.clone()],
            gap_us,
        );
        let input = MoveInput {
            session: &session,
            page: &looks.page[events.clone()],
            referrer_page: &looks.referrer[events.clone()],
            has_referrers: &looks.has_referrers[events.clone()],
            is_moving: &looks.is_moving[events.clone()],
        };
        let mut moves = moves(&input, hubs);
        moves.sort_unstable_by_key(|one| (one.session, one.event));
        let mut block = Self {
            start: events.start,
            sessions: Vec::new(),
            moves,
        };
        for (event, number) in session.iter().enumerate() {
            if *number as usize == block.sessions.len() {
                block.sessions.push(Session {
                    person: who[event] as usize,
                    first: event,
                    last: event,
                    day: looks.day[events.start + event],
                    n_views: 0,
                });
            }
            let session = &mut block.sessions[*number as usize];
            session.last = event;
            session.n_views += u32::from(looks.is_moving[events.start + event]);
        }
        block
    }

    /// Each session with its moves.
    pub(crate) fn sessions(&self) -> impl Iterator<Item = (&Session, &[Move])> {
        let mut rest = self.moves.as_slice();
        (0_u32..).zip(&self.sessions).map(move |(number, session)| {
            let n = rest.partition_point(|one| one.session == number);
            let (own, others) = rest.split_at(n);
            rest = others;
            (session, own)
        })
    }
}

/// What `make` makes of each block of people, in their order. Silence of more than `gap_us` ends a session.
pub(crate) fn by_block<T: Send>(
    looks: &Looks,
    gap_us: i64,
    hubs: &Hubs,
    make: impl Fn(&Block) -> T + Sync,
) -> Vec<T> {
    let blocks = blocks(looks).into_par_iter();
    blocks
        .map(|persons| make(&Block::of(looks, persons, gap_us, hubs)))
        .collect()
}

/// Ranges of persons with about as many events each.
fn blocks(looks: &Looks) -> Vec<Range<usize>> {
    let mut blocks = Vec::new();
    let mut start = 0;
    for at in 0..looks.persons.len() {
        let n_events = looks.starts[at + 1] - looks.starts[start];
        if n_events >= BLOCK_EVENTS || at + 1 == looks.persons.len() {
            blocks.push(start..at + 1);
            start = at + 1;
        }
    }
    blocks
}
