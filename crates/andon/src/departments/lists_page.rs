//! Lists of department desks: critical values, results not delivered, an analyser's file and what it brought, queries to doctors, limits.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::{IntoResponse, Redirect, Response};
use store::Reader;

use super::view::{Line, Past, Set, View};
use super::{Typed, asks_post, attach, of, rules, write};
use crate::desks::limits::{self, Limit};
use crate::desks::{ANSWERS, CAUSES, QC, by_cause, limits_of, of_sort, undelivered};
use crate::event::{CRITICALS_ITEM, LIMITS_ITEM, QUERIES_ITEM, RESULTS_ITEM};
use crate::finding::shown::{Coded, Person, coded};
use crate::home::Problem;
use crate::parents::Seen;
use crate::text::Words;
use crate::web::{Frame, PostedFiles, Site, Visit, answer, encoded};
use crate::writing::departments::DepartmentWish;

/// Lines of a list.
const SHOWN: usize = 100;

/// The professions that may take a critical value to a doctor.
fn posts(visit: &Visit, t: Words) -> Vec<Coded> {
    if !asks_post(visit) {
        return Vec::new();
    }
    rules::CALLERS.map(|role| (role.code(), t.word("role", role.code()))).to_vec()
}

#[derive(Template)]
#[template(path = "departments/critical.html")]
struct CriticalPage {
    frame: Frame,
    open: Vec<(Line, Vec<Past>)>,
    over: Vec<(Line, Vec<Past>)>,
    posts: Vec<Coded>,
}

/// `GET /desks/critical`: critical values of which no doctor knows, the oldest first; then those that were told.
pub async fn critical(State(site): State<Site>, visit: Visit) -> Response {
    let (own, seen) = (site.clone(), visit.clone());
    let made = site.read(move |reader| {
        let view = View::new(reader, seen.words, own.now())?;
        let mut all = of_sort(reader, CRITICALS_ITEM)?;
        all.sort_by_key(|one| one.since());
        let (open, mut over): (Vec<_>, Vec<_>) = all.iter().partition(|one| one.is_open_critical());
        over.reverse();
        let line = |one: &&std::sync::Arc<crate::desks::Entry>| Ok((view.critical(one)?, view.history(one)));
        Ok(CriticalPage {
            frame: Frame::new(&own, &seen, reader)?,
            open: open.iter().take(SHOWN).map(line).collect::<Result<_, Problem>>()?,
            over: over.iter().take(20).map(line).collect::<Result<_, Problem>>()?,
            posts: posts(&seen, seen.words),
        })
    });
    answer(&site, &visit, made.await)
}

#[derive(Template)]
#[template(path = "departments/deliveries.html")]
struct DeliveriesPage {
    frame: Frame,
    open: Vec<(Set, i64)>,
    count: usize,
    seen: Vec<Set>,
}

/// `GET /desks/deliveries`: results that reached nobody, or of which nobody said that they were seen; then those that were.
pub async fn deliveries(State(site): State<Site>, visit: Visit) -> Response {
    let (own, asks) = (site.clone(), visit.clone());
    let made = site.read(move |reader| {
        let view = View::new(reader, asks.words, own.now())?;
        let open = undelivered(reader)?;
        let in_words = |(set, reached): &(std::sync::Arc<crate::desks::Entry>, crate::desks::Reached)| {
            Ok((view.set(set, true)?, reached.since.map_or(0, |since| since.minutes_until(own.now()).max(0))))
        };
        let mut over = of_sort(reader, RESULTS_ITEM)?;
        over.retain(|set| !set.is_nobodys() && !set.is_over() && open.iter().all(|(one, _)| one.name != set.name));
        Ok(DeliveriesPage {
            frame: Frame::new(&own, &asks, reader)?,
            count: open.len(),
            open: open.iter().take(SHOWN).map(in_words).collect::<Result<_, Problem>>()?,
            seen: over.iter().rev().take(30).map(|set| view.set(set, true)).collect::<Result<_, _>>()?,
        })
    });
    answer(&site, &visit, made.await)
}

