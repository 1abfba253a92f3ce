//! Several codes: which belong together, which of them are missing, and what they say when read as one.

use std::sync::Arc;

use chart::{Body, Fault, Unplaced};

use super::notebook::Notebook;
use super::prescription::Prescription;
use super::rec::{Faults, Rec};
use super::text::{Line, Sheet, Split, sheets};
use super::{Decoded, Kind, PARTS_MAX};

/// One code, or the codes of one データID, read as one.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Joined {
    /// データID of 911; empty for a code that stands alone.
    pub data_id: String,
    /// 分割数: how many codes there are in all; 1 for a code that stands alone.
    pub of: u16,
    /// 連番 of those that were not given. Facts are made of the others, and a fault names the missing.
    pub missing: Vec<u16>,
    /// Which of the inputs it was made of, counted from 0; duplicates are among them.
    pub inputs: Vec<usize>,
    /// What they say.
    pub decoded: Decoded,
}

/// Joins inputs given in any order: parts of one データID become one, parts of different ones stay apart, a part given twice
/// counts once (in Shift_JIS and as typed by a scanner alike). Two parts that claim the same place and differ are never mixed:
/// each is in a set of its own, with the fault `part_conflict`. An input may hold several codes, scanned one after the
/// other. Sets come in the order in which their first part was given. At most [`PARTS_MAX`] codes are joined; what is beyond
/// is a fault of the last set.
pub fn join<T: AsRef<[u8]>>(inputs: &[T]) -> Vec<Joined> {
    let inputs: Vec<&[u8]> = inputs.iter().map(AsRef::as_ref).collect();
    let joined = |set: Set| {
        let split = set.split();
        let (data_id, of) = split.map_or((String::new(), 1), |split| (split.id.clone(), split.of));
        Joined { data_id, of, missing: set.missing(), inputs: set.inputs.clone(), decoded: set.decode() }
    };
    sets(&inputs).into_iter().map(joined).collect()
}

/// Codes that belong together, by 連番.
#[derive(Default)]
pub(super) struct Set {
    parts: Vec<Sheet>,
    inputs: Vec<usize>,
    faults: Vec<Fault>,
}

/// What a part says, without where it stood.
fn fields(sheet: &Sheet) -> impl Iterator<Item = &[String]> {
    sheet.lines.iter().map(|line| line.fields.as_slice())
}

/// Whom a part names, where it does: name, sex and birth date of its record 1.
fn holder(sheet: &Sheet) -> Option<&[String]> {
    let fields = fields(sheet).find(|fields| fields.first().is_some_and(|number| number == "1"));
    fields.map(|fields| fields.get(..4).unwrap_or(fields))
}

/// The codes of all inputs as sets.
pub(super) fn sets(inputs: &[&[u8]]) -> Vec<Set> {
    let mut sets: Vec<Set> = Vec::new();
    let codes =
        inputs.iter().enumerate().flat_map(|(input, bytes)| sheets(bytes).into_iter().map(move |one| (input, one)));
    for (given, (input, sheet)) in codes.enumerate() {
        if given >= PARTS_MAX {
            let fault = Fault { code: "limit", at: format!("code {}", given + 1), text: format!("> {PARTS_MAX}") };
            sets.last_mut().into_iter().for_each(|set| set.faults.push(fault.clone()));
            break;
        }
        add(&mut sets, sheet, input);
    }
    sets.iter_mut().for_each(|set| set.parts.sort_by_key(|part| part.split.as_ref().map(|split| split.number)));
    sets
}

fn add(sets: &mut Vec<Set>, sheet: Sheet, input: usize) {
    let id = sheet.split.as_ref().map(|split| split.id.clone());
    let of_id = |set: &&mut Set| id.is_some() && set.split().map(|split| &split.id) == id.as_ref();
    let mut conflict = false;
    for set in sets.iter_mut().filter(|set| of_id(set) || set.repeats(&sheet)) {
        if set.repeats(&sheet) || set.takes(&sheet) {
            set.inputs.extend((!set.inputs.contains(&input)).then_some(input));
            if !set.repeats(&sheet) {
                set.parts.push(sheet);
            }
            return;
        }
        conflict = true;
        set.conflict();
    }
    let mut set = Set { parts: vec![sheet], inputs: vec![input], faults: Vec::new() };
    if conflict {
        set.conflict();
    }
    sets.push(set);
}

impl Set {
    fn split(&self) -> Option<&Split> {
        self.parts.first().and_then(|part| part.split.as_ref())
    }

