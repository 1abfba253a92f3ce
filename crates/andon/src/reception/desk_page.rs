//! 受付: who comes is asked first and shown after; then told apart, received, and given a ticket. Nobody is refused here.

use std::collections::BTreeMap;
use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use chart::{Moment, PatientId};
use store::Reader;

use super::view::View;
use crate::bookings::day::{PlanRow, of_patient};
use crate::confidential::Flags;
use crate::event::{NameSaid, VisitEvent};
use crate::finding::identify::{self, Asked, NEEDED};
use crate::finding::shown::{Coded, Person, coded, is_kept_back};
use crate::finding::{Hit, must_be_told_apart, twins};
use crate::home::Problem;
use crate::parents::Seen;
use crate::registers::Item;
use crate::registers::words::fields_in_words;
use crate::text::Words;
use crate::visits::clinics::{self, Clinic};
use crate::visits::rules::{is_outside, mark, rule};
use crate::visits::{KINDS, RED, Receive, Tally, now as present, services, tickets};
use crate::web::{Frame, Posted, Site, Via, Visit, answer, encoded, note_about, refusal_in_words};
use crate::writing::desk::{DeskWish, Received};
use crate::writing::{Answer, Request};

/// What the forms of the desk say.
type Typed = BTreeMap<String, String>;

/// By what two who could be taken for each other are told apart; the words are stored.
const APART: [&str; 5] = ["card", "address", "phone", "photo", "family"];

/// A patient on the page, identified.
struct Found {
    person: Person,
    /// Identifiers that are the same, and those that are not, in words.
    same: String,
    other: String,
    /// Enough is the same: he is identified.
    enough: bool,
    /// The name that was said is none that is known.
    new_name: bool,
}

/// The rule that stands, in words.
struct Ruled {
    number: String,
    service: String,
    state: &'static str,
    state_words: String,
    says: Vec<(String, String)>,
    by: String,
    /// What says that this rule was read.
    mark: String,
}

/// An appointment in words.
struct Planned {
    at: String,
    what: String,
    /// Changed or made since the copy ended, and what a doctor decided of tests.
    known: Vec<String>,
    stands: bool,
}

fn planned(row: &PlanRow, t: Words) -> Planned {
    let other = row.other_at.map_or_else(String::new, |at| at.to_string());
    let changed = match row.state {
        "moved" => Some(t.with("booking-moved-to", other)),
        "cancelled" => Some(t.text("booking-cancelled")),
        _ => (row.source == "outage").then(|| t.text("booking-outage")),
    };
    let judged = match row.postpone.as_str() {
        _ if !row.is_test() || !row.stands() => None,
        "" => Some(t.text("postpone-undecided")),
        code => Some(format!("{} {}（{}）", t.word("postpone", code), row.condition, row.decided_by)),
    };
    let doubtful = row.doubtful.then(|| t.text("command-doubtful"));
    let plan = &row.plan;
    Planned {
        at: plan.at.map_or_else(String::new, |at| at.to_string()),
        what: [t.word("appointment", &plan.kind), plan.text.clone(), row.department().to_owned(), plan.doctor.clone()]
            .join(" "),
        known: [changed, judged, doubtful].into_iter().flatten().collect(),
        stands: row.stands(),
    }
}

/// Appointments of one patient on the page.
const PLANS_SHOWN: usize = 10;

/// What is shown of the one patient who is to be received.
struct Chosen {
    found: Found,
    /// Who could be taken for him, each with why.
    twins: Vec<(Person, String)>,
    /// Others of his birth date whose names are not like his.
    same_birth: usize,
    /// Something is planned for today.
    is_booked: bool,
    /// The letter of the department that is chosen: as it was typed, else where the copy expects him; empty for none.
    letter: String,
    /// The kind of visit, likewise.
    kind: &'static str,
    /// What the rule asks for was ticked with this rule before one's eyes.
    fits: bool,
    /// Tickets of his visits that are open.
    here: Vec<String>,
    rule: Option<Ruled>,
    /// What is planned from today on, in words: when, what, and what is to be known of it.
    plans: Vec<Planned>,
    /// A reason is asked for.
    outside: bool,
}

