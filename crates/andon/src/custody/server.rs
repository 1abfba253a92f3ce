//! A place on another machine, in one line: its address and, after `#`, a file. Of a server of objects (S3) it is the file of its keys,
//! which stand in that file alone; of a receiver (another station) its card, or a reader's pass.

use std::path::Path;

use store::Reader;
use vault::receiver::{self, Pass, Receiver};
use vault::s3::{Access, Address, Moment, S3};
use vault::{Target, Verifier};

use super::{problem, state};
use crate::home::Problem;

/// Whether these words are of a server of objects.
pub fn is_one(place: &str) -> bool {
    place.starts_with("s3://") || place.starts_with("s3+http://")
}

/// The one line for an address and its file.
///
/// # Errors
/// No file is named, in either.
fn line(address: &str, keys: Option<&Path>) -> Result<String, Problem> {
    match keys {
        Some(keys) => {
            Ok(format!("{}#{}", address.split('#').next().unwrap_or_default(), std::path::absolute(keys)?.display()))
        }
        None if address.contains('#') => Ok(address.to_owned()),
        None if receiver::Address::is_one(address) => Err(Problem::usage(
            "預かり端末には、そのカード（receiver.txt）か読み取り用の鍵のファイルを --keys で指定してください。\n\
             A receiver needs its card (receiver.txt), or a reader's pass: --keys FILE.",
        )),
        None => Err(Problem::usage(
            "S3 の保管先には、鍵のファイルを --keys で指定してください。\nA place on a server needs the file of its keys: --keys FILE.",
        )),
    }
}

/// The one line for a place as it is typed: a folder's is its path.
///
/// # Errors
/// It is on another machine, and no file is named.
pub fn place(typed: &str, keys: Option<&Path>) -> Result<String, Problem> {
    if is_one(typed) || receiver::Address::is_one(typed) { line(typed, keys) } else { Ok(typed.to_owned()) }
}

/// The vault at a receiver: a reader's by the pass, else that of the home that asks, by its vault's own key.
///
/// # Errors
/// The address or the file is not as it must be; there is neither pass nor home.
pub fn receiver(place: &str, home: Option<&Reader>) -> Result<Receiver, Problem> {
    let line = line(place, None)?;
    let (address, file) = line.split_once('#').unwrap_or((&line, ""));
    let Pass { card, reader } = Pass::read(Path::new(file)).map_err(problem)?;
    let key = match (reader, home) {
        (Some((_, key)), _) => key,
        (None, Some(home)) => state::signing_key(home)?.ok_or_else(no_pass)?,
        (None, None) => return Err(no_pass()),
    };
    Receiver::new(receiver::Address::parse(address).map_err(problem)?, &card, &key).map_err(problem)
}

/// That a receiver knows this vault's key; else what a person does there.
///
/// # Errors
/// It does not, is another than the card's, or was not reached.
pub fn must_know(receiver: &Receiver, key: &Verifier) -> Result<(), Problem> {
    receiver.size(vault::name::VAULT).map(drop).map_err(|error| match &error {
        vault::Error::Unregistered { place } => {
            let key = key.text();
            Problem::failed(format!(
                "{place}: 預かり端末に、まだこの保管庫の鍵が登録されていません。そこで次を実行してから、もう一度実行してください:\n\
                 {place}: this vault's key is not registered there yet. At the receiver run this, then run this command again:\n\
                 \x20   andon vault receive allow フォルダー/DIR {key}"
            ))
        }
        _ => problem(error),
    })
}

fn no_pass() -> Problem {
    Problem::usage(
        "カードだけでは読めません。預かり端末で `andon vault receive reader` が作った鍵のファイルを --keys で指定してください。\n\
         A card alone reads nothing: make a pass at the receiver (`andon vault receive reader`) and give it with --keys.",
    )
}

fn s3(place: &str) -> Result<S3, Problem> {
    let line = line(place, None)?;
    let (address, keys) = line.split_once('#').unwrap_or((&line, ""));
    let access = Access::read(Path::new(keys)).map_err(problem)?;
    let days = access.keep_days;
    S3::new(Address::parse(address).map_err(problem)?, access, days).map_err(problem)
}

/// The place as it is now.
///
/// # Errors
/// The address or the file of keys is not as it must be.
pub fn open(place: &str) -> Result<Target, Problem> {
    s3(place).map(Target::S3)
}

/// The place as the vault left it: below delete markers, and below what somebody put over it; `as_of`, as it stood at this time by the
/// server's clock, whatever was put there since.
///
/// # Errors
/// As [`open`]; the server was not reached.
pub fn open_below(place: &str, as_of: Option<chart::Moment>) -> Result<Target, Problem> {
    let moment = as_of.map_or(Moment::First, |as_of| Moment::At(as_of.0));
    s3(place)?.as_it_stood(moment).map(Target::S3).map_err(problem)
}

/// That a new place locks what it is given; which the vault's own puts ask again of every object.
///
/// # Errors
/// Its bucket has no Object Lock, or the server was not reached.
pub fn must_lock(s3: &S3) -> Result<(), Problem> {
    let state = s3.state().map_err(problem)?;
    if state.lock && state.versions {
        return Ok(());
    }
    let place = s3.address();
    Err(Problem::failed(format!(
        "{place}: バケットの Object Lock が有効ではありません。Object Lock を付けてバケットを作り直してください。\n\
         {place}: the bucket has no Object Lock: make it anew with Object Lock."
    )))
}
