//! 受診一式: what one action prints for somebody who was received (visit card with the ticket, intake questions, summary, progress notes,
//! charges, labels, and what his department needs); and the queue on paper (P6Q), to go on with a pen.

use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use chart::{Lang, Moment};
use paper::{QueueLine, QueuePrint, VisitTicket};
use serde::Deserialize;
use store::Reader;

use super::bedside::{Bedside, inpatient, whose};
use super::page::kept_back;
use super::pieces::Write;
use super::whereabouts::given;
use super::{Making, Printed, nobody, of_house, told};
use crate::event::Scope;
use crate::home::Problem;
use crate::text::Words;
use crate::visits::clinics::{self, Clinic};
use crate::visits::{Tally, Visit as Visiting, found, now as present};
use crate::web::{Posted, Site, Via, Visit, refusal_in_words};
use crate::writing::{Answer, Request};

/// The card that the patient carries.
const CARD: &str = "P6";
/// What shows nothing but the copy: not for somebody of whom there is none.
const SUMMARY: &str = "P4";

/// What is to be printed of a visit.
#[derive(Clone, Debug)]
pub struct VisitOrder {
    /// The visit, by name or ticket.
    pub visit: String,
    /// The card alone.
    pub card_only: bool,
    /// Language of the sheets.
    pub lang: Lang,
    /// Name and role of who prints.
    pub by: (String, String),
}

/// Prints the packet of a visit, in the order in which it is handed out.
///
/// # Errors
/// There is no such visit, or nothing of the patient; the store cannot be read, or the run cannot be written down.
pub fn print(reader: &Reader, order: &VisitOrder, now: Moment, write: Write<'_>) -> Result<Printed, Problem> {
    let visit = found(reader, &order.visit, now, now)?;
    let clinics = clinics::all(reader)?;
    let id = visit.patient();
    let scope = Scope::Patient { authority: id.authority.clone(), id: id.id.clone() };
    let temporary = chart::temporary::is_authority(&id.authority);
    let one = match whose(reader, &scope, Words::of(order.lang), now)? {
        Some(one) => one,
        None => return Err(nobody(&scope)),
    };
    let (by, role) = order.by.clone();
    let Answer::Run { prefix, run } = write(&Request::TakeRun { scope: scope.clone(), by, role })? else {
        return Err(Problem::failed("no run number"));
    };
    let mut making = Making::begin(reader, order.lang, &order.by.0, now, prefix);
    let (packet, _) = clinics::packet(&clinics, visit.value("department"));
    for code in packet.into_iter().filter(|code| *code == CARD || !order.card_only) {
        match code {
            CARD => card(&mut making, &one, &ticket(&visit, &clinics)),
            SUMMARY if temporary => {}
            code => making.packet(code, &one),
        }
    }
    let parts = vec![(scope, 0..making.sheets.len())];
    told(reader, making, run, parts, &order.by, write)
}

fn ticket(visit: &Visiting, clinics: &[Clinic]) -> VisitTicket {
    let present = visit.value("department");
    let others = visit.departments().into_iter().filter(|letter| *letter != present);
    let names: Vec<String> =
        std::iter::once(present).chain(others).map(|letter| clinics::name(clinics, letter)).collect();
    VisitTicket { number: visit.said.ticket.clone(), day: visit.said.day.clone(), departments: names.join("・") }
}

fn card(making: &mut Making, one: &Bedside, ticket: &VisitTicket) {
    let id = making.next_id();
    let made = match &one.chart {
        Ok(_) => making.pack.visit_card(Some(&inpatient(one)), ticket, &id),
        Err(_) => Err(paper::Error::NoChart { number: id.number.clone() }),
    };
    making.keep(made, id, Some(&one.id), String::new());
}

/// What is to be printed of the queue.
#[derive(Clone, Debug)]
pub struct QueueOrder {
    /// Of one department, by letter; empty for all.
    pub department: String,
    /// Language of the sheet.
    pub lang: Lang,
    /// Name and role of who prints.
    pub by: (String, String),
}

