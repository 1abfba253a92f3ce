//! What an analyser's file brings, and whose a doubtful slip or set is. A machine joins a sample to a patient by one way alone: the 検体番号 that a
//! person put on a slip of whom two identifiers were sure, and only where the file does not say another patient. All else waits, nobody's, for
//! a person. What was attached goes on under a new name, and the doubtful one stays, saying where it went.

use std::sync::Arc;

use chart::{Moment, PatientId, fold_id};
use store::{NewEvent, Reader, Writer};

use super::rules;
use super::say::{By, call_backs, event_at, fields_of, judged, next_name, proof};
use crate::desks::rows::{self, Row};
use crate::desks::{Entry, QC, bears, found, of_sort, sets_of};
use crate::event::{DepartmentEvent, DepartmentSaid, RESULTS_ITEM, SLIPS_ITEM};
use crate::home::{Problem, one_of, wrong};
use crate::text::one_line;
use crate::typed_time;
use crate::writing::Answer;
use crate::writing::departments::{DepartmentWish, Sample};
use crate::writing::telephone::Arranged;

/// Characters of a field.
const FIELD_MAX: usize = 200;

/// Whose the results of a sample are, or why nobody can say.
struct Whose {
    slip: Option<Arc<Entry>>,
    patient: Option<PatientId>,
    doubt: &'static str,
}

fn whose(slips: &[Arc<Entry>], sample: &Sample, now: Moment) -> Whose {
    let own = |slip: &&Arc<Entry>| bears(slip, &sample.sample, now);
    let found: Vec<&Arc<Entry>> = slips.iter().filter(own).collect();
    let nobody = |slip: Option<&Arc<Entry>>, doubt| Whose { slip: slip.cloned(), patient: None, doubt };
    match found.as_slice() {
        _ if sample.sample.is_empty() => nobody(None, "no_sample"),
        [] => nobody(None, "unknown_sample"),
        [slip] if slip.is_nobodys() => nobody(Some(slip), "doubtful_slip"),
        [slip] if !sample.patient.is_empty() && fold_id(&sample.patient) != fold_id(&slip.id) => {
            nobody(None, "other_patient")
        }
        [slip] => Whose { slip: Some(Arc::clone(slip)), patient: Some(slip.patient()), doubt: "" },
        _ => nobody(None, "two_slips"),
    }
}

/// Takes an analyser's file: each sample a set of results, all or nothing.
///
/// # Errors
/// It was taken before, nothing is in it; or the store cannot be written.
pub(super) fn import(writer: &mut Writer, wish: &DepartmentWish, by: By<'_>) -> Result<Answer, Problem> {
    let DepartmentWish::Import { batch, source, analyser, qc, samples, bad, .. } = wish else {
        return Err(Problem::failed("import"));
    };
    one_of(qc, &QC)?;
    one_of(source, &["csv", "hl7"])?;
    if of_sort(writer, RESULTS_ITEM)?.iter().any(|set| set.value("batch") == batch) {
        return Err(wrong("このファイルはもう取り込んであります。", "This file was taken in already."));
    }
    if samples.is_empty() && bad.is_empty() {
        return Err(wrong("ファイルに結果がありません。", "There are no results in the file."));
    }
    let slips = of_sort(writer, SLIPS_ITEM)?;
    let run = [("batch", batch), ("source", source), ("analyser", analyser), ("qc", qc)];
    let run: rules::Values =
        run.iter().map(|(field, value)| ((*field).to_owned(), one_line(value, FIELD_MAX))).collect();
    let mut events: Vec<NewEvent> = Vec::new();
    for sample in samples {
        let name = next_name(writer, events.len() as u64);
        events.extend(one(writer, &name, (sample, whose(&slips, sample, by.now)), &run, by)?);
    }
    if !bad.is_empty() {
        let values = run.into_iter().chain([("bad".to_owned(), bad.join("\n"))]).collect();
        let said = DepartmentSaid { act: "import".into(), values, ..DepartmentSaid::default() };
        events.push(event_at(DepartmentEvent::Results(said), (by.at, Vec::new()), by)?);
    }
    writer.append_events(&events)?;
    Ok(Answer::Arranged(Arranged { thing: batch.clone(), number: batch.clone(), rows: samples.len() }))
}

