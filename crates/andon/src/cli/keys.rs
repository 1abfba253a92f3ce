//! `andon keys`: what opens this home and the vault. The key file stays; a passphrase may be added and taken away; the officers' key
//! is made, put together, rotated and drilled in files of their own.

use std::path::Path;

use store::Unlock;

use super::args::{Keys, Passphrase, Words};
use super::{keys_ceremony, keys_open, open_home, passphrase, say};
use crate::home::{Exit, Home, Problem};

/// Does what is asked.
///
/// # Errors
/// When the home does not open, or what is asked cannot be done.
pub fn run(words: &Words, asked: &Keys) -> Result<Exit, Problem> {
    match asked {
        Keys::Passphrase(asked) => slots(words, asked),
        Keys::Ceremony(args) => keys_ceremony::run(&open_home(words)?, args, false),
        Keys::Rotate(args) => keys_ceremony::run(&open_home(words)?, args, true),
        Keys::Combine(args) => keys_open::combine(&open_home(words)?, args),
        Keys::Drill(args) => keys_open::drill(&open_home(words)?, args),
        Keys::List(args) => keys_open::list(&open_home(words)?, args.json),
    }
}

/// Changes the key slots of the home, which the key file opens: `--passphrase-file` holds the new passphrase here.
fn slots(words: &Words, asked: &Passphrase) -> Result<Exit, Problem> {
    let unlock = match (&words.key_file, &words.identity) {
        (None, None) => Unlock::KeyFile,
        (Some(file), _) => Unlock::KeyFileAt(file.clone()),
        (None, Some(file)) => Unlock::Identity(keys_open::identity_file(file)?),
    };
    let file = words.passphrase_file.as_deref();
    match asked {
        Passphrase::Add => add(&words.home, unlock, file),
        Passphrase::Remove if file.is_some() => Err(Problem::usage(
            "取り除くときは鍵ファイルで開きます。--passphrase-file は付けないでください。\n\
             To remove, the home is opened by its key file: leave --passphrase-file out.",
        )),
        Passphrase::Remove => remove(&words.home, &unlock),
    }
}

fn add(dir: &Path, unlock: Unlock, file: Option<&Path>) -> Result<Exit, Problem> {
    // The key is tried before anybody types.
    Home::new(dir.to_owned(), unlock.clone()).reader()?;
    store::add_passphrase(dir, &unlock, &passphrase::new(file)?)?;
    tracing::info!("a passphrase was added to the keys of this home");
    say("このパスフレーズでも開けます。鍵ファイルもそのまま使えます。");
    say("This passphrase opens the home too; the key file still does.");
    Ok(Exit::Ok)
}

fn remove(dir: &Path, unlock: &Unlock) -> Result<Exit, Problem> {
    Home::new(dir.to_owned(), unlock.clone()).about()?;
    let count = store::remove_passphrases(dir, unlock)?;
    tracing::info!(count, "passphrases were removed from the keys of this home");
    say(&format!("パスフレーズを取り除きました（{count} 個）。開けるのは鍵ファイルだけです。"));
    say(&format!("Passphrases removed: {count}. Only the key file opens this home now."));
    say("以前の keys/slots の写しがあれば、そのパスフレーズはその写しではまだ使えます。");
    say("With an older copy of keys/slots that passphrase still opens the home.");
    Ok(Exit::Ok)
}
