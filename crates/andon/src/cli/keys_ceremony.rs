//! `andon keys ceremony` and `andon keys rotate`: a key is made, written on cards, forgotten, and counts only once every card was
//! typed back and what they give has opened a test and this home.

use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};

use store::{IdentityText, Unlock};
use vault::keys::{Identity, KeyId, Recipient, Share, combine, split};

use super::args::Ceremony;
use super::keys_cards::{self as cards, Maker};
use super::{os_user, say, station_key, write};
use crate::event::KeysEvent;
use crate::home::{Exit, Home, Problem};
use crate::officers::officers;
use crate::role::Role;
use crate::world;
use crate::writing::Request;

/// What a machine booted from our stick has (the stick comes with an issue of its own).
const STICK: &str = "/run/andon/stick";
/// Letters of a name on a card.
const NAME_MAX: usize = 60;
/// File systems that are memory (statfs(2)): tmpfs, ramfs.
const IN_MEMORY: [u64; 2] = [0x0102_1994, 0x8584_58f6];

/// Makes the first key, or with `rotate` the next.
///
/// # Errors
/// When it cannot be done, or the typing ended half-way: then no key counts, and the cards are void.
pub fn run(home: &Home, args: &Ceremony, rotate: bool) -> Result<Exit, Problem> {
    let (about, known) = (home.about()?, officers(&home.reader()?)?);
    may(args, about.training, rotate, known.keys.len())?;
    // Nobody is asked for a name before the numbers are known to be possible.
    split(&Identity::generate(), args.shares, args.threshold)?;
    let holders = holders(args)?;
    prepare(&args.out, home.dir())?;
    cards::hide_memory();
    let stick = Path::new(STICK).exists();
    if !stick {
        say(
            "⚠ 行灯の起動用USBで起動した端末ではありません。この端末にウイルスがいれば、鍵は読まれます。記録に残します。",
        );
        say(
            "⚠ This machine was not booted from Andon's stick: whatever lives on it may read the key. This is recorded.",
        );
    }
    let by = args.by.clone().unwrap_or_else(os_user);
    let (recipient, membership, files) = make(args, &Maker { about: &about, by: &by }, &holders)?;
    let typed = type_back(args, &files, recipient.id(), &holders);
    let done = typed.and_then(|typed| prove(home, &recipient, &typed));
    if !args.unattended && (done.is_err() || !args.keep_files) {
        cards::remove(&files)?;
        say("カードのファイルは消しました。 / The files of the cards are removed.");
    }
    done.map_err(void)?;
    let event = KeysEvent::Made {
        key: recipient.id().to_string(),
        recipient: recipient.to_string(),
        threshold: args.threshold,
        stick,
        unattended: args.unattended,
        holders,
    };
    write::write(home, &Request::Keys { event, by: by.clone(), role: Role::Operator.code().to_owned() })?;
    station_key::name(home, &vault::hash::to_hex(&membership), true, Some(&by))?;
    told(args, &recipient, rotate);
    Ok(Exit::Ok)
}

/// Whether it may be done at all.
fn may(args: &Ceremony, training: bool, rotate: bool, known: usize) -> Result<(), Problem> {
    let no = match (args.unattended, rotate, known) {
        (true, ..) if !training => {
            "--unattended は訓練用のホームだけです。カードは人が打ち込みます。\n\
             --unattended is for a training home only: people type their cards."
        }
        (false, ..) if !std::io::stdin().is_terminal() => {
            "端末から実行してください。カードは人が打ち込みます。\nRun it in a terminal: people type their cards."
        }
        (_, false, 1..) => {
            "鍵はもうあります。新しくするには `andon keys rotate` を実行してください。\n\
             There is a key already: to make a new one run `andon keys rotate`."
        }
        (_, true, 0) => {
            "鍵はまだありません。`andon keys ceremony` を実行してください。\nThere is no key yet: run `andon keys ceremony`."
        }
        _ => return Ok(()),
    };
    Err(Problem::usage(no))
}

/// Who holds the cards: as many different people as there are cards, so that no key has one holder.
fn holders(args: &Ceremony) -> Result<Vec<String>, Problem> {
    let count = usize::from(args.shares);
    let mut names: Vec<String> = args.holders.iter().map(|name| crate::text::one_line(name, NAME_MAX)).collect();
    if names.is_empty() && args.unattended {
        names = (1..=count).map(|no| format!("訓練の鍵保管者 {no}")).collect();
    }
    if names.is_empty() {
        for no in 1..=count {
            names.push(ask(&format!("カード {no} の鍵保管者の氏名 / who holds card {no}: "))?);
        }
    }
    let mut different = names.clone();
    different.sort();
    different.dedup();
    if names.len() != count || different.len() != count || names.iter().any(String::is_empty) {
        return Err(Problem::usage(format!(
            "鍵保管者は {count} 人、みな別の人にしてください（--holder を {count} 回）。鍵は一人では持てません。\n\
             Name {count} different officers (--holder {count} times): no key has one holder."
        )));
    }
    Ok(names)
}

fn ask(prompt: &str) -> Result<String, Problem> {
    write!(std::io::stdout(), "{prompt}")?;
    std::io::stdout().flush()?;
    let mut line = String::new();
    std::io::stdin().lock().read_line(&mut line)?;
    Ok(crate::text::one_line(&line, NAME_MAX))
}

