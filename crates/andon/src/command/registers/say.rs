//! Writing what is said of items of registers: the station gives the numbers, fields are checked and made alike, and a change names what it
//! builds on.

use std::collections::BTreeMap;
use std::sync::Arc;

use chart::Moment;
use store::{NewEvent, Writer};

use super::super::say::{fits, last_of_this_life, no_incident, numbered};
use crate::event::{self, ENTERED_ITEM, Event, ItemAct, ItemSaid};
use crate::home::{Problem, one_of, wrong};
use crate::incident::{incidents, now as current};
use crate::parents::Seen;
use crate::registers::{Field, Item, Register, STATE, STEP, Shape, UNDONE, all, items, known};
use crate::text::{narrow, one_line};
use crate::typed_time::{due, when};
use crate::writing::Answer;

/// Characters of one line, and of several.
const SHORT_MAX: usize = 200;
const LONG_MAX: usize = 4_000;
/// Characters of a date: `2021-11-01`.
const DAY_CHARS: usize = 10;

/// The item that a number means: as shown, or its whole name.
///
/// # Errors
/// There is none, or two have the number; the store cannot be read.
pub fn found(reader: &store::Reader, of: &'static Register, number: &str) -> Result<Arc<Item>, Problem> {
    let mut found = all(reader)?.to_vec();
    let number = number.trim();
    found.retain(|item| item.register == of.code && (item.number == number || item.name == number));
    match (found.pop(), found.is_empty()) {
        (Some(item), true) => Ok(item),
        (Some(_), false) => Err(wrong(
            &format!("{number}: この番号のものが2つあります。「端末/世代/番号」で指定してください（--json の item）。"),
            &format!("{number}: two items have this number; give the item's whole name (`item` of --json)."),
        )),
        _ => Err(wrong(
            &format!("{number}: その番号のものはありません。`andon register {}` で確かめてください。", of.code),
            &format!("{number}: no item has this number; see `andon register {}`.", of.code),
        )),
    }
}

/// Writes what is said of an item.
///
/// # Errors
/// It cannot be so, or the store cannot be written.
pub fn say(
    writer: &mut Writer,
    said: &ItemSaid,
    seen: &Seen,
    by: (&str, &str),
    now: Moment,
) -> Result<Answer, Problem> {
    if by.0.trim().is_empty() {
        return Err(wrong("だれが言ったかを書いてください（--by）。", "Say who says so (--by)."));
    }
    let of = known(&said.register)?;
    let act = ItemAct::read(&said.act).ok_or_else(|| wrong("act", "act"))?;
    fits(&[(&said.words, LONG_MAX)])?;
    if act == ItemAct::Tick {
        return tick(writer, of, said, by, now);
    }
    let (said, parents) = match said.number.is_empty() && said.item.is_empty() {
        true => (entered(writer, of, said, now)?, Vec::new()),
        false => changed(writer, of, (said, seen), act, now)?,
    };
    let (incident, number) = (said.incident.clone(), said.number.clone());
    let changes = act != ItemAct::Set || said.item.is_empty() || !said.values.is_empty() || !said.words.is_empty();
    if let Some(new) = event::new_event(&Event::Item(said), by, now).filter(|_| changes) {
        writer.append_events(&[NewEvent { parents, ..new }])?;
    }
    Ok(Answer::Said { incident, number })
}

fn entered(writer: &Writer, of: &'static Register, said: &ItemSaid, now: Moment) -> Result<ItemSaid, Problem> {
    let mut values = checked(of, &said.values, now)?;
    values.retain(|_, value| !value.is_empty());
    if !values.contains_key(of.name()) {
        let name = of.name();
        return Err(wrong(&format!("{name}（名前・内容）を書いてください。"), &format!("`{name}` must be written.")));
    }
    let incident = match said.incident.as_str() {
        "" => current(writer)?.map(|open| open.id).unwrap_or_default(),
        id if incidents(writer)?.contains_key(id) => id.to_owned(),
        _ => return Err(no_incident()),
    };
    let no = next(writer)?;
    Ok(ItemSaid {
        register: of.code.to_owned(),
        incident,
        item: String::new(),
        number: numbered(writer, of.mark, no)?,
        no,
        act: ItemAct::Set.word().to_owned(),
        words: said.words.clone(),
        values,
    })
}

/// The next running number of this station in this life of its log.
fn next(writer: &Writer) -> Result<u64, Problem> {
    let last = match last_of_this_life(writer, ENTERED_ITEM)? {
        Some(Event::Item(said)) => Some(said.no),
        _ => None,
    };
    Ok(last.unwrap_or(0) + 1)
}

