//! Findings, one a file.

pub mod deserted_links;
pub mod elephant_paths;
pub mod journeys;
pub mod pavings;
