//! Ids and truths as Parquet packs them: long runs as such, all else bit by bit.

use arrow::buffer::BooleanBuffer;

/// Bits that an id of so many words needs.
pub(super) fn width_of(n_words: usize) -> u8 {
    (usize::BITS - n_words.saturating_sub(1).leading_zeros()) as u8
}

/// Parquet's hybrid of runs and packed bits. Long runs are written as such, all else packed in groups of eight.
pub(super) fn pack(ids: &[u32], width: u8, out: &mut Vec<u8>) {
    let mut at = 0;
    let mut loose = 0;
    for run in ids.chunk_by(|a, b| a == b) {
        let end = at + run.len();
        // What is packed before a run fills whole groups.
        let start = if loose == at {
            at
        } else {
            loose + (at - loose).next_multiple_of(8)
        };
        if start < end && end - start >= LONG_RUN {
            pack_groups(&ids[loose..start], width, out);
            pack_run(run[0], end - start, width, out);
            loose = end;
        }
        at = end;
    }
    pack_groups(&ids[loose..], width, out);
}

/// Equal values from which on a run is written as such.
const LONG_RUN: usize = 32;

/// The same id so many times.
pub(super) fn pack_run(id: u32, n: usize, width: u8, out: &mut Vec<u8>) {
    if n == 0 {
        return;
    }
    varint((n as u64) << 1, out);
    out.extend_from_slice(&id.to_le_bytes()[..usize::from(width).div_ceil(8)]);
}

/// Bits that lie as Parquet wants them, from the lowest of each byte on.
pub(super) fn pack_bits(bits: &BooleanBuffer, out: &mut Vec<u8>) {
    varint(((bits.len().div_ceil(8) as u64) << 1) | 1, out);
    bytes_of(bits, out);
}

/// The bytes of some bits; what is behind the last one is 0.
pub(super) fn bytes_of(bits: &BooleanBuffer, out: &mut Vec<u8>) {
    let bytes = bits.sliced();
    let n = bits.len() / 8;
    out.extend_from_slice(&bytes[..n]);
    let rest = bits.len() % 8;
    if rest > 0 {
        out.push(bytes[n] & ((1 << rest) - 1));
    }
}

/// Packed bits in groups of eight values; the last group is filled up with zeros.
fn pack_groups(ids: &[u32], width: u8, out: &mut Vec<u8>) {
    if ids.is_empty() {
        return;
    }
    varint(((ids.len().div_ceil(8) as u64) << 1) | 1, out);
    let (mut bits, mut n_bits) = (0_u64, 0_u32);
    for id in ids {
        bits |= u64::from(*id) << n_bits;
        n_bits += u32::from(width);
        if n_bits >= 32 {
            out.extend_from_slice(&(bits as u32).to_le_bytes());
            bits >>= 32;
            n_bits -= 32;
        }
    }
    let filling = ids.len().next_multiple_of(8) - ids.len();
    let n_bits = n_bits as usize + filling * usize::from(width);
    out.extend_from_slice(&bits.to_le_bytes()[..n_bits.div_ceil(8).min(8)]);
    out.extend(std::iter::repeat_n(0, n_bits.div_ceil(8).saturating_sub(8)));
}

pub(super) fn varint(mut value: u64, out: &mut Vec<u8>) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The values behind the hybrid of runs and packed bits, read plainly.
    fn unpack(mut bytes: &[u8], width: u8, n: usize) -> Vec<u32> {
        let mut ids = Vec::new();
        while ids.len() < n {
            let (mut head, mut shift) = (0_u64, 0);
            loop {
                let byte = bytes[0];
                bytes = &bytes[1..];
                head |= u64::from(byte & 0x7f) << shift;
                shift += 7;
                if byte < 0x80 {
                    break;
                }
            }
            if head & 1 == 0 {
                let n_bytes = usize::from(width).div_ceil(8);
                let mut value = [0; 4];
                value[..n_bytes].copy_from_slice(&bytes[..n_bytes]);
                bytes = &bytes[n_bytes..];
                ids.extend(std::iter::repeat_n(
                    u32::from_le_bytes(value),
                    (head >> 1) as usize,
                ));
            } else {
                let n_values = (head >> 1) as usize * 8;
                let bit = |at: usize| u32::from(bytes[at / 8] >> (at % 8) & 1);
                for value in 0..n_values {
                    let bits =
                        (0..usize::from(width)).map(|b| bit(value * usize::from(width) + b) << b);
                    ids.push(bits.sum());
                }
                bytes = &bytes[n_values * usize::from(width) / 8..];
            }
        }
        ids.truncate(n);
        ids
    }

    proptest! {
        #[test]
        fn packed_ids_are_read_back(runs in prop::collection::vec((0u32..300, 1usize..90), 0..12)) {
            let ids: Vec<u32> = runs.iter().flat_map(|(id, n)| std::iter::repeat_n(*id, *n)).collect();
            let mut bytes = Vec::new();
            pack(&ids, 9, &mut bytes);
            prop_assert_eq!(unpack(&bytes, 9, ids.len()), ids);
        }
    }

    #[test]
    fn widths_hold_the_largest_id() {
        assert_eq!(
            [0, 1, 2, 3, 4, 5, 256, 257].map(width_of),
            [0, 0, 1, 2, 2, 3, 8, 9]
        );
    }
}
