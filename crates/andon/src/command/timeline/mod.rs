//! A stop played from a file: who says what on which day, as the pages would write it. The shipped one is a hospital's sixty-five days
//! (`sixty-five-days.tsv`); a hospital may write its own.
//!
//! A line is a time (`DAY HH:MM`, the first day 1), an act, and fields `name=text`, with tabs between; `\n` in a text is a new line, `@DAY` or
//! `@DAY HH:MM` a day of the play. A line that begins with `#` is for readers.

use std::collections::{BTreeMap, HashMap};

use chart::Moment;

use crate::event::{
    CommandEvent, DeviceEvent, DeviceSaid, DeviceState, IncidentAct, IncidentSaid, ItemAct, ItemSaid, LineAct,
    LineChanged, LineSaid,
};
use crate::home::{Problem, wrong};
use crate::parents::Seen;
use crate::registers::register;
use crate::role::Role;
use crate::writing::{Answer, Request};

/// What is shipped.
pub const SHIPPED: &str = include_str!("sixty-five-days.tsv");

const DAY_MILLIS: i64 = 86_400_000;
const MINUTE_MILLIS: i64 = 60_000;

/// One line of a play.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// Its line in the file, from 1.
    pub line: usize,
    /// The day, from 1.
    pub day: i64,
    /// Minutes since midnight.
    pub minute: i64,
    /// What is done: a word of [`ACTS`].
    pub act: String,
    /// Its fields.
    pub fields: BTreeMap<String, String>,
}

/// What can be done, with the fields beyond `by`; others than these of `enter` and `set` are fields of the register.
pub const ACTS: [&str; 14] = [
    "use", "declare", "confirm", "level", "policy", "end", "line", "done", "prepare", "enter", "set", "tick", "device",
    "state",
];

/// Reads a play.
///
/// # Errors
/// The first line that cannot be read, with its number.
pub fn read(text: &str) -> Result<Vec<Step>, Problem> {
    let lines = text.trim_start_matches('\u{feff}').lines().zip(1..);
    let mut steps: Vec<Step> = Vec::new();
    for (line, at) in lines.filter(|(line, _)| !line.trim().is_empty() && !line.starts_with('#')) {
        let step = step(line, at).ok_or_else(|| {
            wrong(
                &format!("{at}行目: 読めません。「日 時:分<タブ>すること<タブ>項目=内容…」の形で書いてください。"),
                &format!("Line {at} cannot be read: write `DAY HH:MM<tab>ACT<tab>FIELD=TEXT…`."),
            )
        })?;
        if steps.last().is_some_and(|last| (last.day, last.minute) > (step.day, step.minute)) {
            return Err(wrong(
                &format!("{at}行目: 時刻が前の行より前です。"),
                &format!("Line {at} is earlier than the line before."),
            ));
        }
        steps.push(step);
    }
    Ok(steps)
}

fn step(line: &str, at: usize) -> Option<Step> {
    let mut columns = line.split('\t');
    let (day, minute) = time(columns.next()?)?;
    let act = columns.next().filter(|act| ACTS.contains(act))?.to_owned();
    let pair = |column: &str| column.split_once('=').map(|(name, text)| (name.to_owned(), text.replace("\\n", "\n")));
    let fields = columns.map(pair).collect::<Option<BTreeMap<String, String>>>()?;
    Some(Step { line: at, day, minute: minute?, act, fields })
}

/// `12`, `12 09:30`: day, and minutes where a time is given.
fn time(text: &str) -> Option<(i64, Option<i64>)> {
    let (day, clock) = text.split_once(' ').map_or((text, None), |(day, clock)| (day, Some(clock)));
    let minute = |clock: &str| {
        let (hour, minute) = clock.split_once(':')?;
        let (hour, minute): (i64, i64) = (hour.parse().ok()?, minute.parse().ok()?);
        ((0..24).contains(&hour) && (0..60).contains(&minute)).then_some(hour * 60 + minute)
    };
    let day = day.parse().ok().filter(|day| (1..=3_650).contains(day))?;
    match clock {
        None => Some((day, None)),
        Some(clock) => Some((day, Some(minute(clock)?))),
    }
}

/// A play under way: its first midnight, and what was given numbers so far.
pub struct Play {
    midnight: Moment,
    numbers: HashMap<(String, String), String>,
    lines: Vec<(String, String)>,
    incident: String,
}

