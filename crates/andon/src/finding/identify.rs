//! 本人確認: whether somebody is who he says. What he says is typed first, and compared before anything is shown: two of name, birth date and
//! number at least must be those of one patient (users.md 21, 26). A telephone finds people and tells them apart, and is no identifier: a
//! family has one, and a mother says her own for each of her children. Pure but for [`find`].

use chart::check_digit::{Scheme, Typed, typed};
use chart::{fold_id, fold_kana, fold_name, parse_birth, read_query};
use serde::{Deserialize, Serialize};
use store::Reader;

use super::{Hit, search};
use crate::home::Problem;

/// How many identifiers must be those of one patient before anything of him is shown.
pub const NEEDED: usize = 2;
/// What a family shares, so that it counts for nobody.
const SHARED: &str = "phone";
/// Patients compared for one question.
const COMPARED_MAX: usize = 50;
/// Characters of a name from which on it tells people apart.
const NAME_CHARS: usize = 2;

/// What a patient says, or a card in his hand; empty for not asked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Asked {
    /// Number, with its 照合番号 or alone.
    #[serde(default)]
    pub number: String,
    /// Name or kana, whole or in part.
    #[serde(default)]
    pub name: String,
    /// Birth date.
    #[serde(default)]
    pub birth: String,
    /// Telephone.
    #[serde(default)]
    pub phone: String,
}

/// What of it is the patient's and what is not: codes `number` `name` `birth` `phone`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Compared {
    /// Those that are.
    pub same: Vec<&'static str>,
    /// Those that are not.
    pub other: Vec<&'static str>,
}

impl Compared {
    /// Enough is the same for him to be shown.
    pub fn is_enough(&self) -> bool {
        self.own() >= NEEDED
    }

    /// How many of those that are the patient's are nobody else's by their kind.
    fn own(&self) -> usize {
        self.same.iter().filter(|code| **code != SHARED).count()
    }
}

impl Asked {
    /// How many identifiers were asked for; a telephone is none.
    pub fn count(&self) -> usize {
        [&self.number, &self.name, &self.birth].iter().filter(|text| !text.trim().is_empty()).count()
    }

    /// Nothing was asked.
    pub fn is_empty(&self) -> bool {
        self.count() == 0 && self.phone.trim().is_empty()
    }

    /// Lines to search by: the strongest first, each by itself.
    fn lines(&self) -> Vec<String> {
        let [number, name, birth, phone] = [&self.number, &self.name, &self.birth, &self.phone].map(|text| text.trim());
        let both = format!("{name} {birth}").trim().to_owned();
        let mut lines: Vec<String> = [number, &both, name, birth, phone]
            .into_iter()
            .filter(|line| !line.is_empty())
            .map(str::to_owned)
            .collect();
        lines.dedup();
        lines
    }

    /// Compares with what is known of a patient; `scheme` is that of this site's check digits.
    pub fn compare(&self, hit: &Hit, phones: &[String], scheme: Option<Scheme>) -> Compared {
        let mut compared = Compared::default();
        let mut say = |code, text: &str, is: bool| {
            if !text.trim().is_empty() {
                if is { &mut compared.same } else { &mut compared.other }.push(code);
            }
        };
        say("number", &self.number, self.is_number(hit, scheme));
        say("name", &self.name, self.is_name(hit));
        let born = parse_birth(self.birth.trim()).filter(|(from, to)| from == to).map(|(born, _)| born.start.day());
        say("birth", &self.birth, born.is_some() && born == hit.birth_date.map(|born| born.start.day()));
        let digits = |text: &str| chart::fold_phone(text);
        say("phone", &self.phone, phones.iter().any(|phone| digits(phone) == digits(&self.phone)));
        compared
    }

    fn is_number(&self, hit: &Hit, scheme: Option<Scheme>) -> bool {
        let own = fold_id(&hit.id);
        let meant = |number: &str| fold_id(number) == own;
        let plain = match typed(&self.number) {
            Typed::Confirmed(number) | Typed::Bare(number) => meant(&number),
            Typed::Wrong => false,
        };
        let with_check =
            || scheme.is_some_and(|scheme| scheme.numbers(&self.number).iter().any(|(_, number)| *number == own));
        plain || meant(&self.number) || with_check()
    }

    /// Any part of a name, or the beginning of a reading, in whatever writing it was typed.
    fn is_name(&self, hit: &Hit) -> bool {
        let query = read_query(&self.name);
        let names = || std::iter::once(&hit.name).chain(&hit.former_names).chain(&hit.learned_names);
        let long = |text: &str| text.chars().count() >= NAME_CHARS;
        query.readings().any(|reading| {
            let name = reading.name.as_deref().filter(|name| long(name));
            let kana = reading.kana.as_deref().filter(|kana| long(kana));
            let written = name.is_none_or(|typed| names().any(|name| fold_name(name).contains(typed)));
            let read = kana.is_none_or(|typed| {
                fold_kana(&hit.kana).starts_with(typed) || names().any(|name| fold_kana(name).contains(typed))
            });
            (name.is_some() || kana.is_some()) && written && read
        })
    }
}

/// What asking found.
#[derive(Default)]
pub struct Identified {
    /// Patients of whom enough is the same, the surest first.
    pub found: Vec<(Hit, Compared)>,
    /// Patients of whom only one identifier is the same: counted, and not shown.
    pub hidden: usize,
    /// More may be found: what was asked was too little.
    pub more: bool,
}