/// Prints the queue as it stands with numbered rows to write in.
///
/// # Errors
/// The store cannot be read, or the run cannot be written down.
pub fn print_queue(reader: &Reader, order: &QueueOrder, now: Moment, write: Write<'_>) -> Result<Printed, Problem> {
    let (t, all, clinics) = (Words::of(order.lang), present(reader, now)?, clinics::all(reader)?);
    let department = Some(order.department.as_str()).filter(|letter| !letter.is_empty());
    let mut open: Vec<_> = all
        .iter()
        .filter(|visit| visit.is_open() && department.is_none_or(|letter| visit.departments().contains(letter)))
        .collect();
    open.sort_by_key(|visit| (visit.since.at, visit.name.clone()));
    let left = t.with("queue-left", Tally::of(&all, department).left);
    let whose = department.map_or_else(|| t.text("queue-title"), |letter| clinics::name(&clinics, letter));
    let print = QueuePrint {
        about: format!("{whose}　{left}"),
        lines: open.into_iter().map(|visit| line(visit, &clinics, t)).collect(),
    };
    of_house(reader, (order.lang, &order.by), now, write, |making| {
        let id = making.next_id();
        let made = making.pack.queue(&print, &id);
        making.keep(made, id, None, String::new());
    })
}

fn line(visit: &Visiting, clinics: &[Clinic], t: Words) -> QueueLine {
    let place = t.word("visit-place", visit.value("place"));
    let place = match visit.value("place") {
        "doctor" => format!("{place} {} {}", clinics::name(clinics, visit.value("department")), visit.value("room")),
        _ => place,
    };
    let flags = visit.words("flags").into_iter().map(|flag| t.word("visit-flag", flag));
    let doubtful = visit.is_doubtful().then(|| t.text("command-doubtful"));
    QueueLine {
        ticket: visit.said.ticket.clone(),
        place: place.trim().to_owned(),
        since: visit.since.at.to_string(),
        flags: flags.chain(doubtful).collect::<Vec<_>>().join("・"),
        number: visit.said.id.clone(),
    }
}

/// `POST /sheets/visit`
#[derive(Deserialize)]
pub struct Form {
    visit: String,
    /// `P6`: the card alone.
    #[serde(default)]
    only: String,
}

/// The packet. Of a patient who is kept back a reason is asked first, as for every print.
pub async fn post(State(site): State<Site>, visit: Visit, via: Via, Posted(form): Posted<Form>) -> Response {
    let (own, meant) = (site.clone(), form.visit.clone());
    let patient = site.read(move |reader| Ok(found(reader, &meant, own.now(), own.now())?.patient())).await;
    let (id, session) = match (patient, &visit.session) {
        (Ok(id), Some(session)) => (id, session.clone()),
        (Err(problem), _) => return refusal_in_words(&site, &visit, &problem.words),
        (_, None) => return Redirect::to("/login").into_response(),
    };
    if let Some(chart) = kept_back(&site, &session, &id).await {
        return Redirect::to(&chart).into_response();
    }
    let about = format!("{}/{}", id.authority, id.id);
    let order = VisitOrder { visit: form.visit, card_only: form.only == CARD, lang: visit.words.lang, by: visit.by() };
    let (own, write) = (site.clone(), site.writer());
    let printed = site.read(move |reader| print(reader, &order, own.now(), &|wish| write(wish))).await;
    given(&site, &visit, &via, about, printed)
}

/// `POST /sheets/queue`
#[derive(Deserialize)]
pub struct QueueForm {
    #[serde(default)]
    department: String,
}

/// The queue on paper.
pub async fn post_queue(State(site): State<Site>, visit: Visit, via: Via, Posted(form): Posted<QueueForm>) -> Response {
    let order = QueueOrder { department: form.department, lang: visit.words.lang, by: visit.by() };
    let (own, write) = (site.clone(), site.writer());
    let printed = site.read(move |reader| print_queue(reader, &order, own.now(), &|wish| write(wish))).await;
    given(&site, &visit, &via, String::new(), printed)
}
