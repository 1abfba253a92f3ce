//! `andon declare`, `andon chronology` and `andon board`: headquarters from the command line, with a network or without.

use std::path::Path;
use std::sync::Arc;

use chart::Moment;
use serde_json::json;
use store::Reader;

use super::args::command::{Add, By, Chronology, ChronologyAct, Declare, DeclareAct, Why};
use super::chart::read_time;
use super::{bytes_of, chronology_paper, os_user, say, say_json, write};
use crate::attachments::{self, Attachments, FILE_BYTES_MAX};
use crate::chronology::{Line, Wanted, lines};
use crate::command::out;
use crate::command::page::prints;
use crate::event::{CommandEvent, IncidentAct, IncidentSaid, LineAct, LineChanged, LineSaid};
use crate::heads::heads;
use crate::home::{Exit, Home, Problem};
use crate::hospital::Members;
use crate::incident::{Incident, in_words, incidents, now as current};
use crate::parents::Seen;
use crate::printing::printing;
use crate::role::Role;
use crate::text::{Lang, Words};
use crate::typed_time::when;
use crate::world;
use crate::writing::{Answer, Request};

pub(super) fn who(by: Option<&String>) -> String {
    by.cloned().unwrap_or_else(os_user)
}

fn moment(text: Option<&String>) -> Result<Moment, Problem> {
    let Some(text) = text else { return Ok(world::now()) };
    when(text, world::now()).ok_or_else(|| {
        Problem::usage(format!(
            "{text}: 時刻として読めません。例 2021-10-31T00:30、10/31 00:30、0030\n{text}: not a time. Try 2021-10-31T00:30"
        ))
    })
}

/// Has something written; the incident and the line's number.
fn tell(home: &Home, event: CommandEvent, at: Moment, by: &str, role: &str) -> Result<(String, String), Problem> {
    let request = Request::Command { event, seen: Seen::default(), at: at.0, by: by.to_owned(), role: role.to_owned() };
    match write::write(home, &request)? {
        Answer::Said { incident, number } => Ok((incident, number)),
        _ => Err(write::unexpected()),
    }
}

/// Declares a stop, or says something else of it.
///
/// # Errors
/// It cannot be so, or nobody can write.
pub fn declare(home: &Home, args: &Declare) -> Result<Exit, Problem> {
    let operator = Role::Operator.code().to_owned();
    let (said, at, by, role, json) = match &args.act {
        Some(act) => {
            let (said, why) = said_of(act);
            (said, world::now(), who(why.by.as_ref()), operator, why.json)
        }
        None => {
            let act = if args.only_use { IncidentAct::Use } else { IncidentAct::Declare };
            let plan = if args.level.is_empty() { String::new() } else { args.plan.clone() };
            let said = IncidentSaid {
                kind: args.kind.clone(),
                what: args.what.clone(),
                plan,
                level: args.level.clone(),
                words: args.words.clone(),
                ..of_act(act, &args.words, "")
            };
            let role = args.post.clone().unwrap_or(operator);
            (said, moment(args.at.as_ref())?, who(args.by.as_ref()), role, args.json)
        }
    };
    let (id, _) = tell(home, CommandEvent::Incident(said), at, &by, &role)?;
    let reader = home.reader()?;
    let all = incidents(&reader)?;
    let Some(incident) = all.get(&id) else { return Ok(Exit::Ok) };
    if json {
        say_json(&out::incident(incident, world::now()))?;
    } else {
        for lang in [Lang::Ja, Lang::En] {
            say(&format!("{id} {}", in_words(incident, world::now(), Words::of(lang))));
        }
        if args.act.is_none() {
            first_prints(&reader)?;
        }
    }
    Ok(Exit::Ok)
}

/// What prints because of it, or how to have it printed.
fn first_prints(reader: &Reader) -> Result<(), Problem> {
    let prints = prints(&printing(reader)?, world::now(), Words::of(Lang::Ja));
    for (plan, state) in &prints {
        say(&format!("  {plan}  {state}"));
    }
    say(match prints.is_empty() {
        true => {
            "停止したときに印刷する予定がありません。すぐに: `andon print ward --all --out FILE`、`andon print cards --out FILE`。\n\
             Nothing is set to print when it stops (`andon plan set … --at-stop`). At once: `andon print ward --all --out FILE`, `andon print cards --out FILE`."
        }
        false => "`andon serve` が動いている端末から出ます。 / They come out where `andon serve` runs.",
    });
    Ok(())
}

fn of_act(act: IncidentAct, words: &str, incident: &str) -> IncidentSaid {
    let (act, words, incident) = (act.word().to_owned(), words.to_owned(), incident.to_owned());
    IncidentSaid { incident, act, words, ..IncidentSaid::default() }
}

