//! How far the copy can be trusted, from the store alone: what the top bar of every page says, what `andon status` and
//! the page データ時点 list. Rim: pages of every slice carry it.

mod silence;
mod way;

use chart::{Moment, age_words};
use formats::ssmix2::kinds;
use serde::Serialize;
use store::clock::GUARD_MINUTES;
use store::{KindRow, Reader, Source};

use crate::following::{self, Way};
use crate::hold::{Hold, Holds};
use crate::home::Problem;
use crate::text::{self, Lang, Words};

pub use silence::State;
pub use way::ByWayOf;

/// Beyond this age the bar says so in words and with a mark, not by a number alone (ux.md §7.3, check 3).
const OLD_MINUTES: i64 = 24 * 60;

/// What the top bar says on every page: how old the newest data is, and whether anything is silent.
pub struct Bar {
    /// Something is silent or in trouble: the bar turns red.
    pub red: bool,
    /// The newest 発生日時 of any source.
    pub newest: Option<Moment>,
    /// Names of the sources that are silent or in trouble.
    pub silent: Vec<String>,
    /// What the gate holds back, or misses.
    pub holds: Vec<Hold>,
    /// How many faults are listed.
    pub undecoded: u64,
    /// A first reading is going on: charts may not be whole yet.
    pub reading: bool,
    /// The stations by way of which charts come.
    pub ways: Vec<ByWayOf>,
    now: Moment,
}

impl Bar {
    /// The bar as of `now`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn now(reader: &Reader, now: Moment) -> Result<Bar, Problem> {
        let freshness = Freshness::now(reader, now)?;
        let silent = freshness.sources.iter().filter(|source| source.state.is_red() && source.held_since.is_none());
        let silent = silent.map(|source| source.name.clone());
        let holds = reader.once(Holds::of)?.open.clone();
        Ok(Bar {
            red: freshness.red,
            newest: freshness.sources.iter().filter_map(|source| source.last_news).max(),
            silent: silent.collect(),
            holds,
            undecoded: freshness.undecoded,
            reading: freshness.sources.iter().any(|source| source.state == State::Reading),
            ways: reader.once(following::ways)?.iter().map(ByWayOf::of).collect(),
            now,
        })
    }

    /// Each source of which the gate speaks, in words: what is held back, since when, up to where the charts go.
    pub fn held_words(&self, t: Words) -> Vec<String> {
        let words = |hold: &Hold| match hold.trusted {
            Some(_) => t.with("gate-band", format!("{} {}", hold.name, hold.since)),
            None => t.with("gate-band-missing", hold.name.as_str()),
        };
        self.holds.iter().map(words).collect()
    }

    /// One line: `データ 2021-10-31 00:29 時点（4時間前）`, and who is silent.
    pub fn words(&self, t: Words) -> String {
        let Some(newest) = self.newest else { return t.text("bar-nothing-yet") };
        let minutes = newest.minutes_until(self.now);
        let age = t.with("aside", age_words(minutes, t.lang));
        let mut line = format!("{}{age}", t.with("bar-as-of", newest.to_string()));
        if minutes > OLD_MINUTES {
            line = format!("{line} ・ {}", t.text("bar-old"));
        }
        for way in &self.ways {
            line = format!("{line} ・ {}", way.words(t));
        }
        if self.silent.is_empty() {
            line
        } else {
            format!("{line} ・ {}", t.with("bar-silent", self.silent.join("・")))
        }
    }
}

/// How fresh the copy is; `andon status --json` prints it (docs/json.md).
#[derive(Serialize)]
pub struct Freshness {
    /// True for a training home.
    pub training: bool,
    /// The hospital's name.
    pub hospital: String,
    /// When this was looked up.
    pub now: Moment,
    /// True when a source is silent or in trouble.
    pub red: bool,
    /// Faults listed, all kinds.
    pub undecoded: u64,
    /// How many minutes this station's log runs ahead of its clock; 0 when it does not.
    pub clock_ahead_minutes: i64,
    /// Each source.
    pub sources: Vec<SourceFreshness>,
    /// How many faults of each code each source has.
    pub faults: Vec<FaultCount>,
}

