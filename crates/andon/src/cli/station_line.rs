//! `andon station pair`, `andon station address` and `andon log send`: other stations on the network.

use std::io::{BufRead, IsTerminal, Read, Write};
use std::net::SocketAddr;
use std::sync::Arc;

use serde_json::json;
use store::StationId;

use super::args::station::{LogSend, StationAddress, StationPair};
use super::station::{admit, ends, meant, told, who, worse};
use super::{say, say_json, write};
use crate::event::AddressSaid;
use crate::heads::{Head, heads};
use crate::home::{Exit, Home, Problem};
use crate::hospital;
use crate::lines;
use crate::stations::card::Card;
use crate::stations::line::exchange::{Exchanged, Failed, Here};
use crate::stations::line::listen;
use crate::stations::line::pair::{self, Joined, Told};
use crate::world;
use crate::writing::{Answer, Request};

/// Bytes of a line with a code: what is longer is none.
const CODE_BYTES_MAX: u64 = 200;

/// Pairs with another station by a short code.
///
/// # Errors
/// The other was not reached, or the code was wrong; nothing is known of it then.
pub fn pair(home: &Home, args: &StationPair) -> Result<Exit, Problem> {
    let (by, role) = who(args.by.as_ref());
    let request = Request::StationCard { name: None, mark: None, by: by.clone(), role: role.clone() };
    let Answer::Card { text } = write::write(home, &request)? else { return Err(write::unexpected()) };
    let card = Card::parse(&text).ok_or_else(write::unexpected)?;
    let reader = home.reader()?;
    let address = lines::addresses(&reader)?.get(&hospital::own_id(&reader)?).copied();
    drop(reader);
    let own = Told { card, address };
    let theirs = match (args.listen, args.address) {
        (Some(at), _) => show(at, &own, args.json)?,
        (None, Some(there)) => join(there, &own)?,
        (None, None) => return Err(Problem::usage("ADDRESS:PORT")),
    };
    let (mut json, words) = admit(home, theirs.card.clone(), (args.headquarters, &[]), args.by.as_ref())?;
    if let Some(address) = theirs.address {
        let event = AddressSaid { station: theirs.card.said.station, address: address.to_string() };
        write::write(home, &Request::Address { event, by, role })?;
    }
    json["address"] = json!(theirs.address);
    match (args.json, theirs.address) {
        (true, _) => say_json(&json)?,
        (false, Some(address)) => say(&format!("{words}\nアドレス / address: {address}")),
        (false, None) => say(&words),
    }
    Ok(Exit::Ok)
}

/// Shows a code and waits for the other.
fn show(at: SocketAddr, own: &Told, as_json: bool) -> Result<Told, Problem> {
    let (listener, code) = (listen(at)?, pair::new_code()?);
    let (address, shown) = (listener.local_addr()?, pair::shown(&code));
    match as_json {
        // A line of its own, before the result.
        true => say(&json!({"listen": address, "code": shown}).to_string()),
        false => say(&format!(
            "コード / code: {shown}\n\
             相手の端末で / at the other station:  andon station pair {address}\n\
             コードは相手の人に口で伝えてください。5分、間違いは3回まで待ちます。\n\
             Tell the code to who sits there. Waiting five minutes, three tries."
        )),
    }
    pair::show(&listener, &code, own, &Arc::default())
}

/// Asks for the code and goes to the station that shows it, until it was right or the other ends.
fn join(there: SocketAddr, own: &Told) -> Result<Told, Problem> {
    // Who answers may be another, who learns from each try whether he guessed right: here too there are only so many.
    for left in (0..pair::TRIES).rev() {
        match pair::join(there, &ask_code()?, own, &Arc::default())? {
            Joined::Paired(told) => return Ok(*told),
            Joined::Wrong(0) => break,
            Joined::Wrong(there) => {
                let left = left.min(there);
                hint(&format!(
                    "コードが違います。あと{left}回です。何も登録していません。 / Not the code. {left} more; nothing was registered."
                ));
            }
        }
    }
    Err(Problem::failed(
        "コードが3回違いました。相手は待ち受けを終わりました。何も登録していません。新しいコードでやり直してください。\n\
         Three wrong codes: the other no longer listens, nothing was registered. Begin again with a new code.",
    ))
}

