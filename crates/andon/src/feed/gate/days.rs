//! Thirty days of a hospital of 120 beds with nights, Sundays, the holidays of May, a batch at the end of the month and a vendor's
//! migration: no alarm. Then each attack of vault.md §3, and some more: after how many entries it is noticed. `cargo x bench gate` keeps the table.

use std::collections::BTreeMap;

use chart::{Moment, When};
use formats::ssmix2::{FilePath, Place, decode_placed};

use super::counters::{Counters, Deed, day_of};
use super::look::{Look, Odd, look, odd};
use super::rules::{Alarm, Known, judge};
use super::week::{is_restful, weekday};
use crate::event::GateRule;

/// Patients of whose messages the feed is drawn.
const POOL_PATIENTS: u32 = 260;
const HOUR: i64 = 3_600_000;
const CANARY: &str = "9999999999";

/// A known generator (xorshift), so that every run is the same.
struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 >> 11
    }

    fn below(&mut self, limit: usize) -> usize {
        (self.next() % limit.max(1) as u64) as usize
    }

    /// True once in `of` times.
    fn once_in(&mut self, of: usize) -> bool {
        self.below(of) == 0
    }

    /// Around `mean`, as far off as chance makes it (the sum of twelve even numbers is near enough to normal).
    fn about(&mut self, mean: f64) -> usize {
        let sum: f64 = (0..12).map(|_| self.below(1001) as f64 / 1000.0).sum();
        (mean + (sum - 6.0) * mean.sqrt()).max(0.0).round() as usize
    }
}

#[derive(Clone)]
struct Message {
    patient: String,
    path: Vec<u8>,
    bytes: Vec<u8>,
    kind: String,
    look: Look,
}

fn message(patient: &str, path: Vec<u8>, bytes: Vec<u8>) -> Message {
    let named = FilePath::parse(&path);
    let faults = decode_placed(&named, &bytes).faults;
    let look = look(&path, &bytes, faults.iter().map(|fault| fault.code));
    let kind = match &named.place {
        Place::Extended { type_parts, .. } => type_parts.join("^"),
        _ => named.kind.clone(),
    };
    Message { patient: patient.to_owned(), path, bytes, kind, look }
}

/// Messages of an invented hospital.
fn pool() -> Vec<Message> {
    let plan = drill::Plan { patients: 4000, days: 30, ..drill::Plan::default() };
    let mut all = Vec::new();
    for number in 0..POOL_PATIENTS {
        let (id, files) = drill::patient_files(&plan, number);
        for (path, bytes) in files {
            // Below the roots std1, std2 and ext.
            let path: std::path::PathBuf = path.components().skip(1).collect();
            all.push(message(&id, path.to_string_lossy().into_owned().into_bytes(), bytes));
        }
    }
    assert!(all.len() > 2000, "{}", all.len());
    all
}

/// The hospital, its feed and its gate.
#[derive(Clone)]
struct Feed {
    counters: Counters,
    position: u64,
    now: Moment,
    announced_until: i64,
}

impl Feed {
    fn give(&mut self, message: &Message, rule: Option<GateRule>) {
        self.position += 1;
        let named = odd(&message.path).map(|_| GateRule::Names);
        let deed = Deed { position: self.position, rule: rule.or(named) };
        let deeds = vec![deed; if odd(&message.path) == Some(Odd::Note) { 3 } else { 1 }];
        self.counters.stored(&message.patient, &deeds, 1, self.now);
        self.counters.listed(&message.kind, self.position, message.look, self.now);
    }

    /// Something that happened to a file without bytes.
    fn act(&mut self, rule: Option<GateRule>) {
        self.position += 1;
        self.counters.stored("1", &[Deed { position: self.position, rule }], 0, self.now);
    }

    fn alarms(&mut self) -> Vec<Alarm> {
        self.counters.turn_to(self.now);
        judge(&self.counters, Known { held: false, announced_until: self.announced_until }, self.now)
    }
}

