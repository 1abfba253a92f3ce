//! One record with an account of which fields were read: what nobody read is listed as unplaced (promise 2).

use std::cell::{Cell, RefCell};

use chart::{Coded, Fault, Staff, Unplaced, When};

use super::date::date;
use super::layout::{Layout, layout};
use super::text::half;
use super::{FAULTS_MAX, Kind};

/// A record being read. Fields are numbered from 1; 0 is the record number.
pub(super) struct Rec<'f> {
    /// Record number as written; empty where the line begins with none.
    pub number: String,
    /// Its layout in the format, where it has one.
    pub layout: Option<&'static Layout>,
    /// `line 12` or `code 2 line 12`.
    place: String,
    fields: Vec<String>,
    read: Vec<Cell<bool>>,
    faults: &'f Faults,
}

/// Faults of one code, up to [`FAULTS_MAX`].
#[derive(Default)]
pub(super) struct Faults(RefCell<Vec<Fault>>);

impl Faults {
    pub(super) fn add(&self, code: &'static str, at: impl Into<String>, text: impl Into<String>) {
        let mut faults = self.0.borrow_mut();
        match faults.len() {
            ..FAULTS_MAX => faults.push(Fault { code, at: at.into(), text: text.into() }),
            FAULTS_MAX => faults.push(Fault { code: "limit", at: String::new(), text: format!("> {FAULTS_MAX}") }),
            _ => {}
        }
    }

    pub(super) fn into_vec(self) -> Vec<Fault> {
        self.0.into_inner()
    }
}

