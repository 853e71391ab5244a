//! How data moves.
