//! One inpatient: who it is, where he is said to lie and since when, with every way on (move, leave, back, discharge), what is to be looked
//! out for, meals, handover; and all that was said, of which what was a mistake is struck.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use chart::PatientId;
use serde::Deserialize;
use store::Reader;

use super::rules::{Values, place, typed_meal};
use super::view::{Shown, Told, View, address};
use crate::event::{StayEvent, StaySaid};
use crate::finding::shown::{Coded, Person, coded};
use crate::home::{Problem, wrong};
use crate::parents::Seen;
use crate::stays::{CAUTIONS, DIALYSIS, LEAVES, MEALS, OUTCOMES, SHIFTS, census, next_meal, notes, place_text, stays};
use crate::typed_time::{due, when};
use crate::web::{Frame, Posted, Site, Via, Visit, answer, encoded, note_about, own_path};
use crate::writing::Request;
use crate::writing::ward::WardWish;

/// What the forms say.
type Typed = BTreeMap<String, String>;
/// Handovers that are shown whole.
const NOTES_SHOWN: usize = 30;

/// Something that holds or held, with its last word.
pub struct Noted {
    pub name: String,
    pub seen: Seen,
    pub sort: String,
    pub holds: bool,
    pub said: String,
    pub stand: String,
    pub doubts: Vec<String>,
    pub history: Vec<Told>,
}

#[derive(Template)]
#[template(path = "nursing/stay.html")]
struct StayPage {
    frame: Frame,
    typed: Typed,
    no: String,
    authority: String,
    id: String,
    person: Person,
    lies: Vec<Shown>,
    /// The stay that the forms are of: the one that was chosen, else the only one.
    stay: String,
    seen: Seen,
    on_leave: bool,
    /// The stay before this moment, for striking what was a mistake.
    stays: Vec<(String, Seen, Vec<Told>)>,
    notes: Vec<Noted>,
    more_notes: usize,
    dialysis: Option<Noted>,
    terms: Vec<(&'static str, String)>,
    leaves: Vec<Coded>,
    outcomes: Vec<Coded>,
    shifts: Vec<Coded>,
    cautions: Vec<Coded>,
    meals: Vec<Coded>,
    meal_day: String,
    meal: &'static str,
    wards: Vec<String>,
}

impl StayPage {
    fn typed(&self, name: &str) -> &str {
        self.typed.get(name).map_or("", String::as_str)
    }

    fn is(&self, name: &str, value: &str) -> bool {
        self.typed(name) == value
    }