/// Messages of an hour on an ordinary weekday; some 2,600 a day.
fn busy(hour: i64) -> f64 {
    match hour {
        0..=5 => 8.0,
        6..=7 => 30.0,
        8..=11 => 280.0,
        12 => 130.0,
        13..=16 => 220.0,
        17..=20 => 45.0,
        _ => 15.0,
    }
}

/// How busy a day is, and a hospital is never empty.
fn share(day: i64, hour: i64) -> f64 {
    match weekday(day) {
        0 => 0.3,
        _ if is_restful(day) => 0.3,
        6 if hour < 13 => 0.7,
        6 => 0.35,
        1 => 1.15,
        _ => 1.0,
    }
}

/// The first reading: all there is, and no alarm whatever it is.
fn opened(pool: &[Message], day: i64) -> Feed {
    let now = Moment((day * 24 - 9) * HOUR);
    let mut feed = Feed { counters: Counters::default(), position: 0, now, announced_until: 0 };
    for message in pool {
        feed.position += 1;
        feed.counters.listed(&message.kind, feed.position, message.look, now);
    }
    feed.counters.released();
    feed
}

/// One ordinary hour, judged as it goes; what alarms there were.
fn hour(feed: &mut Feed, pool: &[Message], dice: &mut Dice, mean: f64) -> Vec<Alarm> {
    let (begin, count) = (feed.now, dice.about(mean));
    let mut alarms = Vec::new();
    for at in 0..count {
        feed.now = Moment(begin.0 + HOUR * at as i64 / count as i64);
        let message = &pool[dice.below(pool.len())];
        // Of a hundred messages one takes back an order; a correction leaves the older version superseded.
        feed.give(message, Some(GateRule::Cancelled).filter(|_| dice.once_in(100)));
        if dice.once_in(10) {
            feed.act(None);
        }
        // One message in some thousands is broken at the sender; one broken one was sent three times over.
        if dice.once_in(9000) {
            feed.give(&broken(message), None);
        }
        if at % 16 == 0 {
            alarms.extend(feed.alarms());
        }
    }
    feed.now = Moment(begin.0 + HOUR - 1);
    alarms.extend(feed.alarms());
    feed.now = Moment(begin.0 + HOUR);
    alarms
}

fn broken(message: &Message) -> Message {
    Message { look: Look { unreadable: true, ..message.look }, ..message.clone() }
}

/// The end of the month: some thousand new versions of diagnoses within an hour, orders of the month that nobody carried out are
/// taken back, and files of more than five years ago are removed.
fn month_end(feed: &mut Feed, pool: &[Message], dice: &mut Dice) {
    for at in 0..3000 {
        feed.now = Moment(feed.now.0 + 1000);
        feed.give(&pool[dice.below(pool.len())], None);
        feed.act(None);
        if at % 60 == 0 {
            feed.act(Some(GateRule::Cancelled));
        }
        // A purge is told from a deletion by the age of what goes: `gate::deed` does not count it.
        feed.act(None);
    }
}

/// A vendor's migration: every document put out again under a new name with a segment of the vendor's own, the older one superseded; and
/// a kind of documents that was never seen, as PDF.
fn migration(feed: &mut Feed, pool: &[Message], dice: &mut Dice) -> Vec<Alarm> {
    let (begin, mut alarms) = (feed.now, Vec::new());
    for at in 0..40_000i64 {
        feed.now = Moment(begin.0 + at * 500);
        let old = &pool[dice.below(pool.len())];
        if at < 4000 {
            let bytes = [old.bytes.as_slice(), b"ZX1|1|migrated\r"].concat();
            feed.give(&message(&old.patient, old.path.clone(), bytes), None);
        } else {
            feed.give(old, None);
        }
        feed.act(None);
        if at % 20 == 0 {
            let bytes = [b"%PDF-1.7\n".to_vec(), noise(dice, 3000)].concat();
            let path =
                b"000/000/0000000001/20260509/^report^L/0000000001_20260509_report_1_20260509080000000_01_1/a.pdf";
            feed.give(&message("0000000001", path.to_vec(), bytes), None);
        }
        if at % 64 == 0 {
            alarms.extend(feed.alarms());
        }
    }
    feed.now = Moment(begin.0 + 6 * HOUR);
    alarms
}