/// A code from standard input, one a line.
fn ask_code() -> Result<String, Problem> {
    let mut input = std::io::stdin().lock();
    loop {
        if std::io::stdin().is_terminal() {
            write!(std::io::stderr(), "相手の画面のコード（8桁） / code shown there: ").unwrap_or_default();
        }
        let mut line = String::new();
        if (&mut input).take(CODE_BYTES_MAX).read_line(&mut line)? == 0 {
            return Err(Problem::usage(
                "コードがありません。相手の画面に出ている8桁を入力してください。\n\
                 No code: type the eight digits that the other station shows.",
            ));
        }
        match pair::typed(&line) {
            Some(code) => return Ok(code),
            None => hint("8桁の数字ではありません。 / Not eight digits."),
        }
    }
}

fn hint(words: &str) {
    writeln!(std::io::stderr(), "{words}").unwrap_or_default();
}

/// Says where another station listens.
///
/// # Errors
/// No such station; nobody can write.
pub fn address(home: &Home, args: &StationAddress) -> Result<Exit, Problem> {
    let head = meant(home, &args.station)?;
    let address = args.address.map_or_else(String::new, |address| address.to_string());
    let ((by, role), name) = (who(args.by.as_ref()), &head.name);
    let event = AddressSaid { station: head.station, address: address.clone() };
    write::write(home, &Request::Address { event, by, role })?;
    match args.address {
        Some(_) => say(&format!("{name}: {address} を登録しました。 / is called there from now on.")),
        None => say(&format!("{name}: アドレスを取り消しました。 / is no longer called.")),
    }
    Ok(Exit::Ok)
}

/// Exchanges entries with other stations now.
///
/// # Errors
/// No station was named whose address is known.
pub fn send(home: &Home, args: &LogSend) -> Result<Exit, Problem> {
    let wanted: Vec<Head> = match args.all {
        true => {
            let all = heads(&home.reader()?, world::now())?.into_iter();
            all.filter(|head| !head.own && head.revoked.is_none() && !head.address.is_empty()).collect()
        }
        false => args.stations.iter().map(|station| meant(home, station)).collect::<Result<_, _>>()?,
    };
    if wanted.is_empty() {
        return Err(Problem::failed(
            "アドレスの分かる端末がありません。`andon station pair` か `andon station address` で登録してください。\n\
             No station's address is known: `andon station pair`, or `andon station address`.",
        ));
    }
    let here = Here::new(home, super::writer(), Arc::default());
    let (mut exit, mut all) = (Exit::Ok, Vec::new());
    for head in &wanted {
        let done = call(&here, head);
        exit = worse(exit, done.as_ref().map_or_else(|failed| failed.problem.exit, exit_of));
        let (name, address) = (&head.name, &head.address);
        all.push(match &done {
            Ok(done) => json!({"station": head.station, "name": name, "address": address, "sent": done.sent,
                "received": done.received, "charts": done.charts}),
            Err(failed) => json!({"station": head.station, "name": name, "address": address, "why": failed.why,
                "problem": failed.problem.words}),
        });
        if !args.json {
            say(&done.map_or_else(|failed| format!("{name}: {}", failed.problem), |done| in_words(&done)));
        }
    }
    if args.json {
        say_json(&json!({"stations": all}))?;
    }
    Ok(exit)
}

fn call(here: &Here, head: &Head) -> Result<Exchanged, Failed> {
    let id = vault::hash::from_hex(&head.station).and_then(|id| id.try_into().ok()).map(StationId);
    let (Some(id), Ok(address)) = (id, head.address.parse()) else {
        let name = &head.name;
        return Err(Failed::from(Problem::failed(format!(
            "アドレスが分かりません。`andon station address {name} アドレス:ポート` で登録してください。\n\
             Its address is not known: `andon station address {name} ADDRESS:PORT`."
        ))));
    };
    here.call(id, address)
}

fn exit_of(done: &Exchanged) -> Exit {
    let charts = match done.charts.as_ref().and_then(|came| came.why) {
        Some("unfit") => Exit::Integrity,
        Some(_) => Exit::Failed,
        None => Exit::Ok,
    };
    worse(charts, done.received.as_ref().map_or(Exit::Ok, ends))
}

fn in_words(done: &Exchanged) -> String {
    let sent = format!("{0}: {1}件を送りました。 / {1} entries sent.", done.name, done.sent);
    let mut text = match &done.received {
        None => format!("{sent}\n{}: 新しい記録はありません。 / nothing new from there.", done.name),
        Some(received) => format!("{sent}\n{}", told(&done.name, received)),
    };
    if let Some(came) = &done.charts {
        let (name, new) = (&done.name, came.new);
        text += &format!("\n{name}: カルテの写し {new}件を受け取りました。 / {new} entries of its charts came.");
        if came.why.is_some() {
            text += &format!("\n  ⚠ {}", came.problem);
        } else if !came.whole {
            text += "\n  まだ続きがあります。もう一度実行してください。 / There is more: run it again.";
        }
    }
    text
}
