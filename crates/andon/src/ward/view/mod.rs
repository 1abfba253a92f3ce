//! The chart in words: sections of rows, each row with its time, age and source. Page and terminal render the same view,
//! so neither can show what the other hides (promise 5), and a value without source and age cannot be put in (promise 4).

mod copy;
mod course;
mod first;
mod head;
mod results;
pub mod timeline;
mod treatment;
mod trend;

use chart::{AsOf, Chart, Coded, Item, Precision, Quantity, Staff, Standing, When, age_words};
use serde::Serialize;

use crate::text::Words;

pub use first::First;
pub use head::{AnswerCard, Who};
pub use trend::Trend;

/// `andon chart --json`: the chart, and whether it is a training home's.
#[derive(Serialize)]
pub struct ChartJson<'a> {
    /// True when every patient of the home is invented.
    pub training: bool,
    /// Messages filed under other numbers that name this one.
    pub doubts: &'a [Doubt],
    /// The chart.
    #[serde(flatten)]
    pub chart: &'a Chart,
}

/// A message filed under another number whose PID-3 names this one.
#[derive(Serialize)]
pub struct Doubt {
    /// The number of its path, under which it is filed.
    pub filed_under: String,
    /// Running number in its source.
    pub position: u64,
    /// Path below the root.
    pub path: String,
    /// When this home received it.
    pub received: chart::Moment,
}

impl Doubt {
    /// The doubt in words, as page and terminal say it.
    pub fn words(&self, t: Words) -> String {
        t.with("doubt-elsewhere", format!("{} №{}", self.filed_under, self.position))
    }
}

/// A chart in words.
pub struct ChartView {
    /// Who it is.
    pub who: Who,
    /// What must be known before anything is done: allergy, contraindication, infection, pregnancy, …
    pub answers: Vec<AnswerCard>,
    /// The rest of the first screenful: the most urgent rows of the sections below.
    pub first: First,
    /// Everything else, in the order of the page.
    pub sections: Vec<Section>,
    /// Set when an earlier moment is shown: the words that say so.
    pub past: Option<String>,
}

/// What every page about a patient says first.
pub struct Heading {
    /// Who it is.
    pub who: Who,
    /// Set when an earlier moment is shown: the words that say so.
    pub past: Option<String>,
}

/// One section of the page: a table.
pub struct Section {
    /// Anchor and CSS name.
    pub id: &'static str,
    /// Heading.
    pub title: String,
    /// A sentence below the heading.
    pub note: String,
    /// Column heads.
    pub heads: Vec<String>,
    /// Rows; none is said in words.
    pub rows: Vec<Row>,
    /// Drawn in red.
    pub alert: bool,
    /// History that opens on a click; what is in force is always open.
    pub closed: bool,
    /// Rows left out of a long section, which one link shows.
    pub left: usize,
}

/// Rows of a section on the chart page: what is in force and the newest come first, the rest is one link away. A chart of
/// twenty years has thousands.
const ROWS_SHOWN: usize = 60;

const DAY_MINUTES: i64 = 24 * 60;

/// Sections of history: all there, one click away, so that the page of a twenty-year patient stays readable.
const CLOSED: [&str; 7] =
    ["medications-past", "injections-past", "administrations", "problems-ended", "earlier", "unplaced", "visits"];

/// Sections that are always whole: what is in force now.
const WHOLE: [&str; 3] = ["medications", "injections", "problems"];

/// One row: its cells, marks, and where it came from.
#[derive(Default)]
pub struct Row {
    /// Cells under the section's heads.
    pub cells: Vec<Cell>,
    /// Marks in front.
    pub marks: Vec<Mark>,
    /// Withdrawn or replaced: struck through, never left out.
    pub struck: bool,
    /// Time, age and source.
    pub stand: Stand,
}

/// A cell.
#[derive(Default)]
pub struct Cell {
    /// Its words, line by line.
    pub text: String,
    /// CSS class: empty, `number`, `high`, `low`, or `series` for values with their dates, which are kept together.
    pub class: &'static str,
    /// Numbers over time, drawn.
    pub trend: Option<Trend>,
    /// Address of what it names; empty for none.
    pub href: String,
}

