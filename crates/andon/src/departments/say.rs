//! Writing what is said at a department desk. Critical values open their call-backs in the same commit as the results that have them.

use chart::labs::LabSeries;
use chart::{AsOf, Chart, Moment, PatientId};
use store::{EventHash, NewEvent, Reader, Writer};

use super::rules::{self, Values};
use crate::chronology_sheets::{not_ended, number_typed};
use crate::desks::rows::{self, Row};
use crate::desks::{self, Entry, SET_FIELDS, found, limits, limits_of, missing};
use crate::event::{
    self, CRITICALS_ITEM, DELIVERIES_ITEM, DepartmentEvent, DepartmentSaid, Event, LIMITS_ITEM, QUERIES_ITEM,
    RESULTS_ITEM, SLIPS_ITEM,
};
use crate::finding::hit_of;
use crate::finding::identify::{self, Asked};
use crate::home::{Problem, wrong};
use crate::parents::Seen;
use crate::text::one_line;
use crate::writing::Answer;
use crate::writing::departments::DepartmentWish;
use crate::writing::telephone::Arranged;

/// Characters of what somebody says.
const WORDS_MAX: usize = 1_000;

/// Who says it, in which role, in which profession where the role tells none, when, and now.
#[derive(Clone, Copy)]
pub(super) struct By<'a> {
    pub who: &'a str,
    pub role: &'a str,
    pub post: &'a str,
    pub at: Moment,
    pub now: Moment,
}

/// Writes what is wished.
///
/// # Errors
/// It cannot be so, or the store cannot be written.
pub fn wish(
    writer: &mut Writer,
    wish: &DepartmentWish,
    (who, role): (&str, &str),
    now: Moment,
) -> Result<Answer, Problem> {
    if who.trim().is_empty() {
        return Err(wrong("だれが言ったかを書いてください（--by）。", "Say who says so (--by)."));
    }
    let by = |at: i64| By { who, role, post: "", at: Moment(at), now };
    match wish {
        DepartmentWish::Say { event, seen, asked, post, at } => {
            say(writer, (event, seen, asked), By { post, ..by(*at) })
        }
        DepartmentWish::Attach { at, .. } => super::attach::attach(writer, wish, by(*at)),
        DepartmentWish::Import { at, .. } => super::attach::import(writer, wish, by(*at)),
    }
}

fn say(
    writer: &mut Writer,
    (event, seen, asked): (&DepartmentEvent, &Seen, &Asked),
    by: By<'_>,
) -> Result<Answer, Problem> {
    let said = event.said();
    if said.words.chars().count() > WORDS_MAX {
        return Err(wrong("長すぎます（1000文字まで）。", "Too long (at most 1000 characters)."));
    }
    crate::home::one_of(&said.act, event.acts())?;
    let said = DepartmentSaid { words: said.words.trim().to_owned(), ..said.clone() };
    let thing = if said.thing.is_empty() { next_name(writer, 0) } else { said.thing.clone() };
    let events = match event {
        DepartmentEvent::Slip(_) => vec![slip(writer, said, (seen, asked), by)?],
        DepartmentEvent::Results(_) => results(writer, said, seen, by)?,
        DepartmentEvent::Critical(_) => vec![critical(writer, said, seen, by)?],
        DepartmentEvent::Delivery(_) => vec![delivery(writer, said, seen, by)?],
        DepartmentEvent::Query(_) => vec![query(writer, said, seen, by)?],
        DepartmentEvent::Limit(_) => vec![limit(writer, said, seen, by)?],
    };
    let rows = events.len();
    writer.append_events(&events)?;
    let number = found(writer, event.item(), &thing)?.short();
    Ok(Answer::Arranged(Arranged { thing, number, rows }))
}

/// The name of what the event that comes so many events from now enters.
pub(super) fn next_name(writer: &Writer, ahead: u64) -> String {
    let head = writer.head();
    format!("{}/{}/{}", head.station, head.incarnation, head.next_no + ahead)
}

