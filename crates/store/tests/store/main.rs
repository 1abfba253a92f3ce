//! The store through its public door, as one program: what is asked of it is in the modules' first lines.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on must fail")]

mod carry;
mod entries;
mod finding;
mod follow;
mod home;
mod keys;
mod kills;
mod lists;
mod log;
mod opening;
mod peers;
