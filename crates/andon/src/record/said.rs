//! What people and the station said of a patient, read once for all that asks: which numbers are one person, which scanned pages are
//! filed under a number, what was found where two sources disagreed.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use chart::{Body, Fact, Moment, Origin, PAPER, Paper, PatientId, When};
use store::{Cut, Reader, StoredEvent};

use super::LINKED_MAX;
use crate::bookings::{Matter, is_copys};
use crate::event::{Event, Filing, ScanEvent, patient_item, scan_item};
use crate::folds::Fold;
use crate::following;
use crate::home::Problem;
use crate::hospital::Members;

/// Before the name of a station where it is the source of something.
const STATION: &str = "端末";

/// An event, read.
pub(super) struct Said {
    stored: StoredEvent,
    event: Event,
}

/// What named persons and the station said of a number, up to the cut, in order.
fn said_of(reader: &Reader, number: &PatientId, cut: &Cut) -> Result<Vec<Said>, Problem> {
    let stored =
        following::events_of(reader, &patient_item(number))?.into_iter().filter(|stored| counts(cut, &stored.envelope));
    let read = stored.map(|stored| {
        let envelope = &stored.envelope;
        Said { event: Event::read(envelope.kind, envelope.version, &envelope.payload), stored }
    });
    Ok(read.collect())
}

/// The numbers of a person, the links between them as facts, and what was said of each number.
pub(super) struct Linked {
    pub numbers: Vec<PatientId>,
    pub facts: Vec<Fact>,
    pub said: Vec<Vec<Said>>,
}

/// The numbers that named persons linked to this one, itself first, and the links as facts. A later unlink takes a link
/// back; the numbers are then apart again, exactly as before.
pub(super) fn linked(reader: &Reader, patient: &PatientId, cut: &Cut) -> Result<Linked, Problem> {
    let (mut numbers, mut facts, mut all) = (vec![patient.clone()], Vec::new(), Vec::new());
    let (mut next, mut told) = (0, BTreeSet::new());
    while let Some(number) = numbers.get(next).cloned() {
        next += 1;
        let mut joined: BTreeMap<PatientId, bool> = BTreeMap::new();
        let said = said_of(reader, &number, cut)?;
        for Said { stored, event } in &said {
            let envelope = &stored.envelope;
            let Event::Linked { one, other, linked, reason } = event else { continue };
            let other = if *one == number { other } else { one }.clone();
            joined.insert(other.clone(), *linked);
            // An event names both its numbers, so it is met again from the other one.
            if !told.insert((envelope.station.to_string(), envelope.incarnation, envelope.no)) {
                continue;
            }
            let origin = Arc::new(of_station(reader, envelope)?);
            let body = Body::Link { other, linked: *linked, by: envelope.person.clone(), reason: reason.clone() };
            facts.push(Fact { origin, body });
        }
        all.push(said);
        let new = joined.into_iter().filter(|(other, linked)| *linked && !numbers.contains(other));
        let new: Vec<PatientId> = new.map(|(other, _)| other).collect();
        numbers.extend(new);
        numbers.truncate(LINKED_MAX);
    }
    Ok(Linked { numbers, facts, said: all })
}

/// When a scanner's file came; `None` for what was typed, and where that is not told.
fn came(reader: &Reader, scan: &str) -> Result<Option<Moment>, Problem> {
    let events = reader.events_of(&scan_item(scan))?;
    Ok(events.into_iter().find_map(|stored| {
        let envelope = &stored.envelope;
        match Event::read(envelope.kind, envelope.version, &envelope.payload) {
            Event::Scan(ScanEvent::Kept { .. }) => Some(envelope.entry_time),
            _ => None,
        }
    }))
}

/// A page that is filed, and where that is said.
type Filed = (Arc<Origin>, Paper);

