//! Paper that comes back: two thousand pages of all forms as scanners, faxes and pens leave them, through `andon scan`; how many are read,
//! how many wait for a person, how many are on a wrong chart (none may be), and what a page costs, beside zxing-cpp on the same pictures.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use serde_json::{Value, json};

use super::ground::{self, Hospital};
use super::measure::{Cost, cost, cost_or};
use super::report::Report;
use crate::Outcome;
use crate::runner::output;

/// Pages that are spoiled and read.
const PAGES: usize = 2_000;
/// Pages of which ticks and digits are compared.
const SUGGESTED: u32 = 400;
/// Is of a ward, not of a patient.
const WARD_MEMO: &str = "PH";
/// Wants to know how many pages lie behind it.
const BATCH_HEADER: &str = "P12B";
/// Patients for whom every form is printed.
const PATIENTS: usize = 30;
/// Files of one command.
const FILES: usize = 100;
/// `andon scan` answers 3 when a page waits for a person.
const PARTIAL: i32 = 3;
const SEED: &str = "7";

/// Spoils and reads.
pub fn run(report: &mut Report) -> Outcome {
    let andon = ground::andon()?;
    let folder = ground::work()?.join("scan");
    ground::remove(&folder)?;
    std::fs::create_dir_all(folder.join("pages")).map_err(|error| format!("{}: {error}", folder.display()))?;
    let home = folder.join("home");
    let manifest = printed(&andon, &home, &folder)?;
    let python = ground::python()?;
    let mut spoil = Command::new(&python);
    spoil.arg(ground::peer("degrade.py")).arg(&manifest).arg(folder.join("pages"));
    output(spoil.args([PAGES.to_string().as_str(), SEED]))?;
    let truth = read_json(&folder.join("pages/truth.json"))?;
    let truth = truth.as_array().cloned().unwrap_or_default();
    let (told, ours) = scanned(&andon, &home, &truth)?;
    judge(report, &truth, &told);
    suggested(report, &andon, &home, &truth, &told)?;
    report.cost("andon", 1, &ours);
    report.claim("andon, kept, read and filed: CPU ms a page", &[ours.cpu_seconds * 1e3 / truth.len() as f64], None);
    report.claim("andon, wall ms a page", &[ours.wall_seconds * 1e3 / truth.len() as f64], None);
    peer(report, &python, &folder, &truth, &ours)
}

/// Every form for some patients, and blank ones; the list of what is on which page.
fn printed(andon: &Path, home: &Path, folder: &Path) -> Outcome<PathBuf> {
    let tree = ground::hospital(andon, &Hospital { name: "scan", patients: 300, beds: 120, seed: 11 })?;
    let mut command = Command::new(andon);
    output(command.args(["init", "--yes", "--training", "--authority", "self", "--home"]).arg(home))?;
    output(Command::new(andon).args(["feed", "--once", "--home"]).arg(home).arg(&tree))?;
    let wards = asked(andon, home, &["ward", "--json"])?;
    let mut patients = Vec::new();
    for ward in wards["wards"].as_array().into_iter().flatten().filter_map(|ward| ward["ward"].as_str()) {
        let beds = asked(andon, home, &["ward", ward, "--json"])?;
        patients.extend(
            beds["beds"].as_array().into_iter().flatten().filter_map(|bed| bed["id"].as_str().map(str::to_owned)),
        );
    }
    patients.truncate(PATIENTS);
    let ward = wards["wards"][0]["ward"].as_str().unwrap_or_default().to_owned();
    let list = asked(andon, home, &["print", "sheet", "--list", "--json"])?;
    let all = list["forms"].as_array().cloned().unwrap_or_default();
    // A batch header speaks of the pages behind it and is none of them.
    let is_page =
        |form: &&Value| form["form"].as_str().is_some_and(|code| code.starts_with('P') && code != BATCH_HEADER);
    let forms: Vec<&Value> = all.iter().filter(is_page).collect();
    let mut manifest = Vec::new();
    for (at, patient) in patients.iter().map(Some).chain([None]).enumerate() {
        for form in &forms {
            let code = form["form"].as_str().unwrap_or_default();
            let out = folder.join(format!("{at}-{code}.pdf"));
            let mut command = Command::new(andon);
            command.args(["print", "sheet", code, "--json", "--home"]).arg(home).arg("--out").arg(&out);
            match patient {
                _ if code == WARD_MEMO => command.args(["--ward", &ward]),
                Some(patient) => command.args(["--patient", patient]),
                None => &mut command,
            };
            let said: Value =
                serde_json::from_str(&cost_or(&mut command, &[PARTIAL])?.said).map_err(|error| error.to_string())?;
            manifest.push(
                json!({"pdf": out, "pages": pages_of(&said, form["class"] == "deliver" && form["patient"] == true)}),
            );
        }
    }
    let path = folder.join("manifest.json");
    std::fs::write(&path, json!(manifest).to_string()).map_err(|error| error.to_string())?;
    Ok(path)
}

