//! The vault through its public door: what is asked of it is in the modules' first lines.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that cannot go on must fail")]

mod alone;
mod any;
mod conformance;
mod damage;
mod golden;
mod hostile;
mod looking;
mod made;
mod media;
mod reckoned;
mod rewritten;
mod targets;
mod tools;
