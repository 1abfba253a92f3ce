//! `andon station` and `andon log`: who belongs to the hospital, and what of each log is here.

use std::io::BufReader;
use std::path::{Path, PathBuf};

use serde_json::json;

use super::args::station::{LogExport, LogImport, LogWords, StationCard, StationRevoke, StationTrust, StationWords};
use super::{bytes_of, os_user, say, say_json, station_charts, station_key, station_line, station_paper, write};
use crate::event::{StationSaid, StationWord};
use crate::heads::{Charts, Head, heads, spans};
use crate::home::{Exit, Home, Problem};
use crate::hospital::cut;
use crate::role::Role;
use crate::stations::card::{CARD_BYTES_MAX, Card};
use crate::stations::charts::take::TakenCharts;
use crate::stations::import;
use crate::text::{Lang, Words};
use crate::world;
use crate::writing::{Answer, ChartsAsked, Request};
use vault::bundle::Form;

/// Does what is asked of stations.
///
/// # Errors
/// When the home does not open, a code does not agree, or nobody can write.
pub fn stations(home: &Home, asked: &StationWords) -> Result<Exit, Problem> {
    match asked {
        StationWords::Card(args) => card(home, args),
        StationWords::Trust(args) => trust(home, args),
        StationWords::Pair(args) => station_line::pair(home, args),
        StationWords::Address(args) => station_line::address(home, args),
        StationWords::Revoke(args) => revoke(home, args),
        StationWords::Key(args) => station_key::key(home, args),
        StationWords::GiveCharts(args) => station_charts::allow(home, args),
        StationWords::Follow(args) => station_charts::follow(home, args, true),
        StationWords::Unfollow(args) => station_charts::follow(home, args, false),
        StationWords::Charts(args) => station_charts::charts(home, args),
        StationWords::List(args) => list(home, args.json),
    }
}

/// Does what is asked of logs.
///
/// # Errors
/// When the home does not open, or a bundle cannot be written or taken in.
pub fn logs(home: &Home, asked: &LogWords) -> Result<Exit, Problem> {
    match asked {
        LogWords::Export(args) => export(home, args),
        LogWords::Import(args) => imports(home, args),
        LogWords::Send(args) => station_line::send(home, args),
        LogWords::Heads(args) => list(home, args.json),
    }
}

pub(super) fn who(by: Option<&String>) -> (String, String) {
    (by.cloned().unwrap_or_else(os_user), Role::Operator.code().to_owned())
}

fn card(home: &Home, args: &StationCard) -> Result<Exit, Problem> {
    let (by, role) = who(args.by.as_ref());
    let request = Request::StationCard { name: args.name.clone(), mark: args.mark.clone(), by, role };
    let Answer::Card { text } = write::write(home, &request)? else { return Err(write::unexpected()) };
    let card = Card::parse(&text).ok_or_else(write::unexpected)?;
    std::fs::write(&args.out, &text).map_err(|error| {
        Problem::failed(format!("{}: 書けません。 / cannot be written. ({error})", args.out.display()))
    })?;
    let (code, out) = (card.code(), args.out.display());
    if args.json {
        let StationSaid { station, key, recipient, name, mark, .. } = card.said;
        say_json(&json!({"file": args.out, "code": code, "station": station, "public_key": key,
            "recipient": recipient, "name": name, "mark": mark, "hospital": card.hospital, "training": card.training}))?;
    } else {
        say(&format!(
            "{out}: カードを書きました（{name}）。\nコード: {code}\nコードは、カードとは別の手段（電話・紙）で相手に伝えてください。\n\
             {out}: card written ({name}). Code: {code}. Tell the code another way than the card goes.",
            name = card.said.name
        ));
    }
    Ok(Exit::Ok)
}

fn trust(home: &Home, args: &StationTrust) -> Result<Exit, Problem> {
    let bytes = bytes_of(&args.file, CARD_BYTES_MAX)?;
    let file = args.file.display();
    let card = std::str::from_utf8(&bytes).ok().and_then(Card::parse).ok_or_else(|| {
        Problem::failed(format!(
            "{file}: 端末のカードではありません（相手の端末で `andon station card`）。\n\
             {file}: not the card of a station (`andon station card` there)."
        ))
    })?;
    if !card.is_code(&args.code) {
        return Err(Problem::failed(format!(
            "コードが合いません。打ち間違いか、カードが途中ですり替わっています。登録していません。相手の画面のコードを、もう一度確かめてください。\n\
             The code is not this card's: mistyped, or {file} was changed on its way. Nothing was registered; ask for the code again."
        )));
    }
    let (json, words) = admit(home, card, (args.headquarters, &args.cards), args.by.as_ref())?;
    match args.json {
        true => say_json(&json)?,
        false => say(&words),
    }
    Ok(Exit::Ok)
}

