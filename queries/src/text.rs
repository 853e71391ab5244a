//! Texts that grow by formatted pieces.

use std::fmt::{Arguments, Write};

/// What a text can be given behind its end.
pub trait Append {
    /// Adds a formatted piece.
    fn add(&mut self, piece: Arguments<'_>);

    /// Adds a formatted line.
    fn add_line(&mut self, line: Arguments<'_>);
}

impl Append for String {
    fn add(&mut self, piece: Arguments<'_>) {
        assert!(self.write_fmt(piece).is_ok(), "a string takes every letter");
    }

    fn add_line(&mut self, line: Arguments<'_>) {
        self.add(line);
        self.push('\n');
    }
}
