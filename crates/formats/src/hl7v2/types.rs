//! HL7 v2.5 data types as the chart speaks of them: CE/CWE, CQ, XCN, XPN, PL, XAD, XTN, TS (chapter 2A).

use std::borrow::Cow;

use chart::{Coded, Name, Place, Quantity, Script, Sex, Staff, When};

use super::{Part, Seg};

/// XPN.7, XCN.10: kinds of name that say nothing of it (HL7 table 0200). A maiden name (`M`) or one at birth (`B`) is news, and
/// its kind stays listed.
const NAME_KINDS: [&str; 4] = ["L", "A", "D", "N"];
/// XPN.8, XCN.15 (HL7 table 0465).
const SCRIPTS: [&str; 3] = ["I", "P", "A"];
/// XTN.2 with the word for people (HL7 table 0201).
const PHONE_USES: [(&str, &str); 6] =
    [("PRN", "自宅"), ("ORN", "別宅"), ("WPN", "勤務先"), ("EMR", "緊急"), ("VHN", "休暇先"), ("PRS", "本人")];
/// XTN.3 (HL7 table 0202); an ordinary telephone needs no word.
const PHONE_KINDS: [(&str, &str); 5] =
    [("PH", ""), ("CP", "携帯"), ("FX", "FAX"), ("BP", "ポケベル"), ("MD", "モデム")];