fn on(year: i32, month: u32, date: u32) -> i64 {
    day_of(When::date(year, month, date).unwrap().start.0)
}

/// Days from 13 April 2026; hands over the feed as it stood on the last day at ten in the morning.
fn thirty_days(pool: &[Message], seed: u64) -> (Feed, Vec<(i64, Alarm)>) {
    let (first, mut dice) = (on(2026, 4, 13), Dice(seed));
    let mut feed = opened(pool, first);
    let (mut alarms, mut last) = (Vec::new(), None);
    for day in first..first + 30 {
        let whim = 0.85 + dice.below(300) as f64 / 1000.0;
        let mut at = 0;
        while at < 24 {
            feed.now = Moment((day * 24 - 9 + at) * HOUR);
            if day == first + 29 && at == 10 {
                last = Some(feed.clone());
            }
            let mut told = Vec::new();
            if (day, at) == (on(2026, 4, 30), 23) {
                month_end(&mut feed, pool, &mut dice);
                told.extend(feed.alarms());
            } else if (day, at) == (on(2026, 5, 9), 18) {
                told.extend(migration(&mut feed, pool, &mut dice));
                at += 6;
                alarms.extend(told.into_iter().map(|alarm| (day, alarm)));
                continue;
            }
            if at == 1 {
                feed.counters.canary(CANARY, feed.position, true, feed.now);
            }
            // The record system is maintained on Sunday nights.
            let stopped = weekday(day) == 0 && (2..5).contains(&at);
            let mean = if stopped { 0.0 } else { busy(at) * share(day, at) * whim };
            told.extend(hour(&mut feed, pool, &mut dice, mean));
            alarms.extend(told.into_iter().map(|alarm| (day, alarm)));
            at += 1;
        }
    }
    (last.unwrap(), alarms)
}

fn noise(dice: &mut Dice, count: usize) -> Vec<u8> {
    (0..count).map(|_| dice.next() as u8).collect()
}

/// The ways of vault.md §3, and one that only appends to names.
const STYLES: [&str; 8] = [
    "clean",
    "full AES",
    "MSH kept, rest encrypted",
    "intermittent 16 of 32",
    "base64 of ciphertext",
    "letter substitution",
    "skeleton kept, text hex'd",
    "name + .locked",
];

fn spoiled(old: &Message, style: usize, dice: &mut Dice) -> Message {
    if style == 0 {
        return old.clone();
    }
    let bytes = match style {
        1 | 7 => noise(dice, old.bytes.len()),
        2 => {
            let head = old.bytes.iter().position(|byte| *byte == b'\r').map_or(0, |end| end + 1);
            [old.bytes[..head].to_vec(), noise(dice, old.bytes.len() - head)].concat()
        }
        3 => {
            let mut bytes = old.bytes.clone();
            bytes.chunks_mut(32).for_each(|part| part.iter_mut().take(16).for_each(|byte| *byte = dice.next() as u8));
            bytes
        }
        4 => {
            const LETTERS: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
            (0..old.bytes.len() * 4 / 3).map(|_| LETTERS[dice.below(64)]).collect()
        }
        5 => old.bytes.iter().map(|byte| if byte.is_ascii_alphanumeric() { rotated(*byte) } else { *byte }).collect(),
        6 => {
            let fields = old.bytes.split_inclusive(|byte| matches!(byte, b'|' | b'\r'));
            let hexed = fields.map(|field| {
                let (text, mark) = field.split_at(field.len() - 1);
                if text.len() < 10 {
                    return field.to_vec();
                }
                let hex: String = noise(dice, text.len()).iter().map(|byte| format!("{byte:02x}")).collect();
                [hex.into_bytes(), mark.to_vec()].concat()
            });
            hexed.collect::<Vec<_>>().concat()
        }
        _ => old.bytes.clone(),
    };
    let path = if style == 7 { [&old.path, &b".locked"[..]].concat() } else { old.path.clone() };
    message(&old.patient, path, bytes)
}

