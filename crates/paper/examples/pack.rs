//! A ward pack of drill's hospital: `cargo run --release -p paper --example pack -- FOLDER [en|ja [PATIENTS]]` writes one PDF a sheet, and says how
//! long 500 different summaries in one document take, how many pages and bytes they make and the most memory used. The charts at
//! the edge (forty drugs, long names, nothing at all) come too; where `pdftoppm` is installed every sheet is also drawn as PNG.
#![allow(clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeMap;
use std::process::Command;
use std::time::Instant;

use chart::{Chart, Lang, Moment};
use paper::{
    Bed, Card, EnvelopeOpening, EnvelopeTag, Extent, Head, Inpatient, LabelKind, Labels, Pack, SheetId, Symbology,
};

#[path = "../../chart/tests/build/mod.rs"]
mod build;
#[path = "../src/tests/extremes.rs"]
mod extremes;
#[path = "../src/tests/hospital.rs"]
mod hospital;

/// Summaries in the measured document.
const SUMMARIES: usize = 500;

fn head(now: Moment) -> Head {
    Head {
        hospital: "美灯町立病院（訓練）".into(),
        institution: paper::Institution::default(),
        training: true,
        made: now,
        printed_by: "山田 花子（3東-1）".into(),
        valid_until: Moment(now.0 + 8 * 3_600_000),
    }
}

fn id(number: usize) -> SheetId {
    SheetId { number: format!("A1-{number:06}") }
}

fn main() {
    let folder = std::env::args().nth(1).expect("a folder to write to");
    let lang = if std::env::args().nth(2).as_deref() == Some("en") { Lang::En } else { Lang::Ja };
    // As many as the measured document needs.
    let patients = std::env::args().nth(3).map_or(600, |text| text.parse().expect("a number"));
    let charts = hospital::charts(patients);
    let mut inpatients: Vec<(Bed, &Chart)> =
        charts.values().filter_map(|chart| Some((hospital::bed(chart)?, chart))).collect();
    inpatients.sort_by(|a, b| (&a.0.ward, &a.0.room, &a.0.bed).cmp(&(&b.0.ward, &b.0.room, &b.0.bed)));
    let now = inpatients[0].1.as_of.now;
    let write = |name: &str, pack: Pack| write(&folder, name, pack);
    let begun = Instant::now();
    let mut pack = Pack::new(lang, head(now));
    let first = Inpatient { bed: &inpatients[0].0, chart: Some(inpatients[0].1), hide_name: false, marks: &[] };
    pack.summary(&first, Extent::FirstPage, &id(0)).expect("a summary");
    let bytes = pack.finish().expect("a pdf").len();
    println!("the first summary of the process, fonts read: {:?}, {} KB", begun.elapsed(), bytes / 1024);
    for (name, extent) in [("summaries", Extent::FirstPage), ("summaries-whole", Extent::Whole)] {
        let mut pack = Pack::new(lang, head(now));
        let mut by_pages = BTreeMap::<usize, usize>::new();
        for (at, (bed, chart)) in inpatients.iter().enumerate() {
            let patient = Inpatient { bed, chart: Some(chart), hide_name: false, marks: &[] };
            let pages = pack.summary(&patient, extent, &id(at)).expect("a summary");
            *by_pages.entry(pages.count).or_default() += 1;
        }
        println!("{extent:?}: pages of a summary -> inpatients {by_pages:?}");
        write(name, pack);
    }
    extreme(lang, &folder);
    let ward = inpatients[inpatients.len() / 2].0.ward.clone();
    let of_ward: Vec<_> = inpatients.iter().filter(|(bed, _)| bed.ward == ward).collect();
    let marks = ["面会制限".to_owned()];
    let row = |at| &of_ward[at];
    let rows: Vec<Inpatient<'_>> = (0..of_ward.len())
        .map(|at| Inpatient {
            bed: &row(at).0,
            chart: (at != 4).then_some(row(at).1),
            hide_name: at == 2,
            marks: if at == 2 { &marks } else { &[] },
        })
        .collect();
    let mut pack = Pack::new(lang, head(now));
    pack.board(&ward, &rows, &id(900)).expect("a board");
    write("board", pack);
    let mut pack = Pack::new(lang, head(now));
    pack.gaps(&ward, &rows, &id(901)).expect("a gap list");
    write("gaps", pack);
    let mut pack = Pack::new(lang, head(now));
    pack.meals(&ward, &rows, &id(902)).expect("a meals list");
    write("meals", pack);
    let mut pack = Pack::new(lang, head(now));
    let codes = (0..10).map(|n| format!("{:04}-{:04}-{:02}", 4821 + n * 37, 9063 - n * 91, 17 + n)).collect();
    pack.card(&Card { ward, number: "K-03".into(), codes }, &id(903)).expect("a card");
    write("card", pack);
    envelope(lang, &folder, now);
    forms(lang, &folder, inpatients[inpatients.len() / 2].1);
    labels(lang, &folder, inpatients[inpatients.len() / 2].1);
    if cfg!(debug_assertions) {
        return println!("measured in a release build only");
    }
    for extent in [Extent::FirstPage, Extent::Whole] {
        measure(lang, extent, &charts.values().collect::<Vec<_>>(), now, &folder);
    }
}

