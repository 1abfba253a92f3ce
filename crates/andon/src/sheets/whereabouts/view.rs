//! Things and their patients in the words of pages. Somebody whose chart opens only for a reason is a number and a mark on a list.

use std::collections::BTreeMap;

use chart::{Moment, PatientId, age_words};
use store::Reader;

use super::print::what;
use super::rules::{Paper, Standing, Told};
use crate::confidential::Flags;
use crate::home::Problem;
use crate::text::Words;
use crate::web::encoded;

/// Whose a thing is, as a list says it.
pub(super) struct Whose {
    pub id: String,
    pub name: String,
    pub kana: String,
    pub birth: String,
    pub marks: Vec<String>,
    pub chart: String,
}

/// The patient of a number; `None` for nobody's.
pub(super) fn whose(
    reader: &Reader,
    flags: &Flags,
    (authority, id): (&str, &str),
    t: Words,
) -> Result<Option<Whose>, Problem> {
    if id.is_empty() {
        return Ok(None);
    }
    let number = PatientId { authority: authority.to_owned(), id: id.to_owned() };
    let flags = flags.of(&number);
    let hidden = flags.iter().any(|flag| flag.asks_reason());
    let person = if hidden { None } else { reader.person(&number)? };
    let birth = person.as_ref().and_then(|person| person.birth);
    Ok(Some(Whose {
        id: id.to_owned(),
        name: person.as_ref().map_or_else(String::new, |person| person.name.clone()),
        kana: person.as_ref().map_or_else(String::new, |person| person.kana.clone()),
        birth: birth.map_or_else(String::new, |birth| birth.to_string()),
        marks: flags.iter().map(|flag| t.word("flag", flag.code())).collect(),
        chart: format!("/patients/{}/{}", encoded(authority), encoded(id)),
    }))
}

/// A thing in words.
pub(super) struct Row {
    pub number: String,
    pub address: String,
    pub what: String,
    pub whose: Option<Whose>,
    pub standing: String,
    pub loud: bool,
    /// With whom it is, or where it lies.
    pub place: String,
    pub since: String,
    pub by: String,
    pub why: String,
    /// How many wait for it.
    pub wishes: String,
    /// The wish that a line of the list of wishes is about.
    pub wish: Option<Wish>,
}

/// A wish in words.
pub(super) struct Wish {
    pub of: u32,
    pub who: String,
    pub words: String,
    pub since: String,
}

/// Who, where and by which telephone.
pub(super) fn who(told: &Told, t: Words) -> String {
    let phone = if told.phone.is_empty() { String::new() } else { t.with("where-phone", told.phone.as_str()) };
    let parts = [told.place.as_str(), told.who.as_str(), phone.as_str()];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A time and how long ago it was.
pub(super) fn aged(at: Moment, now: Moment, t: Words) -> String {
    format!("{at}{}", t.with("aside", age_words(at.minutes_until(now), t.lang)))
}

pub(super) fn wish(told: &Told, now: Moment, t: Words) -> Wish {
    let parts = [told.due.as_str(), told.words.as_str()];
    let words = parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("　");
    Wish { of: told.of, who: who(told, t), words, since: aged(told.since, now, t) }
}

/// What a list needs to put a thing into words.
pub(super) struct View<'a> {
    pub reader: &'a Reader,
    pub flags: &'a Flags,
    pub boxes: &'a BTreeMap<&'a str, &'a Paper>,
    pub now: Moment,
    pub t: Words,
}

impl View<'_> {
    /// A thing, and the wish the line is about.
    pub fn row(&self, paper: &Paper, of: Option<&Told>) -> Result<Row, Problem> {
        let (t, standing) = (self.t, paper.standing());
        let said = match standing {
            Standing::Closed => paper.closed.as_ref(),
            Standing::Missing => paper.missing.as_ref(),
            _ => paper.holder(),
        };
        let since = match standing {
            Standing::Out => paper.out.as_ref(),
            _ => said,
        };
        let place = match (standing, paper.holder()) {
            (Standing::Out, Some(holder)) => who(holder, t),
            (Standing::Missing, Some(holder)) => t.with("where-last", who(holder, t)),
            (Standing::Missing, None) => t.with("where-last", self.lies(paper)),
            _ => self.lies(paper),
        };
        let wishes = if paper.wishes.is_empty() { String::new() } else { t.with("where-wishes", paper.wishes.len()) };
        Ok(Row {
            number: paper.thing.number.clone(),
            address: format!("/whereabouts/papers/{}", encoded(&paper.thing.number)),
            what: what(paper, t),
            whose: whose(self.reader, self.flags, (&paper.thing.authority, &paper.thing.id), t)?,
            standing: t.word("where", standing.word()),
            loud: matches!(standing, Standing::Missing),
            place,
            since: since.map_or_else(String::new, |told| aged(told.since, self.now, t)),
            by: said.map_or_else(String::new, |told| told.by.clone()),
            why: said.map_or_else(String::new, |told| told.words.clone()),
            wishes,
            wish: of.map(|told| wish(told, self.now, t)),
        })
    }

    /// Where a thing that is in its place lies: also where its box is, when it is in one.
    pub fn lies(&self, paper: &Paper) -> String {
        let Some(within) = self.boxes.get(paper.thing.within.as_str()) else { return paper.place.clone() };
        let holder = within.holder().map_or_else(|| within.place.clone(), |holder| who(holder, self.t));
        let inside = self.t.with("where-in-box", format!("{} {}", within.thing.title, within.thing.number));
        format!("{inside} {holder}").trim().to_owned()
    }
}
