//! What we show.