/// Knows a station by its card, which was held against a code, by the word of people here or signed by officers' cards: what is told of it, as JSON and in words.
pub(super) fn admit(
    home: &Home,
    card: Card,
    (headquarters, cards): (bool, &[PathBuf]),
    by: Option<&String>,
) -> Result<(serde_json::Value, String), Problem> {
    let about = home.about()?;
    if card.training != about.training {
        return Err(Problem::failed(
            "訓練用の端末と本番の端末は、互いに登録できません。\n\
             A training station and a real one cannot know each other.",
        ));
    }
    let word = if headquarters { StationWord::Headquarters } else { StationWord::Member };
    let said = StationSaid { word: word.word().to_owned(), ..card.said };
    let (name, station, mark) = (said.name.clone(), said.station.clone(), said.mark.clone());
    let key = card.membership.filter(|_| headquarters);
    // Cards sign by a key that is known already; without cards a card that is refused leaves no key behind.
    say_of(home, said, cards, by)?;
    let mut words = key.map_or_else(|| Ok(String::new()), |key| station_key::of_card(home, &key, by))?;
    if card.hospital != about.hospital {
        words += &format!("⚠ 病院名が違います / another hospital's name: {}\n", card.hospital);
    }
    words += &format!("{name}［{mark}］（{station}）を登録しました。 / {name} is known here from now on.");
    let json = json!({"station": station, "name": name, "mark": mark, "hospital": card.hospital,
        "headquarters": headquarters});
    Ok((json, words))
}

/// Writes a word of a station, signed where there are cards.
fn say_of(home: &Home, said: StationSaid, cards: &[PathBuf], by: Option<&String>) -> Result<(), Problem> {
    if !cards.is_empty() {
        return station_key::sign(home, said, cards, by);
    }
    let (by, role) = who(by);
    write::write(home, &Request::Station { event: said, by, role })?;
    Ok(())
}

/// The station that a name, or the beginning of a number, means.
pub(super) fn meant(home: &Home, text: &str) -> Result<Head, Problem> {
    let all = heads(&home.reader()?, world::now())?;
    let of = |head: &Head| {
        !head.own && (head.name == text || (text.len() >= 4 && head.station.starts_with(&text.to_lowercase())))
    };
    let mut found: Vec<Head> = all.into_iter().filter(of).collect();
    match (found.pop(), found.is_empty()) {
        (Some(head), true) => Ok(head),
        _ => Err(Problem::failed(format!(
            "{text}: どの端末か分かりません。`andon station list` の番号で指定してください。\n\
             {text}: no such station, or more than one; give its number of `andon station list`."
        ))),
    }
}

fn revoke(home: &Home, args: &StationRevoke) -> Result<Exit, Problem> {
    let head = meant(home, &args.station)?;
    let no = args.last.unwrap_or(head.up_to);
    let unknown = StationSaid { station: head.station.clone(), ..StationSaid::default() };
    let lives = match unknown.id() {
        Some(id) => cut::lives(&home.reader()?, id, (head.incarnation, no))?,
        None => String::new(),
    };
    let said = StationSaid {
        word: StationWord::Revoked.word().to_owned(),
        station: head.station,
        recipient: lives,
        name: head.name.clone(),
        mark: head.mark,
        incarnation: head.incarnation,
        no,
        reason: args.reason.clone(),
        ..StationSaid::default()
    };
    say_of(home, said, &args.cards, Some(&args.by))?;
    say(&format!(
        "{0}: 登録を取り消しました。№{no} までを数えます。\n{0}: no longer the hospital's; its log counts up to {no}.",
        head.name
    ));
    Ok(Exit::Ok)
}

fn list(home: &Home, as_json: bool) -> Result<Exit, Problem> {
    let reader = home.reader()?;
    let all = heads(&reader, world::now())?;
    let lacks = |head: &Head| !head.missing.is_empty() || !head.forks.is_empty() || head.ahead_minutes > 0;
    let exit = if all.iter().any(lacks) { Exit::Partial } else { Exit::Ok };
    if as_json {
        say_json(&json!({"training": reader.about().training, "stations": all}))?;
    } else {
        all.iter().for_each(|head| say(&plain(head)));
    }
    Ok(exit)
}