/// How fresh one source is.
#[derive(Serialize)]
pub struct SourceFreshness {
    /// Its name.
    pub name: String,
    /// Its root, at the station that watches it.
    pub root: String,
    /// The station by way of which it comes; `None` where this home watches it itself.
    pub via: Option<ByWayOf>,
    /// `reading`, `fresh`, `quiet`, `silent`, `trouble`, `held` or `never`.
    pub state: State,
    /// When the first entry came that is held back; `None` where nothing is.
    pub held_since: Option<Moment>,
    /// What is wrong, as a code word.
    pub trouble: Option<String>,
    /// The limit, minutes.
    pub silence_minutes: u32,
    /// The last complete look at it.
    pub last_contact: Option<Moment>,
    /// The newest 発生日時, or when we received it if that is earlier: what "data as of" means.
    pub last_news: Option<Moment>,
    /// The last message received, by our clock.
    pub last_received: Option<Moment>,
    /// Age of the last news, minutes.
    pub age_minutes: Option<i64>,
    /// Each data kind.
    pub kinds: Vec<KindFreshness>,
}

/// How fresh one data kind of one source is.
#[derive(Serialize)]
pub struct KindFreshness {
    /// Code, e.g. `OML-11`.
    pub kind: String,
    /// Messages taken in.
    pub count: u64,
    /// The latest time a sender gave.
    pub last_sent: Option<Moment>,
    /// When the latest arrived.
    pub last_received: Moment,
    /// Age of its newest 発生日時, minutes.
    pub age_minutes: i64,
}

/// Faults of one code from one source.
#[derive(Serialize)]
pub struct FaultCount {
    /// The source's name.
    pub source: String,
    /// Code word.
    pub code: String,
    /// How many.
    pub count: u64,
}

impl Freshness {
    /// As of `now`.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn now(reader: &Reader, now: Moment) -> Result<Freshness, Problem> {
        let (sources, holds) = (reader.once(Reader::sources)?, reader.once(Holds::of)?);
        let kinds: Vec<KindRow> = reader.once(Reader::kinds)?.iter().map(|row| holds.as_trusted(row.clone())).collect();
        let counts = reader.once(Reader::fault_counts)?;
        let name = |no: u32| store::source_name(&sources, no);
        let faults: Vec<FaultCount> = counts
            .iter()
            .map(|(no, code, count)| FaultCount { source: name(*no), code: code.clone(), count: *count })
            .collect();
        let news: Vec<_> = sources.iter().map(|source| (source, last_news(source, &kinds))).collect();
        let states = silence::of_sources(&news, now);
        let ways = reader.once(following::ways)?;
        let held = |source: &Source| holds.held().find(|hold| hold.source == source.no).map(|hold| hold.since);
        let judged = sources.iter().zip(states).map(|(source, state)| {
            let held_since = held(source);
            let state = if held_since.is_some() && state != State::Trouble { State::Held } else { state };
            SourceFreshness { held_since, via: via(source, &ways), ..source_freshness(source, &kinds, state, now) }
        });
        let sources: Vec<SourceFreshness> = judged.collect();
        Ok(Freshness {
            training: reader.about().training,
            hospital: reader.about().hospital.clone(),
            now,
            red: sources.iter().any(|source| source.state.is_red()),
            undecoded: faults.iter().map(|fault| fault.count).sum(),
            clock_ahead_minutes: reader.clock_ahead_minutes(now)?,
            sources,
            faults,
        })
    }

    /// True when a program should know that not all is well (exit 3).
    pub fn is_partial(&self) -> bool {
        self.red || self.undecoded > 0 || self.clock_ahead_minutes > GUARD_MINUTES
    }

    /// For a terminal.
    pub fn plain(&self) -> String {
        let t = Words::of(Lang::Ja);
        let mut lines = vec![format!("{}  {}", self.hospital, self.now)];
        if self.training {
            lines.push(t.text("training-band"));
        }
        lines.extend(clock_words(self.clock_ahead_minutes));
        lines.push(t.text("freshness-title"));
        for source in &self.sources {
            let age = source.age_minutes.map_or_else(|| "—".into(), |minutes| age_words(minutes, t.lang));
            let (label, state) = (t.text("source"), t.word("state", source.state.code()));
            lines.push(format!("{label} {}  {state}  {age}  {}", source.name, source.root));
            lines.extend(source.via.as_ref().map(|way| format!("  {}", way.words(t))));
            for kind in &source.kinds {
                let age = age_words(kind.age_minutes, t.lang);
                lines.push(format!("  {:<8} {:>9}  {}  {}", kind.kind, kind.count, age, kind_name(&kind.kind, t)));
            }
        }
        lines.extend(self.sources.iter().filter_map(|source| {
            let since = source.held_since?;
            Some(format!("✗ {}", t.with("gate-band", format!("{} {since}", source.name))))
        }));
        if !self.faults.is_empty() {
            lines.push(t.text("undecoded-title"));
        }
        for fault in &self.faults {
            lines.push(format!("✗ {}  {} {}", fault.source, text::fault(&fault.code, t), fault.count));
        }
        lines.join("\n")
    }
}

