//! Who has what, dealt out anew with both margins kept.
//!
//! Strona and others 2014: two people lay what only one of them has on the table and draw back as much
//! as they laid down. Everyone keeps the number of things, every thing the number of people, and after enough
//! trades each such table is as likely. Exchanging single pairs gets there too, in many more steps.

mod bits;
mod rows;

pub(crate) use bits::Bits;
pub(crate) use rows::Rows;

use super::random::Random;

/// Trades for each row: after about five nothing more changes (Strona and others 2014).
const N_TRADES: usize = 5;

/// Pairs of different rows, for all trades of a deal.
fn pairs(n_rows: usize, random: &mut Random, mut trade: impl FnMut(usize, usize, &mut Random)) {
    if n_rows < 2 {
        return;
    }
    for _ in 0..N_TRADES * n_rows {
        let one = random.below(n_rows);
        let other = one + 1 + random.below(n_rows - 1);
        let other = if other < n_rows {
            other
        } else {
            other - n_rows
        };
        trade(one, other, random);
    }
}
