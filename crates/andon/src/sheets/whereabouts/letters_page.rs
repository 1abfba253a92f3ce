//! 未スキャン文書台帳: letters that wait, by department and あいうえお順, and a form that is typed into letter after letter: Enter
//! writes one down and stands ready for the next, with department, day, kind and sender as before.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use chart::{PatientId, gojuon_rows};
use serde::Deserialize;
use store::Reader;

use super::super::pieces::Write;
use super::super::whose::{Said, Shown, whose};
use super::letters::{LetterRow, NO_ROW, Wanted, counts};
use super::page::Pages;
use super::paper_page::given;
use super::print::{self, By};
use super::view::{self, aged};
use super::{all_letters, day, letter, open_letters, say, short, take_number};
use crate::confidential::Flags;
use crate::event::{LETTER_KINDS, Letter, PaperAct, PaperEvent, PaperSaid};
use crate::home::Problem;
use crate::text::Words;
use crate::web::{Frame, Posted, Session, Site, Via, Visit, answer, encoded, note_about, refusal, refusal_in_words};
use crate::writing::Request;

/// Letters of one page: a department's, in most cases.
const ROWS_SHOWN: usize = 100;

/// `/whereabouts/letters?…`
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Asked {
    /// Only of this department.
    department: String,
    /// Only of this row of the kana table.
    row: String,
    /// `all`: also what is done.
    show: String,
    page: String,
    /// A letter to put right.
    number: String,
    /// The letter written down just now.
    done: String,
    /// What stays in the form from the letter before.
    to: String,
    received: String,
    kind: String,
    hospital: String,
}

impl Asked {
    fn wanted(&self) -> Wanted {
        Wanted { department: self.department.clone(), row: self.row.chars().next(), all: self.show == "all" }
    }

    /// The same list with another department, row or page.
    fn address(&self, department: &str, row: &str, page: usize) -> String {
        let [department, row, show] = [department, row, &self.show].map(encoded);
        format!("/whereabouts/letters?department={department}&row={row}&show={show}&page={page}")
    }
}

/// The form of one letter.
#[derive(Clone, Default, Deserialize)]
#[serde(default)]
pub struct Typed {
    number: String,
    department: String,
    received: String,
    kind: String,
    hospital: String,
    doctor: String,
    patient: String,
    birth: String,
    name: String,
    kana: String,
    pages: String,
    words: String,
    confirmed: String,
}

#[derive(Template)]
#[template(path = "sheets/whereabouts/letters.html")]
struct LettersPage {
    frame: Frame,
    asked: Asked,
    typed: Typed,
    no: String,
    shown: Option<Shown>,
    open: usize,
    counts: Vec<(String, usize, String)>,
    kana_rows: Vec<(String, String)>,
    lines: Vec<Line>,
    pages: Pages,
    all: bool,
}

impl LettersPage {
    fn kinds(&self) -> Vec<(&'static str, String, bool)> {
        LETTER_KINDS.map(|kind| (kind, self.frame.t.word("letter-kind", kind), self.typed.kind == kind)).to_vec()
    }
}

/// A letter in words.
struct Line {
    number: String,
    received: String,
    department: String,
    kana: String,
    name: String,
    id: String,
    chart: String,
    marks: Vec<String>,
    from: String,
    kind: String,
    pages: String,
    words: String,
    open: bool,
    ended: String,
    /// Address of the page by which it ended; empty for none.
    scan: String,
}