impl Play {
    /// A play whose last step is the latest that lies before `now`: times of the day stay as they are written.
    pub fn ending(steps: &[Step], now: Moment) -> Play {
        const JAPAN: i64 = 9 * 3_600_000;
        let last = steps.last().map_or((1, 0), |step| (step.day, step.minute));
        let today = (now.0 + JAPAN).div_euclid(DAY_MILLIS) * DAY_MILLIS - JAPAN;
        let ahead = today + last.1 * MINUTE_MILLIS > now.0;
        let midnight = Moment(today - (last.0 - 1 + i64::from(ahead)) * DAY_MILLIS);
        Play { midnight, numbers: HashMap::new(), lines: Vec::new(), incident: String::new() }
    }

    /// When a step happens.
    pub fn at(&self, step: &Step) -> Moment {
        self.moment(step.day, step.minute)
    }

    fn moment(&self, day: i64, minute: i64) -> Moment {
        Moment(self.midnight.0 + (day - 1) * DAY_MILLIS + minute * MINUTE_MILLIS)
    }

    /// A field's text, a day of the play as a date.
    fn text(&self, text: &str) -> String {
        let day = text.strip_prefix('@').and_then(time);
        match day {
            None => text.to_owned(),
            Some((day, Some(minute))) => self.moment(day, minute).to_string(),
            Some((day, None)) => self.moment(day, 0).to_string().chars().take(10).collect(),
        }
    }

    /// What is asked of who writes.
    ///
    /// # Errors
    /// The step names something that was not entered before, or a register that is none.
    pub fn request(&self, step: &Step) -> Result<Request, Problem> {
        let field = |name: &str| step.fields.get(name).map(|text| self.text(text)).unwrap_or_default();
        let (by, role) = (field("by"), Role::Headquarters.code().to_owned());
        let at = self.at(step).0;
        let command = |event: CommandEvent| Request::Command {
            event,
            seen: Seen::default(),
            at,
            by: by.clone(),
            role: role.clone(),
        };
        Ok(match step.act.as_str() {
            "line" => command(CommandEvent::Line(LineSaid {
                log: field("log"),
                from: field("from"),
                to: field("to"),
                means: field("means"),
                category: field("category"),
                text: field("text"),
                task: field("task"),
                due: field("due"),
                key: field("key"),
                ..LineSaid::default()
            })),
            "done" => {
                let of = step.fields.get("of").cloned().unwrap_or_default();
                let line = self.lines.iter().rev().find(|(text, _)| text.contains(&of)).map(|(_, line)| line.clone());
                let (act, value) = (LineAct::State.word().to_owned(), "done".to_owned());
                let line = line.ok_or_else(|| unknown(step, &of))?;
                command(CommandEvent::Changed(LineChanged {
                    line,
                    act,
                    value,
                    words: field("words"),
                    ..LineChanged::default()
                }))
            }
            "prepare" => Request::Prepare { register: field("register"), by, role },
            "enter" | "set" | "tick" => Request::Item { event: self.item(step)?, seen: Seen::default(), by, role },
            "device" => {
                let [kind, name, place, until] = ["kind", "name", "place", "until"].map(field);
                let said = DeviceSaid { kind, name, place, until, ..DeviceSaid::default() };
                Request::Device { event: DeviceEvent::Device(said), seen: Seen::default(), by, role }
            }
            "state" => {
                Request::Device { event: DeviceEvent::State(self.device(step)?), seen: Seen::default(), by, role }
            }
            act => {
                let act = IncidentAct::read(act).map(IncidentAct::word).unwrap_or_default().to_owned();
                let [kind, what, plan, level, words] = ["kind", "what", "plan", "level", "words"].map(field);
                let incident = self.incident.clone();
                let begins = act == "use" || act == "declare";
                let incident = if begins { String::new() } else { incident };
                command(CommandEvent::Incident(IncidentSaid {
                    incident,
                    act,
                    kind,
                    what,
                    plan,
                    level,
                    words,
                    ..IncidentSaid::default()
                }))
            }
        })
    }

