//! From the events of a window to its walks and moves: what `window_walks` and `window_moves` say.
//!
//! People are apart from each other, so that blocks of them run in parallel; the sessions and moves of a
//! block are those of the pure functions that the questions are held against.

use queries::findings::elephant_paths::{MoveRow, Moves};
use queries::paths::moves::{Hubs, Move, MoveInput, moves};
use queries::paths::sessions::sessions;
use queries::paths::walks::Walks;
use rayon::prelude::*;

use super::Window;
use super::looks::Looks;

/// Events of a block of people, about.
const BLOCK_EVENTS: usize = 100_000;

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
    let parts: Vec<Walked> = blocks(looks)
        .into_par_iter()
        .map(|persons| block(looks, persons, rules, hubs, page_ids))
        .collect();
    let mut all = Walked::default();
    for part in parts {
        let before = all.persons.len() as u32;
        all.walks.append(&part.walks, before);
        all.moves.append(&part.moves, before);
        all.persons.extend(part.persons);
    }
    all
}

/// Ranges of persons with about as many events each.
fn blocks(looks: &Looks) -> Vec<std::ops::Range<usize>> {
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

fn block(
    looks: &Looks,
    persons: std::ops::Range<usize>,
    rules: Rules,
    hubs: &Hubs,
    page_ids: &[u32],
) -> Walked {
    let events = looks.starts[persons.start]..looks.starts[persons.end];
    let mut who = Vec::with_capacity(events.len());
    for at in persons.clone() {
        who.resize(looks.starts[at + 1] - events.start, at as i64);
    }
    let session = sessions(
        &who,
        &looks.ts[events.clone()],
        &looks.log_session[events.clone()],
        rules.gap_us,
    );
    let input = MoveInput {
        session: &session,
        page: &looks.page[events.clone()],
        referrer_page: &looks.referrer[events.clone()],
        has_referrers: &looks.has_referrers[events.clone()],
        is_moving: &looks.is_moving[events.clone()],
    };
    let mut found = moves(&input, hubs);
    found.sort_unstable_by_key(|one| (one.session, one.event));
    let held = held(looks, events.start, &session);
    let mut walked = Walked::default();
    let mut rest = found.as_slice();
    for (number, held) in (0_u32..).zip(&held) {
        let n = rest.partition_point(|one| one.session == number);
        let (own, others) = rest.split_at(n);
        rest = others;
        let is_in_window = (rules.window.start..=rules.window.end).contains(&held.day);
        if is_in_window && held.is_looking {
            walked.walk(
                looks,
                (events.start, who[held.first] as usize),
                held,
                own,
                page_ids,
            );
        }
    }
    walked.moves.sort_and_sum();
    walked
}

/// What is known of a session: events as places in the block.
struct Held {
    first: usize,
    last: usize,
    day: i32,
    /// Whether something was looked at.
    is_looking: bool,
}

fn held(looks: &Looks, start: usize, session: &[u32]) -> Vec<Held> {
    let mut all: Vec<Held> = Vec::new();
    for (event, session) in session.iter().enumerate() {
        if *session as usize == all.len() {
            all.push(Held {
                first: event,
                last: event,
                day: looks.day[start + event],
                is_looking: false,
            });
        }
        let held = &mut all[*session as usize];
        held.last = event;
        held.is_looking |= looks.is_moving[start + event];
    }
    all
}

impl Walked {
    fn walk(
        &mut self,
        looks: &Looks,
        (start, person): (usize, usize),
        held: &Held,
        moves: &[Move],
        page_ids: &[u32],
    ) {
        if self.persons.last() != Some(&person) {
            self.persons.push(person);
        }
        let who = self.persons.len() as u32 - 1;
        let page = |event: usize| page_ids[looks.page[start + event] as usize];
        self.walks
            .begin(who, held.day, page(held.first), page(held.last));
        let mut arrived = None;
        for one in moves {
            let now = looks.ts[start + one.event as usize];
            if let Some(before) = arrived.replace(now) {
                self.walks.stayed(seconds(now - before));
            }
            let (from, to) = (page_ids[one.from as usize], page_ids[one.to as usize]);
            self.walks.step(from, to, one.via);
            self.moves.push(MoveRow {
                person: who,
                from,
                to,
                day: held.day,
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
