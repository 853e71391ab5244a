//! Informal groups across departments.
pub mod groups_placeholder {}