/// The folder of the cards: made if it is not there, empty, outside the home, best in memory.
fn prepare(out: &Path, home: &Path) -> Result<(), Problem> {
    use std::os::unix::fs::DirBuilderExt;
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(out)?;
    let (place, home) = (out.canonicalize()?, home.canonicalize()?);
    if place.starts_with(&home) {
        return Err(Problem::usage(format!(
            "{0}: ホームの中には書きません。鍵を封じる端末に鍵を置かないためです。/dev/shm などにしてください。\n\
             {0}: not inside the home: a station that seals keeps no key. Use /dev/shm or the like.",
            out.display()
        )));
    }
    if place.read_dir()?.next().is_some() {
        return Err(Problem::usage(format!(
            "{0}: 空のフォルダーにしてください。 / {0}: give an empty folder.",
            out.display()
        )));
    }
    let in_memory = rustix::fs::statfs(&place).is_ok_and(|info| IN_MEMORY.contains(&(info.f_type as u64)));
    if !in_memory {
        say("⚠ このフォルダーはディスクの上です。消しても跡が残ることがあります。/dev/shm の下がよいです。");
        say("⚠ This folder is on a disk, where traces may stay after removal: a folder under /dev/shm is better.");
    }
    Ok(())
}

/// Whom to seal to, the membership key, and the files of the cards.
type Made = (Recipient, [u8; 32], Vec<PathBuf>);

/// Makes the key and its cards, and forgets the key.
fn make(args: &Ceremony, maker: &Maker<'_>, holders: &[String]) -> Result<Made, Problem> {
    let identity = Identity::generate();
    let shares = split(&identity, args.shares, args.threshold)?;
    let files = cards::write(&args.out, maker, &shares, holders)?;
    Ok((identity.recipient(), identity.membership().public(), files))
}

/// Every card, as typed from its paper; unattended as read from its file.
fn type_back(args: &Ceremony, files: &[PathBuf], key: KeyId, holders: &[String]) -> Result<Vec<Share>, Problem> {
    if args.unattended {
        let texts: Vec<PathBuf> =
            files.iter().filter(|file| file.extension().is_some_and(|end| end == "txt")).cloned().collect();
        return cards::read(&texts);
    }
    let out = args.out.display();
    say(&format!(
        "{out}: カードを書きました。いま印刷し、鍵保管者に一枚ずつ渡してください。各自が紙を見て打ち込みます。"
    ));
    say(&format!("{out}: the cards are written. Print them now, hand each to its officer; each types from paper."));
    let mut typed = Vec::new();
    for (number, holder) in (1_u8..).zip(holders) {
        let which = format!("カード {number}（{holder}）");
        let share = loop {
            let share = cards::typed(&which)?;
            if (share.key, share.number) == (key, number) {
                break share;
            }
            say(&format!(
                "✗ いま打ったのは鍵 {} のカード {} です。{which} を打ってください。",
                share.key, share.number
            ));
            say(&format!("✗ That was card {} of key {}: type card {number}.", share.number, share.key));
        };
        say(&format!("✓ {which}: 合いました / right"));
        typed.push(share);
    }
    Ok(typed)
}

/// What the cards give opens what is sealed to the recipient, and from now on this home.
fn prove(home: &Home, recipient: &Recipient, typed: &[Share]) -> Result<(), Problem> {
    let identity = combine(typed)?;
    test_opens(&identity, recipient)?;
    store::put_officers(home.dir(), home.unlock(), &recipient.to_string())?;
    let by_them = Unlock::Identity(IdentityText::new(identity.file()));
    store::open_reader(home.dir(), &by_them)?;
    Ok(())
}

/// Something random that was sealed to a recipient opens with an identity.
///
/// # Errors
/// When it does not.
pub fn test_opens(identity: &Identity, recipient: &Recipient) -> Result<(), Problem> {
    let test = world::random::<64>().map_err(|error| Problem::failed(error.to_string()))?;
    let sealed = recipient.seal(&test)?;
    if identity.open(&sealed)?[..] == test {
        return Ok(());
    }
    Err(vault::keys::KeyError::DoesNotOpen { key: identity.id() }.into())
}

fn void(problem: Problem) -> Problem {
    let words = format!(
        "{problem}\nこの鍵は使いません。印刷したカードは裁断し、はじめからやり直してください。\n\
         This key does not count: shred the printed cards and begin again."
    );
    Problem { words, ..problem }
}

fn told(args: &Ceremony, recipient: &Recipient, rotate: bool) {
    let Ceremony { shares, threshold, .. } = args;
    let id = recipient.id();
    say(&format!(
        "鍵 {id}: {shares} 枚のカードのうち {threshold} 枚で開きます。試しに閉じたものと、このホームが開きました。"
    ));
    say(&format!("key {id}: {threshold} of {shares} cards open it. A test and this home were opened with them."));
    say(&format!("宛先 / recipient: {recipient}"));
    if rotate {
        say("これから封じるものは新しい鍵で開きます。古い鍵のカードは、古い保管単位のために取っておいてください。");
        say(
            "What is sealed from now on opens with the new key. Keep the old cards: old segments open with them alone.",
        );
    }
    if args.unattended || args.keep_files {
        let out = args.out.display();
        say(&format!("⚠ カードのファイルが {out} に残っています。使い終えたら消してください。"));
        say(&format!("⚠ The files of the cards are still in {out}: remove them when done."));
    }
}
