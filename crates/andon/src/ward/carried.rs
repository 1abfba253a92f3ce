//! A chart as an envelope carries it (閲覧用カルテファイル): the same view drawn by the same templates as the page (promise 5), all of it
//! on one page, since there is no server to ask for more. What leads to other pages of the program is left to the file to silence.

use askama::Template;
use chart::{Chart, Moment, PatientId};
use store::Reader;

use super::drawn::html;
use super::timeline::{Day, ENTRIES_SHOWN, days};
use super::view::timeline::{Entry, entries};
use super::view::{ChartView, Section};
use crate::home::Problem;
use crate::text::Words;

/// A chart, or what an index says of somebody, in HTML.
#[derive(Clone, Debug, Default, PartialEq, Eq, serde::Serialize)]
pub struct Carried {
    /// Who it is: stays in sight.
    pub who: String,
    /// Everything else.
    pub chart: String,
}

#[derive(Template)]
#[template(path = "ward/who.html")]
struct WhoPart<'a> {
    t: Words,
    view: &'a ChartView,
    /// How many patients of the copy bear this name.
    same_name: u64,
}

#[derive(Template)]
#[template(path = "ward/carried.html")]
struct ChartPart<'a> {
    t: Words,
    view: &'a ChartView,
    /// What is kept back, in words.
    flags: String,
    /// Messages filed under other numbers whose PID-3 names this one, in words.
    doubts: Vec<String>,
    /// Sections with nothing recorded, by name.
    empty: String,
    /// No rows are left out here.
    all: String,
    /// 経過 stands at the end of this page.
    timeline: String,
    /// The newest entries by day, as many as the page shows at once.
    days: Vec<Day>,
    /// Which of how many.
    days_shown: String,
    /// How many older ones stand in their sections alone.
    days_left: usize,
}

#[derive(Template)]
#[template(path = "ward/brief.html")]
struct BriefPart<'a> {
    t: Words,
    view: &'a ChartView,
    /// Words of [`BRIEF`].
    what: &'a [String],
    visits: Option<&'a Section>,
}

impl BriefPart<'_> {
    fn wants(&self, word: &str) -> bool {
        self.what.iter().any(|known| known == word)
    }
}

/// What an index can say of somebody whose chart is not in the file, beside who it is.
pub const BRIEF: [&str; 4] = ["safety", "drugs", "problems", "visits"];

/// The whole chart; `None` when the copy knows no such number.
///
/// # Errors
/// When the store cannot be read.
pub fn carried(reader: &Reader, patient: &PatientId, now: Moment, t: Words) -> Result<Option<Carried>, Problem> {
    let Some(chart) = super::chart(reader, patient, None, now)? else { return Ok(None) };
    let view = ChartView::of(&chart, t);
    let flags = crate::confidential::of_person(reader, patient)?;
    let flags = flags.iter().map(|flag| t.word("flag", flag.code())).collect::<Vec<_>>().join("・");
    let doubts = super::doubts(reader, patient)?.iter().map(|doubt| doubt.words(t)).collect();
    let mut newest: Vec<Entry> = entries(&chart, t);
    let count = newest.len();
    newest.truncate(ENTRIES_SHOWN);
    let last = newest.len();
    let shown = t.with("timeline-shown", format!("{}–{last}", last.min(1)));
    let part = ChartPart {
        t,
        view: &view,
        flags,
        doubts,
        empty: view.empty(),
        all: String::new(),
        timeline: "#timeline".to_owned(),
        days: days(newest, chart.as_of.moment, t),
        days_shown: format!("{} {shown}", t.with("timeline-count", count)),
        days_left: count - last,
    };
    Ok(Some(Carried { who: who(reader, &chart, &view, t)?, chart: html(&part)? }))
}

/// What an index says of somebody beside who it is: `what` are words of [`BRIEF`].
///
/// # Errors
/// When the store cannot be read.
pub fn brief(
    reader: &Reader,
    patient: &PatientId,
    what: &[String],
    now: Moment,
    t: Words,
) -> Result<Option<Carried>, Problem> {
    let Some(chart) = super::chart(reader, patient, None, now)? else { return Ok(None) };
    let view = ChartView::of(&chart, t);
    let visits = what.iter().any(|word| word == "visits");
    let visits = view.sections.iter().find(|section| visits && section.id == "visits");
    let part = BriefPart { t, view: &view, what, visits };
    Ok(Some(Carried { who: who(reader, &chart, &view, t)?, chart: html(&part)? }))
}

fn who(reader: &Reader, chart: &Chart, view: &ChartView, t: Words) -> Result<String, Problem> {
    let same_name = reader.same_name_count(&chart::fold_name(&chart.patient.name))?;
    html(&WhoPart { t, view, same_name })
}
