//! The hospital's membership key: which are known here, and what officers' cards sign of stations.

use std::path::PathBuf;

use serde_json::json;
use vault::keys::Identity;

use super::args::station::StationKey;
use super::station::who;
use super::{keys_cards as cards, say, say_json, write};
use crate::event::{MembershipEvent, MembershipKey, SignedStation, StationSaid};
use crate::home::{Exit, Home, Problem};
use crate::hospital::{Members, signed};
use crate::world;
use crate::writing::Request;

/// Digits of a key by which people name it.
const SHORT: usize = 8;

/// `andon station key`: lists the keys, or knows one by its cards, or trusts one no longer.
///
/// # Errors
/// A card is wrong; no such key; nobody can write.
pub fn key(home: &Home, args: &StationKey) -> Result<Exit, Problem> {
    if !args.cards.is_empty() {
        let public = together(&args.cards)?.membership().public();
        name(home, &vault::hash::to_hex(&public), true, args.by.as_ref())?;
    } else if let Some(wanted) = &args.forget {
        let wanted = wanted.to_lowercase();
        let known = known(home)?;
        let found: Vec<&String> = known.iter().filter(|key| wanted.len() >= 4 && key.starts_with(&wanted)).collect();
        let [found] = found.as_slice() else {
            return Err(Problem::failed(format!(
                "{wanted}: その登録の鍵は知りません。`andon station key` で確かめてください。\n\
                 {wanted}: no such membership key; `andon station key` lists them."
            )));
        };
        name(home, found, false, args.by.as_ref())?;
    }
    let known = known(home)?;
    if args.json {
        say_json(&json!({"membership_keys": known}))?;
        return Ok(Exit::Ok);
    }
    if known.is_empty() {
        say(
            "登録の鍵は知りません。鍵の作成・分割（`andon keys ceremony`）をするか、カードで `andon station key --cards`、\
             または本部のカードを `--headquarters` で登録してください。\n\
             No membership key is known: hold the key ceremony, or `andon station key --cards`, or trust headquarters' card with --headquarters.",
        );
    }
    known.iter().for_each(|key| say(&format!("登録の鍵 / membership key: {}", shown(key))));
    Ok(Exit::Ok)
}

/// A key as people read it.
fn shown(key: &str) -> String {
    key.chars().take(SHORT).collect::<String>().to_uppercase()
}

fn known(home: &Home) -> Result<Vec<String>, Problem> {
    Ok(Members::of(&home.reader()?)?.keys().iter().map(|key| vault::hash::to_hex(key)).collect())
}

/// Says that a key counts here, or no longer.
///
/// # Errors
/// Nobody can write.
pub fn name(home: &Home, key: &str, on: bool, by: Option<&String>) -> Result<(), Problem> {
    let (by, role) = who(by);
    let event = MembershipEvent::Key(MembershipKey { key: key.to_owned(), on });
    write::write(home, &Request::Membership { event, by, role })?;
    Ok(())
}

/// Knows the key that headquarters' card names, unless it is known or people here ended it; what is to be said of it.
///
/// # Errors
/// Nobody can write.
pub fn of_card(home: &Home, key: &str, by: Option<&String>) -> Result<String, Problem> {
    let members = Members::of(&home.reader()?)?;
    let is_of = |keys: &[[u8; 32]]| keys.iter().any(|held| vault::hash::to_hex(held) == key);
    let short = shown(key);
    if is_of(members.keys()) {
        return Ok(String::new());
    }
    if is_of(members.ended_keys()) {
        return Ok(format!(
            "⚠ カードにある登録の鍵 {short} は、この端末で終わりにした鍵です。数えません。また使うなら `andon station key --cards`。\n\
             ⚠ The card's membership key {short} was ended at this station and does not count; `andon station key --cards` to use it again.\n"
        ));
    }
    name(home, key, true, by)?;
    Ok(format!(
        "登録の鍵 {short} を、この病院の鍵として登録しました。 / membership key {short} is known here from now on.\n"
    ))
}

/// The officers' identity, from cards: it stays in memory.
fn together(paths: &[PathBuf]) -> Result<Identity, Problem> {
    cards::hide_memory();
    Ok(vault::keys::combine(&cards::read(paths)?)?)
}

/// Has a word signed by the cards and writes it.
///
/// # Errors
/// A card is wrong; the key is not known here; nobody can write.
pub fn sign(home: &Home, said: StationSaid, paths: &[PathBuf], by: Option<&String>) -> Result<(), Problem> {
    let at = world::now().0.max(1 + signed::last(&home.reader()?, &said.station)?);
    let signed = SignedStation::new(&together(paths)?.membership(), said, at);
    let (by, role) = who(by);
    write::write(home, &Request::Membership { event: MembershipEvent::Signed(Box::new(signed)), by, role })?;
    Ok(())
}
