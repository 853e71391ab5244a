//! Findings, one a file.

pub mod ambassadors;
pub mod applications;
pub mod audiences;
pub mod bridges;
pub mod demands;
pub mod deserted_links;
pub mod detours;
pub mod drop_offs;
pub mod elephant_paths;
pub mod gathering_places;
pub mod group_events;
pub mod groups;
pub mod journeys;
pub mod leaders;
pub mod link_budget;
pub mod pavings;
pub mod shortcut_candidates;
pub mod spreads;
