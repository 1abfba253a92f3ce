//! What the keys given do not open, by the signed heads: sealed to a key of the officers' before or after a rotation, or by whoever took the
//! station to a key of his own. Nothing in a vault tells these apart; the number on the officers' cards does.

use std::collections::BTreeSet;

use serde::Serialize;
use vault::keys::Recipient;
use vault::{Vault, name};

use super::super::state::OFFICERS;

/// Segments that stayed closed, and the officers' key that their signed head names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct SealedTo {
    /// The first.
    pub since: u32,
    /// The last.
    pub upto: u32,
    /// The key's short number, as on its cards.
    pub key: String,
    /// The key, `age1…`.
    pub recipient: String,
}

/// The officers' key under which a segment was sealed, by the head that its manifest names: number and recipient.
pub(super) fn key_of(vault: &Vault, number: u32) -> Option<(String, String)> {
    let (manifest, _) = vault.manifest(number).ok()?;
    let holder = vault.heads().get(&manifest.head)?.holders.iter().rev().find(|holder| holder.role == OFFICERS)?;
    let recipient = holder.recipient.to_string();
    Some((Recipient::read(&recipient).ok()?.id().to_string(), recipient))
}

/// To whom closed segments are sealed, in their order. Those whose head names no officers are left out.
pub fn sealed_to(vault: &Vault, closed: impl Iterator<Item = u32>) -> Vec<SealedTo> {
    let mut all: Vec<SealedTo> = Vec::new();
    for number in closed {
        let Some((key, recipient)) = key_of(vault, number) else { continue };
        match all.last_mut().filter(|last| last.recipient == recipient && last.upto + 1 >= number) {
            Some(last) => last.upto = number,
            None => all.push(SealedTo { since: number, upto: number, key, recipient }),
        }
    }
    all
}

/// The numbers of closed segments among names of objects.
pub fn numbers(closed: &[String]) -> impl Iterator<Item = u32> {
    let segments = closed.iter().filter(|object| object.starts_with(name::SEGMENTS));
    segments.filter_map(|object| name::number(object)).collect::<BTreeSet<u32>>().into_iter()
}

impl SealedTo {
    /// What a person does about it, Japanese and English.
    pub fn lines(&self) -> [String; 2] {
        let SealedTo { since, upto, key, recipient } = self;
        let short: String = recipient.chars().take(12).collect();
        [
            format!(
                "⚠ 保管単位 {since}〜{upto} は、鍵 {key}（{short}…）に封じられています。まだ戻していません。その番号のカードがあれば（鍵の更新の前か後のもの）、\
                 その鍵も足して、新しいフォルダーへもう一度。その番号のカードがどこにもなければ、端末を取った者が封じたものです。消さずに残し、責任者に知らせてください。"
            ),
            format!(
                "⚠ segments {since} to {upto} are sealed to key {key} and are not restored yet. If there are cards of that number (before or \
                 after a rotation), add that key and restore once more into a new folder. If there are none anywhere, whoever took the station sealed \
                 them: keep them, and tell who is in charge."
            ),
        ]
    }
}
