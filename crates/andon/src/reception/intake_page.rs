//! 問診: what bears on safety is asked of everybody with nothing of the copy in sight; what is not, stands there from the copy to be put
//! right. Only then is shown where answers and copy differ (users.md 21).

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use chart::AsOf;
use chart::intake::INTAKE;
use serde::Deserialize;
use store::Reader;

use super::intake_say::{ANSWERED_BY, QUESTIONS};
use super::view::View;
use crate::disagreements::{Line, line};
use crate::event::{INTAKE_FIELDS, IntakeSaid, VisitEvent};
use crate::finding::shown::{Coded, Person, coded};
use crate::home::Problem;
use crate::parents::Seen;
use crate::text::Words;
use crate::visits::found;
use crate::visits::intakes::{Intake, WITHDRAWN, of_visit};
use crate::web::{Frame, Posted, Site, Via, Visit, answer, encoded, note_about};
use crate::writing::Request;
use crate::writing::desk::DeskWish;

/// The act of the form that takes answers back.
const WITHDRAW: &str = "withdraw";

/// What the forms say.
type Typed = BTreeMap<String, String>;

/// `/reception/intake?…`
#[derive(Deserialize)]
pub struct Asked {
    #[serde(default)]
    visit: String,
    /// `1`: the answers were kept just now, and may be compared.
    #[serde(default)]
    done: String,
}

/// A question with its answers.
struct Question {
    code: &'static str,
    words: String,
    /// What is asked where the answer is yes.
    which: String,
    answers: Vec<(&'static str, String)>,
}

#[derive(Template)]
#[template(path = "reception/intake.html")]
struct IntakePage {
    frame: Frame,
    visit: String,
    ticket: String,
    address: String,
    person: Person,
    typed: Typed,
    no: String,
    done: bool,
    questions: Vec<Question>,
    by: Vec<Coded>,
    /// When and by whom it was asked on this visit before; what was answered is not shown to who asks.
    before: Vec<String>,
    /// Something of it stands.
    may_withdraw: bool,
    /// Where what was answered is not what the copy says; after the answers were kept.
    unlike: Vec<Line>,
}

impl IntakePage {
    fn typed(&self, name: &str) -> &str {
        self.typed.get(name).map_or("", String::as_str)
    }

    fn is(&self, name: &str, value: &str) -> bool {
        self.typed(name) == value
    }

    fn words_of(&self, question: &str) -> &str {
        self.typed(&format!("{question}_words"))
    }
}

/// `GET /reception/intake`
pub async fn page(State(site): State<Site>, visit: Visit, via: Via, Query(asked): Query<Asked>) -> Response {
    let done = asked.done == "1";
    show(&site, (&visit, &via), (asked.visit, done), Typed::new(), String::new()).await
}

async fn show(
    site: &Site,
    (visit, via): (&Visit, &Via),
    (meant, done): (String, bool),
    typed: Typed,
    no: String,
) -> Response {
    let (own, seen) = (site.clone(), visit.clone());
    let made = site.read(move |reader| made(&own, &seen, reader, (&meant, done), (typed, no))).await;
    if let (Some(session), Ok(page)) = (&visit.session, &made) {
        let about = format!("{}/{}", page.person.authority, page.person.id);
        note_about(site, via, &session.person, ("intake", about, String::new()), 200);
    }
    answer(site, visit, made)
}

fn made(
    site: &Site,
    visit: &Visit,
    reader: &Reader,
    (meant, done): (&str, bool),
    (mut typed, no): (Typed, String),
) -> Result<IntakePage, Problem> {
    let (t, now) = (visit.words, site.now());
    let one = found(reader, meant, now, now)?;
    let view = View::new(reader, t, now)?;
    let id = one.patient();
    let chart = crate::record::chart(reader, &id, &AsOf::live(now))?;
    let is_ours = |item: &&chart::Item<chart::Disagreement>| {
        item.settled.is_none() && item.brought.source.as_ref().is_some_and(|source| source.kind == INTAKE)
    };
    let unlike = chart.iter().flat_map(|chart| chart.disagreements.iter()).filter(is_ours).filter(|_| done);
    let unlike = unlike.map(|item| line(item, t, now)).collect();
    // What is not safety stands there from the copy, and is typed over where it is wrong.
    if let Some(patient) = chart.as_ref().map(|chart| &chart.patient).filter(|_| typed.is_empty()) {
        let first = |known: &[String]| known.first().cloned().unwrap_or_default();
        typed.insert("address".to_owned(), first(&patient.addresses));
        typed.insert("phone".to_owned(), first(&patient.phones));
    }
    let question = |(code, answers): (&'static str, &'static [&'static str])| Question {
        code,
        words: t.word("intake-ask", code),
        which: t.word("intake-which", code),
        answers: answers.iter().map(|answer| (*answer, t.word("intake-answer", answer))).collect(),
    };
    let before = of_visit(reader, &id, &one.name)?;
    Ok(IntakePage {
        frame: Frame::new(site, visit, reader)?,
        may_withdraw: before.iter().any(|one| one.withdrawn.is_none()),
        before: before.iter().map(|one| asked_before(one, t)).collect(),
        visit: one.name.clone(),
        ticket: one.said.ticket.clone(),
        address: format!("/reception/visit?visit={}", encoded(&one.name)),
        person: view.person(reader, &id)?,
        typed,
        no,
        done,
        questions: QUESTIONS.map(question).into(),
        by: coded(ANSWERED_BY, |code| t.word("intake-by", code)),
        unlike,
    })
}

fn asked_before(one: &Intake, t: Words) -> String {
    let asked = format!("{} {}", one.told.at, one.said.asked_by);
    match &one.withdrawn {
        None => asked,
        Some(by) => format!("{asked}　{} {} {} {}", t.text("intake-withdrawn"), by.words, by.who, by.entry),
    }
}

/// `POST /reception/intake`: the answers are kept, then compared; or those that stand are taken back.
pub async fn keep(State(site): State<Site>, visit: Visit, via: Via, Posted(typed): Posted<Typed>) -> Response {
    let of = |name: &str| typed.get(name).map(|text| text.trim().to_owned()).unwrap_or_default();
    let withdraws = of("act") == WITHDRAW;
    let fields = INTAKE_FIELDS.into_iter().filter(|field| (*field == WITHDRAWN) == withdraws);
    let said = IntakeSaid {
        visit: of("visit"),
        asked_by: of("asked_by"),
        answered_by: of("answered_by"),
        values: fields.map(|field| (field.to_owned(), of(field))).collect(),
        ..IntakeSaid::default()
    };
    let meant = said.visit.clone();
    let (by, role) = visit.by();
    let event = VisitEvent::Intake(said);
    let wish = DeskWish::Visit { event, seen: Seen::default(), at: site.now().0 };
    match site.write(Request::Desk { wish, by, role }).await {
        Ok(_) if withdraws => Redirect::to(&format!("/reception/intake?visit={}", encoded(&meant))).into_response(),
        Ok(_) => Redirect::to(&format!("/reception/intake?visit={}&done=1", encoded(&meant))).into_response(),
        Err(problem) => show(&site, (&visit, &via), (meant, false), typed, problem.words).await,
    }
}
