//! What every readable line asks for, event or filtered: what a machine could be told by, in a few bytes a line.
//!
//! Counting for each person while lines are read would need a table of all people that each line looks up, for each
//! thread. Lines are kept instead: once a day is sorted by person, its counts need one walk and no table.

use super::agents::AgentClass;

/// A readable line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Request {
    /// Keyed pseudonym.
    pub person: i64,
    /// Civil day in the intranet's zone.
    pub day: i32,
    /// Microseconds since 1970 UTC.
    pub ts: i64,
    /// What it asks for, and what a machine could be told by.
    pub signs: Signs,
}

/// What became of a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(super) enum Outcome {
    /// It asks for nothing that a person looks at: static files, redirects, prefetches.
    Nothing,
    /// It was answered.
    Answered,
    /// A client's error; being asked for a name is none.
    ClientError,
    /// Any other error.
    OtherError,
}

impl Outcome {
    pub(super) fn of(is_page: bool, status: u16) -> Self {
        match status {
            _ if !is_page => Self::Nothing,
            304 | 0..300 => Self::Answered,
            300..400 => Self::Nothing,
            401 | 407 => Self::OtherError,
            400..500 => Self::ClientError,
            _ => Self::OtherError,
        }
    }
}

/// Signs of a machine: hour (5 bits), client (6), agent (2), outcome (2), system (1), attacks (8), and from the middle on
/// the page (32). One number, so that a line on its own costs one place in memory.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Signs(u64);

const CLIENT: u32 = 5;
const AGENT: u32 = 11;
const OUTCOME: u32 = 13;
const SYSTEM: u32 = 15;
const ATTACKS: u32 = 16;
const PAGE: u32 = 32;

/// The signs of a line, one by one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Told {
    /// Half the hash of the page, or of the address that is none; 0 where nothing is asked for.
    pub(super) page: u32,
    /// Hour of the civil day.
    pub(super) hour: u8,
    /// Keyed hash of the address, or 0.
    pub(super) client: i64,
    pub(super) agent: AgentClass,
    pub(super) outcome: Outcome,
    /// Whether the user's name is that of a system account.
    pub(super) is_system: bool,
    /// Kinds of attack in the address, a bit each.
    pub(super) attacks: u8,
}

impl Signs {
    pub(super) fn new(told: &Told) -> Self {
        let client = if told.client == 0 {
            0
        } else {
            (told.client as u64 & 31) << 1 | 1
        };
        Self(
            u64::from(told.hour)
                | client << CLIENT
                | (told.agent as u64) << AGENT
                | (told.outcome as u64) << OUTCOME
                | u64::from(told.is_system) << SYSTEM
                | u64::from(told.attacks) << ATTACKS
                | u64::from(told.page) << PAGE,
        )
    }

    pub(super) fn hour(self) -> u8 {
        (self.0 & 31) as u8
    }

    /// A bit of the address; different addresses may share one.
    pub(super) fn client_bit(self) -> Option<u32> {
        let client = (self.0 >> CLIENT & 63) as u32;
        (client != 0).then_some(client >> 1)
    }

    pub(super) fn is_agent(self, class: AgentClass) -> bool {
        self.0 >> AGENT & 3 == class as u64
    }

    pub(super) fn outcome(self) -> Outcome {
        match self.0 >> OUTCOME & 3 {
            0 => Outcome::Nothing,
            1 => Outcome::Answered,
            2 => Outcome::ClientError,
            _ => Outcome::OtherError,
        }
    }

    pub(super) fn is_system(self) -> bool {
        self.0 >> SYSTEM & 1 == 1
    }

    pub(super) fn page(self) -> u32 {
        (self.0 >> PAGE) as u32
    }

    pub(super) fn attacks(self) -> u8 {
        (self.0 >> ATTACKS) as u8
    }
}

/// Lines that a filter caught, as columns; the lines of events stand with their events.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Requests {
    /// As in [`Request`].
    pub person: Vec<i64>,
    /// As in [`Request`].
    pub day: Vec<i32>,
    /// As in [`Request`].
    pub ts: Vec<i64>,
    /// As in [`Request`].
    pub signs: Vec<Signs>,
}

impl Requests {
    /// The number of lines.
    pub fn len(&self) -> usize {
        self.person.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.person.is_empty()
    }

    /// A line; panics behind the last.
    pub fn get(&self, row: usize) -> Request {
        Request {
            person: self.person[row],
            day: self.day[row],
            ts: self.ts[row],
            signs: self.signs[row],
        }
    }

    /// Adds a line.
    pub fn push(&mut self, request: &Request) {
        self.person.push(request.person);
        self.day.push(request.day);
        self.ts.push(request.ts);
        self.signs.push(request.signs);
    }

    pub(super) fn append(&mut self, other: &Self) {
        (0..other.len()).for_each(|row| self.push(&other.get(row)));
    }

    /// Adds lines of another block, in this order; panics where it has no such row.
    pub fn append_rows(&mut self, other: &Self, rows: &[u32]) {
        let rows = || rows.iter().map(|row| *row as usize);
        self.person.extend(rows().map(|row| other.person[row]));
        self.day.extend(rows().map(|row| other.day[row]));
        self.ts.extend(rows().map(|row| other.ts[row]));
        self.signs.extend(rows().map(|row| other.signs[row]));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signs_are_read_as_they_were_put() {
        let told = Told {
            page: u32::MAX - 1,
            hour: 23,
            client: -2,
            agent: AgentClass::Monitor,
            outcome: Outcome::ClientError,
            is_system: true,
            attacks: 0b1010_0001,
        };
        let signs = Signs::new(&told);
        assert_eq!((signs.hour(), signs.client_bit()), (23, Some(30)));
        assert!(signs.is_agent(AgentClass::Monitor) && !signs.is_agent(AgentClass::Crawler));
        assert_eq!(signs.outcome(), Outcome::ClientError);
        assert_eq!((signs.is_system(), signs.attacks()), (true, 0b1010_0001));
        assert_eq!(signs.page(), u32::MAX - 1);
        let signs = Signs::new(&Told { client: 0, ..told });
        assert_eq!(signs.client_bit(), None);
    }

    #[test]
    fn outcomes_are_of_pages_and_a_handshake_is_no_error_of_a_client() {
        use Outcome::{Answered, ClientError, Nothing, OtherError};
        let outcomes = [200, 0, 304, 302, 401, 404, 500].map(|status| Outcome::of(true, status));
        assert_eq!(
            outcomes,
            [
                Answered,
                Answered,
                Answered,
                Nothing,
                OtherError,
                ClientError,
                OtherError
            ]
        );
        assert_eq!(Outcome::of(false, 404), Nothing);
    }
}
