//! Findings, one a file.

pub mod demands;
pub mod deserted_links;
pub mod detours;
pub mod drop_offs;
pub mod elephant_paths;
pub mod group_events;
pub mod journeys;
pub mod link_budget;
pub mod pavings;
pub mod shortcut_candidates;
pub mod spreads;
