//! A dictionary of byte strings: one arena, dense ids, and a memo built on it.

use std::hash::BuildHasher;

use foldhash::fast::RandomState;
use hashbrown::HashTable;

/// Distinct byte strings with dense ids from 0 in order of arrival.
#[derive(Clone, Default)]
pub struct Dictionary {
    strings: Strings<()>,
}

impl Dictionary {
    /// The number of distinct strings.
    pub fn len(&self) -> usize {
        self.strings.entries.len()
    }

    /// Whether the dictionary holds nothing.
    pub fn is_empty(&self) -> bool {
        self.strings.entries.is_empty()
    }

    /// The number of bytes of all strings.
    pub fn n_bytes(&self) -> usize {
        self.strings.n_bytes
    }

    /// The bytes of an id given out by this dictionary; panics for any other id.
    pub fn get(&self, id: u32) -> &[u8] {
        self.strings.bytes(id)
    }

    /// The text of an id; what is no UTF-8 shows as U+FFFD.
    pub fn text(&self, id: u32) -> std::borrow::Cow<'_, str> {
        String::from_utf8_lossy(self.get(id))
    }

    /// All strings in the order of their ids.
    pub fn iter(&self) -> impl Iterator<Item = &[u8]> {
        (0..self.len() as u32).map(|id| self.get(id))
    }

    /// The id of a string that may be new.
    pub fn insert(&mut self, bytes: &[u8]) -> u32 {
        self.strings.get_or_insert(bytes, || ())
    }

    /// Takes over another dictionary's strings; the result maps its ids to ours.
    pub fn merge(&mut self, other: &Self) -> Vec<u32> {
        other.iter().map(|bytes| self.insert(bytes)).collect()
    }

    /// Forgets all strings and keeps the memory.
    pub fn clear(&mut self) {
        self.strings.clear();
    }
}

impl PartialEq for Dictionary {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl std::fmt::Debug for Dictionary {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_list()
            .entries((0..self.len() as u32).map(|id| self.text(id)))
            .finish()
    }
}

/// Remembers what was worked out for a byte string; forgets all when it grows too large.
pub(super) struct Memo<V> {
    strings: Strings<V>,
}

/// Above this many strings a memo starts anew: it is a help, and memory is bounded.
const MEMO_LIMIT: usize = 1 << 17;
/// Above this many bytes of strings, likewise.
const MEMO_BYTES: usize = 16 << 20;

impl<V> Default for Memo<V> {
    fn default() -> Self {
        Self {
            strings: Strings::default(),
        }
    }
}

impl<V> Memo<V> {
    /// The value of `raw`, made on first sight.
    pub(super) fn get(&mut self, raw: &[u8], make: impl FnOnce() -> V) -> &mut V {
        let id = self.id(raw, make);
        self.at(id)
    }

    /// Where `raw` seems to be, for `id_at`: the misses of many such questions, asked one after the other, are waited
    /// for together.
    pub(super) fn seek(&self, raw: &[u8]) -> Place {
        let hash = self.strings.hasher.hash_one(raw);
        let tag = tag_of(hash);
        let slot = self.strings.table.find(hash, |slot| slot.tag == tag);
        Place {
            id: slot.map_or(u32::MAX, |slot| slot.id),
        }
    }

    /// Brings the value that seems to be at a place near.
    pub(super) fn approach(&self, place: Place) {
        let text = self.known(place.id).and_then(|(text, _)| text.first());
        std::hint::black_box(text.copied());
    }

    /// Like `id`, of what `seek` was asked for, if it was; others may have come in between.
    pub(super) fn id_at(
        &mut self,
        place: Option<Place>,
        raw: &[u8],
        make: impl FnOnce() -> V,
    ) -> u32 {
        let place = place.unwrap_or(Place { id: u32::MAX });
        match self.known(place.id) {
            Some((text, _)) if is_same(text, raw) => place.id,
            _ => self.id(raw, make),
        }
    }

    /// The id of the value of `raw`, made on first sight; good until the next is asked for.
    pub(super) fn id(&mut self, raw: &[u8], make: impl FnOnce() -> V) -> u32 {
        let strings = &mut self.strings;
        if strings.entries.len() >= MEMO_LIMIT || strings.n_bytes >= MEMO_BYTES {
            strings.clear();
        }
        strings.get_or_insert(raw, make)
    }

    /// The text and value that an id stands for by now.
    pub(super) fn known(&self, id: u32) -> Option<(&[u8], &V)> {
        let entry = self.strings.entries.get(id as usize)?;
        Some((bytes_of(&self.strings.arena, entry), &entry.value))
    }

    /// The value of an id; panics for one that this memo did not give out.
    pub(super) fn at(&mut self, id: u32) -> &mut V {
        &mut self.strings.entries[id as usize].value
    }

    /// Forgets everything and keeps the memory.
    pub(super) fn clear(&mut self) {
        self.strings.clear();
    }
}

/// Where a string of a memo seems to be.
#[derive(Clone, Copy, Debug)]
pub(super) struct Place {
    id: u32,
}

