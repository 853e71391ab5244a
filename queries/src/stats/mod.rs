//! Statistics that every finding shares.

pub mod binomial;
pub mod fdr;
pub mod hypergeometric;
pub mod poisson;
pub mod random;
