//! Statistics that every finding shares.

pub mod binomial;
mod bisection;
pub mod fdr;
pub mod hypergeometric;
pub mod placebo;
pub mod poisson;
pub mod random;
