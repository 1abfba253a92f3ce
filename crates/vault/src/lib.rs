//! The vault (保管庫): segments that are sealed once and opened again, where they are kept, and the keys that open them.
//!
//! It knows bytes and times, not patients: what a member holds and whose it is are opaque to it (ARCHITECTURE.md, code map).

pub mod keys;