/// A short mark.
pub struct Mark {
    /// `warn`, `note`, `quiet`, or `untold` for the ◇ that the help page explains.
    pub class: &'static str,
    /// Its words.
    pub text: String,
}

/// Where a value came from and how old it is, in words.
#[derive(Default)]
pub struct Stand {
    /// When it was true.
    pub time: String,
    /// How long ago.
    pub age: String,
    /// Source, running number, kind.
    pub source: String,
    /// The source alone, for the first screenful; the rest stands beside the same value further down.
    pub from: String,
    /// Path below the root.
    pub path: String,
}

/// What the parts of the view need to write words.
#[derive(Clone, Copy)]
pub(super) struct Writer<'a> {
    pub t: Words,
    pub as_of: &'a AsOf,
    /// On a page, the one long section that is shown whole; `None` where all of them are.
    pub whole: Option<&'a str>,
}

impl ChartView {
    /// The chart in the words of one language.
    pub fn of(chart: &Chart, t: Words) -> ChartView {
        ChartView::written(chart, Writer::of(chart, t))
    }

    /// The same for a page: the later rows of long sections are left out, and counted, but for the section `whole`.
    pub fn of_page(chart: &Chart, t: Words, whole: &str) -> ChartView {
        ChartView::written(chart, Writer { whole: Some(whole), ..Writer::of(chart, t) })
    }

    /// Names of the sections with nothing recorded.
    pub fn empty(&self) -> String {
        let empty = self.sections.iter().filter(|section| section.rows.is_empty());
        empty.map(|section| section.title.as_str()).collect::<Vec<_>>().join("・")
    }

    fn written(chart: &Chart, w: Writer<'_>) -> ChartView {
        let mut sections = Vec::new();
        course::problems(w, chart, &mut sections);
        treatment::sections(w, chart, &mut sections);
        results::sections(w, chart, &mut sections);
        course::sections(w, chart, &mut sections);
        copy::sections(w, chart, &mut sections);
        let Heading { who, past } = Heading::of(chart, w.t);
        ChartView { who, answers: head::answers(w, chart), first: First::of(w, chart), sections, past }
    }
}

impl Heading {
    /// The heading of a chart in the words of one language.
    pub fn of(chart: &Chart, t: Words) -> Heading {
        let past = chart.as_of.is_past().then(|| {
            let key = if chart.as_of.reconstructed { "as-of-reconstructed" } else { "as-of-past" };
            t.with(key, chart.as_of.moment.to_string())
        });
        Heading { who: head::who(Writer::of(chart, t), chart), past }
    }
}

impl Section {
    /// How many rows there are, shown or not.
    pub fn count(&self) -> usize {
        self.rows.len() + self.left
    }

    /// The head of a column, for pages that show a row as a list.
    pub fn head(&self, at: &usize) -> &str {
        self.heads.get(*at).map_or("", String::as_str)
    }
}

