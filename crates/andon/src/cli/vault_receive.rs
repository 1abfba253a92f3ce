//! `andon vault receive` and `andon vault received`: being a receiver for other stations' vaults. Needs no home.

use std::net::SocketAddr;
use std::path::Path;

use chart::Moment;
use serde_json::json;
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use vault::VaultId;

use super::args::vault_receive::{ReceiveWords, Received, ReceiverWords};
use super::serve::stop_signal;
use super::vault_witness::text_of;
use super::{say, say_json};
use crate::custody::problem;
use crate::custody::receiving::list::{self, Held};
use crate::custody::receiving::rights::Right;
use crate::custody::receiving::shelf::Shelf;
use crate::custody::receiving::{Folder, answers, folder};
use crate::home::{Exit, Problem};
use crate::web::{self, Door, Via};
use crate::world;

const MEGABYTE: u64 = 1_000_000;

/// Does what is asked of a receiver.
///
/// # Errors
/// The folder is none of a receiver's, or what is asked cannot be.
pub fn run(words: &ReceiverWords) -> Result<Exit, Problem> {
    match words {
        ReceiverWords::Received(asked) => received(asked),
        ReceiverWords::Receive(ReceiveWords::Init { dir, name, json }) => init(dir, name, *json),
        ReceiverWords::Receive(ReceiveWords::Allow { dir, key, limit, json }) => allow(dir, key, *limit, *json),
        ReceiverWords::Receive(ReceiveWords::Reader { dir, vault, name, out, json }) => {
            reader(dir, (vault, name), out, *json)
        }
        ReceiverWords::Receive(ReceiveWords::Revoke { dir, name, json }) => {
            Folder::open(dir)?.revoke(name)?;
            told(*json, &json!({"name": name}), &format!("{name}: 登録を取り消しました。 / taken back."))
        }
        ReceiverWords::Receive(ReceiveWords::Run { dir, listen }) => receive(dir, *listen),
    }
}

fn told(as_json: bool, value: &serde_json::Value, words: &str) -> Result<Exit, Problem> {
    match as_json {
        true => say_json(value)?,
        false => say(words),
    }
    Ok(Exit::Ok)
}

fn init(dir: &Path, name: &str, as_json: bool) -> Result<Exit, Problem> {
    let (code, card) = (folder::init(dir, name)?.code(), dir.join(folder::CARD));
    let shown = card.display();
    let words = format!(
        "{shown}: 預かり端末のカードです。秘密は入っていません。封じる端末へ手で運んでください。番号 {code}\n\
         次に、封じる端末で / next, at the station that seals:\n\
         \x20   andon vault target add station://この端末:ポート --keys {} --name 名前\n\
         {shown}: the receiver's card; nothing in it is secret. Carry it there by hand. Code {code}",
        folder::CARD
    );
    told(as_json, &json!({"name": name, "card": card, "code": code}), &words)
}

fn allow(dir: &Path, key: &str, megabytes: u64, as_json: bool) -> Result<Exit, Problem> {
    let bytes = megabytes.saturating_mul(MEGABYTE);
    let right = Right::of_station(&text_of(key)?, bytes).ok_or_else(|| {
        Problem::usage(
            "保管庫の鍵の行（andon-vault/ で始まる一行）ではありません。封じる端末の `andon vault target add` が表示した行を写してください。\n\
             Not the line of a vault's key (it begins with andon-vault/): copy the one that `andon vault target add` showed at the station.",
        )
    })?;
    let vault = right.vault.hex();
    Folder::open(dir)?.allow(right)?;
    let words = format!(
        "{vault}: この保管庫を {megabytes} MB まで預かります。封じる端末で、もう一度 `andon vault target add` を。\n\
         {vault}: this vault is taken, up to {megabytes} MB. At its station run `andon vault target add` again."
    );
    told(as_json, &json!({"vault": vault, "limit": bytes}), &words)
}

fn reader(dir: &Path, (vault, name): (&str, &str), out: &Path, as_json: bool) -> Result<Exit, Problem> {
    let folder = Folder::open(dir)?;
    let known = VaultId::from_hex(vault).filter(|vault| folder.disk(vault).root().exists());
    let Some(vault) = known else {
        let dir = dir.display();
        return Err(Problem::usage(format!(
            "{vault}: この保管庫は預かっていません。`andon vault received {dir}` の番号（32桁）を指定してください。\n\
             {vault}: no such vault is held here: give the 32 digits that `andon vault received {dir}` shows."
        )));
    };
    if out.exists() {
        let out = out.display();
        return Err(Problem::usage(format!(
            "{out}: すでにあります。別の名前にしてください。 / {out}: exists; give another name."
        )));
    }
    world::write_private(out, folder.reader(vault, name)?.text().as_bytes())?;
    let shown = out.display();
    let words = format!(
        "{shown}: 読むだけの鍵です。暗号化された中身を読めるので、鍵保管者のカードと同じように扱ってください。\n\
         {shown}: a pass that reads what is sealed, as it is sealed; treat it like the officers' cards. Use it with --keys."
    );
    told(as_json, &json!({"vault": vault.hex(), "name": name, "out": out}), &words)
}

