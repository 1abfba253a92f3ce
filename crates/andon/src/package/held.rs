//! What headquarters held at a moment: the incident and what was said of it, lines, devices, registers; each of them as a table.

use std::sync::Arc;

use chart::Moment;
use store::Reader;

use super::table::{Cell, Column, Row, Table, entered, free, named, ours};
use crate::chronology::{Line, lines_at};
use crate::command::devices::{Device, devices_at};
use crate::event::{CommandEvent, Event, INCIDENTS_ITEM, IncidentSaid};
use crate::home::Problem;
use crate::hospital::{Members, events_of};
use crate::incident::{self, Incident, Told, incidents};
use crate::registers::words::value_in_words;
use crate::registers::{Item, REGISTERS, Register, STATE, Shape, items_at, register};
use crate::text::Words;

/// All of it.
pub struct Held {
    /// The incident, as it stood.
    pub incident: Option<Incident>,
    /// What was said of it, oldest first.
    pub said: Vec<(IncidentSaid, Told)>,
    /// Lines of every log.
    pub lines: Vec<Arc<Line>>,
    /// Devices, by number.
    pub devices: Vec<Arc<Device>>,
    /// Registers with their items.
    pub registers: Vec<(&'static Register, Vec<Arc<Item>>)>,
    /// The stations.
    pub members: Arc<Members>,
    /// As of when.
    pub until: Moment,
}

/// Fields in which a person stands, or a firm.
const NAMED: [&str; 13] = [
    "person",
    "owner",
    "spoke_with",
    "doctor",
    "given_by",
    "given_to",
    "found_by",
    "spokesperson",
    "from",
    "vendor",
    "deputies",
    "present",
    "calls_next",
];

/// The incident that is meant: of this number, else the present one, else the last that was not taken back.
///
/// # Errors
/// There is none of this number, or the store cannot be read.
pub fn chosen(reader: &Reader, id: &str) -> Result<Option<String>, Problem> {
    let all = reader.once(incidents)?;
    if !id.is_empty() {
        return match all.contains_key(id) {
            true => Ok(Some(id.to_owned())),
            false => Err(Problem::usage(format!(
                "{id}: この番号の障害はありません（`andon board --json`）。\n{id}: no such incident (`andon board --json`)."
            ))),
        };
    }
    let whole = all.values().filter(|of| of.part_of.is_empty() && of.cancelled.is_none());
    let last = || whole.max_by_key(|of| (of.since, of.id.as_str()));
    Ok(incident::current(&all).or_else(last).map(|of| of.id.clone()))
}

impl Held {
    /// As of a moment: what was entered up to then, here or elsewhere.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn of(reader: &Reader, id: Option<&str>, until: Moment) -> Result<Held, Problem> {
        let mut events = events_of(reader, INCIDENTS_ITEM)?;
        events.retain(|stored| stored.envelope.entry_time <= until);
        let incident = id.and_then(|id| incident::fold(&events).remove(id));
        let said = events.iter().filter_map(|stored| {
            let of = &stored.envelope;
            match Event::read(of.kind, of.version, &of.payload) {
                Event::Command(CommandEvent::Incident(said)) => {
                    incident.as_ref()?.has(&said.incident).then(|| (said.clone(), Told::of(stored, &said.words)))
                }
                _ => None,
            }
        });
        let said = said.collect();
        let registers = REGISTERS.iter().map(|of| Ok((of, items_at(reader, of, incident.as_ref(), until)?)));
        Ok(Held {
            said,
            lines: lines_at(reader, incident.as_ref(), until)?,
            devices: devices_at(reader, until)?,
            registers: registers.collect::<Result<_, Problem>>()?,
            members: reader.once(Members::of)?,
            incident,
            until,
        })
    }

    /// The items of a register.
    pub fn items(&self, code: &str) -> &[Arc<Item>] {
        self.registers.iter().find(|(of, _)| of.code == code).map_or(&[], |(_, items)| items.as_slice())
    }