/// One station's line, Japanese then English.
fn plain(head: &Head) -> String {
    let name = format!("{} [{}] {}", head.name, head.mark, &head.station[..head.station.len().min(8)]);
    if head.own {
        return format!("{name}: この端末 №{} まで / this station, up to №{}", head.up_to, head.up_to);
    }
    let mut line = match head.up_to {
        0 => format!("{name}: まだ何も受信していない / nothing received yet"),
        up_to => format!(
            "{name}: №{up_to} まで受信（{}分前） / up to №{up_to}, {} min ago",
            head.age_minutes, head.age_minutes
        ),
    };
    if !head.missing.is_empty() {
        let missing = spans(&head.missing);
        line += &format!("、抜け {missing} / missing {missing}");
    }
    if !head.forks.is_empty() {
        let forks: Vec<(u64, u64)> = head.forks.iter().map(|no| (*no, *no)).collect();
        line += &format!("、⚠ 同じ番号に2つの記録 {0} / two entries under one number {0}", spans(&forks));
    }
    if head.ahead_minutes > 0 {
        line += &format!("、⚠ 時計が{0}分進んでいる / its clock is {0} min ahead", head.ahead_minutes);
    }
    if head.failing_millis != 0 {
        let (minutes, address) = (head.failing_minutes, &head.address);
        line += &format!("、⚠ {address} につながらない（{minutes}分前から） / not reached for {minutes} min");
    }
    line += &charts_in_words(&head.charts);
    if let Some((_, no)) = head.revoked {
        line += &format!("、登録取消（№{no} まで数える） / revoked, counts up to №{no}");
    }
    line
}

/// What is to be said of charts that go between a station and this one.
fn charts_in_words(charts: &Charts) -> String {
    let mut line = String::new();
    if charts.given {
        line += "、この端末のカルテの写しを渡している / may have this station's charts";
    }
    let Charts { held, entries, next, age_minutes, .. } = charts;
    if charts.followed || *held > 0 {
        line += &format!(
            "、カルテの写し {held}/{entries}件、位置 {next} の手前まで / charts {held} of {entries}, to before place {next}"
        );
        line += &match charts.received_millis {
            0 => "（最初の写しを受信中 / first copy is coming）".to_owned(),
            _ => format!("（{age_minutes}分前 / {age_minutes} min ago）"),
        };
    }
    if !charts.followed && *held > 0 {
        line += "、もう受け取っていない / no longer followed";
    }
    if charts.not_given_millis != 0 {
        line +=
            &format!("、⚠ 写しが届かない / charts do not come: {}", Words::of(Lang::Ja).word("via-why", &charts.why));
    }
    line
}

fn export(home: &Home, args: &LogExport) -> Result<Exit, Problem> {
    if args.paper {
        return station_paper::export(home, args);
    }
    let to = absolute(&args.file)?;
    let request = Request::ExportBundle { to, all: args.all, stations: args.stations.clone() };
    let Answer::Exported(done) = write::write(home, &request)? else {
        return Err(write::unexpected());
    };
    if args.json {
        let run = |(station, incarnation, first, last): &(String, u32, u64, u64)| json!({"station": station, "incarnation": incarnation, "first": first, "last": last});
        let runs: Vec<_> = done.runs.iter().map(run).collect();
        return say_json(&json!({"file": args.file, "bytes": done.bytes, "events": done.events, "runs": runs,
            "readers": done.readers, "files": done.files, "files_left": done.files_left}))
        .map(|()| Exit::Ok);
    }
    let (file, readers) = (args.file.display(), done.readers.join("、"));
    say(&format!(
        "{file}: {0}件、{1}バイト。開ける端末: {readers}\n{file}: {0} entries, {1} bytes, for: {readers}",
        done.events, done.bytes
    ));
    if done.files + done.files_left > 0 {
        say(&format!(
            "添付 {0} 個を入れました。入りきらなかったもの {1} 個は、届いたと分かったあとの書き出しに入ります。 / {0} attachments; {1} are left for a later bundle.",
            done.files, done.files_left
        ));
    }
    Ok(Exit::Ok)
}

/// A path that the process that writes understands too.
fn absolute(path: &Path) -> Result<PathBuf, Problem> {
    Ok(std::path::absolute(path)?)
}