/// Scanned pages that are filed under this number: by their own code, or by a person, whose last word on a page stands. Promise 15:
/// each is here only because an event of this patient says so.
pub(super) fn papers(reader: &Reader, patient: &PatientId, said: &[Said]) -> Result<Vec<Fact>, Problem> {
    let mut pages: BTreeMap<(String, u32), Option<Filed>> = BTreeMap::new();
    for Said { stored, event } in said {
        let envelope = &stored.envelope;
        let origin = Arc::new(Origin {
            source: PAPER.to_owned(),
            position: stored.no.0,
            kind: PAPER.to_owned(),
            received: envelope.entry_time,
            ..Origin::default()
        });
        let is_mine = |authority: &str, id: &str| *authority == patient.authority && *id == patient.id;
        match event {
            Event::Scan(ScanEvent::Read { scan, pages: read, .. }) => {
                for page in read.iter().filter(|page| is_mine(&page.authority, &page.id)).cloned() {
                    let paper = Paper {
                        scan: scan.clone(),
                        page: page.page,
                        title: paper::form(&page.form).map_or_else(String::new, |form| form.title[0].to_owned()),
                        sheet: page.sheet,
                        form: page.form,
                        sheet_page: page.sheet_page,
                        sheet_pages: page.sheet_pages,
                        ..Paper::default()
                    };
                    pages.insert((scan.clone(), page.page), Some((Arc::clone(&origin), paper)));
                }
            }
            Event::Scan(ScanEvent::Filed(filing)) => {
                let fact = is_mine(&filing.authority, &filing.id).then(|| {
                    let Filing { scan, page, sheet, form, title, brought_by, checked_by, .. } = filing.clone();
                    let Filing { sheet_page, sheet_pages, .. } = *filing;
                    let filed_by = envelope.person.clone();
                    let paper = Paper {
                        scan,
                        page,
                        sheet,
                        form,
                        title,
                        sheet_page,
                        sheet_pages,
                        filed_by,
                        brought_by,
                        checked_by,
                        scanned: None,
                    };
                    (origin, paper)
                });
                pages.insert((filing.scan.clone(), filing.page), fact);
            }
            _ => {}
        }
    }
    let mut files: BTreeMap<String, Option<Moment>> = BTreeMap::new();
    let mut facts = Vec::new();
    for (origin, mut paper) in pages.into_values().flatten() {
        paper.scanned = match files.get(&paper.scan) {
            Some(known) => *known,
            None => *files.entry(paper.scan.clone()).or_insert(came(reader, &paper.scan)?),
        };
        facts.push(Fact { origin, body: Body::from(paper) });
    }
    Ok(facts)
}

pub(super) fn counts(cut: &Cut, envelope: &store::Envelope) -> bool {
    let station = envelope.station.to_string();
    cut.events.iter().any(|(name, incarnation, last)| {
        *name == station && *incarnation == envelope.incarnation && envelope.no <= *last
    })
}

/// What named persons found where two sources disagreed about this number.
///
/// # Errors
/// When the store cannot be read.
pub(super) fn settled(reader: &Reader, said: &[Said]) -> Result<Vec<Fact>, Problem> {
    let mut facts = Vec::new();
    for Said { stored, event } in said {
        let (envelope, Event::Settled(said)) = (&stored.envelope, event) else { continue };
        let origin = of_station(reader, envelope)?;
        let (by, at) = (envelope.person.clone(), envelope.entry_time);
        let body = Body::from(chart::Settled { key: said.key.clone(), words: said.words.clone(), by, at });
        facts.push(Fact { origin: Arc::new(origin), body });
    }
    Ok(facts)
}

/// How an appointment of the outage is filed: as its folder says it is one (`chart::stays`).
const BOOKED: &str = "予約（停止中）";