#[derive(Template)]
#[template(path = "reception/desk.html")]
struct DeskPage {
    frame: Frame,
    typed: Typed,
    /// What is wrong with what was typed.
    no: String,
    /// What was said was looked for.
    asked: bool,
    chosen: Option<Chosen>,
    several: Vec<Found>,
    /// Patients of whom only one identifier is the same.
    hidden: usize,
    more: bool,
    too_few: bool,
    tally: Tally,
    clinics: Vec<Clinic>,
    kinds: Vec<Coded>,
    red: Vec<Coded>,
    apart: Vec<Coded>,
    /// This station has no block of ticket numbers; whether it may give itself one.
    block: Option<bool>,
}

impl DeskPage {
    fn typed(&self, name: &str) -> &str {
        self.typed.get(name).map_or("", String::as_str)
    }

    fn is(&self, name: &str, value: &str) -> bool {
        self.typed(name) == value
    }

    /// A red sign that was ticked before the page was shown again.
    fn ticked(&self, code: &str) -> bool {
        self.typed.contains_key(&format!("red_{code}"))
    }
}

fn asked(typed: &Typed) -> Asked {
    let of = |name: &str| typed.get(name).map(|text| text.trim().chars().take(100).collect()).unwrap_or_default();
    Asked { number: of("number"), name: of("name"), birth: of("birth"), phone: of("phone") }
}

/// What the address of the desk says.
#[derive(serde::Deserialize)]
pub struct Begun {
    /// The ticket of whom the next patient came with.
    #[serde(default)]
    with: String,
}

/// `GET /reception`
pub async fn page(State(site): State<Site>, visit: Visit, via: Via, Query(begun): Query<Begun>) -> Response {
    let typed = Typed::from([("with".to_owned(), begun.with)]);
    show(&site, (&visit, &via, "reception"), typed, String::new()).await
}

/// `POST /reception`: what the patient said is compared; who it is is shown where enough of it is the same.
pub async fn find(State(site): State<Site>, visit: Visit, via: Via, Posted(typed): Posted<Typed>) -> Response {
    show(&site, (&visit, &via, "identify"), typed, String::new()).await
}

/// The page, and a line in the access audit for everybody whom it shows: of whom, and what was said to find him.
async fn show(site: &Site, (visit, via, act): (&Visit, &Via, &str), typed: Typed, no: String) -> Response {
    let (own, seen) = (site.clone(), visit.clone());
    let said: Vec<String> = ["number", "name", "birth", "phone"]
        .into_iter()
        .filter_map(|name| typed.get(name).map(|text| text.trim().to_owned()))
        .filter(|text| !text.is_empty())
        .collect();
    let made = site.read(move |reader| made(&own, &seen, reader, typed, no)).await;
    if let (Some(session), Ok(page)) = (&visit.session, &made) {
        let found = page.chosen.iter().map(|one| &one.found).chain(&page.several).map(|found| &found.person);
        let alike = page.chosen.iter().flat_map(|one| one.twins.iter().map(|(person, _)| person));
        let mut about: Vec<String> =
            found.chain(alike).map(|person| format!("{}/{}", person.authority, person.id)).collect();
        // What was asked and found nobody is a look too.
        if about.is_empty() && !said.is_empty() {
            about.push(String::new());
        }
        for about in about {
            note_about(site, via, &session.person, (act, about, said.join(" ")), 200);
        }
    }
    answer(site, visit, made)
}