fn one(
    writer: &Writer,
    name: &str,
    (sample, whose): (&Sample, Whose),
    run: &rules::Values,
    by: By<'_>,
) -> Result<Vec<NewEvent>, Problem> {
    let id = whose.patient.unwrap_or(PatientId { authority: String::new(), id: String::new() });
    let rows = judged(writer, &id, sample.rows.clone(), by.now)?;
    let desk = whose.slip.as_ref().map_or("lab", |slip| slip.value("desk")).to_owned();
    let claimed = if whose.doubt.is_empty() { String::new() } else { format!("{} {}", sample.patient, sample.name) };
    let mut values = run.clone();
    let lot = if sample.lot.trim().is_empty() { "不明" } else { sample.lot.trim() };
    let own = [
        ("slip", whose.slip.as_ref().map_or("", |slip| slip.name.as_str())),
        ("desk", &desk),
        ("sample", &sample.sample),
        ("collected", &collected(&sample.collected, by)),
        ("lot", lot),
        ("doubt", whose.doubt),
        ("claimed", claimed.trim()),
    ];
    let says = own.iter().filter(|(_, value)| !value.is_empty());
    values.extend(says.map(|(field, value)| ((*field).to_owned(), one_line(value, FIELD_MAX))));
    values.extend(fields_of(&rows));
    let said = DepartmentSaid {
        authority: id.authority,
        id: id.id,
        act: "import".into(),
        values,
        ..DepartmentSaid::default()
    };
    let named: Vec<(String, Row)> = (1..).zip(rows).map(|(place, row)| (rows::field(place), row)).collect();
    let open = call_backs(name, &said, &named, by)?;
    Ok([event_at(DepartmentEvent::Results(said), (by.at, Vec::new()), by)?].into_iter().chain(open).collect())
}

/// A time as a file writes it; one that is not understood is left out rather than guessed.
fn collected(text: &str, by: By<'_>) -> String {
    let digits: String = text.chars().filter(char::is_ascii_digit).take(14).collect();
    let whole = (digits.len() >= 12).then(|| chart::When::parse(&digits)).flatten().map(|when| when.start);
    whole.or_else(|| typed_time::when(text, by.now)).map_or_else(String::new, |at| at.to_string())
}

/// A person says whose a doubtful slip or set is.
///
/// # Errors
/// It is not doubtful any more, it is not sure whose it is; or the store cannot be written.
pub(super) fn attach(writer: &mut Writer, wish: &DepartmentWish, by: By<'_>) -> Result<Answer, Problem> {
    let DepartmentWish::Attach { item, thing, seen, authority, id, asked, words, .. } = wish else {
        return Err(Problem::failed("attach"));
    };
    let stands = found(writer, item, thing)?.as_seen(seen)?;
    if !stands.waits_for_a_patient() {
        return Err(wrong(
            "患者はもう決まっています。開き直してください。",
            "Whose it is was said already: open it again.",
        ));
    }
    if words.trim().is_empty() {
        return Err(wrong("どうやって確かめたかを書いてください。", "Say how it was found out."));
    }
    let id = PatientId { authority: authority.clone(), id: id.clone() };
    let identified = proof(writer, &id, "", asked)?;
    let words = one_line(words.trim(), FIELD_MAX);
    let name = next_name(writer, 0);
    let mut events = Vec::new();
    match stands.item {
        SLIPS_ITEM => {
            let mut values = stands.fields.values.clone();
            values.retain(|field, _| !matches!(field.as_str(), "doubt" | "claimed"));
            values.extend([("identified".to_owned(), identified), ("came_of".to_owned(), stands.name.clone())]);
            let said = said_of(&id, values, &words);
            events.push(event_at(DepartmentEvent::Slip(said), (stands.since(), Vec::new()), by)?);
            events.push(gone(DepartmentEvent::Slip, &stands, &name, &words, by)?);
            for set in sets_of(writer, &stands.name)?.iter().filter(|set| set.waits_for_a_patient()) {
                set_goes_on(writer, (set, &name), (&id, &words), &mut events, by)?;
            }
        }
        _ => {
            let slip = slip_of(writer, &stands, &id)?;
            set_goes_on(writer, (&stands, &slip), (&id, &words), &mut events, by)?;
        }
    }
    let rows = events.len();
    writer.append_events(&events)?;
    let number = found(writer, item, &name)?.short();
    Ok(Answer::Arranged(Arranged { thing: name, number, rows }))
}

