//! Being a witness for another's vault: a folder of its own at another station or a neighbour hospital, with a key and what was seen last
//! of each log. It signs a newer head only if that continues what it saw, and keeps both where it does not. Needs no home.

use std::fs::{self, File};
use std::io::Read;
use std::path::{Path, PathBuf};

use chart::Moment;
use ed25519_dalek::SigningKey;
use rustix::fs::{FlockOperation, flock};
use serde::Serialize;
use vault::hash::{from_hex, to_hex};
use vault::log::{Asked, Checkpoint, cosign};
use vault::note::{Kind, NOTE_BYTES_MAX};
use vault::{Hash, Signer, VaultId, Verifier};
use zeroize::Zeroizing;

use super::problem;
use crate::home::{Exit, Problem};
use crate::world;

const KEY: &str = "witness.key";
const CARD: &str = "witness.txt";
const LOCK: &str = "witness.lock";
const SEEN: &str = "seen";
const REFUSED: &str = "refused";
/// The key's file is a few lines, bytes.
const KEY_BYTES_MAX: u64 = 4 << 10;
/// First line of the key's file.
const FIRST_LINE: &str = "andon-witness 1";

/// Makes a witness in an empty folder, or in none yet. Its card: the public key in one line, for those whose logs it will see.
///
/// # Errors
/// There is one; the name has blanks or a plus sign; the disk says no.
pub fn init(dir: &Path, name: &str) -> Result<String, Problem> {
    if dir.join(KEY).exists() {
        let dir = dir.display();
        return Err(Problem::failed(format!(
            "{dir}: 証人の鍵がすでにあります。別のフォルダーにしてください。何も変えていません。\n\
             {dir}: there is a witness's key: use another folder. Nothing was changed."
        )));
    }
    let secret = Zeroizing::new(world::random::<32>().map_err(|error| Problem::failed(error.to_string()))?);
    let signer = Signer::new(name, SigningKey::from_bytes(&secret)).map_err(|_| {
        Problem::usage("名前に空白と + は使えません。 / A witness's name has no blanks and no plus sign.")
    })?;
    fs::create_dir_all(dir)?;
    let digits = Zeroizing::new(to_hex(&secret[..]));
    let text = Zeroizing::new(format!("{FIRST_LINE}\nname {name}\nkey {}\n", digits.as_str()));
    world::write_private(&dir.join(KEY), text.as_bytes())?;
    let card = signer.witness().text();
    fs::write(dir.join(CARD), format!("{card}\n"))?;
    Ok(card)
}

/// What a witness signed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Signed {
    /// The vault, 32 hexadecimal digits.
    pub vault: String,
    /// Entries of its log now.
    pub size: u64,
    /// Entries that this witness had seen before; 0 for none.
    pub before: u64,
    /// The first digits of the hash over the entries.
    pub root: String,
    /// The head with the witness's line, to be given back.
    #[serde(skip)]
    pub note: String,
}

/// What was seen of one log.
struct Seen {
    key: Verifier,
    head: Checkpoint,
}

/// Signs what is asked, if it continues what was seen. The first time the log's key must be told, by another way than the file.
///
/// # Errors
/// It is no such file; the key is not known; of exit code 4 where the log does not continue what was seen, or its key is another.
pub fn sign(dir: &Path, bytes: &[u8], key: Option<&str>, now: Moment) -> Result<Signed, Problem> {
    let (_lock, signer) = open(dir)?;
    let asked = Asked::parse(bytes).and_then(|asked| Some((Checkpoint::parse(&asked.note)?.0, asked)));
    let asked = asked.and_then(|(head, asked)| Some((VaultId::of_origin(&head.origin)?, head, asked)));
    let (vault, head, asked) = asked.ok_or_else(not_asked)?;
    let seen = seen(dir, &vault)?;
    let key = key_of(key, seen.as_ref())?;
    let before = seen.as_ref().map_or(0, |seen| seen.head.size);
    if asked.old != before && head.size >= before {
        return Err(Problem::usage(format!(
            "この証人が見たのは {before} 行までです。端末で `andon vault checkpoint --since {before} --out ファイル` を作り直してください。\n\
             This witness has seen {before} entries: make the file anew with `andon vault checkpoint --since {before} --out FILE`."
        )));
    }
    let seconds = u64::try_from(now.0 / 1000).unwrap_or(0);
    let last = seen.as_ref().map(|seen| &seen.head);
    let cosigned = match cosign(last, &asked.note, &asked.proof, &key, &signer, seconds) {
        Ok(cosigned) => cosigned,
        Err(error) if error.is_fault() => return Err(refused(dir, &vault, &head, bytes, &error)?),
        Err(error) => return Err(problem(error)),
    };
    // What it has seen is on disk before the line leaves: a witness that forgets would sign two histories.
    world::write_whole(&seen_file(dir, &vault), format!("{}\n\n{}", key.text(), cosigned.note).as_bytes())?;
    let root: String = head.root.hex().chars().take(16).collect();
    Ok(Signed { vault: vault.hex(), size: head.size, before, root, note: cosigned.note })
}

