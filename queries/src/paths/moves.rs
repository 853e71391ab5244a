//! Moves from page to page inside sessions.

use std::collections::BTreeSet;

/// No page: a log without a referrer, or one from outside.
pub const NO_PAGE: u32 = u32::MAX;

/// How someone came to a page.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Via {
    /// By a link on the page before.
    Link,
    /// Through the search.
    Search,
    /// From a start page.
    Home,
    /// Back to a page already seen in the session.
    Back,
    /// Typed, by a bookmark, from a chat or a mail.
    Direct,
    /// The log has no referrers.
    Unknown,
}

impl Via {
    /// The word that tables use.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Link => "link",
            Self::Search => "search",
            Self::Home => "home",
            Self::Back => "back",
            Self::Direct => "direct",
            Self::Unknown => "unknown",
        }
    }

    /// The way that a word of the tables stands for.
    pub fn parse(word: &str) -> Option<Self> {
        [
            Self::Link,
            Self::Search,
            Self::Home,
            Self::Back,
            Self::Direct,
            Self::Unknown,
        ]
        .into_iter()
        .find(|via| via.as_str() == word)
    }
}

/// Events in the order of their sessions' people and times; all slices run in parallel.
#[derive(Debug, Clone, Copy)]
pub struct MoveInput<'a> {
    /// Session of each event, as [`super::sessions::sessions`] numbers them.
    pub session: &'a [u32],
    /// Page of each event.
    pub page: &'a [u32],
    /// Page inside the intranet that the referrer names, or [`NO_PAGE`].
    pub referrer_page: &'a [u32],
    /// Whether the event's log has referrers at all.
    pub has_referrers: &'a [bool],
    /// Whether the event is a view, search or download: others move nobody.
    pub is_moving: &'a [bool],
}

/// Declared hubs, by page id.
#[derive(Debug, Clone, Default)]
pub struct Hubs {
    /// Start pages.
    pub is_home: Vec<bool>,
    /// Search pages.
    pub is_search: Vec<bool>,
}

/// A move.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Move {
    /// Index of the event that arrives.
    pub event: u32,
    /// Session of the event.
    pub session: u32,
    /// Page left.
    pub from: u32,
    /// Page reached.
    pub to: u32,
    /// How.
    pub via: Via,
}

/// The moves of all sessions, by arriving event.
///
/// A search page is no page of its own: a to search to b is one move a to b. A move to the page
/// itself is none. The source is the referrer where it names a page inside, else the session's page
/// before. Sessions may interleave; a move's event tells its place.
///
/// # Panics
/// When a page is beyond the hubs' lists, or the slices differ in length.
pub fn moves(input: &MoveInput<'_>, hubs: &Hubs) -> Vec<Move> {
    let n_sessions = input
        .session
        .iter()
        .max()
        .map_or(0, |last| *last as usize + 1);
    let mut walks: Vec<Walk> = (0..n_sessions).map(|_| Walk::default()).collect();
    let mut found = Vec::new();
    for event in 0..input.page.len() {
        if input.is_moving[event] {
            let walk = &mut walks[input.session[event] as usize];
            found.extend(walk.step(input, hubs, event));
        }
    }
    found
}

/// What a session has seen so far.
#[derive(Debug, Default)]
struct Walk {
    seen: BTreeSet<u32>,
    last_page: Option<u32>,
    is_after_search: bool,
}

impl Walk {
    fn step(&mut self, input: &MoveInput<'_>, hubs: &Hubs, event: usize) -> Option<Move> {
        let page = input.page[event];
        if hubs.is_search[page as usize] {
            self.is_after_search = true;
            return None;
        }
        let referrer = Some(input.referrer_page[event]).filter(|page| *page != NO_PAGE);
        let is_from_search = referrer.is_some_and(|page| hubs.is_search[page as usize]);
        let is_by_search = is_from_search || (referrer.is_none() && self.is_after_search);
        let from = if is_from_search {
            self.last_page
        } else {
            referrer.or(self.last_page)
        };
        let is_seen = !self.seen.insert(page);
        self.last_page = Some(page);
        self.is_after_search = false;
        let from = from.filter(|from| *from != page)?;
        let via = if is_seen {
            Via::Back
        } else if is_by_search {
            Via::Search
        } else if hubs.is_home[from as usize] {
            Via::Home
        } else if referrer.is_some() {
            Via::Link
        } else if input.has_referrers[event] {
            Via::Direct
        } else {
            Via::Unknown
        };
        Some(Move {
            event: event as u32,
            session: input.session[event],
            from,
            to: page,
            via,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOME: u32 = 0;
    const SEARCH: u32 = 1;
    const A: u32 = 2;
    const B: u32 = 3;
    const C: u32 = 4;

    fn walk(events: &[(u32, u32)]) -> Vec<(u32, u32, &'static str)> {
        let hubs = Hubs {
            is_home: (0..5).map(|page| page == HOME).collect(),
            is_search: (0..5).map(|page| page == SEARCH).collect(),
        };
        let page: Vec<u32> = events.iter().map(|e| e.0).collect();
        let referrer: Vec<u32> = events.iter().map(|e| e.1).collect();
        let input = MoveInput {
            session: &vec![0; page.len()],
            page: &page,
            referrer_page: &referrer,
            has_referrers: &vec![true; page.len()],
            is_moving: &vec![true; page.len()],
        };
        moves(&input, &hubs)
            .iter()
            .map(|m| (m.from, m.to, m.via.as_str()))
            .collect()
    }

    #[test]
    fn a_search_between_two_pages_is_no_page() {
        assert_eq!(
            walk(&[(A, NO_PAGE), (SEARCH, A), (B, SEARCH)]),
            [(A, B, "search")]
        );
        assert_eq!(
            walk(&[(A, NO_PAGE), (SEARCH, A), (SEARCH, SEARCH), (B, NO_PAGE)]),
            [(A, B, "search")]
        );
        assert_eq!(walk(&[(SEARCH, NO_PAGE), (B, SEARCH)]), []);
        assert_eq!(walk(&[(A, NO_PAGE), (SEARCH, A), (A, SEARCH)]), []);
    }

    #[test]
    fn the_referrer_tells_the_source_even_of_a_first_page() {
        assert_eq!(walk(&[(B, A)]), [(A, B, "link")]);
        assert_eq!(
            walk(&[(A, NO_PAGE), (B, A), (C, A)]),
            [(A, B, "link"), (A, C, "link")]
        );
    }

    #[test]
    fn sessions_may_interleave_and_only_views_move() {
        let input = MoveInput {
            session: &[0, 1, 0, 0, 1],
            page: &[A, B, C, B, C],
            referrer_page: &[NO_PAGE; 5],
            has_referrers: &[false; 5],
            is_moving: &[true, true, false, true, true],
        };
        let hubs = Hubs {
            is_home: vec![false; 5],
            is_search: vec![false; 5],
        };
        let row = |event, session, from, to| Move {
            event,
            session,
            from,
            to,
            via: Via::Unknown,
        };
        assert_eq!(moves(&input, &hubs), [row(3, 0, A, B), row(4, 1, B, C)]);
    }

    #[test]
    fn ways_of_coming() {
        assert_eq!(
            walk(&[(HOME, NO_PAGE), (A, HOME), (B, NO_PAGE)]),
            [(HOME, A, "home"), (A, B, "direct")]
        );
        assert_eq!(
            walk(&[(A, NO_PAGE), (B, A), (A, B)]),
            [(A, B, "link"), (B, A, "back")]
        );
        assert_eq!(walk(&[(A, NO_PAGE), (A, A)]), [], "a reload is no move");
    }
}
