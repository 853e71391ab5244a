//! Statistics that every finding shares.

pub mod agreement;
pub mod binomial;
mod bisection;
pub mod calibration;
pub(crate) mod curveball;
pub mod fdr;
pub mod gamma;
pub mod hypergeometric;
pub mod logit_normal;
pub mod median;
pub mod placebo;
pub mod poisson;
pub mod poisson_binomial;
pub mod random;
pub(crate) mod worlds;

/// 97.5 % of a normal distribution lie below it.
pub(crate) const NORMAL_975: f64 = 1.959_964;