fn changed(
    writer: &Writer,
    of: &'static Register,
    (said, seen): (&ItemSaid, &Seen),
    act: ItemAct,
    now: Moment,
) -> Result<(ItemSaid, Vec<store::EventHash>), Problem> {
    let open = current(writer)?;
    let item = found(writer, of, if said.item.is_empty() { &said.number } else { &said.item })?.as_seen(seen)?;
    let item = item.in_incident(of, open.as_ref());
    let holder = said.values.get("holder").map(|name| one_line(name, SHORT_MAX)).unwrap_or_default();
    let values = match act {
        ItemAct::Set => news(of, &item, &said.values, now)?,
        ItemAct::Give | ItemAct::Seize if holder.trim().is_empty() => {
            return Err(wrong("だれに渡すかを書いてください。", "Say to whom."));
        }
        ItemAct::Give | ItemAct::Seize => [("holder".to_owned(), holder)].into(),
        ItemAct::Accept if item.offered.is_empty() => {
            return Err(wrong("渡されていないものは受け取れません。", "It was not offered to anybody."));
        }
        _ => BTreeMap::new(),
    };
    if matches!(act, ItemAct::Seize | ItemAct::Strike) && said.words.trim().is_empty() {
        return Err(wrong("理由を書いてください。", "Say why."));
    }
    let said = ItemSaid {
        register: of.code.to_owned(),
        incident: if of.anew { open.map(|open| open.id).unwrap_or_default() } else { item.incident.clone() },
        item: item.name.clone(),
        number: item.number.clone(),
        no: 0,
        act: act.word().to_owned(),
        words: said.words.clone(),
        values,
    };
    Ok((said, item.tips))
}

/// A line of a card was done, at a time that somebody says (`at` in values; else now).
fn tick(
    writer: &mut Writer,
    of: &'static Register,
    said: &ItemSaid,
    by: (&str, &str),
    now: Moment,
) -> Result<Answer, Problem> {
    let item = found(writer, of, if said.item.is_empty() { &said.number } else { &said.item })?;
    let value = |name: &str| said.values.get(name).map(|text| text.trim()).unwrap_or_default();
    let at = when(value("at"), now).ok_or_else(|| no_time(value("at")))?;
    let open = current(writer)?;
    let steps = item.steps(of, open.as_ref());
    // A line by its place, or as it is written.
    let by_place = value(STEP).parse::<usize>().ok().and_then(|place| steps.get(place.checked_sub(1)?));
    let found = steps.iter().find(|(step, _)| *step == value(STEP)).or(by_place);
    let (step, _) = found.ok_or_else(|| {
        wrong(
            &format!(
                "{}: この行はありません。1 から {} の番号か、行の文で指定してください。",
                value(STEP),
                steps.len()
            ),
            &format!("{}: there is no such line; give its place, 1 to {}, or its words.", value(STEP), steps.len()),
        )
    })?;
    let mut values = BTreeMap::from([(STEP.to_owned(), (*step).to_owned())]);
    values.extend((!value(UNDONE).is_empty()).then(|| (UNDONE.to_owned(), "1".to_owned())));
    let before = item.last_tick(step, open.as_ref()).map(|tick| tick.hash);
    let incident = open.as_ref().map(|open| open.id.clone()).unwrap_or_default();
    let (name, number, act) = (item.name.clone(), item.number.clone(), ItemAct::Tick.word().to_owned());
    let (register, words) = (of.code.to_owned(), said.words.clone());
    let said = ItemSaid {
        register,
        incident: incident.clone(),
        item: name,
        number: number.clone(),
        act,
        words,
        values,
        no: 0,
    };
    if let Some(new) = event::new_event(&Event::Item(said), by, now) {
        let parents = item.tips.iter().copied().chain(before).collect();
        writer.append_events(&[NewEvent { parents, event_time: at, ..new }])?;
    }
    Ok(Answer::Said { incident, number })
}

/// What is otherwise than it was; of an item that two changed apart everything, since that is what decides between them.
fn news(
    of: &'static Register,
    item: &Item,
    values: &BTreeMap<String, String>,
    now: Moment,
) -> Result<BTreeMap<String, String>, Problem> {
    let mut values = checked(of, values, now)?;
    if values.get(of.name()).is_some_and(String::is_empty) {
        return Err(wrong(
            "名前・内容は空にできません。取り消すには strike。",
            "Its name cannot be empty; to take it back, strike it.",
        ));
    }
    let same = |field: &str, value: &str| if field == STATE { item.state == value } else { item.value(field) == value };
    if !item.doubtful {
        values.retain(|field, value| !same(field, value));
    }
    Ok(values)
}

/// Fields as they are kept: known, within their length, times and numbers alike.
fn checked(
    of: &'static Register,
    values: &BTreeMap<String, String>,
    now: Moment,
) -> Result<BTreeMap<String, String>, Problem> {
    let one = |(code, value): (&String, &String)| {
        if code == STATE {
            one_of(value, of.states)?;
            return Ok((code.clone(), value.clone()));
        }
        let codes: Vec<&str> = of.fields.iter().map(|field| field.code).collect();
        one_of(code, &codes)?;
        let field = of.field(code).ok_or_else(|| wrong(code, code))?;
        Ok((code.clone(), shaped(field, value.trim(), now)?))
    };
    values.iter().map(one).collect()
}