fn imports(home: &Home, args: &LogImport) -> Result<Exit, Problem> {
    let (mut exit, mut all) = (Exit::Ok, Vec::new());
    for file in &args.files {
        let (done, said) = match import_one(home, file, args.json) {
            Ok(Brought::Logs(received)) => {
                if !args.json {
                    say(&told(&file.display().to_string(), &received));
                }
                (ends(&received), json!({"file": file, "received": received}))
            }
            Ok(Brought::Charts(taken)) => {
                if !args.json {
                    say(&station_charts::told(&file.display().to_string(), &taken));
                }
                (Exit::Ok, json!({"file": file, "charts": taken}))
            }
            // One file that is not taken in does not keep the others out.
            Err(problem) => {
                if !args.json {
                    say(&format!("{}: {problem}", file.display()));
                }
                (problem.exit, json!({"file": file, "problem": problem.words}))
            }
        };
        exit = worse(exit, done);
        all.push(said);
    }
    if args.json {
        say_json(&json!({"files": all, "stations": heads(&home.reader()?, world::now())?}))?;
    } else {
        let lacking = heads(&home.reader()?, world::now())?.into_iter().filter(|head| !head.missing.is_empty());
        lacking.for_each(|head| say(&plain(&head)));
    }
    Ok(exit)
}

pub(super) fn worse(one: Exit, other: Exit) -> Exit {
    let rank = |exit: Exit| match exit {
        Exit::Ok => 0,
        Exit::Partial => 1,
        Exit::Usage | Exit::Failed => 2,
        Exit::Integrity => 3,
    };
    if rank(other) > rank(one) { other } else { one }
}

/// How a command ends that took this in.
pub(super) fn ends(received: &import::Received) -> Exit {
    let refused = received.logs.iter().any(|log| !log.refused.is_empty());
    match (received.is_unsound(), refused) {
        (true, _) => Exit::Integrity,
        (_, true) => Exit::Partial,
        _ => Exit::Ok,
    }
}

/// What a file brought.
enum Brought {
    Logs(import::Received),
    Charts(TakenCharts),
}

fn import_one(home: &Home, file: &Path, quiet: bool) -> Result<Brought, Problem> {
    let tells = |words: &str| {
        if quiet {
        } else {
            say(words)
        }
    };
    let name = if file == Path::new("-") {
        tells("コードを読み取ってください（順番は問いません）。 / Read the codes, in any order.");
        station_paper::read(home, std::io::stdin().lock(), &tells)?
    } else if station_paper::is_typed(file) {
        station_paper::read(home, BufReader::new(std::fs::File::open(file)?), &tells)?
    } else {
        import::bring(home, file)?
    };
    let answer = import::form(home.dir(), &name).and_then(|form| {
        let name = name.clone();
        write::write(
            home,
            &match form {
                Form::Logs => Request::TakeBundle { name },
                Form::Charts => Request::Charts { asked: ChartsAsked::Take { name } },
            },
        )
    });
    import::forget(home.dir(), &name);
    match answer? {
        Answer::Received(received) => Ok(Brought::Logs(received)),
        Answer::Charts(taken) => Ok(Brought::Charts(taken)),
        _ => Err(write::unexpected()),
    }
}

pub(super) fn told(file: &str, received: &import::Received) -> String {
    let mut text = format!(
        "{file}: {0} から。新しい記録 {1}件、すでにある {2}件\n{file}: from {0}; {1} new, {2} known",
        received.name, received.new, received.known
    );
    if received.files > 0 {
        text += &format!("\n  添付 {0} 個 / {0} attachments", received.files);
    }
    for log in &received.logs {
        if log.forks > 0 {
            text += &format!(
                "\n  ⚠ {0}: 同じ番号に別の記録が{1}件 / {1} numbers stand for two entries",
                log.name, log.forks
            );
        }
        for (word, no) in &log.refused {
            let (ja, en) = match word.as_str() {
                "stranger" => (
                    "登録されていない端末の記録。取り込んでいません（件数）",
                    "of a station not known here; left out (entries)",
                ),
                "signature" => {
                    ("署名が合わない。取り込んでいません（番号）", "the signature does not hold; left out (number)")
                }
                "broken" => (
                    "前の記録につながらない。取り込んでいません（番号）",
                    "does not follow the one before; left out (number)",
                ),
                _ => ("記録として読めない。取り込んでいません（何番目）", "no entry of that log; left out (place)"),
            };
            text += &format!("\n  ⚠ {}: {ja} / {en}: {no}", log.name);
        }
    }
    if received.behind {
        text += "\n  ⚠ この端末の記録が、よそでは先まで進んでいました。復元か複製されたホームです。新しい世代の番号で続けます。\
                 / Our own log was further there: this home was restored or copied, and goes on under a new life's numbers.";
    }
    text
}