fn line(reader: &Reader, flags: &Flags, row: &LetterRow, now: chart::Moment, t: Words) -> Result<Line, Problem> {
    let letter = row.letter.clone();
    let whose = view::whose(reader, flags, (&letter.authority, &letter.id), t)?;
    let number = PatientId { authority: letter.authority, id: letter.id.clone() };
    let hidden = !letter.id.is_empty() && flags.of(&number).iter().any(|flag| flag.asks_reason());
    let (kana, name) = if hidden { Default::default() } else { (letter.kana, letter.name) };
    let ended = row.ended.as_ref().map_or_else(String::new, |told| {
        let why = if told.act == PaperAct::HandOn { told.words.as_str() } else { "" };
        format!("{} {why} {} {}", t.word("where-act", told.act.word()), aged(told.since, now, t), told.by)
    });
    let scanned = row.ended.as_ref().filter(|told| told.act == PaperAct::Scanned);
    Ok(Line {
        number: letter.number,
        received: letter.received,
        department: letter.department,
        kana,
        name,
        id: letter.id,
        chart: whose.as_ref().map_or_else(String::new, |whose| whose.chart.clone()),
        marks: whose.map_or_else(Vec::new, |whose| whose.marks),
        from: format!("{} {}", letter.hospital, letter.doctor).trim().to_owned(),
        kind: t.word("letter-kind", &letter.kind),
        pages: if letter.pages == 0 { String::new() } else { letter.pages.to_string() },
        words: letter.words,
        open: row.is_open(),
        ended,
        scan: scanned.map_or_else(String::new, |told| format!("/scans/{}/{}", told.who, told.of)),
    })
}

/// `GET /whereabouts/letters`
pub async fn page(State(site): State<Site>, visit: Visit, via: Via, Query(asked): Query<Asked>) -> Response {
    let typed = Typed {
        department: if asked.to.is_empty() { asked.department.clone() } else { asked.to.clone() },
        received: asked.received.clone(),
        kind: asked.kind.clone(),
        hospital: asked.hospital.clone(),
        ..Typed::default()
    };
    if asked.number.is_empty() {
        return show(&site, &visit, (asked, typed), String::new(), None).await;
    }
    let number = asked.number.clone();
    let known = match site.read(move |reader| letter(reader, &number)).await {
        Ok(Some(row)) => row.letter,
        Ok(None) => return refusal_in_words(&site, &visit, &super::no("number").words),
        Err(problem) => return refusal_in_words(&site, &visit, &problem.words),
    };
    let id = PatientId { authority: known.authority.clone(), id: known.id.clone() };
    if let (false, Some(session)) = (id.id.is_empty(), visit.session.clone())
        && let Some(away) = told_of(&site, &via, &session, &id).await
    {
        return away;
    }
    show(&site, &visit, (asked, of_letter(known)), String::new(), None).await
}

/// Writes down that a patient is shown; where the chart asks for a reason and none was given, leads there instead.
async fn told_of(site: &Site, via: &Via, session: &Session, id: &PatientId) -> Option<Response> {
    if let Some(chart) = super::super::page::kept_back(site, session, id).await {
        return Some(Redirect::to(&chart).into_response());
    }
    let about = format!("{}/{}", id.authority, id.id);
    note_about(site, via, &session.person, ("whereabouts-letters", about, String::new()), 200);
    None
}

/// A letter as the form has it. A number that was confirmed once comes with its 照合番号.
fn of_letter(letter: Letter) -> Typed {
    let check = chart::check_digit::confirmation(&letter.id).filter(|_| !letter.id.is_empty());
    Typed {
        patient: check.map_or(letter.id.clone(), |check| format!("{}-{check}", letter.id)),
        number: letter.number,
        department: letter.department,
        received: letter.received,
        kind: letter.kind,
        hospital: letter.hospital,
        doctor: letter.doctor,
        name: letter.name,
        kana: letter.kana,
        pages: if letter.pages == 0 { String::new() } else { letter.pages.to_string() },
        words: letter.words,
        ..Typed::default()
    }
}

async fn show(
    site: &Site,
    visit: &Visit,
    (asked, typed): (Asked, Typed),
    no: String,
    shown: Option<Shown>,
) -> Response {
    let (own, seen) = (site.clone(), visit.clone());
    let made = site.read(move |reader| made(&own, &seen, reader, (asked, typed), no, shown));
    answer(site, visit, made.await)
}

