//! Bytes to records: character set, line ends as they may come, the header, fields.

use chart::Fault;

use super::layout::layout;
use super::{BYTES_MAX, Kind, RECORDS_MAX, mend};
use crate::charset::{self, Charset};

/// One code, divided and not yet read.
#[derive(Clone, Debug, Default)]
pub(super) struct Sheet {
    pub kind: Kind,
    pub version: String,
    /// 出力区分 of a notebook, as written.
    pub direction: String,
    pub lines: Vec<Line>,
    pub faults: Vec<Fault>,
    /// Record 911.
    pub split: Option<Split>,
}

/// One record as it stands; the number is the first field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// The how manieth line of the input; the header is the first.
    pub line: usize,
    pub fields: Vec<String>,
}

/// 分割制御 911: one of several codes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Split {
    pub id: String,
    pub of: u16,
    pub number: u16,
}

/// The headers that text may begin with.
struct Header {
    kind: Kind,
    version: String,
    direction: String,
    /// False where more stands on the line than a header.
    whole: bool,
}

/// Full-width letters, digits and signs (U+FF01–FF5E), as an input method types them, to ASCII; `、` stands for a comma there.
pub(super) fn half(text: &str) -> String {
    let narrow = |c: char| match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(c) - 0xFEE0).unwrap_or(c),
        '\u{3000}' => ' ',
        '、' => ',',
        _ => c,
    };
    text.chars().map(narrow).collect()
}

/// Line ends of any writer, scanner or input box; 0x1A is EOF. No field holds any of them.
fn ends_line(c: char) -> bool {
    matches!(
        c,
        '\0' | '\t' | '\n' | '\u{B}' | '\u{C}' | '\r' | '\u{1A}'..='\u{1F}' | '\u{85}' | '\u{2028}' | '\u{2029}'
    )
}

pub(super) fn begins_with_header(bytes: &[u8]) -> bool {
    let head = bytes.get(..64).unwrap_or(bytes);
    let (text, _) = read_text(head);
    let first = text.split(ends_line).map(clean).find(|line| !line.is_empty());
    first.and_then(header).is_some()
}

fn clean(line: &str) -> &str {
    line.trim().trim_start_matches('\u{FEFF}')
}

/// The text, and doubts of the character set. Shift_JIS in the code; UTF-8 where a scanner typed it.
fn read_text(bytes: &[u8]) -> (String, Vec<Fault>) {
    let mut text = charset::decode_declared(bytes, Some(Charset::ShiftJis));
    // Half-width kana of Shift_JIS alone can pass for UTF-8, and then makes Latin letters of Europe.
    let european = |c: char| matches!(c, '\u{80}'..='\u{7FF}');
    if text.charset == Charset::Utf8 && !text.text.is_ascii() && text.text.chars().all(|c| c.is_ascii() || european(c))
    {
        text = charset::read_as(bytes, Charset::ShiftJis);
    }
    let doubts = text.doubts.iter().filter(|doubt| doubt.code != "charset_mismatch");
    let fault = |doubt: &charset::Doubt| Fault {
        code: doubt.code,
        at: format!("byte {}", doubt.byte),
        text: doubt.text.clone(),
    };
    let faults = doubts.map(fault).collect();
    (text.text.into_owned(), faults)
}

/// Reads a header line, or the header that a text without line ends begins with.
fn header(line: &str) -> Option<Header> {
    let line = half(line).to_ascii_uppercase();
    let line = line.trim_end_matches([',', ' ']);
    let of = |kind, version: &str, direction: &str, whole| {
        Some(Header { kind, version: version.to_owned(), direction: direction.to_owned(), whole })
    };
    let digits = |text: &str| text.bytes().take_while(u8::is_ascii_digit).count();
    if let Some(rest) = line.strip_prefix("JAHISTC") {
        let (version, rest) = rest.split_at(digits(rest).min(2));
        let direction = rest.strip_prefix(',').unwrap_or_default();
        let (direction, more) = direction.split_at(digits(direction).min(1));
        let whole = more.is_empty() && (rest.is_empty() || rest.starts_with(','));
        return (!version.is_empty() && (whole || rest.starts_with(',')))
            .then(|| of(Kind::Notebook, version, direction, whole))?;
    }
    let rest = line.strip_prefix("JAHIS")?;
    let (version, more) = rest.split_at(digits(rest));
    match (version.len(), more) {
        (1 | 2, "") => of(Kind::Prescription, version, "", true),
        // The first record is number 1 and stands behind the version without a line end between.
        (2 | 3, more) if more.starts_with(',') && version.ends_with('1') => {
            of(Kind::Prescription, &version[..version.len() - 1], "", false)
        }
        _ => None,
    }
}

