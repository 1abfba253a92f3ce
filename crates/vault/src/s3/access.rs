//! The keys of a server, from a file that only its owner can read. They are in no argument, no log and no error.

use std::fmt;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use zeroize::Zeroizing;

use crate::{Error, Result};

/// A file of keys is a few lines.
const FILE_BYTES_MAX: u64 = 16 << 10;
/// What servers that know no regions go by.
pub(super) const REGION: &str = "us-east-1";
/// Five weeks: the five generations that MHLW asks of a record, and a month in which an intruder may wait.
const KEEP_DAYS: u32 = 35;
/// A slip of a finger may not lock for ever.
const KEEP_DAYS_MAX: u32 = 3660;

/// Who we are to a server.
#[derive(Clone)]
pub struct Access {
    /// The name of the key; no secret, but nobody's business either.
    pub(super) key: String,
    pub(super) secret: Zeroizing<String>,
    pub(super) region: String,
    /// How long what is put stays locked, days; what is to be kept longer is extended.
    pub keep_days: u32,
    /// Who vouches for the server's certificate, if not the list of the system.
    pub(super) ca: Option<PathBuf>,
}

impl Access {
    /// Reads a file of lines `access-key = …`, `secret-key = …` and, if need be, `region = …`, `ca = FILE`
    /// and `keep-days = …`.
    ///
    /// # Errors
    /// It cannot be read, others may read it, or a line is none of these.
    pub fn read(path: &Path) -> Result<Access> {
        let place = path.display();
        let failed = |error| Error::io("reading", place.to_string(), error);
        // The permissions asked about are those of the file that is read.
        let file = std::fs::OpenOptions::new().read(true).open(path).map_err(failed)?;
        let meta = file.metadata().map_err(failed)?;
        if !meta.is_file() || meta.mode() & 0o077 != 0 {
            return Err(Error::Refused(format!(
                "{place}: 鍵のファイルは所有者だけが読めるようにしてください（chmod 600） / others may read this file of keys: chmod 600"
            )));
        }
        let mut text = Zeroizing::new(String::new());
        file.take(FILE_BYTES_MAX).read_to_string(&mut text).map_err(failed)?;
        Access::parse(&text).map_err(|why| Error::Refused(format!("{place}: {why}")))
    }

    /// Keys that are in memory already.
    pub fn new(key: &str, secret: &str) -> Access {
        let secret = Zeroizing::new(secret.to_owned());
        Access { key: key.to_owned(), secret, region: REGION.to_owned(), keep_days: KEEP_DAYS, ca: None }
    }

    /// The same, believing this CA file alone.
    pub fn trusting(mut self, ca: impl Into<PathBuf>) -> Access {
        self.ca = Some(ca.into());
        self
    }

    fn parse(text: &str) -> std::result::Result<Access, String> {
        let mut access = Access::new("", "");
        for (at, line) in text.lines().enumerate() {
            let line = line.trim();
            if line.is_empty() || line.starts_with('#') {
                continue;
            }
            let (name, value) = line.split_once('=').map_or((line, ""), |(name, value)| (name.trim(), value.trim()));
            match name {
                "access-key" => access.key = value.to_owned(),
                "secret-key" => access.secret = Zeroizing::new(value.to_owned()),
                "region" => access.region = value.to_owned(),
                "ca" => access.ca = Some(PathBuf::from(value)),
                "keep-days" => {
                    let days = value.parse().ok().filter(|days| (1..=KEEP_DAYS_MAX).contains(days));
                    access.keep_days =
                        days.ok_or_else(|| format!("{0} 行目: keep-days は 1〜{KEEP_DAYS_MAX} です / line {0}: keep-days = 1 to {KEEP_DAYS_MAX}", at + 1))?;
                }
                // The line itself is not shown: it may be a key with its name mistyped.
                _ => {
                    return Err(format!(
                        "{0} 行目: access-key = … secret-key = … region = … ca = … keep-days = … のどれかを書いてください / \
                         line {0}: access-key, secret-key, region, ca or keep-days = …",
                        at + 1
                    ));
                }
            }
        }
        let plain = |text: &str| !text.is_empty() && text.chars().all(|letter| letter.is_ascii_graphic());
        if !plain(&access.key) || !plain(&access.secret) || !plain(&access.region) || access.key.contains('/') {
            return Err("access-key = … と secret-key = … を、一行ずつ書いてください / \
                        access-key = … and secret-key = … are needed, each in a line of its own"
                .to_owned());
        }
        Ok(access)
    }
}

impl fmt::Debug for Access {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Access").field("region", &self.region).field("ca", &self.ca).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::Access;

    fn file(text: &str, mode: u32) -> (tempfile::TempDir, std::path::PathBuf) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("keys");
        std::fs::write(&path, text).unwrap();
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(mode)).unwrap();
        (folder, path)
    }

    #[test]
    fn keys_are_read_from_a_file_of_ones_own_and_shown_to_nobody() {
        let text = "# NAS\naccess-key = AKIA\nsecret-key = ge=heim/+\nregion = ap-northeast-1\nca = /etc/ca.pem\nkeep-days = 90\n";
        let (_folder, path) = file(text, 0o600);
        let access = Access::read(&path).unwrap();
        assert_eq!((access.key.as_str(), access.secret.as_str()), ("AKIA", "ge=heim/+"));
        assert_eq!(access.keep_days, 90);
        assert!(!format!("{access:?}").contains("heim"));
    }

    #[test]
    fn a_file_that_others_read_or_that_is_none_is_refused_without_showing_it() {
        for (text, mode) in [
            ("access-key = AKIA\nsecret-key = geheim\n", 0o640),
            ("access-key = AKIA\nsecret-key = geheim\n", 0o604),
            ("access-key = AKIA\nsecret_key = geheim\n", 0o600),
            ("access-key = AKIA\ngeheim\n", 0o600),
            ("access-key = AKIA\n", 0o600),
            ("access-key = A\nsecret-key = geheim\nkeep-days = 0\n", 0o600),
            ("access-key = A\nsecret-key = geheim\nkeep-days = 40000\n", 0o600),
            ("secret-key = geheim\n", 0o600),
            ("", 0o600),
        ] {
            let (_folder, path) = file(text, mode);
            let said = Access::read(&path).expect_err(text).to_string();
            assert!(!said.contains("geheim"), "{said}");
        }
    }
}
