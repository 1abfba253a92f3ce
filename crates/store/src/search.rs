//! Finding a patient: by number, reading, any part of a name, birth date, and any of these together.
//!
//! A query becomes words of the search index that every patient asked for has. Those who have them come in kana order,
//! one after another, and are compared with the query on their rows until there are enough: so what is found first is
//! first in order, however many there are.

use chart::{Moment, Place, When, fold_place};

use crate::index::{
    KANA_CHARS, PHONE_DIGITS, UNKNOWN, cut, day, name_number, order, patient_of, place_of, span_terms, term,
};
use crate::person::{Find, Found, KeyKind, PersonHit, PersonRow};
use crate::{Reader, Result};

/// Rows read in vain for one question, so that it ends within about 20 ms; then the answer says that there may be more. Words
/// lead past the patients asked for only where a sign stands for an unknown character, or where what was typed is longer
/// than any word; and those who stand at the place of the last one shown are read to be put in order.
const READ_IN_VAIN: usize = 2000;
/// Pairs of characters of a name that are asked for in the index; the rest is compared on the row.
const PAIRS_ASKED: usize = 8;

/// One part of a query.
enum Part {
    Id(Vec<char>),
    Name(Vec<char>),
    Kana(Vec<char>),
    Birth(i64, i64),
    Phone(Vec<char>),
}

fn same(asked: char, held: char) -> bool {
    asked == held || asked == UNKNOWN || held == UNKNOWN
}

fn begins(held: &[char], asked: &[char]) -> bool {
    held.len() >= asked.len() && held.iter().zip(asked).all(|(held, asked)| held == asked || *asked == UNKNOWN)
}

/// A part of `held` is what was asked for. An unknown character stands for any, but one at least must be the same: else
/// every name with a ■ would answer every question of one character.
fn contains(held: &[char], asked: &[char]) -> bool {
    let nothing_known = asked.iter().all(|c| *c == UNKNOWN);
    held.windows(asked.len().max(1)).any(|part| {
        let pairs = || asked.iter().zip(part);
        pairs().all(|(asked, held)| same(*asked, *held))
            && (nothing_known || pairs().any(|(asked, held)| asked == held && *asked != UNKNOWN))
    })
}

impl Part {
    fn of(query: &Find) -> Vec<Part> {
        let mut parts = Vec::new();
        let text = |text: &Option<String>| text.as_deref().filter(|text| !text.is_empty()).map(cut);
        parts.extend(text(&query.id).map(Part::Id));
        parts.extend(text(&query.name).map(Part::Name));
        parts.extend(text(&query.kana).map(Part::Kana));
        parts.extend(text(&query.phone).map(Part::Phone));
        let last_day = |when: When| day(Moment(when.end().0 - 1));
        parts.extend(query.birth.map(|(from, to)| Part::Birth(day(from.start), last_day(to))));
        parts
    }

    /// The strongest key that matches, and whether only an earlier name does.
    fn matches(&self, row: &PersonRow) -> Option<(KeyKind, bool)> {
        if let Part::Birth(from, to) = self {
            let born = row.birth.map(|birth| day(birth.start));
            return born.filter(|born| (from..=to).contains(&born)).map(|_| (KeyKind::Id, false));
        }
        let hits = row.keys.iter().filter(|key| {
            let held = cut(&key.text);
            match (self, key.kind) {
                (Part::Id(asked), KeyKind::Id) => held == *asked,
                (Part::Name(asked), KeyKind::Name) => contains(&held, asked),
                (Part::Kana(asked), KeyKind::Kana) | (Part::Phone(asked), KeyKind::Phone) => begins(&held, asked),
                _ => false,
            }
        });
        hits.map(|key| (key.kind, key.former)).min_by_key(|(kind, former)| (*former, strength(*kind)))
    }

    /// What everybody who matches has in the index; `None` when that rules nobody out.
    fn words(&self) -> Option<String> {
        match self {
            Part::Id(id) => Some(quoted(term('i', id))),
            Part::Name(asked) => name_words(asked),
            Part::Kana(asked) => beginning('k', asked, KANA_CHARS),
            Part::Birth(from, to) => Some(one_of(span_terms(*from, *to))),
            Part::Phone(asked) if asked.len() < *PHONE_DIGITS.start() => None,
            Part::Phone(asked) => beginning('p', asked, *PHONE_DIGITS.end()),
        }
    }
}

/// Order of strength of a match.
fn strength(kind: KeyKind) -> u8 {
    match kind {
        KeyKind::Id => 0,
        KeyKind::Kana => 1,
        KeyKind::Name => 2,
        KeyKind::Phone => 3,
    }
}

fn quoted(term: String) -> String {
    format!("\"{term}\"")
}

/// Any of these words. None at all is a word that nobody has.
fn one_of(terms: impl IntoIterator<Item = String>) -> String {
    let terms: Vec<String> = terms.into_iter().map(quoted).collect();
    if terms.is_empty() { quoted("-".to_owned()) } else { format!("({})", terms.join(" OR ")) }
}

/// The word of what is known of a beginning.
fn beginning(mark: char, asked: &[char], longest: usize) -> Option<String> {
    let known: Vec<char> = asked.iter().copied().take_while(|c| *c != UNKNOWN).take(longest).collect();
    (!known.is_empty()).then(|| quoted(term(mark, &known)))
}

