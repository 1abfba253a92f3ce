//! 電話: who rings is asked first and told after (users.md 26): two identifiers and who they are to the patient, before anything is said. Of
//! whom is kept back (秘匿) nothing is shown without a reason. Then next appointments, the rule in force and what to say; the call is noted,
//! and calls back that are open stand below with their age.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use serde::Deserialize;
use store::Reader;

use super::rules::{Values, script};
use super::view::{Past, Plan, View};
use crate::bookings::day::{PlanRow, of_patient, phones};
use crate::bookings::{Matter, REASONS, RELATIONS, calls};
use crate::confidential;
use crate::event::{BookingEvent, BookingSaid, Flag};
use crate::finding::Hit;
use crate::finding::identify::{self, Asked, NEEDED};
use crate::finding::shown::{Coded, Person, coded, is_kept_back};
use crate::home::Problem;
use crate::parents::Seen;
use crate::registers::Item;
use crate::registers::words::fields_in_words;
use crate::text::Words;
use crate::visits::clinics::{self, Clinic};
use crate::visits::rules::rule;
use crate::visits::{KINDS, services};
use crate::web::{Frame, Posted, Site, Via, Visit, answer, encoded, note_about};
use crate::writing::telephone::{Arranged, PhoneWish};
use crate::writing::{Answer, Request};

/// What the forms of the telephone say.
type Typed = BTreeMap<String, String>;
/// Open calls back on the page.
const BACKS_SHOWN: usize = 100;
/// Appointments of one caller.
const PLANS_SHOWN: usize = 30;

/// The rule of a department, in words, and what is said of it.
struct Ruled {
    department: String,
    number: String,
    service: String,
    state: &'static str,
    state_words: String,
    says: Vec<(String, String)>,
    script: String,
}

/// A caller who was identified.
struct Caller {
    person: Person,
    same: String,
    other: String,
    /// Nobody who asks is told anything of this patient.
    no_inquiry: bool,
    /// The numbers by which the patient is rung back.
    phones: Vec<String>,
    plans: Vec<Plan>,
    more_plans: bool,
}

/// A caller's patient who is kept back, before a reason was given.
struct KeptBack {
    authority: String,
    id: String,
    flags: String,
    /// Nobody who asks is told anything of this patient.
    no_inquiry: bool,
    /// The page that asks for the reason.
    address: String,
}

/// What was found of a caller.
#[derive(Default)]
struct Asking {
    too_few: bool,
    /// Enough was asked of the patient, and not yet who rings.
    unasked: bool,
    hidden: usize,
    more: bool,
    several: usize,
    kept_back: Option<KeptBack>,
    caller: Option<Caller>,
    plans: Vec<PlanRow>,
}

/// A call that came in, in words.
struct Call {
    thing: String,
    seen: Seen,
    who: String,
    about: String,
    reason: String,
    result: String,
    next: String,
    back: String,
    late: bool,
    minutes: i64,
    history: Vec<Past>,
    apart: Vec<String>,
}

#[derive(Template)]
#[template(path = "telephone/desk.html")]
struct DeskPage {
    frame: Frame,
    typed: Typed,
    no: String,
    /// The number of what was noted just now.
    noted: String,
    asked: bool,
    asking: Asking,
    rules: Vec<Ruled>,
    clinics: Vec<Clinic>,
    kinds: Vec<Coded>,
    reasons: Vec<Coded>,
    relations: Vec<Coded>,
    open: Vec<Call>,
    open_count: usize,
    late_count: usize,
    recent: Vec<Call>,
}

impl DeskPage {
    fn typed(&self, name: &str) -> &str {
        self.typed.get(name).map_or("", String::as_str)
    }

    fn is(&self, name: &str, value: &str) -> bool {
        self.typed(name) == value
    }

    /// Who rings is the patient; of others only what the patient allows is said.
    fn is_self(&self) -> bool {
        self.is("relation", "self")
    }
}

/// `/telephone?…`
#[derive(Deserialize)]
pub struct Again {
    /// The number of what was noted just now.
    #[serde(default)]
    noted: String,
    /// The key of the form that stands in it once more.
    #[serde(default)]
    kept: String,
}

/// `GET /telephone`
pub async fn page(State(site): State<Site>, visit: Visit, via: Via, Query(again): Query<Again>) -> Response {
    let kept = visit.session.as_ref().and_then(|session| session.kept_form(&again.kept));
    let mut typed = kept.unwrap_or_default();
    looked_for(&site, &visit, &via, &typed);
    let noted: String = again.noted.chars().filter(|c| c.is_ascii_alphanumeric() || *c == '-').take(40).collect();
    typed.insert(NOTED.to_owned(), noted);
    show(&site, &visit, typed, String::new()).await
}