/// Distinct byte strings, each with a value beside it: a look-up touches the table and one entry, and the arena only
/// for a string that is long.
#[derive(Clone)]
struct Strings<V> {
    arena: Vec<u8>,
    entries: Vec<Entry<V>>,
    table: HashTable<Slot>,
    hasher: RandomState,
    n_bytes: usize,
}

#[derive(Clone)]
struct Entry<V> {
    length: u32,
    /// The string itself, or where it starts in the arena.
    place: [u8; SHORT],
    value: V,
}

/// Bytes of a string that needs no arena: names and addresses.
const SHORT: usize = 20;

/// An id with half of its hash, so that strings which only share a bucket are told apart without being read.
#[derive(Clone, Copy)]
struct Slot {
    tag: u32,
    id: u32,
}

impl<V> Default for Strings<V> {
    fn default() -> Self {
        Self {
            arena: Vec::new(),
            entries: Vec::new(),
            table: HashTable::new(),
            hasher: RandomState::default(),
            n_bytes: 0,
        }
    }
}

impl<V> Strings<V> {
    fn bytes(&self, id: u32) -> &[u8] {
        bytes_of(&self.arena, &self.entries[id as usize])
    }

    fn get_or_insert(&mut self, bytes: &[u8], make: impl FnOnce() -> V) -> u32 {
        let hash = self.hasher.hash_one(bytes);
        let tag = tag_of(hash);
        let (arena, entries) = (&self.arena, &self.entries);
        let is_it = |slot: &Slot| {
            slot.tag == tag && is_same(bytes_of(arena, &entries[slot.id as usize]), bytes)
        };
        if let Some(slot) = self.table.find(hash, is_it) {
            return slot.id;
        }
        let id = self.entries.len() as u32;
        let mut place = [0; SHORT];
        match place.get_mut(..bytes.len()) {
            Some(here) => here.copy_from_slice(bytes),
            None => {
                place[..8].copy_from_slice(&(self.arena.len() as u64).to_le_bytes());
                self.arena.extend_from_slice(bytes);
            }
        }
        self.entries.push(Entry {
            length: bytes.len() as u32,
            place,
            value: make(),
        });
        self.n_bytes += bytes.len();
        let (arena, entries, hasher) = (&self.arena, &self.entries, &self.hasher);
        self.table.insert_unique(hash, Slot { tag, id }, |slot| {
            hasher.hash_one(bytes_of(arena, &entries[slot.id as usize]))
        });
        id
    }

    fn clear(&mut self) {
        self.arena.clear();
        self.entries.clear();
        self.table.clear();
        self.n_bytes = 0;
    }
}

/// Whether two strings are the same. Nothing is not compared with nothing: where an empty string points nowhere, the C
/// library's comparison takes hundreds of cycles on some processors.
pub(super) fn is_same(one: &[u8], other: &[u8]) -> bool {
    one.len() == other.len() && (one.is_empty() || one == other)
}

/// The table's buckets use the low bits and the top seven.
fn tag_of(hash: u64) -> u32 {
    (hash >> 24) as u32
}

fn bytes_of<'a, V>(arena: &'a [u8], entry: &'a Entry<V>) -> &'a [u8] {
    let length = entry.length as usize;
    match entry.place.get(..length) {
        Some(bytes) => bytes,
        None => {
            let (start, _) = entry.place.split_first_chunk().unwrap_or((&[0; 8], &[]));
            let start = u64::from_le_bytes(*start) as usize;
            &arena[start..start + length]
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

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

    proptest! {
        #[test]
        fn ids_are_those_of_a_plain_table(strings in prop::collection::vec("[ab]{0,3}|x{0,40}", 0..200)) {
            let mut words = Dictionary::default();
            let mut plain: Vec<&str> = Vec::new();
            for string in &strings {
                let known = plain.iter().position(|known| known == string);
                let id = known.unwrap_or(plain.len());
                if known.is_none() {
                    plain.push(string);
                }
                prop_assert_eq!(words.insert(string.as_bytes()) as usize, id);
            }
            let told: Vec<&[u8]> = words.iter().collect();
            let plain: Vec<&[u8]> = plain.iter().map(|string| string.as_bytes()).collect();
            prop_assert_eq!(words.n_bytes(), plain.concat().len());
            prop_assert_eq!(told, plain);
        }
    }

    proptest! {
        #[test]
        fn a_memo_gives_the_same_by_place(
            strings in prop::collection::vec("[ab]{0,3}|x{0,40}", 0..200), n_sought in 1..9_usize,
        ) {
            let mut memo: Memo<String> = Memo::default();
            for sought in strings.chunks(n_sought) {
                let places: Vec<Place> = sought.iter().map(|raw| memo.seek(raw.as_bytes())).collect();
                for (raw, place) in sought.iter().zip(places) {
                    memo.approach(place);
                    let id = memo.id_at(Some(place), raw.as_bytes(), || raw.clone());
                    prop_assert_eq!(&*memo.at(id), raw);
                }
            }
            let distinct: std::collections::BTreeSet<&String> = strings.iter().collect();
            prop_assert_eq!(memo.strings.entries.len(), distinct.len());
        }
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