fn said_of(act: &DeclareAct) -> (IncidentSaid, &Why) {
    let of = |act: IncidentAct, why: &Why| of_act(act, &why.words, &why.incident);
    match act {
        DeclareAct::Confirm(why) => (of(IncidentAct::Confirm, why), why),
        DeclareAct::Cancel(why) => (of(IncidentAct::Cancel, why), why),
        DeclareAct::Policy(why) => (of(IncidentAct::Policy, why), why),
        DeclareAct::End(why) => (of(IncidentAct::End, why), why),
        DeclareAct::Level { level, plan, why } => {
            let (level, plan) = (level.clone(), plan.clone());
            (IncidentSaid { level, plan, ..of(IncidentAct::Level, why) }, why)
        }
        DeclareAct::Join { other, why } => (IncidentSaid { other: other.clone(), ..of(IncidentAct::Join, why) }, why),
    }
}

/// Lists lines of the chronology, or does something with one.
///
/// # Errors
/// The home does not open, there is no such line, or nobody can write.
pub fn chronology(home: &Home, args: &Chronology) -> Result<Exit, Problem> {
    match &args.act {
        Some(ChronologyAct::Add(add)) => add_line(home, add, args.incident.as_deref().unwrap_or_default()),
        Some(ChronologyAct::Enter(enter)) => {
            chronology_paper::enter(home, enter, args.incident.as_deref().unwrap_or_default())
        }
        Some(ChronologyAct::Attachment(out)) => chronology_paper::take_out(home, out, args.incident.as_ref()),
        Some(act) => changed(home, act, args.incident.as_deref().unwrap_or_default()),
        None => list(home, args),
    }
}

/// Name and bytes of a file to attach; one byte more than may be, so that too large a one is told.
fn attached(path: &Path) -> Result<(String, Vec<u8>), Problem> {
    let bytes = bytes_of(path, FILE_BYTES_MAX as u64 + 1)?;
    Ok((path.file_name().unwrap_or_default().to_string_lossy().into_owned(), bytes))
}

fn add_line(home: &Home, add: &Add, incident: &str) -> Result<Exit, Problem> {
    let mark = |on: bool| if on { "1".to_owned() } else { String::new() };
    let (at, by) = (moment(add.at.as_ref())?, who(add.by.by.as_ref()));
    let files: Vec<_> = add.attached.iter().map(|path| attached(path)).collect::<Result<_, _>>()?;
    let role = Role::Operator.code();
    let attached = match files.is_empty() {
        true => String::new(),
        false => attachments::attach(&home.reader()?, &files, (&by, role), &|wish| write::write(home, wish))?,
    };
    let head = LineSaid {
        incident: incident.to_owned(),
        log: add.log.clone(),
        about: mark(add.about),
        from: add.from.clone(),
        to: add.to.clone(),
        means: add.means.clone(),
        category: add.category.clone(),
        ..LineSaid::default()
    };
    let said = LineSaid {
        text: add.text.clone(),
        task: add.task.clone(),
        due: add.due.clone(),
        key: mark(add.key),
        read_back: mark(add.read_back),
        of: add.of.clone(),
        attached,
        ..head
    };
    let (incident, number) = tell(home, CommandEvent::Line(said), at, &by, role)?;
    match add.json {
        true => say_json(&json!({"incident": incident, "no": number}))?,
        false => say(&number),
    }
    Ok(Exit::Ok)
}

fn changed(home: &Home, act: &ChronologyAct, incident: &str) -> Result<Exit, Problem> {
    let of = |act: LineAct, line: &str, value: &str, words: &str| LineChanged {
        incident: incident.to_owned(),
        line: line.to_owned(),
        act: act.word().to_owned(),
        value: value.to_owned(),
        words: words.to_owned(),
    };
    let (said, by): (LineChanged, &By) = match act {
        ChronologyAct::Add(_) | ChronologyAct::Enter(_) | ChronologyAct::Attachment(_) => return Ok(Exit::Ok),
        ChronologyAct::Correct { number, text, why, by } => (of(LineAct::Correct, number, text, why), by),
        ChronologyAct::Strike { number, why, by } => (of(LineAct::Strike, number, "", why), by),
        ChronologyAct::State { number, state, words, by } => (of(LineAct::State, number, state, words), by),
        ChronologyAct::Key { number, off, by } => (of(LineAct::Key, number, if *off { "" } else { "1" }, ""), by),
        ChronologyAct::ReadBack { number, by } => (of(LineAct::ReadBack, number, "1", ""), by),
        ChronologyAct::Promote { number, by } => (of(LineAct::Promote, number, "1", ""), by),
    };
    let by = who(by.by.as_ref());
    let (_, number) = tell(home, CommandEvent::Changed(said), world::now(), &by, Role::Operator.code())?;
    say(&format!("{number}: 記録しました。 / recorded."));
    Ok(Exit::Ok)
}