fn shaped(field: &Field, value: &str, now: Moment) -> Result<String, Problem> {
    if value.is_empty() {
        return Ok(String::new());
    }
    match field.shape {
        Shape::Short => {
            fits(&[(value, SHORT_MAX)])?;
            Ok(one_line(value, SHORT_MAX))
        }
        Shape::Long => {
            fits(&[(value, LONG_MAX)])?;
            Ok(value.replace("\r\n", "\n"))
        }
        Shape::Choice(of) => one_of(value, of).map(|()| value.to_owned()),
        Shape::Number => digits(value),
        Shape::Time => day(value).or_else(|| when(value, now).map(|at| at.to_string())).ok_or_else(|| no_time(value)),
        Shape::Due => day(value).or_else(|| due(value, now).map(|at| at.to_string())).ok_or_else(|| no_time(value)),
    }
}

/// A day alone, `2022-01-04` or `2022/1/4`, as `2022-01-04`.
fn day(value: &str) -> Option<String> {
    let mut parts = value.split(['-', '/']);
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let whole = format!("{year}-{month:0>2}-{day:0>2}");
    let is_day = parts.next().is_none() && year.len() == 4 && whole.len() == DAY_CHARS;
    // That there is such a day is for the calendar to say.
    (is_day && when(&whole, Moment(0)).is_some_and(|at| at.to_string().starts_with(&whole))).then_some(whole)
}

fn no_time(value: &str) -> Problem {
    wrong(
        &format!("{value}: 日時として読めません。例 2022-01-04、11/24 17:00、1700"),
        &format!("{value}: not a time. Try 2022-01-04, 11/24 17:00 or 1700"),
    )
}

/// Digits alone, out of what people write: `1,200,000円`, full-width figures.
fn digits(value: &str) -> Result<String, Problem> {
    let plain: String = value.chars().filter(|c| !matches!(c, ',' | '，' | '、' | '円' | '¥' | '￥' | ' ')).collect();
    let digits: Option<String> = plain.chars().map(|c| Some(narrow(c)).filter(char::is_ascii_digit)).collect();
    digits.filter(|digits| !digits.is_empty() && digits.len() <= 15).ok_or_else(|| {
        wrong(&format!("{value}: 数字だけを書いてください（円、数）。"), &format!("{value}: digits only."))
    })
}

/// Enters the prepared items that a register does not have yet; how many.
///
/// # Errors
/// There are none for this register, or the store cannot be written.
pub fn prepare(writer: &mut Writer, code: &str, by: (&str, &str), now: Moment) -> Result<Answer, Problem> {
    let of = known(code)?;
    let open = current(writer)?;
    let have = items(writer, of, open.as_ref())?;
    let since = open.as_ref().map_or(now, |open| open.since);
    let prepared = super::prepared::of(code, since);
    if prepared.is_empty() {
        return Err(wrong("この台帳には、用意されたものがありません。", "Nothing is prepared for this register."));
    }
    let new = prepared.into_iter().filter(|values| {
        let name = values.get(of.name()).map(String::as_str).unwrap_or_default();
        !have.iter().any(|item| item.value(of.name()) == name)
    });
    let mut number = String::new();
    for values in new {
        let said =
            ItemSaid { register: code.to_owned(), act: ItemAct::Set.word().to_owned(), values, ..ItemSaid::default() };
        if let Answer::Said { number: given, .. } = say(writer, &said, &Seen::default(), by, now)? {
            number = given;
        }
    }
    Ok(Answer::Said { incident: open.map(|open| open.id).unwrap_or_default(), number })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_kept_alike_however_they_are_typed() {
        // 2021-11-24 10:00 in Japan.
        let now = Moment(1_637_715_600_000);
        let due = |typed: &str| shaped(&Field { code: "due", shape: Shape::Due }, typed, now).unwrap_or_default();
        for (typed, kept) in [
            ("2022/1/4", "2022-01-04"),
            ("2022-01-04", "2022-01-04"),
            ("1700", "2021-11-24 17:00"),
            ("09:00", "2021-11-25 09:00"),
            ("11/30 17:00", "2021-11-30 17:00"),
            ("1/4 8:30", "2022-01-04 08:30"),
            ("2022-02-30", ""),
            ("来週", ""),
        ] {
            assert_eq!(due(typed), kept, "{typed}");
        }
        for (typed, kept) in [("1,200,000円", "1200000"), ("１２００", "1200"), ("約百万", ""), ("円", "")] {
            assert_eq!(digits(typed).unwrap_or_default(), kept, "{typed}");
        }
    }
}
