//! クロノロ: the lines, a line to be written by keyboard alone, what becomes of one; the wall; CSV and JSON.

use std::sync::Arc;

use askama::Template;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Redirect, Response};
use chart::Moment;
use serde::Deserialize;
use serde_json::json;
use store::Reader;

use super::attached_page::{Shown, kept};
use super::{out, sheet_page};
use crate::attachments::Attachments;
use crate::chronology::{Line, Wanted, present};
use crate::event::{CATEGORIES, CommandEvent, LINE_STATES, LineAct, LineChanged, LineSaid, MEANS};
use crate::home::Problem;
use crate::hospital::Members;
use crate::incident::{Told, now as current};
use crate::parents::Seen;
use crate::text::Words;
use crate::typed_time::when;
use crate::web::{Frame, Posted, PostedFiles, Site, Visit, answer, encoded, refusal_in_words};
use crate::writing::Request;

/// Lines of one page; older ones are one link away.
const LINES_SHOWN: usize = 200;
/// Lines of the wall, in letters that are read across a room.
const WALL_LINES: usize = 12;
/// The wall comes again so often, seconds: whoever looks at it sees a line within about one.
const WALL_SECONDS: u16 = 1;

/// `/command/chronology?…`
#[derive(Clone, Default, Deserialize)]
pub struct Asked {
    /// `open`, `key`, `doubtful`, `all`; else headquarters'.
    #[serde(default)]
    show: String,
    /// One department's log.
    #[serde(default)]
    log: String,
    /// Lines before this place in the list; empty: the newest.
    #[serde(default)]
    before: String,
    /// The number of the line that was just written.
    #[serde(default)]
    done: String,
    /// The line that is being changed.
    #[serde(default)]
    line: String,
}

/// What can be shown, in order.
const SHOWS: [&str; 5] = ["headquarters", "open", "key", "doubtful", "all"];

/// A line in words.
pub(super) struct Row {
    name: String,
    number: String,
    at: String,
    entered: String,
    from: String,
    to: String,
    means: String,
    category: String,
    text: String,
    /// Texts that were struck through, each with who and why.
    struck: Vec<(String, String)>,
    cancelled: String,
    task: String,
    state: &'static str,
    state_words: String,
    state_by: String,
    key: bool,
    read_back: bool,
    doubtful: bool,
    log: String,
    promoted: bool,
    of: String,
    by: String,
    attached: Vec<Shown>,
    /// The sheet and row of paper it was entered from, in words.
    paper: String,
    seen: Seen,
}

fn short_time(at: Moment) -> String {
    at.to_string()
}

fn why(told: &Told) -> String {
    format!("{} {} {}", told.entry, told.who, told.words)
}

fn row(line: &Line, files: &Attachments, t: Words) -> Row {
    let (said, told) = (&line.said, &line.told);
    let texts = std::iter::once(&said.text).chain(line.corrections.iter().map(|(text, _)| text));
    let struck = texts.zip(&line.corrections).map(|(text, (_, told))| (text.clone(), why(told))).collect();
    let about = if said.about == "1" { t.text("command-about-mark") } else { String::new() };
    let late = told.entry.0.saturating_sub(told.at.0) >= 60_000;
    Row {
        name: line.name.clone(),
        number: said.number.clone(),
        at: format!("{}{about}", short_time(told.at)),
        entered: if late { t.with("command-entered", short_time(told.entry)) } else { String::new() },
        from: said.from.clone(),
        to: said.to.clone(),
        means: if said.means.is_empty() { String::new() } else { t.word("command-means", &said.means) },
        category: t.word("command-category", &said.category),
        text: line.text.clone(),
        struck,
        cancelled: line.struck.as_ref().map_or_else(String::new, why),
        task: [said.task.as_str(), said.due.as_str()].join(" ").trim().to_owned(),
        state: line.state,
        state_words: t.word("command-state", line.state),
        state_by: line.state_told.as_ref().map_or_else(String::new, why),
        key: line.key,
        read_back: line.read_back,
        doubtful: line.doubtful,
        log: said.log.clone(),
        promoted: line.promoted.is_some(),
        of: said.of.clone(),
        by: format!("{}{}", told.who, t.with("aside", t.word("role", &told.role))),
        attached: files.attached(line).into_iter().map(|file| Shown::of(file, t)).collect(),
        paper: line.paper.as_ref().map_or_else(String::new, |row| sheet_page::source(row, t)),
        seen: Seen::of(&line.tips),
    }
}

