//! 用紙から入力: a sheet of the chronology (P1) that was written by hand, row by row by the keyboard alone: Tab through a row, Enter for the
//! next. Each row is on disk before the next is asked for.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use chart::Moment;
use serde::Deserialize;
use store::Reader;

use crate::chronology::{Line, present};
use crate::chronology_sheets::{self, EnteredRow, Sheet};
use crate::event::{CATEGORIES, LineSaid, MEANS, ROW_STATES, RowSaid};
use crate::home::Problem;
use crate::text::Words;
use crate::typed_time::on_day;
use crate::web::{Frame, Posted, Site, Visit, answer, encoded};
use crate::writing::Request;

/// Sheets offered for a choice; others are opened by their number.
const OPEN_SHOWN: usize = 50;
/// What the button says that makes every row that is left blank.
const REST: &str = "rest";

/// A row as it is typed; also what an address says: which sheet, which row, what goes on from the row before.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Typed {
    #[serde(default)]
    number: String,
    #[serde(default)]
    row: String,
    /// A word of [`ROW_STATES`], or [`REST`].
    #[serde(default)]
    state: String,
    #[serde(default)]
    day: String,
    #[serde(default)]
    at: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    category: String,
    #[serde(default)]
    task: String,
    #[serde(default)]
    due: String,
    #[serde(default)]
    means: String,
    #[serde(default)]
    writer: String,
    #[serde(default)]
    words: String,
    #[serde(default)]
    log: String,
    /// `1`: what stands is to be put right.
    #[serde(default)]
    correct: String,
    /// The row that was just entered.
    #[serde(default)]
    done: String,
}

#[derive(Template)]
#[template(path = "command/sheet.html")]
struct SheetPage {
    frame: Frame,
    typed: Typed,
    /// What is wrong with what was typed.
    no: String,
    sheet: Option<Shown>,
    /// Number and words of sheets of which rows are left.
    open: Vec<(String, String)>,
}

/// A sheet with its rows.
struct Shown {
    number: String,
    about: String,
    rows: Vec<Row>,
    left: usize,
    /// The row that is typed now.
    current: Option<u32>,
    /// Something stands of it.
    stands: bool,
}

struct Row {
    row: u32,
    state: String,
    /// What stands, once for each station that entered it apart.
    stands: Vec<Stands>,
}

struct Stands {
    at: String,
    between: String,
    text: String,
    line: String,
    /// The line's address.
    address: String,
    by: String,
}

impl SheetPage {
    fn categories(&self) -> Vec<(&'static str, String)> {
        CATEGORIES.map(|word| (word, self.frame.t.word("command-category", word))).to_vec()
    }

    fn means(&self) -> Vec<(&'static str, String)> {
        MEANS.map(|word| (word, self.frame.t.word("command-means", word))).to_vec()
    }
}

/// From where a line was entered, in words.
pub(super) fn source(row: &RowSaid, t: Words) -> String {
    let number = t.with("entry-source", format!("{}-{}", row.sheet, row.row));
    format!("{number} {}", t.with("entry-by", row.writer.as_str()))
}

/// `GET /command/chronology/enter?…`
pub async fn page(State(site): State<Site>, visit: Visit, Query(typed): Query<Typed>) -> Response {
    show(&site, &visit, typed, String::new()).await
}

async fn show(site: &Site, visit: &Visit, typed: Typed, no: String) -> Response {
    let (own, asked) = (site.clone(), visit.clone());
    let made = site.read(move |reader| made(&own, &asked, reader, typed, no)).await;
    answer(site, visit, made)
}

fn made(site: &Site, visit: &Visit, reader: &Reader, mut typed: Typed, mut no: String) -> Result<SheetPage, Problem> {
    let t = visit.words;
    let known = match typed.number.trim().is_empty() {
        true => None,
        false => Problem::said(chronology_sheets::known(reader, &typed.number), &mut no)?,
    };
    let sheet = known.map(|sheet| shown(reader, &sheet, &mut typed, t)).transpose()?;
    let open = match sheet {
        Some(_) => Vec::new(),
        None => chronology_sheets::open(reader)?,
    };
    let words = |(sheet, left): (Sheet, usize)| {
        let about = format!("{} {} {}", sheet.form, t.with("entry-printed", sheet.printed.to_string()), sheet.by);
        (sheet.number, format!("{about}　{}", t.with("entry-left", left)))
    };
    let open = open.into_iter().take(OPEN_SHOWN).map(words).collect();
    Ok(SheetPage { frame: Frame::new(site, visit, reader)?, typed, no, sheet, open })
}

