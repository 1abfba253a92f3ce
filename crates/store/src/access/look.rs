//! The access audit: a line for every chart opened, searched for or printed, each chained to the one before.

use chart::Moment;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension};
use sha2::{Digest, Sha256};

use super::Access;
use crate::wire::{Take, put_bytes, put_signed, to_hex};
use crate::{Error, Result};

/// First byte of a line's bytes.
const VERSION: u8 = 1;
/// Bytes of one text of a line; what is longer is cut at a character, since a line must always be written.
const TEXT_BYTES_MAX: usize = 1000;

/// Somebody looked at something.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// When, by our clock.
    pub at: Moment,
    /// Whose account, or how the person came in without one.
    pub account: String,
    /// The person's name as shown then.
    pub name: String,
    /// The role as it was then.
    pub role: String,
    /// What was done: the route's or command's name.
    pub act: String,
    /// About whom: `authority/id` of a patient, a ward, an account; empty where it is about nobody.
    pub about: String,
    /// More: what was searched for, which day, which sheet.
    pub detail: String,
    /// From where: an address of the network, or `command`.
    pub from: String,
    /// What came of it: an HTTP status or an exit code.
    pub outcome: u16,
}

/// A line as stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredLook {
    /// Its number, from 1 without gaps.
    pub no: u64,
    /// What it says.
    pub look: Look,
    /// Of another station, from which this home was restored: its 32 hexadecimal digits; empty for this one's own.
    pub station: String,
    /// Of another station: where it stands among those in this home, from 1; 0 for this one's own.
    pub row: u64,
}

/// Which lines are asked for; everything given must match.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LookFilter {
    /// Of this account.
    pub account: Option<String>,
    /// About this patient, ward or account, whole.
    pub about: Option<String>,
    /// Of this act.
    pub act: Option<String>,
    /// Not before.
    pub since: Option<Moment>,
    /// Before.
    pub until: Option<Moment>,
    /// Numbers below this one: the next page of an answer.
    pub before: Option<u64>,
    /// Of lines of another station, rows below this one; they come after all of this station's own.
    pub past_before: Option<u64>,
}

/// What [`Access::verify`] found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// Lines looked at.
    pub lines: u64,
    /// The first line that is not what was written, if any.
    pub broken: Option<u64>,
    /// Hash of the last line, hexadecimal; empty when there is none.
    pub head: String,
}

/// Where the audit stood at a moment: what a witness elsewhere keeps of it, so that its end cannot be cut off unseen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookHead {
    /// How many lines there were.
    pub lines: u64,
    /// Hash of the last, hexadecimal.
    pub hash: String,
}

impl Look {
    fn texts(&self) -> [&String; 7] {
        [&self.account, &self.name, &self.role, &self.act, &self.about, &self.detail, &self.from]
    }

    fn encode(&self) -> Vec<u8> {
        let mut out = vec![VERSION];
        put_signed(&mut out, self.at.0);
        for text in self.texts() {
            put_bytes(&mut out, cut(text).as_bytes());
        }
        out.extend_from_slice(&self.outcome.to_be_bytes());
        out
    }

    /// Reads the bytes of a line; `None` when they are none, or of a version not known here.
    pub fn decode(bytes: &[u8]) -> Option<Look> {
        let mut take = Take(bytes);
        if take.u8()? != VERSION {
            return None;
        }
        let at = Moment(take.signed()?);
        let mut text = || take.text();
        let (account, name, role, act) = (text()?, text()?, text()?, text()?);
        let (about, detail, from) = (text()?, text()?, text()?);
        let outcome = take.u16()?;
        take.is_empty().then_some(Look { at, account, name, role, act, about, detail, from, outcome })
    }
}