#[derive(Template)]
#[template(path = "command/chronology.html")]
struct ChronologyPage {
    frame: Frame,
    asked: Asked,
    show: &'static str,
    /// Each list with how many lines it has.
    shows: Vec<(&'static str, usize)>,
    logs: Vec<String>,
    rows: Vec<Row>,
    /// Where the page before this one ends; empty for none.
    older: String,
    /// The line that is being changed.
    changing: Option<Row>,
    posts: Vec<String>,
}

impl ChronologyPage {
    fn categories(&self) -> Vec<(&'static str, String)> {
        CATEGORIES.map(|word| (word, self.frame.t.word("command-category", word))).to_vec()
    }

    fn means(&self) -> Vec<(&'static str, String)> {
        MEANS.map(|word| (word, self.frame.t.word("command-means", word))).to_vec()
    }

    fn states(&self) -> Vec<(&'static str, String)> {
        LINE_STATES.map(|word| (word, self.frame.t.word("command-state", word))).to_vec()
    }
}

fn is_shown(line: &Line, show: &str, log: &str) -> bool {
    let wanted = Wanted {
        log: (!log.is_empty()).then(|| log.to_owned()),
        all: show != "headquarters" && log.is_empty(),
        open: show == "open",
        key: show == "key",
        ..Wanted::default()
    };
    wanted.is(line) && (show != "doubtful" || line.doubtful)
}

/// `GET /command/chronology`
pub async fn page(State(site): State<Site>, visit: Visit, Query(asked): Query<Asked>) -> Response {
    let (own, seen) = (site.clone(), visit.clone());
    let made = site.read(move |reader| made(&own, &seen, reader, asked)).await;
    answer(&site, &visit, made)
}

fn made(site: &Site, visit: &Visit, reader: &Reader, asked: Asked) -> Result<ChronologyPage, Problem> {
    let t = visit.words;
    let (all, files) = (present(reader)?, reader.once(Attachments::of)?);
    let show = SHOWS.into_iter().find(|show| *show == asked.show).unwrap_or(SHOWS[0]);
    let shows = SHOWS.map(|show| (show, all.iter().filter(|line| is_shown(line, show, "")).count())).to_vec();
    let found: Vec<&Arc<Line>> = all.iter().filter(|line| is_shown(line, show, &asked.log)).collect();
    let end = asked.before.parse().unwrap_or(found.len()).min(found.len());
    let begin = end.saturating_sub(LINES_SHOWN);
    let shown = found.get(begin..end).unwrap_or_default();
    let mut logs: Vec<String> = all.iter().map(|line| line.said.log.clone()).filter(|log| !log.is_empty()).collect();
    logs.sort_unstable();
    logs.dedup();
    let mut posts: Vec<String> = all.iter().flat_map(|line| [line.said.from.clone(), line.said.to.clone()]).collect();
    posts.sort_unstable();
    posts.dedup();
    posts.retain(|post| !post.is_empty());
    Ok(ChronologyPage {
        frame: Frame::new(site, visit, reader)?,
        rows: shown.iter().map(|line| row(line, &files, t)).collect(),
        older: if begin > 0 { begin.to_string() } else { String::new() },
        changing: all.iter().find(|line| line.name == asked.line).map(|line| row(line, &files, t)),
        asked,
        show,
        shows,
        logs,
        posts,
    })
}

/// A line as it is written.
#[derive(Deserialize)]
pub struct Written {
    #[serde(default)]
    at: String,
    #[serde(default)]
    about: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    means: String,
    #[serde(default)]
    category: String,
    #[serde(default)]
    text: String,
    #[serde(default)]
    task: String,
    #[serde(default)]
    due: String,
    #[serde(default)]
    key: String,
    #[serde(default)]
    read_back: String,
    #[serde(default)]
    of: String,
    #[serde(default)]
    log: String,
}

/// `POST /command/chronology`
pub async fn write(State(site): State<Site>, visit: Visit, PostedFiles(form, files): PostedFiles<Written>) -> Response {
    let Some(at) = when(&form.at, site.now()) else {
        return refusal_in_words(&site, &visit, &visit.words.text("command-no-time"));
    };
    // Nothing is kept for a line that is none.
    if form.text.trim().is_empty() {
        return refusal_in_words(&site, &visit, &visit.words.text("command-no-text"));
    }
    let attached = match kept(&site, &visit, files).await {
        Ok(attached) => attached,
        Err(problem) => return refusal_in_words(&site, &visit, &problem.words),
    };
    let Written { about, from, to, means, category, text, task, due, key, read_back, of, log, .. } = form;
    let back = format!("/command/chronology?log={}", encoded(&log));
    let head = LineSaid { about, from, to, means, category, text, attached, ..LineSaid::default() };
    let said = LineSaid { task, due, key, read_back, of, log, ..head };
    let (by, role) = visit.by();
    match site
        .write(Request::Command { event: CommandEvent::Line(said), seen: Seen::default(), at: at.0, by, role })
        .await
    {
        Ok(crate::writing::Answer::Said { number, .. }) => {
            Redirect::to(&format!("{back}&done={}#write", encoded(&number))).into_response()
        }
        Ok(_) => Redirect::to(&back).into_response(),
        Err(problem) => refusal_in_words(&site, &visit, &problem.words),
    }
}

/// What becomes of a line.
#[derive(Deserialize)]
pub struct Change {
    line: String,
    act: String,
    #[serde(default)]
    value: String,
    #[serde(default)]
    words: String,
    #[serde(default)]
    seen: Seen,
}

/// `POST /command/chronology/act`
pub async fn act(State(site): State<Site>, visit: Visit, Posted(form): Posted<Change>) -> Response {
    let Change { line, act, value, words, seen } = form;
    if LineAct::read(&act).is_none() {
        return refusal_in_words(&site, &visit, &visit.words.text("sheets-act-none"));
    }
    let to = format!("/command/chronology?show=all&line={}#change", encoded(&line));
    let event = CommandEvent::Changed(LineChanged { incident: String::new(), line, act, value, words });
    let (by, role) = visit.by();
    match site.write(Request::Command { event, seen, at: site.now().0, by, role }).await {
        Ok(_) => Redirect::to(&to).into_response(),
        Err(problem) => refusal_in_words(&site, &visit, &problem.words),
    }
}

#[derive(Template)]
#[template(path = "command/wall.html")]
struct WallPage {
    frame: Frame,
    rows: Vec<Row>,
    todo: usize,
    doubtful: usize,
}

/// `GET /command/wall`: what hangs on the wall of headquarters, made again by itself.
pub async fn wall(State(site): State<Site>, visit: Visit) -> Response {
    let (own, asked) = (site.clone(), visit.clone());
    let made = site.read(move |reader| {
        let (all, files) = (present(reader)?, reader.once(Attachments::of)?);
        let own_lines: Vec<&Arc<Line>> =
            all.iter().filter(|line| line.is_of_headquarters() && line.struck.is_none()).collect();
        let from = own_lines.len().saturating_sub(WALL_LINES);
        Ok(WallPage {
            frame: Frame::new(&own, &asked, reader)?,
            rows: own_lines.get(from..).unwrap_or_default().iter().map(|line| row(line, &files, asked.words)).collect(),
            todo: all.iter().filter(|line| line.is_open()).count(),
            doubtful: all.iter().filter(|line| line.doubtful).count(),
        })
    });
    let mut response = answer(&site, &visit, made.await);
    response.headers_mut().insert(header::REFRESH, WALL_SECONDS.into());
    response
}

/// `GET /command/chronology.csv`
pub async fn csv(State(site): State<Site>, visit: Visit) -> Response {
    let made = site.read(|reader| {
        let all = present(reader)?;
        Ok(out::csv(&all, &*reader.once(Members::of)?, &*reader.once(Attachments::of)?))
    });
    let made = made.await.map(|bytes| {
        let name = "attachment; filename=\"chronology.csv\"";
        let kind = "text/csv; charset=utf-8";
        ([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)], bytes).into_response()
    });
    crate::web::answered(&site, &visit, made)
}

/// `GET /command/chronology.json`
pub async fn as_json(State(site): State<Site>, visit: Visit) -> Response {
    let made = site.read(|reader| {
        let open = current(reader)?;
        let (all, members, files) = (present(reader)?, reader.once(Members::of)?, reader.once(Attachments::of)?);
        let entries: Vec<out::Entry<'_>> = all.iter().map(|line| out::Entry::of(line, &members, &files)).collect();
        let todo = all.iter().filter(|line| line.is_open()).count();
        let id = open.as_ref().map_or("", |open| open.id.as_str());
        Ok(json!({"incident": id, "open": todo, "entries": entries}).to_string())
    });
    let made = made.await.map(|text| ([(header::CONTENT_TYPE, "application/json")], text).into_response());
    crate::web::answered(&site, &visit, made)
}