    /// The page with the forms of one of two stays.
    fn of_stay(&self, one: &Shown) -> String {
        let id = PatientId { authority: self.authority.clone(), id: self.id.clone() };
        format!("{}&stay={}", address(&id), encoded(&one.name))
    }
}

/// `/wards/stay?authority=…&id=…`
#[derive(Deserialize)]
pub struct AskedStay {
    #[serde(default)]
    authority: String,
    #[serde(default)]
    id: String,
    /// Which stay the forms are of, of a patient who is said to lie in two beds.
    #[serde(default)]
    stay: String,
}

/// `GET /wards/stay`
pub async fn page(State(site): State<Site>, visit: Visit, via: Via, Query(asked): Query<AskedStay>) -> Response {
    let id = PatientId { authority: asked.authority, id: asked.id };
    show(&site, (&visit, &via), id, Typed::from([("stay".to_owned(), asked.stay)]), String::new()).await
}

async fn show(site: &Site, (visit, via): (&Visit, &Via), id: PatientId, typed: Typed, no: String) -> Response {
    let (own, seen, of) = (site.clone(), visit.clone(), id.clone());
    let made = site.read(move |reader| made(&own, &seen, reader, (&of, typed), no)).await;
    if let (Some(session), Ok(_)) = (&visit.session, &made) {
        let about = format!("{}/{}", id.authority, id.id);
        note_about(site, via, &session.person, ("stay", about, String::new()), 200);
    }
    answer(site, visit, made)
}

fn made(
    site: &Site,
    visit: &Visit,
    reader: &Reader,
    (id, typed): (&PatientId, Typed),
    no: String,
) -> Result<StayPage, Problem> {
    let is_told = || Ok::<bool, Problem>(stays(reader)?.iter().any(|one| one.patient() == *id));
    if reader.person(id)?.is_none() && !crate::temporary::is_issued(reader, id)? && !is_told()? {
        return Err(wrong("この番号の患者はこのコピーにありません。", "No patient of this number is in this copy."));
    }
    let (t, now) = (visit.words, site.now());
    let view = View::new(reader, t, now)?;
    let mut lies: Vec<Shown> = Vec::new();
    for one in census::of_patient(reader, id)? {
        let beside: Vec<String> =
            census::others_in(reader, &one.inpatient.place, id)?.into_iter().map(|other| other.id).collect();
        let mut shown = view.lying(&one);
        shown.doubts.extend((!beside.is_empty()).then(|| t.with("stay-beside", beside.join("、"))));
        lies.push(shown);
    }
    let chosen = typed.get("stay").and_then(|name| lies.iter().find(|one| one.name == *name));
    let chosen = chosen.or(if lies.iter().all(|one| one.name == lies[0].name) { lies.first() } else { None });
    let (stay, seen) = chosen.map_or_else(Default::default, |one| (one.name.clone(), one.seen.clone()));
    let on_leave = chosen.is_some_and(|one| one.on_leave);
    let own = stays(reader)?.into_iter().filter(|one| one.patient() == *id).rev();
    let stays = own.map(|one| (one.name.clone(), Seen::of(&one.tips), view.history(&one))).collect();
    let mut all: Vec<Noted> = Vec::new();
    let mut dialysis = None;
    for one in notes(reader)?.into_iter().filter(|one| one.patient() == *id).rev() {
        let noted = noted(&view, &one);
        match one.sort() == "dialysis" && one.holds() && dialysis.is_none() {
            true => dialysis = Some(noted),
            false => all.push(noted),
        }
    }
    let (day, meal) = next_meal(now);
    Ok(StayPage {
        frame: Frame::new(site, visit, reader)?,
        authority: id.authority.clone(),
        id: id.id.clone(),
        person: view.person(reader, id)?,
        lies,
        stay,
        seen,
        on_leave,
        stays,
        more_notes: all.len().saturating_sub(NOTES_SHOWN),
        notes: all.into_iter().take(NOTES_SHOWN).collect(),
        dialysis,
        terms: coded(DIALYSIS, |field| t.word("stay-field", field)),
        leaves: coded(LEAVES, |code| t.word("stay-leave", code)),
        outcomes: coded(OUTCOMES, |code| t.word("stay-outcome", code)),
        shifts: coded(SHIFTS, |code| t.word("stay-shift", code)),
        cautions: coded(CAUTIONS, |code| t.word("stay-caution", code)),
        meals: coded(MEALS.map(|(code, _)| code), |code| t.word("stay-meal", code)),
        meal_day: day.iso(),
        meal,
        wards: census::wards(reader)?.into_iter().map(|(ward, _)| ward).filter(|ward| !ward.is_empty()).collect(),
        typed,
        no,
    })
}

/// Something that is said of an inpatient, in words.
pub fn noted(view: &View, one: &crate::stays::Stay) -> Noted {
    let last = one.standing().next_back().or(one.history.last());
    Noted {
        name: one.name.clone(),
        seen: Seen::of(&one.tips),
        sort: view.t.word("stay-act", one.sort()),
        holds: one.holds(),
        said: view.noted(one),
        stand: last.map_or_else(String::new, |past| view.stand(past)),
        doubts: view.apart(one),
        history: view.history(one),
    }
}

/// `POST /wards/stay`: something is said of the stay or the patient. What was typed is not lost where it cannot be so.
pub async fn say(State(site): State<Site>, visit: Visit, via: Via, Posted(typed): Posted<Typed>) -> Response {
    let of = |name: &str| typed.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
    let id = PatientId { authority: of("authority"), id: of("id") };
    let wish = wish(&typed, &id, site.now());
    let (by, role) = visit.by();
    let done = match wish {
        Ok(wish) => site.write(Request::Ward { wish, by, role }).await.map(drop),
        Err(problem) => Err(problem),
    };
    match done {
        Ok(()) if !of("back_to").is_empty() => Redirect::to(own_path(&of("back_to"))).into_response(),
        Ok(()) => Redirect::to(&address(&id)).into_response(),
        Err(problem) => show(&site, (&visit, &via), id, typed, problem.words).await,
    }
}

/// What a form says, as what is to be written.
pub fn wish(typed: &Typed, id: &PatientId, now: chart::Moment) -> Result<WardWish, Problem> {
    let of = |name: &str| typed.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
    let no_time = || wrong("時刻として読めません。例 0930、11/01 09:30", "Not a time. Try 0930 or 11/01 09:30");
    let at = when(&of("at"), now).ok_or_else(no_time)?;
    let act = of("act");
    let mut values = Values::new();
    let fields: &[&str] = match act.as_str() {
        "move" => &["department", "doctor"],
        "leave" => &["leave", "to"],
        "discharge" => &["outcome", "to"],
        "correct" => &["department", "doctor", "diagnosis"],
        "memo" => &["shift", "text"],
        "caution" => &["caution", "text"],
        "meal" => &["diet", "fasting", "text"],
        "dialysis" => &DIALYSIS,
        "strike" => &["strikes"],
        _ => &[],
    };
    for field in fields {
        values.extend(Some(((*field).to_owned(), of(field))).filter(|(_, value)| !value.is_empty()));
    }
    match act.as_str() {
        "move" => {
            let place = place(&of("ward"), &of("room"), &of("bed"))?;
            values.insert("place".to_owned(), place_text(&place));
        }
        "leave" if !of("back_at").is_empty() => {
            let back = due(&of("back_at"), now).ok_or_else(no_time)?;
            values.insert("back_at".to_owned(), back.to_string());
        }
        "meal" => {
            let meals = [("from", "from_day", "from_meal"), ("to", "to_day", "to_meal")];
            for (field, day, meal) in meals {
                let meal = typed_meal(&of(day), &of(meal), now)?;
                values.extend(Some((field.to_owned(), meal)).filter(|(_, meal)| !meal.is_empty()));
            }
        }
        _ => {}
    }
    let said = StaySaid {
        thing: of(if of("note").is_empty() { "stay" } else { "note" }),
        authority: id.authority.clone(),
        id: id.id.clone(),
        act: act.clone(),
        words: of("words"),
        values,
    };
    let is_note = crate::event::NOTE_ACTS.contains(&act.as_str()) && (act != "strike" || !of("note").is_empty());
    let said = if is_note && of("note").is_empty() { StaySaid { thing: String::new(), ..said } } else { said };
    let event = if is_note { StayEvent::Note(said) } else { StayEvent::Stay(said) };
    Ok(WardWish { event, seen: Seen::from(of("seen")), at: at.0, again: of("again") == "1" })
}
