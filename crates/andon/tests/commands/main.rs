//! The commands as a person or a script meets them: the built program, a home in a temporary folder, JSON and exit codes.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    reason = "a test that cannot go on says where and stops"
)]

mod attack;
mod audit_end;
mod batches;
mod chronology_paper;
#[path = "../../../vault/tests/vault/conformance.rs"]
mod conformance;
mod cups;
mod departments;
mod desk;
mod dialects;
mod disagreements;
mod door;
mod doors;
mod envelope;
mod exchange;
mod following;
mod gate;
mod kept_back;
mod keys;
mod kills;
mod lan;
mod limits;
mod links;
mod lists;
mod membership;
mod nursing;
mod officers;
mod one_chart;
mod orders;
mod package;
mod past;
mod people;
mod power;
mod print;
mod printing;
mod proof;
mod receiver;
mod reception;
mod registers;
mod rest;
mod restored;
mod restoring;
mod running;
mod safety;
mod samples;
mod scan;
mod secrets;
mod served;
mod stations;
mod telephone;
mod telephone_apart;
mod telephone_kept;
mod temporary;
mod trees;
mod vault;
mod vault_audit;
mod vault_probe;
mod vault_witness;
#[allow(dead_code, reason = "the tests of the vault use the rest of it")]
#[path = "../../../vault/tests/s3/server.rs"]
mod weed;
mod whereabouts;
mod writing;
