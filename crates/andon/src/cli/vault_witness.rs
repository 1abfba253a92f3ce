//! `andon vault checkpoint` and `andon vault witness`: having the log seen by others, and seeing others' logs.

use std::path::Path;

use serde_json::json;

use super::args::vault::{Named, Told};
use super::args::vault_log::{Checkpoint, WitnessWords};
use super::vault::who;
use super::{bytes_of, say, say_json, write};
use crate::custody::{cosigning, witnesses};
use crate::event::{CustodyEvent, WitnessSaid, WitnessWord};
use crate::home::{Exit, Home, Problem};
use crate::world;
use crate::writing::Request;

/// A file of this kind is never larger, bytes.
const FILE_BYTES_MAX: u64 = 1 << 20;

/// Writes the file by which a witness is asked.
///
/// # Errors
/// There is no segment yet, or the file cannot be written.
pub fn checkpoint(home: &Home, asked: &Checkpoint) -> Result<Exit, Problem> {
    let to_sign = witnesses::to_sign(&home.reader()?, asked.since)?;
    std::fs::write(&asked.out, to_sign.asked.bytes())?;
    let (out, size, key) = (asked.out.display(), to_sign.size, &to_sign.key);
    match asked.json {
        true => say_json(&json!({"out": asked.out, "size": size, "since": asked.since, "key": key}))?,
        false => {
            say(&format!(
                "{out}: 記録 {size} 行までを書きました。証人に渡してください。 / up to {size} entries; give it to the witness."
            ));
            say(
                "初めての証人には、次の鍵の行を別の手段（紙・電話）で知らせてください。 / A new witness must be told this key by another way:",
            );
            say(key);
        }
    }
    Ok(Exit::Ok)
}

/// Does what is asked of witnesses.
///
/// # Errors
/// When it cannot be done; of exit code 4 where a log does not continue what was seen.
pub fn run(home: &Home, words: &WitnessWords) -> Result<Exit, Problem> {
    match words {
        WitnessWords::Init { dir, name, json } => init(dir, name, *json),
        WitnessWords::Sign { file, dir, out, key, json } => sign(file, dir, out, (key.as_deref(), *json)),
        WitnessWords::Add { card, told } => add(home, card, told),
        WitnessWords::Remove(Named { name, told }) => remove(home, name, told),
        WitnessWords::Take { file, told } => take(home, file, told),
    }
}

fn init(dir: &Path, name: &str, as_json: bool) -> Result<Exit, Problem> {
    let card = cosigning::init(dir, name)?;
    match as_json {
        true => say_json(&json!({"name": name, "card": card}))?,
        false => {
            say("証人の鍵を作りました。次の行を、記録を見てあげる端末で `andon vault witness add` に指定します。");
            say(
                "The witness has its key. At the stations whose logs it sees: `andon vault witness add` with this line.",
            );
            say(&card);
        }
    }
    Ok(Exit::Ok)
}

fn sign(file: &Path, dir: &Path, out: &Path, (key, as_json): (Option<&str>, bool)) -> Result<Exit, Problem> {
    let key = key.map(text_of).transpose()?;
    let signed = cosigning::sign(dir, &bytes_of(file, FILE_BYTES_MAX)?, key.as_deref(), world::now())?;
    std::fs::write(out, &signed.note)?;
    match as_json {
        true => say_json(&signed)?,
        false => {
            let (before, size, root, out) = (signed.before, signed.size, &signed.root, out.display());
            let (ja, en) = match before {
                0 => ("初めて見る記録です".to_owned(), "this log is new here".to_owned()),
                _ => {
                    (format!("前に見た {before} 行の続きです"), format!("it continues what was seen before ({before})"))
                }
            };
            say(&format!("{out}: {ja}。{size} 行まで署名しました（{root}）。相手に返してください。"));
            say(&format!("{out}: {en}; signed up to entry {size}. Give it back."));
        }
    }
    Ok(Exit::Ok)
}

fn said(home: &Home, word: WitnessWord, key: String, told: &Told) -> Result<(), Problem> {
    let (by, role) = who(told);
    let said = WitnessSaid { word, key, size: 0, number: 0, seconds: 0 };
    let event = Some(CustodyEvent::Witness(said));
    write::write(home, &Request::Custody { keep: Vec::new(), event, by, role }).map(drop)
}

fn add(home: &Home, card: &str, told: &Told) -> Result<Exit, Problem> {
    let key = witnesses::card(&text_of(card)?)?;
    let known = witnesses::known(&home.reader()?)?;
    if known.iter().any(|one| one.name == key.name && one.key != key.text()) {
        return Err(Problem::usage(format!(
            "{0}: この名前の証人がすでにいます。鍵が変わったのなら、先に取り消してください。\n\
             {0}: there is a witness of that name: if its key changed, remove it first.",
            key.name
        )));
    }
    said(home, WitnessWord::Add, key.text(), told)?;
    match told.json {
        true => say_json(&json!({"name": key.name, "key": key.text()}))?,
        false => say(&format!("{0}: 証人に登録しました。 / {0} is a witness now.", key.name)),
    }
    Ok(Exit::Ok)
}

fn remove(home: &Home, name: &str, told: &Told) -> Result<Exit, Problem> {
    let known = witnesses::known(&home.reader()?)?.into_iter().find(|one| one.name == name);
    let Some(known) = known else {
        return Err(Problem::usage(format!(
            "{name}: この名前の証人はいません。`andon vault status` で確かめてください。\n{name}: no witness of that name; see `andon vault status`."
        )));
    };
    said(home, WitnessWord::Remove, known.key, told)?;
    match told.json {
        true => say_json(&json!({"name": name}))?,
        false => say(&format!("{name}: 登録を取り消しました。 / no longer a witness.")),
    }
    Ok(Exit::Ok)
}

fn take(home: &Home, file: &Path, told: &Told) -> Result<Exit, Problem> {
    let writes = |request: &Request| write::write(home, request);
    let taken = witnesses::take(home, &bytes_of(file, FILE_BYTES_MAX)?, &writes, &who(told))?;
    match told.json {
        true => say_json(&taken)?,
        false => {
            let (names, size, number) = (taken.witnesses.join(", "), taken.size, taken.number);
            say(&format!(
                "{names}: 記録 {size} 行・保管単位 {number} まで見たことを、{} か所に置きました。",
                taken.places
            ));
            say(&format!(
                "{names}: seen up to entry {size}, segment {number}; places that have it now: {}.",
                taken.places
            ));
        }
    }
    Ok(Exit::Ok)
}

/// A line given on the command line, or what the file of that name holds.
///
/// # Errors
/// The file cannot be read.
pub fn text_of(given: &str) -> Result<String, Problem> {
    match Path::new(given).is_file() {
        true => Ok(String::from_utf8_lossy(&bytes_of(Path::new(given), FILE_BYTES_MAX)?).into_owned()),
        false => Ok(given.to_owned()),
    }
}
