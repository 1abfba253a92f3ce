//! What a typed line asks of the store, and what a hit shows. Pure.

use chart::{Age, Lang, PatientId, Query, Sex, When, fold_id, fold_kana, fold_name};
use serde::Serialize;
use store::{Find, KeyKind, PersonHit};

use crate::names::Learned;

/// One patient found, as the page shows it and as `andon search --json` prints it (docs/json.md).
#[derive(Clone, Debug, Serialize)]
pub struct Hit {
    /// The patient's number, as sent.
    pub id: String,
    /// Who assigned it.
    pub authority: String,
    /// True for a 仮患者: the number is ours, found by it or by what a desk learned.
    pub temporary: bool,
    /// Name as shown.
    pub name: String,
    /// Kana.
    pub kana: String,
    /// Birth date, ISO.
    pub birth_date: Option<When>,
    /// `male`, `female`, `other`, `unknown`.
    pub sex: Sex,
    /// Earlier names, newest first.
    pub former_names: Vec<String>,
    /// Names that were learned at a desk since the copy ended; of a temporary patient the only ones there are.
    pub learned_names: Vec<String>,
    /// Their readings, where one was said.
    #[serde(skip)]
    pub learned_kana: Vec<String>,
    /// What the words matched: `id`, `name`, `kana`, `phone`; `learned` for a name that only a desk knows.
    pub matched: &'static str,
    /// True when it was an earlier name that matched.
    pub matched_former_name: bool,
    /// How many patients of this copy bear this name, this one included.
    pub same_name: u64,
    /// Another of these hits has a name of the same writing or reading.
    pub same_reading: bool,
    /// Another of these hits has such a name and the same birth date.
    pub same_birth: bool,
    /// Where an inpatient lies: ward, room, bed as sent.
    pub place: Option<chart::Place>,
    /// What is kept back of this patient: `no_inquiry`, `visit_limit`, `hide_name`, `staff_patient`.
    pub flags: Vec<crate::event::Flag>,
}

impl Hit {
    /// The patient.
    pub fn patient(&self) -> PatientId {
        PatientId { authority: self.authority.clone(), id: self.id.clone() }
    }

    /// True when this hit is another patient than `id`.
    pub fn is_not(&self, id: &PatientId) -> bool {
        self.id != id.id || self.authority != id.authority
    }

    /// True for another patient of the same name, written or read, and the same birth date: only the number tells them apart.
    pub fn could_be_taken_for(&self, other: &Hit) -> bool {
        let same_name = || {
            fold_name(&self.name) == fold_name(&other.name)
                || !self.kana.is_empty() && fold_kana(&self.kana) == fold_kana(&other.kana)
        };
        let same_birth = self.birth_date.is_some() && self.birth_date == other.birth_date;
        same_birth && self.is_not(&other.patient()) && same_name()
    }

    /// 男 / 女 for plain text.
    pub fn sex_words(&self) -> &'static str {
        match self.sex {
            Sex::Male => "男 male",
            Sex::Female => "女 female",
            Sex::Other => "その他 other",
            Sex::Unknown => "不明 unknown",
        }
    }
}

/// What one reading of the typed line asks of the store; `None` for an empty one.
pub fn find_of(reading: &Query) -> Option<Find> {
    (!reading.is_empty()).then(|| Find {
        id: reading.id.clone(),
        name: reading.name.clone(),
        kana: reading.kana.clone(),
        birth: reading.birth,
        phone: reading.phone.clone(),
        place: reading.place.clone(),
    })
}

/// Figures from which on a word is a patient's number to whoever typed it; fewer may be a room.
const NUMBER_DIGITS: usize = 4;

/// The one word that was typed, where it is a patient's number and nobody found has it: said in so many words, so that
/// nobody takes a hit by birth date or telephone, or a number like it, for the one typed.
pub fn missing_number(typed: &str, meant: &[(String, String)], hits: &[Hit]) -> Option<String> {
    let typed = typed.trim();
    let digits = fold_id(typed).chars().filter(char::is_ascii_digit).count();
    let query = chart::read_query(typed);
    let keys: Vec<&str> = query.readings().filter_map(|reading| reading.id.as_deref()).collect();
    let one = typed.split_whitespace().count() == 1 && digits >= NUMBER_DIGITS && !keys.is_empty();
    let found = hits.iter().any(|hit| {
        let own = fold_id(&hit.id);
        keys.contains(&own.as_str()) || meant.iter().any(|(_, number)| *number == own)
    });
    let otherwise = query.readings().any(|reading| reading.birth.is_some() || reading.phone.is_some());
    (one && !found && (hits.is_empty() || !otherwise)).then(|| typed.to_owned())
}

/// Whether what a desk learned of a name is what one reading asks for; a birth date of it must fit where one is known.
pub fn is_learned(reading: &Query, one: &Learned) -> bool {
    let asks = reading.name.is_some() || reading.kana.is_some();
    let alone = reading.id.is_none() && reading.phone.is_none() && reading.place.is_empty();
    let name = reading.name.as_ref().is_none_or(|name| fold_name(&one.said.name).contains(name.as_str()));
    let kana = reading.kana.as_ref().is_none_or(|kana| fold_kana(&one.said.kana).starts_with(kana.as_str()));
    let birth = one
        .birth()
        .is_none_or(|born| reading.birth.is_none_or(|(from, to)| born.start >= from.start && born.start < to.end()));
    asks && alone && name && kana && birth
}

