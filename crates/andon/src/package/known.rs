//! Who and what is known here and may not leave unasked: patients of the copy, staff, accounts, vendors. What a text says of them is found
//! by `search.rs`. Pure but for reading.

use std::collections::{BTreeMap, HashMap, HashSet};

use chart::check_digit::Scheme;
use chart::{fold_id, fold_kana, fold_name, fold_phone};
use store::{KeyKind, PersonRow, Reader};

use super::letters::Terms;
use crate::home::Problem;
use crate::{staff, temporary};

/// Letters of a reading that is looked for by itself: shorter ones are ordinary words.
const KANA_MIN: usize = 4;
/// Letters of a reading once borne: of those the index does not say which is a given name alone.
const FORMER_KANA_MIN: usize = 5;
/// Figures of an account's code that is looked for: shorter ones are rooms and times.
const ACCOUNT_DIGITS_MIN: usize = 5;

/// Names of people, each way in which they are written.
#[derive(Clone, Debug, Default)]
pub struct Names {
    /// As written.
    pub names: Terms,
    /// Readings.
    pub kana: Terms,
    /// Family names, which mean somebody before a form of address.
    pub families: Terms,
    /// Family names of one letter.
    pub short_families: HashSet<char>,
    /// Who each is, by name, reading or family name made alike; of a family name that two share, nobody.
    pub who: HashMap<String, Option<usize>>,
}

/// The patients of the copy.
#[derive(Clone, Debug, Default)]
pub struct Patients {
    /// Their names.
    pub names: Names,
    /// Their numbers, by `chart::fold_id`.
    pub numbers: HashSet<String>,
    /// Their telephone numbers, by `chart::fold_phone`.
    pub phones: HashSet<String>,
    /// By which scheme numbers end in check digits here.
    pub scheme: Option<Scheme>,
}

/// All that is known.
#[derive(Clone, Debug, Default)]
pub struct Known {
    /// Patients.
    pub patients: Patients,
    /// People of the hospital, and others that the registers name.
    pub persons: Names,
    /// Names of the staff list, made alike: who entered something is told by such a name even where a patient has the same.
    pub staff: HashSet<String>,
    /// Names of accounts, made alike.
    pub accounts: Terms,
    /// Vendors, made alike.
    pub vendors: Terms,
}

/// Names while they are gathered.
#[derive(Default)]
struct Gathering {
    names: Vec<String>,
    kana: Vec<String>,
    families: Vec<String>,
    who: HashMap<String, Option<usize>>,
}

impl Gathering {
    /// One person: the name as written, its family name first where it has a space, and the reading.
    fn add(&mut self, person: usize, name: &str, kana: &str) {
        let folded = fold_name(name);
        if !folded.contains('?') && folded.chars().count() > 1 {
            self.is(&folded, person);
            self.names.push(folded);
        }
        let reading = fold_kana(kana);
        if reading.chars().count() >= KANA_MIN {
            self.is(&reading, person);
            self.kana.push(reading);
        }
        let parts =
            |text: &str| text.split_once([' ', '　']).map(|(family, given)| [family.to_owned(), given.to_owned()]);
        if let (Some([family, given]), Some([family_kana, given_kana])) = (parts(name), parts(kana)) {
            // 架空 はなこ: the half that is hard to write stands in kana.
            let mixed = [[family, given_kana], [family_kana, given]].map(|parts| fold_name(&parts.concat()));
            self.names.extend(mixed.into_iter().filter(|name| !name.contains('?')));
        }
        let family = name.split_once([' ', '　']).map(|(family, _)| fold_name(family)).unwrap_or_default();
        if !family.is_empty() && !family.contains('?') {
            self.is(&family, person);
            self.families.push(family);
        }
    }

    /// A word means somebody, until it means another too.
    fn is(&mut self, word: &str, person: usize) {
        let known = self.who.entry(word.to_owned()).or_insert(Some(person));
        if *known != Some(person) {
            *known = None;
        }
    }

    fn end(self) -> Names {
        let short_families = self.families.iter().filter_map(|family| {
            let mut letters = family.chars();
            letters.next().filter(|_| letters.next().is_none())
        });
        Names {
            short_families: short_families.collect(),
            families: Terms::of(self.families),
            names: Terms::of(self.names),
            kana: Terms::of(self.kana),
            who: self.who,
        }
    }
}

