//! `andon vault extract`: the files of every source out of a vault, where nothing of ours is left but this program and the key.

use super::args::vault::Extract;
use super::vault::{keys_of, proof_lines};
use super::vault_log::shown;
use super::{say, say_json};
use crate::custody::extract::{extract, must_be_new};
use crate::custody::seen::Shown;
use crate::custody::{deliver, server};
use crate::home::{Exit, Problem};

/// Writes them out, and says what was proved.
///
/// # Errors
/// There is no vault, the key does not open it, the folder is not empty, or the disk is full.
pub fn run(asked: &Extract) -> Result<Exit, Problem> {
    let from = deliver::open_to_read(&server::place(&asked.from, asked.keys.as_deref())?, None, None)?;
    let shown = shown(&asked.seen, Shown::default())?;
    // Before anybody types a card.
    must_be_new(&asked.to)?;
    let mut done = extract(&from, (&shown, &keys_of(&asked.opened_by)?), &asked.to, &mut |_| true)?;
    done.proved.target.clone_from(&asked.from);
    if asked.json {
        say_json(&done)?;
    } else {
        let (to, files, megabytes) = (asked.to.display(), done.files, done.file_bytes as f64 / 1e6);
        proof_lines(&done.proved).iter().for_each(|line| say(line));
        say(&format!(
            "{to}: ファイル {files}（{megabytes:.1} MB）を書きました。入力元から消えていたもの {} は除き、名前どおりに置けないもの {} は odd にあります。",
            done.gone, done.odd
        ));
        say(&format!(
            "{files} files written, {} gone from their source taken away, {} in odd. They are not encrypted: keep them where nobody else reads.",
            done.gone, done.odd
        ));
        done.sealed_to.iter().flat_map(|sealed| sealed.lines()).for_each(|line| say(&line));
    }
    Ok(match (done.proved.sound, done.proved.closed.is_empty()) {
        (false, _) => Exit::Integrity,
        (true, false) => Exit::Partial,
        (true, true) => Exit::Ok,
    })
}