/// As much of a text as a line holds.
fn cut(text: &str) -> &str {
    let mut end = text.len().min(TEXT_BYTES_MAX);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

pub(super) fn chained(prev: &[u8], bytes: &[u8]) -> [u8; 32] {
    Sha256::new().chain_update(prev).chain_update(bytes).finalize().into()
}

/// What is asked of a line, but for which page of the answer, as SQL and its values.
pub(super) fn conditions(filter: &LookFilter, sql: &mut String, values: &mut Vec<Value>) {
    let parts = [
        ("account = ?", filter.account.clone().map(Value::Text)),
        ("about = ?", filter.about.clone().map(Value::Text)),
        ("act = ?", filter.act.clone().map(Value::Text)),
        ("at >= ?", filter.since.map(|since| Value::Integer(since.0))),
        ("at < ?", filter.until.map(|until| Value::Integer(until.0))),
    ];
    for (part, value) in parts.into_iter().filter_map(|(part, value)| Some((part, value?))) {
        *sql += " AND ";
        *sql += part;
        values.push(value);
    }
}

/// Number and hash of the last line.
fn last(db: &Connection) -> Result<Option<(u64, Vec<u8>)>> {
    let row =
        db.query_row("SELECT no, hash FROM look ORDER BY no DESC LIMIT 1", [], |row| Ok((row.get(0)?, row.get(1)?)));
    Ok(row.optional()?)
}

impl Access {
    /// Where the audit stands; `None` before its first line. What this says is on disk.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn head(&self) -> Result<Option<LookHead>> {
        Ok(last(&self.db)?.map(|(lines, hash)| LookHead { lines, hash: to_hex(&hash) }))
    }

    /// Whether the audit still goes through where it once stood. False when lines were cut off its end, or an older file
    /// was put in its place, also after others were added. [`Access::verify`] tells of the lines before.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn holds(&self, head: &LookHead) -> Result<bool> {
        let row =
            self.db.query_row("SELECT hash FROM look WHERE no = ?1", [head.lines], |row| row.get::<_, Vec<u8>>(0));
        Ok(row.optional()?.is_some_and(|hash| to_hex(&hash) == head.hash))
    }

    /// Appends lines in one transaction; they are on disk when this returns.
    ///
    /// # Errors
    /// [`Error::Full`], or what the disk says; then none of them was kept.
    pub fn note(&mut self, looks: &[Look]) -> Result<()> {
        let turn = self.db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        {
            let (mut no, mut hash) = last(&turn)?.unwrap_or_default();
            let mut put = turn.prepare_cached(
                "INSERT INTO look (no, at, account, act, about, bytes, hash) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)",
            )?;
            for look in looks {
                let bytes = look.encode();
                hash = chained(&hash, &bytes).to_vec();
                no += 1;
                put.execute((no, look.at.0, cut(&look.account), cut(&look.act), cut(&look.about), bytes, &hash))?;
            }
        }
        turn.commit()?;
        Ok(())
    }

    /// Lines that match, newest first, at most `limit`: this station's own, then those of the station this home was restored from.
    ///
    /// # Errors
    /// When the file cannot be read, or a line is not of a version known here.
    pub fn looks(&self, filter: &LookFilter, limit: usize) -> Result<Vec<StoredLook>> {
        let number = |value: u64| Value::Integer(i64::try_from(value).unwrap_or(i64::MAX));
        let (mut sql, mut values) = ("SELECT no, bytes FROM look WHERE 1".to_owned(), Vec::new());
        conditions(filter, &mut sql, &mut values);
        if let Some(before) = filter.before {
            sql += " AND no < ?";
            values.push(number(before));
        }
        sql += " ORDER BY no DESC LIMIT ?";
        values.push(number(limit as u64));
        let mut rows = self.db.prepare_cached(&sql)?;
        let mut rows = rows.query(rusqlite::params_from_iter(values))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let no: u64 = row.get(0)?;
            let look = Look::decode(row.get_ref(1)?.as_blob().unwrap_or_default());
            let look = look.ok_or_else(|| Error::damaged(format!("access audit, line {no}")))?;
            found.push(StoredLook { no, look, station: String::new(), row: 0 });
        }
        let left = limit.saturating_sub(found.len());
        if left > 0 {
            found.extend(self.past_looks(filter, left)?);
        }
        Ok(found)
    }

    /// Goes over all lines: numbers without gaps, hashes chained, columns as the bytes say. Lines cut off at the end are
    /// not seen by this: [`Access::holds`] tells, of a head that was kept elsewhere.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn verify(&self) -> Result<Chain> {
        let mut rows = self.db.prepare("SELECT no, at, account, act, about, bytes, hash FROM look ORDER BY no")?;
        let mut rows = rows.query([])?;
        let mut chain = Chain { lines: 0, broken: None, head: String::new() };
        let mut prev: Vec<u8> = Vec::new();
        while let Some(row) = rows.next()? {
            chain.lines += 1;
            let no: u64 = row.get(0)?;
            let bytes: Vec<u8> = row.get(5)?;
            let hash: Vec<u8> = row.get(6)?;
            let shown: (i64, String, String, String) = (row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?);
            let said = Look::decode(&bytes).map(|look| (look.at.0, look.account, look.act, look.about));
            if no != chain.lines || chained(&prev, &bytes)[..] != hash[..] || said != Some(shown) {
                chain.broken = Some(no);
                return Ok(chain);
            }
            prev = hash;
        }
        chain.head = to_hex(&prev);
        Ok(chain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn golden_bytes_of_a_line() {
        let look = Look {
            at: Moment(1),
            account: "n01".into(),
            name: "行".into(),
            role: "nurse".into(),
            act: "chart".into(),
            about: "self/1".into(),
            detail: String::new(),
            from: "127.0.0.1".into(),
            outcome: 200,
        };
        let hex = "0102036e303103e8a18c056e75727365056368617274\
                   0673656c662f3100093132372e302e302e3100c8";
        assert_eq!(crate::wire::to_hex(&look.encode()), hex);
        assert_eq!(Look::decode(&look.encode()), Some(look));
    }

    #[test]
    fn a_text_too_long_is_cut_at_a_character() {
        let look = Look { detail: "灯".repeat(400), ..Look::default() };
        let kept = Look::decode(&look.encode()).unwrap();
        assert_eq!(kept.detail, "灯".repeat(333));
    }
}
