//! Statistics that every finding shares.

pub mod fdr;
pub mod poisson;
pub mod random;