/// An event to be written, when it happened and on what it builds.
pub(super) fn event_at(
    event: DepartmentEvent,
    (at, parents): (Moment, Vec<EventHash>),
    by: By<'_>,
) -> Result<NewEvent, Problem> {
    let new = event::new_event(&Event::Department(event), (by.who, by.role), by.now);
    let new = new.ok_or_else(|| Problem::failed("event"))?;
    Ok(NewEvent { event_time: at, parents, ..new })
}

/// What a change builds on, and whose the thing is.
fn known(writer: &Writer, item: &str, said: &mut DepartmentSaid, seen: &Seen) -> Result<Entry, Problem> {
    let stands = found(writer, item, &said.thing)?.as_seen(seen)?;
    (said.thing, said.authority, said.id) = (stands.name.clone(), stands.authority.clone(), stands.id.clone());
    Ok(stands)
}

/// Of what two said apart, whoever names a field says it; what is not named stays apart.
fn tips(stands: &Entry) -> Vec<EventHash> {
    stands.fields.tips.clone()
}

/// Makes sure whose a slip is: by the sheet that was printed for this patient, else by two identifiers. Tells by what.
pub(super) fn proof(writer: &Writer, id: &PatientId, sheet: &str, asked: &Asked) -> Result<String, Problem> {
    if writer.person(id)?.is_none() && !crate::temporary::is_issued(writer, id)? {
        return Err(wrong(
            "この番号の患者はこのコピーにありません。番号を確かめるか、「患者がはっきりしない」にしてください。",
            "No patient of this number is in this copy: look at the number again, or say that it is not sure whose this is.",
        ));
    }
    let of_sheet = missing::patient_of_sheet(writer, sheet)?;
    let mut hit = hit_of(writer, id)?;
    crate::names::tell(&mut hit, &crate::names::all(writer)?);
    let compared = identify::compared(writer, asked, &hit)?;
    if let Some(of_sheet) = &of_sheet
        && (of_sheet != id || !compared.other.is_empty())
    {
        return Err(wrong(
            "用紙に印刷された患者と、選んだ患者・聞いたことが合いません。だれの伝票か、書いた人に確かめてください。",
            "The patient printed on the sheet is not the one chosen, or what was asked differs: ask who wrote it.",
        ));
    }
    match of_sheet {
        Some(_) => Ok("sheet".to_owned()),
        None if compared.is_enough() && compared.other.is_empty() => Ok(compared.same.join(" ")),
        None => Err(wrong(
            "氏名・生年月日・番号のうち2つを確かめてください（合わないものがあれば受け付けられません）。確かめられないときは「患者がはっきりしない」理由を書いて受け付けます。",
            "Make sure of two of name, birth date and number, none of which differs. Where that cannot be, say why it is not sure whose this is.",
        )),
    }
}

fn slip(
    writer: &Writer,
    mut said: DepartmentSaid,
    (seen, asked): (&Seen, &Asked),
    by: By<'_>,
) -> Result<NewEvent, Problem> {
    if !said.thing.is_empty() {
        let stands = known(writer, SLIPS_ITEM, &mut said, seen)?;
        let values = rules::slip(&said, Some(&stands))?;
        if said.act == "strike" && desks::sets_of(writer, &stands.name)?.iter().any(|set| !set.is_over()) {
            return Err(wrong(
                "この伝票には結果があります。先に結果を取り消してください（カルテに残ります）。",
                "Results were entered of this slip: strike them first, they stay on the chart.",
            ));
        }
        if let Some(sample) = values.get("sample").filter(|sample| *sample != stands.value("sample")) {
            here_once(writer, "", sample, by.at)?;
        }
        let event = DepartmentEvent::Slip(DepartmentSaid { values, ..said });
        return event_at(event, (by.at, tips(&stands)), by);
    }
    if said.act != "receive" {
        return Err(wrong("伝票を選んでください。", "Name the slip."));
    }
    let of = |field: &str| said.values.get(field).map(|value| value.trim().to_owned()).unwrap_or_default();
    let sheet = if of("sheet").is_empty() { String::new() } else { number_typed(&of("sheet")) };
    // What is doubtful is nobody's, whatever is written on it.
    let doubt = !of("doubt").is_empty();
    if doubt {
        let claimed = [of("claimed"), said.id.clone(), asked.name.clone(), asked.birth.clone()];
        said.values.insert("claimed".into(), claimed.join(" ").split_whitespace().collect::<Vec<_>>().join(" "));
        (said.authority, said.id) = Default::default();
    }
    said.values.insert("sheet".into(), sheet.clone());
    let mut values = rules::slip(&said, None)?;
    if !doubt {
        values.insert("identified".into(), proof(writer, &said.patient(), &sheet, asked)?);
    }
    here_once(writer, &sheet, values.get("sample").map_or("", String::as_str), by.at)?;
    if !said.id.is_empty() && values.get("items").is_none_or(String::is_empty) {
        of_the_copy(writer, &said.patient(), &mut values, by.at)?;
    }
    event_at(DepartmentEvent::Slip(DepartmentSaid { values, ..said }), (by.at, Vec::new()), by)
}

