//! The access audit as it travels: out of one home in runs of lines, and into another, where it stays the old station's.
//!
//! What another station wrote is kept apart from this one's chain: each has its own numbers and its own hashes, a home that was restored
//! begins with its own line 1, and what was restored twice is there once.

use rusqlite::types::Value;
use rusqlite::{OptionalExtension, Row};

use super::Access;
use super::look::{Look, LookFilter, StoredLook, chained, conditions};
use crate::wire::from_hex;
use crate::{Error, Result};

/// A line as it leaves.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LookOut {
    /// Its number at its station.
    pub no: u64,
    /// Its bytes, which are what is hashed.
    pub bytes: Vec<u8>,
    /// Hash of the line before; empty for line 1.
    pub prev: Vec<u8>,
    /// Hash of this line and all before.
    pub hash: Vec<u8>,
    /// What it says.
    pub look: Look,
}

/// Lines of one station that follow each other.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LookRun {
    /// Whose, 32 hexadecimal digits.
    pub station: String,
    /// Number of the first.
    pub first: u64,
    /// Hash of the line before it; empty for line 1.
    pub before: Vec<u8>,
    /// Bytes of each.
    pub lines: Vec<Vec<u8>>,
}

/// How the lines of another station stand.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PastChain {
    /// Whose, 32 hexadecimal digits.
    pub station: String,
    /// Lines there are.
    pub lines: u64,
    /// Number of the first that does not follow the one before: changed, or one is missing before it.
    pub broken: Option<u64>,
}

/// A line of a row whose columns from `at` on are number, bytes, hash before, hash.
fn out(row: &Row<'_>, at: usize) -> Result<LookOut> {
    let (no, bytes): (u64, Vec<u8>) = (row.get(at)?, row.get(at + 1)?);
    let (prev, hash): (Option<Vec<u8>>, Vec<u8>) = (row.get(at + 2)?, row.get(at + 3)?);
    let look = Look::decode(&bytes).ok_or_else(|| Error::damaged(format!("access audit, line {no}")))?;
    Ok(LookOut { no, bytes, prev: prev.unwrap_or_default(), hash, look })
}

impl Access {
    /// This station's lines after number `after`, oldest first, at most `limit`.
    ///
    /// # Errors
    /// When the file cannot be read, or a line is not of a version known here.
    pub fn lines_after(&self, after: u64, limit: usize) -> Result<Vec<LookOut>> {
        let sql = "SELECT no, bytes, (SELECT hash FROM look AS one WHERE one.no = look.no - 1), hash FROM look
                   WHERE no > ?1 ORDER BY no LIMIT ?2";
        let mut rows = self.db.prepare_cached(sql)?;
        let mut rows = rows.query((after, limit))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push(out(row, 0)?);
        }
        Ok(found)
    }

    /// Other stations' lines after row `after` of this home, in the order in which they came in, at most `limit`: row and station of each.
    ///
    /// # Errors
    /// As [`Access::lines_after`].
    pub fn past_after(&self, after: u64, limit: usize) -> Result<Vec<(u64, String, LookOut)>> {
        let sql = "SELECT row, station, no, bytes, prev, hash FROM past_look WHERE row > ?1 ORDER BY row LIMIT ?2";
        let mut rows = self.db.prepare_cached(sql)?;
        let mut rows = rows.query((after, limit))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            found.push((row.get(0)?, row.get(1)?, out(row, 2)?));
        }
        Ok(found)
    }

    /// Takes in a run of another station; how many lines were new. They are on disk when this returns.
    ///
    /// # Errors
    /// [`Error::Damaged`] where a line is none, contradicts what is there, or does not follow the line before it; then nothing of the run
    /// was kept. [`Error::Full`], or what the disk says.
    pub fn import_looks(&mut self, run: &LookRun) -> Result<u64> {
        let damaged = |no: u64| Error::damaged(format!("access audit of {}, line {no}", run.station));
        let named = from_hex(&run.station).is_some_and(|id| id.len() == 16);
        if !named || run.first == 0 || (run.first == 1) != run.before.is_empty() {
            return Err(damaged(run.first));
        }
        let turn = self.db.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
        let mut taken = 0;
        {
            let mut held = turn.prepare_cached("SELECT hash FROM past_look WHERE station = ?1 AND no = ?2")?;
            let mut hash_of = |no: u64| held.query_row((&run.station, no), |row| row.get::<_, Vec<u8>>(0)).optional();
            let mut put = turn.prepare_cached(
                "INSERT INTO past_look (station, no, at, account, act, about, bytes, prev, hash)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
            )?;
            if hash_of(run.first - 1)?.is_some_and(|hash| hash != run.before) {
                return Err(damaged(run.first));
            }
            let mut hash = run.before.clone();
            for (no, bytes) in (run.first..).zip(&run.lines) {
                let look = Look::decode(bytes).ok_or_else(|| damaged(no))?;
                let prev = std::mem::take(&mut hash);
                hash = chained(&prev, bytes).to_vec();
                match hash_of(no)? {
                    Some(there) if there == hash => continue,
                    Some(_) => return Err(damaged(no)),
                    None => taken += 1,
                }
                let said = (&look.account, &look.act, &look.about);
                put.execute((&run.station, no, look.at.0, said.0, said.1, said.2, bytes, prev, &hash))?;
            }
        }
        turn.commit()?;
        Ok(taken)
    }

    /// Other stations' lines that match, newest first, at most `limit`.
    pub(super) fn past_looks(&self, filter: &LookFilter, limit: usize) -> Result<Vec<StoredLook>> {
        let (mut sql, mut values) = ("SELECT row, station, no, bytes FROM past_look WHERE 1".to_owned(), Vec::new());
        conditions(filter, &mut sql, &mut values);
        if let Some(before) = filter.past_before {
            sql += " AND row < ?";
            values.push(Value::Integer(i64::try_from(before).unwrap_or(i64::MAX)));
        }
        sql += " ORDER BY row DESC LIMIT ?";
        values.push(Value::Integer(i64::try_from(limit).unwrap_or(i64::MAX)));
        let mut rows = self.db.prepare_cached(&sql)?;
        let mut rows = rows.query(rusqlite::params_from_iter(values))?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let no: u64 = row.get(2)?;
            let look = Look::decode(row.get_ref(3)?.as_blob().unwrap_or_default());
            let look = look.ok_or_else(|| Error::damaged(format!("access audit, line {no}")))?;
            found.push(StoredLook { no, look, station: row.get(1)?, row: row.get(0)? });
        }
        Ok(found)
    }

    /// Goes over the lines of other stations.
    ///
    /// # Errors
    /// When the file cannot be read.
    pub fn verify_past(&self) -> Result<Vec<PastChain>> {
        let mut rows = self.db.prepare("SELECT station, no, bytes, hash FROM past_look ORDER BY station, no")?;
        let mut rows = rows.query([])?;
        let (mut chains, mut hash) = (Vec::<PastChain>::new(), Vec::new());
        while let Some(row) = rows.next()? {
            let (station, no): (String, u64) = (row.get(0)?, row.get(1)?);
            let (bytes, held): (Vec<u8>, Vec<u8>) = (row.get(2)?, row.get(3)?);
            if chains.last().is_none_or(|chain| chain.station != station) {
                chains.push(PastChain { station, lines: 0, broken: None });
                hash.clear();
            }
            let Some(chain) = chains.last_mut() else { continue };
            chain.lines += 1;
            if chain.broken.is_none() && (no != chain.lines || chained(&hash, &bytes)[..] != held[..]) {
                chain.broken = Some(no);
            }
            hash = held;
        }
        Ok(chains)
    }
}
