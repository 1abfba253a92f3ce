//! `andon`: read the words on the command line, do the one thing they ask, end with its exit code.

use std::process::ExitCode;

fn main() -> ExitCode {
    andon::cli::main()
}