/// What the copy asks for on this day, where the slip says nothing of it.
fn of_the_copy(reader: &Reader, id: &PatientId, values: &mut Values, at: Moment) -> Result<(), Problem> {
    let desk = values.get("desk").cloned().unwrap_or_default();
    let named = values.get("orders").cloned().unwrap_or_default();
    let ordered = missing::ordered(reader, id, (&desk, &named), at)?;
    let lines = |of: fn(&missing::Ordered) -> Vec<String>, between: &str| {
        ordered.iter().flat_map(of).filter(|text| !text.is_empty()).collect::<Vec<_>>().join(between)
    };
    values.insert("items".into(), lines(|one| one.items.clone(), "\n"));
    if values.get("orders").is_none_or(String::is_empty) {
        values.insert("orders".into(), lines(|one| vec![one.number.clone()], " "));
    }
    values.retain(|_, value| !value.is_empty());
    Ok(())
}

/// One sheet is received once, and one 検体番号 is on one tube.
fn here_once(writer: &Writer, sheet: &str, sample: &str, now: Moment) -> Result<(), Problem> {
    if !sheet.is_empty() {
        not_ended(writer, sheet)?;
    }
    for slip in
        desks::of_sort(writer, SLIPS_ITEM)?.iter().filter(|slip| matches!(slip.slip_state(), "waiting" | "done"))
    {
        let number = slip.short();
        if !sheet.is_empty() && slip.value("sheet") == sheet {
            return Err(wrong(
                &format!("この用紙はもう受け付けています（{number}）。"),
                &format!("This sheet is received already ({number})."),
            ));
        }
        if desks::bears(slip, sample, now) {
            return Err(wrong(
                &format!("この検体番号は別の伝票（{number}）で受け付けています。ラベルを確かめてください。"),
                &format!("This specimen number is on another slip ({number}): look at the label."),
            ));
        }
    }
    Ok(())
}

/// The laboratory of a patient as the copy has it: by its last values a new one is judged.
pub(super) fn labs(reader: &Reader, id: &PatientId, now: Moment) -> Result<Vec<LabSeries>, Problem> {
    if id.id.is_empty() {
        return Ok(Vec::new());
    }
    let cut = reader.once(crate::hold::trusted)?;
    let (record, _) = crate::record::record_of(reader, id, &cut, |kind| kind == "OML-11")?;
    Ok(Chart::at(&record, &AsOf::live(now)).labs)
}

/// Rows with what the copy and the limits say of them.
pub(super) fn judged(reader: &Reader, id: &PatientId, rows: Vec<Row>, now: Moment) -> Result<Vec<Row>, Problem> {
    let (labs, limits) = (labs(reader, id, now)?, limits_of(reader)?);
    let one = |row: Row| {
        let series = rows::series_of(&labs, &row).cloned();
        let coded =
            Row { code: series.as_ref().map_or_else(|| row.code.clone(), |of| of.item.code.clone()), ..row.clone() };
        row.judged(series.as_ref(), limits::of(&limits, &coded))
    };
    Ok(rows.into_iter().map(one).collect())
}

