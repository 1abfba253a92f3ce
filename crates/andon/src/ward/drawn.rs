//! Charts drawn within this minute, for whoever asks for the same one next. A chart in words is a function of the record,
//! of the minute from which ages are counted and of what was asked for; so as long as nothing arrives, nobody decides anything and
//! the minute lasts, it is drawn once (docs/decisions/0012-drawn-once-a-minute.md). Whatever arrives empties all of it: nothing
//! here is ever older than the record. What belongs to one visitor (session, token, data time) is never in it.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use askama::Template;
use chart::{Lang, Moment, PatientId};
use store::Reader;

use super::page::address;
use super::view::{ChartView, Who};
use crate::home::Problem;
use crate::record::State;
use crate::text::Words;
use crate::web::encoded;

/// Bytes of drawn charts that are kept, compressed: some fifteen hundred, a small part of a small PC.
const KEPT_BYTES_MAX: usize = 32 << 20;
/// Where a visitor's page has what was drawn.
const MARK: &str = "<!--drawn-->";

/// What was asked for.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Asked {
    /// Language of the words.
    pub lang: Lang,
    /// Whose chart.
    pub patient: PatientId,
    /// An earlier moment, as typed; `None` for now.
    pub at: Option<String>,
    /// The section that is shown whole; empty for none.
    pub all: String,
}

impl Asked {
    /// An address may be long, and each is another.
    fn bytes(&self) -> usize {
        let PatientId { authority, id } = &self.patient;
        authority.len() + id.len() + self.at.as_ref().map_or(0, String::len) + self.all.len()
    }
}

/// A chart in words and in HTML.
#[derive(Default)]
pub struct DrawnChart {
    /// Who it is.
    pub who: Who,
    /// Set when an earlier moment is shown: the words that say so.
    pub past: Option<String>,
    /// What is kept back, in words.
    pub flags: String,
    /// First screenful, contents and sections: all of the page that is the same for every visitor.
    html: Packed,
}

/// HTML, compressed.
#[derive(Default)]
struct Packed {
    bytes: Vec<u8>,
    /// Bytes of it unpacked.
    length: usize,
}

impl Packed {
    fn of(html: &str) -> Packed {
        Packed { bytes: lz4_flex::block::compress(html.as_bytes()), length: html.len() }
    }

    /// Unpacked between what stands before it and what stands after it, in one piece of memory.
    fn between(&self, before: &str, after: &str) -> Result<Vec<u8>, Problem> {
        let mut page = Vec::with_capacity(before.len() + self.length + after.len());
        page.extend_from_slice(before.as_bytes());
        page.resize(before.len() + self.length, 0);
        let unpacked = lz4_flex::block::decompress_into(&self.bytes, &mut page[before.len()..]);
        if unpacked.ok() != Some(self.length) {
            return Err(not_made());
        }
        page.extend_from_slice(after.as_bytes());
        Ok(page)
    }
}

#[derive(Template)]
#[template(path = "ward/drawn.html")]
struct Drawn<'a> {
    t: Words,
    view: &'a ChartView,
    /// Address of the page where 秘匿 is set.
    flags_page: String,
    /// Where what the patient brings is handed in.
    hand_in_page: String,
    /// Where written orders are held against the chart.
    orders_page: String,
    /// Where forms are printed for this patient.
    sheets_page: String,
    /// Sections with nothing recorded, by name.
    empty: String,
    /// How an address of this page at this moment begins, up to what it shows whole.
    all: String,
    /// Address of 経過, for the same moment.
    timeline: String,
}

impl DrawnChart {
    /// Reads, folds and draws a chart; `None` when the copy knows no such number.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn draw(
        reader: &Reader,
        asked: &Asked,
        moment: Option<Moment>,
        now: Moment,
        t: Words,
    ) -> Result<Option<DrawnChart>, Problem> {
        let Some(chart) = super::chart(reader, &asked.patient, moment, now)? else { return Ok(None) };
        let view = ChartView::of_page(&chart, t, &asked.all);
        let own = address(&asked.patient);
        let drawn = Drawn {
            t,
            view: &view,
            flags_page: format!("{own}/flags"),
            hand_in_page: format!("/hand-in/{}/{}", encoded(&asked.patient.authority), encoded(&asked.patient.id)),
            orders_page: format!("/orders/{}/{}", encoded(&asked.patient.authority), encoded(&asked.patient.id)),
            sheets_page: format!("/sheets?id={}", encoded(&chart.patient.id)),
            empty: view.empty(),
            all: match &asked.at {
                Some(at) => format!("{own}?at={}&all=", encoded(at)),
                None => format!("{own}?all="),
            },
            timeline: super::timeline::at(format!("{own}/timeline"), asked.at.as_deref()),
        };
        let html = Packed::of(&html(&drawn)?);
        let flags = crate::confidential::of_person(reader, &asked.patient)?;
        let flags = flags.iter().map(|flag| t.word("flag", flag.code())).collect::<Vec<_>>().join("・");
        Ok(Some(DrawnChart { who: view.who, past: view.past, flags, html }))
    }

    /// What was drawn, put where the page of a visitor has its mark. What a page says is escaped, so the mark is the only one.
    ///
    /// # Errors
    /// When the page has no mark, or memory does not hold what was put there.
    pub fn within(&self, page: &str) -> Result<Vec<u8>, Problem> {
        let (before, after) = page.split_once(MARK).ok_or_else(not_made)?;
        self.html.between(before, after)
    }

    fn bytes(&self) -> usize {
        self.html.bytes.len()
    }
}

