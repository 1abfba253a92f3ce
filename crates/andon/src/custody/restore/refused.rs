//! What a restore refuses to begin on, each with what a person does next. Nothing was written then.

use vault::read::Fork;
use vault::{Target, Vault, name};

use super::super::problem;
use super::closed;
use crate::home::{Exit, Problem};

/// That a vault had begun where one asks what a place held at a time.
///
/// # Errors
/// Nothing had been sealed then; the place says no.
pub fn must_have_begun(from: &Target) -> Result<(), Problem> {
    if from.list(name::HEADS).map_err(problem)?.is_empty() { Err(nothing_sealed()) } else { Ok(()) }
}

/// Nothing is there to restore.
pub(super) fn nothing_sealed() -> Problem {
    Problem::failed(
        "この保管庫には（--as-of を付けたときは、その時刻までに）何も封じられていません。\n\
         Nothing has been sealed into this vault, or, with --as-of, by that time.",
    )
}

/// How a person says which of two histories is the hospital's, Japanese and English.
pub const WHICH: [&str; 2] = [
    "どちらが病院のものかを示してください: 病棟の紙の「保管庫の記録」のコード（--seen LOG-…）、または証人の公開鍵（--witness ファイル）。\
     どちらもなければ、責任者が上の名前から選びます（--history 名前）。",
    "Say which is the hospital's: the code on a ward's paper (--seen LOG-…) or a witness's key (--witness FILE). Without either, who is in \
     charge chooses (--history NAME).",
];

/// Two histories are signed with the station's key, and nothing that was seen says which is the hospital's.
pub fn forked(fork: &Fork) -> Problem {
    let one = |history: &vault::read::History| {
        let at = history.taken.map(|at| format!("（保管先が受けた時刻 / taken at {}）", vault::s3::time::japan(at)));
        format!("    {}{}\n", history.object, at.unwrap_or_default())
    };
    let histories: String = fork.histories.iter().map(one).collect();
    let (ja, en) = match fork.number {
        0 => ("はじめ".to_owned(), "the beginning".to_owned()),
        number => (format!("保管単位 {number} "), format!("segment {number}")),
    };
    Problem {
        exit: Exit::Integrity,
        words: format!(
            "端末の鍵で署名された履歴が二つあります（{ja}から）。鍵を取った者が片方を作ったおそれがあります。まだ何も戻していません。\n\
             Two histories are signed with the station's key, from {en} on; whoever took the key may have made one. Nothing was restored.\n\
             {histories}\
             {}分かれる前まででよければ --as-of 時刻。\n\
             {} Up to where they part: --as-of T.",
            WHICH[0], WHICH[1]
        ),
    }
}

/// An older key is needed.
pub(super) fn older_key(vault: &Vault, number: u32) -> Problem {
    let (ja, en) = closed::key_of(vault, number)
        .map_or_else(Default::default, |(key, _)| (format!("（鍵 {key}）"), format!(" (key {key})")));
    Problem::failed(format!(
        "保管単位 {number}{ja}: この鍵では開けません。更新前の鍵も、同じファイルに一行ずつ入れてください（古いカードを `andon keys combine`）。\n\
         Segment {number}{en}: none of the keys given opens it. Put the older key into the same file too, one a line (`andon keys combine` of the \
         old cards)."
    ))
}

/// None of the keys opens anything here.
pub(super) fn none_opens(vault: &Vault) -> Problem {
    let mut keys: Vec<String> = Vec::new();
    for number in vault.numbers().into_iter().rev() {
        if let Some((key, _)) = closed::key_of(vault, number).filter(|(key, _)| !keys.contains(key)) {
            keys.push(key);
        }
        // A vault of years has a rotation a year; the newest keys say whose it is.
        if keys.len() == 4 {
            break;
        }
    }
    let keys = keys.join("・");
    Problem::failed(format!(
        "この鍵では開けません。この保管庫は鍵 {keys} に封じられています。カードの右上の鍵番号と見比べ、その番号のカードで `andon keys combine` を。\n\
         None of the keys given opens it. This vault is sealed to the keys {keys}: compare the number on the cards, and combine cards of that \
         number."
    ))
}

/// That no segment before one that opens is closed: without it there would be a hole.
///
/// # Errors
/// An older key is needed, and for which segment.
pub(super) fn hole(vault: &Vault) -> Result<(), Problem> {
    let heads = &vault.heads().all;
    let Some(last) = heads.iter().rev().find(|(_, head)| vault.opens(head)).map(|(_, head)| head.number) else {
        return Ok(());
    };
    let numbers = vault.numbers();
    for (hash, head) in heads.iter().filter(|(_, head)| head.number < last && !vault.opens(head)) {
        let before = |number: &u32| {
            let manifest = vault.manifest(*number).ok();
            let of = manifest.and_then(|(manifest, _)| vault.heads().get(&manifest.head).map(|head| head.number));
            of.is_some_and(|of| of < head.number)
        };
        let Some(&first) = numbers.get(numbers.partition_point(before)) else { continue };
        // A manifest of acts alone has nothing that is closed.
        let closed = vault.manifest(first).is_ok_and(|(one, _)| one.head == *hash && one.segment().is_some());
        if closed {
            return Err(older_key(vault, first));
        }
    }
    Ok(())
}