/// Whom what was said identifies.
///
/// # Errors
/// When the store cannot be read.
pub fn find(reader: &Reader, asked: &Asked) -> Result<Identified, Problem> {
    let scheme = Scheme::named(&reader.check_digit()?);
    let (mut all, mut more): (Vec<Hit>, bool) = (Vec::new(), false);
    for line in asked.lines() {
        let found = search(reader, &line, COMPARED_MAX)?;
        more |= found.more;
        for hit in found.hits {
            if all.iter().all(|known| known.is_not(&hit.patient())) {
                all.push(hit);
            }
        }
    }
    let mut identified = Identified { more, ..Identified::default() };
    for hit in all {
        let phones = phones(reader, &hit)?;
        let compared = asked.compare(&hit, &phones, scheme);
        match compared.is_enough() {
            true => identified.found.push((hit, compared)),
            false => identified.hidden += usize::from(!compared.same.is_empty()),
        }
    }
    identified.found.sort_by_key(|(_, compared)| (compared.other.len(), std::cmp::Reverse(compared.same.len())));
    // With somebody of whom all is the same, whoever differs in something is no answer.
    if identified.found.first().is_some_and(|(_, compared)| compared.other.is_empty()) {
        identified.found.retain(|(_, compared)| compared.other.is_empty());
    }
    Ok(identified)
}

/// The people among those found, each by one number: numbers that named persons linked are one person's.
///
/// # Errors
/// When the store cannot be read.
pub fn people(reader: &Reader, found: Vec<(Hit, Compared)>) -> Result<Vec<(Hit, Compared)>, Problem> {
    let mut people: Vec<(Hit, Compared)> = Vec::new();
    for (hit, compared) in found {
        let numbers = crate::record::numbers(reader, &hit.patient())?;
        if !people.iter().any(|(known, _)| numbers.contains(&known.patient())) {
            people.push((hit, compared));
        }
    }
    Ok(people)
}

/// What of what was said is a patient's.
///
/// # Errors
/// When the store cannot be read.
pub fn compared(reader: &Reader, asked: &Asked, hit: &Hit) -> Result<Compared, Problem> {
    let scheme = Scheme::named(&reader.check_digit()?);
    Ok(asked.compare(hit, &phones(reader, hit)?, scheme))
}

fn phones(reader: &Reader, hit: &Hit) -> Result<Vec<String>, Problem> {
    let id = hit.patient();
    let mut phones = reader.person(&id)?.map(|row| row.phones).unwrap_or_default();
    let learned = crate::names::all(reader)?;
    phones.extend(
        learned.iter().filter(|one| one.stands() && one.said.patient() == id).map(|one| one.said.phone.clone()),
    );
    phones.retain(|phone| !phone.is_empty());
    Ok(phones)
}

#[cfg(test)]
mod tests {
    use chart::{PatientId, When};

    use super::*;

    fn hit() -> Hit {
        let row = store::PersonRow {
            name: "佐藤 美咲".into(),
            kana: "サトウ ミサキ".into(),
            birth: When::parse("19920229"),
            former: vec!["田中 美咲".into()],
            ..Default::default()
        };
        let id = PatientId { authority: "hp".into(), id: "0002345".into() };
        let hit = super::super::rules::hit(store::PersonHit { id, row, matched: store::KeyKind::Id, former: false });
        Hit { learned_names: vec!["渡邉 美咲".into()], ..hit }
    }

    fn asked(number: &str, name: &str, birth: &str, phone: &str) -> Asked {
        let [number, name, birth, phone] = [number, name, birth, phone].map(str::to_owned);
        Asked { number, name, birth, phone }
    }

    #[test]
    fn two_of_what_is_said_must_be_the_patients_before_anything_is_shown() {
        let phones = ["090-1234-5678".to_owned()];
        for (asked, same, other, enough) in [
            (asked("2345", "", "", ""), &["number"][..], &[][..], false),
            (asked("2345", "", "H4.2.29", ""), &["number", "birth"], &[], true),
            (asked("", "さとう みさき", "1992-02-29", ""), &["name", "birth"], &[], true),
            (asked("", "美咲", "1992-02-29", ""), &["name", "birth"], &[], true),
            (asked("", "渡辺", "1992-02-29", ""), &["name", "birth"], &[], true),
            // The mother's telephone is that of each of her children, and the surname too.
            (asked("", "田中", "", "09012345678"), &["name", "phone"], &[], false),
            (asked("2345", "", "", "09012345678"), &["number", "phone"], &[], false),
            (asked("", "田中", "1992-02-29", "09012345678"), &["name", "birth", "phone"], &[], true),
            (asked("2345", "田中", "", "09012345678"), &["number", "name", "phone"], &[], true),
            (asked("", "山田 美咲", "1992-02-29", ""), &["birth"], &["name"], false),
            (asked("0002345", "山田", "1992-02-29", ""), &["number", "birth"], &["name"], true),
            (asked("0002345", "", "1992-02", ""), &["number"], &["birth"], false),
            (asked("", "咲", "1992-02-29", ""), &["birth"], &["name"], false),
            (asked("9999", "", "", ""), &[], &["number"], false),
        ] {
            let compared = asked.compare(&hit(), &phones, None);
            assert_eq!((compared.same.as_slice(), compared.other.as_slice()), (same, other), "{asked:?}");
            assert_eq!(compared.is_enough(), enough, "{asked:?}");
        }
    }
}
