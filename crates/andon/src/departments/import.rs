//! An analyser's file: CSV with headings, or HL7 v2 results (ORU^R01, as files or as MLLP leaves them). Into samples, and what could not be
//! used with its line: nothing is dropped unseen. Pure.

use std::collections::BTreeMap;

use chart::fold_name;
use formats::charset;
use formats::hl7v2::{Message, Reader, Seg};
use sha2::{Digest, Sha256};

use crate::desks::rows::{ROWS_MAX, Row};
use crate::home::{Problem, wrong};
use crate::text::one_line;
use crate::writing::departments::Sample;

/// Bytes of a file: a day of an analyser.
pub const FILE_BYTES_MAX: usize = 400_000;
/// Samples of one file: what one commit takes.
pub const SAMPLES_MAX: usize = 400;
/// Lines that are told of one file, and characters of each.
const BAD_MAX: usize = 200;
const BAD_CHARS: usize = 160;

/// What a file has.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Read {
    /// `csv` or `hl7`.
    pub source: &'static str,
    /// Its samples, in their order.
    pub samples: Vec<Sample>,
    /// What could not be used: `12: …`.
    pub bad: Vec<String>,
}

/// Headings of CSV columns as analysers and laboratory systems write them, folded when compared.
const HEADINGS: [(&str, &[&str]); 10] = [
    (
        "sample",
        &["検体番号", "検体ID", "検体No", "サンプルID", "バーコード", "sample", "sample id", "sampleid", "barcode"],
    ),
    ("patient", &["患者番号", "患者ID", "ID番号", "patient", "patient id", "pid"]),
    ("patient_name", &["患者名", "氏名", "患者氏名", "patient name"]),
    ("code", &["項目コード", "JLAC10", "検査コード", "item code", "test code", "code"]),
    ("name", &["項目名", "項目", "検査項目", "検査名", "item", "test", "test name"]),
    ("value", &["結果", "結果値", "測定値", "検査値", "value", "result"]),
    ("unit", &["単位", "unit", "units"]),
    ("range", &["基準値", "基準範囲", "基準", "参考値", "range", "reference range"]),
    ("collected", &["採取日時", "採血日時", "測定日時", "検査日時", "日時", "time", "date", "datetime"]),
    ("lot", &["試薬ロット", "ロット", "lot", "reagent lot"]),
];

/// By which name a file is known, so that it is not taken twice: the first 16 figures of its SHA-256.
pub fn batch(bytes: &[u8]) -> String {
    vault::hash::to_hex(&Sha256::digest(bytes)[..8])
}

/// Reads a file. Which columns mean what can be said (`sample=1,name=3,value=4`, from 1); else their headings tell.
///
/// # Errors
/// It is too large, no heading is known, or the columns are not understood.
pub fn read(bytes: &[u8], columns: &str) -> Result<Read, Problem> {
    if bytes.len() > FILE_BYTES_MAX {
        return Err(wrong(
            "ファイルが大きすぎます（400 KBまで）。分けてください。",
            "The file is too large (at most 400 KB).",
        ));
    }
    let bytes = bytes.strip_prefix(b"\x0b").unwrap_or(bytes);
    let text = charset::decode(bytes);
    let mut read = match bytes.starts_with(b"MSH") {
        true => hl7(&text.text),
        false => csv(&text.text, columns)?,
    };
    // That another character set was declared than is there loses nothing.
    let lost = text.doubts.iter().filter(|doubt| doubt.code != "charset_mismatch");
    let doubts = lost.map(|doubt| format!("0: {} {}", doubt.code, doubt.text));
    read.bad = doubts.chain(std::mem::take(&mut read.bad)).map(|line| one_line(&line, BAD_CHARS)).collect();
    if read.bad.len() > BAD_MAX {
        let more = read.bad.len() - BAD_MAX;
        read.bad.truncate(BAD_MAX);
        read.bad.push(format!("… +{more}"));
    }
    if read.samples.len() > SAMPLES_MAX {
        return Err(wrong(
            "検体が多すぎます（400まで）。分けてください。",
            "Too many samples (at most 400): divide the file.",
        ));
    }
    Ok(read)
}

