//! elephant
fn main() {}
