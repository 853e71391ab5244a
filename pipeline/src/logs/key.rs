//! Pseudonyms and identities: keyed hashes of people, addresses, sessions and lines.

use std::hash::Hasher;
use std::sync::Arc;

use siphasher::sip::SipHasher13;

use super::users::Users;

/// What a keyed hash is of: a byte of its own for each kind, so that none can pass for another.
#[derive(Clone, Copy)]
#[repr(u8)]
enum Kind {
    User = b'u',
    Weak = b'w',
    Client = b'c',
    Session = b's',
    Event = b'e',
}

/// The installation's secret key with what is worked out from it once.
#[derive(Clone)]
pub struct Key {
    bytes: [u8; 32],
    line: [u8; 16],
    users: Arc<Users>,
}

impl Key {
    /// The key of 32 secret bytes.
    pub fn new(bytes: [u8; 32]) -> Self {
        let mut line = [0; 16];
        line.copy_from_slice(&blake3::keyed_hash(&bytes, &[Kind::Event as u8]).as_bytes()[..16]);
        Self {
            bytes,
            line,
            users: Arc::default(),
        }
    }

    /// The key with the rules by which users are folded.
    #[must_use]
    pub fn with_users(mut self, users: Users) -> Self {
        self.users = Arc::new(users);
        self
    }

    /// The person of a user name, folded first: `Ann` and `CORP\ann` are `ann`; never 0.
    pub fn person_of_user(&self, user: &[u8]) -> i64 {
        self.hash(Kind::User, &[&self.users.fold(user)])
    }

    /// The weak person of an address and a user agent; never 0.
    pub fn weak_person(&self, address: &[u8], agent: &[u8]) -> i64 {
        self.hash(Kind::Weak, &[address, agent])
    }

    /// The client of an address; never 0.
    pub fn client(&self, address: &[u8]) -> i64 {
        self.hash(Kind::Client, &[address])
    }

    /// The session of a log's own session id; never 0.
    pub fn session(&self, id: &[u8]) -> i64 {
        self.hash(Kind::Session, &[id])
    }

    /// The identity of a line (or of a record's own id): SipHash-1-3 under a key of its own; never 0.
    pub fn event_hash(&self, line: &[u8]) -> i64 {
        let mut hasher = SipHasher13::new_with_key(&self.line);
        hasher.write(line);
        never_zero(hasher.finish() as i64)
    }

    /// Keyed BLAKE3 over the kind and the parts, each after its length.
    fn hash(&self, kind: Kind, parts: &[&[u8]]) -> i64 {
        let mut hasher = blake3::Hasher::new_keyed(&self.bytes);
        hasher.update(&[kind as u8]);
        for part in parts {
            hasher.update(&(part.len() as u64).to_le_bytes());
            hasher.update(part);
        }
        let mut first = [0; 8];
        first.copy_from_slice(&hasher.finalize().as_bytes()[..8]);
        never_zero(i64::from_le_bytes(first))
    }
}

impl std::fmt::Debug for Key {
    /// Never shows the secret.
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.write_str("Key(secret)")
    }
}

/// The identity of the `k`-th occurrence (from 0) of a line in its input; the first keeps the line's; never 0.
pub fn occurrence(id: i64, k: u64) -> i64 {
    if k == 0 {
        return id;
    }
    // The finaliser of SplitMix64 over both.
    let mut x = (id as u64).wrapping_add(k.wrapping_mul(0x9e37_79b9_7f4a_7c15));
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    never_zero((x ^ (x >> 31)) as i64)
}

/// 0 means "none" in the columns, so a hash of 0 becomes 1.
fn never_zero(hash: i64) -> i64 {
    if hash == 0 { 1 } else { hash }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_folded_and_keyed() {
        let key = Key::new([7; 32]);
        assert_eq!(key.person_of_user(b" Ann "), key.person_of_user(b"ann"));
        assert_eq!(key.person_of_user(b"CORP\\Ann"), key.person_of_user(b"ann"));
        assert_eq!(
            key.person_of_user("\u{c4}NNE".as_bytes()),
            key.person_of_user("\u{e4}nne".as_bytes())
        );
        assert_ne!(
            key.person_of_user(b"ann"),
            Key::new([8; 32]).person_of_user(b"ann")
        );
        assert_ne!(key.person_of_user(b"ann"), key.client(b"ann"));
        assert_ne!(key.weak_person(b"ab", b"c"), key.weak_person(b"a", b"bc"));
        assert_eq!(format!("{key:?}"), "Key(secret)");
    }

    #[test]
    fn occurrences_differ() {
        let id = Key::new([7; 32]).event_hash(b"a line");
        assert_eq!(occurrence(id, 0), id);
        assert_ne!(occurrence(id, 1), occurrence(id, 2));
        assert_ne!(occurrence(id, 1), id);
    }
}
