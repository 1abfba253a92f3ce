//! Cards of a key: written to be printed, read from a file, or typed at a terminal that does not show what is typed. Never from the
//! command line, which every other user of this machine can read.

use std::fmt::Write as _;
use std::io::{IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

use chart::Moment;
use paper::{Head, KeyCard, Pack, SheetId};
use store::About;
use vault::keys::{KeyError, ROWS, Share, Typing};
use zeroize::Zeroizing;

use super::say;
use crate::home::Problem;
use crate::text::Lang;
use crate::world;

/// Bytes of a card's file beyond which it is surely another file; a card has some hundred, with its words two thousand.
const CARD_BYTES_MAX: u64 = 64 << 10;

/// Who made the cards, and for which hospital.
pub struct Maker<'a> {
    /// The home.
    pub about: &'a About,
    /// Who.
    pub by: &'a str,
}

/// Writes each card as `card-01.txt` and `card-01.pdf`; the files. They are the owner's alone.
///
/// # Errors
/// When the folder cannot be written.
pub fn write(out: &Path, maker: &Maker<'_>, cards: &[Share], holders: &[String]) -> Result<Vec<PathBuf>, Problem> {
    let mut files = Vec::new();
    for (card, holder) in cards.iter().zip(holders) {
        let name = |end: &str| out.join(format!("card-{:02}.{end}", card.number));
        let text = text(maker.about, card, holder);
        for (path, bytes) in [(name("txt"), text.as_bytes()), (name("pdf"), &pdf(maker, card, holder)?[..])] {
            files.push(path.clone());
            world::write_private(&path, bytes)?;
        }
    }
    Ok(files)
}

fn text(about: &About, card: &Share, holder: &str) -> Zeroizing<String> {
    let training = if about.training { "【訓練】" } else { "" };
    let Share { number, total, threshold, key, .. } = card;
    let mut text = Zeroizing::new(format!(
        "{training}鍵のカード {number} / {total}（鍵 {key}、{threshold} 枚そろうと開く）\n\
         Key card {number} of {total} (key {key}, {threshold} cards open it)\n\
         病院 / hospital: {}\n鍵保管者 / held by: {holder}\n\
         {ROWS} 行、一行 12 桁。封をして、ほかのカードと別の場所に / {ROWS} rows of 12 digits; keep sealed, apart from the others\n\n",
        about.hospital
    ));
    for (at, row) in card.rows().iter().enumerate() {
        // To a string: it cannot fail.
        let _ = writeln!(text, "{:>2}) {}", at + 1, row.as_str());
    }
    text
}

fn pdf(maker: &Maker<'_>, card: &Share, holder: &str) -> Result<Zeroizing<Vec<u8>>, Problem> {
    let now = world::now();
    let head = Head {
        hospital: maker.about.hospital.clone(),
        institution: paper::Institution::default(),
        training: maker.about.training,
        made: now,
        printed_by: maker.by.to_owned(),
        valid_until: Moment(now.0),
    };
    let no = |error: paper::Error| Problem::failed(error.to_string());
    let id = SheetId { number: format!("KEY-{}-{}", card.key, card.number) };
    let sheet = KeyCard {
        key: card.key.to_string(),
        number: card.number,
        total: card.total,
        threshold: card.threshold,
        holder: holder.to_owned(),
        rows: card.rows().iter().map(|row| row.to_string()).collect(),
        code: card.code().to_string(),
    };
    let mut pack = Pack::new(Lang::Ja, head);
    pack.key_card(&sheet, &id).map_err(no)?;
    pack.finish().map(Zeroizing::new).map_err(no)
}

/// Overwrites and removes the files of cards. On a disk this hides them, on a disk of flash it may not: so they belong in memory.
///
/// # Errors
/// When a file cannot be removed.
pub fn remove(files: &[PathBuf]) -> Result<(), Problem> {
    for path in files.iter().filter(|path| path.exists()) {
        let mut file = std::fs::OpenOptions::new().write(true).open(path)?;
        let bytes = file.metadata()?.len();
        std::io::copy(&mut std::io::repeat(0).take(bytes), &mut file)?;
        file.sync_all()?;
        std::fs::remove_file(path)?;
    }
    Ok(())
}

/// Cards from files; `-` is standard input, or asks on a terminal.
///
/// # Errors
/// Which file, and which row of it.
pub fn read(paths: &[PathBuf]) -> Result<Vec<Share>, Problem> {
    let count = paths.len();
    paths
        .iter()
        .enumerate()
        .map(|(at, path)| read_one(path, &format!("{0} / {count} 枚目（card {0} of {count}）", at + 1)))
        .collect()
}

fn read_one(path: &Path, which: &str) -> Result<Share, Problem> {
    let stdin = path == Path::new("-");
    if stdin && std::io::stdin().is_terminal() {
        return typed(which);
    }
    let mut text = Zeroizing::new(String::new());
    let no = |why: String| Problem::failed(format!("{}: {why}", path.display()));
    let read = if stdin {
        std::io::stdin().lock().take(CARD_BYTES_MAX).read_to_string(&mut text)
    } else {
        std::fs::File::open(path).and_then(|file| file.take(CARD_BYTES_MAX).read_to_string(&mut text))
    };
    read.map_err(|error| no(format!("カードを読めません。 / cannot be read. ({error})")))?;
    Share::read(&text).map_err(|error| no(error.to_string()))
}

/// Asks for a card row by row until it is right. What is typed is not shown.
///
/// # Errors
/// When the terminal ends.
pub fn typed(which: &str) -> Result<Share, Problem> {
    loop {
        say(&format!(
            "{which}: 一行 12 桁ずつ、上から {ROWS} 行（打った字は見えません。リーダーで二次元コードを読んでもよい）"
        ));
        say(&format!(
            "{which}: {ROWS} rows of 12 digits from the top; nothing typed is shown. A scanner may read the code instead"
        ));
        let mut typing = Typing::new();
        while !typing.is_whole() {
            let row = typing.next_row() + 1;
            let prompt = format!("{which} {row}/{ROWS}: ");
            let line = Zeroizing::new(rpassword::prompt_password(prompt).map_err(stopped)?);
            typing.row(&line).unwrap_or_else(|error| complain(&error));
        }
        match typing.finish() {
            Ok(share) => return Ok(share),
            Err(error) => complain(&error),
        }
    }
}

/// Says what is wrong with what was typed.
pub fn complain(error: &KeyError) {
    // Nobody to tell: then nobody types either.
    writeln!(std::io::stderr(), "✗ {error}").unwrap_or_default();
}

fn stopped(error: std::io::Error) -> Problem {
    Problem::failed(format!("打ち込みが途中で終わりました。 / The typing ended half-way. ({error})"))
}

/// Keeps the memory of this program out of core dumps and of other programs' sight, as far as the system does that.
pub fn hide_memory() {
    use rustix::process::{DumpableBehavior, set_dumpable_behavior};
    if let Err(error) = set_dumpable_behavior(DumpableBehavior::NotDumpable) {
        tracing::warn!(%error, "the memory of this program may be dumped");
    }
}
