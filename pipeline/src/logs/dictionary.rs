//! A dictionary of byte strings: one arena, dense ids, and a memo built on it.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use hashbrown::HashTable;

/// Distinct byte strings with dense ids from 0 in order of arrival.
#[derive(Clone, Default)]
pub struct Dictionary {
    arena: Vec<u8>,
    ends: Vec<usize>,
    table: HashTable<u32>,
    hasher: RandomState,
}

impl Dictionary {
    /// The number of distinct strings.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether the dictionary holds nothing.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The bytes of an id given out by this dictionary; panics for any other id.
    pub fn get(&self, id: u32) -> &[u8] {
        bytes_at(&self.arena, &self.ends, id)
    }

    /// The text of an id; what is no UTF-8 shows as U+FFFD.
    pub fn text(&self, id: u32) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(self.get(id))
    }

    /// All strings in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.ends.len() as u32).map(|id| self.get(id))
    }

    /// The id of a string that may be new.
    pub fn insert(&mut self, bytes: &[u8]) -> u32 {
        self.insert_new(bytes).0
    }

    /// The id of a string, and whether it is new.
    pub fn insert_new(&mut self, bytes: &[u8]) -> (u32, bool) {
        let hash = self.hasher.hash_one(bytes);
        let (arena, ends) = (&self.arena, &self.ends);
        if let Some(id) = self
            .table
            .find(hash, |id| bytes_at(arena, ends, *id) == bytes)
        {
            return (*id, false);
        }
        let id = self.ends.len() as u32;
        self.arena.extend_from_slice(bytes);
        self.ends.push(self.arena.len());
        let (arena, ends, hasher) = (&self.arena, &self.ends, &self.hasher);
        self.table
            .insert_unique(hash, id, |id| hasher.hash_one(bytes_at(arena, ends, *id)));
        (id, true)
    }

    /// Takes over another dictionary's strings; the result maps its ids to ours.
    pub fn merge(&mut self, other: &Self) -> Vec<u32> {
        other.iter().map(|bytes| self.insert(bytes)).collect()
    }

    /// Forgets all strings and keeps the memory.
    pub fn clear(&mut self) {
        self.arena.clear();
        self.ends.clear();
        self.table.clear();
    }
}

impl PartialEq for Dictionary {
    fn eq(&self, other: &Self) -> bool {
        self.arena == other.arena && self.ends == other.ends
    }
}

impl std::fmt::Debug for Dictionary {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_list()
            .entries((0..self.len() as u32).map(|id| self.text(id)))
            .finish()
    }
}

fn bytes_at<'a>(arena: &'a [u8], ends: &[usize], id: u32) -> &'a [u8] {
    let id = id as usize;
    let start = if id == 0 { 0 } else { ends[id - 1] };
    &arena[start..ends[id]]
}

/// Remembers what was worked out for a byte string; forgets all when it grows too large.
pub(super) struct Memo<V> {
    keys: Dictionary,
    values: Vec<V>,
}

/// Above this many strings a memo starts anew: it is a help, and memory is bounded.
const MEMO_LIMIT: usize = 1 << 20;
/// Above this many bytes of strings, likewise.
const MEMO_BYTES: usize = 64 << 20;

impl<V> Default for Memo<V> {
    fn default() -> Self {
        Self {
            keys: Dictionary::default(),
            values: Vec::new(),
        }
    }
}

impl<V> Memo<V> {
    /// The value of `raw`, made on first sight.
    pub(super) fn get(&mut self, raw: &[u8], make: impl FnOnce() -> V) -> &mut V {
        let id = self.id(raw, make);
        self.at(id)
    }

    /// The id of the value of `raw`, made on first sight; good until the next is asked for.
    pub(super) fn id(&mut self, raw: &[u8], make: impl FnOnce() -> V) -> u32 {
        if self.keys.len() >= MEMO_LIMIT || self.keys.arena.len() >= MEMO_BYTES {
            self.clear();
        }
        let (id, is_new) = self.keys.insert_new(raw);
        if is_new {
            self.values.push(make());
        }
        id
    }

    /// The value of an id; panics for one that this memo did not give out.
    pub(super) fn at(&mut self, id: u32) -> &mut V {
        &mut self.values[id as usize]
    }

    /// Forgets everything and keeps the memory.
    pub(super) fn clear(&mut self) {
        self.keys.clear();
        self.values.clear();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_dense_and_stable_under_merge() {
        let mut one = Dictionary::default();
        assert_eq!(
            (one.insert(b"/a"), one.insert(b""), one.insert(b"/a")),
            (0, 1, 0)
        );
        let mut two = Dictionary::default();
        two.insert(b"/b");
        two.insert(b"/a");
        assert_eq!(one.merge(&two), vec![2, 0]);
        assert_eq!(one.get(2), b"/b");
        assert_eq!(one.len(), 3);
    }

    #[test]
    fn a_memo_makes_each_value_once() {
        let mut memo = Memo::default();
        let mut made = 0;
        for raw in [b"x", b"y", b"x"] {
            memo.get(raw, || made += 1);
        }
        assert_eq!(made, 2);
    }
}