/// The key and its lock.
fn open(dir: &Path) -> Result<(File, Signer), Problem> {
    let mut text = Zeroizing::new(String::new());
    let read = File::open(dir.join(KEY)).and_then(|file| file.take(KEY_BYTES_MAX).read_to_string(&mut text));
    read.map_err(|error| no_witness(dir, &error.to_string()))?;
    let mut lines = text.lines();
    let first = lines.next() == Some(FIRST_LINE);
    let name = lines.next().and_then(|line| line.strip_prefix("name ")).filter(|_| first);
    let secret = lines.next().and_then(|line| from_hex(line.strip_prefix("key ")?)).map(Zeroizing::new);
    let key = secret.and_then(|secret| Some(SigningKey::from_bytes(secret.as_slice().try_into().ok()?)));
    let (Some(name), Some(key)) = (name, key) else { return Err(no_witness(dir, "")) };
    let signer = Signer::new(name, key).map_err(problem)?;
    let lock = File::options().create(true).truncate(false).write(true).open(dir.join(LOCK))?;
    flock(&lock, FlockOperation::LockExclusive).map_err(std::io::Error::from)?;
    Ok((lock, signer))
}

fn no_witness(dir: &Path, why: &str) -> Problem {
    let dir = dir.display();
    Problem::usage(format!(
        "{dir}: 証人の鍵がありません。`andon vault witness init --as {dir} --name 名前` で作ってください。\n\
         {dir}: no witness's key there: make one with `andon vault witness init --as {dir} --name NAME`. {why}"
    ))
}

fn not_asked() -> Problem {
    Problem::usage(
        "署名を頼むファイルではありません。端末で `andon vault checkpoint --out ファイル` が作ったものを指定してください。\n\
         Not a file that asks for a signature: give the one that `andon vault checkpoint --out FILE` made at the station.",
    )
}

fn seen_file(dir: &Path, vault: &VaultId) -> PathBuf {
    dir.join(SEEN).join(format!("{}.txt", vault.hex()))
}

/// What was seen last of a log; `None` for one that is new here.
fn seen(dir: &Path, vault: &VaultId) -> Result<Option<Seen>, Problem> {
    let path = seen_file(dir, vault);
    let file = match File::open(&path) {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        other => other?,
    };
    let mut text = String::new();
    file.take(NOTE_BYTES_MAX).read_to_string(&mut text)?;
    let read = text
        .split_once("\n\n")
        .and_then(|(key, note)| Some(Seen { key: Verifier::parse(key)?, head: Checkpoint::parse(note.as_bytes())?.0 }));
    read.map(Some).ok_or_else(|| Problem {
        exit: Exit::Integrity,
        words: format!(
            "{0}: 前に見たものが読めません。直すまで署名しません。\n{0}: what was seen before cannot be read; nothing is signed until it is mended.",
            path.display()
        ),
    })
}

/// The key of a log: the one known, which what is told must be; or the one told, where none is known.
fn key_of(told: Option<&str>, seen: Option<&Seen>) -> Result<Verifier, Problem> {
    let told = match told {
        None => None,
        Some(text) => Some(Verifier::parse(text.trim()).filter(|key| key.kind == Kind::Note).ok_or_else(no_key)?),
    };
    match (told, seen) {
        (Some(told), Some(seen)) if told != seen.key => Err(Problem {
            exit: Exit::Integrity,
            words: "この保管庫の鍵が、前に見た鍵と違います。署名しません。相手の病院に電話で確かめてください。\n\
                    The key of this vault is not the one seen before: nothing is signed. Ask the other hospital by telephone."
                .to_owned(),
        }),
        (_, Some(seen)) => Ok(seen.key.clone()),
        (Some(told), None) => Ok(told),
        (None, None) => Err(no_key()),
    }
}

fn no_key() -> Problem {
    Problem::usage(
        "この保管庫は初めてです。相手の端末の `andon vault checkpoint` が表示した鍵の行を、ファイルとは別の手段（電話・紙）で受け取り、--key に指定してください。\n\
         This vault is new here: give with --key the line that `andon vault checkpoint` showed at its station, told by another way than the file.",
    )
}

/// Keeps what does not continue what was seen, beside it: both are evidence.
fn refused(
    dir: &Path,
    vault: &VaultId,
    head: &Checkpoint,
    bytes: &[u8],
    error: &vault::Error,
) -> Result<Problem, Problem> {
    let file = dir.join(REFUSED).join(format!("{}-{:012}-{}.txt", vault.hex(), head.size, Hash::of(bytes).short()));
    world::write_whole(&file, bytes)?;
    let (file, seen) = (file.display(), seen_file(dir, vault));
    Ok(Problem {
        exit: Exit::Integrity,
        words: format!(
            "前に見た記録の続きではありません。署名しません。作り替えられた疑いがあります。相手の病院に電話で知らせ、次の2つを残してください。\n{0}\n{file}\n\
             It does not continue what was seen: not signed. The log may have been made anew: telephone the other hospital, and keep both files. ({error})",
            seen.display()
        ),
    })
}
