//! Finding a patient: by number, kana, any part of a name, birth date, telephone; by earlier names, and by names that were learned at a
//! desk of any station since the copy ended. Rim: the ward's search, the desk and the commands search alike. `rules.rs` decides what a
//! typed line may mean, `alike.rs` who must not be taken for whom, `identify.rs` whether somebody is who he says.

mod alike;
pub mod identify;
mod rules;
pub mod shown;
#[cfg(test)]
mod tests;

use chart::check_digit::Typed;
use chart::{PatientId, Query};
use store::{Find, Reader};

pub use alike::{Alike, alike};
pub use rules::{Hit, age_words, both_calendars, must_be_told_apart, sex_code};

use crate::confidential::Flags;
use crate::home::Problem;
use crate::names::{self, Learned};

/// What a typed line found.
pub struct Search {
    /// Who may be meant, best first.
    pub hits: Vec<Hit>,
    /// There are, or may be, more: nobody is left out without a word.
    pub more: bool,
    /// A number was typed and nobody has it: the number.
    pub missing_number: Option<String>,
    /// The scheme of this site's check digits; empty for none.
    pub check_digit: String,
}

/// Who may be meant by a typed line, best first, at most `limit`. The page and the command search alike.
///
/// # Errors
/// When the store cannot be read.
pub fn search(reader: &Reader, text: &str, limit: usize) -> Result<Search, Problem> {
    let check_digit = reader.check_digit()?;
    let scheme = chart::check_digit::Scheme::named(&check_digit);
    let meant = scheme.map_or_else(Vec::new, |scheme| scheme.numbers(text));
    let query = chart::read_query(text);
    // A temporary patient is in no index: the number alone finds one, with its 照合番号 or without.
    let newcomers = match chart::check_digit::typed(text) {
        Typed::Confirmed(number) | Typed::Bare(number) => crate::temporary::of_number(reader, &number)?,
        Typed::Wrong => Vec::new(),
    };
    let (mut hits, mut more) = (newcomers.into_iter().map(rules::newcomer).collect::<Vec<Hit>>(), false);
    let learned = names::all(reader)?;
    for find in query.readings().filter_map(rules::find_of) {
        let number = meant.iter().find(|(typed, _)| find.id.as_ref() == Some(typed));
        let without = number.map(|(_, number)| store::Find { id: Some(number.clone()), ..find.clone() });
        for find in without.into_iter().chain([find]) {
            let found = reader.find(&find, limit)?;
            more |= found.more;
            for found in found.hits {
                let new = hits.iter().all(|hit| hit.is_not(&found.id));
                more |= new && hits.len() == limit;
                if new && hits.len() < limit {
                    hits.push(rules::hit(found));
                }
            }
        }
    }
    for hit in by_learned_names(reader, &query, &learned)? {
        let new = hits.iter().all(|known| known.is_not(&hit.patient()));
        more |= new && hits.len() == limit;
        if new && hits.len() < limit {
            hits.push(hit);
        }
    }
    hits.iter_mut().for_each(|hit| names::tell(hit, &learned));
    let flags = reader.once(Flags::all)?;
    let ids: Vec<PatientId> = hits.iter().map(Hit::patient).collect();
    let people = ids.iter().zip(&hits).map(|(id, hit)| (id, hit.name.as_str(), hit.kana.as_str()));
    let judged = alike(people);
    // Few hits bear another's name, so few are compared with all others.
    let taken =
        |(hit, alike): (&Hit, &Alike)| *alike == Alike::Name && hits.iter().any(|other| hit.could_be_taken_for(other));
    let same_birth: Vec<bool> = hits.iter().zip(&judged).map(taken).collect();
    for (((hit, alike), same_birth), id) in hits.iter_mut().zip(judged).zip(same_birth).zip(&ids) {
        hit.same_birth = same_birth;
        hit.same_reading = alike == Alike::Name;
        hit.same_name = reader.same_name_count(&chart::fold_name(&hit.name))?;
        hit.place = crate::stays::census::place(reader, id)?.map(|inpatient| inpatient.place);
        hit.flags = flags.of(id);
    }
    let is_newcomers = hits.iter().any(|hit| hit.temporary);
    let missing_number = rules::missing_number(text, &meant, &hits).filter(|_| !is_newcomers);
    Ok(Search { hits, more, missing_number, check_digit })
}