    /// Whether the very same was given before.
    fn repeats(&self, sheet: &Sheet) -> bool {
        let same =
            |part: &Sheet| part.kind == sheet.kind && part.split == sheet.split && fields(part).eq(fields(sheet));
        self.parts.iter().any(same)
    }

    /// Whether a part of the same データID has a place here: same format, same 分割数, the place free, nobody else named.
    fn takes(&self, sheet: &Sheet) -> bool {
        let head = |sheet: &Sheet| (sheet.kind, sheet.version.clone(), sheet.split.as_ref().map(|split| split.of));
        let number = |sheet: &Sheet| sheet.split.as_ref().map(|split| split.number);
        self.parts.iter().all(|part| {
            let same_person = holder(part).zip(holder(sheet)).is_none_or(|(one, other)| one == other);
            head(part) == head(sheet) && number(part) != number(sheet) && same_person
        })
    }

    fn conflict(&mut self) {
        if self.faults.iter().all(|fault| fault.code != "part_conflict") {
            let text = self.split().map(|split| split.id.clone()).unwrap_or_default();
            self.faults.push(Fault { code: "part_conflict", at: "911".into(), text });
        }
    }

    fn missing(&self) -> Vec<u16> {
        let have =
            |number: &u16| self.parts.iter().any(|part| part.split.as_ref().is_some_and(|s| s.number == *number));
        let of = self.split().map_or(0, |split| split.of);
        (1..=of).filter(|number| !have(number)).collect()
    }

    /// Every line as it stands.
    pub(super) fn lines(&self) -> impl Iterator<Item = Unplaced> {
        let line = |line: &Line| Unplaced { at: format!("line {}", line.line), text: line.fields.join(",") };
        self.parts.iter().flat_map(|part| &part.lines).map(line)
    }

    /// Reads the parts as one.
    pub(super) fn decode(&self) -> Decoded {
        let faults = Faults::default();
        let given = self.parts.iter().flat_map(|part| &part.faults).chain(&self.faults);
        given.for_each(|fault| faults.add(fault.code, fault.at.clone(), fault.text.clone()));
        let missing = self.missing();
        if !missing.is_empty() {
            let of = self.split().map_or(0, |split| split.of);
            // As many as fit on a line for people; the count says the rest.
            let shown: Vec<String> = missing.iter().take(20).map(u16::to_string).collect();
            faults.add("parts_missing", "911", format!("{} ({}/{of})", shown.join(" "), missing.len()));
        }
        let Some(first) = self.parts.first() else { return Decoded::default() };
        let (kind, version) = (first.kind, first.version.clone());
        let from_patient = first.direction == "2";
        let mut decoded = Decoded { kind, version, from_patient, ..Decoded::default() };
        let recs: Vec<Vec<Rec<'_>>> = self.parts.iter().map(|part| self.recs(part, &faults)).collect();
        self.read(&recs, &mut decoded);
        let fields: Vec<Arc<Unplaced>> = recs.iter().flatten().flat_map(Rec::unplaced).map(Arc::new).collect();
        if !fields.is_empty() {
            decoded.bodies.push(Body::Unplaced { fields });
        }
        drop(recs);
        decoded.faults = faults.into_vec();
        decoded
    }

    fn recs<'f>(&self, part: &Sheet, faults: &'f Faults) -> Vec<Rec<'f>> {
        let code = part.split.as_ref().filter(|_| self.parts.len() > 1).map(|split| format!("code {} ", split.number));
        let place = |line: &Line| format!("{}line {}", code.as_deref().unwrap_or_default(), line.line);
        part.lines.iter().map(|line| Rec::new(part.kind, place(line), &line.fields, faults)).collect()
    }

    fn read(&self, recs: &[Vec<Rec<'_>>], decoded: &mut Decoded) {
        match decoded.kind {
            Kind::Notebook => {
                let mut notebook = Notebook::default();
                let mut next = 1;
                for (part, recs) in self.parts.iter().zip(recs) {
                    let number = part.split.as_ref().map_or(1, |split| split.number);
                    if number != next {
                        notebook.gap();
                    }
                    next = number.saturating_add(1);
                    recs.iter().for_each(|rec| notebook.read(rec));
                }
                notebook.finish();
                (decoded.holder, decoded.date) = (notebook.holder, notebook.newest);
                decoded.bodies = notebook.bodies;
            }
            Kind::Prescription => {
                let mut prescription = Prescription::default();
                recs.iter().flatten().for_each(|rec| prescription.read(rec));
                decoded.date = prescription.date;
                decoded.holder = prescription.holder();
                decoded.bodies = prescription.finish(decoded.holder.as_ref());
            }
            // The fault of the header says it for all.
            Kind::Unknown => {}
        }
    }
}