fn made(site: &Site, visit: &Visit, reader: &Reader, typed: Typed, no: String) -> Result<DeskPage, Problem> {
    let (t, now) = (visit.words, site.now());
    let said = asked(&typed);
    let picked = picked(&typed);
    let enough = said.count() >= NEEDED || picked.is_some();
    let identified = if enough { identify::find(reader, &said)? } else { identify::Identified::default() };
    let (flags, view) = (reader.once(Flags::all)?, View::new(reader, t, now)?);
    let mut found: Vec<(Hit, identify::Compared)> = identified.found;
    if let Some(id) = &picked {
        found.retain(|(hit, _)| hit.patient() == *id);
        if found.is_empty() {
            // Somebody who was just registered, or whom nobody can identify: shown because he was chosen.
            let mut hit = crate::finding::hit_of(reader, id)?;
            crate::names::tell(&mut hit, &crate::names::all(reader)?);
            let compared = identify::compared(reader, &said, &hit)?;
            found.push((hit, compared));
        }
    }
    let one = if found.len() == 1 { found.pop() } else { None };
    let of = |hit: &Hit, compared: &identify::Compared| Found {
        person: Person::of(hit, &flags, t, now),
        same: words(&compared.same, t),
        other: words(&compared.other, t),
        enough: compared.is_enough(),
        new_name: compared.other.contains(&"name"),
    };
    let all = present(reader, now)?;
    let chosen = match &one {
        Some((hit, compared)) => Some(chosen(reader, hit, of(hit, compared), (&typed, &view, &all), (t, now))?),
        None => None,
    };
    let own = own_block(reader)?;
    Ok(DeskPage {
        frame: Frame::new(site, visit, reader)?,
        asked: !said.is_empty() || picked.is_some(),
        too_few: !enough && !said.is_empty(),
        chosen,
        several: found.iter().map(|(hit, compared)| of(hit, compared)).collect(),
        hidden: identified.hidden,
        more: identified.more,
        tally: Tally::of(&all, None),
        clinics: view.clinics,
        kinds: coded(KINDS, |code| t.word("visit-kind", code)),
        red: coded(RED, |code| t.word("visit-red", code)),
        apart: coded(APART, |code| t.word("visit-apart", code)),
        block: own,
        typed,
        no,
    })
}

