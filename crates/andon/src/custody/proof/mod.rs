//! Proof from outside (復元確認): a prover on another machine opens what is sealed to it and signs what it found; the station compares that
//! with its own entries.
//!
//! `folder` is what a prover keeps and remembers, `prove` what it does, `sample` whom it picks; `charts` digests a chart the same way on
//! both sides; `judge` says what a verdict is worth (pure), `verdicts` takes one in; `page` shows all of it.

pub mod charts;
pub mod folder;
pub mod judge;
pub mod page;
pub mod prove;
pub mod sample;
pub mod verdicts;