#[derive(Template)]
#[template(path = "departments/import.html")]
struct ImportPage {
    frame: Frame,
    typed: Typed,
    no: String,
    qc: Vec<Coded>,
    sets: Vec<Set>,
    bad: Vec<String>,
}

impl ImportPage {
    fn typed(&self, name: &str) -> &str {
        self.typed.get(name).map_or("", String::as_str)
    }

    fn is(&self, name: &str, value: &str) -> bool {
        self.typed(name) == value
    }
}

/// `GET /desks/import`: a file is chosen; with `batch`, what one brought.
pub async fn import(State(site): State<Site>, visit: Visit, Query(typed): Query<Typed>) -> Response {
    import_shown(&site, &visit, typed, String::new()).await
}

async fn import_shown(site: &Site, visit: &Visit, typed: Typed, no: String) -> Response {
    let (own, seen) = (site.clone(), visit.clone());
    let made = site.read(move |reader| {
        let t = seen.words;
        let (sets, bad) = attach::of_batch(reader, &of(&typed, "batch"))?;
        let view = View::new(reader, t, own.now())?;
        Ok(ImportPage {
            frame: Frame::new(&own, &seen, reader)?,
            qc: coded(QC, |code| t.word("qc", code)),
            sets: sets.iter().map(|set| view.set(set, false)).collect::<Result<_, _>>()?,
            bad,
            typed,
            no,
        })
    });
    answer(site, visit, made.await)
}

/// `POST /desks/import`: an analyser's file is taken in.
pub async fn take(State(site): State<Site>, visit: Visit, PostedFiles(typed, files): PostedFiles<Typed>) -> Response {
    let Some((_, bytes)) = files.iter().find(|(_, bytes)| !bytes.is_empty()) else {
        let words = visit.words.text("import-no-file");
        return import_shown(&site, &visit, typed, words).await;
    };
    let batch = super::import::batch(bytes);
    let written = match super::import::read(bytes, &of(&typed, "columns")) {
        Ok(read) => {
            let wish = DepartmentWish::Import {
                batch: batch.clone(),
                source: read.source.to_owned(),
                analyser: of(&typed, "analyser"),
                qc: of(&typed, "qc"),
                samples: read.samples,
                bad: read.bad,
                at: site.now().0,
            };
            write(&site, &visit, wish).await
        }
        Err(problem) => Err(problem),
    };
    match written {
        Ok(_) => Redirect::to(&format!("/desks/import?batch={}", encoded(&batch))).into_response(),
        Err(problem) => import_shown(&site, &visit, typed, problem.words).await,
    }
}

/// A query in words.
struct Queried {
    thing: String,
    seen: Seen,
    person: Option<Person>,
    at: String,
    cause: String,
    what: String,
    doctor: String,
    answer: String,
    minutes: i64,
    apart: Vec<String>,
}

#[derive(Template)]
#[template(path = "departments/queries.html")]
struct QueriesPage {
    frame: Frame,
    open: Vec<Queried>,
    over: Vec<Queried>,
    causes: Vec<(String, usize, usize)>,
    all_causes: Vec<Coded>,
    answers: Vec<Coded>,
    typed: Typed,
    found: Option<Person>,
}

impl QueriesPage {
    fn typed(&self, name: &str) -> &str {
        self.typed.get(name).map_or("", String::as_str)
    }
}

