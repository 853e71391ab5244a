//! Numbers near those before them, as Parquet's `DELTA_BINARY_PACKED`: differences, packed in blocks.

use crate::store::hybrid::varint;

/// Differences of a block, above the least of which they are told.
const BLOCK: usize = 128;
/// Differences that are packed with one width.
const MINI: usize = 32;

/// Lays out numbers, of 32 bits each where `is_short`.
pub(super) fn pack_deltas(numbers: &[i64], is_short: bool, out: &mut Vec<u8>) {
    varint(BLOCK as u64, out);
    varint((BLOCK / MINI) as u64, out);
    varint(numbers.len() as u64, out);
    varint(zigzag(numbers.first().copied().unwrap_or(0)), out);
    // Readers add with as many bits as the column has.
    let shorten = |wide: i64| {
        if is_short {
            i64::from(wide as i32)
        } else {
            wide
        }
    };
    let mut block = [0; BLOCK];
    for start in (1..numbers.len()).step_by(BLOCK) {
        let end = (start + BLOCK).min(numbers.len());
        let pairs = numbers[start - 1..end].windows(2);
        let n = end - start;
        for (delta, pair) in block.iter_mut().zip(pairs) {
            *delta = shorten(pair[1].wrapping_sub(pair[0]));
        }
        pack_block(&block[..n], is_short, out);
    }
}

fn pack_block(deltas: &[i64], is_short: bool, out: &mut Vec<u8>) {
    let least = deltas.iter().copied().min().unwrap_or(0);
    varint(zigzag(least), out);
    let mask = if is_short {
        u64::from(u32::MAX)
    } else {
        u64::MAX
    };
    let above = |delta: i64| delta.wrapping_sub(least) as u64 & mask;
    let widths_at = out.len();
    out.resize(widths_at + BLOCK / MINI, 0);
    for (number, mini) in deltas.chunks(MINI).enumerate() {
        let all = mini.iter().fold(0, |all, delta| all | above(*delta));
        let width = u64::BITS - all.leading_zeros();
        out[widths_at + number] = width as u8;
        let (mut bits, mut n_bits) = (0_u128, 0);
        for delta in mini {
            bits |= u128::from(above(*delta)) << n_bits;
            n_bits += width;
            if n_bits >= u64::BITS {
                out.extend_from_slice(&(bits as u64).to_le_bytes());
                bits >>= u64::BITS;
                n_bits -= u64::BITS;
            }
        }
        out.extend_from_slice(&bits.to_le_bytes()[..n_bits.div_ceil(8) as usize]);
        // The last one is filled up, to whole bytes in any case.
        let n_bytes = MINI * width as usize / 8;
        let packed = (mini.len() * width as usize).div_ceil(8);
        out.resize(out.len() + n_bytes - packed, 0);
    }
}

/// Small numbers of either sign as small numbers.
fn zigzag(number: i64) -> u64 {
    ((number << 1) ^ (number >> 63)) as u64
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The numbers behind the packed differences, read plainly.
    fn unpack(mut bytes: &[u8], is_short: bool) -> Vec<i64> {
        fn varint(bytes: &mut &[u8]) -> u64 {
            let (mut value, mut shift) = (0, 0);
            loop {
                let byte = bytes[0];
                *bytes = &bytes[1..];
                value |= u64::from(byte & 0x7f) << shift;
                shift += 7;
                if byte < 0x80 {
                    return value;
                }
            }
        }
        let unzigzag = |told: u64| (told >> 1) as i64 ^ -((told & 1) as i64);
        assert_eq!((varint(&mut bytes), varint(&mut bytes)), (128, 4));
        let n = varint(&mut bytes) as usize;
        let mut numbers = vec![unzigzag(varint(&mut bytes))];
        while numbers.len() < n {
            let least = unzigzag(varint(&mut bytes));
            let (widths, rest) = bytes.split_at(4);
            bytes = rest;
            for width in widths.iter().map(|width| usize::from(*width)) {
                for value in 0..32 {
                    let bit = |at: usize| u64::from(bytes[at / 8] >> (at % 8) & 1);
                    let above: u64 = (0..width).map(|b| bit(value * width + b) << b).sum();
                    let before = numbers[numbers.len() - 1];
                    let number = before.wrapping_add(least).wrapping_add(above as i64);
                    if numbers.len() < n {
                        numbers.push(if is_short {
                            i64::from(number as i32)
                        } else {
                            number
                        });
                    }
                }
                // A run of nothing at the end takes no room.
                bytes = &bytes[32 * width / 8..];
            }
        }
        assert!(bytes.is_empty());
        numbers.truncate(n);
        numbers
    }

    proptest! {
        #[test]
        fn packed_numbers_are_read_back(
            numbers in prop::collection::vec(prop_oneof![-9_i64..9, any::<i64>(), any::<i32>().prop_map(i64::from)], 0..300),
            is_short in any::<bool>(),
        ) {
            let numbers: Vec<i64> = numbers.iter().map(|n| if is_short { i64::from(*n as i32) } else { *n }).collect();
            let mut bytes = Vec::new();
            pack_deltas(&numbers, is_short, &mut bytes);
            prop_assert_eq!(unpack(&bytes, is_short), numbers);
        }
    }
}