/// Rows as fields of a set.
pub(super) fn fields_of(rows: &[Row]) -> impl Iterator<Item = (String, String)> {
    (1..).zip(rows).map(|(place, row)| (rows::field(place), row.line()))
}

/// The call-backs of critical values among these rows.
pub(super) fn call_backs(
    set: &str,
    said: &DepartmentSaid,
    rows: &[(String, Row)],
    by: By<'_>,
) -> Result<Vec<NewEvent>, Problem> {
    let critical = rows.iter().filter(|(_, row)| !row.critical.is_empty());
    let open = |(field, row): &(String, Row)| {
        let desk = said.values.get("desk").map_or("lab", String::as_str);
        let says = [
            ("set", set),
            ("row", field),
            ("desk", desk),
            ("name", &row.name),
            ("value", &row.value),
            ("unit", &row.unit),
            ("limit", &row.critical),
        ];
        let values = says.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect();
        let (authority, id) = (said.authority.clone(), said.id.clone());
        let said = DepartmentSaid { authority, id, act: "open".into(), values, ..DepartmentSaid::default() };
        event_at(DepartmentEvent::Critical(said), (by.at, Vec::new()), by)
    };
    critical.map(open).collect()
}

/// A time that somebody typed, as a field has it.
pub(super) fn time(values: &mut Values, field: &str, now: Moment) -> Result<(), Problem> {
    let Some(typed) = values.get(field).filter(|typed| !typed.trim().is_empty()) else { return Ok(()) };
    let Some(at) = crate::typed_time::when(typed, now) else {
        return Err(wrong(
            "採取した時刻が分かりません。例 0930、11/01 09:30",
            "The time is not understood: 0930, 11/01 09:30.",
        ));
    };
    values.insert(field.to_owned(), at.to_string());
    Ok(())
}

fn results(writer: &Writer, mut said: DepartmentSaid, seen: &Seen, by: By<'_>) -> Result<Vec<NewEvent>, Problem> {
    if said.thing.is_empty() {
        return typed(writer, said, by);
    }
    let stands = known(writer, RESULTS_ITEM, &mut said, seen)?;
    let mut values = rules::results(&said, &stands, by.who)?;
    let mut changed = Vec::new();
    if said.act == "correct" {
        let of = |field: &str| said.values.get(field).map(|value| value.trim().to_owned()).unwrap_or_default();
        let (field, value) = (of("row"), of("value"));
        let Some((_, row)) = stands.rows().into_iter().find(|(own, _)| *own == field).filter(|_| !value.is_empty())
        else {
            return Err(wrong(
                "訂正する項目と新しい値を入れてください。",
                "Say which item is put right, and its value.",
            ));
        };
        let row = Row { value, flag: String::new(), previous: String::new(), ..row };
        let row = judged(writer, &said.patient(), vec![row], by.now)?.remove(0);
        values.insert(field.clone(), row.line());
        changed.push((field, row));
    }
    said.values.insert("desk".into(), stands.value("desk").to_owned());
    let open = call_backs(&stands.name, &said, &changed, by)?;
    let event = DepartmentEvent::Results(DepartmentSaid { values, ..said });
    Ok([event_at(event, (by.at, tips(&stands)), by)?].into_iter().chain(open).collect())
}

