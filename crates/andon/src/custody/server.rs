//! A place on a server of objects, in one line: its address and, after `#`, the file of its keys. The keys themselves stand in
//! that file alone.

use std::path::Path;

use vault::Target;
use vault::s3::{Access, Address, Moment, S3};

use super::problem;
use crate::home::Problem;

/// Whether these words are of a server.
pub fn is_one(place: &str) -> bool {
    place.starts_with("s3://") || place.starts_with("s3+http://")
}

/// The one line for an address and the file of its keys.
///
/// # Errors
/// No file of keys is named, in either.
pub fn line(address: &str, keys: Option<&Path>) -> Result<String, Problem> {
    match keys {
        Some(keys) => {
            Ok(format!("{}#{}", address.split('#').next().unwrap_or_default(), std::path::absolute(keys)?.display()))
        }
        None if address.contains('#') => Ok(address.to_owned()),
        None => Err(Problem::usage(
            "S3 の保管先には、鍵のファイルを --keys で指定してください。\nA place on a server needs the file of its keys: --keys FILE.",
        )),
    }
}

/// The one line for a place as it is typed: a folder's is its path.
///
/// # Errors
/// It is a server's, and no file of keys is named.
pub fn place(typed: &str, keys: Option<&Path>) -> Result<String, Problem> {
    if is_one(typed) { line(typed, keys) } else { Ok(typed.to_owned()) }
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
