//! Custody (保管庫): what is received is sealed into segments, kept where an intruder cannot spoil it, proved, and opened again.
//! `keys` makes and splits what opens them; `envelope` writes the file that shows charts on a machine without us.

pub mod envelope;
pub mod keys;