fn words(codes: &[&'static str], t: Words) -> String {
    codes.iter().map(|code| t.word("identifier", code)).collect::<Vec<_>>().join("・")
}

/// `None` where this station has a block; else whether it keeps the numbering.
fn own_block(reader: &Reader) -> Result<Option<bool>, Problem> {
    let own = crate::hospital::own_id(reader)?.to_string();
    let blocks = tickets::blocks(reader)?;
    let has = blocks.values().any(|(station, _)| *station == own);
    Ok(if has { None } else { Some(tickets::keeps(reader)?) })
}

/// Whom somebody chose on the page.
fn picked(typed: &Typed) -> Option<PatientId> {
    let (authority, id) = (typed.get("authority")?, typed.get("id")?);
    (!id.is_empty()).then(|| PatientId { authority: authority.clone(), id: id.clone() })
}

fn chosen(
    reader: &Reader,
    hit: &Hit,
    found: Found,
    (typed, view, all): (&Typed, &View, &[Arc<crate::visits::Visit>]),
    (t, now): (Words, Moment),
) -> Result<Chosen, Problem> {
    let flags = reader.once(Flags::all)?;
    let twin = |(other, why): (Hit, Vec<&'static str>)| {
        let why = why.iter().map(|why| t.word("visit-alike", why)).collect::<Vec<_>>().join("・");
        let mut person = Person::of(&other, &flags, t, now);
        if is_kept_back(&flags, &other.patient()) {
            (person.name, person.kana) = (t.text("flag-mark"), String::new());
        }
        (person, why)
    };
    let of = |name: &str| typed.get(name).map_or("", String::as_str);
    let id = hit.patient();
    let plans = of_patient(reader, &id, now)?;
    let tomorrow = now.day().start.plus_days(1);
    let today = || plans.iter().filter(|row| row.stands() && row.plan.at.is_some_and(|at| at.start < tomorrow));
    let is_booked = today().next().is_some();
    let expected = || today().find_map(|row| planned_in(&view.clinics, row));
    let clinic = clinics::named(&view.clinics, of("department")).or_else(expected);
    let usual = match (is_booked, hit.temporary) {
        (true, _) => "booked",
        (false, true) => "new",
        (false, false) => "return",
    };
    let kind = KINDS.into_iter().find(|kind| *kind == of("kind")).unwrap_or(usual);
    let services = services(reader)?;
    let item = clinic.and_then(|clinic| rule(&services, kind, clinic));
    let fits = of("fits") == "1" && item.is_some_and(|item| of("ruled") == mark(item));
    let here = all.iter().filter(|visit| visit.is_open() && visit.patient() == id);
    let (alike, born): (Vec<_>, Vec<_>) = twins(reader, hit)?.into_iter().partition(|(_, why)| must_be_told_apart(why));
    Ok(Chosen {
        twins: alike.into_iter().map(twin).collect(),
        same_birth: born.len(),
        is_booked,
        letter: clinic.map_or_else(String::new, |clinic| clinic.letter.clone()),
        kind,
        fits,
        here: here.map(|visit| visit.said.ticket.clone()).collect(),
        outside: is_outside(item.map(|item| item.state), fits),
        rule: item.map(|item| ruled(item, t)),
        plans: plans.iter().take(PLANS_SHOWN).map(|row| planned(row, t)).collect(),
        found,
    })
}

/// The department of the desk at which a plan is: of the same name, or of one that names the other.
fn planned_in<'c>(clinics: &'c [Clinic], plan: &PlanRow) -> Option<&'c Clinic> {
    let meant = plan.plan.department.trim();
    let alike = |one: &&Clinic| one.name.contains(meant) || meant.contains(&one.name);
    clinics::named(clinics, meant).or_else(|| clinics.iter().find(alike).filter(|_| !meant.is_empty()))
}

fn ruled(item: &Item, t: Words) -> Ruled {
    let of = crate::registers::register(item.register);
    let asked = ["conditions", "exceptions", "callers"].map(|field| t.word("item-field", field));
    let says = of.map_or_else(Vec::new, |of| fields_in_words(of, item, t));
    Ruled {
        number: item.number.clone(),
        service: item.value("service").to_owned(),
        state: item.state,
        state_words: t.word("item-state", item.state),
        says: says.into_iter().filter(|(field, _)| asked.contains(field)).collect(),
        by: item.last().map_or_else(String::new, |told| format!("{} {}", told.entry, told.who)),
        mark: mark(item),
    }
}

/// `POST /reception/receive`
pub async fn receive(State(site): State<Site>, visit: Visit, via: Via, Posted(typed): Posted<Typed>) -> Response {
    // Another kind or department was chosen, whose rule is to be looked at first.
    if typed.contains_key("look") {
        return show(&site, (&visit, &via, "reception-look"), typed, String::new()).await;
    }
    let (by, role) = visit.by();
    let request = Request::Desk { wish: DeskWish::Receive { receive: received(&typed), at: site.now().0 }, by, role };
    match site.write(request).await {
        Ok(Answer::Visit(Received { visit: name, .. })) => {
            Redirect::to(&format!("/reception/visit?visit={}&new=1", encoded(&name))).into_response()
        }
        Ok(_) => Redirect::to("/reception").into_response(),
        Err(problem) => show(&site, (&visit, &via, "reception-receive"), typed, problem.words).await,
    }
}