impl Seg<'_> {
    /// CE/CWE/IS in the first repetition: components 1–3, alternate 4–6.
    pub fn coded(&self, field: u16) -> Coded {
        self.coded_at(field, 1)
    }

    /// CE/CWE of one repetition.
    pub fn coded_at(&self, field: u16, repetition: u16) -> Coded {
        coded(&self.field(field).repetition(repetition))
    }

    /// Every repetition of a CE/CWE.
    pub fn coded_all(&self, field: u16) -> Vec<Coded> {
        self.field(field).repetitions().map(|part| coded(&part)).filter(|c| !c.is_empty()).collect()
    }

    /// A CE/CWE in the subcomponents of component 1 (TQ1-3, CQ.2), or in components where a sender wrote it so.
    pub fn coded_sub(&self, field: u16, repetition: u16, component: u16) -> Coded {
        let whole = self.field(field).repetition(repetition);
        let part = whole.component(component);
        if component == 1 && !part.has_subcomponents() {
            return coded(&whole);
        }
        let [code, text, system, second @ ..] = part.subcomponents::<String, 6>();
        let [alternate_code, alternate_text, alternate_system] = second;
        let alternate = Coded { code: alternate_code, text: alternate_text, system: alternate_system, alternate: None };
        let alternate = (!alternate.is_empty()).then(|| Box::new(alternate));
        Coded { code, text, system, alternate }
    }

    /// The words of a CE whose code is of no use to a reader: component 2, else 1. A code beside words stays unread.
    pub fn wording(&self, field: u16, repetition: u16) -> String {
        let words = self.comp(field, repetition, 2);
        let local = self.glance(field, repetition, 3).starts_with("99");
        if local && self.glance(field, repetition, 1).is_empty() {
            // The name of a local coding system without a code says nothing.
            self.part(field, repetition, 3);
        }
        if words.is_empty() { self.comp(field, repetition, 1) } else { words }
    }

    /// A value in one field with its unit in another.
    pub fn quantity(&self, value: u16, unit: u16) -> Quantity {
        Quantity { value: self.text(value), unit: self.coded_sub(unit, 1, 1) }
    }

    /// CQ: quantity with its unit in component 2 (`5^d`, `3^TAB&錠&MR9P`).
    pub fn cq(&self, field: u16) -> Quantity {
        Quantity { value: self.text(field), unit: self.coded_sub(field, 1, 2) }
    }

    /// XCN: number and name. Undivided names and types in components 10/15 or 7/8 are taken as they come.
    pub fn staff(&self, field: u16) -> Staff {
        self.staff_at(field, 1)
    }

    /// XCN of one repetition.
    pub fn staff_at(&self, field: u16, repetition: u16) -> Staff {
        let part = self.field(field).repetition(repetition);
        let last = part.last_component();
        for component in (9..=11).take_while(|n| *n <= last) {
            part.component(component).expect(&NAME_KINDS);
        }
        for component in (14..=16).take_while(|n| *n <= last) {
            part.component(component).expect(&SCRIPTS);
        }
        let [id, family, given] = part.components::<Cow<'_, str>, 3>();
        Staff { id: id.into_owned(), name: filled([family, given], " ") }
    }

    /// PL: ward, room, bed and kind (`N`, `C`; one component early in one dialect).
    pub fn place(&self, field: u16) -> Place {
        let part = self.field(field).repetition(1);
        let early = matches!(&*part.component(5).glance(), "N" | "C") && part.component(6).glance().is_empty();
        let kind = part.component(if early { 5 } else { 6 }).read().into_owned();
        // HD: a name beside its code is told after it.
        let mark = char::from(self.reader().message().delimiters.subcomponent);
        let [ward, room, bed] = part.components::<String, 3>().map(|said| said.replace(mark, " "));
        Place { ward, room, bed, kind }
    }

    /// XPN, every repetition, classified by XPN.8 where it holds, else by the letters themselves (standards.md §1.5).
    pub fn names(&self, field: u16) -> Vec<Name> {
        let mut names: Vec<Name> = self.field(field).repetitions().map(|part| name(&part)).collect();
        names.retain(|name| !name.family.is_empty() || !name.given.is_empty());
        // Two writings cannot both be the ideographic one when one of them is nothing but kana.
        let ideographic = |name: &Name| name.script == Script::Ideographic;
        if names.iter().any(|name| ideographic(name) && letters(name) == Script::Ideographic) {
            for name in names.iter_mut().filter(|name| ideographic(name) && letters(name) == Script::Phonetic) {
                name.script = Script::Phonetic;
            }
        }
        names
    }

    /// XAD, each repetition on one line: postcode, then the parts from large to small; work addresses say so.
    pub fn addresses(&self, field: u16) -> Vec<String> {
        let lines = self.field(field).repetitions().map(|part| address(&part));
        lines.filter(|line| !line.is_empty()).collect()
    }

    /// XTN, each repetition with a word for its use: `自宅 054-000-0000`.
    pub fn phones(&self, field: u16, usual: &str) -> Vec<String> {
        let lines = self.field(field).repetitions().map(|part| phone(&part, usual));
        lines.filter(|line| !line.is_empty()).collect()
    }

    /// TS: a date or time; what cannot be read as one is a fault with its text.
    pub fn when(&self, field: u16) -> Option<When> {
        if self.has(field) { self.read_when(field, &self.part(field, 1, 1)) } else { None }
    }

    /// Reads text of this field as a date or time, else a fault.
    fn read_when(&self, field: u16, text: &str) -> Option<When> {
        if text.trim().is_empty() {
            return None;
        }
        let when = When::parse(text);
        if when.is_none() {
            self.fault("value", field, text);
        }
        when
    }

    /// Marks a date that says no more than one already read: the same, or the day of it.
    pub fn same_when(&self, field: u16, other: Option<When>) {
        if let Some(other) = other
            && let Some(said) = When::parse(&self.glance(field, 1, 1))
        {
            let day = |when: When| when.iso().chars().take(10).collect::<String>();
            if said == other || (said.precision <= other.precision && day(other).starts_with(&said.iso())) {
                self.part(field, 1, 1);
            }
        }
    }

    /// PID-8, HL7 table 0001; other words are a fault.
    pub fn sex(&self, field: u16) -> Sex {
        let said = self.part(field, 1, 1);
        match &*said {
            "M" => Sex::Male,
            "F" => Sex::Female,
            "O" => Sex::Other,
            "U" | "" => Sex::Unknown,
            _ => {
                self.fault("value", field, said);
                Sex::Unknown
            }
        }
    }

    /// Notes that a field of this segment could not be understood.
    pub fn fault(&self, code: &'static str, field: u16, text: impl Into<String>) {
        self.reader().fault(code, format!("{}-{field}", self.name()), text);
    }
}

/// CE/CWE of one repetition.
fn coded(part: &Part<'_>) -> Coded {
    if part.is_empty() {
        return Coded::default();
    }
    let [code, text, system, second @ ..] = part.components::<String, 6>();
    let alternate = second.iter().any(|part| !part.is_empty()).then(|| {
        let [code, text, system] = second;
        Box::new(Coded { code, text, system, alternate: None })
    });
    Coded { code, text, system, alternate }
}

