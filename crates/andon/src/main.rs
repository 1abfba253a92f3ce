//! andon
fn main() {}