/// The papers of a chart file that is carried away.
fn envelope(lang: Lang, folder: &str, now: Moment) {
    let until = now.plus_days(7);
    let mut pack = Pack::new(lang, head(now));
    let (number, holders) = ("2B7301-E12".to_owned(), vec!["3病棟".to_owned(), "本部".to_owned()]);
    let [hash, station] = ["1a2b-3c4d-5e6f-7a8b", "90ab-cdef-0123-4567"].map(str::to_owned);
    let counts = vec![("カルテ全体".into(), "300 人".into()), ("索引".into(), "30000 人 すべての患者、電話".into())];
    let (files, decided) = (vec![format!("andon-{number}.html")], "行灯 院長 2021-10-01 09:00".to_owned());
    let (made, data) = (now, Some(now));
    let groups: Vec<String> = ["4821", "9063", "0007", "5512", "3090", "7744", "61"].map(str::to_owned).to_vec();
    let (whole, holder) = (groups.concat(), "3病棟".to_owned());
    let opening = EnvelopeOpening { number: number.clone(), holder, until, groups, whole };
    let tag = EnvelopeTag { number, hash, station, files, made, until, data, counts, decided, holders };
    pack.envelope_tag(&tag, &id(905)).expect("a tag");
    pack.envelope_opening(&opening, &id(906)).expect("a sealed sheet");
    let pdf = pack.finish().expect("a PDF");
    std::fs::write(format!("{folder}/envelope.pdf"), pdf).expect("a file");
}

/// Every form blank, of one inpatient, and of the chart with forty drugs.
fn forms(lang: Lang, folder: &str, inpatient: &Chart) {
    let bed = hospital::bed(inpatient).unwrap_or_default();
    let extremes = extremes::all();
    let forty = extremes.iter().find(|(name, _)| *name == "forty-drugs").map(|(_, chart)| chart);
    for form in paper::forms() {
        for (name, chart) in [("blank", None), ("filled", Some(inpatient)), ("forty", forty)] {
            let row = Inpatient { bed: &bed, chart, hide_name: false, marks: &[] };
            let mut pack = Pack::new(lang, head(inpatient.as_of.now));
            pack.form(form.code, chart.map(|_| &row), &id(850)).expect("a form");
            write(folder, &format!("form-{}-{name}", form.code), pack);
        }
    }
}

