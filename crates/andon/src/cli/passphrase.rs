//! Where a passphrase comes from: a file, standard input, or a terminal, which does not show what is typed. Never the
//! command line, which every other user of this machine can read.

use std::io::{IsTerminal, Read};
use std::path::Path;

use crate::home::Problem;

/// Bytes of a passphrase file beyond which it is surely the wrong file.
const PASSPHRASE_BYTES_MAX: u64 = 4096;

/// The passphrase that is to open a home, from a file; `-` is standard input.
///
/// # Errors
/// When the file does not open or holds nothing.
pub fn of_file(file: &Path) -> Result<String, Problem> {
    let mut text = String::new();
    if file == Path::new("-") {
        if std::io::stdin().is_terminal() {
            return ask("パスフレーズ（打った字は見えません） / passphrase (not shown): ");
        }
        std::io::stdin().lock().take(PASSPHRASE_BYTES_MAX).read_to_string(&mut text)?;
    } else {
        let opened = std::fs::File::open(file).map_err(|error| {
            Problem::usage(format!("{}: パスフレーズを読めません。 / cannot read it. ({error})", file.display()))
        })?;
        opened.take(PASSPHRASE_BYTES_MAX).read_to_string(&mut text)?;
    }
    not_empty(text.trim_end_matches(['\r', '\n']).to_owned())
}

/// A passphrase that is to be set, from a file, or from a terminal, which asks twice.
///
/// # Errors
/// When there is neither file nor terminal, both lines differ, or nothing was typed.
pub fn new(file: Option<&Path>) -> Result<String, Problem> {
    let typed = file.is_none_or(|file| file == Path::new("-")) && std::io::stdin().is_terminal();
    match file {
        Some(file) if !typed => of_file(file),
        None if !typed => Err(Problem::usage(
            "端末から実行するか、--passphrase-file を付けてください。\n\
             Run it in a terminal, or give --passphrase-file.",
        )),
        _ => {
            let first = ask("新しいパスフレーズ（打った字は見えません） / new passphrase (not shown): ")?;
            if first != ask("もう一度 / once more: ")? {
                return Err(Problem::usage(
                    "2回の字が違います。もう一度実行してください。 / The two differ: run it again.",
                ));
            }
            Ok(first)
        }
    }
}

fn ask(prompt: &str) -> Result<String, Problem> {
    not_empty(rpassword::prompt_password(prompt)?)
}

fn not_empty(passphrase: String) -> Result<String, Problem> {
    if passphrase.is_empty() {
        return Err(Problem::usage("パスフレーズが空です。 / The passphrase is empty."));
    }
    Ok(passphrase)
}