impl<'a> Writer<'a> {
    /// For everything of a chart.
    pub fn of(chart: &'a Chart, t: Words) -> Writer<'a> {
        Writer { t, as_of: &chart.as_of, whole: None }
    }

    /// A section with its heading; `heads` are text keys. Rows that are left out are not put in words where they can be counted
    /// without.
    pub fn section(&self, id: &'static str, heads: &[&str], rows: impl IntoIterator<Item = Row>) -> Section {
        let mut all = rows.into_iter();
        let rows = all.by_ref().take(self.shown(id)).collect();
        let left = match all.size_hint() {
            (least, Some(most)) if least == most => least,
            _ => all.count(),
        };
        Section {
            id,
            title: self.t.word("section", id),
            note: String::new(),
            heads: heads.iter().map(|key| self.t.text(key)).collect(),
            rows,
            alert: false,
            // What was asked for whole is open, too.
            closed: CLOSED.contains(&id) && self.whole != Some(id),
            left,
        }
    }

    /// How many rows of a section are shown.
    fn shown(&self, id: &str) -> usize {
        match self.whole {
            Some(whole) if whole != id && !WHOLE.contains(&id) => ROWS_SHOWN,
            _ => usize::MAX,
        }
    }

    /// A row for a value of the chart.
    pub fn row<T>(&self, item: &Item<T>, cells: Vec<Cell>) -> Row {
        let mut marks = Vec::new();
        if item.standing != Standing::Current {
            let code = if item.standing == Standing::Cancelled { "cancelled" } else { "superseded" };
            marks.push(Mark { class: "quiet", text: self.t.word("standing", code) });
        }
        for doubt in &item.doubts {
            marks.push(Mark { class: "note", text: self.t.word("doubt", doubt) });
        }
        Row { cells, marks, struck: item.standing != Standing::Current, stand: self.stand(item) }
    }

    /// Time, age and source of a value.
    pub fn stand<T>(&self, item: &Item<T>) -> Stand {
        let source = &item.source;
        // Of extended storage the kind is a folder's name with codes behind it; the path in full is one look away.
        let kind = source.kind.split('^').next().unwrap_or_default();
        let mut words = format!("{} №{} {kind}", source.source, source.position);
        if source.gone {
            words += &format!(" ・ {}", self.t.text("source-gone"));
        }
        Stand {
            time: item
                .time
                .map_or_else(|| self.t.with("received-at", source.received.to_string()), |time| time.to_string()),
            age: self.age_of(item),
            source: words,
            from: source.source.clone(),
            path: source.path.clone(),
        }
    }

    /// The age of a value; of one that is true of a day, in days: its hours are not known.
    fn age_of<T>(&self, item: &Item<T>) -> String {
        let Some(day) = item.time.filter(|time| time.precision == Precision::Day) else {
            return self.age(item.age_minutes);
        };
        let days = day.start.minutes_until(self.as_of.now.day().start) / DAY_MINUTES;
        match days {
            0 => self.t.text("today"),
            1 => self.t.text("yesterday"),
            -1 => self.t.text("tomorrow"),
            days => self.age(days * DAY_MINUTES),
        }
    }

    /// An age in words.
    pub fn age(&self, minutes: i64) -> String {
        age_words(minutes, self.t.lang)
    }

    /// The ◇ of a problem the patient was not told: neutral on a screen that faces the patient, explained by the help page
    /// it leads to (users.md 3).
    pub fn untold(&self, mark: &str) -> Mark {
        Mark { class: "untold", text: mark.to_owned() }
    }

    /// A mark by its text key.
    pub fn mark(&self, class: &'static str, key: &str) -> Mark {
        Mark { class, text: self.t.text(key) }
    }
}

/// A plain cell.
pub(super) fn cell(text: impl Into<String>) -> Cell {
    Cell { text: text.into(), ..Cell::default() }
}

/// A code of one of the standards' own tables that came without words, with the words of the table: `重度（SV）`.
pub(super) fn worded(coded: &Coded, word: String) -> String {
    let unworded = coded.text.is_empty() && word != coded.code;
    if unworded { format!("{word}（{}）", coded.code) } else { coded.shown().to_owned() }
}

/// A coded value: its own text first, its code behind where both are there.
pub(super) fn coded(value: &Coded) -> String {
    match (value.text.is_empty(), value.code.is_empty()) {
        (false, false) => format!("{}（{}）", value.text, value.code),
        _ => value.shown().to_owned(),
    }
}

/// A number and its unit as sent.
pub(super) fn amount(quantity: &Quantity) -> String {
    let value = quantity.value.trim_matches('"');
    if value.is_empty() { String::new() } else { format!("{value}\u{a0}{}", quantity.unit.shown()) }
}

/// A name of the staff, else the number.
pub(super) fn staff(staff: &Staff) -> &str {
    if staff.name.is_empty() { &staff.id } else { &staff.name }
}

/// A time, or nothing.
pub(super) fn when(time: Option<When>) -> String {
    time.map_or_else(String::new, |time| time.to_string())
}

/// What stands between several words: never at the beginning of a line.
pub(super) const BETWEEN: &str = "\u{a0}・ ";

/// Several words with `・` between, empty ones left out.
pub(super) fn joined<S: AsRef<str>>(words: impl IntoIterator<Item = S>) -> String {
    let kept: Vec<String> =
        words.into_iter().map(|word| word.as_ref().trim().to_owned()).filter(|word| !word.is_empty()).collect();
    kept.join(BETWEEN)
}

/// The chart for a terminal, in Japanese.
pub fn plain(chart: &Chart, doubts: &[Doubt], training: bool) -> String {
    let t = Words::of(crate::text::Lang::Ja);
    let view = ChartView::of(chart, t);
    let mut lines = Vec::new();
    if training {
        lines.push(t.text("training-band"));
    }
    lines.extend(view.past.clone());
    lines.push(format!("{}  {}  {}", view.who.name, view.who.kana, plain_lines(&view.who)));
    lines.push(view.who.copy.clone());
    lines.extend(doubts.iter().map(|doubt| format!("⚠ {}", doubt.words(t))));
    for card in &view.answers {
        lines.push(format!("■ {}: {}", card.title, card.answer));
        lines.extend(card.rows.iter().map(plain_row));
    }
    for section in view.sections.iter().filter(|section| !section.rows.is_empty()) {
        lines.push(format!("\n■ {}  {}", section.title, section.note));
        lines.extend(section.rows.iter().map(plain_row));
    }
    lines.join("\n")
}

fn plain_lines(who: &Who) -> String {
    let lines = std::iter::once(&who.number).chain(&who.lines);
    lines.map(|line| format!("{} {}", line.label, line.value)).collect::<Vec<_>>().join("  ")
}

fn plain_row(row: &Row) -> String {
    let marks: String = row.marks.iter().map(|mark| format!("[{}] ", mark.text)).collect();
    let cells = joined(row.cells.iter().map(|cell| cell.text.as_str()));
    let stand = joined([row.stand.time.as_str(), row.stand.age.as_str(), row.stand.source.as_str()]);
    format!("  {marks}{cells}  〔{stand}〕")
}

#[cfg(test)]
mod tests {
    use chart::Lang;