/// The incident that was asked for, or the present one.
pub(super) fn asked(reader: &Reader, id: Option<&String>) -> Result<Option<Incident>, Problem> {
    let Some(id) = id else { return current(reader) };
    incidents(reader)?.remove(id).map(Some).ok_or_else(|| {
        Problem::failed(format!(
            "{id}: この番号の障害はありません（`andon board`）。\n{id}: no such incident (`andon board`)."
        ))
    })
}

fn list(home: &Home, args: &Chronology) -> Result<Exit, Problem> {
    let reader = home.reader()?;
    let incident = asked(&reader, args.incident.as_ref())?;
    let until = args.at.as_ref().map(|at| read_time(at)).transpose()?;
    let wanted = Wanted { log: args.log.clone(), all: args.all, open: args.open, key: args.key, until };
    let (all, members, files) = (lines(&reader, incident.as_ref())?, Members::of(&reader)?, Attachments::of(&reader)?);
    let open = all.iter().filter(|line| line.is_open()).count();
    let shown: Vec<Arc<Line>> = all.into_iter().filter(|line| wanted.is(line)).collect();
    if args.csv {
        use std::io::Write;
        std::io::stdout().write_all(&out::csv(&shown, &members, &files)).unwrap_or_default();
    } else if args.json {
        let entries: Vec<out::Entry<'_>> = shown.iter().map(|line| out::Entry::of(line, &members, &files)).collect();
        let id = incident.as_ref().map_or("", |incident| incident.id.as_str());
        say_json(&json!({"training": reader.about().training, "incident": id, "open": open, "entries": entries}))?;
    } else {
        shown.iter().for_each(|line| say(&plain(line, &files)));
        say(&format!("未対応・対応中 {open} / open {open}"));
    }
    Ok(Exit::Ok)
}

fn plain(line: &Line, files: &Attachments) -> String {
    let (said, t) = (&line.said, Words::of(Lang::Ja));
    let mut text = format!("{} {}", said.number, line.told.at);
    if said.about == "1" {
        text += "頃";
    }
    text += &format!(" {}→{} [{}] ", said.from, said.to, t.word("command-category", &said.category));
    if line.key {
        text.push('★');
    }
    match line.struck {
        Some(_) => text += &format!("（取消）{}", line.text),
        None => text += &line.text,
    }
    if !said.task.is_empty() {
        text += &format!(" ／{} {} {}", said.task, said.due, t.word("command-state", line.state));
    }
    if line.doubtful {
        text += " 【要確認】";
    }
    if let Some(row) = &line.paper {
        text += &format!(" （紙 №{}-{} {}）", row.sheet, row.row, row.writer);
    }
    for file in files.attached(line) {
        let at = if file.here { String::new() } else { format!("、{} にある", file.stations.join("・")) };
        text += &format!(" 【添付 {}{at}】", file.name);
    }
    text
}

/// How many devices are in each state.
fn device_counts(reader: &Reader) -> Result<serde_json::Value, Problem> {
    let mut counts = serde_json::Map::new();
    for device in crate::command::devices::devices(reader)?.into_values() {
        let count = counts.get(device.state).and_then(serde_json::Value::as_u64).unwrap_or(0) + 1;
        counts.insert(device.state.to_owned(), count.into());
    }
    Ok(counts.into())
}

/// Prints where the hospital stands.
///
/// # Errors
/// The home does not open.
pub fn board(home: &Home, as_json: bool) -> Result<Exit, Problem> {
    let (reader, now) = (home.reader()?, world::now());
    let all = incidents(&reader)?;
    let open = current(&reader)?;
    let lines = lines(&reader, open.as_ref())?;
    let stations = heads(&reader, now)?;
    let todo = lines.iter().filter(|line| line.is_open()).count();
    let doubtful = lines.iter().filter(|line| line.doubtful).count();
    if as_json {
        let past: Vec<_> = all.values().map(|incident| out::incident(incident, now)).collect();
        say_json(&json!({
            "training": reader.about().training,
            "incident": open.as_ref().map(|incident| out::incident(incident, now)),
            "devices": device_counts(&reader)?, "lines": lines.len(), "open": todo, "doubtful": doubtful, "incidents": past, "stations": stations,
        }))?;
        return Ok(Exit::Ok);
    }
    match &open {
        None => say("障害の宣言はありません。 / Nothing is declared."),
        Some(incident) => {
            for lang in [Lang::Ja, Lang::En] {
                say(&format!("{} {}", incident.id, in_words(incident, now, Words::of(lang))));
            }
            if let Some(policy) = incident.policies.last() {
                say(&format!("基本方針 第{}版: {}", incident.policies.len(), policy.words));
            }
        }
    }
    say(&format!(
        "クロノロ {}行、未対応・対応中 {todo}、要確認 {doubtful} / {} lines, {todo} open, {doubtful} to be decided",
        lines.len(),
        lines.len()
    ));
    Ok(Exit::Ok)
}
