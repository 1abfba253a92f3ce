//! `andon keys combine`, `drill` and `list`: cards put together into a file, or in memory only; and which keys there are.

use std::io::{IsTerminal, Read, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use serde_json::json;
use store::{IdentityText, Unlock};
use vault::keys::{Identity, KeyError, Recipient, Share};
use zeroize::Zeroizing;

use super::args::{Combine, DrillKeys};
use super::keys_ceremony::test_opens;
use super::{keys_cards as cards, os_user, say, say_json, write};
use crate::event::{KeysEvent, Together};
use crate::home::{Exit, Home, Problem};
use crate::officers::{Officers, OfficersKey, officers};
use crate::role::Role;
use crate::text::{Lang, Words};
use crate::world;
use crate::writing::Request;

/// Bytes of an identity file beyond which it is surely another file.
const IDENTITY_BYTES_MAX: u64 = 64 << 10;

/// The text of an identity file.
///
/// # Errors
/// When it cannot be read, or is none.
pub fn identity_file(path: &Path) -> Result<IdentityText, Problem> {
    let mut text = Zeroizing::new(String::new());
    let no = |why: String| Problem::usage(format!("{}: {why}", path.display()));
    let read = std::fs::File::open(path).and_then(|file| file.take(IDENTITY_BYTES_MAX).read_to_string(&mut text));
    read.map_err(|error| no(format!("鍵を読めません。 / cannot be read. ({error})")))?;
    Identity::read(&text).map_err(|error| no(error.to_string()))?;
    Ok(IdentityText::new(text))
}

/// `andon keys combine`: the identity as a file that `age -d -i` takes. The home, where there is one, says 'rotate now' from then on.
///
/// # Errors
/// Which card is wrong or missing; or when it cannot be written down, in the log first.
pub fn combine(home: &Home, args: &Combine) -> Result<Exit, Problem> {
    let out = &args.out;
    if out.exists() {
        let out = out.display();
        return Err(Problem::usage(format!(
            "{out}: すでにあります。別の名前にしてください。 / {out}: exists; give another name."
        )));
    }
    // Before it is written down that the key is in a file.
    if out.parent().is_some_and(|folder| folder != Path::new("") && !folder.is_dir()) {
        return Err(not_written(out, &"no such folder"));
    }
    cards::hide_memory();
    let shares = cards::read(&args.shares)?;
    let identity = vault::keys::combine(&shares)?;
    let by = args.by.clone().unwrap_or_else(os_user);
    let recorded = recorded(home, &identity, &shares, &by)?;
    let opened = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(out);
    let written = opened.and_then(|mut file| {
        file.write_all(identity.file().as_bytes())?;
        file.sync_all()
    });
    written.map_err(|error| not_written(out, &error))?;
    let (id, out) = (identity.id(), out.display());
    say(&format!("{out}: 鍵 {id} を書きました（age -d -i {out} で開けます）。"));
    say(&format!("{out}: key {id} is written; `age -d -i {out}` takes it."));
    say("⚠ 鍵がファイルになりました。使い終えたら消し、ただちに鍵を更新してください: andon keys rotate");
    say("⚠ The key is in a file now. Remove it when done, and rotate the key at once: andon keys rotate");
    if !recorded {
        say("⚠ この端末にはホームがないので記録していません。紙に書き、鍵を使っている端末で更新してください。");
        say("⚠ There is no home here to record this in: write it down on paper, and rotate where the key is in use.");
    }
    Ok(Exit::Ok)
}

fn not_written(out: &Path, why: &dyn std::fmt::Display) -> Problem {
    let out = out.display();
    Problem::failed(format!(
        "{out}: 鍵を書けません。フォルダーがあり、書けるか確かめてください。\n\
         {out}: the key could not be written: is the folder there, and may you write in it? ({why})"
    ))
}

/// Writes down that a key was put together, before it is given out; false where there is no home to write it down in. A home whose
/// key file is lost is opened with the key itself: that is what it is for.
fn recorded(home: &Home, identity: &Identity, shares: &[Share], by: &str) -> Result<bool, Problem> {
    if home.about().is_err() {
        return Ok(false);
    }
    let event = KeysEvent::Together {
        key: identity.id().to_string(),
        why: Together::Combined,
        cards: numbers(shares),
        opened: String::new(),
    };
    let request = Request::Keys { event, by: by.to_owned(), role: Role::Operator.code().to_owned() };
    if home.reader().is_ok() {
        write::write(home, &request)?;
        return Ok(true);
    }
    let theirs = Home::new(home.dir().to_owned(), Unlock::Identity(IdentityText::new(identity.file())));
    write::write(&theirs, &request)?;
    Ok(true)
}

fn numbers(shares: &[Share]) -> String {
    let mut numbers: Vec<u8> = shares.iter().map(|share| share.number).collect();
    numbers.sort_unstable();
    numbers.dedup();
    numbers.iter().map(u8::to_string).collect::<Vec<_>>().join(" ")
}

/// `andon keys drill`: officers type their cards, and what must open opens. The identity stays in memory.
///
/// # Errors
/// What does not open; nothing is written down then.
pub fn drill(home: &Home, args: &DrillKeys) -> Result<Exit, Problem> {
    let known = officers(&home.reader()?)?;
    let training = home.about()?.training;
    let no = match args.unattended {
        true if !training => "--unattended は訓練用のホームだけです。 / --unattended is for a training home only.",
        true if args.shares.is_empty() => "カードのファイルを指定してください。 / Give the files of the cards.",
        false if !std::io::stdin().is_terminal() => {
            "端末から実行してください。カードは人が打ち込みます。 / Run it in a terminal: people type their cards."
        }
        _ if known.keys.is_empty() => {
            "鍵がまだありません。`andon keys ceremony` を実行してください。 / There is no key yet: run `andon keys ceremony`."
        }
        _ => "",
    };
    if !no.is_empty() {
        return Err(Problem::usage(no));
    }
    cards::hide_memory();
    let shares = if args.unattended { cards::read(&args.shares)? } else { typed()? };
    let identity = vault::keys::combine(&shares)?;
    let opened = opens(home, args, &known, &identity)?;
    let (by, key) = (args.by.clone().unwrap_or_else(os_user), identity.id().to_string());
    let (cards, words) = (numbers(&shares), opened.join(" "));
    let event =
        KeysEvent::Together { key: key.clone(), why: Together::Drill, cards: cards.clone(), opened: words.clone() };
    write::write(home, &Request::Keys { event, by, role: Role::Operator.code().to_owned() })?;
    if args.json {
        say_json(&json!({"key": key, "cards": cards, "opened": opened}))?;
        return Ok(Exit::Ok);
    }
    let [ja, en] = [0, 1].map(|lang| opened.iter().map(|word| in_words(word)[lang].clone()).collect::<Vec<_>>());
    let (ja, en) = (ja.join("・"), en.join(", "));
    say(&format!("✓ 鍵 {key}: カード {cards} で開きました（{ja}）。記録しました。カードに封をし直してください。"));
    say(&format!("✓ key {key}: opened with cards {cards} ({en}), and recorded. Seal the cards again."));
    Ok(Exit::Ok)
}

/// What opened, in Japanese and English.
fn in_words(opened: &str) -> [String; 2] {
    match opened.split_once(':') {
        Some((_, files)) => [format!("ファイル {files} 個"), format!("files: {files}")],
        None if opened == "home" => ["このホーム".to_owned(), "this home".to_owned()],
        None => ["試しに封じたもの".to_owned(), "a test".to_owned()],
    }
}

/// As many cards as the first of them asks for.
fn typed() -> Result<Vec<Share>, Problem> {
    let first = cards::typed("1 枚目（card 1）")?;
    let (key, threshold) = (first.key, usize::from(first.threshold));
    let mut shares = vec![first];
    while shares.len() < threshold {
        let share = cards::typed(&format!(
            "{0} 枚目（card {0}、あと {1} 枚 / {1} to go）",
            shares.len() + 1,
            threshold - shares.len()
        ))?;
        if share.key != key {
            let known = shares.first().map_or(0, |first| first.number);
            cards::complain(&KeyError::Mixed { one: (known, key), other: (share.number, share.key) });
        } else if shares.iter().any(|known| known.number == share.number) {
            say(&format!("カード {0} はもう打ちました。 / Card {0} was typed already.", share.number));
        } else {
            shares.push(share);
        }
    }
    Ok(shares)
}

/// The keys that officers type, card by card, for a restore. They stay in memory.
///
/// # Errors
/// There is no terminal; the typing ended half-way; a card is not genuine.
pub fn typed_keys() -> Result<Vec<::vault::Identity>, Problem> {
    if !std::io::stdin().is_terminal() {
        return Err(Problem::usage(
            "端末から実行してください。カードは人が打ち込みます。 / Run it in a terminal: people type their cards.",
        ));
    }
    cards::hide_memory();
    let mut keys = Vec::new();
    loop {
        let identity = vault::keys::combine(&typed()?)?;
        say(&format!("✓ 鍵 {0} が組み上がりました。 / key {0} is together.", identity.id()));
        keys.push(identity.age().clone());
        write!(
            std::io::stdout(),
            "ほかの鍵（更新の前や後）のカードもありますか。あれば y、なければそのまま Enter / cards of another key too? y, else Enter: "
        )?;
        std::io::stdout().flush()?;
        let mut line = String::new();
        std::io::stdin().read_line(&mut line)?;
        if !["y", "ｙ"].contains(&line.trim().to_lowercase().as_str()) {
            return Ok(keys);
        }
    }
}

/// What opened, in stable words: a test sealed to the key as the log names it, this home, and each file.
fn opens(home: &Home, args: &DrillKeys, known: &Officers, identity: &Identity) -> Result<Vec<String>, Problem> {
    let id = identity.id().to_string();
    let Some(key) = known.key(&id) else {
        return Err(Problem::failed(format!(
            "鍵 {id} はこのホームの鍵ではありません。このホームのカードを使ってください。\n\
             Key {id} is none of this home's keys: use its own cards."
        )));
    };
    test_opens(identity, &Recipient::read(&key.recipient)?)?;
    let mut opened = vec!["test".to_owned()];
    if known.current().is_some_and(|current| current.id == id) {
        store::open_reader(home.dir(), &Unlock::Identity(IdentityText::new(identity.file())))?;
        opened.push("home".to_owned());
    }
    for path in &args.opens {
        let file = std::fs::File::open(path)?;
        let bytes = identity
            .try_whole(std::io::BufReader::new(file))
            .map_err(|error| Problem { exit: Exit::Integrity, words: format!("{}: {error}", path.display()) })?;
        say(&format!("✓ {}: {bytes} バイト / bytes", path.display()));
    }
    if !args.opens.is_empty() {
        opened.push(format!("files:{}", args.opens.len()));
    }
    Ok(opened)
}

/// `andon keys list`: which keys there are. Partial when one is to be rotated or tried.
///
/// # Errors
/// When the home does not open.
pub fn list(home: &Home, as_json: bool) -> Result<Exit, Problem> {
    let (officers, now) = (officers(&home.reader()?)?, world::now());
    let (rotate, due, alone) = (officers.rotate_now(), officers.drill_due(now), officers.alone());
    let apart = officers.slot_apart(home.dir());
    let exit = if rotate || due || alone || apart { Exit::Partial } else { Exit::Ok };
    if as_json {
        let mut value = json!(officers);
        value["rotate_now"] = json!(rotate);
        value["drill_due"] = json!(due);
        value["alone"] = json!(alone);
        value["slot_apart"] = json!(apart);
        say_json(&value)?;
        return Ok(exit);
    }
    let t = Words::of(Lang::Ja);
    officers.keys.iter().for_each(|key| say(&line(key, t)));
    for (is, key) in
        [(rotate, "keys-rotate-now"), (apart, "keys-slot-apart"), (due, "keys-drill-due"), (alone, "keys-alone")]
    {
        if is {
            say(&format!("✗ {}\n✗ {}", t.text(key), Words::of(Lang::En).text(key)));
        }
    }
    if officers.keys.is_empty() {
        say(&format!("{} / {}", t.text("keys-none"), Words::of(Lang::En).text("keys-none")));
    }
    Ok(exit)
}

fn line(key: &OfficersKey, t: Words) -> String {
    let until = key.until.map_or_else(|| t.text("keys-current"), |until| until.to_string());
    let drilled = key.drilled.as_ref().map_or_else(|| t.text("keys-never"), |act| act.at.to_string());
    format!(
        "{}  {}〜{until}  {}/{}  {}  {} {drilled}\n  {}",
        key.id,
        key.since,
        key.threshold,
        key.holders.len(),
        key.holders.join("・"),
        t.text("keys-drilled"),
        key.recipient
    )
}
