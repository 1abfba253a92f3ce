//! What people prove themselves by. Only what Argon2id (RFC 9106) makes of a secret is kept, and it never leaves: callers
//! learn yes or no.

use chart::Moment;
use rusqlite::OptionalExtension;
use subtle::ConstantTimeEq;

use super::Access;
use crate::keys::{Argon, random};
use crate::wire::{from_hex, to_hex};
use crate::{Error, Result};

/// Argon2id for people: memory KiB, passes, lanes (the OWASP password storage sheet's first choice, 19 MiB and 2 passes). Less
/// than for a home's passphrase, since a whole shift logs in at once.
const ARGON: Argon = Argon { memory_kib: 19_456, passes: 2, lanes: 1 };

/// What a credential is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialKind {
    /// A person's PIN or password, good until it is changed.
    Secret,
    /// A one-time code, by its place on the card; gone once used.
    Code(u16),
}

impl CredentialKind {
    fn name(self) -> String {
        match self {
            CredentialKind::Secret => "secret".to_owned(),
            CredentialKind::Code(no) => format!("code:{no}"),
        }
    }
}

impl Access {
    /// Sets or changes a credential.
    ///
    /// # Errors
    /// [`Error::Full`], or what the disk says.
    pub fn set_credential(&mut self, account: &str, kind: CredentialKind, secret: &str, now: Moment) -> Result<()> {
        let derived = derive(secret)?;
        self.db.execute(
            "INSERT INTO credential (account, kind, derived, changed) VALUES (?1, ?2, ?3, ?4)
             ON CONFLICT DO UPDATE SET derived = ?3, changed = ?4",
            (account, kind.name(), derived, now.0),
        )?;
        Ok(())
    }

    /// Takes every credential of an account away; how many there were.
    ///
    /// # Errors
    /// [`Error::Full`], or what the disk says.
    pub fn remove_credentials(&mut self, account: &str) -> Result<usize> {
        Ok(self.db.execute("DELETE FROM credential WHERE account = ?1", [account])?)
    }

    /// Whether an account has a credential of this kind.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn has_credential(&self, account: &str, kind: CredentialKind) -> Result<bool> {
        Ok(self.derived(account, kind)?.is_some())
    }

    /// Whether this is the account's secret. An account without one takes as long to refuse as one with another.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn check_secret(&self, account: &str, secret: &str) -> Result<bool> {
        match self.derived(account, CredentialKind::Secret)? {
            Some(derived) => matches(secret, &derived),
            None => derive(secret).map(|_| false),
        }
    }

    /// Uses up one of the account's one-time codes; its place on the card, or `None` when none fits. Of two who come with
    /// one code at once, one gets in.
    ///
    /// # Errors
    /// When the file cannot be read or written.
    pub fn use_code(&mut self, account: &str, code: &str, most: u16) -> Result<Option<u16>> {
        let mut tried = false;
        for no in 1..=most {
            let kind = CredentialKind::Code(no);
            let Some(derived) = self.derived(account, kind)? else { continue };
            tried = true;
            if matches(code, &derived)? {
                let gone = self
                    .db
                    .execute("DELETE FROM credential WHERE account = ?1 AND kind = ?2", (account, kind.name()))?;
                return Ok((gone == 1).then_some(no));
            }
        }
        if !tried {
            derive(code)?;
        }
        Ok(None)
    }

    fn derived(&self, account: &str, kind: CredentialKind) -> Result<Option<String>> {
        let mut row = self.db.prepare_cached("SELECT derived FROM credential WHERE account = ?1 AND kind = ?2")?;
        Ok(row.query_row((account, kind.name()), |row| row.get(0)).optional()?)
    }
}

/// `argon2id memory passes lanes salt hash`, salt and hash hexadecimal.
fn derive(secret: &str) -> Result<String> {
    let salt: [u8; 16] = random()?;
    let Argon { memory_kib, passes, lanes } = ARGON;
    let hash = ARGON.derive(secret, &salt).ok_or_else(|| Error::damaged("deriving a credential"))?;
    Ok(format!("argon2id {memory_kib} {passes} {lanes} {} {}", to_hex(&salt), to_hex(&hash[..])))
}

fn matches(secret: &str, derived: &str) -> Result<bool> {
    let damaged = || Error::damaged("a credential");
    let words: Vec<&str> = derived.split(' ').collect();
    let ["argon2id", memory, passes, lanes, salt, hash] = words[..] else { return Err(damaged()) };
    let number = |text: &str| text.parse::<u32>().map_err(|_| damaged());
    let argon = Argon { memory_kib: number(memory)?, passes: number(passes)?, lanes: number(lanes)? };
    let (salt, hash) = (from_hex(salt).ok_or_else(damaged)?, from_hex(hash).ok_or_else(damaged)?);
    let ours = argon.derive(secret, &salt).ok_or_else(damaged)?;
    Ok(ours.ct_eq(&hash).into())
}
