//! A place for a vault on a real server of objects, SeaweedFS, which the check's set-up brings. Where it is not there, each
//! test prints a line and is skipped.

mod liar;
mod objects;
mod probe;
mod server;
mod tls;
