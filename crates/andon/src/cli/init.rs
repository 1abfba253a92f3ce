//! `andon init`: makes this station's home, once.

use std::io::{BufRead, IsTerminal, Write};
use std::path::Path;

use store::Setup;

use super::args::Init;
use super::{os_user, say, write};
use crate::event::KeysEvent;
use crate::home::{Exit, Home, Problem};
use crate::role::Role;
use crate::writing::Request;

/// Sealed cards made where no ward is named.
const CARDS_WITHOUT_WARD: usize = 3;
/// Letters of a name.
const NAME_MAX: usize = 60;
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
    let second = second_holder(args, ask)?;
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
    if !second.is_empty() {
        let event = KeysEvent::SecondHolder { name: second.clone() };
        let role = Role::Operator.code().to_owned();
        write::write(&home, &Request::Keys { event, by: os_user(), role })?;
    }
    let dir = dir.display();
    let kind = if args.training { "訓練用の（架空の患者だけの）" } else { "" };
    say(&format!("{dir}: {kind}ホームを作りました。鍵は {dir}/keys/home.key です。写しを別の場所に保管してください。"));
    say(&format!("{dir}: home made. Its key is {dir}/keys/home.key: keep a copy of the key elsewhere."));
    match (second.as_str(), args.training) {
        ("", false) => {
            say("⚠ 鍵を持つのがこの端末だけです。`andon keys ceremony` で鍵保管者を決めるまで、画面の「鍵」は赤です。");
            say(
                "⚠ Only this station holds the key: the page of keys is red until `andon keys ceremony` names officers.",
            );
        }
        ("", true) => {}
        (name, _) => {
            say(&format!("鍵の写しは {name} さんが別の場所で預かります（記録しました）。"));
            say(&format!("A copy of the key is kept elsewhere by {name}; this is recorded."));
        }
    }
    say("次に / next:  andon feed --once ROOT…   andon serve");
    Ok(Exit::Ok)
}

/// Who keeps a copy of the key besides this station. A person who makes a real home is not let go without one.
fn second_holder(args: &Init, ask: bool) -> Result<String, Problem> {
    let given = args.second_holder.as_deref().map(|name| crate::text::one_line(name, NAME_MAX));
    if given.is_none() && ask && !args.training {
        let name = decide(&None, true, "鍵の写しを預かる二人目の氏名 / who else keeps a copy of the key", "")?;
        return match crate::text::one_line(&name, NAME_MAX) {
            name if name.is_empty() => Err(Problem::usage(
                "鍵を一人では持てません。写しを預かる人を決めて、もう一度実行してください。\n\
                 No key has one holder: decide who else keeps a copy, and run this again.",
            )),
            name => Ok(name),
        };
    }
    Ok(given.unwrap_or_default())
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