/// The field of what was noted just now.
const NOTED: &str = "noted";
/// What a caller says of the patient.
const SAID: [&str; 4] = ["number", "name", "birth", "phone"];

/// `POST /telephone`: what the caller said is compared; the patient is shown where enough of it is the same.
pub async fn find(State(site): State<Site>, visit: Visit, via: Via, Posted(typed): Posted<Typed>) -> Response {
    looked_for(&site, &visit, &via, &typed);
    show(&site, &visit, typed, String::new()).await
}

fn looked_for(site: &Site, visit: &Visit, via: &Via, typed: &Typed) {
    let said: Vec<&str> = SAID
        .iter()
        .filter_map(|name| typed.get(*name))
        .map(|text| text.trim())
        .filter(|text| !text.is_empty())
        .collect();
    if let (Some(session), false) = (&visit.session, said.is_empty()) {
        note_about(site, via, &session.person, ("identify", String::new(), said.join(" ")), 200);
    }
}

async fn show(site: &Site, visit: &Visit, typed: Typed, no: String) -> Response {
    let (own, seen) = (site.clone(), visit.clone());
    let made = site.read(move |reader| made(&own, &seen, reader, typed, no)).await;
    answer(site, visit, made)
}

fn made(site: &Site, visit: &Visit, reader: &Reader, typed: Typed, no: String) -> Result<DeskPage, Problem> {
    let (t, now) = (visit.words, site.now());
    let view = View::new(reader, t, now)?;
    let asking = asking(reader, visit, &view, &typed)?;
    let clinics = clinics::all(reader)?;
    let rules = rules(reader, &clinics, (&typed, &asking.plans), t)?;
    let all = calls(reader)?;
    let (mut open, mut over): (Vec<&Arc<Matter>>, Vec<&Arc<Matter>>) = all.iter().partition(|one| one.is_open_call());
    open.sort_by_key(|one| (one.value("back_at").to_owned(), one.entered().map(|told| told.at)));
    over.reverse();
    let in_words = |one: &&Arc<Matter>| call(reader, &view, one);
    Ok(DeskPage {
        frame: Frame::new(site, visit, reader)?,
        noted: typed.get(NOTED).cloned().unwrap_or_default(),
        asked: SAID.iter().any(|name| typed.get(*name).is_some_and(|text| !text.trim().is_empty())),
        asking,
        rules,
        clinics,
        kinds: coded(KINDS, |code| t.word("visit-kind", code)),
        reasons: coded(REASONS, |code| t.word("phone-reason", code)),
        relations: coded(RELATIONS, |code| t.word("phone-relation", code)),
        open_count: open.len(),
        late_count: open.iter().filter(|one| one.is_late(now)).count(),
        open: open.iter().take(BACKS_SHOWN).map(in_words).collect::<Result<_, _>>()?,
        recent: over.iter().take(20).map(in_words).collect::<Result<_, _>>()?,
        typed,
        no,
    })
}

/// What is found of a caller, and what may be shown of it: nothing before two identifiers and who rings, nothing of whom is kept back before
/// a reason.
fn asking(reader: &Reader, visit: &Visit, view: &View, typed: &Typed) -> Result<Asking, Problem> {
    let of = |name: &str| typed.get(name).map(|text| text.trim().chars().take(100).collect()).unwrap_or_default();
    let said = Asked { number: of("number"), name: of("name"), birth: of("birth"), phone: of("phone") };
    if said.count() < NEEDED {
        return Ok(Asking { too_few: said.count() > 0, ..Asking::default() });
    }
    if !RELATIONS.contains(&of("relation").as_str()) {
        return Ok(Asking { unasked: true, ..Asking::default() });
    }
    let identified = identify::find(reader, &said)?;
    let people = identify::people(reader, identified.found)?;
    let mut asking =
        Asking { hidden: identified.hidden, more: identified.more, several: people.len(), ..Asking::default() };
    let [(hit, compared)] = people.as_slice() else { return Ok(asking) };
    let id = hit.patient();
    if confidential::asks_first(reader, visit.session.as_deref(), &id)? {
        let key = view.now.0.to_string();
        let address = confidential::reason_address(&id, &format!("/telephone?kept={key}"));
        if let Some(session) = &visit.session {
            session.keep_form(&key, typed.clone());
        }
        let flags = confidential::of_person(reader, &id)?;
        let words = flags.iter().map(|flag| view.t.word("flag", flag.code())).collect::<Vec<_>>().join("・");
        let no_inquiry = flags.contains(&Flag::NoInquiry);
        asking.kept_back = Some(KeptBack { authority: id.authority, id: id.id, flags: words, no_inquiry, address });
        return Ok(asking);
    }
    asking.plans = of_patient(reader, &id, view.now)?;
    asking.caller = Some(caller(reader, view, (hit, compared), &asking.plans)?);
    Ok(asking)
}

