//! The files of a package: a folder that every program opens and `sha256sum -c` checks, or the same as one ZIP without compression.

use std::io::{Cursor, Read, Write};
use std::path::Path;

use chart::Moment;
use serde_json::Value;
use sha2::{Digest, Sha256};
use zip::result::ZipError;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, ZipArchive, ZipWriter};

use super::Kind;
use crate::home::Problem;
use crate::world::write_private;

/// The list of sums, as `sha256sum` writes and checks it.
pub const MANIFEST: &str = "manifest.sha256";
/// Bytes of one file that is read again.
const FILE_BYTES_MAX: u64 = 256 << 20;
/// Files of one package.
const FILES_MAX: usize = 100;

/// How a package is called: what it is, as of when, and the beginning of the sum of its content.
pub fn name(kind: Kind, until: Moment, content: &str, draft: bool) -> String {
    let figures: String = until.to_string().chars().filter(char::is_ascii_digit).collect();
    let content: String = content.chars().take(8).collect();
    format!("andon-{}{}-{figures}-{content}", kind.code(), if draft { "-draft" } else { "" })
}

/// SHA-256 in hexadecimal.
pub fn sum(bytes: &[u8]) -> String {
    vault::hash::to_hex(&Sha256::digest(bytes))
}

/// The list of sums over files.
pub fn manifest(files: &[(String, Vec<u8>)]) -> Vec<u8> {
    files.iter().map(|(name, bytes)| format!("{}  {name}\n", sum(bytes))).collect::<String>().into_bytes()
}

/// JSON as a person can read it.
///
/// # Errors
/// Never, for what we make.
pub fn lines(value: &Value) -> Result<Vec<u8>, Problem> {
    let mut text = serde_json::to_vec_pretty(value).map_err(|error| Problem::failed(error.to_string()))?;
    text.push(b'\n');
    Ok(text)
}

fn taken(out: &Path) -> Problem {
    let out = out.display();
    Problem::usage(format!(
        "{out}: すでにあります。渡す資料に古いものが混ざらないよう、新しいフォルダー（または .zip）を指定してください。\n\
         {out}: is there already. Name a new folder (or .zip), so that nothing old is mixed into what is handed over."
    ))
}

/// True for a name that asks for one ZIP.
fn is_zip(out: &Path) -> bool {
    out.extension().is_some_and(|end| end.eq_ignore_ascii_case("zip"))
}

/// Whether a package may be written there, looked at before anything is numbered.
///
/// # Errors
/// Something is there, or its folder is not.
pub fn may_write(out: &Path) -> Result<(), Problem> {
    let empty = out.is_dir() && !is_zip(out) && std::fs::read_dir(out)?.next().is_none();
    if out.exists() && !empty {
        return Err(taken(out));
    }
    let above = out.parent().filter(|above| !above.as_os_str().is_empty()).unwrap_or(Path::new("."));
    match above.is_dir() {
        true => Ok(()),
        false => Err(Problem::usage(format!(
            "{0}: フォルダーがありません。先に作るか、別の場所を指定してください。\n{0}: no such folder. Make it, or name another place.",
            above.display()
        ))),
    }
}

/// Writes a package into a new folder, for this user alone, or as one ZIP; the list of sums comes last.
///
/// # Errors
/// What the operating system says.
pub fn write(out: &Path, name: &str, files: &[(String, Vec<u8>)]) -> Result<(), Problem> {
    use std::os::unix::fs::DirBuilderExt;
    if is_zip(out) {
        return write_private(out, &zip(name, files)?);
    }
    if !out.is_dir() {
        std::fs::DirBuilder::new().mode(0o700).create(out)?;
    }
    files.iter().try_for_each(|(name, bytes)| write_private(&out.join(name), bytes))
}

/// A package that was written, whole.
pub struct Package {
    /// Sum of its list of sums.
    pub sum: String,
    /// What `package.json` says.
    pub said: Value,
}

