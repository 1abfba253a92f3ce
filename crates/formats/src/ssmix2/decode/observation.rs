//! OBX: values of every type, as measures, as documents, and as what a laboratory or examination needs of them.

use chart::{Body, Coded, Document, Measure, When};

use super::group::groups;
use super::order::join;
use crate::hl7v2::{Reader, Seg};

/// OBX-5 as read by its type (OBX-2).
#[derive(Default)]
pub(super) struct Value {
    /// For people.
    pub text: String,
    /// Where it is coded.
    pub coded: Option<Coded>,
    /// A unit that came inside the value (ZRD).
    pub unit: Option<Coded>,
    /// Text or bytes that came inside (ED).
    pub document: Option<Document>,
}

/// Every OBX of the message as a measure: of the patient in ADT, and what a prescriber sends beside an order (weight, reason),
/// which is said once although each order of the message repeats it.
pub(super) fn measures(reader: &Reader<'_>, out: &mut Vec<Body>) {
    let mut told = Vec::new();
    reader.all("OBX").for_each(|seg| push(&seg, None, &mut told));
    let mut once: Vec<Body> = Vec::with_capacity(told.len());
    for body in told {
        if !once.contains(&body) {
            once.push(body);
        }
    }
    out.append(&mut once);
}

/// ORU^R30 and messages of kinds we do not know: OBX under its OBR, whose time serves where OBX-14 is empty.
pub(super) fn grouped(reader: &Reader<'_>, out: &mut Vec<Body>) {
    for group in groups(reader) {
        let undated = group.all("OBX").any(|obx| !obx.has(14));
        let at = group.first("OBR").filter(|_| undated).and_then(|obr| obr.when(7));
        for seg in group.all("OBX") {
            push(&seg, at, out);
        }
    }
}

/// One OBX as a measure, or as a document where it is text rather than a value.
fn push(obx: &Seg<'_>, at: Option<When>, out: &mut Vec<Body>) {
    let value_type = obx.glance(2, 1, 1);
    let (mut measure, document) = measure(obx);
    measure.at = measure.at.or(at);
    match document {
        Some(document) => out.push(Body::from(Document { at: measure.at, ..document })),
        None if matches!(&*value_type, "TX" | "FT") && is_prose(&measure.value) => out.push(Body::from(Document {
            kind: measure.item,
            text: measure.value,
            at: measure.at,
            media_type: "text/plain".into(),
            ..Document::default()
        })),
        None => out.push(Body::from(measure)),
    }
}

/// Longest text that is still a value, in characters: `JCS I-1`, `2L/分 経鼻カニューラ`.
const VALUE_CHARS_MAX: usize = 40;

fn is_prose(text: &str) -> bool {
    text.contains('\n') || text.chars().count() > VALUE_CHARS_MAX
}

/// Reads an OBX as a measure; a document that came inside it is handed out beside it.
pub(super) fn measure(obx: &Seg<'_>) -> (Measure, Option<Document>) {
    let value = value(obx);
    let unit = value.unit.filter(|unit| !unit.is_empty()).unwrap_or_else(|| obx.coded_sub(6, 1, 1));
    let measure = Measure {
        item: obx.coded(3),
        value: value.text,
        coded: value.coded,
        unit,
        flag: flags(obx),
        result_status: obx.text(11),
        at: obx.when(14),
        sub_id: obx.text(4),
    };
    let document = value.document.map(|document| Document { kind: measure.item.clone(), ..document });
    (measure, document)
}

/// OBX-8, the codes of all repetitions, words where there is no code; words beside a code stay listed.
pub(super) fn flags(obx: &Seg<'_>) -> String {
    let flag = |n| Some(obx.comp(8, n, 1)).filter(|code| !code.is_empty()).unwrap_or_else(|| obx.comp(8, n, 2));
    obx.repetitions(8).map(flag).collect::<Vec<_>>().join(",")
}