/// A sheet as it stands; what is typed of a row that stands begins with what stands.
fn shown(reader: &Reader, sheet: &Sheet, typed: &mut Typed, t: Words) -> Result<Shown, Problem> {
    let entered = reader.once(chronology_sheets::entered)?.get(&sheet.number).cloned().unwrap_or_default();
    let lines = present(reader)?;
    let left = entered.left(&sheet.form).unwrap_or_default();
    let asked = typed.row.trim().parse().ok().filter(|row| (1..=sheet.rows).contains(row));
    let current: Option<u32> = asked.or(left.first().copied());
    let of = |row: &EnteredRow| lines.iter().find(|line| line.name == row.said.line).cloned();
    let row = |number: u32| {
        let stands = entered.rows.get(&number).map_or(&[][..], Vec::as_slice);
        let state = stands.last().map_or_else(|| t.text("entry-todo"), |row| t.word("entry-row", &row.said.state));
        Row { row: number, state, stands: stands.iter().map(|row| stands_of(row, of(row).as_deref(), t)).collect() }
    };
    let stood = current.and_then(|row| entered.rows.get(&row)?.last());
    if let Some(stood) = stood.filter(|_| typed.state.is_empty()) {
        begin(typed, stood, of(stood).as_deref());
    }
    let title = paper::form(&sheet.form).map_or("", |form| form.title[t.lang as usize]);
    let printed = t.with("entry-printed", sheet.printed.to_string());
    Ok(Shown {
        number: sheet.number.clone(),
        about: format!("{} {title}　{printed} {}", sheet.form, sheet.by),
        rows: (1..=sheet.rows).map(row).collect(),
        left: left.len(),
        current,
        stands: stood.is_some(),
    })
}

fn stands_of(row: &EnteredRow, line: Option<&Line>, t: Words) -> Stands {
    let by = format!("{} {}", row.told.who, row.told.entry);
    match line {
        Some(line) => Stands {
            at: line.told.at.to_string(),
            between: format!("{} → {}", line.said.from, line.said.to),
            text: if line.struck.is_some() {
                format!("{} {}", line.text, t.text("command-struck"))
            } else {
                line.text.clone()
            },
            line: line.said.number.clone(),
            address: format!("/command/chronology?show=all&line={}#change", encoded(&line.name)),
            by: format!("{by} {}", t.with("entry-by", row.said.writer.as_str())),
        },
        None => {
            let [at, between, line, address] = [const { String::new() }; 4];
            Stands { at, between, text: row.said.words.clone(), line, address, by }
        }
    }
}

/// The row is typed anew out of what stands.
fn begin(typed: &mut Typed, stood: &EnteredRow, line: Option<&Line>) {
    typed.writer = stood.said.writer.clone();
    let Some(line) = line else { return };
    let said = &line.said;
    let at = line.told.at.to_string();
    let (day, time) = at.split_once(' ').unwrap_or_default();
    (typed.day, typed.at) = (day.to_owned(), time.to_owned());
    (typed.from, typed.to, typed.text) = (said.from.clone(), said.to.clone(), line.text.clone());
    (typed.category, typed.means) = (said.category.clone(), said.means.clone());
    (typed.task, typed.due, typed.log) = (said.task.clone(), said.due.clone(), said.log.clone());
}

/// `POST /command/chronology/enter`: one row, or that the rest is blank.
pub async fn enter(State(site): State<Site>, visit: Visit, Posted(typed): Posted<Typed>) -> Response {
    let rows = match rows_meant(&site, &typed).await {
        Ok(rows) => rows,
        Err(problem) => return show(&site, &visit, typed, problem.words).await,
    };
    let blank = typed.state != ROW_STATES[0];
    let at = match on_day(&typed.day, &typed.at, site.now()) {
        Some(at) => at,
        None if blank => site.now(),
        None => return show(&site, &visit, typed, visit.words.text("entry-no-time")).await,
    };
    for row in &rows {
        if let Err(problem) = site.write(request(&visit, &typed, *row, at)).await {
            return show(&site, &visit, typed, problem.words).await;
        }
    }
    let of = |name: &str, value: &str| format!("&{name}={}", encoded(value));
    let goes_on = [of("day", &typed.day), of("writer", &typed.writer), of("log", &typed.log)].concat();
    let done = rows.last().map_or_else(String::new, u32::to_string);
    let to = format!("/command/chronology/enter?number={}{goes_on}{}#row", encoded(&typed.number), of("done", &done));
    Redirect::to(&to).into_response()
}

/// The row that is typed, or all that are left.
async fn rows_meant(site: &Site, typed: &Typed) -> Result<Vec<u32>, Problem> {
    if typed.state != REST {
        // No row has number 0: who writes says so.
        return Ok(vec![typed.row.trim().parse().unwrap_or(0)]);
    }
    let number = typed.number.clone();
    site.read(move |reader| {
        let sheet = chronology_sheets::known(reader, &number)?;
        let entered = reader.once(chronology_sheets::entered)?;
        Ok(entered.get(&sheet.number).cloned().unwrap_or_default().left(&sheet.form).unwrap_or_default())
    })
    .await
}

fn request(visit: &Visit, typed: &Typed, row: u32, at: Moment) -> Request {
    let written = typed.state == ROW_STATES[0];
    let state = if typed.state == REST { ROW_STATES[1].to_owned() } else { typed.state.clone() };
    let Typed { number: sheet, writer, words, .. } = typed.clone();
    let row = RowSaid { sheet, row, state, writer, words, ..RowSaid::default() };
    let line = if written { line(typed) } else { LineSaid::default() };
    let (by, role) = visit.by();
    Request::EnterRow { row, line, at: at.0, correct: typed.correct == "1", by, role }
}

fn line(typed: &Typed) -> LineSaid {
    let Typed { from, to, text, category, task, due, means, log, .. } = typed.clone();
    let category = if category.is_empty() { CATEGORIES[0].to_owned() } else { category };
    LineSaid { from, to, text, category, task, due, means, log, ..LineSaid::default() }
}