/// Every name of a hit, folded.
pub fn names(hit: &Hit) -> Vec<String> {
    let all = std::iter::once(&hit.name).chain(&hit.former_names).chain(&hit.learned_names);
    all.map(|name| fold_name(name)).filter(|name| !name.is_empty()).collect()
}

/// Every reading of a hit, folded.
pub fn readings(hit: &Hit) -> Vec<String> {
    std::iter::once(&hit.kana)
        .chain(&hit.learned_kana)
        .map(|kana| fold_kana(kana))
        .filter(|kana| !kana.is_empty())
        .collect()
}

/// In what another patient is like this one: `name` of the same writing, `kana` of the same reading, `alike` for a name that is nearly the
/// same with the same birth date (twins, a married name, one sound heard otherwise), `birth`. Earlier and learned names count as names.
pub fn why_alike(own: &Hit, other: &Hit) -> Vec<&'static str> {
    let same = |own: Vec<String>, theirs: Vec<String>| own.iter().any(|one| theirs.contains(one));
    let (name, kana) = (same(names(own), names(other)), same(readings(own), readings(other)));
    let birth = own.birth_date.is_some() && own.birth_date == other.birth_date;
    let alike = birth && !name && !kana && are_nearly_one(own, other);
    let found = [("name", name), ("kana", kana), ("alike", alike), ("birth", birth)];
    found.into_iter().filter(|(_, is)| *is).map(|(why, _)| why).collect()
}

/// Whether two who are alike in this must be told apart before either is received. Who was born on one day is not yet taken for another:
/// in a hospital's copy nearly everybody shares the birth date with somebody.
pub fn must_be_told_apart(why: &[&str]) -> bool {
    why.iter().any(|why| *why != "birth")
}

/// Parts of which a name is one with another by themselves: one character is shared by too many.
const PART_CHARS: usize = 2;

/// Surname or given name is the same in writing or reading, or one sound of the reading differs.
fn are_nearly_one(own: &Hit, other: &Hit) -> bool {
    let parts = |hit: &Hit| -> Vec<(usize, String)> {
        let written = std::iter::once(&hit.name).chain(&hit.former_names).chain(&hit.learned_names);
        let written = written.flat_map(|name| parted(name)).map(|(at, part)| (at, fold_name(part)));
        let read = std::iter::once(&hit.kana).chain(&hit.learned_kana).flat_map(|kana| parted(kana));
        written.chain(read.map(|(at, part)| (at, fold_kana(part)))).collect()
    };
    let theirs = parts(other);
    let shared = parts(own).iter().any(|part| part.1.chars().count() >= PART_CHARS && theirs.contains(part));
    let heard = || readings(own).iter().any(|one| readings(other).iter().any(|other| differ_by_one(one, other)));
    shared || heard()
}

/// Surname (0) and given name (1) of a name that is written with a blank between them.
fn parted(name: &str) -> Vec<(usize, &str)> {
    let parts: Vec<&str> = name.split_whitespace().collect();
    if let [family, given] = parts.as_slice() { vec![(0, *family), (1, *given)] } else { Vec::new() }
}

/// One sign more, less or another.
fn differ_by_one(one: &str, other: &str) -> bool {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let (short, long) = if one.len() <= other.len() { (&one, &other) } else { (&other, &one) };
    let begins = short.iter().zip(long.iter()).take_while(|(a, b)| a == b).count();
    let rest = |of: &[char], from: usize| of.get(from..).unwrap_or_default().to_vec();
    match long.len() - short.len() {
        0 => rest(short, begins + 1) == rest(long, begins + 1),
        1 => rest(short, begins) == rest(long, begins + 1),
        _ => false,
    }
}

/// A temporary patient, found by the number: nothing else is known.
pub fn newcomer(id: PatientId) -> Hit {
    let row = store::PersonRow::default();
    Hit { temporary: true, ..hit(PersonHit { id, row, matched: KeyKind::Id, former: false }) }
}

/// A found row as it is shown.
pub fn hit(found: PersonHit) -> Hit {
    Hit {
        id: found.id.id,
        authority: found.id.authority,
        temporary: false,
        name: found.row.name,
        kana: found.row.kana,
        birth_date: found.row.birth,
        sex: found.row.sex,
        former_names: found.row.former,
        learned_names: Vec::new(),
        learned_kana: Vec::new(),
        matched: match found.matched {
            KeyKind::Id => "id",
            KeyKind::Name => "name",
            KeyKind::Kana => "kana",
            KeyKind::Phone => "phone",
        },
        matched_former_name: found.former,
        same_name: 1,
        same_reading: false,
        same_birth: false,
        place: None,
        flags: Vec::new(),
    }
}

/// `male`, `female`, `other`, `unknown`: the code under which the words are filed.
pub fn sex_code(sex: Sex) -> &'static str {
    match sex {
        Sex::Male => "male",
        Sex::Female => "female",
        Sex::Other => "other",
        Sex::Unknown => "unknown",
    }
}

/// An age as people say it: `55歳`, `生後3日`; `55 y`, `3 days old`.
pub fn age_words(age: &Age, lang: Lang) -> String {
    match lang {
        Lang::Ja => age.words.clone(),
        Lang::En if age.years >= 3 => format!("{} y", age.years),
        Lang::En if age.days >= 31 => format!("{} y {} mo", age.years, age.months),
        Lang::En if age.days == 1 => "1 day old".to_owned(),
        Lang::En => format!("{} days old", age.days),
    }
}

/// `2011-07-01（平成23年7月1日）`
pub fn both_calendars(birth: &When) -> String {
    format!("{birth}（{}）", chart::era_date(birth))
}