/// What to say of a clock that stands behind this station's own log by more than the guard allows.
pub fn clock_words(ahead_minutes: i64) -> Option<String> {
    (ahead_minutes > GUARD_MINUTES).then(|| {
        format!(
            "✗ この端末の時計が、記録より {ahead_minutes} 分遅れています。時計を合わせてください（記録の順序は保たれます）。\n\
             ✗ This station's clock is {ahead_minutes} minutes behind its log: set the clock. The order of the log is kept."
        )
    })
}

fn via(source: &Source, ways: &[Way]) -> Option<ByWayOf> {
    let station = source.via()?;
    ways.iter().find(|way| way.station == station).map(ByWayOf::of)
}

fn last_news(source: &Source, kinds: &[KindRow]) -> Option<Moment> {
    let own = || kinds.iter().filter(|kind| kind.source == source.no);
    silence::last_news(own().filter_map(|kind| kind.last_sent).max(), own().map(|kind| kind.last_received).max())
}

fn source_freshness(source: &Source, kinds: &[KindRow], state: State, now: Moment) -> SourceFreshness {
    let own: Vec<&KindRow> = kinds.iter().filter(|kind| kind.source == source.no).collect();
    let last_received = own.iter().map(|kind| kind.last_received).max();
    let last_news = last_news(source, kinds);
    let fresh = |kind: &&KindRow| KindFreshness {
        kind: kind.kind.clone(),
        count: kind.count,
        last_sent: kind.last_sent,
        last_received: kind.last_received,
        age_minutes: kind.last_sent.unwrap_or(kind.last_received).min(kind.last_received).minutes_until(now),
    };
    SourceFreshness {
        name: source.name.clone(),
        root: source.folder().display().to_string(),
        via: None,
        state,
        held_since: None,
        trouble: source.trouble.clone(),
        silence_minutes: source.silence_minutes,
        last_contact: source.last_contact,
        last_news,
        last_received,
        age_minutes: last_news.map(|last| last.minutes_until(now)),
        kinds: own.iter().map(fresh).collect(),
    }
}

/// The name of a data kind in the visitor's language; the code where it is none of table 1.2.
pub fn kind_name(code: &str, t: Words) -> String {
    match (t.lang, kinds::kind(code)) {
        (Lang::En, Some(kind)) => kind.english.to_owned(),
        _ => chart::kind_name(code).to_owned(),
    }
}