/// What a command answers; that a copy of 2021 is old is no failure here.
fn asked(andon: &Path, home: &Path, words: &[&str]) -> Outcome<Value> {
    let said = cost_or(Command::new(andon).args(words).arg("--home").arg(home), &[PARTIAL])?.said;
    serde_json::from_str(&said).map_err(|error| error.to_string())
}

/// What is on each page of a print, in order. Of what leaves the hospital the first half carries no code.
fn pages_of(said: &Value, leaves: bool) -> Vec<Value> {
    let mut pages = Vec::new();
    for sheet in said["sheets"].as_array().into_iter().flatten() {
        let count = sheet["pages"].as_u64().unwrap_or_default();
        let bare = if leaves { count / 2 } else { 0 };
        pages.extend((0..count).map(|page| match page < bare {
            true => json!({"sheet": "", "patient": "", "boxes": []}),
            false => {
                let here = |one: &&Value| one["sheet"] == sheet["number"] && one["page"] == page + 1;
                let boxes: Vec<&Value> = said["boxes"].as_array().into_iter().flatten().filter(here).collect();
                json!({"sheet": sheet["number"], "patient": sheet["id"], "boxes": boxes})
            }
        }));
    }
    pages
}

fn read_json(path: &Path) -> Outcome<Value> {
    let text = std::fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?;
    serde_json::from_str(&text).map_err(|error| format!("{}: {error}", path.display()))
}

/// What `andon scan` says of every file.
fn scanned(andon: &Path, home: &Path, truth: &[Value]) -> Outcome<(BTreeMap<String, Value>, Cost)> {
    let (mut told, mut whole) = (BTreeMap::new(), Cost::default());
    for files in truth.chunks(FILES) {
        let mut command = Command::new(andon);
        command.args(["scan", "--json", "--home"]).arg(home);
        command.args(files.iter().filter_map(|page| page["file"].as_str()));
        let cost = cost_or(&mut command, &[PARTIAL])?;
        whole.cpu_seconds += cost.cpu_seconds;
        whole.wall_seconds += cost.wall_seconds;
        whole.own_kb = whole.own_kb.max(cost.own_kb);
        whole.resident_kb = whole.resident_kb.max(cost.resident_kb);
        let said: Value = serde_json::from_str(&cost.said).map_err(|error| error.to_string())?;
        for page in said["pages"].as_array().into_iter().flatten() {
            told.insert(page["file"].as_str().unwrap_or_default().to_owned(), page.clone());
        }
    }
    Ok((told, whole))
}

/// Counts what was read, what waits, and what is on a wrong chart; by how a page was spoiled too.
fn judge(report: &mut Report, truth: &[Value], told: &BTreeMap<String, Value>) {
    let (mut coded, mut read, mut waits, mut misfiled) = (0u32, 0u32, 0u32, 0u32);
    let mut by_how: BTreeMap<String, (u32, u32)> = BTreeMap::new();
    for page in truth {
        let said = &told[page["file"].as_str().unwrap_or_default()];
        let has_code = page["sheet"] != "";
        let (sheet, patient) = (&said["sheet"], &said["patient"]);
        let right = has_code && *sheet == page["sheet"];
        let wrong =
            (!sheet.is_null() && *sheet != page["sheet"]) || (!patient.is_null() && *patient != page["patient"]);
        coded += u32::from(has_code);
        read += u32::from(right);
        waits += u32::from(said["waits"] == true);
        misfiled += u32::from(wrong);
        for how in page["how"].as_array().into_iter().flatten().filter_map(Value::as_str).filter(|_| has_code) {
            let counts = by_how.entry(how.to_owned()).or_default();
            *counts = (counts.0 + 1, counts.1 + u32::from(right));
        }
    }
    let share = |part: u32, whole: u32| f64::from(part) * 100.0 / f64::from(whole.max(1));
    report.figure("andon", 1, "pages", truth.len() as f64);
    report.figure("andon", 1, "pages_with_a_code", f64::from(coded));
    report.claim("andon, pages with a code that were read, %", &[share(read, coded)], None);
    report.claim(
        "andon, pages that wait for a person (those without a code and blank forms too), %",
        &[share(waits, truth.len() as u32)],
        None,
    );
    report.claim("andon, pages misfiled", &[f64::from(misfiled)], Some(0.0));
    for (how, (all, right)) in by_how {
        report.figure(&format!("read, {how}"), 1, "percent", share(right, all));
    }
}

