//! What the findings about people start from: who uses what, and who is tied to whom.

pub mod uses;