/// Reads a package in a folder or a ZIP of ours and checks every sum.
///
/// # Errors
/// There is none, or a file is missing, altered or too many.
pub fn checked(from: &Path) -> Result<Package, Problem> {
    let unread = |path: &Path, why: String| {
        let shown = path.display();
        Problem::failed(format!(
            "{shown}: 読めません。`andon package` が作ったものを指定してください。\n{shown}: cannot be read; name what `andon package` made. ({why})"
        ))
    };
    let bytes = |path: &Path| -> Result<Vec<u8>, Problem> {
        let long = std::fs::metadata(path).map_or(0, |of| of.len());
        match long > FILE_BYTES_MAX {
            true => Err(unread(path, format!("{long} bytes"))),
            false => std::fs::read(path).map_err(|error| unread(path, error.to_string())),
        }
    };
    let inside = if is_zip(from) { Some(unzip(&bytes(from)?)) } else { None };
    let read = |name: &str| match &inside {
        None => bytes(&from.join(name)),
        Some(files) => {
            let file = files.iter().find(|(known, _)| known == name).map(|(_, bytes)| bytes.clone());
            file.ok_or_else(|| unread(from, format!("{name}: not in it")))
        }
    };
    let sums = read(MANIFEST)?;
    let text = String::from_utf8_lossy(&sums).into_owned();
    let mut said = Value::Null;
    if text.lines().count() > FILES_MAX {
        return Err(unread(from, format!("more than {FILES_MAX} files")));
    }
    for line in text.lines() {
        let (wanted, name) = line.split_once("  ").unwrap_or_default();
        // Nothing outside the folder is read, whatever the list says.
        let plain = !name.is_empty() && !name.contains(['/', '\\']) && name != "..";
        let bytes = if plain { read(name)? } else { Vec::new() };
        if !plain || sum(&bytes) != wanted {
            let shown = from.display();
            return Err(Problem {
                exit: crate::home::Exit::Integrity,
                words: format!(
                    "{shown}: 照合値が合わないファイルがあります（{name}）。作り直してください。\n{shown}: a file is not what was made ({name}): make the package again."
                ),
            });
        }
        if name == "package.json" {
            said = serde_json::from_slice(&bytes).unwrap_or(Value::Null);
        }
    }
    Ok(Package { sum: sum(&sums), said })
}

/// Files as a ZIP, stored as they are.
///
/// # Errors
/// It is longer than a ZIP can be.
pub fn zip(folder: &str, files: &[(String, Vec<u8>)]) -> Result<Vec<u8>, Problem> {
    let no = |error: ZipError| Problem::failed(error.to_string());
    let stored = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Stored)
        // The first day that a ZIP can say: what is in it says when it was made.
        .last_modified_time(zip::DateTime::DEFAULT);
    let mut made = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in files {
        made.start_file(format!("{folder}/{name}"), stored).map_err(no)?;
        made.write_all(bytes)?;
    }
    Ok(made.finish().map_err(no)?.into_inner())
}

/// The files of a ZIP without their folder, as many and as long as a package may be; none of what is no ZIP.
fn unzip(bytes: &[u8]) -> Vec<(String, Vec<u8>)> {
    let Ok(mut archive) = ZipArchive::new(Cursor::new(bytes)) else { return Vec::new() };
    let mut file = |at: usize| {
        let mut file = archive.by_index(at).ok()?;
        let name = file.name().ok()?.rsplit('/').next()?.to_owned();
        let mut bytes = Vec::new();
        file.by_ref().take(FILE_BYTES_MAX).read_to_end(&mut bytes).ok()?;
        Some((name, bytes))
    };
    (0..FILES_MAX).filter_map(&mut file).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_zip_of_ours_is_read_again_and_a_cut_one_is_not_whole() {
        let files = [("a.csv".to_owned(), b"one".to_vec()), ("b.csv".to_owned(), Vec::new())];
        let whole = [files.as_slice(), &[(MANIFEST.to_owned(), manifest(&files))]].concat();
        let bytes = zip("x", &whole).unwrap();
        assert_eq!(unzip(&bytes), whole);
        let folder = tempfile::tempdir().unwrap();
        let out = folder.path().join("x.zip");
        write(&out, "x", &whole).unwrap();
        assert!(checked(&out).is_ok());
        std::fs::write(&out, &bytes[..60]).unwrap();
        assert!(checked(&out).is_err());
    }

    #[test]
    fn a_file_that_was_altered_or_lies_outside_is_told() {
        let folder = tempfile::tempdir().unwrap();
        let files = [("a.csv".to_owned(), b"one".to_vec())];
        let whole = [files.as_slice(), &[(MANIFEST.to_owned(), manifest(&files))]].concat();
        let out = folder.path().join("out");
        write(&out, "x", &whole).unwrap();
        assert!(checked(&out).is_ok());
        assert!(may_write(&out).is_err() && may_write(&folder.path().join("none/out")).is_err());
        std::fs::write(out.join("a.csv"), b"two").unwrap();
        assert!(checked(&out).is_err());
        std::fs::write(out.join(MANIFEST), format!("{}  ../out/a.csv\n", sum(b"two"))).unwrap();
        assert!(checked(&out).is_err());
    }
}