fn caller(
    reader: &Reader,
    view: &View,
    (hit, compared): (&Hit, &identify::Compared),
    plans: &[PlanRow],
) -> Result<Caller, Problem> {
    let words = |codes: &[&'static str]| {
        codes.iter().map(|code| view.t.word("identifier", code)).collect::<Vec<_>>().join("・")
    };
    let id = hit.patient();
    Ok(Caller {
        person: view.person(reader, &id)?,
        same: words(&compared.same),
        other: words(&compared.other),
        no_inquiry: confidential::of_person(reader, &id)?.contains(&Flag::NoInquiry),
        phones: phones(reader, &id)?,
        plans: plans.iter().take(PLANS_SHOWN).map(|row| Plan::of(view.t, row)).collect(),
        more_plans: plans.len() > PLANS_SHOWN,
    })
}

/// The rules of the departments that are meant: that which was chosen, and those of the caller's next appointments.
fn rules(
    reader: &Reader,
    clinics: &[Clinic],
    (typed, plans): (&Typed, &[PlanRow]),
    t: Words,
) -> Result<Vec<Ruled>, Problem> {
    let services = services(reader)?;
    let of = |name: &str| typed.get(name).map_or("", String::as_str);
    let kind = KINDS.into_iter().find(|kind| *kind == of("kind")).unwrap_or("booked");
    let chosen = clinics::named(clinics, of("department")).into_iter().map(|clinic| (clinic, kind));
    let planned = plans.iter().filter(|row| row.stands()).filter_map(|row| {
        let name = row.department();
        let clinic = clinics::named(clinics, name).or_else(|| clinics.iter().find(|one| name.contains(&one.name)))?;
        Some((clinic, "booked"))
    });
    let mut all: Vec<(&Clinic, &str)> = Vec::new();
    for one in chosen.chain(planned) {
        if all.iter().all(|(known, kind)| (&known.letter, *kind) != (&one.0.letter, one.1)) {
            all.push(one);
        }
    }
    all.truncate(4);
    let ruled = |(clinic, kind): (&Clinic, &str)| {
        let item = rule(&services, kind, clinic).map(AsRef::as_ref);
        Ruled {
            department: format!("{}（{}）", clinic.name, t.word("visit-kind", kind)),
            number: item.map_or_else(String::new, |item| item.number.clone()),
            service: item.map_or_else(String::new, |item| item.value("service").to_owned()),
            state: item.map_or("", |item| item.state),
            state_words: item.map_or_else(String::new, |item| t.word("item-state", item.state)),
            says: item.map_or_else(Vec::new, |item| says(item, t)),
            script: t.word("phone-script", script(item.map(|item| item.state))),
        }
    };
    Ok(all.into_iter().map(ruled).collect())
}

fn says(item: &Item, t: Words) -> Vec<(String, String)> {
    let asked = ["conditions", "exceptions", "callers"].map(|field| t.word("item-field", field));
    let says = crate::registers::register(item.register).map_or_else(Vec::new, |of| fields_in_words(of, item, t));
    says.into_iter().filter(|(field, _)| asked.contains(field)).collect()
}

fn call(reader: &Reader, view: &View, one: &Arc<Matter>) -> Result<Call, Problem> {
    let t = view.t;
    let person = match one.id.is_empty() {
        true => None,
        false => Some(view.person(reader, &one.patient())?),
    };
    let kept_back = reader.once(confidential::Flags::all)?;
    let shown = |person: Person| match is_kept_back(&kept_back, &one.patient()) {
        true => format!("{} {}", t.text("flag-mark"), person.id),
        false => format!("{} {}", person.name, person.id),
    };
    let relation =
        if one.value("relation").is_empty() { String::new() } else { t.word("phone-relation", one.value("relation")) };
    let department = match one.value("department") {
        "" => String::new(),
        letter => clinics::name(&clinics::all(reader)?, letter),
    };
    let back = [one.value("back_at"), one.value("back_by"), one.value("phone")];
    let entered = one.entered().map_or(view.now, |told| told.at);
    Ok(Call {
        thing: one.name.clone(),
        seen: Seen::of(&one.tips),
        who: [one.value("caller").to_owned(), relation].join(" ").trim().to_owned(),
        about: person.map_or_else(String::new, shown),
        reason: format!("{} {department}", t.word("phone-reason", one.value("reason"))),
        result: format!("{} {}", one.value("result"), one.history.first().map_or("", |(said, ..)| said.words.as_str())),
        next: one.value("next").to_owned(),
        back: back.join(" ").trim().to_owned(),
        late: one.is_late(view.now),
        minutes: entered.minutes_until(view.now).max(0),
        history: view.history(one, |act| t.word("phone-act", act)),
        apart: view.apart(one),
    })
}