/// A page or a part of one.
///
/// # Errors
/// When it cannot be rendered.
pub fn html(template: &impl Template) -> Result<String, Problem> {
    template.render().map_err(|_| not_made())
}

fn not_made() -> Problem {
    Problem::failed("ページを作れませんでした。 / The page could not be made.")
}

/// Charts drawn within this minute. Cheap to clone.
#[derive(Clone, Default)]
pub struct DrawnCharts(Arc<Mutex<Kept>>);

#[derive(Default)]
struct Kept {
    /// The state of the store and the minute of all that is kept.
    of: Option<(Arc<State>, i64)>,
    charts: HashMap<Asked, Arc<DrawnChart>>,
    bytes: usize,
}

impl DrawnCharts {
    /// The chart asked for, as of a state of the store and a minute; drawn where it was not drawn yet. Two who ask at once may
    /// both draw.
    ///
    /// # Errors
    /// What `draw` says.
    pub fn or_draw(
        &self,
        of: (Arc<State>, i64),
        asked: Asked,
        draw: impl FnOnce(&Asked) -> Result<Option<DrawnChart>, Problem>,
    ) -> Result<Option<Arc<DrawnChart>>, Problem> {
        if let Some(known) = self.locked().at(&of).charts.get(&asked) {
            return Ok(Some(Arc::clone(known)));
        }
        let Some(drawn) = draw(&asked)?.map(Arc::new) else { return Ok(None) };
        let mut kept = self.locked();
        let kept = kept.at(&of);
        let bytes = drawn.bytes() + asked.bytes();
        // When it is full, nothing more is kept until the minute ends: to make room would be to draw all again in turn.
        if kept.bytes + bytes <= KEPT_BYTES_MAX {
            kept.bytes += bytes;
            kept.charts.insert(asked, Arc::clone(&drawn));
        }
        Ok(Some(drawn))
    }

    fn locked(&self) -> std::sync::MutexGuard<'_, Kept> {
        // A thread that stopped while it held this has left whole entries: they are put in by one call.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    /// What is kept of this state and minute; nothing, where it was of another.
    fn at(&mut self, of: &(Arc<State>, i64)) -> &mut Kept {
        if self.of.as_ref() != Some(of) {
            self.clear();
            self.of = Some(of.clone());
        }
        self
    }

    fn clear(&mut self) {
        self.charts.clear();
        self.bytes = 0;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(id: &str, lang: Lang) -> Asked {
        let patient = PatientId { authority: "self".into(), id: id.into() };
        Asked { lang, patient, at: None, all: String::new() }
    }

    fn state(position: u64) -> Arc<State> {
        let cut = store::Cut { positions: vec![(1, position)], events: Vec::new() };
        Arc::new(State { cut, carried: Vec::new() })
    }

    #[test]
    fn what_is_packed_comes_out_as_it_was() {
        for text in ["", "<td>髙橋</td>\n", &"<tr><td>架空</td></tr>".repeat(9000)] {
            let drawn = DrawnChart { html: Packed::of(text), ..DrawnChart::default() };
            let page = drawn.within(&format!("<main>{MARK}</main>")).unwrap();
            assert_eq!(String::from_utf8(page).unwrap(), format!("<main>{text}</main>"));
            assert!(text.len() < 1000 || drawn.bytes() * 10 < text.len());
            assert!(drawn.within("<main></main>").is_err());
        }
    }

    #[test]
    fn a_chart_is_drawn_once_until_something_arrives_or_the_minute_ends() {
        let charts = DrawnCharts::default();
        let mut drawn = 0;
        let mut ask = |of: (Arc<State>, i64), id: &str, lang: Lang| {
            let before = drawn;
            let made = charts.or_draw(of, asked(id, lang), |_| {
                drawn += 1;
                let html = Packed { bytes: vec![0; KEPT_BYTES_MAX / 3], length: 0 };
                Ok(Some(DrawnChart { html, ..DrawnChart::default() }))
            });
            assert!(made.unwrap().is_some());
            drawn > before
        };
        assert!(ask((state(1), 7), "1", Lang::Ja));
        assert!(!ask((state(1), 7), "1", Lang::Ja), "the same is not drawn again");
        assert!(ask((state(1), 7), "2", Lang::Ja), "another patient's is his own");
        assert!(ask((state(1), 7), "1", Lang::En), "in another language it is another");
        assert!(ask((state(2), 7), "1", Lang::Ja), "a message arrived");
        assert!(ask((state(2), 8), "1", Lang::Ja), "a minute passed: every age may have changed");
        assert!(!ask((state(2), 8), "1", Lang::Ja));
        for id in ["3", "4", "5"] {
            assert!(ask((state(2), 8), id, Lang::Ja));
        }
        assert!(!ask((state(2), 8), "3", Lang::Ja));
        assert!(ask((state(2), 8), "5", Lang::Ja), "there is a limit to what is kept");
    }
}
