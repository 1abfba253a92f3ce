//! What was asked at a desk (問診) as facts: an answer about allergies as an allergy, the others as measures under the names of
//! `chart::intake`. They stand on the chart beside the copy, with 停止中, the station and who asked as their source.

use std::collections::BTreeMap;
use std::sync::Arc;

use chart::intake::{INTAKE, MAYBE, NO, YES, asked};
use chart::{Allergy, Body, Coded, DOWNTIME, Fact, Measure, Origin, PatientId, When};
use store::{Cut, Reader, StationId, StoredEvent};

use super::said::counts;
use crate::event::{IntakeSaid, patient_item};
use crate::home::Problem;
use crate::hospital::{self, Members};
use crate::visits::intakes;

/// The answers of a patient, at every station whose log counts, up to the cut: of one visit what each station said last, since none of them
/// need know of the others, and an allergy told at one desk is not taken back by who asked at another. Of a visit that was struck and of what
/// was taken back nothing.
pub(super) fn answers(reader: &Reader, number: &PatientId, cut: &Cut) -> Result<Vec<Fact>, Problem> {
    let mut last: BTreeMap<(String, StationId), (StoredEvent, IntakeSaid)> = BTreeMap::new();
    let mut events = hospital::events_of(reader, &patient_item(number))?;
    events.retain(|stored| counts(cut, &stored.envelope));
    let (struck, taken) = (super::visits::struck(&events), intakes::withdrawn(&events));
    for stored in events {
        let Some(said) = intakes::read(&stored).filter(|said| intakes::why_withdrawn(said).is_empty()) else {
            continue;
        };
        if taken.contains_key(&stored.hash) {
            continue;
        }
        let key = (said.visit.clone(), stored.envelope.station);
        let older = last.get(&key).is_none_or(|(known, _)| store::fold_key(known) < store::fold_key(&stored));
        if older && !struck.contains(&said.visit) {
            last.insert(key, (stored, said));
        }
    }
    if last.is_empty() {
        return Ok(Vec::new());
    }
    let members = reader.once(Members::of)?;
    let facts = last.values().flat_map(|(stored, said)| {
        let of = &stored.envelope;
        let origin = Arc::new(Origin {
            source: format!("{DOWNTIME} {} {}", members.name(of.station), said.asked_by),
            position: stored.no.0,
            kind: INTAKE.to_owned(),
            message: When::parse(&of.event_time.digits17()[..12]),
            received: of.entry_time,
            ..Origin::default()
        });
        bodies(said, origin.message).into_iter().map(move |body| Fact { origin: Arc::clone(&origin), body })
    });
    Ok(facts.collect())
}

fn bodies(said: &IntakeSaid, at: Option<When>) -> Vec<Body> {
    let value = |field: &str| said.values.get(field).map_or("", String::as_str);
    let mut bodies = Vec::new();
    let allergy = |allergen: &str| {
        Body::from(Allergy {
            allergen: Coded { text: allergen.to_owned(), ..Coded::default() },
            confirmed: at,
            confirmed_by: said.asked_by.clone(),
            ..Allergy::default()
        })
    };
    match value("allergy") {
        "none" => bodies.push(allergy(NO)),
        "yes" => {
            let named = value("allergy_words").split(['、', ',', '，']).map(str::trim).filter(|name| !name.is_empty());
            bodies.extend(named.map(allergy));
        }
        _ => {}
    }
    let mut measure = |code: &str, value: String| {
        let item = Coded { text: asked(code).to_owned(), ..Coded::default() };
        bodies.push(Body::from(Measure { item, value, at, ..Measure::default() }));
    };
    for code in ["pregnancy", "anticoagulant", "implant"] {
        let answer = match value(code) {
            "yes" => YES,
            "none" => NO,
            "maybe" => MAYBE,
            // Who does not know says nothing that is so.
            _ => continue,
        };
        measure(code, format!("{answer} {}", value(&format!("{code}_words"))).trim_end().to_owned());
    }
    for code in ["address", "phone"] {
        if !value(code).is_empty() {
            measure(code, value(code).to_owned());
        }
    }
    bodies
}