fn received(typed: &Typed) -> Receive {
    let of = |name: &str| typed.get(name).cloned().unwrap_or_default();
    let ticked = typed.keys().filter_map(|key| key.strip_prefix("red_"));
    let at_once = typed.contains_key("nurse").then_some("judged");
    Receive {
        authority: of("authority"),
        id: of("id"),
        asked: asked(typed),
        told_apart: of("told_apart"),
        kind: of("kind"),
        departments: vec![of("department"), of("other_department")],
        place: String::new(),
        red: ticked.chain(at_once).collect::<Vec<_>>().join(" "),
        fits: of("fits") == "1",
        again: of("again") == "1",
        words: of("words"),
        ruled: Some(of("ruled")),
        with: of("with"),
    }
}

/// `POST /reception/name`: a name that was learned is remembered, and the patient shown again.
pub async fn name(State(site): State<Site>, visit: Visit, via: Via, Posted(typed): Posted<Typed>) -> Response {
    let of = |name: &str| typed.get(name).cloned().unwrap_or_default();
    let event = VisitEvent::Name(NameSaid {
        authority: of("authority"),
        id: of("id"),
        kind: of("name_kind"),
        name: of("new_name"),
        kana: of("new_kana"),
        how: of("how"),
        ..NameSaid::default()
    });
    let no = written(&site, &visit, event).await.err().map_or_else(String::new, |problem| problem.words);
    show(&site, (&visit, &via, "reception-name"), typed, no).await
}

async fn written(site: &Site, visit: &Visit, event: VisitEvent) -> Result<Answer, Problem> {
    let (by, role) = visit.by();
    site.write(Request::Desk { wish: DeskWish::Visit { event, seen: Seen::default(), at: site.now().0 }, by, role })
        .await
}

/// `POST /reception/newcomer`: somebody whom no copy knows gets a temporary number and what is known of him.
pub async fn newcomer(State(site): State<Site>, visit: Visit, via: Via, Posted(mut typed): Posted<Typed>) -> Response {
    match registered(&site, &visit, &typed).await {
        Ok(id) => {
            typed.insert("authority".to_owned(), id.authority);
            typed.insert("id".to_owned(), id.id);
            typed.remove("number");
            show(&site, (&visit, &via, "reception-newcomer"), typed, String::new()).await
        }
        Err(problem) => show(&site, (&visit, &via, "reception-newcomer"), typed, problem.words).await,
    }
}

async fn registered(site: &Site, visit: &Visit, typed: &Typed) -> Result<PatientId, Problem> {
    let of = |name: &str| typed.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
    let (kind, mother) = (of("new_kind"), of("mother"));
    if kind != "unknown" && of("name").is_empty() {
        return Err(Problem::usage(visit.words.text("reception-newcomer-name")));
    }
    let mother = match mother.is_empty() {
        true => String::new(),
        false => site
            .read(move |reader| crate::temporary::meant(reader, &crate::temporary::plain(reader, &mother)?))
            .await
            .map(|id| format!("{}/{}", id.authority, id.id))?,
    };
    let how = Some(of("new_how")).filter(|how| !how.is_empty());
    let said = NameSaid {
        how: how.unwrap_or_else(|| visit.words.word("visit-newcomer", &kind)),
        kind,
        name: of("name"),
        kana: of("new_kana"),
        birth: of("birth"),
        sex: of("new_sex"),
        phone: of("phone"),
        mother,
        ..NameSaid::default()
    };
    let (by, role) = visit.by();
    let none = || Problem::failed("no temporary number");
    let Answer::Temporary(block) = site.write(Request::Desk { wish: DeskWish::Newcomer { said }, by, role }).await?
    else {
        return Err(none());
    };
    block.patients().into_iter().next().ok_or_else(none)
}

/// `POST /reception/block`: this station takes a block of ticket numbers for itself.
pub async fn block(State(site): State<Site>, visit: Visit, Posted(_): Posted<Typed>) -> Response {
    let (by, role) = visit.by();
    match site.write(Request::Desk { wish: DeskWish::TicketBlock { station: String::new() }, by, role }).await {
        Ok(_) => Redirect::to("/reception").into_response(),
        Err(problem) => refusal_in_words(&site, &visit, &problem.words),
    }
}