fn columns_said(text: &str) -> Option<BTreeMap<&'static str, usize>> {
    let one = |pair: &str| {
        let (name, at) = pair.split_once('=')?;
        let (known, _) = HEADINGS.iter().find(|(known, _)| *known == name.trim())?;
        Some((*known, at.trim().parse::<usize>().ok()?.checked_sub(1)?))
    };
    text.split(',').map(one).collect()
}

fn columns_of(head: &csv::StringRecord) -> BTreeMap<&'static str, usize> {
    let means = |cell: &str| {
        let own = fold_name(cell);
        HEADINGS.iter().find(|(_, names)| names.iter().any(|name| fold_name(name) == own)).map(|(known, _)| *known)
    };
    let mut columns = BTreeMap::new();
    for (at, cell) in head.iter().enumerate() {
        if let Some(known) = means(cell) {
            columns.entry(known).or_insert(at);
        }
    }
    columns
}

fn csv(text: &str, said: &str) -> Result<Read, Problem> {
    let delimiter = if text.lines().next().is_some_and(|line| line.contains('\t')) { b'\t' } else { b',' };
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter)
        .from_reader(text.trim_start_matches('\u{feff}').as_bytes());
    let mut records = reader.records();
    let head = records.next().and_then(Result::ok).unwrap_or_default();
    let columns = match said.trim() {
        "" => columns_of(&head),
        said => columns_said(said).ok_or_else(|| {
            wrong(
                "列の指定が分かりません。例: sample=1,name=3,value=4",
                "Columns are given like: sample=1,name=3,value=4",
            )
        })?,
    };
    if !columns.contains_key("value") || !(columns.contains_key("name") || columns.contains_key("code")) {
        return Err(wrong(
            "列の見出しが分かりません。1行目に「検体番号・項目名・結果・単位」などの見出しがいります（列を番号で指定することもできます）。",
            "The headings are not known: the first line names the columns (sample, item, result, unit …), or give columns by number.",
        ));
    }
    let mut read = Read { source: "csv", ..Read::default() };
    for record in records {
        match record {
            Ok(record) => line(&record, &columns, &mut read),
            Err(error) => {
                let at = error.position().map_or(0, csv::Position::line);
                read.bad.push(format!("{at}: CSV として読めない not CSV"));
            }
        }
    }
    Ok(read)
}

fn line(record: &csv::StringRecord, columns: &BTreeMap<&'static str, usize>, read: &mut Read) {
    let at = record.position().map_or(0, csv::Position::line);
    let of = |name: &str| columns.get(name).and_then(|at| record.get(*at)).unwrap_or_default().trim().to_owned();
    if record.iter().all(|cell| cell.trim().is_empty()) {
        return;
    }
    let row = Row {
        code: of("code"),
        name: of("name"),
        value: of("value"),
        unit: of("unit"),
        range: of("range"),
        range_from: if of("range").is_empty() { String::new() } else { "file".to_owned() },
        ..Row::default()
    };
    let told = Sample {
        sample: of("sample"),
        patient: of("patient"),
        name: of("patient_name"),
        collected: of("collected"),
        lot: of("lot"),
        rows: Vec::new(),
    };
    put(read, at, told, row);
}

/// A row goes to its sample; one without a value, and one too many, is told with its line.
fn put(read: &mut Read, at: u64, told: Sample, row: Row) {
    if row.is_empty() {
        let what = if row.name.is_empty() { &row.code } else { &row.name };
        read.bad.push(format!("{at}: {} {what}: 値がない no value", told.sample));
        return;
    }
    let same = |one: &&mut Sample| one.sample == told.sample && one.patient == told.patient && one.name == told.name;
    let sample = match read.samples.iter_mut().find(same) {
        Some(sample) => sample,
        None => {
            read.samples.push(told.clone());
            let last = read.samples.len() - 1;
            &mut read.samples[last]
        }
    };
    if sample.rows.len() >= ROWS_MAX {
        read.bad.push(format!("{at}: {} {} {}: 多すぎる more than {ROWS_MAX}", told.sample, row.name, row.value));
        return;
    }
    let fill = |own: &mut String, other: String| *own = if own.is_empty() { other } else { std::mem::take(own) };
    fill(&mut sample.lot, told.lot);
    fill(&mut sample.collected, told.collected);
    sample.rows.push(row);
}

