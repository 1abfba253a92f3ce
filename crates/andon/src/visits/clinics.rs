//! Departments that patients come to (診療科): the register `clinics` of headquarters, and until something stands there those of a town
//! hospital. Pure but for [`all`].

use store::Reader;

use crate::home::Problem;
use crate::registers::{Present, present};

/// A department at the desk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Clinic {
    /// The letter of its tickets.
    pub letter: String,
    /// Its name.
    pub name: String,
    /// Where its patients are called to; empty for not said.
    pub room: String,
    /// Closed for now (休診).
    pub closed: bool,
}

/// Letters and names of a town hospital's departments, in the order of the desk.
pub const READY: [(&str, &str); 12] = [
    ("内", "内科"),
    ("外", "外科"),
    ("小", "小児科"),
    ("整", "整形外科"),
    ("産", "産婦人科"),
    ("泌", "泌尿器科"),
    ("透", "透析（腎センター）"),
    ("眼", "眼科"),
    ("耳", "耳鼻咽喉科"),
    ("皮", "皮膚科"),
    ("救", "救急外来"),
    ("健", "健診・予防接種"),
];

/// The code of the register.
pub const REGISTER: &str = "clinics";

/// The departments, in the order in which they were entered.
///
/// # Errors
/// When the store cannot be read.
pub fn all(reader: &Reader) -> Result<Vec<Clinic>, Problem> {
    Ok(of(&*present(reader)?))
}

fn of(present: &Present) -> Vec<Clinic> {
    let items = present.iter().find(|(of, _)| of.code == REGISTER).map_or(&[][..], |(_, items)| items);
    let mut entered: Vec<Clinic> = Vec::new();
    for item in items.iter().filter(|item| item.struck.is_none()) {
        entered.push(Clinic {
            letter: letter(item.value("letter"), item.value("clinic"), &entered),
            name: item.value("clinic").to_owned(),
            room: item.value("room").to_owned(),
            closed: item.state == "stopped",
        });
    }
    if !entered.is_empty() {
        return entered;
    }
    let ready = |(letter, name): &(&str, &str)| Clinic {
        letter: (*letter).to_owned(),
        name: (*name).to_owned(),
        room: String::new(),
        closed: false,
    };
    READY.iter().map(ready).collect()
}

/// The first letter that was written for it, else that of its name, which none before it has: a letter means one department. A figure or
/// dash would be part of the number behind it.
fn letter(written: &str, name: &str, before: &[Clinic]) -> String {
    let good = |c: &char| !c.is_ascii_digit() && !c.is_whitespace() && *c != '-';
    let signs = written.chars().map(crate::text::narrow).chain(name.chars()).filter(good).chain('A'..='Z');
    let free = |letter: &String| before.iter().all(|one| one.letter != *letter);
    signs.map(|c| c.to_ascii_uppercase().to_string()).find(free).unwrap_or_else(|| format!("X{}", before.len()))
}

/// The department that is meant, by letter or name.
pub fn named<'a>(clinics: &'a [Clinic], meant: &str) -> Option<&'a Clinic> {
    let meant = meant.trim();
    clinics.iter().find(|one| one.letter == meant || one.name == meant)
}

/// The name of a department by its letter; the letter itself where nothing is entered under it.
pub fn name(clinics: &[Clinic], letter: &str) -> String {
    clinics.iter().find(|one| one.letter == letter).map_or_else(|| letter.to_owned(), |one| one.name.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_letter_is_one_sign_that_no_number_begins_with() {
        for (written, name, is) in
            [("内", "内科", "内"), ("", "外科", "外"), ("１", "小児科", "小"), ("ｎ", "", "N"), ("2", "3", "A")]
        {
            assert_eq!(letter(written, name, &[]), is, "{written} {name}");
        }
        // Two departments of one first letter: the later one takes the next sign of its name.
        let clinic =
            |letter: &str| Clinic { letter: letter.into(), name: String::new(), room: String::new(), closed: false };
        assert_eq!(letter("", "小児外科", &[clinic("小")]), "児");
        assert_eq!(letter("小", "小", &[clinic("小"), clinic("A")]), "B");
        let ready = of(&Vec::new());
        let letters: std::collections::BTreeSet<&str> = ready.iter().map(|one| one.letter.as_str()).collect();
        assert_eq!(letters.len(), ready.len());
        assert_eq!(named(&ready, "小児科").unwrap().letter, "小");
    }
}