/// `GET /desks/queries`: queries to doctors, those without an answer first; how many by cause. With `number` the patient of a new one.
pub async fn queries(State(site): State<Site>, visit: Visit, Query(typed): Query<Typed>) -> Response {
    let (own, seen) = (site.clone(), visit.clone());
    let made = site.read(move |reader| {
        let t = seen.words;
        let view = View::new(reader, t, own.now())?;
        let all = of_sort(reader, QUERIES_ITEM)?;
        let (open, over): (Vec<_>, Vec<_>) =
            all.iter().filter(|one| !one.is_over()).partition(|one| !one.says("answer") || one.is_doubtful());
        let in_words = |one: &&std::sync::Arc<crate::desks::Entry>| query(&view, one);
        let found = match of(&typed, "number") {
            number if number.is_empty() => None,
            number => {
                let plain = crate::temporary::plain(reader, &number)?;
                Some(view.person(&crate::temporary::meant(reader, &plain)?, false)?)
            }
        };
        Ok(QueriesPage {
            frame: Frame::new(&own, &seen, reader)?,
            open: open.iter().take(SHOWN).map(in_words).collect::<Result<_, _>>()?,
            over: over.iter().rev().take(50).map(in_words).collect::<Result<_, _>>()?,
            causes: by_cause(&all)
                .into_iter()
                .map(|(cause, (count, changed))| (t.word("query-cause", cause), count, changed))
                .collect(),
            all_causes: coded(CAUSES, |code| t.word("query-cause", code)),
            answers: coded(ANSWERS, |code| t.word("query-answer", code)),
            typed,
            found,
        })
    });
    answer(&site, &visit, made.await)
}

fn query(view: &View<'_>, one: &crate::desks::Entry) -> Result<Queried, Problem> {
    let t = view.t;
    let answer = match one.value("answer") {
        "" => String::new(),
        code => format!("{} {}", t.word("query-answer", code), one.value("answered")),
    };
    Ok(Queried {
        thing: one.name.clone(),
        seen: Seen::of(&one.tips),
        person: if one.is_nobodys() { None } else { Some(view.person(&one.patient(), true)?) },
        at: one.entered().map_or_else(String::new, |told| format!("{} {}", told.at, told.who)),
        cause: t.word("query-cause", one.value("cause")),
        what: [one.value("drug"), one.value("what")].join(" ").trim().to_owned(),
        doctor: one.value("doctor").to_owned(),
        answer,
        minutes: one.since().minutes_until(view.now).max(0),
        apart: view.apart(one),
    })
}

/// The limits of an item, with what a change of them builds on.
struct Limited {
    limit: Limit,
    seen: Seen,
    apart: Vec<String>,
}

#[derive(Template)]
#[template(path = "departments/limits.html")]
struct LimitsPage {
    frame: Frame,
    limits: Vec<Limited>,
    chosen: Limited,
    posts: Vec<Coded>,
}

/// `GET /desks/limits`: reference ranges and critical limits; with `item` one of them to be put right.
pub async fn limits(State(site): State<Site>, visit: Visit, Query(typed): Query<Typed>) -> Response {
    let (own, seen) = (site.clone(), visit.clone());
    let made = site.read(move |reader| {
        let view = View::new(reader, seen.words, own.now())?;
        let all: Vec<Limited> =
            limits_of(reader)?.into_iter().map(|limit| limited(reader, &view, limit)).collect::<Result<_, _>>()?;
        let item = of(&typed, "item");
        let chosen = all.iter().find(|one| one.limit.name == item);
        let chosen = match chosen {
            Some(one) => Limited { limit: one.limit.clone(), seen: one.seen.clone(), apart: Vec::new() },
            None => {
                Limited { limit: Limit { name: item, ..Limit::default() }, seen: Seen::default(), apart: Vec::new() }
            }
        };
        let frame = Frame::new(&own, &seen, reader)?;
        Ok(LimitsPage { frame, limits: all, chosen, posts: posts(&seen, seen.words) })
    });
    answer(&site, &visit, made.await)
}

fn limited(reader: &Reader, view: &View<'_>, limit: Limit) -> Result<Limited, Problem> {
    let key = limits::key(&limit.name);
    let said = of_sort(reader, LIMITS_ITEM)?.into_iter().find(|one| one.name == key);
    let (seen, apart) = said.map_or_else(Default::default, |one| (Seen::of(&one.tips), view.apart(&one)));
    Ok(Limited { limit, seen, apart })
}
