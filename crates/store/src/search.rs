//! Finding a patient: by number, reading, any part of a name, birth date, and any of these together.
//!
//! The rarest part of a query picks the candidates; the rest is compared on their rows. When every part is common,
//! candidates come in kana order from the index and the first that match are the answer.

use chart::{Precision, When};

use crate::index::{KEY_CHARS, UNKNOWN, day, grams, kind_no, sort_number, sort_range};
use crate::person::{Find, KeyKind, PersonHit, PersonRow};
use crate::{Reader, Result};

/// Candidates are counted up to here to see which part is rarest.
const FEW: usize = 1024;
/// Candidates looked at; then the answer is what was found so far.
const MOST: usize = 20_000;
/// Candidates whose name holds a character nobody could read.
const UNREAD: usize = 300;
/// Digits from which a number is also looked for among telephone numbers.
const PHONE_DIGITS: usize = 4;

/// One part of a query.
enum Part {
    Id(String),
    Name(Vec<char>),
    Kana(Vec<char>),
    Birth(i64, i64),
    Any(Vec<char>),
}

/// Where candidates come from, in kana order but for `Birth`.
enum List {
    /// One key of a kind, whole.
    Whole(KeyKind, String),
    /// Keys of a kind that begin so.
    Beginning(KeyKind, String),
    /// Names with all of these, rarest first.
    Grams(Vec<String>),
    /// Days, both included.
    Birth(i64, i64),
}

fn chars(text: &str) -> Vec<char> {
    text.chars().take(KEY_CHARS).collect()
}

fn same(asked: char, held: char) -> bool {
    asked == held || asked == UNKNOWN || held == UNKNOWN
}

fn begins(held: &str, asked: &[char]) -> bool {
    let mut held = held.chars();
    asked.iter().all(|asked| held.next().is_some_and(|held| same(*asked, held)))
}

/// A part of `held` is what was asked for. An unknown character stands for any, but one at least must be the same: else
/// every name with a ■ would answer every question of one character.
fn contains(held: &str, asked: &[char]) -> bool {
    let held: Vec<char> = held.chars().collect();
    let nothing_known = asked.iter().all(|c| *c == UNKNOWN);
    held.windows(asked.len().max(1)).any(|part| {
        let pairs = || asked.iter().zip(part);
        pairs().all(|(asked, held)| same(*asked, *held))
            && (nothing_known || pairs().any(|(asked, held)| asked == held && *asked != UNKNOWN))
    })
}

/// The last day of what a date names: `1970` ends on 1970-12-31.
fn last_day(when: When) -> i64 {
    let civil = when.start.civil();
    let end = match when.precision {
        Precision::Year => When::date(civil.year, 12, 31),
        Precision::Month => (28..=31).rev().find_map(|day| When::date(civil.year, civil.month, day)),
        _ => None,
    };
    day(end.unwrap_or(when).start)
}

impl Part {
    fn of(query: &Find) -> Vec<Part> {
        let mut parts = Vec::new();
        let text = |text: &Option<String>| text.clone().filter(|text| !text.is_empty());
        parts.extend(text(&query.id).map(Part::Id));
        parts.extend(text(&query.any).map(|any| Part::Any(chars(&any))));
        parts.extend(text(&query.name).map(|name| Part::Name(chars(&name))));
        parts.extend(text(&query.kana).map(|kana| Part::Kana(chars(&kana))));
        parts.extend(query.birth.map(|(from, to)| Part::Birth(day(from.start), last_day(to))));
        parts
    }

    /// The strongest key that matches, and whether only an earlier name does.
    fn matches(&self, row: &PersonRow) -> Option<(KeyKind, bool)> {
        if let Part::Birth(from, to) = self {
            let born = row.birth.map(|birth| day(birth.start));
            return born.filter(|born| (from..=to).contains(&born)).map(|_| (KeyKind::Id, false));
        }
        let hits = row.keys.iter().filter(|key| match (self, key.kind) {
            (Part::Id(id), KeyKind::Id) => key.text == *id,
            (Part::Name(asked), KeyKind::Name) => contains(&key.text, asked),
            (Part::Kana(asked), KeyKind::Kana) => begins(&key.text, asked),
            (Part::Any(asked), KeyKind::Name) => contains(&key.text, asked),
            (Part::Any(asked), KeyKind::Kana) => begins(&key.text, asked),
            (Part::Any(asked), KeyKind::Id) => asked.iter().copied().eq(key.text.chars()),
            (Part::Any(asked), KeyKind::Phone) => is_phone(asked) && begins(&key.text, asked),
            _ => false,
        });
        hits.map(|key| (key.kind, key.former)).min_by_key(|(kind, former)| (*former, strength(*kind)))
    }

