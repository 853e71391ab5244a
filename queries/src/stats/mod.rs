//! Statistics that every finding shares.

pub mod binomial;
mod bisection;
pub mod fdr;
pub mod hypergeometric;
pub mod poisson;
pub mod random;