/// Divides an input into codes: each header line begins another, for a person scans one after the other.
pub(super) fn sheets(bytes: &[u8]) -> Vec<Sheet> {
    let kept = bytes.get(..BYTES_MAX).unwrap_or(bytes);
    let (text, mut faults) = read_text(kept);
    if kept.len() < bytes.len() {
        let at = format!("byte {BYTES_MAX}");
        faults.push(Fault { code: "limit", at, text: format!("{} > {BYTES_MAX}", bytes.len()) });
    }
    let lines: Vec<&str> = text.split(ends_line).map(clean).filter(|line| !line.is_empty()).collect();
    let mut sheets: Vec<Sheet> = Vec::new();
    for (at, line) in lines.iter().enumerate().take(RECORDS_MAX) {
        match header(line) {
            Some(header) => sheets.push(begin(header, line, at + 1)),
            None => {
                if sheets.is_empty() {
                    let fault = Fault { code: "unknown_header", at: "line 1".into(), text: (*line).to_owned() };
                    sheets.push(Sheet { faults: vec![fault], ..Sheet::default() });
                }
                let fields = fields(line);
                sheets.last_mut().into_iter().for_each(|sheet| {
                    sheet.lines.push(Line { line: at + 1, fields: fields.clone() });
                });
            }
        }
    }
    if sheets.is_empty() {
        sheets.push(Sheet { faults: vec![fault("unknown_header", "line 1", "")], ..Sheet::default() });
    }
    if let Some(first) = sheets.first_mut() {
        if lines.len() > RECORDS_MAX {
            let at = format!("line {RECORDS_MAX}");
            faults.push(Fault { code: "limit", at, text: format!("{} > {RECORDS_MAX}", lines.len()) });
        }
        first.faults.splice(0..0, faults);
    }
    for sheet in &mut sheets {
        mended(sheet);
        sheet.split = split(sheet);
    }
    sheets
}

fn fault(code: &'static str, at: impl Into<String>, text: impl Into<String>) -> Fault {
    Fault { code, at: at.into(), text: text.into() }
}

fn begin(header: Header, line: &str, at: usize) -> Sheet {
    let Header { kind, version, direction, whole } = header;
    let mut sheet = Sheet { kind, version, direction, ..Sheet::default() };
    if kind == Kind::Notebook && !matches!(sheet.direction.as_str(), "1" | "2") {
        sheet.faults.push(fault("fields", format!("line {at}: header"), line.chars().take(64).collect::<String>()));
    }
    if !whole {
        joined(&mut sheet, line, at);
    }
    sheet
}

/// A line that is a header and all records behind it.
fn joined(sheet: &mut Sheet, line: &str, at: usize) {
    let tokens = separate(line, !line.contains(','));
    let (first, rest) = match sheet.kind {
        Kind::Notebook => {
            (tokens.get(1).map(|token| half(token)).and_then(|token| token.get(1..).map(str::to_owned)), 2)
        }
        _ => (Some("1".to_owned()), 1),
    };
    let rest: Vec<&str> = tokens.get(rest..).unwrap_or_default().to_vec();
    let divided = first.as_deref().and_then(|first| mend::divide(sheet.kind, first, &rest));
    // The text as it came stands in the fault, for the division may be wrong.
    sheet.faults.push(fault("separators_lost", format!("line {at}"), line));
    match divided {
        Some(records) => sheet.lines.extend(numbered(records)),
        // No record number of ours: all of it will be listed as it stands.
        None => {
            let fields = std::iter::once(String::new()).chain(tokens.iter().map(|token| (*token).to_owned()));
            sheet.lines.push(Line { line: at, fields: fields.collect() });
        }
    }
}

/// A header on its own line and all records on the next.
fn mended(sheet: &mut Sheet) {
    let [line] = sheet.lines.as_slice() else { return };
    let Some((first, rest)) = line.fields.split_first() else { return };
    let rest: Vec<&str> = rest.iter().map(String::as_str).collect();
    let over =
        layout(sheet.kind, first).is_some_and(|layout| rest.iter().skip(layout.shapes.len()).any(|f| !f.is_empty()));
    let Some(records) = over.then(|| mend::divide(sheet.kind, first, &rest)).flatten() else { return };
    sheet.faults.push(fault("separators_lost", format!("line {}", line.line), line.fields.join(",")));
    sheet.lines = numbered(records);
}

/// Records that stood on one line, numbered as if each had its own.
fn numbered(records: Vec<Vec<String>>) -> Vec<Line> {
    records.into_iter().enumerate().map(|(nth, fields)| Line { line: nth + 2, fields }).collect()
}

/// Divides at commas; at full-width ones where an input method typed those. Inside a value of the standard a comma is
/// full-width, so a line with ASCII commas is divided at these alone.
fn separate(line: &str, wide: bool) -> Vec<&str> {
    line.split(|c| c == ',' || (wide && matches!(c, '，' | '、'))).map(str::trim).collect()
}

fn fields(line: &str) -> Vec<String> {
    let number = line.split(',').next().unwrap_or_default().trim();
    let is_number = |text: &str| !text.is_empty() && half(text).bytes().all(|b| b.is_ascii_digit());
    let wide = !is_number(number) && line.split(['，', '、']).next().is_some_and(|first| is_number(first.trim()));
    let mut fields: Vec<String> = separate(line, wide).into_iter().map(str::to_owned).collect();
    if let Some(number) = fields.first_mut()
        && is_number(number)
    {
        *number = half(number);
    }
    fields
}

/// The last 911 whose numbers make sense.
fn split(sheet: &Sheet) -> Option<Split> {
    let number = |text: &String| half(text).parse::<u16>().ok();
    let read = |line: &Line| match line.fields.as_slice() {
        [record, id, of, nth, ..] if record == "911" => {
            let (of, nth) = (number(of)?, number(nth)?);
            (1..=of).contains(&nth).then(|| Split { id: half(id), of, number: nth })
        }
        _ => None,
    };
    let of_notebook = sheet.kind == Kind::Notebook;
    sheet.lines.iter().filter(|_| of_notebook).filter_map(read).next_back()
}