/// Labels of every kind for one inpatient and one with a long name, on sheets and for a label printer.
fn labels(lang: Lang, folder: &str, inpatient: &Chart) {
    let bed = hospital::bed(inpatient).unwrap_or_default();
    let extremes = extremes::all();
    let long = extremes.iter().find(|(name, _)| *name == "name-1").map(|(_, chart)| chart).expect("a long name");
    for (name, chart) in [("filled", inpatient), ("long", long)] {
        let row = Inpatient { bed: &bed, chart: Some(chart), hide_name: false, marks: &[] };
        let nw7 = Labels { bars: Some(Symbology::Nw7), ..Labels::of(LabelKind::Tube, 6) };
        let runs = [
            ("L1", Labels::of(LabelKind::Patient, 21)),
            ("L2", Labels::of(LabelKind::Tube, 6)),
            ("L2-nw7", nw7),
            ("L3", Labels::of(LabelKind::Wristband, 2)),
        ];
        for (kind, run) in runs {
            let mut pack = Pack::new(lang, head(inpatient.as_of.now));
            let zpl = pack.zpl(&row, &run, &id(860)).expect("zpl");
            std::fs::write(format!("{folder}/label-{kind}-{name}.zpl"), zpl.text).expect("written");
            pack.labels(&row, &run, &id(860)).expect("labels");
            write(folder, &format!("label-{kind}-{name}"), pack);
        }
    }
}

/// The charts at the edge, each with every sheet it stands on.
fn extreme(lang: Lang, folder: &str) {
    let bed = Bed { ward: "3東".into(), room: "305".into(), bed: "2".into() };
    for (name, chart) in extremes::all() {
        let row = Inpatient { bed: &bed, chart: Some(&chart), hide_name: false, marks: &[] };
        let mut pack = Pack::new(lang, head(chart.as_of.now));
        pack.summary(&row, Extent::Whole, &id(800)).expect("a summary");
        pack.board("3東", &[row], &id(801)).expect("a board");
        pack.gaps("3東", &[row], &id(802)).expect("a gap list");
        pack.meals("3東", &[row], &id(803)).expect("a meals list");
        write(folder, &format!("extreme-{name}"), pack);
    }
}

/// One PDF, and for a person to look at its first pages as PNG; without pdftoppm there is the PDF.
fn write(folder: &str, name: &str, pack: Pack) {
    let file = format!("{folder}/{name}.pdf");
    std::fs::write(&file, pack.finish().expect("a pdf")).expect("written");
    let _ =
        Command::new("pdftoppm").args(["-r", "70", "-png", "-l", "12", &file]).arg(format!("{folder}/{name}")).status();
}

fn measure(lang: Lang, extent: Extent, charts: &[&Chart], now: Moment, folder: &str) {
    let bed = Bed { ward: "3東".into(), room: "305".into(), bed: "2".into() };
    // 5 sets the peak back to what is used now.
    std::fs::write("/proc/self/clear_refs", "5").expect("Linux");
    let before = peak();
    let begun = cpu_ms();
    let mut pack = Pack::new(lang, head(now));
    let pages: usize = charts
        .iter()
        .take(SUMMARIES)
        .enumerate()
        .map(|(at, chart)| {
            let patient = Inpatient { bed: &bed, chart: Some(chart), hide_name: false, marks: &[] };
            pack.summary(&patient, extent, &id(at)).map_or(0, |pages| pages.count)
        })
        .sum();
    let bytes = pack.finish().expect("a pdf");
    let spent = cpu_ms() - begun;
    println!(
        "{extent:?}: {} summaries, {pages} pages: {spent} ms of CPU, {:.2} ms/page, {} KB, peak memory {before} -> {} MB",
        charts.len().min(SUMMARIES),
        spent as f64 / pages as f64,
        bytes.len() / 1024,
        peak()
    );
    std::fs::write(format!("{folder}/measured.pdf"), bytes).expect("written");
}

/// CPU time of this process, user and system, in milliseconds (to 10 ms).
fn cpu_ms() -> u64 {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    stat.split_whitespace().skip(13).take(2).filter_map(|ticks| ticks.parse::<u64>().ok()).sum::<u64>() * 10
}

/// VmHWM in MB.
fn peak() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|line| line.starts_with("VmHWM")).unwrap_or_default();
    line.split_whitespace().nth(1).and_then(|kb| kb.parse::<u64>().ok()).unwrap_or(0) / 1024
}