    /// Lists that together hold every candidate, unread characters apart.
    fn lists(&self) -> Vec<List> {
        let text = |asked: &[char]| asked.iter().collect::<String>();
        let known = |asked: &[char]| asked.iter().take_while(|c| **c != UNKNOWN).collect::<String>();
        match self {
            Part::Id(id) => vec![List::Whole(KeyKind::Id, id.clone())],
            // A name of nothing but unknown characters leads to nobody: it only compares.
            Part::Name(asked) if asked.iter().all(|c| *c == UNKNOWN) => Vec::new(),
            Part::Name(asked) => vec![List::Grams(name_grams(asked))],
            Part::Kana(asked) => vec![List::Beginning(KeyKind::Kana, known(asked))],
            Part::Birth(from, to) => vec![List::Birth(*from, *to)],
            Part::Any(asked) => {
                let mut lists = vec![
                    List::Whole(KeyKind::Id, text(asked)),
                    List::Beginning(KeyKind::Kana, known(asked)),
                    List::Grams(name_grams(asked)),
                ];
                lists.extend(is_phone(asked).then(|| List::Beginning(KeyKind::Phone, text(asked))));
                lists
            }
        }
    }
}

fn is_phone(asked: &[char]) -> bool {
    asked.len() >= PHONE_DIGITS && asked.iter().all(char::is_ascii_digit)
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

/// What a name must be posted under: its pairs, and single characters that are in no pair.
fn name_grams(asked: &[char]) -> Vec<String> {
    let runs = asked.split(|c| *c == UNKNOWN).filter(|run| !run.is_empty());
    let grams_of = |run: &[char]| {
        let all = grams(&run.iter().collect::<String>());
        let pairs = |gram: &String| run.len() == 1 || gram.chars().nth(1).is_some();
        all.into_iter().filter(pairs).collect::<Vec<_>>()
    };
    runs.flat_map(grams_of).collect()
}

/// A hit and the order it is shown in.
type Ranked = ((bool, i64, String, i64, String), PersonHit);

impl Reader {
    /// At most `limit` patients that match every part: a whole patient number first, then in kana order, then by
    /// birth date and number. No part, no patient.
    ///
    /// # Errors
    /// [`crate::Error::Damaged`] when a row cannot be read: rebuild the indexes.
    pub fn find(&self, query: &Find, limit: usize) -> Result<Vec<PersonHit>> {
        let parts = Part::of(query);
        let mut hits = Vec::new();
        let sieve = Sieve::of(&parts);
        for list in self.rarest(&parts)? {
            // Most begin so in their whole reading, and those lie together; the rest by a given name or earlier one.
            let found = match sieve.narrowed() {
                Some(narrow) if list.has_sort() => self.first_hits(&parts, &list, &narrow, MOST, limit, &mut hits)?,
                _ => 0,
            };
            if found < limit {
                self.first_hits(&parts, &list, &sieve, MOST, limit, &mut hits)?;
            }
        }
        if parts.iter().any(|part| matches!(part, Part::Name(_) | Part::Any(_))) {
            self.first_hits(&parts, &List::Grams(vec![UNKNOWN.to_string()]), &sieve, UNREAD, limit, &mut hits)?;
        }
        hits.sort_by(|(a, _), (b, _)| a.cmp(b));
        hits.dedup_by(|(_, a), (_, b)| a.id == b.id);
        Ok(hits.into_iter().take(limit).map(|(_, hit)| hit).collect())
    }

    /// The lists of the part with the fewest candidates; of parts that have many, the first that is in kana order.
    fn rarest(&self, parts: &[Part]) -> Result<Vec<List>> {
        let mut best: Option<(usize, bool, Vec<List>)> = None;
        for part in parts {
            let lists = self.ordered(part)?;
            if lists.is_empty() {
                continue;
            }
            let mut count = 0;
            for list in &lists {
                count += self.count(list)?;
            }
            let sorts = matches!(part, Part::Birth(..)) && count >= FEW;
            if best.as_ref().is_none_or(|(fewest, sorted, _)| (count.min(FEW), sorts) < (*fewest, *sorted)) {
                best = Some((count.min(FEW), sorts, lists));
            }
        }
        Ok(best.map_or(Vec::new(), |(_, _, lists)| lists))
    }

    /// How many candidates a list has, as far as it matters. Of names, those of the rarest gram.
    fn count(&self, list: &List) -> Result<usize> {
        let mut count = 0;
        let lead;
        let list = match list {
            List::Grams(grams) => {
                lead = List::Grams(grams.iter().take(1).cloned().collect());
                &lead
            }
            list => list,
        };
        self.walk(list, &Sieve::default(), FEW, |_| {
            count += 1;
            Ok(true)
        })?;
        Ok(count)
    }

    /// The lists of a part, grams rarest first.
    fn ordered(&self, part: &Part) -> Result<Vec<List>> {
        let mut lists = part.lists();
        for list in &mut lists {
            let List::Grams(grams) = list else { continue };
            if grams.len() < 2 {
                continue;
            }
            let sql = "SELECT count(*) FROM (SELECT 1 FROM search_gram WHERE gram = ?1 LIMIT ?2)";
            let mut count = self.db.prepare_cached(sql)?;
            let mut counted = Vec::new();
            for gram in grams.drain(..) {
                counted.push((count.query_row((&gram, FEW), |row| row.get::<_, u64>(0))?, gram));
            }
            counted.sort();
            *grams = counted.into_iter().map(|(_, gram)| gram).collect();
        }
        Ok(lists)
    }

    /// The first in the order of a list that match all parts. Gives how many.
    fn first_hits(
        &self,
        parts: &[Part],
        list: &List,
        sieve: &Sieve,
        most: usize,
        limit: usize,
        hits: &mut Vec<Ranked>,
    ) -> Result<usize> {
        let mut found = 0;
        self.walk(list, sieve, most, |patient| {
            let hit = self.hit(parts, patient)?;
            found += usize::from(hit.is_some());
            hits.extend(hit);
            Ok(found < limit)
        })?;
        Ok(found)
    }

    /// A patient that matches every part.
    fn hit(&self, parts: &[Part], patient: u64) -> Result<Option<Ranked>> {
        let Some(row) = self.person_row(patient)? else { return Ok(None) };
        let mut matched: Option<(KeyKind, bool)> = None;
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
        let id = self.patient_id(patient)?;
        let whole = matched == KeyKind::Id && parts.iter().any(|part| matches!(part, Part::Id(_) | Part::Any(_)));
        let birth = row.birth.map_or(i64::MAX, |birth| birth.start.0);
        let rank = (!whole, sort_number(&row), row.kana.clone(), birth, id.id.clone());
        Ok(Some((rank, PersonHit { id, row, matched, former })))
    }

    /// Hands over at most `most` candidates of a list that pass the sieve, until told to stop.
    fn walk(&self, list: &List, sieve: &Sieve, most: usize, mut f: impl FnMut(u64) -> Result<bool>) -> Result<()> {
        let Some((mut sql, mut texts)) = list.sql() else { return Ok(()) };
        let (from, to) = sieve.birth.unwrap_or_default();
        let (low, high) = sieve.sort.unwrap_or_default();
        let mut bound: Vec<(&str, &dyn rusqlite::ToSql)> = Vec::new();
        if sieve.birth.is_some() {
            sql += " AND birth BETWEEN :from AND :to";
            bound.extend([(":from", &from as &dyn rusqlite::ToSql), (":to", &to)]);
        }
        if sieve.sort.is_some() && list.has_sort() {
            sql += " AND sort BETWEEN :low AND :high";
            bound.extend([(":low", &low as &dyn rusqlite::ToSql), (":high", &high)]);
        } else if let Some(kana) = sieve.kana.as_ref().filter(|_| list.has_sort()) {
            sql += READS_SO;
            texts.extend([(":begin", kana.clone()), (":end", after(kana))]);
        }
        bound.extend(texts.iter().map(|(name, text)| (*name, text as &dyn rusqlite::ToSql)));
        let sql = match list {
            // Over a span of days, kana order needs a sort; so only so many are looked at.
            List::Birth(..) => format!("SELECT patient FROM ({sql} LIMIT {most}) ORDER BY sort, patient"),
            _ => format!("{sql} LIMIT {most}"),
        };
        let mut rows = self.db.prepare_cached(&sql)?;
        let mut rows = rows.query(&bound[..])?;
        while let Some(row) = rows.next()? {
            if !f(row.get(0)?)? {
                break;
            }
        }
        Ok(())
    }

    /// How many patients have this folded name, earlier names included.
    ///
    /// # Errors
    /// [`crate::Error::Sql`].
    pub fn same_name_count(&self, name_key: &str) -> Result<u64> {
        let text: String = chars(name_key).into_iter().collect();
        let mut row = self.db.prepare_cached("SELECT count(*) FROM search_key WHERE kind = ?1 AND text = ?2")?;
        Ok(row.query_row((kind_no(KeyKind::Name), text), |row| row.get(0))?)
    }
}

/// A candidate has a reading, of whatever name, that begins so.
const READS_SO: &str = " AND EXISTS (SELECT 1 FROM search_key k WHERE k.patient = a.patient AND k.kind = 1
  AND k.text >= :begin AND k.text < :end)";

