//! A place for a vault on a real server of objects, SeaweedFS, which the check's set-up brings. Where it is not there, each
//! test prints a line and is skipped.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on says where and stops"
)]

#[path = "../vault/conformance.rs"]
mod conformance;
mod liar;
#[allow(dead_code, reason = "the tests of the vault itself use the rest of it")]
#[path = "../vault/made.rs"]
mod made;
mod objects;
mod probe;
mod server;
mod tls;
mod whole;