/// OBX-5 by OBX-2. Types we give no special care are taken as they stand.
pub(super) fn value(obx: &Seg<'_>) -> Value {
    let text = |text| Value { text, ..Value::default() };
    match &*obx.part(2, 1, 1) {
        "CWE" | "CE" | "CNE" | "CF" => coded(obx),
        "SN" => text(structured(obx)),
        "XCN" => {
            let staff = obx.staff(5);
            text([staff.id, staff.name].join(" ").trim().to_owned())
        }
        "ZRD" => material(obx),
        "ED" => encapsulated(obx),
        _ => text(obx.lines(5)),
    }
}

/// Coded values: texts of all repetitions, the code of the first; the codes of the others stay listed.
fn coded(obx: &Seg<'_>) -> Value {
    let mut repetitions = obx.repetitions(5);
    let first = repetitions.next().map(|n| obx.coded_at(5, n)).unwrap_or_default();
    let words = std::iter::once(first.shown().to_owned()).chain(repetitions.map(|n| obx.wording(5, n)));
    let mut text = join(words.collect::<Vec<_>>());
    // CWE.9, the sender's original words, where there is nothing else.
    if text.is_empty() {
        text = obx.comp(5, 1, 9);
    }
    Value { text, coded: Some(first).filter(|first| !first.is_empty()), ..Value::default() }
}

/// SN: `<^0.5` reads `< 0.5`, `^1^:^128` reads `1:128`, `^2^+` reads `2+`.
fn structured(obx: &Seg<'_>) -> String {
    let part = |n| obx.comp(5, 1, n);
    if ![2, 4].iter().any(|n| obx.glance(5, 1, *n).is_empty()) && obx.glance(5, 1, 3).is_empty() {
        // Two numbers and nothing between them are no one number: 10^5, not 105.
        return obx.field(5).repetition(1).whole().into_owned();
    }
    let number = [part(2), part(3), part(4)].concat();
    [part(1), number].iter().filter(|p| !p.is_empty()).map(String::as_str).collect::<Vec<_>>().join(" ")
}

/// ZRD of OMG-12: material^name^system^amount^unit.
fn material(obx: &Seg<'_>) -> Value {
    let coded = Coded { code: obx.comp(5, 1, 1), text: obx.comp(5, 1, 2), system: obx.comp(5, 1, 3), alternate: None };
    let amount = obx.comp(5, 1, 4);
    // Where OBX-6 has a unit of its own, the one inside stays listed.
    let unit = if obx.has(6) { Coded::default() } else { obx.coded_sub(5, 1, 5) };
    let words = [coded.shown(), &amount, unit.shown()];
    let text = words.iter().filter(|w| !w.is_empty()).copied().collect::<Vec<_>>().join(" ");
    Value { text, coded: Some(coded), unit: Some(unit), document: None }
}

/// ED: source^type^subtype^encoding^data. Plain text is shown; other bytes are named and kept with the message.
fn encapsulated(obx: &Seg<'_>) -> Value {
    let part = |n| obx.comp(5, 1, n);
    let (source, kind, subtype, encoding) = (part(1), part(2), part(3), part(4));
    // HL7 table 0191 abbreviates what MIME writes out.
    let family = match kind.as_str() {
        "AP" => "application".to_owned(),
        "AU" => "audio".to_owned(),
        "IM" => "image".to_owned(),
        other => other.to_lowercase(),
    };
    let media_type = format!("{family}/{}", subtype.to_lowercase());
    let data = obx.glance(5, 1, 5);
    let readable = kind.eq_ignore_ascii_case("TEXT") && matches!(encoding.as_str(), "" | "A");
    part(5);
    let text = if readable {
        data.into_owned()
    } else {
        obx.fault("not_decoded", 5, format!("{media_type} {encoding} {}", data.len()));
        String::new()
    };
    let title = source;
    // Where a value is shown, it says that there is a document.
    let named = media_type.clone();
    let document = Document { title, text, media_type, ..Document::default() };
    Value { text: named, document: Some(document), ..Value::default() }
}