fn rotated(byte: u8) -> u8 {
    let (base, count) = match byte {
        b'0'..=b'9' => (b'0', 10),
        b'a'..=b'z' => (b'a', 26),
        _ => (b'A', 26),
    };
    base + (byte - base + 7) % count
}

/// How many bad entries came until a hold, of how many in all; `None` when none of so many was noticed.
fn noticed(mut feed: Feed, most: u64, mut entry: impl FnMut(&mut Feed, u64) -> bool) -> Found {
    let (begin, mut bad) = (feed.position, 0);
    for at in 0..most {
        bad += u64::from(entry(&mut feed, at));
        if let Some(alarm) = feed.alarms().into_iter().find(|alarm| alarm.rule.holds()) {
            // What came before the alarm and is held back though it is good.
            let good = begin.saturating_sub(alarm.trusted.unwrap_or(begin));
            return Some((bad, feed.position - begin, alarm.rule, good));
        }
    }
    None
}

type Found = Option<(u64, u64, GateRule, u64)>;

/// Every way of spoiling: of new messages, of all and of one in a hundred; of documents that lie there, at once and 1 % a day.
fn spoilings(feed: &Feed, pool: &[Message], limits: &mut BTreeMap<String, Found>) {
    for (style, name) in STYLES.iter().enumerate() {
        let hl7 = || pool.iter().filter(|message| message.bytes.starts_with(b"MSH"));
        let documents: Vec<&Message> = if style == 6 || style == 2 { hl7().collect() } else { pool.iter().collect() };
        for (speed, one_in) in [("all", 1), ("1 in 100", 100)] {
            let mut dice = Dice(77 + style as u64);
            let found = noticed(feed.clone(), 3000, |feed, at| {
                let bad = at.is_multiple_of(one_in);
                feed.now = Moment(feed.now.0 + 13_000);
                let old = documents[dice.below(documents.len())];
                feed.give(&spoiled(old, if bad { style } else { 0 }, &mut dice), None);
                bad
            });
            limits.insert(format!("{name}: new messages, {speed}"), found);
        }
        for (speed, millis) in SPEEDS {
            let mut dice = Dice(177 + style as u64);
            let found = noticed(feed.clone(), 3000, |feed, _| {
                let old = documents[dice.below(documents.len())];
                beside(feed, pool, &mut dice, millis);
                feed.give(&spoiled(old, style, &mut dice), Some(GateRule::Rewritten).filter(|_| style != 7));
                true
            });
            limits.insert(format!("{name}: documents rewritten, {speed}"), found);
        }
    }
}

/// Milliseconds between two documents of a storage of 300,000: as fast as a disk, and 1 % of them a day.
const SPEEDS: [(&str, i64); 2] = [("at once", 20), ("1 % a day", 28_800)];

/// Time passes; where it is long, the hospital goes on working beside.
fn beside(feed: &mut Feed, pool: &[Message], dice: &mut Dice, millis: i64) {
    feed.now = Moment(feed.now.0 + millis);
    if millis > 1000 {
        feed.give(&pool[dice.below(pool.len())], None);
    }
}