/// A set of results that somebody types from a slip.
fn typed(writer: &Writer, mut said: DepartmentSaid, by: By<'_>) -> Result<Vec<NewEvent>, Problem> {
    let slip = found(writer, SLIPS_ITEM, said.values.get("slip").map_or("", String::as_str))?;
    if said.act != "type" || slip.is_over() {
        return Err(wrong("伝票を選んでから結果を入れてください。", "Choose the slip, then enter its results."));
    }
    rules::run(&said.values)?;
    (said.authority, said.id) = (slip.authority.clone(), slip.id.clone());
    let rows = judged(writer, &said.patient(), rules::rows(&said.values)?, by.now)?;
    let mut values: Values = said
        .values
        .iter()
        .filter(|(field, _)| SET_FIELDS.contains(&field.as_str()))
        .map(|(field, value)| (field.clone(), one_line(value.trim(), 100)))
        .collect();
    time(&mut values, "collected", by.now)?;
    let own = [
        ("slip", slip.name.as_str()),
        ("desk", slip.value("desk")),
        ("sample", slip.value("sample")),
        ("source", "typed"),
    ];
    values.extend(own.map(|(field, value)| (field.to_owned(), value.to_owned())));
    values.extend(fields_of(&rows));
    let said = DepartmentSaid { values, ..said };
    let named: Vec<(String, Row)> = (1..).zip(rows).map(|(place, row)| (rows::field(place), row)).collect();
    let open = call_backs(&next_name(writer, 0), &said, &named, by)?;
    Ok([event_at(DepartmentEvent::Results(said), (by.at, Vec::new()), by)?].into_iter().chain(open).collect())
}

fn critical(writer: &Writer, mut said: DepartmentSaid, seen: &Seen, by: By<'_>) -> Result<NewEvent, Problem> {
    if said.act == "open" {
        return Err(wrong("パニック値は結果から開きます。", "A critical value opens with its result."));
    }
    let stands = known(writer, CRITICALS_ITEM, &mut said, seen)?;
    let values = rules::critical(&said, &stands, (rules::caller(by.role, by.post)?, by.at), by.now)?;
    event_at(DepartmentEvent::Critical(DepartmentSaid { values, ..said }), (by.at, tips(&stands)), by)
}

fn delivery(writer: &Writer, mut said: DepartmentSaid, seen: &Seen, by: By<'_>) -> Result<NewEvent, Problem> {
    let mut values = rules::delivery(&said)?;
    if !said.thing.is_empty() {
        let stands = known(writer, DELIVERIES_ITEM, &mut said, seen)?;
        values.remove("set");
        return event_at(DepartmentEvent::Delivery(DepartmentSaid { values, ..said }), (by.at, tips(&stands)), by);
    }
    let set = found(writer, RESULTS_ITEM, values.get("set").map_or("", String::as_str))?;
    if said.act != "deliver" || set.is_nobodys() || set.says("attached") {
        return Err(wrong(
            "だれの結果か決まってから渡してください。",
            "Say first whose results these are, then deliver them.",
        ));
    }
    values.insert("set".into(), set.name.clone());
    (said.authority, said.id) = (set.authority.clone(), set.id.clone());
    event_at(DepartmentEvent::Delivery(DepartmentSaid { values, ..said }), (by.at, Vec::new()), by)
}

fn query(writer: &Writer, mut said: DepartmentSaid, seen: &Seen, by: By<'_>) -> Result<NewEvent, Problem> {
    let parents = match said.thing.is_empty() {
        true if said.act != "ask" => return Err(wrong("疑義照会を選んでください。", "Name the query.")),
        true if !said.id.is_empty() && writer.person(&said.patient())?.is_none() => {
            return Err(wrong(
                "この番号の患者はこのコピーにありません。",
                "No patient of this number is in this copy.",
            ));
        }
        true => Vec::new(),
        false => tips(&known(writer, QUERIES_ITEM, &mut said, seen)?),
    };
    let values = rules::query(&said)?;
    event_at(DepartmentEvent::Query(DepartmentSaid { values, ..said }), (by.at, parents), by)
}

fn limit(writer: &Writer, said: DepartmentSaid, seen: &Seen, by: By<'_>) -> Result<NewEvent, Problem> {
    rules::caller(by.role, by.post)?;
    let values = rules::limit(&said)?;
    let known = desks::of_sort(writer, LIMITS_ITEM)?.into_iter().find(|one| one.name == said.thing);
    let parents = match known {
        Some(known) => tips(&known.as_seen(seen)?),
        None => Vec::new(),
    };
    event_at(DepartmentEvent::Limit(DepartmentSaid { values, ..said }), (by.at, parents), by)
}
