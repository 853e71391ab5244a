//! Statistics that every finding shares.

pub mod agreement;
pub mod binomial;
mod bisection;
pub mod calibration;
pub(crate) mod curveball;
pub mod fdr;
pub mod gamma;
pub mod hypergeometric;
pub mod median;
pub mod placebo;
pub mod poisson;
pub mod poisson_binomial;
pub mod random;
pub(crate) mod worlds;
