//! `andon`: read the words on the command line, do the one thing they ask, end with its exit code.

use std::process::ExitCode;

/// A first reading makes and drops some hundred small texts a message, on one thread for another; measured against the
/// system's allocator in `bench/runs`.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    andon::cli::main()
}