/// The slip of this patient with the set's 検体番号; empty for none.
fn slip_of(reader: &Reader, set: &Entry, id: &PatientId) -> Result<String, Problem> {
    let own = |slip: &&Arc<Entry>| {
        slip.patient() == *id && !slip.value("sample").is_empty() && slip.value("sample") == set.value("sample")
    };
    Ok(of_sort(reader, SLIPS_ITEM)?.iter().find(own).map_or_else(String::new, |slip| slip.name.clone()))
}

fn said_of(id: &PatientId, values: rules::Values, words: &str) -> DepartmentSaid {
    let (authority, id, words) = (id.authority.clone(), id.id.clone(), words.to_owned());
    DepartmentSaid { authority, id, act: "attach".into(), words, values, ..DepartmentSaid::default() }
}

/// A doubtful thing says where it went.
fn gone(
    sort: fn(DepartmentSaid) -> DepartmentEvent,
    stands: &Entry,
    to: &str,
    words: &str,
    by: By<'_>,
) -> Result<NewEvent, Problem> {
    let values = rules::Values::from([("attached".to_owned(), to.to_owned())]);
    let said = DepartmentSaid {
        thing: stands.name.clone(),
        act: "attach".into(),
        words: words.to_owned(),
        values,
        ..DepartmentSaid::default()
    };
    event_at(sort(said), (by.at, stands.fields.tips.clone()), by)
}

/// A doubtful set goes on as a patient's: judged beside that patient's last values now. Its call-backs go on as they are: whose they are is
/// read from where the set went (`desks::patient_of`); what is critical only beside this patient opens one.
fn set_goes_on(
    writer: &Writer,
    (set, slip): (&Entry, &str),
    (id, words): (&PatientId, &str),
    events: &mut Vec<NewEvent>,
    by: By<'_>,
) -> Result<(), Problem> {
    let name = next_name(writer, events.len() as u64);
    let before: Vec<Row> = set.rows().into_iter().map(|(_, row)| row).collect();
    let rows = judged(writer, id, before.clone(), by.now)?;
    let mut values = set.fields.values.clone();
    values.retain(|field, _| {
        !rows::is_row(field) && !matches!(field.as_str(), "doubt" | "claimed" | "slip" | "confirmed")
    });
    values.extend([("typed_by".to_owned(), set.writers().join("\n")), ("came_of".to_owned(), set.name.clone())]);
    if !slip.is_empty() {
        values.insert("slip".into(), slip.to_owned());
    }
    values.extend(fields_of(&rows));
    let said = said_of(id, values, words);
    let new =
        (1..).zip(rows).zip(&before).filter(|((_, row), before)| row.critical.is_empty() != before.critical.is_empty());
    let new: Vec<(String, Row)> = new.map(|((place, row), _)| (rows::field(place), row)).collect();
    let open = call_backs(&name, &said, &new, by)?;
    events.push(event_at(DepartmentEvent::Results(said), (set.since(), Vec::new()), by)?);
    events.push(gone(DepartmentEvent::Results, set, &name, words, by)?);
    events.extend(open);
    Ok(())
}

/// The sets of a file, those that nobody knows whose they are first; and its bad lines.
///
/// # Errors
/// When the store cannot be read.
pub fn of_batch(reader: &Reader, batch: &str) -> Result<(Vec<Arc<Entry>>, Vec<String>), Problem> {
    let mut sets = of_sort(reader, RESULTS_ITEM)?;
    sets.retain(|set| set.value("batch") == batch && !batch.is_empty());
    let bad = sets.iter().flat_map(|set| set.value("bad").lines()).map(str::to_owned).collect();
    sets.retain(|set| !set.says("bad"));
    sets.sort_by_key(|set| (!set.is_nobodys(), set.name.clone()));
    Ok((sets, bad))
}