/// Messages one after the other, each from its MSH, and of one that has several patients each from its PID; the block marks of MLLP are no
/// part of them.
fn hl7(text: &str) -> Read {
    let text = text.replace(['\u{0b}', '\u{1c}'], "\r").replace("\r\n", "\r").replace('\n', "\r");
    let mut read = Read { source: "hl7", ..Read::default() };
    let (mut head, mut lines) = ("", Vec::<(u64, &str)>::new());
    for (at, line) in (1_u64..).zip(text.split('\r')).filter(|(_, line)| !line.trim().is_empty()) {
        let begins = line.starts_with("MSH");
        if begins || (line.starts_with("PID") && lines.iter().any(|(_, line)| line.starts_with("PID"))) {
            one_message(&std::mem::take(&mut lines), &mut read);
            lines.extend((!begins).then_some((at, head)));
        }
        head = if begins { line } else { head };
        lines.push((at, line));
    }
    one_message(&lines, &mut read);
    read
}

fn one_message(lines: &[(u64, &str)], read: &mut Read) {
    let Some((first, _)) = lines.first() else { return };
    let text: String = lines.iter().flat_map(|(_, line)| [line, "\r"]).collect();
    let message = Message::read_text(&text);
    let reader = Reader::new(&message);
    let faults: Vec<&str> = message.faults.iter().chain(&reader.faults()).map(|fault| fault.code).collect();
    let kind =
        reader.first("MSH").map(|msh| format!("{}^{}", msh.comp(9, 1, 1), msh.comp(9, 1, 2))).unwrap_or_default();
    let is_result = kind.starts_with("ORU");
    if !faults.is_empty() || !is_result {
        read.bad.push(format!("{first}: {kind} {}", faults.join(" ")));
    }
    if !is_result {
        return;
    }
    let (patient, name) = reader.first("PID").map_or_else(Default::default, |pid| {
        let name = [pid.comp(5, 1, 1), pid.comp(5, 1, 2)].join(" ").trim().to_owned();
        (pid.comp(3, 1, 1), name)
    });
    let mut told = Sample { patient, name, ..Sample::default() };
    for (seg, (at, _)) in reader.segments().zip(lines) {
        match seg.name() {
            "SPM" => sample_of(&seg, 2, &mut told),
            "SAC" => sample_of(&seg, 3, &mut told),
            "OBR" => {
                let own = [seg.comp(3, 1, 1), seg.comp(2, 1, 1)].into_iter().find(|no| !no.is_empty());
                told.sample = own.unwrap_or_default();
                told.collected = seg.text(7);
            }
            "OBX" => put(read, *at, told.clone(), observation(&seg)),
            _ => {}
        }
    }
}

fn sample_of(seg: &Seg<'_>, field: u16, told: &mut Sample) {
    if seg.has(field) {
        told.sample = seg.comp(field, 1, 1);
    }
}

