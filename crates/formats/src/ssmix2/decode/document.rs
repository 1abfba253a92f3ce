//! Extended storage: CDA R2, other XML, HTML, plain text; everything else is named and kept.

use std::sync::Arc;

use chart::{Body, Coded, Document, Fault, Name, Person, Script, Sex, Staff, Unplaced, When};

use super::markup::{self, Piece};
use super::{Decoded, Meta};
use crate::charset::{self, Charset};
use crate::hl7v2::{charset_fault, letters};
use crate::ssmix2::path::{FilePath, Place};

/// Longest document that is read, in bytes.
const DOCUMENT_BYTES_MAX: usize = 16 << 20;

/// First bytes of formats that we name but do not read.
const SIGNATURES: [(usize, &[u8], &str); 11] = [
    (0, b"%PDF", "application/pdf"),
    (0, b"\x89PNG", "image/png"),
    (0, b"\xFF\xD8\xFF", "image/jpeg"),
    (0, b"GIF8", "image/gif"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (0, b"BM", "image/bmp"),
    (128, b"DICM", "application/dicom"),
    (0, b"PK\x03\x04", "application/zip"),
    (0, b"\xD0\xCF\x11\xE0", "application/x-ole-storage"),
    (0, b"{\\rtf", "application/rtf"),
];

/// True for bytes that begin like an HL7 message.
pub(super) fn looks_like_hl7(bytes: &[u8]) -> bool {
    let head = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    let head = head.strip_prefix(b"\x0B").unwrap_or(head);
    head.starts_with(b"MSH") || head.starts_with(b"FHS|") || head.starts_with(b"BHS|")
}

/// Decodes a file of extended storage that is not HL7.
pub(super) fn decode(path: &FilePath, bytes: &[u8]) -> Decoded {
    let signature = SIGNATURES.iter().find(|(at, mark, _)| bytes.get(*at..).is_some_and(|b| b.starts_with(mark)));
    let media_type =
        signature.map(|(_, _, name)| *name).or_else(|| binary(bytes).then_some("application/octet-stream"));
    if let Some(media_type) = media_type {
        return named_only(path, media_type, bytes.len());
    }
    let kept = bytes.get(..DOCUMENT_BYTES_MAX).unwrap_or(bytes);
    let read = charset::decode_declared(kept, xml_encoding(kept));
    let mut faults: Vec<Fault> = read.doubts.iter().map(charset_fault).collect();
    if kept.len() < bytes.len() {
        faults.push(Fault { code: "limit", at: format!("byte {}", kept.len()), text: bytes.len().to_string() });
    }
    let head = read.text.trim_start().chars().take(400).collect::<String>().to_ascii_lowercase();
    let mut decoded = if head.starts_with("<!doctype html") || head.contains("<html") {
        plain(path, markup::html(&read.text), "text/html")
    } else if head.starts_with('<') {
        xml(path, &read.text)
    } else {
        let text = read.text.replace("\r\n", "\n").replace('\r', "\n");
        plain(path, text.trim_end().to_owned(), "text/plain")
    };
    decoded.meta.charset = read.charset;
    decoded.faults.splice(0..0, faults);
    decoded
}

/// Bytes that no text file has.
fn binary(bytes: &[u8]) -> bool {
    let wide = bytes.starts_with(b"\xFF\xFE") || bytes.starts_with(b"\xFE\xFF");
    !wide && bytes.iter().take(1 << 16).any(|b| matches!(b, 0x00..=0x06))
}

/// `encoding="…"` of an XML declaration, or `charset=` of HTML.
fn xml_encoding(bytes: &[u8]) -> Option<Charset> {
    let head = String::from_utf8_lossy(bytes.get(..1024).unwrap_or(bytes)).to_ascii_lowercase();
    let after = head.split_once("encoding=").or_else(|| head.split_once("charset="))?.1;
    let name: String = after.trim_start_matches(['"', '\'']).chars().take_while(|c| !"\"'>; ".contains(*c)).collect();
    Charset::named(&name)
}

/// What the path tells of a document: kind by the type folder (standard code and name before the local ones).
fn framed(path: &FilePath, media_type: &str) -> Document {
    let mut kind = Coded { code: path.kind.clone(), ..Coded::default() };
    if let Place::Extended { type_parts, .. } = &path.place {
        let part = |n: usize| type_parts.get(n).cloned().unwrap_or_default();
        let local = Coded { code: part(0), text: part(1), system: part(2), alternate: None };
        let standard = Coded { code: part(3), text: part(4), system: part(5), alternate: None };
        kind = match (standard.is_empty(), local.is_empty()) {
            (false, false) => Coded { alternate: Some(Box::new(local)), ..standard },
            (false, true) => standard,
            (true, false) => local,
            (true, true) => kind,
        };
    }
    let at = When::parse(&path.care_date).or(path.sent);
    Document { kind, at, media_type: media_type.to_owned(), ..Document::default() }
}

fn named_only(path: &FilePath, media_type: &str, length: usize) -> Decoded {
    let document = framed(path, media_type);
    let fault = Fault { code: "not_decoded", at: "file".into(), text: format!("{media_type} {length}") };
    Decoded { bodies: vec![Body::from(document)], faults: vec![fault], ..Decoded::default() }
}

fn plain(path: &FilePath, text: String, media_type: &str) -> Decoded {
    let document = Document { text, ..framed(path, media_type) };
    Decoded { bodies: vec![Body::from(document)], ..Decoded::default() }
}

fn xml(path: &FilePath, text: &str) -> Decoded {
    let (pieces, stopped) = markup::xml(text);
    let cda = pieces.iter().any(|piece| piece.path.starts_with("ClinicalDocument/"));
    let mut decoded = if cda { clinical(path, &pieces) } else { plain(path, told(&pieces), "text/xml") };
    if let Some(reason) = stopped {
        decoded.faults.push(Fault { code: "xml", at: "file".into(), text: reason });
    }
    decoded
}

/// XML of a kind we do not know: every piece with the name of its element.
fn told(pieces: &[Piece]) -> String {
    let line = |piece: &Piece| format!("{}: {}", last(&piece.path), piece.text.trim());
    pieces.iter().map(line).collect::<Vec<_>>().join("\n")
}

fn last(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// Places of CDA R2 that have a place in the chart; read by [`Clinical::take`].
struct Clinical<'p> {
    left: Vec<&'p Piece>,
}

impl Clinical<'_> {
    /// All texts at a path, taken out of what is left.
    fn take(&mut self, path: &str) -> Vec<String> {
        let mut taken = Vec::new();
        self.left.retain(|piece| {
            let here = piece.path.strip_prefix("ClinicalDocument/") == Some(path);
            if here {
                taken.push(piece.text.trim().to_owned());
            }
            !here
        });
        taken
    }

    fn one(&mut self, path: &str) -> String {
        self.take(path).join(" ")
    }
}