    use super::*;

    #[test]
    fn a_value_of_a_day_is_as_old_as_days() {
        let as_of = AsOf::live(When::parse("202111010900").unwrap().start);
        let w = Writer { t: Words::of(Lang::Ja), as_of: &as_of, whole: None };
        for (time, age) in [
            ("20211101", "今日"),
            ("20211031", "昨日"),
            ("20211102", "明日"),
            ("20211029", "3日前"),
            ("202110312300", "10時間前"),
        ] {
            let time = When::parse(time);
            let age_minutes = time.unwrap().start.minutes_until(as_of.now);
            let (source, standing, doubts) = Default::default();
            assert_eq!(
                w.stand(&Item { value: Default::default(), time, age_minutes, source, standing, doubts } as &Item<()>)
                    .age,
                age
            );
        }
    }

    #[test]
    fn a_long_section_says_what_it_leaves_out_and_one_link_shows_it_whole() {
        let patient = chart::PatientId { authority: "self".into(), id: "1".into() };
        let record = chart::Record { patient, facts: Vec::new(), faults: Vec::new(), carried: Vec::new() };
        let chart = Chart::at(&record, &AsOf::live(chart::Moment(0)));
        let made = |whole, id, exact: bool| {
            let w = Writer { whole, ..Writer::of(&chart, Words::of(Lang::Ja)) };
            let rows = (0..ROWS_SHOWN + 7).map(|_| Row::default());
            let section =
                if exact { w.section(id, &[], rows) } else { w.section(id, &[], rows.filter(|row| !row.struck)) };
            (section.rows.len(), section.left, section.count(), section.closed)
        };
        let all = ROWS_SHOWN + 7;
        for exact in [true, false] {
            assert_eq!(made(Some(""), "orders", exact), (ROWS_SHOWN, 7, all, false));
            assert_eq!(made(Some(""), "visits", exact), (ROWS_SHOWN, 7, all, true));
            assert_eq!(made(Some(""), "medications", exact), (all, 0, all, false), "what is in force is whole");
            assert_eq!(made(Some("visits"), "visits", exact), (all, 0, all, false), "what was asked for is open");
            assert_eq!(made(None, "visits", exact), (all, 0, all, true));
        }
    }
}