impl<'f> Rec<'f> {
    pub(super) fn new(kind: Kind, place: String, fields: &[String], faults: &'f Faults) -> Rec<'f> {
        let number =
            fields.first().filter(|text| text.bytes().all(|b| b.is_ascii_digit())).cloned().unwrap_or_default();
        let layout = layout(kind, &number);
        // Zeros before a number say nothing.
        let number = layout.map_or(number, |layout| layout.number.to_string());
        // A line that begins with no number is all fields.
        let from = usize::from(!number.is_empty() || fields.first().is_some_and(String::is_empty));
        let fields: Vec<String> = fields.get(from..).unwrap_or_default().to_vec();
        let read = vec![Cell::new(false); fields.len()];
        Rec { number, layout, place, fields, read, faults }
    }

    /// Judges the number of fields, says in a fault what is wrong with it, and whether they may be read by their place: a
    /// record that merely ends early may, one whose fields are out of place may not.
    pub(super) fn in_place(&self) -> bool {
        let Some(layout) = self.layout else {
            if !self.fields.is_empty() || !self.number.is_empty() {
                self.faults.add("unknown_record", self.at(0), self.fields.join(","));
            }
            return false;
        };
        let over = self.fields.iter().skip(layout.shapes.len()).any(|field| !field.is_empty());
        let short = self.fields.len() < layout.fewest;
        let fits = layout.fits(&self.fields);
        // Of a drug a comma too few makes another name or another dose: nothing of it is read by its place.
        let of_rp = layout.shapes.starts_with('R');
        if over || short || (of_rp && !fits) {
            let range = format!("{} ({}-{})", self.fields.len(), layout.fewest, layout.shapes.len());
            self.faults.add("fields", self.at(0), range);
        }
        let trailing = over && !of_rp && layout.fits(&self.fields[..layout.shapes.len()]);
        fits || trailing || !(over || short || of_rp)
    }

    /// Where a field stands: `line 12: 201-5`; the record alone for field 0.
    pub(super) fn at(&self, field: usize) -> String {
        match (self.number.as_str(), field) {
            ("", 0) => self.place.clone(),
            ("", _) => format!("{}: ?-{field}", self.place),
            (number, 0) => format!("{}: {number}", self.place),
            (number, _) => format!("{}: {number}-{field}", self.place),
        }
    }

    pub(super) fn fault(&self, code: &'static str, field: usize, text: impl Into<String>) {
        self.faults.add(code, self.at(field), text);
    }

    /// A field without marking it as read.
    pub(super) fn glance(&self, field: usize) -> &str {
        field.checked_sub(1).and_then(|at| self.fields.get(at)).map_or("", String::as_str)
    }

    /// A field, marked as read; empty where it is not there.
    pub(super) fn take(&self, field: usize) -> String {
        field.checked_sub(1).and_then(|at| self.read.get(at)).into_iter().for_each(|read| read.set(true));
        self.glance(field).to_owned()
    }

    /// RP number, or the number of a bought drug: not marked as read, for nothing may be of that number.
    pub(super) fn group(&self) -> String {
        half(self.glance(1))
    }

    /// Whether the first field can be an RP number.
    pub(super) fn has_group(&self) -> bool {
        let group = self.group();
        (1..=3).contains(&group.len()) && group.bytes().all(|b| b.is_ascii_digit())
    }

    /// A code or number, full-width digits made half.
    pub(super) fn code(&self, field: usize) -> String {
        half(&self.take(field))
    }

    /// Marks a field that says how others are to be read, where it has one of the expected values.
    pub(super) fn expect(&self, field: usize, values: &[&str]) {
        if values.contains(&half(self.glance(field)).as_str()) {
            self.take(field);
        }
    }

    /// A date; what is none is a fault that holds the text.
    pub(super) fn date(&self, field: usize) -> Option<When> {
        let text = self.take(field);
        let read = date(&text);
        if read.is_none() && !text.is_empty() {
            self.fault("value", field, text);
        }
        read
    }

    /// The word for a code of a table, as a coded value; a code that the table does not have is a fault.
    pub(super) fn word(&self, field: usize, system: &str, table: &[(&str, &str)]) -> Coded {
        let code = self.code(field);
        let text = table.iter().find(|(known, _)| *known == code).map(|(_, word)| (*word).to_owned());
        if text.is_none() && !code.is_empty() {
            self.fault("value", field, code.clone());
        }
        let system = if code.is_empty() { String::new() } else { system.to_owned() };
        Coded { text: text.unwrap_or_default(), code, system, alternate: None }
    }

    /// 作成者: nothing for 1 (医療関係者), the usual; else the word.
    pub(super) fn author(&self, field: usize) -> String {
        const AUTHORS: [(&str, &str); 4] = [("1", ""), ("2", "患者等"), ("8", "その他"), ("9", "作成者不明")];
        self.word(field, "", &AUTHORS).text
    }

    /// [`Rec::author`] as who wrote a document.
    pub(super) fn writer(&self, field: usize) -> Staff {
        Staff { id: String::new(), name: self.author(field) }
    }

    /// Fields that hold something, with a space between, marked as read.
    pub(super) fn words(&self, fields: impl IntoIterator<Item = usize>) -> String {
        let texts: Vec<String> =
            fields.into_iter().map(|field| self.take(field)).filter(|text| !text.is_empty()).collect();
        texts.join(" ")
    }

    /// The fields that hold something and were not read, marked as read.
    pub(super) fn rest(&self) -> String {
        let unread = |at: &usize| self.read.get(at - 1).is_some_and(|read| !read.get());
        let fields: Vec<usize> = (1..=self.fields.len()).filter(unread).collect();
        self.words(fields)
    }

    /// Whether another record says the very same.
    pub(super) fn says(&self) -> &[String] {
        &self.fields
    }

    /// What nobody read.
    pub(super) fn unplaced(&self) -> impl Iterator<Item = Unplaced> {
        let fields = self.fields.iter().zip(&self.read).enumerate();
        let unread = fields.filter(|(_, (text, read))| !read.get() && !text.is_empty());
        unread.map(|(at, (text, _))| Unplaced { at: self.at(at + 1), text: text.clone() })
    }
}