/// What is suggested of ticks and digits, beside what was written there, on the first pages that were read and have boxes. Boxes that
/// a stray stroke reached are counted apart: what stands in them is anybody's guess.
fn suggested(
    report: &mut Report,
    andon: &Path,
    home: &Path,
    truth: &[Value],
    told: &BTreeMap<String, Value>,
) -> Outcome {
    let mut counts: BTreeMap<String, [u32; 3]> = BTreeMap::new();
    let (mut pages, mut spent) = (0_u32, 0.0);
    let with_boxes = truth.iter().filter(|page| page["boxes"].as_array().is_some_and(|boxes| !boxes.is_empty()));
    for page in with_boxes {
        let said = &told[page["file"].as_str().unwrap_or_default()];
        if said["sheet"] != page["sheet"] || pages >= SUGGESTED {
            continue;
        }
        pages += 1;
        let (scan, number) = (said["scan"].as_str().unwrap_or_default(), said["page"].to_string());
        let mut command = Command::new(andon);
        let cost = cost(command.args(["scan", "--marks", scan, &number, "--json", "--home"]).arg(home))?;
        spent += cost.cpu_seconds;
        let seen: Value = serde_json::from_str(&cost.said).map_err(|error| error.to_string())?;
        let by_name: BTreeMap<&str, &Value> = seen["suggestions"]
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(|one| Some((one["box"].as_str()?, &one["value"])))
            .collect();
        for one in page["boxes"].as_array().into_iter().flatten() {
            let value = by_name.get(one["box"].as_str().unwrap_or_default()).copied().unwrap_or(&Value::Null);
            let stray = if one["stray"] == true { ", reached by a stray stroke" } else { "" };
            let kind = match (one["kind"].as_str(), one["value"].as_str()) {
                (Some("tick"), Some(value)) => format!("tick boxes {value}{stray}"),
                (_, Some("empty")) => format!("digit boxes empty{stray}"),
                _ => format!("digits{stray}"),
            };
            let at = if value.is_null() { 2 } else { usize::from(*value != one["value"]) };
            counts.entry(kind).or_default()[at] += 1;
        }
    }
    report.figure("suggestions", 1, "pages", f64::from(pages));
    for (kind, [right, wrong, unsure]) in counts {
        let all = f64::from(right + wrong + unsure);
        report.figure(&kind, 1, "boxes", all);
        for (what, count) in [("right", right), ("wrong", wrong), ("unsure", unsure)] {
            report.claim(&format!("suggestions, {kind}: {what} %"), &[f64::from(count) * 100.0 / all], None);
        }
    }
    report.claim("suggestions, CPU ms a page (a command each)", &[spent * 1e3 / f64::from(pages.max(1))], None);
    Ok(())
}

/// zxing-cpp on the same pictures: its texts name the sheet, or do not.
fn peer(report: &mut Report, python: &Path, folder: &Path, truth: &[Value], ours: &Cost) -> Outcome {
    let list = folder.join("list.txt");
    let files: String = truth.iter().filter_map(|page| page["file"].as_str()).map(|file| format!("{file}\n")).collect();
    let mut written = std::fs::File::create(&list).map_err(|error| error.to_string())?;
    written.write_all(files.as_bytes()).map_err(|error| error.to_string())?;
    let mut command = Command::new(python);
    command.arg(ground::peer("scan_zxing.py"));
    let input = std::fs::File::open(&list).map_err(|error| error.to_string())?;
    let theirs = cost(command.stdin(Stdio::from(input)))?;
    let seen: Value = serde_json::from_str(&theirs.said).map_err(|error| error.to_string())?;
    let names = |page: &&Value| {
        let sheet = page["sheet"].as_str().unwrap_or_default();
        let texts = seen[page["file"].as_str().unwrap_or_default()].as_array().into_iter().flatten();
        !sheet.is_empty() && texts.filter_map(Value::as_str).any(|text| text.ends_with(&format!("-{sheet}")))
    };
    let coded = truth.iter().filter(|page| page["sheet"] != "").count();
    let read = truth.iter().filter(names).count();
    report.cost("zxing-cpp", 1, &theirs);
    report.claim("zxing-cpp, pages with a code that were read, %", &[read as f64 * 100.0 / coded as f64], None);
    report.claim("zxing-cpp, CPU ms a page (decoding alone)", &[theirs.cpu_seconds * 1e3 / truth.len() as f64], None);
    report.claim("andon ÷ zxing-cpp, CPU", &[ours.cpu_seconds / theirs.cpu_seconds], None);
    Ok(())
}
