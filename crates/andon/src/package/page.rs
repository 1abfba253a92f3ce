//! 提出資料: a package is made and given to the browser as one ZIP; a publication is first looked at as a draft; what was handed over, to
//! whom, with its sum.

use std::collections::BTreeMap;

use askama::Template;
use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use store::Reader;

use super::contents::OF_ATTACK;
use super::held::chosen;
use super::make::{Made, Order, make as made_of};
use super::{Kind, files, recorded};
use crate::chronology::of_id;
use crate::event::CATEGORIES;
use crate::home::Problem;
use crate::incident::{in_words, incidents};
use crate::web::{Frame, Posted, Site, Via, Visit, answer, answered, note_about, refusal_in_words};

#[derive(Template)]
#[template(path = "package/page.html")]
struct PackagePage {
    frame: Frame,
    kinds: Vec<(&'static str, String)>,
    /// Code, words, whether the police is given it unless somebody chooses otherwise.
    categories: Vec<(&'static str, String, bool)>,
    incidents: Vec<(String, String)>,
    /// Number, time, to whom, what, package, sum, by whom.
    handed: Vec<Vec<String>>,
}

/// `GET /command/packages`
pub async fn page(State(site): State<Site>, visit: Visit) -> Response {
    let (own, asked) = (site.clone(), visit.clone());
    let shown = site.read(move |reader| {
        let (t, now) = (asked.words, own.now());
        let all = reader.once(incidents)?;
        let whole = all.values().rev().filter(|of| of.part_of.is_empty());
        let last = chosen(reader, "")?;
        let lines = of_id(reader, &last.unwrap_or_default())?;
        let handed = recorded::before(&lines, t).rows.into_iter().rev();
        Ok(PackagePage {
            frame: Frame::new(&own, &asked, reader)?,
            kinds: Kind::ALL.map(|kind| (kind.code(), t.word("package-kind", kind.code()))).to_vec(),
            categories: CATEGORIES
                .map(|code| (code, t.word("command-category", code), OF_ATTACK.contains(&code)))
                .to_vec(),
            incidents: whole.map(|of| (of.id.clone(), in_words(of, now, t))).collect(),
            handed: handed.map(|row| row.cells.into_iter().map(|cell| cell.text).collect()).collect(),
        })
    });
    answer(&site, &visit, shown.await)
}

/// What a form asks for.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct Form {
    kind: String,
    #[serde(default)]
    incident: String,
    #[serde(default)]
    at: String,
    /// Numbers of warrants, a line each or with 、 between.
    #[serde(default)]
    warrant: String,
    #[serde(default)]
    to: String,
    #[serde(default)]
    vendors: String,
    #[serde(default)]
    pseudonyms: String,
    #[serde(default)]
    hide: String,
    #[serde(default)]
    keep: String,
    /// The draft's sum, of who approves.
    #[serde(default)]
    draft: String,
    /// `category-` and its code, of each that is ticked.
    #[serde(flatten)]
    ticked: BTreeMap<String, String>,
}

impl Form {
    fn categories(&self) -> Vec<String> {
        self.ticked.keys().filter_map(|name| name.strip_prefix("category-")).map(str::to_owned).collect()
    }
}

fn words(text: &str) -> Vec<String> {
    let parts = text.split(['、', ',', '，', '\n', '\r']).map(str::trim);
    parts.filter(|part| !part.is_empty()).map(str::to_owned).collect()
}

fn order(form: &Form, visit: &Visit) -> Result<Order, String> {
    let t = visit.words;
    let kind = Kind::read(&form.kind).ok_or_else(|| t.text("package-no-kind"))?;
    let until = match form.at.trim() {
        "" => None,
        at => Some(crate::ward::read_moment(at).ok_or_else(|| t.text("command-no-time"))?),
    };
    let categories = form.categories();
    // Whoever unticks all of them does not mean the usual ones, which a command without any gives.
    if kind == Kind::Police && categories.is_empty() {
        return Err(t.text("package-no-category"));
    }
    let by = visit.by();
    Ok(Order {
        kind,
        incident: form.incident.clone(),
        until,
        categories,
        warrants: words(&form.warrant),
        to: form.to.trim().to_owned(),
        approved_by: if form.draft.is_empty() { String::new() } else { by.0.clone() },
        draft: form.draft.clone(),
        vendors: form.vendors == "1",
        pseudonyms: form.pseudonyms == "1",
        hide: words(&form.hide),
        keep: words(&form.keep),
        lang: t.lang,
        by,
    })
}

#[derive(Template)]
#[template(path = "package/draft.html")]
struct DraftPage {
    frame: Frame,
    form: Form,
    /// As of when, so that what is approved is what was looked at.
    until: String,
    content: String,
    heads: Vec<String>,
    rows: Vec<Vec<String>>,
    /// Where, what stands there now, why.
    hidden: Vec<(String, String, String)>,
    doubts: Vec<(String, String, String)>,
}

fn draft(site: &Site, visit: &Visit, reader: &Reader, form: Form, made: Made) -> Result<DraftPage, Problem> {
    let t = visit.words;
    let table = made.tables.into_iter().next();
    let (heads, rows) = table.map_or_else(Default::default, |table| {
        let rows = table.rows.into_iter().map(|row| row.cells.into_iter().map(|cell| cell.text).collect()).collect();
        (table.columns.into_iter().map(|column| column.title).collect(), rows)
    });
    let hidden = made.found.into_iter().map(|of| (of.place, of.instead, t.word("package-why", of.what.code())));
    let doubts = made.doubts.into_iter().map(|of| (of.place, of.word, t.word("package-doubt", of.why)));
    Ok(DraftPage {
        frame: Frame::new(site, visit, reader)?,
        form,
        until: made.until.to_string(),
        content: made.content,
        heads,
        rows,
        hidden: hidden.collect(),
        doubts: doubts.collect(),
    })
}

/// What was made: a file for the browser, or a page to look at first.
enum Given {
    File(Box<Made>),
    Draft(Box<DraftPage>),
}

/// `POST /command/packages`
pub async fn make(State(site): State<Site>, visit: Visit, via: Via, Posted(form): Posted<Form>) -> Response {
    let order = match order(&form, &visit) {
        Ok(order) => order,
        Err(words) => return refusal_in_words(&site, &visit, &words),
    };
    let (own, asked, write) = (site.clone(), visit.clone(), site.writer());
    let kind = order.kind.code();
    let made = site.read(move |reader| {
        let made = made_of(reader, &order, own.now(), &|wish| write(wish))?;
        Ok(match made.draft {
            true => Given::Draft(Box::new(draft(&own, &asked, reader, form, made)?)),
            false => Given::File(Box::new(made)),
        })
    });
    let made = made.await;
    if let Some(session) = &visit.session {
        let (detail, outcome) = match &made {
            Ok(Given::File(made)) => (format!("{kind} {}", made.sum), 200),
            Ok(Given::Draft(_)) => (format!("{kind} draft"), 200),
            Err(_) => (kind.to_owned(), 409),
        };
        note_about(&site, &via, &session.person, ("package", String::new(), detail), outcome);
    }
    match made {
        Ok(Given::Draft(page)) => answer(&site, &visit, Ok(*page)),
        Ok(Given::File(made)) => {
            let bytes = match files::zip(&made.name, &made.files) {
                Ok(bytes) => bytes,
                Err(problem) => return refusal_in_words(&site, &visit, &problem.words),
            };
            let name = format!("attachment; filename=\"{}.zip\"", made.name);
            let file =
                ([(header::CONTENT_TYPE, "application/zip".to_owned()), (header::CONTENT_DISPOSITION, name)], bytes);
            answered(&site, &visit, Ok(file.into_response()))
        }
        Err(problem) => refusal_in_words(&site, &visit, &problem.words),
    }
}