/// What the index itself can rule out before a row is read.
#[derive(Default)]
struct Sieve {
    /// Days of birth, both included.
    birth: Option<(i64, i64)>,
    /// Beginning of a reading, up to the first unknown character.
    kana: Option<String>,
    /// Range of the sort number.
    sort: Option<(i64, i64)>,
}

impl Sieve {
    fn of(parts: &[Part]) -> Sieve {
        let mut sieve = Sieve::default();
        for part in parts {
            match part {
                Part::Birth(from, to) => sieve.birth = Some((*from, *to)),
                Part::Kana(asked) => {
                    let known: String = asked.iter().take_while(|c| **c != UNKNOWN).collect();
                    sieve.kana = Some(known).filter(|known| !known.is_empty());
                }
                _ => {}
            }
        }
        sieve
    }

    /// Only those whose whole reading, which orders the lists, begins so.
    fn narrowed(&self) -> Option<Sieve> {
        let sort = Some(sort_range(self.kana.as_ref()?));
        Some(Sieve { birth: self.birth, kana: None, sort })
    }
}

/// Names of bound texts, and so the most grams compared in the index; the rest is compared on the row.
const NAMES: [&str; 6] = [":a", ":b", ":c", ":d", ":e", ":f"];

/// A statement to be gone on with, and its bound texts.
type Sql = (String, Vec<(&'static str, String)>);

impl List {
    /// Whether its postings carry the sort number.
    fn has_sort(&self) -> bool {
        matches!(self, List::Grams(_) | List::Birth(..))
    }

    /// `None` for a list of nobody.
    fn sql(&self) -> Option<Sql> {
        let keys = |kind: &KeyKind| format!("SELECT patient FROM search_key a WHERE kind = {}", kind_no(*kind));
        Some(match self {
            List::Whole(kind, text) => (keys(kind) + " AND text = :a", vec![(":a", text.clone())]),
            List::Beginning(kind, text) => {
                (keys(kind) + " AND text >= :a AND text < :b", vec![(":a", text.clone()), (":b", after(text))])
            }
            List::Grams(grams) => {
                // The rarest gram leads; the others are looked up beside it.
                let mut sql = "SELECT patient FROM search_gram a WHERE gram = :a".to_owned();
                for name in &NAMES[1..grams.len().clamp(1, NAMES.len())] {
                    sql += &format!(
                        " AND EXISTS (SELECT 1 FROM search_gram b
                          WHERE b.gram = {name} AND b.sort = a.sort AND b.patient = a.patient)"
                    );
                }
                grams.first()?;
                (sql, NAMES.into_iter().zip(grams.iter().cloned()).collect())
            }
            // Days are numbers of ours, not text from outside.
            List::Birth(from, to) => {
                let sql = format!("SELECT patient, sort FROM search_birth a WHERE birth BETWEEN {from} AND {to}");
                (sql, Vec::new())
            }
        })
    }
}

/// The first text after all that begin so.
fn after(text: &str) -> String {
    format!("{text}{}", char::MAX)
}
