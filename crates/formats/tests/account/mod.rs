//! The account of promise 2: every non-empty leaf of a message occurs in a fact, in the list of unplaced fields, in
//! the head, or in a fault. It divides the message in its own way: decode first, then split on delimiters.

use formats::ssmix2::Decoded;
use formats::{charset, hl7v2};

/// Words of structure by the data type of their place; they say how a value is written, not what it is.
const STRUCTURE: [&str; 22] = [
    "L", "I", "P", "A", "D", "PI", "MR", "N", "C", "JPN", "JP", "H", "B", "M", "PRN", "WPN", "EMR", "PH", "ORN", "PT",
    "CP", "FX",
];
/// Segments' fields that say nothing of the patient.
const BOILERPLATE: [&str; 18] = [
    "MSH-2", "MSH-5", "MSH-6", "MSH-8", "MSH-9", "MSH-13", "MSH-15", "MSH-16", "MSH-17", "MSH-18", "MSH-19", "MSH-20",
    "MSH-21", "EVN-1", "RXA-2", "PID-30", "OBX-2", "PRB-13",
];

/// The naive reference: decode, split into lines, then `|`, `~`, `^`, `&`. Yields (place, text).
pub fn leaves(text: &str) -> Vec<(String, String)> {
    let mut out = Vec::new();
    for line in text.split(['\r', '\n', '\u{B}', '\u{1C}', '\u{1A}', '\0']).filter(|line| !line.is_empty()) {
        let mut fields = line.split('|');
        let name = fields.next().unwrap_or_default();
        let head = matches!(name, "MSH" | "BHS" | "FHS");
        for (i, field) in fields.enumerate() {
            let at = format!("{name}-{}", i + if head { 2 } else { 1 });
            if at == "MSH-2" {
                out.push((at, field.to_owned()));
                continue;
            }
            out.extend(field.split(['~', '^', '&']).filter(|t| !t.is_empty()).map(|t| (at.clone(), t.to_owned())));
        }
    }
    out
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

/// As JSON, lines and quotes as they are.
fn plain(told: &impl serde::Serialize) -> Result<String, String> {
    let json = serde_json::to_string(told).map_err(|error| error.to_string())?;
    Ok(json.replace("\\n", " ").replace("\\\"", "\"").replace("\\\\", "\\"))
}

/// Names the first leaf that has no place.
pub fn check(bytes: &[u8], decoded: &Decoded) -> Result<(), String> {
    let text = charset::decode(bytes).text.into_owned();
    let meta = &decoded.meta;
    let times = [meta.message, meta.recorded].map(|when| when.map(|w| w.iso()).unwrap_or_default());
    let head = [&meta.message_type, &meta.trigger, &meta.control_id, &meta.processing, &meta.version, &meta.sender];
    let told = plain(&(&decoded.bodies, &decoded.faults, times, head, &meta.ids))?;
    // An undivided name is the same name.
    let squeezed = told.replace(' ', "");
    // Dates are told as ISO 8601.
    let numbers: String = told.chars().filter(|c| !matches!(c, '-' | ':' | 'T' | '.')).collect();
    // Or, in a line for people, with a space before the time of day.
    let spaced = numbers.replace(' ', "");
    for (at, leaf) in leaves(&text) {
        let value = hl7v2::unescape(&leaf, &hl7v2::Delimiters::default()).replace('\n', " ");
        let value = plain(&value.trim())?;
        let value = value.trim_matches('"');
        let set_id = at.ends_with("-1") && value.bytes().all(|b| b.is_ascii_digit());
        let date = value.bytes().all(|b| b.is_ascii_digit() || b == b'.') && value.len() >= 6;
        let told_as_date = date && numbers.contains(&digits(value)[..digits(value).len().min(17)]);
        let in_words = date && digits(value).len() >= 10 && spaced.contains(&digits(value));
        let milli = date && value.split('.').next().is_some_and(|whole| whole.len() >= 8 && numbers.contains(whole));
        // A zone makes another civil time of the same moment.
        let zoned = value.contains(['+', '-']) && chart::When::parse(value).is_some();
        // A coding system beside words without a code.
        let system = ["RXE-7", "RXA-9", "ODS-3"].contains(&at.as_str()) && value.starts_with("99");
        let sex = at == "PID-8" && ["M", "F", "O", "U"].contains(&value);
        let placed = value.is_empty()
            || leaf == "\"\""
            || set_id
            || sex
            || zoned
            || system
            || told_as_date
            || in_words
            || milli
            || told.contains(value)
            || squeezed.contains(&value.replace(' ', ""))
            || BOILERPLATE.contains(&at.as_str())
            || STRUCTURE.contains(&value);
        if !placed {
            return Err(format!("{at} {value:?} has no place"));
        }
    }
    Ok(())
}