fn made(
    site: &Site,
    visit: &Visit,
    reader: &Reader,
    (asked, mut typed): (Asked, Typed),
    no: String,
    shown: Option<Shown>,
) -> Result<LettersPage, Problem> {
    let (t, now) = (visit.words, site.now());
    let wanted = asked.wanted();
    let waiting = reader.once(open_letters)?;
    let rows = if wanted.all { reader.once(all_letters)? } else { waiting.clone() };
    let found: Vec<&LetterRow> = rows.iter().filter(|row| wanted.takes(row)).collect();
    let pages =
        Pages::of(&asked.page, found.len(), ROWS_SHOWN, &|page| asked.address(&asked.department, &asked.row, page));
    let flags = reader.once(Flags::all)?;
    let lines = pages.cut(&found, ROWS_SHOWN).iter().map(|row| line(reader, &flags, row, now, t));
    let counts = counts(&waiting).into_iter();
    let counts = counts.map(|(department, count)| {
        let address = asked.address(&department, &asked.row, 1);
        (department, count, address)
    });
    let kana_rows = gojuon_rows().into_iter().chain([NO_ROW]).map(|row| {
        let row = row.to_string();
        let address = asked.address(&asked.department, &row, 1);
        (row, address)
    });
    if typed.received.is_empty() {
        typed.received = now.to_string().chars().take(10).collect();
    }
    Ok(LettersPage {
        lines: lines.collect::<Result<_, _>>()?,
        counts: counts.collect(),
        kana_rows: kana_rows.collect(),
        open: waiting.len(),
        frame: Frame::new(site, visit, reader)?,
        all: wanted.all,
        asked,
        typed,
        no,
        shown,
        pages,
    })
}

/// `POST /whereabouts/letters`: a letter is written down; one with a number only after its patient was looked at.
pub async fn register(State(site): State<Site>, visit: Visit, via: Via, Posted(typed): Posted<Typed>) -> Response {
    let (form, t) = (typed.clone(), visit.words);
    let asked = Asked { department: typed.department.clone(), ..Asked::default() };
    let found = site.read(move |reader| {
        let said = Said { patient: &form.patient, birth: &form.birth, kana: &form.kana };
        whose(reader, &said, t)
    });
    let patient = match found.await {
        Ok(Ok(patient)) => patient,
        Ok(Err(no)) => return show(&site, &visit, (asked, typed), no, None).await,
        Err(problem) => return show(&site, &visit, (asked, typed), problem.words, None).await,
    };
    if let (Some((id, _)), Some(session)) = (&patient, visit.session.clone())
        && let Some(away) = told_of(&site, &via, &session, id).await
    {
        return away;
    }
    if let Some((_, shown)) = patient.as_ref().filter(|(id, _)| typed.confirmed != id.id) {
        let shown = Some(shown.clone());
        return show(&site, &visit, (asked, typed), String::new(), shown).await;
    }
    let (by, write, form) = (visit.by(), site.writer(), typed.clone());
    let put = tokio::task::spawn_blocking(move || put(&form, patient, &by, &|wish| write(wish)));
    match put.await.unwrap_or_else(|_| Err(super::no("stopped"))) {
        Ok(done) => {
            let [to, received, kind, hospital] =
                [&typed.department, &typed.received, &typed.kind, &typed.hospital].map(|text| encoded(text));
            let list = asked.address(&asked.department, "", 1);
            let kept = format!("&to={to}&received={received}&kind={kind}&hospital={hospital}");
            Redirect::to(&format!("{list}{kept}&done={}", encoded(&done))).into_response()
        }
        Err(problem) => show(&site, &visit, (asked, typed), problem.words, None).await,
    }
}