/// Patients whose name only a desk knows, where it and whatever else was typed fit.
fn by_learned_names(reader: &Reader, query: &Query, learned: &[std::sync::Arc<Learned>]) -> Result<Vec<Hit>, Problem> {
    let mut hits: Vec<Hit> = Vec::new();
    let fits = |one: &Learned| query.readings().any(|reading| rules::is_learned(reading, one));
    for one in learned.iter().filter(|one| one.stands() && fits(one)) {
        let id = one.said.patient();
        if hits.iter().all(|known| known.is_not(&id)) {
            hits.push(Hit { matched: "learned", ..hit_of(reader, &id)? });
        }
    }
    // Of somebody in the copy the birth date is the copy's: what else was typed must fit that too.
    let born = |hit: &Hit, reading: &Query| {
        reading.birth.is_none_or(|(from, to)| {
            hit.birth_date.is_none_or(|born| born.start >= from.start && born.start < to.end())
        })
    };
    hits.retain(|hit| query.readings().any(|reading| born(hit, reading)));
    Ok(hits)
}

/// A patient by number as a hit has it; of one that no copy has, the number alone.
///
/// # Errors
/// When the store cannot be read.
pub fn hit_of(reader: &Reader, id: &PatientId) -> Result<Hit, Problem> {
    let Some(row) = reader.person(id)? else { return Ok(rules::newcomer(id.clone())) };
    let id = id.clone();
    Ok(rules::hit(store::PersonHit { id, row, matched: store::KeyKind::Id, former: false }))
}

/// Others of one of a patient's names.
const TWINS_MAX: usize = 20;
/// Others of one birth date that are compared: more than a hospital of this size has, but for dates that stand for "not known".
const BORN_MAX: usize = 200;

/// Who could be taken for a patient: others of the same name, of the same reading, of the same birth date; each with why (`name`, `kana`,
/// `alike`, `birth`), those first who must be told apart ([`must_be_told_apart`]), the likest first. Numbers that named persons joined to
/// this one are no others.
///
/// # Errors
/// When the store cannot be read.
pub fn twins(reader: &Reader, own: &Hit) -> Result<Vec<(Hit, Vec<&'static str>)>, Problem> {
    let learned = names::all(reader)?;
    let joined = crate::record::numbers(reader, &own.patient())?;
    let asks = [
        Find { name: Some(chart::fold_name(&own.name)), ..Find::default() },
        Find { kana: Some(chart::fold_kana(&own.kana)), ..Find::default() },
        Find { birth: own.birth_date.map(|born| (born, born)), ..Find::default() },
    ];
    let is_asked = |find: &Find| {
        find.birth.is_some() || [&find.name, &find.kana].into_iter().flatten().any(|text| !text.is_empty())
    };
    let mut others: Vec<Hit> = Vec::new();
    for find in asks.into_iter().filter(is_asked) {
        let most = if find.birth.is_some() { BORN_MAX } else { TWINS_MAX };
        others.extend(reader.find(&find, most)?.hits.into_iter().map(rules::hit));
    }
    // Names that desks learned are in memory: only of those that could be alike the patient is read.
    let (names, readings) = (rules::names(own), rules::readings(own));
    let alike = |one: &Learned| {
        names.contains(&chart::fold_name(&one.said.name))
            || readings.contains(&chart::fold_kana(&one.said.kana))
            || (own.birth_date.is_some() && one.birth() == own.birth_date)
    };
    for one in learned.iter().filter(|one| one.stands() && alike(one)) {
        others.push(hit_of(reader, &one.said.patient())?);
    }
    let mut twins: Vec<(Hit, Vec<&'static str>)> = Vec::new();
    for mut other in others {
        let is_other =
            !joined.contains(&other.patient()) && twins.iter().all(|(known, _)| known.is_not(&other.patient()));
        names::tell(&mut other, &learned);
        let why = rules::why_alike(own, &other);
        if is_other && !why.is_empty() {
            twins.push((other, why));
        }
    }
    twins.sort_by_key(|(_, why)| std::cmp::Reverse((must_be_told_apart(why), why.len())));
    twins.truncate(BORN_MAX);
    Ok(twins)
}