/// Appointments made, moved, cancelled or judged since the copy ended, as its chart shows appointments: each a fact of its own beside the
/// copy's. What the copy says stays: no conflict is resolved here.
///
/// # Errors
/// When the store cannot be read.
pub(super) fn bookings(reader: &Reader, number: &PatientId, cut: &Cut) -> Result<Vec<Fact>, Problem> {
    let mut stored = crate::hospital::events_of(reader, &patient_item(number))?;
    stored.retain(|stored| {
        let of = &stored.envelope;
        counts(cut, of) && matches!(Event::read(of.kind, of.version, &of.payload), Event::Booking(_))
    });
    let mut facts = Vec::new();
    for one in Fold::<Matter>::of(stored.clone()).iter() {
        let last = || stored.iter().find(|stored| one.tips.last() == Some(&stored.hash));
        let (times, is) = (one.times(), |stored: &&StoredEvent, at: When| puts(stored, &one.name, at));
        for at in &times {
            // Where two stations put it on two times both are on the chart, each as its station said.
            let own = if times.len() > 1 { stored.iter().rev().find(|stored| is(stored, *at)) } else { None };
            let Some(said) = own.or_else(last) else { continue };
            let origin = Origin { path: one.name.clone(), ..outage(reader, &said.envelope)? };
            facts.push(Fact { origin: Arc::new(origin), body: Body::from(booked(one, *at)) });
        }
    }
    Ok(facts)
}

/// An event that puts this appointment on this time.
fn puts(stored: &StoredEvent, name: &str, at: When) -> bool {
    let of = &stored.envelope;
    let Event::Booking(event) = Event::read(of.kind, of.version, &of.payload) else { return false };
    let says = event.said().values.get("at").and_then(|text| crate::bookings::read_at(text));
    event.said().thing == name && says.is_some_and(|says| says.to_string() == at.to_string())
}

fn booked(one: &Matter, at: When) -> chart::Document {
    let (department, doctor) = (one.value("department").replace(' ', "　"), one.value("doctor"));
    chart::Document {
        kind: chart::Coded { text: BOOKED.to_owned(), ..Default::default() },
        text: format!("予約日時: {at}\n診療科: {department}\n担当医: {doctor}\n内容: {}", what_of(one)),
        at: Some(at),
        ..Default::default()
    }
}

/// What became of an appointment, then what it is for.
fn what_of(one: &Matter) -> String {
    let was = one.value("was_at");
    let mut words = vec![match () {
        () if one.is_cancelled() => "【停止中に取消】".to_owned(),
        () if !was.is_empty() && was != one.value("at") => format!("【停止中に変更　前は {was}】"),
        () if is_copys(&one.name) => String::new(),
        () => "【停止中に入った予約】".to_owned(),
    }];
    if one.is_doubtful() {
        words.push("【要確認: 2つの端末で違う】".to_owned());
    }
    words.push(match one.value("postpone") {
        "can" => format!("【検査は延期できる（{}）】", one.value("decided_by")),
        "cannot" => format!("【検査は延期できない（{}）】", one.value("decided_by")),
        "condition" => format!("【検査の延期は条件つき（{}）: {}】", one.value("decided_by"), one.value("condition")),
        _ => String::new(),
    });
    words.push(one.value("what").to_owned());
    words.concat()
}

/// Before the station where something came about since the copy ended.
const OUTAGE: &str = "停止中";

/// The same of what came about since the copy ended.
pub(super) fn outage(reader: &Reader, envelope: &store::Envelope) -> Result<Origin, Problem> {
    let origin = of_station(reader, envelope)?;
    Ok(Origin { source: format!("{OUTAGE} {}", origin.source), ..origin })
}

/// What a person wrote at a station: a sheet's foot and a page name the station as people call it.
fn of_station(reader: &Reader, envelope: &store::Envelope) -> Result<Origin, Problem> {
    let members = reader.once(Members::of)?;
    Ok(Origin {
        source: format!("{STATION} {}", members.name(envelope.station)),
        position: envelope.no,
        kind: "event".into(),
        received: envelope.entry_time,
        ..Origin::default()
    })
}