fn receive(dir: &Path, listen: SocketAddr) -> Result<Exit, Problem> {
    if listen.ip().is_unspecified() || listen.ip().is_multicast() {
        return Err(Problem::usage(
            "--listen には、この端末が院内LANで持つアドレスを一つ書いてください（例 192.168.10.6:8444）。\n\
             --listen takes one address of this machine on the hospital's network, e.g. 192.168.10.6:8444.",
        ));
    }
    let folder = Folder::open(dir)?;
    let _lock = folder.lock()?;
    folder.rights()?;
    let known = folder.clone();
    let knows = move |key: &_| known.rights().is_ok_and(|rights| rights.iter().any(|right| right.key.key == *key));
    let config = vault::receiver::config(&folder.key()?, std::sync::Arc::new(knows)).map_err(problem)?;
    let shelf = Shelf::new(folder)?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(4).enable_all().build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(listen).await.map_err(|error| {
            Problem::failed(format!(
                "{listen} で待ち受けられません。この端末のアドレスか確かめてください。\n\
                 Cannot listen on {listen}: is it an address of this machine? ({error})"
            ))
        })?;
        let address = listener.local_addr()?;
        say(&format!("預かっています（Ctrl+C で終了） / receiving, Ctrl+C to stop:\n\n    station://{address}\n"));
        let via = Via { elsewhere: true, secure: true, ..Via::default() };
        let door = Door { listener, tls: Some(TlsAcceptor::from(config)), via };
        web::serve(vec![door], answers::routes(shelf), stop_signal()).await;
        Ok(Exit::Ok)
    })
}

fn received(asked: &Received) -> Result<Exit, Problem> {
    let folder = Folder::open(&asked.dir)?;
    let (card, held) = (folder.card()?, list::held(&folder, asked.all)?);
    match asked.json {
        true => say_json(&json!({"name": card.name, "code": card.code(), "vaults": held}))?,
        false => {
            say(&format!("{}  {}", card.name, card.code()));
            held.iter().flat_map(lines).for_each(|line| say(&line));
            // What a person has seen is not told again as new.
            folder.refusals_seen()?;
        }
    }
    let wrong = held.iter().any(|one| !one.findings.is_empty());
    Ok(if wrong { Exit::Integrity } else { Exit::Ok })
}

/// A refusal as a person reads it: when, what was asked, why; the vault stands above it.
fn refusal(line: &str) -> String {
    let mut words = line.splitn(3, ' ');
    let at = words.next().and_then(|at| at.parse().ok()).map(Moment);
    match (at, words.nth(1)) {
        (Some(at), Some(asked)) => format!("{at}  {asked}"),
        _ => line.to_owned(),
    }
}

fn lines(held: &Held) -> Vec<String> {
    let mark = match (held.whole, held.findings.is_empty()) {
        (true, _) => "○ 封じたときのまま / as it was sealed",
        (false, true) => "— まだ何も来ていない / nothing came yet",
        (false, false) => "× 封じたときのものではない / not what was sealed",
    };
    let last = held.last.map_or_else(|| "—".to_owned(), |last| last.to_string());
    let (megabytes, objects) = (held.bytes as f64 / MEGABYTE as f64, held.objects);
    let mut lines = vec![
        format!("{}  №{}  {mark}", held.vault, held.number),
        format!("  最後に預かった / last {last}  {objects} 個・{megabytes:.1} MB"),
    ];
    if !held.readers.is_empty() {
        lines.push(format!("  読む人 / readers: {}", held.readers.join(", ")));
    }
    if let Some(last) = &held.last_refused {
        let (mark, new) = (if held.refused_new > 0 { "⚠ " } else { "" }, held.refused_new);
        lines.push(format!(
            "  {mark}断ったこと / refused: 前に見てから / since the last look {new}、全部で / in all {}",
            held.refused
        ));
        lines.push(format!("    {}", refusal(last)));
    }
    lines.extend(held.findings.iter().map(|finding| format!("  × {}: {}", finding.object, finding.what)));
    lines
}
