//! The access audit as an auditor reads it: who looked at what, when, from where; filtered by person, patient, act and day.

use askama::Template;
use axum::extract::{Query, State};
use axum::response::Response;
use chart::{Moment, When};
use serde::{Deserialize, Serialize};
use store::{LookFilter, Reader, StoredLook};

use crate::audit_end;
use crate::home::Problem;
use crate::temporary;
use crate::text::Words;
use crate::web::{Frame, Site, Visit, answer, encoded};

/// Lines on one page.
const SHOWN: usize = 100;
/// Digits of a station that tell it from others, as at the beginning of sheet numbers.
const STATION_DIGITS: usize = 4;

/// The acts that are written down, as the filter offers them: those that `text.*.ftl` has words for.
const ACTS: [&str; 57] = [
    "chart",
    "patients-timeline",
    "search",
    "print",
    "paper",
    "paper-filed",
    "scans",
    "scans-file",
    "scans-settle",
    "scans-picture",
    "scan",
    "sheets",
    "sheets-print",
    "sheets-mark",
    "hand-in",
    "whereabouts",
    "whereabouts-papers",
    "whereabouts-register",
    "whereabouts-act",
    "whereabouts-print",
    "whereabouts-letters",
    "whereabouts-letters-act",
    "whereabouts-letters-print",
    "printing",
    "printing-run",
    "printing-memo",
    "printing-collect",
    "wards",
    "wards-gap",
    "wards-meals",
    "appointments",
    "admissions",
    "reason",
    "patients-reason",
    "patients-flags",
    "flags-set",
    "undecoded",
    "gate",
    "gate-decide",
    "patients-held",
    "login",
    "link",
    "break-glass",
    "logout",
    "refused",
    "own-pin",
    "people",
    "people-set",
    "people-pin",
    "people-cards",
    "envelope-make",
    "openings",
    "openings-reviewed",
    "keys",
    "proof-verdict",
    "audit",
    "lost",
];

/// What is asked for, as typed.
#[derive(Clone, Default, Deserialize)]
pub struct Asked {
    #[serde(default)]
    account: String,
    #[serde(default)]
    about: String,
    #[serde(default)]
    act: String,
    #[serde(default)]
    since: String,
    #[serde(default)]
    until: String,
    before: Option<u64>,
    past: Option<u64>,
}

#[derive(Template)]
#[template(path = "people/audit.html")]
struct AuditPage {
    frame: Frame,
    asked: Asked,
    rows: Vec<StoredLook>,
    /// Lines are missing at the end, in words; empty where none are known to be.
    cut: String,
    /// A time that cannot be read.
    no: String,
    /// Address of the next page.
    older: Option<String>,
}

impl AuditPage {
    fn act(&self, act: &str) -> String {
        act_words(act, self.frame.t)
    }

    /// The acts to filter by: code, words, chosen or not.
    fn acts(&self) -> Vec<(&'static str, String, bool)> {
        ACTS.iter().map(|act| (*act, self.act(act), self.asked.act == *act)).collect()
    }

    fn role(&self, role: &str) -> String {
        self.frame.t.word("role", role)
    }

    /// Which station wrote a line, where it was not this one.
    fn station(&self, row: &StoredLook) -> String {
        station_words(row, self.frame.t)
    }
}

/// Which station wrote a line, in words; empty for this one.
pub fn station_words(row: &StoredLook, t: Words) -> String {
    let short: String = row.station.chars().take(STATION_DIGITS).collect();
    if short.is_empty() { short } else { t.with("audit-station", short) }
}

/// An act in words; its code where there are none.
pub fn act_words(act: &str, t: Words) -> String {
    t.word("act", act)
}

/// A line of `andon audit --json`.
#[derive(Serialize)]
pub struct LookJson {
    no: u64,
    station: String,
    at: Moment,
    account: String,
    name: String,
    role: String,
    act: String,
    about: String,
    detail: String,
    from: String,
    outcome: u16,
}

impl From<StoredLook> for LookJson {
    fn from(StoredLook { no, look, station, .. }: StoredLook) -> LookJson {
        let store::Look { at, account, name, role, act, about, detail, from, outcome } = look;
        LookJson { no, station, at, account, name, role, act, about, detail, from, outcome }
    }
}

