//! Where a fact came from, and what of it was not understood: [`Origin`], [`Fault`], and the numbers both speak of.

use std::sync::Arc;

use serde::Serialize;

use crate::when::{Moment, When};

/// A patient's number as one authority assigned it: `(assigning authority, id exactly as sent)`.
/// Leading zeros count; dropping them is for search only (design §2).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct PatientId {
    /// Who assigned the number: the name of the hospital or the source's authority.
    pub authority: String,
    /// The number, byte for byte as it came (decoded to text).
    pub id: String,
}

/// SHA-256 of the bytes of a message: the name of a *content* entry.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct ContentId(pub [u8; 32]);

impl std::fmt::Debug for ContentId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{self}")
    }
}

impl std::fmt::Display for ContentId {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl Serialize for ContentId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if !serializer.is_human_readable() {
            return serializer.serialize_bytes(&self.0);
        }
        serializer.collect_str(self)
    }
}

/// What the file name said of a message (SS-MIX2 コンディションフラグ, guideline 1.2g §1.1).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Flag {
    /// `1` 有効, and every entry that has no such flag.
    #[default]
    Current,
    /// `2` 過去履歴: a newer file took its place.
    Superseded,
    /// `0` 無効・削除.
    Cancelled,
}

/// Where a fact came from: one sighting of one file, or one event of one station. Shared by all facts of a message.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Origin {
    /// Name of the source (連携元) in this home, e.g. `std1`; the name of the station for an event.
    pub source: String,
    /// Running number in that source: the only order that is trusted (design §2, *position*).
    pub position: u64,
    /// Data kind: SS-MIX2 code such as `OML-11`, a folder name of extended storage, or `event`.
    pub kind: String,
    /// Path below the root of the source, as text for people; empty for an event.
    pub path: String,
    /// Name of the bytes, where there are bytes.
    pub content: Option<ContentId>,
    /// State by file name as last seen (rename 1→2, 1→0).
    pub flag: Flag,
    /// 診療日 of the path, `-` when the kind has none.
    pub care_date: String,
    /// オーダNo of the file name, zeros kept.
    pub order_no: String,
    /// 診療科コード of the file name, `-` when none.
    pub department: String,
    /// 発生日時 of the file name: when the sender sent it.
    pub sent: Option<When>,
    /// MSH-7: when the sender made the message.
    pub message: Option<When>,
    /// When this home received it, by our clock.
    pub received: Moment,
    /// True once the file was no longer found at the source. Not a cancel.
    pub gone: bool,
    /// Patient numbers of PID-3 that differ from the path's; filed under the path's, shown as a doubt.
    pub other_ids: Vec<String>,
}

impl Origin {
    /// The time the sender puts on the message: 発生日時 of the name, else MSH-7.
    pub fn sent_at(&self) -> Option<When> {
        self.sent.or(self.message)
    }
}

/// Something that was not understood, in whole or in part, and is shown as such.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Fault {
    /// Stable word for programs and tables, e.g. `charset`, `truncated`, `pid_mismatch`, `unknown_kind`.
    pub code: &'static str,
    /// Where in the bytes or the path: `PID-5`, `byte 314`, `path`; never patient data.
    pub at: String,
    /// The doubtful text or value as far as it can be shown (kept out of logs).
    pub text: String,
}

/// A fault with the message it belongs to, as `record()` and the chart hand it on.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OriginFault {
    /// The message in which it was found.
    pub origin: Arc<Origin>,
    /// What was not understood.
    #[serde(flatten)]
    pub fault: Fault,
}