fn observation(obx: &Seg<'_>) -> Row {
    let item = obx.coded(3);
    let value = match obx.text(2).as_str() {
        "SN" => obx.words(5).replace(' ', ""),
        _ => obx.words(5),
    };
    let range = obx.lines(7);
    Row {
        code: item.code,
        system: item.system,
        name: item.text,
        value,
        unit: obx.coded_sub(6, 1, 1).shown().to_owned(),
        range_from: if range.is_empty() { String::new() } else { "file".to_owned() },
        range,
        // What it says of H and L stands; critical it is by this hospital's limits.
        flag: Some(obx.text(8)).filter(|flag| matches!(flag.as_str(), "H" | "L" | "HH" | "LL")).unwrap_or_default(),
        ..Row::default()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Name, value, unit.
    type Measured = (String, String, String);

    /// 検体番号, patient's number, results of each sample.
    fn told(read: &Read) -> Vec<(String, String, Vec<Measured>)> {
        let row = |row: &Row| (row.name.clone(), row.value.clone(), row.unit.clone());
        let one = |one: &Sample| (one.sample.clone(), one.patient.clone(), one.rows.iter().map(row).collect());
        read.samples.iter().map(one).collect()
    }

    fn own(parts: [&str; 3]) -> Measured {
        let [name, value, unit] = parts.map(str::to_owned);
        (name, value, unit)
    }

    #[test]
    fn a_csv_is_read_by_its_headings_in_either_character_set_and_what_is_bad_is_told_by_line() {
        let text = "検体番号,患者番号,項目名,結果,単位\nA1,001,カリウム,6.8,mmol/L\nA1,001,ナトリウム,,mmol/L\n,,,\nA2,,カリウム,4.1,mmol/L\n";
        let utf8 = read(text.as_bytes(), "").unwrap();
        let sjis = encoding(text);
        assert_ne!(sjis, text.as_bytes());
        assert_eq!(told(&read(&sjis, "").unwrap()), told(&utf8));
        let first = ("A1".to_owned(), "001".to_owned(), vec![own(["カリウム", "6.8", "mmol/L"])]);
        let second = ("A2".to_owned(), String::new(), vec![own(["カリウム", "4.1", "mmol/L"])]);
        assert_eq!(told(&utf8), [first, second]);
        assert_eq!(utf8.bad, ["3: A1 ナトリウム: 値がない no value"]);
    }

    /// Shift_JIS, as Windows writes it.
    fn encoding(text: &str) -> Vec<u8> {
        encoding_rs::SHIFT_JIS.encode(text).0.into_owned()
    }

    #[test]
    fn columns_may_be_given_by_number_and_a_file_without_headings_is_refused() {
        let text = "x,y,z\nA1,K,5.0\n";
        assert!(read(text.as_bytes(), "").is_err());
        let read_so = read(text.as_bytes(), "sample=1,name=2,value=3").unwrap();
        assert_eq!(told(&read_so)[0].2, [own(["K", "5.0", ""])]);
        assert!(read(text.as_bytes(), "sample=0,name=2,value=3").is_err());
    }

    const ORU: &str = "MSH|^~\\&|AU|LAB|||20211101093000||ORU^R01|1|P|2.5\rPID|||001||検査^太郎\rOBR|1||A1|CHEM|||20211101091500\rOBX|1|NM|3H015^カリウム^JC10||6.8|mmol/L|3.6-4.8|H|||F\rOBX|2|SN|CRP^CRP^L||<^0.1|mg/dL\r";

    #[test]
    fn hl7_results_are_read_with_and_without_mllp_and_each_message_by_itself() {
        let other = ORU.replace("|001|", "|002|").replace("|A1|", "|A2|");
        let framed = format!("\u{b}{ORU}\u{1c}\r\u{b}{other}\u{1c}\r");
        let framed = read(framed.as_bytes(), "").unwrap();
        let plain = read(format!("{ORU}{other}").as_bytes(), "").unwrap();
        assert_eq!(told(&framed), told(&plain));
        assert_eq!(plain.source, "hl7");
        let [one, two] = plain.samples.as_slice() else { panic!("{plain:?}") };
        assert_eq!((one.sample.as_str(), one.patient.as_str(), one.name.as_str()), ("A1", "001", "検査 太郎"));
        assert_eq!((two.sample.as_str(), two.patient.as_str()), ("A2", "002"));
        assert_eq!((one.rows[0].flag.as_str(), one.rows[0].range.as_str()), ("H", "3.6-4.8"));
        assert_eq!(one.rows[1].value, "<0.1");
        assert!(plain.bad.is_empty(), "{:?}", plain.bad);
        // Two patients in one message are two samples, each with its own.
        let body = other.split_once('\r').unwrap().1;
        assert_eq!(told(&read(format!("{ORU}{body}").as_bytes(), "").unwrap()), told(&plain));
    }

    #[test]
    fn what_is_no_result_is_told_and_attached_to_nobody() {
        let adt = "MSH|^~\\&|AU|LAB|||20211101093000||ADT^A01|1|P|2.5\rPID|||001\r";
        let read = read(format!("{adt}{ORU}").as_bytes(), "").unwrap();
        assert_eq!((read.samples.len(), read.bad.len()), (1, 1));
        assert!(read.bad[0].starts_with("1: ADT"), "{:?}", read.bad);
    }
}