    /// Everybody who entered something or is named in a register, and vendors and accounts that are named there.
    pub fn names(&self) -> (Vec<String>, Vec<String>, Vec<String>) {
        let (mut people, mut vendors) = (Vec::new(), Vec::new());
        for item in self.registers.iter().flat_map(|(_, items)| items) {
            // What it said before too: its history leaves with it.
            let ever = |field: &'static str| item.history.iter().filter_map(move |(said, _)| said.values.get(field));
            let said = NAMED.iter().filter(|field| !matches!(**field, "vendor" | "from")).flat_map(|field| ever(field));
            people
                .extend(said.flat_map(|words| words.split(['、', ',', '，', '・', '/', '\n', ';'])).map(str::to_owned));
            people.extend(item.history.iter().map(|(_, told)| told.who.clone()));
            vendors.extend(ever("vendor").cloned());
        }
        for line in &self.lines {
            let told = line.corrections.iter().map(|(_, told)| told).chain(&line.struck).chain(&line.state_told);
            people.extend(std::iter::once(&line.told).chain(told).map(|told| told.who.clone()));
        }
        people.extend(self.devices.iter().map(|device| device.said.owner.clone()));
        for (state, told) in self.devices.iter().flat_map(|device| &device.history) {
            people.extend([told.who.clone(), state.who.clone()]);
        }
        people.extend(self.said.iter().map(|(_, told)| told.who.clone()));
        vendors.retain(|vendor| vendor.chars().count() > 1);
        let accounts = self.items("leaks").iter().map(|item| item.value("account").to_owned());
        (people, accounts.filter(|name| name.chars().count() > 2).collect(), vendors)
    }
}

