//! Choices drawn from bytes, so that whoever makes the bytes (a fuzzer, a seed) makes the lines.

/// Bytes to choose by. Where they have run out, further ones follow from them; where there are none at all each choice
/// is the first, which is the plainest.
pub(super) struct Choices<'b> {
    bytes: &'b [u8],
    further: Option<Seeded>,
}

impl<'b> Choices<'b> {
    pub(super) fn of(bytes: &'b [u8]) -> Self {
        let add = |sum: u64, byte: &u8| (sum ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01B3);
        let further = (!bytes.is_empty()).then(|| Seeded(bytes.iter().fold(1, add)));
        Self { bytes, further }
    }

    pub(super) fn byte(&mut self) -> u8 {
        if let Some((first, rest)) = self.bytes.split_first() {
            self.bytes = rest;
            return *first;
        }
        self.further
            .as_mut()
            .map_or(0, |seeded| seeded.next() as u8)
    }

    /// A number below `n`.
    pub(super) fn below(&mut self, n: usize) -> usize {
        let low = usize::from(self.byte());
        if n <= 256 {
            return low % n;
        }
        (low | usize::from(self.byte()) << 8) % n
    }

    /// Whether something rare happens.
    pub(super) fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == n - 1
    }

    pub(super) fn pick<T: Copy>(&mut self, all: &[T]) -> T {
        all[self.below(all.len())]
    }
}

/// Bytes of a seed, the same on every machine (SplitMix64).
pub(super) struct Seeded(pub(super) u64);

impl Seeded {
    pub(super) fn fill(&mut self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            chunk.copy_from_slice(&self.next().to_le_bytes()[..chunk.len()]);
        }
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        z ^ (z >> 31)
    }
}