fn patients(reader: &Reader) -> Result<Patients, Problem> {
    let (mut gathering, mut count) = (Gathering::default(), 0);
    let (mut numbers, mut phones) = (HashSet::new(), HashSet::new());
    reader.people(|id, row: PersonRow| {
        count += 1;
        numbers.insert(fold_id(&id.id));
        gathering.add(count, &row.name, &row.kana);
        row.former.iter().for_each(|name| gathering.add(count, name, ""));
        for key in row.keys {
            match key.kind {
                // Other ways of writing the name: in Latin letters, in kana.
                KeyKind::Name if !key.text.contains('?') && key.text.chars().count() > 2 => {
                    gathering.is(&key.text, count);
                    gathering.names.push(key.text);
                }
                KeyKind::Kana if key.former && key.text.chars().count() >= FORMER_KANA_MIN => {
                    gathering.kana.push(key.text);
                }
                KeyKind::Phone => {
                    phones.insert(key.text);
                }
                _ => {}
            }
        }
        phones.extend(row.phones.iter().map(|phone| fold_phone(phone)));
    })?;
    // Met in a message without ever having a row, and those who came while the EMR was dark.
    reader.patients(|id| {
        numbers.insert(fold_id(&id.id));
    })?;
    numbers.extend(temporary::known(reader)?.iter().map(|id| fold_id(&id.id)));
    numbers.remove("");
    phones.remove("");
    let scheme = Scheme::named(&reader.check_digit()?);
    Ok(Patients { names: gathering.end(), numbers, phones, scheme })
}

impl Known {
    /// Patients of the copy and accounts of the house; `people` are further names that the papers themselves tell, `accounts` and
    /// `vendors` likewise.
    ///
    /// # Errors
    /// When the store cannot be read.
    pub fn of(reader: &Reader, people: &[String], accounts: &[String], vendors: &[String]) -> Result<Known, Problem> {
        let staff = staff::accounts(reader)?;
        let openings = staff::break_glass(reader)?.openings;
        // By name, so that the same person is the same number in every package of one state.
        let told = people.iter().map(|name| name.trim()).filter(|name| is_of_a_person(name));
        let mut named: BTreeMap<&str, &str> = told.map(|name| (name, "")).collect();
        named.extend(openings.iter().map(|opened| (opened.opening.name.trim(), "")));
        named.extend(staff.values().map(|account| (account.name.trim(), account.kana.as_str())));
        let mut gathering = Gathering::default();
        for (person, (name, kana)) in (1..).zip(named) {
            gathering.add(person, name, kana);
        }
        let own = staff.keys().map(String::as_str).filter(|code| {
            let figures = code.bytes().all(|byte| byte.is_ascii_digit());
            !figures || code.len() >= ACCOUNT_DIGITS_MIN
        });
        let accounts = own.chain(accounts.iter().map(String::as_str)).map(fold_name);
        Ok(Known {
            patients: patients(reader)?,
            persons: gathering.end(),
            staff: staff.values().map(|account| fold_name(&account.name)).collect(),
            accounts: Terms::of(accounts),
            vendors: Terms::of(vendors.iter().map(|name| fold_name(name))),
        })
    }
}

/// Ends of what names a post, a department or a firm and nobody in person.
const POSTS: [&str; 27] = [
    "長",
    "課",
    "部",
    "科",
    "室",
    "棟",
    "署",
    "局",
    "所",
    "院",
    "係",
    "員",
    "会",
    "社",
    "医師",
    "看護師",
    "薬剤師",
    "技師",
    "担当",
    "当番",
    "本部",
    "センター",
    "ベンダー",
    "業者",
    "当直医",
    "受付",
    "事務当直",
];

/// Whether a word that somebody was named by is a person's: of two letters or more, and no post, department or firm.
pub fn is_of_a_person(word: &str) -> bool {
    let word = word.trim();
    let few = word.chars().count() < 2 || word.chars().any(|c| c.is_ascii_digit());
    !few && !word.starts_with(['（', '(']) && !POSTS.iter().any(|post| word.ends_with(post))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_post_is_nobody_in_person() {
        for post in ["院長", "当直 師長", "3病棟", "県警本部", "医事課", "電子カルテベンダー", "本", ""]
        {
            assert!(!is_of_a_person(post), "{post}");
        }
        for name in ["記録 一郎", "山田太郎", "Lee Ann"] {
            assert!(is_of_a_person(name), "{name}");
        }
    }
}