/// What a name must have to hold `asked`: each pair of neighbours, either of which may be unreadable in it.
fn name_words(asked: &[char]) -> Option<String> {
    let pairs = asked.windows(2).filter(|pair| !pair.contains(&UNKNOWN)).take(PAIRS_ASKED);
    let mut words: Vec<String> = pairs
        .map(|pair| {
            let ways = [[pair[0], pair[1]], [pair[0], UNKNOWN], [UNKNOWN, pair[1]], [UNKNOWN, UNKNOWN]];
            one_of(ways.iter().map(|way| term('n', way)))
        })
        .collect();
    if words.is_empty() {
        // One character at least must be the same, and each may be the one that is not.
        let known: Vec<char> = asked.iter().copied().filter(|c| *c != UNKNOWN).collect();
        known.first()?;
        words.push(one_of(known.iter().map(|c| term('n', &[*c]))));
        if known.len() > 1 {
            let each = known.iter().take(PAIRS_ASKED);
            words.extend(each.map(|c| one_of([term('n', &[*c]), term('n', &[UNKNOWN])])));
        }
    }
    Some(words.join(" AND "))
}

/// True when a word names this place, or the ward, room or bed of it.
fn lies(place: &Place, asked: &str) -> bool {
    let Place { ward, room, bed, .. } = place;
    let parts = [vec![ward], vec![room], vec![room, bed], vec![ward, room], vec![ward, room, bed]];
    parts.iter().any(|parts| {
        let whole: String = parts.iter().map(|part| part.as_str()).collect();
        !asked.is_empty() && fold_place(&whole) == asked
    })
}

/// The first of the hits in their order; `stopped` when there may be more than were looked at.
fn first(mut hits: Vec<Ranked>, limit: usize, stopped: bool) -> Found {
    hits.sort_by(|(a, _), (b, _)| a.cmp(b));
    let more = stopped || hits.len() > limit;
    Found { hits: hits.into_iter().take(limit).map(|(_, hit)| hit).collect(), more }
}

/// A hit and the order it is shown in.
type Ranked = ((u64, String, i64, String), PersonHit);

impl Reader {
    /// The first `limit` patients that match every part, in the order of [`Found::hits`], and whether there may be more. No part,
    /// no patient; nor where nothing but unknown characters is asked for.
    ///
    /// # Errors
    /// [`crate::Error::Damaged`] when a row cannot be read: rebuild the indexes.
    pub fn find(&self, query: &Find, limit: usize) -> Result<Found> {
        let parts = Part::of(query);
        if !query.place.is_empty() {
            return self.find_placed(query, &parts, limit);
        }
        let words: Vec<String> = parts.iter().filter_map(Part::words).collect();
        let (hits, stopped) = match words[..] {
            // What rules nobody out leads to nobody.
            [] => (Vec::new(), !parts.is_empty()),
            _ => self.look(&parts, &words.join(" AND "), limit)?,
        };
        Ok(first(hits, limit, stopped))
    }

    /// [`Reader::find`] among the inpatients, who are few: all of them are compared.
    fn find_placed(&self, query: &Find, parts: &[Part], limit: usize) -> Result<Found> {
        let mut hits = Vec::new();
        for patient in self.patients_placed(|place| query.place.iter().all(|asked| lies(place, asked)))? {
            hits.extend(self.hit(parts, patient)?);
        }
        Ok(first(hits, limit, false))
    }

    /// Compares those who have all words, in kana order, until one more than `limit` is found and the order of the first
    /// `limit` is sure. Tells whether it stopped before that.
    fn look(&self, parts: &[Part], words: &str, limit: usize) -> Result<(Vec<Ranked>, bool)> {
        let mut rows = self.db.prepare_cached("SELECT rowid FROM search WHERE search MATCH ?1 ORDER BY rowid")?;
        let mut rows = rows.query([words])?;
        let (mut hits, mut in_vain, mut last_place) = (Vec::new(), 0, None);
        while let Some(row) = rows.next()? {
            let number: i64 = row.get(0)?;
            if hits.len() > limit && last_place != Some(place_of(number)) {
                break;
            }
            if in_vain >= READ_IN_VAIN {
                return Ok((hits, true));
            }
            let hit = self.hit(parts, patient_of(number))?;
            in_vain += usize::from(hit.is_none() || hits.len() >= limit);
            hits.extend(hit);
            if hits.len() == limit {
                last_place.get_or_insert(place_of(number));
            }
        }
        Ok((hits, false))
    }

    /// A patient that matches every part.
    fn hit(&self, parts: &[Part], patient: u64) -> Result<Option<Ranked>> {
        let Some((id, row)) = self.person_row(patient)? else { return Ok(None) };
        let mut matched: Option<(KeyKind, bool)> = parts.is_empty().then_some((KeyKind::Id, false));
        for part in parts {
            let Some((kind, former)) = part.matches(&row) else { return Ok(None) };
            let birth = matches!(part, Part::Birth(..));
            matched = Some(match matched {
                Some((best, was)) if birth || strength(best) <= strength(kind) => (best, was || former),
                Some((_, was)) => (kind, was || former),
                None => (kind, former),
            });
        }
        let Some((matched, former)) = matched else { return Ok(None) };
        let birth = row.birth.map_or(i64::MAX, |birth| birth.start.0);
        let rank = (order(&row), row.reading().to_owned(), birth, id.id.clone());
        Ok(Some((rank, PersonHit { id, row, matched, former })))
    }

    /// How many patients have this folded name, earlier names included.
    ///
    /// # Errors
    /// [`crate::Error::Sql`].
    pub fn same_name_count(&self, name_key: &str) -> Result<u64> {
        let mut row = self.db.prepare_cached(
            "SELECT coalesce((SELECT count FROM name_count WHERE name = ?1), 0)
                  + coalesce((SELECT count FROM name_count_new WHERE name = ?1), 0)",
        )?;
        Ok(row.query_row([name_number(name_key)], |row| row.get(0))?)
    }
}
