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
    /// Codes of the sheets that its packet has, with blanks between; empty: those of everybody.
    pub sheets: String,
}

/// Letters and names of a town hospital's departments, in the order of the desk, each with the sheets that its visitors need beside those
/// of everybody.
pub const READY: [(&str, &str, &str); 12] = [
    ("内", "内科", "P9A"),
    ("外", "外科", "P9A"),
    ("小", "小児科", ""),
    ("整", "整形外科", "P9B"),
    ("産", "産婦人科", "P9A"),
    ("泌", "泌尿器科", "P9A"),
    ("透", "透析（腎センター）", "P16A P9A"),
    ("眼", "眼科", ""),
    ("耳", "耳鼻咽喉科", ""),
    ("皮", "皮膚科", ""),
    ("救", "救急外来", "P7 P9A P9B"),
    ("健", "健診・予防接種", ""),
];

/// Sheets that everybody who is received gets, in the order in which they are handed out: card, intake questions, summary, notes, charges,
/// labels.
pub const EVERYBODY: [&str; 6] = ["P6", "P6A", "P4", "P13B", "P12A", "L1"];

/// The sheets of a visit to a department, and codes that are written there and name none.
pub fn packet(clinics: &[Clinic], letter: &str) -> (Vec<&'static str>, Vec<String>) {
    let (mut codes, mut unknown): (Vec<&'static str>, Vec<String>) = (Vec::new(), Vec::new());
    let written = clinics.iter().find(|one| one.letter == letter).map_or("", |one| one.sheets.as_str());
    let written: Vec<String> = words(written).collect();
    let all = if written.is_empty() { EVERYBODY.map(str::to_owned).to_vec() } else { written };
    // The card comes first whatever is written: the ticket stands on it.
    for code in std::iter::once(EVERYBODY[0].to_owned()).chain(all) {
        match paper::form(&code).filter(|form| form.of_patient).map(|form| form.code) {
            Some(code) if codes.contains(&code) => {}
            Some(code) => codes.push(code),
            None => unknown.push(code),
        }
    }
    (codes, unknown)
}

/// The codes of a line, in capitals.
fn words(text: &str) -> impl Iterator<Item = String> {
    let narrow: String = text.chars().map(crate::text::narrow).collect();
    let parts: Vec<String> = narrow
        .split(|c: char| c.is_whitespace() || "、,，・".contains(c))
        .filter(|part| !part.is_empty())
        .map(str::to_uppercase)
        .collect();
    parts.into_iter()
}

/// What a department of the shipped list is written with.
pub fn ready_sheets(more: &str) -> String {
    EVERYBODY.into_iter().chain(more.split_whitespace()).collect::<Vec<_>>().join(" ")
}

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
            sheets: item.value("packet").to_owned(),
        });
    }
    if !entered.is_empty() {
        return entered;
    }
    let ready = |(letter, name, more): &(&str, &str, &str)| Clinic {
        letter: (*letter).to_owned(),
        name: (*name).to_owned(),
        room: String::new(),
        closed: false,
        sheets: ready_sheets(more),
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
        let clinic = |letter: &str| Clinic {
            letter: letter.into(),
            name: String::new(),
            room: String::new(),
            closed: false,
            sheets: String::new(),
        };
        assert_eq!(letter("", "小児外科", &[clinic("小")]), "児");
        assert_eq!(letter("小", "小", &[clinic("小"), clinic("A")]), "B");
        let ready = of(&Vec::new());
        let letters: std::collections::BTreeSet<&str> = ready.iter().map(|one| one.letter.as_str()).collect();
        assert_eq!(letters.len(), ready.len());
        assert_eq!(named(&ready, "小児科").unwrap().letter, "小");
    }
    #[test]
    fn a_department_has_its_own_sheets_and_what_is_no_sheet_is_told() {
        let ready = of(&Vec::new());
        assert_eq!(packet(&ready, "小").0, EVERYBODY);
        assert_eq!(packet(&ready, "透").0, ["P6", "P6A", "P4", "P13B", "P12A", "L1", "P16A", "P9A"]);
        // Every code that is shipped is a sheet.
        assert!(ready.iter().all(|one| packet(&ready, &one.letter).1.is_empty()));
        assert_eq!(packet(&ready, "無").0, EVERYBODY, "a department that is not there");
        let own = Clinic { sheets: "ｐ９ａ、P4 P99 P1".into(), ..ready[0].clone() };
        assert_eq!(packet(&[own], "内"), (vec!["P6", "P9A", "P4"], vec!["P99".to_owned(), "P1".to_owned()]));
    }
}
