//! `andon`: read the words on the command line, do the one thing they ask, end with its exit code.

use std::process::ExitCode;

/// Decoding makes and drops a hundred short texts a message; the system's allocator is a quarter of that work.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> ExitCode {
    andon::cli::main()
}
