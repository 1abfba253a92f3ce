//! A long incident without people: `large_incident HOME COUNT SEED` writes events of headquarters into the log of a station, as its pages would:
//! lines of the chronology, changes of lines, items of registers and changes of items, over 65 days. The first station has declared before.
#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on must fail")]

use std::collections::BTreeMap;
use std::path::Path;

use andon::event::{
    CATEGORIES, CommandEvent, Event, ItemAct, ItemSaid, LINE_STATES, LineAct, LineChanged, LineSaid, MEANS, new_event,
};
use andon::registers::REGISTERS;
use chart::Moment;
use store::{EventHash, NewEvent, Unlock, Writer};

/// 2021-10-31 00:30 in Japan.
const BEGAN: i64 = 1_635_607_800_000;
const DAYS: i64 = 65;
/// Events of one transaction.
const BATCH: usize = 500;
/// A change is of one of so many last things.
const RECENT: usize = 50;
const TEXTS: [&str; 6] = [
    "プリンターから英文の脅迫文が出続けている。電源は切らず、LANケーブルを抜いた。",
    "外来の紙カルテが足りない。3階の倉庫から200冊を運ぶ。",
    "検査結果の伝票が病棟に届いていない。伝令を30分ごとに回す。",
    "ベンダーより、B案のサーバーは12月10日に届くとの連絡。",
    "透析の患者42名は予定どおり。手書きの記録用紙を増刷する。",
    "県警より、3階に集めたPCのうち9台の画像を取りたいとの依頼。",
];

/// A thing that may be changed: its name, number, and the event that says so last.
type Thing = (String, String, EventHash);

struct Making {
    incident: String,
    mark: String,
    station: String,
    life: u32,
    seed: u64,
    lines: u64,
    items: u64,
    /// Lines and items that were written in batches before.
    known: [Vec<Thing>; 2],
}

impl Making {
    fn next(&mut self, below: usize) -> usize {
        self.seed = self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.seed >> 33) as usize % below.max(1)
    }

    fn line(&mut self) -> Event {
        self.lines += 1;
        let task = if self.next(3) == 0 { "情報担当" } else { "" };
        Event::Command(CommandEvent::Line(LineSaid {
            incident: self.incident.clone(),
            no: self.lines,
            number: format!("{}-{:04}", self.mark, self.lines),
            from: "3病棟".to_owned(),
            to: "本部".to_owned(),
            means: MEANS[self.next(MEANS.len())].to_owned(),
            category: CATEGORIES[self.next(CATEGORIES.len())].to_owned(),
            text: TEXTS[self.next(TEXTS.len())].to_owned(),
            task: task.to_owned(),
            ..LineSaid::default()
        }))
    }

    fn changed(&mut self, (name, _, _): &Thing) -> Event {
        let state = LINE_STATES[self.next(LINE_STATES.len())].to_owned();
        let (incident, line, act) = (self.incident.clone(), name.clone(), LineAct::State.word().to_owned());
        Event::Command(CommandEvent::Changed(LineChanged { incident, line, act, value: state, words: String::new() }))
    }

    fn item(&mut self, of: Option<&Thing>) -> Event {
        let register = &REGISTERS[self.next(4)];
        self.items += u64::from(of.is_none());
        let state = register.states[self.next(register.states.len())];
        let mut values: BTreeMap<String, String> = [("state".to_owned(), state.to_owned())].into();
        if of.is_none() {
            values.insert(register.name().to_owned(), TEXTS[self.next(TEXTS.len())].to_owned());
        }
        let (item, number, register) = match of {
            Some((name, number, _)) => {
                let mut parts = number.splitn(2, ' ');
                let register = parts.next().unwrap().to_owned();
                (name.clone(), parts.next().unwrap().to_owned(), register)
            }
            None => {
                (String::new(), format!("{}{}-{:04}", self.mark, register.mark, self.items), register.code.to_owned())
            }
        };
        let no = if of.is_none() { self.items } else { 0 };
        let (incident, act) = (self.incident.clone(), ItemAct::Set.word().to_owned());
        Event::Item(ItemSaid { register, incident, item, number, no, act, words: String::new(), values })
    }

    /// Six of ten are lines, two change one, one is an item, one changes one; with the event's parents.
    fn event(&mut self) -> (Event, Vec<EventHash>) {
        let what = self.next(10);
        let of = |making: &mut Making, at: usize| {
            let recent = making.known[at].len().min(RECENT);
            let chosen = making.known[at].len() - 1 - making.next(recent);
            making.known[at][chosen].clone()
        };
        match what {
            6 | 7 if !self.known[0].is_empty() => {
                let line = of(self, 0);
                (self.changed(&line), vec![line.2])
            }
            8 => (self.item(None), vec![]),
            9 if !self.known[1].is_empty() => {
                let item = of(self, 1);
                (self.item(Some(&item)), vec![item.2])
            }
            _ => (self.line(), vec![]),
        }
    }

    /// What was written can be changed from now on.
    fn keep(&mut self, event: &Event, hash: EventHash) {
        let name = |no: u64| format!("{}/{}/{no}", self.station, self.life);
        let (at, thing) = match event {
            Event::Command(CommandEvent::Line(line)) => (0, (name(line.no), line.number.clone(), hash)),
            Event::Item(item) if item.no > 0 => {
                (1, (name(item.no), format!("{} {}", item.register, item.number), hash))
            }
            Event::Command(CommandEvent::Changed(of)) => (0, (of.line.clone(), String::new(), hash)),
            Event::Item(item) => (1, (item.item.clone(), format!("{} {}", item.register, item.number), hash)),
            _ => return,
        };
        self.known[at].retain(|(name, ..)| *name != thing.0);
        self.known[at].push(thing);
        let more = self.known[at].len().saturating_sub(RECENT);
        self.known[at].drain(..more);
    }
}

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let (count, seed): (usize, u64) = (args[1].parse().unwrap(), args[2].parse().unwrap());
    let mut writer = store::open_writer(Path::new(&args[0]), &Unlock::KeyFile).unwrap();
    let incident = andon::incident::now(&writer).unwrap().map(|open| open.id).unwrap_or_default();
    let head = writer.head();
    let station = head.station.to_string();
    let mark = station[..4].to_uppercase();
    let known = [vec![], vec![]];
    let mut making = Making { incident, mark, station, life: head.incarnation, seed, lines: 0, items: 0, known };
    let mut done = 0;
    while done < count {
        let size = BATCH.min(count - done);
        let batch: Vec<(Event, Vec<EventHash>)> = (0..size).map(|_| making.event()).collect();
        let at = |number: usize| Moment(BEGAN + DAYS * 86_400_000 * (done + number) as i64 / count as i64);
        let new: Vec<NewEvent> = batch
            .iter()
            .enumerate()
            .map(|(number, (event, parents))| {
                let new = new_event(event, ("記録 一郎", "headquarters"), at(number)).unwrap();
                NewEvent { parents: parents.clone(), ..new }
            })
            .collect();
        written(&mut writer, &mut making, &batch, &new);
        done += size;
    }
    println!("{done}");
}

fn written(writer: &mut Writer, making: &mut Making, batch: &[(Event, Vec<EventHash>)], new: &[NewEvent]) {
    let stored = writer.append_events(new).unwrap();
    batch.iter().zip(stored).for_each(|((event, _), id)| making.keep(event, id.hash));
}