    fn device(&self, step: &Step) -> Result<DeviceState, Problem> {
        let field = |name: &str| step.fields.get(name).map(|text| self.text(text)).unwrap_or_default();
        let name = field("device");
        let number = self.numbers.get(&("device".to_owned(), name.clone())).cloned();
        let [state, who, tool, hash, seal] = ["state", "who", "tool", "hash", "seal"].map(field);
        let [power, clock, papers, words] = ["power", "clock", "papers", "words"].map(field);
        let number = number.ok_or_else(|| unknown(step, &name))?;
        Ok(DeviceState { number, state, who, tool, hash, seal, power, clock, papers, words })
    }

    fn item(&self, step: &Step) -> Result<ItemSaid, Problem> {
        let text = |name: &str| step.fields.get(name).cloned().unwrap_or_default();
        let (code, name) = (text("register"), text("name"));
        let of = register(&code).ok_or_else(|| unknown(step, &code))?;
        let number = match step.act.as_str() {
            "set" | "tick" => {
                self.numbers.get(&(code.clone(), name.clone())).cloned().ok_or_else(|| unknown(step, &name))?
            }
            _ => String::new(),
        };
        let own = ["register", "name", "by", "words"];
        let values = step.fields.iter().filter(|(field, _)| !own.contains(&field.as_str()));
        let mut values: BTreeMap<String, String> =
            values.map(|(field, value)| (field.clone(), self.text(value))).collect();
        let act = if step.act == "tick" { ItemAct::Tick } else { ItemAct::Set };
        if act == ItemAct::Tick {
            values.insert("at".to_owned(), self.at(step).to_string());
        }
        let (register, act) = (of.code.to_owned(), act.word().to_owned());
        Ok(ItemSaid { register, number, act, words: text("words"), values, ..ItemSaid::default() })
    }

    /// Keeps what was given a number.
    pub fn note(&mut self, step: &Step, answer: &Answer) {
        let Answer::Said { incident, number } = answer else { return };
        let text = |name: &str| step.fields.get(name).cloned().unwrap_or_default();
        match step.act.as_str() {
            "use" | "declare" => self.incident.clone_from(incident),
            "line" => self.lines.push((format!("{}\n{}", text("text"), text("task")), number.clone())),
            "device" => drop(self.numbers.insert(("device".to_owned(), text("name")), number.clone())),
            "enter" => {
                let name = register(&text("register")).map(|of| text(of.name())).unwrap_or_default();
                self.numbers.insert((text("register"), name), number.clone());
            }
            _ => {}
        }
    }

    /// What was entered in a register, by name: after `prepare`, whose answer names none.
    pub fn know(&mut self, register: &str, items: impl Iterator<Item = (String, String)>) {
        self.numbers.extend(items.map(|(name, number)| ((register.to_owned(), name), number)));
    }
}

fn unknown(step: &Step, name: &str) -> Problem {
    let line = step.line;
    wrong(
        &format!("{line}行目: 「{name}」はまだ入力されていません。"),
        &format!("Line {line}: \"{name}\" was not entered before."),
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_shipped_play_is_read_and_lasts_sixty_five_days() {
        let steps = read(SHIPPED).unwrap();
        assert_eq!((steps[0].day, steps.last().unwrap().day), (1, 66));
        for act in ACTS {
            assert!(steps.iter().any(|step| step.act == act), "{act} is not in the play");
        }
    }

    #[test]
    fn what_cannot_be_read_is_named_with_its_line() {
        for (text, line) in [
            ("x", 1),
            ("# said\n1 25:00\tline", 2),
            ("1 09:00\tdance", 1),
            ("1 09:00\tline\ttext", 1),
            ("2 09:00\tconfirm\n1 09:00\tconfirm", 2),
        ] {
            let words = read(text).unwrap_err().to_string();
            assert!(words.contains(&format!("{line}行目")), "{text}: {words}");
        }
    }

    #[test]
    fn a_play_ends_now_and_keeps_the_times_of_its_days() {
        let steps = read("1 00:30\tuse\n66 17:00\tend").unwrap();
        // 2026-11-27 18:00 and 09:00 in Japan.
        for (now, first) in [(1_795_770_000_000, "2026-09-23 00:30"), (1_795_737_600_000, "2026-09-22 00:30")] {
            let play = Play::ending(&steps, Moment(now));
            assert_eq!(play.at(&steps[0]).to_string(), first);
            assert_eq!(play.text("@66"), play.at(&steps[1]).to_string()[..10]);
        }
    }
}