/// About whom or what looks are asked for: a word like `ward:03` is what the audit says itself; a number comes off paper, with its 照合番号
/// or without.
///
/// # Errors
/// A number with the 照合番号 of another, or one that means two patients; the store cannot be read.
pub fn about(reader: &Reader, typed: &str) -> Result<String, Problem> {
    let typed = typed.trim();
    if typed.is_empty() || typed.contains(['/', ':']) {
        return Ok(typed.to_owned());
    }
    let id = temporary::meant(reader, &temporary::plain(reader, typed)?)?;
    Ok(format!("{}/{}", id.authority, id.id))
}

/// A filter of typed texts.
///
/// # Errors
/// The text that is no time.
pub fn filter([account, about, act]: [&str; 3], [since, until]: [&str; 2]) -> Result<LookFilter, String> {
    let text = |text: &str| Some(text.trim().to_owned()).filter(|text| !text.is_empty());
    let time = |text: &str, end: bool| -> Result<Option<Moment>, String> {
        let digits: String = text.chars().filter(char::is_ascii_digit).collect();
        if text.trim().is_empty() {
            return Ok(None);
        }
        let when = When::parse(&digits).ok_or_else(|| text.to_owned())?;
        Ok(Some(if end { when.end() } else { when.start }))
    };
    Ok(LookFilter {
        account: text(account),
        about: text(about),
        act: text(act),
        since: time(since, false)?,
        until: time(until, true)?,
        before: None,
        past_before: None,
    })
}

/// `GET /audit`
pub async fn page(State(site): State<Site>, visit: Visit, Query(asked): Query<Asked>) -> Response {
    let typed = asked.about.clone();
    let about = site.read(move |reader| about(reader, &typed));
    let about = about.await.map_err(|problem| problem.words);
    let wanted = about.and_then(|about| {
        let wanted = filter([&asked.account, &about, &asked.act], [&asked.since, &asked.until]);
        wanted.map_err(|text| visit.words.with("audit-no-time", text))
    });
    let (wanted, no) = match wanted {
        Ok(wanted) => (LookFilter { before: asked.before, past_before: asked.past, ..wanted }, String::new()),
        Err(words) => (LookFilter::default(), words),
    };
    let made = match looked(&site, &visit, wanted).await {
        Ok((rows, cut)) => audit_page(&site, &visit, asked, (rows, cut, no)).await,
        Err(problem) => Err(problem),
    };
    answer(&site, &visit, made)
}

/// The lines asked for, and what to say where the station's log saw more of them than there are.
async fn looked(site: &Site, visit: &Visit, wanted: LookFilter) -> Result<(Vec<StoredLook>, String), Problem> {
    let (auditor, t) = (site.auditor().clone(), visit.words);
    let said = site.read(audit_end::last).await?;
    let looked = site.access(move |access| {
        // What this very page writes down is seen on it, too.
        auditor.flush();
        let missing = match said {
            Some((at, head)) if !access.holds(&head)? => t.with("audit-cut", at.to_string()),
            _ => String::new(),
        };
        Ok((access.looks(&wanted, SHOWN + 1)?, missing))
    });
    looked.await
}

async fn audit_page(
    site: &Site,
    visit: &Visit,
    asked: Asked,
    (mut rows, cut, no): (Vec<StoredLook>, String, String),
) -> Result<AuditPage, Problem> {
    let more = rows.len() > SHOWN;
    rows.truncate(SHOWN);
    let older = rows.last().filter(|_| more).map(|last| {
        let parts = [
            ("account", &asked.account),
            ("about", &asked.about),
            ("act", &asked.act),
            ("since", &asked.since),
            ("until", &asked.until),
        ];
        let parts = parts.into_iter().filter(|(_, value)| !value.is_empty());
        // Lines of the station from which this home was restored come after all of its own.
        let next = match last.station.is_empty() {
            true => format!("/audit?before={}", last.no),
            false => format!("/audit?before=0&past={}", last.row),
        };
        parts.fold(next, |out, (key, value)| format!("{out}&{key}={}", encoded(value)))
    });
    let (own, visit) = (site.clone(), visit.clone());
    let work = site
        .read(move |reader| Ok(AuditPage { frame: Frame::new(&own, &visit, reader)?, asked, rows, cut, no, older }));
    work.await
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::ACTS;

    #[test]
    fn the_filter_offers_every_act_that_has_words() {
        for text in [include_str!("text.ja.ftl"), include_str!("text.en.ftl")] {
            let acts = text.lines().filter_map(|line| line.strip_prefix("act-")?.split_once(" = "));
            assert_eq!(acts.map(|(act, _)| act).collect::<BTreeSet<_>>(), BTreeSet::from(ACTS));
        }
    }
}
