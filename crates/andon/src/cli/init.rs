//! `andon init`: makes this station's home, once.

use std::io::{BufRead, IsTerminal, Write};
use std::path::Path;

use store::Setup;

use super::args::Init;
use super::say;
use crate::home::{Exit, Home, Problem};

/// Sealed cards made where no ward is named.
const CARDS_WITHOUT_WARD: usize = 3;
/// The file they are in, to be printed and deleted.
const CARDS: &str = "sealed-cards.pdf";

/// Makes the home; asks for what is missing unless `--yes`.
///
/// # Errors
/// When the folder already holds a home, or cannot be written.
pub fn run(dir: &Path, passphrase: Option<String>, args: &Init) -> Result<Exit, Problem> {
    let ask = !args.yes && std::io::stdin().is_terminal();
    if !args.yes && !ask {
        return Err(Problem::usage(
            "端末から実行するか、--yes を付けてください。 / Run it in a terminal, or give --yes.",
        ));
    }
    let setup = Setup {
        training: args.training,
        hospital: decide(&args.hospital, ask, "病院名 / hospital", if args.training { "訓練病院" } else { "病院" })?,
        authority: decide(&args.authority, ask, "医療機関コード / institution code", "self")?,
        passphrase,
        now: crate::world::now(),
    };
    store::create(dir, &setup)?;
    let home = Home::new(dir.to_owned(), store::Unlock::KeyFile);
    crate::event::home_made(&home, crate::world::now())?;
    let blank = || vec![String::new(); CARDS_WITHOUT_WARD];
    let wards = if args.wards.is_empty() { blank() } else { args.wards.clone() };
    super::cards::run(&home, &wards, &dir.join(CARDS), None)?;
    let dir = dir.display();
    let kind = if args.training { "訓練用の（架空の患者だけの）" } else { "" };
    say(&format!("{dir}: {kind}ホームを作りました。鍵は {dir}/keys/home.key です。写しを別の場所に保管してください。"));
    say(&format!("{dir}: home made. Its key is {dir}/keys/home.key: keep a copy of the key elsewhere."));
    say("次に / next:  andon feed --once ROOT…   andon serve");
    Ok(Exit::Ok)
}

fn decide(given: &Option<String>, ask: bool, what: &str, usual: &str) -> Result<String, Problem> {
    if let Some(given) = given {
        return Ok(given.clone());
    }
    if !ask {
        return Ok(usual.to_owned());
    }
    write!(std::io::stdout(), "{what} [{usual}]: ")?;
    std::io::stdout().flush()?;
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    let line = line.trim();
    Ok(if line.is_empty() { usual.to_owned() } else { line.to_owned() })
}