/// `POST /telephone/log`: the call is noted. What was typed is not lost where it cannot be so.
pub async fn log(State(site): State<Site>, visit: Visit, Posted(typed): Posted<Typed>) -> Response {
    let of = |name: &str| typed.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
    let fields = [
        ("caller", "caller"),
        ("relation", "relation"),
        ("phone", "back_phone"),
        ("department", "department"),
        ("reason", "reason"),
        ("result", "result"),
        ("next", "next"),
        ("back_by", "back_by"),
        ("back_at", "back_at"),
        ("identified", "identified"),
    ];
    let values: Values = fields
        .iter()
        .map(|(field, name)| ((*field).to_owned(), of(name)))
        .filter(|(_, value)| !value.is_empty())
        .collect();
    let said = BookingSaid {
        authority: of("authority"),
        id: of("id"),
        act: "note".into(),
        words: of("words"),
        values,
        ..Default::default()
    };
    match said_of(&site, &visit, BookingEvent::Call(said), Seen::default()).await {
        Ok(number) => noted(&number, ""),
        Err(problem) => show(&site, &visit, typed, problem.words).await,
    }
}

/// Leads on, so that a page that is loaded again writes nothing; with the caller where there is still something to say.
fn noted(number: &str, kept: &str) -> Response {
    let kept = if kept.is_empty() { String::new() } else { format!("&kept={}", encoded(kept)) };
    Redirect::to(&format!("/telephone?noted={}{kept}", encoded(number))).into_response()
}

/// Writes it; the number of what was written.
async fn said_of(site: &Site, visit: &Visit, event: BookingEvent, seen: Seen) -> Result<String, Problem> {
    let (by, role) = visit.by();
    let wish = PhoneWish::Say { event, seen, at: site.now().0, again: false };
    match site.write(Request::Telephone { wish, by, role }).await? {
        Answer::Arranged(Arranged { number, .. }) => Ok(number),
        _ => Ok(String::new()),
    }
}

/// `POST /telephone/done`: a call back was made, or its next step is done.
pub async fn done(State(site): State<Site>, visit: Visit, Posted(typed): Posted<Typed>) -> Response {
    let of = |name: &str| typed.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
    let said = BookingSaid { thing: of("thing"), act: "done".into(), words: of("came_of"), ..Default::default() };
    match said_of(&site, &visit, BookingEvent::Call(said), Seen::from(of("seen"))).await {
        Ok(_) => Redirect::to("/telephone#backs").into_response(),
        Err(problem) => show(&site, &visit, typed, problem.words).await,
    }
}

/// `POST /telephone/book`: an appointment is made for the caller.
pub async fn book(State(site): State<Site>, visit: Visit, Posted(mut typed): Posted<Typed>) -> Response {
    let of = |name: &str| typed.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
    let letter = of("b_department");
    let department = site.read(move |reader| Ok(clinics::name(&clinics::all(reader)?, &letter))).await;
    let values = |department: String| -> Values {
        let said = [
            ("at", of("b_at")),
            ("department", department),
            ("doctor", of("b_doctor")),
            ("what", of("b_what")),
            ("kind", of("b_kind")),
            ("told_by", of("b_told_by")),
        ];
        said.into_iter()
            .filter(|(_, value)| !value.is_empty())
            .map(|(field, value)| (field.to_owned(), value))
            .collect()
    };
    let made = match department {
        Ok(department) => {
            let (authority, id) = (of("authority"), of("id"));
            let said =
                BookingSaid { authority, id, act: "make".into(), values: values(department), ..Default::default() };
            said_of(&site, &visit, BookingEvent::Booking(said), Seen::default()).await
        }
        Err(problem) => Err(problem),
    };
    let number = match made {
        Ok(number) => number,
        Err(problem) => return show(&site, &visit, typed, problem.words).await,
    };
    typed.retain(|name, _| !name.starts_with("b_") && name != "token");
    if let Some(session) = &visit.session {
        session.keep_form(&number, typed);
    }
    noted(&number, &number)
}