/// CDA R2: title, code, author, times, patient, and the narrative of all sections.
fn clinical(path: &FilePath, pieces: &[Piece]) -> Decoded {
    let (narrative, head): (Vec<&Piece>, Vec<&Piece>) = pieces.iter().partition(|piece| {
        let body = piece.path.starts_with("ClinicalDocument/component/");
        body && !piece.path.contains("/entry/") && !piece.path.contains("/@")
    });
    let mut cda = Clinical { left: head };
    let mut document = framed(path, "text/xml");
    document.title = cda.one("title");
    let code = Coded {
        code: cda.one("code/@code"),
        text: cda.one("code/@displayName"),
        system: cda.one("code/@codeSystemName"),
        alternate: None,
    };
    if !code.is_empty() {
        document.kind = code;
    }
    let mut faults = Vec::new();
    document.at = when(&mut cda, "effectiveTime/@value", &mut faults).or(document.at);
    document.author = author(&mut cda);
    document.text = narrated(&narrative);
    let (meta, person) = patient(&mut cda, path, &mut faults);
    cda.left.retain(|piece| !boilerplate(piece));
    let coded = cda.left.iter().filter(|piece| piece.path.contains("/component/")).count();
    if coded > 0 {
        faults.push(Fault { code: "not_decoded", at: "entry".into(), text: format!("CDA entry {coded}") });
    }
    cda.left.retain(|piece| !piece.path.contains("/component/"));
    let entry = |piece: &&Piece| Unplaced {
        at: piece.path.strip_prefix("ClinicalDocument/").unwrap_or(&piece.path).to_owned(),
        text: piece.text.trim().to_owned(),
    };
    let fields: Vec<_> = cda.left.iter().map(entry).map(Arc::new).collect();
    let mut bodies = vec![Body::from(person), Body::from(document)];
    if !fields.is_empty() {
        bodies.push(Body::Unplaced { fields });
    }
    Decoded { meta, bodies, faults }
}