/// The parts that are filled, with a separator between them.
pub(crate) fn filled<const N: usize>(parts: [Cow<'_, str>; N], separator: &str) -> String {
    let mut out = String::new();
    for part in parts.iter().filter(|part| !part.is_empty()) {
        if out.is_empty() {
            out.reserve(parts.iter().map(|part| part.len() + separator.len()).sum());
        } else {
            out.push_str(separator);
        }
        out.push_str(part);
    }
    out
}

/// XPN of one repetition.
fn name(part: &Part<'_>) -> Name {
    let [seventh, eighth] = [7, 8].map(|n| part.component(n).glance());
    // Where XPN.7 is `A` it may mean an alias; only in place 8 does it name a script.
    let said = [&eighth, &seventh].into_iter().find(|said| SCRIPTS.contains(&&***said)).filter(|_| seventh != "A");
    for (component, kinds) in [(6, &NAME_KINDS[..]), (7, &NAME_KINDS), (7, &SCRIPTS), (8, &SCRIPTS)] {
        part.component(component).expect(kinds);
    }
    let [family, given] = part.components();
    let mut name = Name { family, given, script: Script::Ideographic };
    let seen = letters(&name);
    name.script = match said.map(|said| &**said) {
        Some("P") if seen != Script::Ideographic => Script::Phonetic,
        Some("A") if seen != Script::Ideographic => Script::Alphabetic,
        Some("I") => Script::Ideographic,
        _ => seen,
    };
    name
}

/// XAD of one repetition.
fn address(part: &Part<'_>) -> String {
    part.component(6).expect(&["JPN", "JP"]);
    part.component(7).expect(&["H", "C", "P", "L"]);
    let kind = match part.component(7).glance().as_ref() {
        "B" => "(勤務先)",
        "M" => "(郵送先)",
        _ => "",
    };
    if !kind.is_empty() {
        part.component(7).read();
    }
    let kind = Cow::Borrowed(kind);
    let [street, other, city, province, postcode] = part.components();
    filled([postcode, province, city, part.component(8).read(), street, other, kind], " ")
}

/// XTN of one repetition.
fn phone(part: &Part<'_>, usual: &str) -> String {
    let read = |n| part.component(n).read();
    let word = |component, table: &[(&'static str, &'static str)]| {
        let said = part.component(component).glance();
        let found = table.iter().find(|(code, _)| *code == said).map(|(_, word)| *word);
        if found.is_some() {
            read(component);
        }
        found
    };
    let (place, kind) = (word(2, &PHONE_USES), word(3, &PHONE_KINDS).unwrap_or_default());
    let joined = filled([read(5), read(6), read(7)], "-").into();
    let numbers = [read(12), read(1), joined, read(4)];
    if numbers.iter().all(|number| number.is_empty()) {
        return String::new();
    }
    let [whole, first, joined, extension] = numbers;
    filled([place.unwrap_or(usual).into(), kind.into(), whole, first, joined, extension], " ")
}

/// The script of a name by its letters: all kana, all Latin, or else the name proper.
pub(crate) fn letters(name: &Name) -> Script {
    let all = |test: fn(char) -> bool| {
        let mut chars = name.family.chars().chain(name.given.chars()).filter(|c| !neutral(*c)).peekable();
        chars.peek().is_some() && chars.all(test)
    };
    let kana = |c: char| matches!(c, '\u{3041}'..='\u{309F}' | '\u{30A1}'..='\u{30FF}' | '\u{FF66}'..='\u{FF9F}');
    let latin = |c: char| c.is_ascii_alphabetic() || matches!(c, 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '\u{C0}'..='\u{24F}');
    if all(kana) {
        Script::Phonetic
    } else if all(latin) {
        Script::Alphabetic
    } else {
        Script::Ideographic
    }
}

/// Spaces, dots and strokes belong to every script.
fn neutral(c: char) -> bool {
    c.is_whitespace() || matches!(c, '・' | '･' | '.' | ',' | '-' | '\'' | '＝' | '=' | '．' | '，' | '－')
}
