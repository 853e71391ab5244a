//! Who sent a line: the person, the client, and what the agent is, looked up by their texts.
//!
//! A person mostly comes again from the same address with the same agent: both are kept beside the person and compared,
//! which costs less than two more look-ups.

use super::accounts;
use super::agents::{self, AgentClass};
use super::dictionary::{Memo, Place, is_same};
use super::key::Key;
use super::record::Record;

/// The sender of a line.
#[derive(Clone, Copy, Debug)]
pub(super) struct Sender {
    /// Keyed pseudonym.
    pub(super) person: i64,
    /// Whether the person is but an address and an agent.
    pub(super) is_weak: bool,
    /// Whether the user's name is that of a system account.
    pub(super) is_system: bool,
    /// Keyed hash of the address, or 0.
    pub(super) client: i64,
    pub(super) agent: AgentClass,
}

/// The senders met so far, from block to block and input to input.
#[derive(Default)]
pub(super) struct Senders {
    users: Memo<Known>,
    weak: Memo<Known>,
    clients: Memo<i64>,
    agents: Memo<AgentClass>,
    scratch: Vec<u8>,
}

/// Where the sender of a line seems to be known.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Sought(Option<Place>);

/// What is known of a person, and of the line that came last. With the name, sixty-four bytes: one place in memory.
struct Known {
    person: i64,
    is_system: bool,
    address: Address,
    client: i64,
    /// Id of the agent, as long as it stands for the same text.
    agent: u32,
}

/// An address that is short, as those of the fourth version of the protocol are.
struct Address {
    bytes: [u8; Self::LONGEST],
    length: u8,
}

impl Address {
    const LONGEST: usize = 15;
    /// No address.
    const NONE: Self = Self {
        bytes: [0; Self::LONGEST],
        length: u8::MAX,
    };

    /// No address where it is too long.
    fn new(text: &[u8]) -> Self {
        let mut address = Self::NONE;
        if let Some(bytes) = address.bytes.get_mut(..text.len()) {
            bytes.copy_from_slice(text);
            address.length = text.len() as u8;
        }
        address
    }

    fn is(&self, text: &[u8]) -> bool {
        let own = self.bytes.get(..usize::from(self.length));
        own.is_some_and(|own| is_same(own, text))
    }
}

impl Known {
    fn new(person: i64, is_system: bool) -> Self {
        Self {
            person,
            is_system,
            address: Address::NONE,
            client: 0,
            agent: u32::MAX,
        }
    }
}

const _: () = assert!(size_of::<Known>() <= 40);

impl Senders {
    /// Where the sender of a line seems to be known, if the line names one.
    pub(super) fn seek(&self, user: &[u8]) -> Sought {
        Sought((!user.is_empty()).then(|| self.users.seek(user)))
    }

    /// Brings what is known of a sender near.
    pub(super) fn approach(&self, Sought(place): Sought) {
        if let Some(place) = place {
            self.users.approach(place);
        }
    }

    /// Who sent a line, unless it says nothing of that; a row may have nothing but a session.
    /// `sought` is where its user seems to be known, if that was asked.
    pub(super) fn of(
        &mut self,
        key: &Key,
        record: &Record<'_>,
        Sought(place): Sought,
    ) -> Option<Sender> {
        let is_weak = record.user.is_empty();
        let known = if is_weak {
            let address = if record.client.is_empty() {
                record.session
            } else {
                record.client
            };
            if address.is_empty() {
                return None;
            }
            self.scratch.clear();
            self.scratch.extend_from_slice(address);
            self.scratch.push(0);
            self.scratch.extend_from_slice(record.agent);
            let make = || Known::new(key.weak_person(address, record.agent), false);
            self.weak.get(&self.scratch, make)
        } else {
            let make = || {
                let is_system = accounts::is_system(record.user);
                Known::new(key.person_of_user(record.user), is_system)
            };
            let id = self.users.id_at(place, record.user, make);
            self.users.at(id)
        };
        if !known.address.is(record.client) {
            known.client = match record.client {
                b"" => 0,
                address => *self.clients.get(address, || key.client(address)),
            };
            known.address = Address::new(record.client);
        }
        let agent = match self.agents.known(known.agent) {
            Some((text, class)) if is_same(text, record.agent) => *class,
            _ => {
                let make = || agents::class_of(record.agent);
                known.agent = self.agents.id(record.agent, make);
                *self.agents.at(known.agent)
            }
        };
        Some(Sender {
            person: known.person,
            is_weak,
            is_system: known.is_system,
            client: known.client,
            agent,
        })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::combined::ClfLine;
    use super::super::format::ClfLayout;
    use super::*;

    const LAYOUT: ClfLayout = ClfLayout {
        has_host: false,
        has_referrer: true,
    };

    /// The obvious way: every text worked out anew.
    fn plain(key: &Key, record: &Record<'_>) -> Sender {
        let is_weak = record.user.is_empty();
        Sender {
            person: if is_weak {
                key.weak_person(record.client, record.agent)
            } else {
                key.person_of_user(record.user)
            },
            is_weak,
            is_system: !is_weak && accounts::is_system(record.user),
            client: key.client(record.client),
            agent: agents::class_of(record.agent),
        }
    }

    proptest! {
        #[test]
        fn senders_are_as_if_worked_out_anew(
            lines in prop::collection::vec((0..4_usize, 0..5_usize, 0..4_usize, any::<bool>()), 1..60),
        ) {
            let users = ["-", "ann", "Bob", "svc_backup"];
            let addresses = ["10.0.0.1", "10.0.0.12", "h", "2001:db8:1111:2222:3333:4444:5555:6666", "10.0.0.2"];
            let agents = ["Mozilla/5.0", "Googlebot/2.1", "Mozilla/5.0 (X11)", "-"];
            let key = Key::new([7; 32]);
            let mut senders = Senders::default();
            for (user, address, agent, is_sought) in lines {
                let line = format!(
                    "{} - {} [01/May/2024:10:00:00 +0000] \"GET / HTTP/1.1\" 200 1 \"-\" \"{}\"",
                    addresses[address], users[user], agents[agent],
                );
                let read = ClfLine::read(line.as_bytes(), LAYOUT).expect("the line is well formed");
                let record = Record::of_clf(&read);
                let sought = is_sought.then(|| senders.seek(record.user));
                let sender = senders.of(&key, &record, sought.unwrap_or_default()).expect("there is an address");
                prop_assert_eq!(format!("{sender:?}"), format!("{:?}", plain(&key, &record)));
            }
        }
    }
}