fn columns(of: &[(&'static str, &str)], t: Words) -> Vec<Column> {
    of.iter().map(|(code, key)| Column { code, title: t.text(key) }).collect()
}

fn table(code: &'static str, columns: Vec<Column>, rows: Vec<Row>, t: Words) -> Table {
    Table { code, title: t.word("package-table", code), columns, rows }
}

fn row(cells: Vec<Cell>) -> Row {
    Row { cells, struck: false, doubtful: false }
}

fn mark(on: bool, t: Words) -> Cell {
    ours(if on { t.text("package-yes") } else { String::new() })
}

/// A word of a list; of nothing, nothing.
fn word(prefix: &str, code: &str, t: Words) -> Cell {
    ours(if code.is_empty() { String::new() } else { t.word(prefix, code) })
}

/// Lines of the chronology, with what was corrected and struck.
pub fn chronology<'a>(lines: impl Iterator<Item = &'a Arc<Line>>, members: &Members, t: Words) -> Table {
    let heads = [
        ("no", "devices-number"),
        ("event_time", "package-at"),
        ("category", "command-category"),
        ("from", "command-from"),
        ("to", "command-to"),
        ("means", "command-means"),
        ("text", "command-text"),
        ("task", "command-task"),
        ("due", "command-due"),
        ("state", "command-state"),
        ("key", "command-key"),
        ("log", "item-field-department"),
        ("entry_time", "package-entered"),
        ("by", "item-field-by"),
        ("station", "stations-name"),
        ("before", "chronology-before"),
        ("struck", "command-struck"),
        ("attached", "command-attached"),
    ];
    let rows = lines.map(|line| {
        let (said, told) = (&line.said, &line.told);
        let about = if said.about == "1" { t.text("command-about-mark") } else { String::new() };
        let texts = std::iter::once(&said.text).chain(line.corrections.iter().map(|(text, _)| text));
        let before = texts.zip(&line.corrections);
        let before: Vec<String> =
            before.map(|(text, (_, told))| format!("「{text}」{} {} {}", told.entry, told.who, told.words)).collect();
        let struck = line.struck.as_ref().map(|told| format!("{} {} {}", told.entry, told.who, told.words));
        let attached: Vec<&str> = said.attached.lines().filter_map(|line| Some(line.split_once('\t')?.0)).collect();
        let cells = vec![
            ours(&said.number),
            ours(format!("{}{about}", told.at)),
            word("command-category", &said.category, t),
            named(&said.from),
            named(&said.to),
            word("command-means", &said.means, t),
            free(&line.text),
            free(&said.task),
            free(&said.due),
            word("command-state", line.state, t),
            mark(line.key, t),
            named(&said.log),
            ours(told.entry.to_string()),
            entered(&told.who),
            ours(members.name(line.station)),
            free(&before.join("\n")),
            free(&struck.unwrap_or_default()),
            free(&attached.join("\n")),
        ];
        Row { cells, struck: line.struck.is_some(), doubtful: line.doubtful }
    });
    table("chronology", columns(&heads, t), rows.collect(), t)
}

/// What is attached to lines, with its sums.
pub fn attachments(lines: &[Arc<Line>], t: Words) -> Table {
    let heads = [
        ("no", "devices-number"),
        ("event_time", "package-at"),
        ("name", "package-file"),
        ("sha256", "device-hash"),
        ("by", "item-field-by"),
    ];
    let rows = lines.iter().flat_map(|line| {
        let files = line.said.attached.lines().filter_map(|file| file.split_once('\t'));
        files.map(|(name, hash)| {
            let at = line.told.at.to_string();
            row(vec![ours(&line.said.number), ours(at), free(name), ours(hash), entered(&line.told.who)])
        })
    });
    table("attachments", columns(&heads, t), rows.collect(), t)
}

/// Devices as they stand; `logs`: only what rolls over, the first to be lost first.
pub fn devices(devices: &[Arc<Device>], logs: bool, t: Words) -> Table {
    let heads = [
        ("number", "devices-number"),
        ("state", "command-state"),
        ("name", "devices-name"),
        ("kind", "command-kind"),
        ("place", "item-field-place"),
        ("owner", "devices-owner"),
        ("address", "devices-address"),
        ("until", "devices-rolls-over"),
        ("preserved", "package-kept"),
        ("doubtful", "command-doubtful"),
        ("since", "package-entered"),
    ];
    let mut shown: Vec<&Arc<Device>> =
        devices.iter().filter(|device| !logs || device.said.kind == "log" || !device.said.until.is_empty()).collect();
    if logs {
        shown.sort_by_key(|device| (device.said.until.is_empty(), device.said.until.clone()));
    }
    let rows = shown.into_iter().map(|device| {
        let said = &device.said;
        let cells = vec![
            ours(&said.number),
            word("device-state", device.state, t),
            free(&said.name),
            word("device-kind", &said.kind, t),
            free(&said.place),
            named(&said.owner),
            free(&said.address),
            free(&said.until),
            mark(device.kept, t),
            mark(device.doubtful, t),
            ours(device.since.to_string()),
        ];
        Row { cells, struck: false, doubtful: device.doubtful }
    });
    let rows = rows.collect();
    table(if logs { "logs" } else { "devices" }, columns(&heads, t), rows, t)
}

/// Everything that was said of each device: who imaged, with what, seal, power, clock, papers; who wiped on whose word.
pub fn device_history(devices: &[Arc<Device>], t: Words) -> Table {
    let heads = [
        ("number", "devices-number"),
        ("at", "package-entered"),
        ("state", "command-state"),
        ("name", "devices-name"),
        ("who", "device-who"),
        ("tool", "device-tool"),
        ("hash", "device-hash"),
        ("seal", "device-seal"),
        ("power", "device-power"),
        ("clock", "device-clock"),
        ("papers", "device-papers"),
        ("words", "device-words"),
        ("by", "item-field-by"),
        ("role", "package-role"),
    ];
    let rows = devices.iter().flat_map(|device| {
        device.history.iter().map(|(state, told)| {
            row(vec![
                ours(&device.said.number),
                ours(told.entry.to_string()),
                word("device-state", &state.state, t),
                free(&device.said.name),
                named(&state.who),
                free(&state.tool),
                free(&state.hash),
                free(&state.seal),
                free(&state.power),
                free(&state.clock),
                free(&state.papers),
                free(&state.words),
                entered(&told.who),
                named(&t.word("role", &told.role)),
            ])
        })
    });
    table("device-history", columns(&heads, t), rows.collect(), t)
}

/// How many devices of each kind are in each state.
pub fn device_counts(devices: &[Arc<Device>], t: Words) -> Table {
    let heads = [("state", "command-state"), ("kind", "command-kind"), ("count", "package-count")];
    let mut counts = std::collections::BTreeMap::<(&str, &str), usize>::new();
    devices.iter().for_each(|device| *counts.entry((device.state, device.said.kind.as_str())).or_default() += 1);
    let rows = counts.into_iter().map(|((state, kind), count)| {
        row(vec![word("device-state", state, t), word("device-kind", kind, t), ours(count.to_string())])
    });
    table("device-counts", columns(&heads, t), rows.collect(), t)
}

/// A cell of a field, by what may be written in it.
fn field(of: &Register, code: &str, value: &str, t: Words) -> Cell {
    let words = value_in_words(of, code, value, t);
    match of.field(code).map(|field| field.shape) {
        _ if code == STATE => ours(words),
        Some(Shape::Choice(_) | Shape::Time | Shape::Due | Shape::Number) => ours(words),
        _ if NAMED.contains(&code) => named(&words),
        _ => free(&words),
    }
}

/// A register as it stands, with what was struck.
pub fn items(code: &'static str, items: &[Arc<Item>], t: Words) -> Table {
    let Some(of) = register(code) else { return table(code, Vec::new(), Vec::new(), t) };
    let fields = of.fields.iter().map(|field| Column { code: field.code, title: t.word("item-field", field.code) });
    let heads = columns(&[("no", "devices-number"), ("register_state", "item-field-state")], t);
    let ends = columns(
        &[
            ("holder", "item-field-holder"),
            ("doubtful", "item-field-doubtful"),
            ("struck", "item-field-struck"),
            ("by", "item-field-by"),
            ("entry_time", "package-entered"),
        ],
        t,
    );
    let rows = items.iter().map(|item| {
        let struck = item.struck.as_ref().map_or_else(String::new, |told| format!("{} {}", told.who, told.words));
        let (by, at) = item.last().map_or_else(Default::default, |told| (told.who.clone(), told.entry.to_string()));
        let values = of.fields.iter().map(|one| field(of, one.code, item.value(one.code), t));
        let head = [ours(&item.number), word("item-state", item.state, t)];
        let ends = [named(&item.holder), mark(item.doubtful, t), free(&struck), entered(&by), ours(at)];
        let cells = head.into_iter().chain(values).chain(ends).collect();
        Row { cells, struck: item.struck.is_some(), doubtful: item.doubtful }
    });
    let rows = rows.collect();
    Table {
        code,
        title: t.word("register", code),
        columns: heads.into_iter().chain(fields).chain(ends).collect(),
        rows,
    }
}

/// Everything that was said of each item of a register: its custody and its versions.
pub fn history(code: &'static str, of: &'static str, items: &[Arc<Item>], t: Words) -> Table {
    let heads = [
        ("no", "devices-number"),
        ("at", "package-entered"),
        ("act", "package-act"),
        ("name", "package-name"),
        ("values", "package-values"),
        ("words", "package-words"),
        ("by", "item-field-by"),
        ("role", "package-role"),
    ];
    let Some(of) = register(of) else { return table(code, Vec::new(), Vec::new(), t) };
    let rows = items.iter().flat_map(|item| {
        item.history.iter().map(|(said, told)| {
            let values = said
                .values
                .iter()
                .map(|(code, value)| format!("{}：{}", t.word("item-field", code), value_in_words(of, code, value, t)));
            row(vec![
                ours(&item.number),
                ours(told.entry.to_string()),
                word("item-act", &said.act, t),
                free(item.value(of.name())),
                free(&values.collect::<Vec<_>>().join("\n")),
                free(&said.words),
                entered(&told.who),
                named(&t.word("role", &told.role)),
            ])
        })
    });
    table(code, columns(&heads, t), rows.collect(), t)
}

/// What was said of the incident: declared, levels, 基本方針 by version, its end.
pub fn decisions(said: &[(IncidentSaid, Told)], t: Words) -> Table {
    let heads = [
        ("at", "package-at"),
        ("act", "package-act"),
        ("what", "package-what"),
        ("level", "command-level"),
        ("words", "package-words"),
        ("by", "item-field-by"),
        ("role", "package-role"),
        ("entry_time", "package-entered"),
    ];
    let mut version = 0;
    let rows = said.iter().map(|(said, told)| {
        let is_policy = said.act == "policy";
        version += usize::from(is_policy);
        let what = match is_policy {
            true => ours(t.with("command-policy-version", version)),
            false => free(&said.what),
        };
        let level = match said.level.is_empty() {
            true => String::new(),
            false => format!("{}　{}", t.word("level", &said.level), t.word("plan", &said.plan)),
        };
        row(vec![
            ours(told.at.to_string()),
            ours(t.word("package-incident-act", &said.act)),
            what,
            ours(level),
            free(&said.words),
            entered(&told.who),
            named(&t.word("role", &told.role)),
            ours(told.entry.to_string()),
        ])
    });
    table("decisions", columns(&heads, t), rows.collect(), t)
}