/// What is done to files: everything cancelled, everything removed; a note is left; a watched patient is changed.
fn doings(feed: &Feed, pool: &[Message], limits: &mut BTreeMap<String, Found>) {
    for rule in [GateRule::Cancelled, GateRule::Gone] {
        for (speed, millis) in SPEEDS {
            let mut dice = Dice(277);
            let found = noticed(feed.clone(), 3000, |feed, _| {
                beside(feed, pool, &mut dice, millis);
                feed.act(Some(rule));
                true
            });
            limits.insert(format!("mass {}, {speed}", rule.code()), found);
        }
    }
    let note = message("", b"012/HOW_TO_DECRYPT.txt".to_vec(), b"pay\r\n".to_vec());
    limits.insert(
        "a ransom note".into(),
        noticed(feed.clone(), 9, |feed, _| {
            feed.give(&note, None);
            true
        }),
    );
    limits.insert(
        "a watched patient changed".into(),
        noticed(feed.clone(), 9, |feed, _| {
            feed.act(None);
            feed.counters.canary(CANARY, feed.position, false, feed.now);
            true
        }),
    );
}

/// A line for `cargo x bench gate`: what, then in columns how many bad entries came until it was noticed, how many entries in all, which rule
/// spoke, and how many good ones are held back too.
fn tell(what: &str, columns: &str) {
    println!("gate\t{what}\t{columns}");
}

#[test]
fn thirty_days_are_quiet_and_every_attack_is_noticed() {
    let pool = pool();
    let mut last = None;
    for seed in [11, 1031] {
        let (feed, alarms) = thirty_days(&pool, seed);
        let told: Vec<_> = alarms.iter().map(|(day, alarm)| (Moment((day * 24) * HOUR).to_string(), alarm)).collect();
        tell(&format!("false alarms in thirty days, seed {seed}"), &told.len().to_string());
        assert!(told.is_empty(), "false alarms with seed {seed}: {told:?}");
        last = Some(feed);
    }
    let (feed, mut limits) = (last.unwrap(), BTreeMap::new());
    spoilings(&feed, &pool, &mut limits);
    doings(&feed, &pool, &mut limits);
    missing(&feed, &pool);
    for (name, found) in &limits {
        match found {
            Some((bad, all, rule, good)) => tell(name, &format!("{bad}\t{all}\t{}\t{good}", rule.code())),
            None => tell(name, "\t\t\t"),
        }
    }
    // What nobody does is not noticed; a document rewritten with the same words is, since documents are not rewritten.
    for (name, found) in &limits {
        assert_eq!(found.is_none(), name.starts_with("clean: new"), "{name}");
        let Some((bad, ..)) = found else { continue };
        let most = match name.as_str() {
            "a ransom note" | "a watched patient changed" => 1,
            _ if name.starts_with("mass cancelled") => 500,
            _ if name.starts_with("mass gone") => 900,
            _ => 20,
        };
        assert!(*bad <= most, "{name}: {bad}");
    }
}

/// What does not come is missed.
fn missing(feed: &Feed, pool: &[Message]) {
    // Nothing more from ten in the morning on.
    let mut silent = feed.clone();
    let minutes = (1..600).find(|minute| {
        silent.now = Moment(feed.now.0 + minute * 60_000);
        silent.alarms().iter().any(|alarm| alarm.rule == GateRule::Silence)
    });
    // A fifth of what is usual.
    let (mut few, mut dice) = (feed.clone(), Dice(3));
    let mut rest = (10..24).filter(|at| {
        few.now = Moment(feed.now.0 + (at - 10) * HOUR);
        hour(&mut few, pool, &mut dice, busy(*at) / 5.0).iter().any(|alarm| alarm.rule == GateRule::FewerMessages)
    });
    let few_at = rest.next();
    tell("silence in the morning: minutes", &minutes.unwrap_or_default().to_string());
    tell("a fifth of the messages from 10 on: hours", &few_at.map_or(0, |at| at - 9).to_string());
    assert!(minutes.is_some_and(|minutes| minutes <= 60), "{minutes:?}");
    assert!(few_at.is_some(), "a day with a fifth of its messages is missed");
}