/// Writes a letter down and gives its number.
fn put(
    typed: &Typed,
    patient: Option<(PatientId, Shown)>,
    (by, role): &(String, String),
    write: Write<'_>,
) -> Result<String, Problem> {
    let known = patient.as_ref().map(|(_, shown)| (shown.name.clone(), shown.kana.clone())).unwrap_or_default();
    let id = patient.map(|(id, _)| id);
    let or = |text: &str, known: String| if text.trim().is_empty() { known } else { short(text) };
    let mut letter = Letter {
        number: typed.number.clone(),
        received: day(&typed.received)?,
        hospital: short(&typed.hospital),
        doctor: short(&typed.doctor),
        department: short(&typed.department),
        authority: id.as_ref().map_or_else(String::new, |id| id.authority.clone()),
        id: id.as_ref().map_or_else(String::new, |id| id.id.clone()),
        name: or(&typed.name, known.0),
        kana: or(&typed.kana, known.1),
        kind: typed.kind.clone(),
        pages: typed.pages.trim().parse().unwrap_or(0),
        words: short(&typed.words),
    };
    if letter.number.is_empty() {
        letter.number = format!("{}-1", take_number(id.as_ref(), (by, role), write)?);
    }
    let number = letter.number.clone();
    write(&Request::Paper { event: PaperEvent::Letter(letter), by: by.clone(), role: role.clone() })?;
    Ok(number)
}

/// What a person says of a letter.
#[derive(Deserialize)]
pub struct ActForm {
    number: String,
    act: String,
    #[serde(default)]
    words: String,
}

/// `POST /whereabouts/letters/act`
pub async fn act(State(site): State<Site>, visit: Visit, Posted(form): Posted<ActForm>) -> Response {
    // Scanned is said by filing a page.
    let known = PaperAct::read(&form.act).filter(|act| matches!(act, PaperAct::HandOn | PaperAct::Reopen));
    let Some(act) = known else { return refusal_in_words(&site, &visit, &visit.words.text("sheets-act-none")) };
    let said = PaperSaid { words: short(&form.words), ..PaperSaid::new(&form.number, act) };
    let ((by, role), write) = (visit.by(), site.writer());
    let done = site.read(move |reader| {
        let department = letter(reader, &said.number)?.map_or_else(String::new, |row| row.letter.department);
        say(reader, said, (&by, &role), &|wish| write(wish)).map(|()| department)
    });
    match done.await {
        Ok(department) => Redirect::to(&Asked::default().address(&department, "", 1)).into_response(),
        Err(problem) => refusal_in_words(&site, &visit, &problem.words),
    }
}

/// `POST /whereabouts/letters/print`: the letters that wait, of one department and row or of all, as a list to carry.
pub async fn print(
    State(site): State<Site>,
    visit: Visit,
    via: Via,
    headers: HeaderMap,
    Posted(asked): Posted<Asked>,
) -> Response {
    let Some(session) = visit.session.clone() else {
        return refusal(&site, &headers, StatusCode::FORBIDDEN, "refused-right");
    };
    let (own, write) = (site.clone(), site.writer());
    let by = By { lang: visit.words.lang, by: session.person.by() };
    let wanted = Wanted { all: false, ..asked.wanted() };
    let printed = site.read(move |reader| {
        let rows: Vec<LetterRow> = open_letters(reader)?.into_iter().filter(|row| wanted.takes(row)).collect();
        print::letters(reader, &rows, &by, own.now(), &|wish| write(wish))
    });
    let printed = printed.await;
    given(&site, &visit, &via, String::new(), printed)
}

/// A letter to choose where a page is filed by hand: its number, and words that begin with the kana, by which a key jumps there.
pub fn choices(reader: &Reader, t: Words) -> Result<Vec<(String, String)>, Problem> {
    let mut rows = open_letters(reader)?;
    rows.sort_by_cached_key(|row| chart::gojuon(&row.letter.kana));
    let flags = reader.once(Flags::all)?;
    let choice = |row: LetterRow| {
        let letter = row.letter;
        let number = PatientId { authority: letter.authority, id: letter.id.clone() };
        let hidden = !letter.id.is_empty() && flags.of(&number).iter().any(|flag| flag.asks_reason());
        let (kana, name) = if hidden { (letter.id.clone(), String::new()) } else { (letter.kana, letter.name) };
        let kind = t.word("letter-kind", &letter.kind);
        let parts = [kana, name, letter.department, kind, letter.hospital, letter.received, letter.number.clone()];
        let words = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("　");
        (letter.number, words)
    };
    Ok(rows.into_iter().map(choice).collect())
}
