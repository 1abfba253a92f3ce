//! `andon prove`: another machine's word on a copy of the vault.

use std::path::Path;

use serde_json::{Value, json};
use vault::prover::Verdict;

use super::args::prove::{Prove, ProveCopy, ProveWords};
use super::{keys_cards, say, say_json};
use crate::custody::proof::folder::{self, Prover};
use crate::custody::proof::prove::{Asked, Proved, prove, remember};
use crate::custody::{deliver, server};
use crate::home::{Exit, Problem};
use crate::world;

/// Makes a prover, or proves.
///
/// # Errors
/// The words say neither; there is no vault, or none that is sealed to this prover; the disk says no.
pub fn run(words: &Prove) -> Result<Exit, Problem> {
    match (&words.ready, &words.copy) {
        (Some(ProveWords::Init { dir, name, json }), _) => init(dir, name, *json),
        (None, Some(copy)) => proving(copy),
        (None, None) => Err(Problem::usage(
            "`andon prove init --as フォルダー --name 名前` か `andon prove 写し --as フォルダー --out 結果` としてください。\n\
             Say `andon prove init --as DIR --name NAME`, or `andon prove FROM --as DIR --out VERDICT`.",
        )),
    }
}

fn init(dir: &Path, name: &str, as_json: bool) -> Result<Exit, Problem> {
    let card = folder::init(dir, name)?;
    let file = dir.join(folder::CARD);
    if as_json {
        let key = vault::hash::to_hex(card.key.as_bytes());
        say_json(&json!({"name": card.name, "recipient": card.recipient.to_string(), "key": key, "card": file}))?;
        return Ok(Exit::Ok);
    }
    let (file, dir) = (file.display(), dir.display());
    say(&format!("{file}: カードを書きました。秘密は入っていません。 / the card; nothing in it is secret."));
    say(&format!(
        "次に、端末で / next, on the station: andon vault prover add {file} && andon vault seal\n\
         それから、ここで写しを / then here, with a copy: andon prove 写し/COPY --as {dir} --out 結果/verdict.txt"
    ));
    Ok(Exit::Ok)
}

fn proving(words: &ProveCopy) -> Result<Exit, Problem> {
    let out = &words.out;
    if out.exists() {
        let out = out.display();
        return Err(Problem::usage(format!(
            "{out}: すでにあります。別の名前にしてください。 / {out}: exists; give another name."
        )));
    }
    keys_cards::hide_memory();
    let prover = Prover::open(&words.dir)?;
    let place = match words.from.contains("://") {
        true => server::place(&words.from, words.keys.as_deref())?,
        false => std::path::absolute(&words.from)?.display().to_string(),
    };
    let from = deliver::open_to_read(&place, None, None)?;
    let asked =
        Asked { from, place: &words.from, prover: &prover, work: words.work.as_deref(), sample: words.sample.into() };
    let proved = prove(&asked, world::now())?;
    std::fs::write(out, &proved.note)?;
    remember(&asked, &proved.verdict)?;
    match words.json {
        true => say_json(&as_json(&proved.verdict, proved.first_sight))?,
        false => tell(&proved, words),
    }
    Ok(match (proved.verdict.is_sound(), proved.verdict.closed) {
        (false, _) => Exit::Integrity,
        (true, 1..) => Exit::Partial,
        (true, 0) => Exit::Ok,
    })
}

fn tell(proved: &Proved, words: &ProveCopy) {
    let Verdict { vault, tip, opened, closed, counts, charts, findings, more, .. } = &proved.verdict;
    let [parcels, events, objects, bytes] = counts;
    if proved.first_sight {
        let vault = vault.hex();
        say(&format!(
            "保管庫 {vault} は初めて見ます。端末の画面「復元確認」の番号と同じか確かめてください。\n\
             Vault {vault} is seen for the first time: compare its number with the page Proof of the station."
        ));
    }
    say(&format!(
        "保管単位 {}〜{} を開きました（{objects} 個・{bytes} バイト、まとまり {parcels}・出来事 {events}、カルテ {} 枚） / opened",
        opened.0,
        opened.1,
        charts.len()
    ));
    if *closed > 0 {
        say(&format!(
            "古い保管単位 {closed} 個は、この機械には封じられていません。 / older segments not sealed to this machine: {closed}"
        ));
    }
    for found in findings {
        say(&format!("✗ 保管単位 / segment {}: {}: {}", found.segment, found.object, found.what));
    }
    if *more > 0 {
        say(&format!("✗ ほか {more} 件 / and {more} more"));
    }
    say(match proved.verdict.is_sound() {
        true => "封じたときのままで、開いて読めました。 / All is as it was sealed, and it was opened and read.",
        false => {
            "封じたときのものではありません。この写しを変えずに残してください。 / Not what was sealed: keep this copy as it is."
        }
    });
    let (out, number) = (words.out.display(), tip.number);
    say(&format!(
        "{out}: 保管単位 {number} までの結果です。端末で / the verdict; next, on the station: andon vault verdict {out}"
    ));
}

/// A verdict as JSON, for scripts. Labels and digests are in the file.
pub fn as_json(verdict: &Verdict, first_sight: bool) -> Value {
    let [parcels, events, objects, bytes] = verdict.counts;
    let findings: Vec<Value> = verdict
        .findings
        .iter()
        .map(|found| json!({"code": found.code, "segment": found.segment, "object": found.object, "what": found.what}))
        .collect();
    json!({
        "sound": verdict.is_sound(),
        "vault": verdict.vault.hex(),
        "made": chart::Moment(verdict.made),
        "medium": verdict.medium,
        "number": verdict.tip.number,
        "hash": verdict.tip.hash.hex(),
        "opened": [verdict.opened.0, verdict.opened.1],
        "closed": verdict.closed,
        "parcels": parcels,
        "events": events,
        "objects": objects,
        "bytes": bytes,
        "charts": verdict.charts.len(),
        "findings": findings,
        "more": verdict.more,
        "first_sight": first_sight,
    })
}
