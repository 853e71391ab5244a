//! The report's parts about people. Every number passes the gate; names stand only where the settings, and the people
//! themselves, allow it.

pub(super) mod ambassadors;
pub(super) mod applications;
pub(super) mod audiences;
pub(super) mod bridges;
pub(super) mod groups;
pub(super) mod leaders;
pub(super) mod places;