/// Identifiers of formats and vocabularies: of no use to a reader.
fn boilerplate(piece: &Piece) -> bool {
    const NAMES: [&str; 20] = [
        "@root",
        "@codeSystem",
        "@codeSystemName",
        "@typeCode",
        "@classCode",
        "@moodCode",
        "@determinerCode",
        "@contextControlCode",
        "@schemaLocation",
        "@type",
        "@use",
        "@code",
        "@templateId",
        "@assigningAuthorityName",
        "@xsi",
        "@ID",
        "@styleCode",
        "@mediaType",
        "@lang",
        "@unit",
    ];
    let coded_text = piece.path.contains("/component/") && last(&piece.path) == "@displayName";
    NAMES.contains(&last(&piece.path)) && !coded_text && !piece.path.contains("/entry/")
        || piece.path.starts_with("ClinicalDocument/typeId/")
        || piece.path.starts_with("ClinicalDocument/@")
}

fn when(cda: &mut Clinical<'_>, path: &str, faults: &mut Vec<Fault>) -> Option<When> {
    let text = cda.one(path);
    let when = When::parse(&text);
    if when.is_none() && !text.is_empty() {
        faults.push(Fault { code: "value", at: path.to_owned(), text });
    }
    when
}

fn author(cda: &mut Clinical<'_>) -> Staff {
    let root = "author/assignedAuthor";
    let name = [
        cda.one(&format!("{root}/assignedPerson/name")),
        cda.one(&format!("{root}/assignedPerson/name/family")),
        cda.one(&format!("{root}/assignedPerson/name/given")),
    ];
    let name = name.iter().filter(|n| !n.is_empty()).map(String::as_str).collect::<Vec<_>>().join(" ");
    Staff { id: cda.one(&format!("{root}/id/@extension")), name }
}

/// recordTarget, checked against the path as PID-3 is.
fn patient(cda: &mut Clinical<'_>, path: &FilePath, faults: &mut Vec<Fault>) -> (Meta, Person) {
    let root = "recordTarget/patientRole";
    let ids = cda.take(&format!("{root}/id/@extension"));
    let mut person = Person { ids: ids.clone(), ..Person::default() };
    let written = cda.take(&format!("{root}/patient/name"));
    let families = cda.take(&format!("{root}/patient/name/family"));
    let mut givens = cda.take(&format!("{root}/patient/name/given")).into_iter();
    let whole = written.into_iter().map(|family| Name { family, ..Name::default() });
    let parts = families.into_iter().map(|family| Name {
        family,
        given: givens.next().unwrap_or_default(),
        script: Script::Ideographic,
    });
    person.names = whole.chain(parts.collect::<Vec<_>>()).collect();
    person.names.iter_mut().for_each(|name| name.script = letters(name));
    person.birth = when(cda, &format!("{root}/patient/birthTime/@value"), faults);
    let sex = cda.one(&format!("{root}/patient/administrativeGenderCode/@code"));
    person.sex = match sex.as_str() {
        "M" => Sex::Male,
        "F" => Sex::Female,
        _ => Sex::Unknown,
    };
    if !path.patient.is_empty() && !ids.is_empty() && !ids.contains(&path.patient) {
        let text = format!("{} ≠ {}", ids.join(" "), path.patient);
        faults.push(Fault { code: "pid_mismatch", at: "recordTarget".into(), text });
    }
    (Meta { ids, ..Meta::default() }, person)
}

/// The narrative as lines: titles of sections on lines of their own.
fn narrated(pieces: &[&Piece]) -> String {
    let mut out = String::new();
    for piece in pieces {
        let title = last(&piece.path) == "title";
        if !out.is_empty() && (piece.breaks || title) {
            out.push('\n');
        }
        if title {
            out.push_str("■ ");
        }
        out.push_str(&piece.text);
    }
    markup::lines(&out)
}
