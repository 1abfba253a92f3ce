//! One chart, shown three ways (promise 5): what `chart --json` says of drugs, allergies, problems and results stands on the
//! page, in one row, and on the sheet, in the same words.

use std::io::ErrorKind;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::door::Station;
use crate::people::Browser;
use crate::running::Running;

/// What of an item is shown in the words sent, and where. Lists in a path are gone through.
struct Section {
    name: &'static str,
    /// The member of the chart that holds its items, and the member of an item that is shown where not all of it is.
    items: (&'static str, &'static str),
    /// What stands together in one row of the page.
    page: &'static [&'static [&'static str]],
    /// On P4, of what is in force.
    sheet: &'static [&'static str],
    /// The mark of what is in force; empty where all of it is.
    in_force: &'static str,
}

const ALLERGY: &[&str] =
    &["category/text", "allergen/text", "severity/text", "reaction", "onset", "onset_text", "confirmed"];

const SECTIONS: [Section; 4] = [
    Section {
        name: "allergies",
        items: ("allergies/items", ""),
        page: &[ALLERGY, &["confirmed", "confirmed_by"]],
        sheet: ALLERGY,
        in_force: "",
    },
    Section {
        name: "medications",
        items: ("medications", ""),
        page: &[
            &[
                "drug/text",
                "kind/text",
                "class/text",
                "dose/value",
                "dose/unit/text",
                "daily/value",
                "usage/text",
                "instruction",
                "route/text",
                "site/text",
                "duration/value",
                "last_given/amount/value",
                "order/department/text",
            ],
            &["drug/text", "clashes/words"],
        ],
        sheet: &[
            "drug/text",
            "dose/value",
            "dose/unit/text",
            "daily/value",
            "usage/text",
            "instruction",
            "clashes/words",
        ],
        in_force: "current",
    },
    Section {
        name: "problems",
        items: ("problems", ""),
        page: &[&[
            "label",
            "class/text",
            "rank/text",
            "outcome/text",
            "onset",
            "diagnosed",
            "ended",
            "mark",
            "department/text",
        ]],
        sheet: &["label", "mark"],
        in_force: "active",
    },
    Section {
        name: "labs",
        items: ("labs", "latest"),
        page: &[&["item/text", "value", "coded/text", "unit/text", "range", "specimen/text"]],
        sheet: &["item/text", "value", "coded/text", "unit/text"],
        in_force: "",
    },
];

/// The texts at a path, without spaces; those that are empty are not shown.
fn texts(value: &Value, path: &str) -> Vec<String> {
    if let Value::Array(members) = value {
        return members.iter().flat_map(|member| texts(member, path)).collect();
    }
    match path.split_once('/') {
        Some((key, rest)) => texts(&value[key], rest),
        None if path.is_empty() => value.as_str().map(plain).into_iter().filter(|text| !text.is_empty()).collect(),
        None => texts(&value[path], ""),
    }
}

fn plain(text: &str) -> String {
    text.chars().filter(|ch| !ch.is_whitespace()).collect()
}

/// The rows of a chart page's tables and lists as they are read, up to what was given no place of its own.
fn rows(html: &str) -> Vec<String> {
    let row = |row: &str| {
        let words: String = row.split('<').map(|part| part.split_once('>').map_or("", |(_, words)| words)).collect();
        let marks = [("&#60;", "<"), ("&#62;", ">"), ("&#34;", "\""), ("&#39;", "'"), ("&#38;", "&")];
        plain(&marks.iter().fold(words, |words, (mark, ch)| words.replace(mark, ch)))
    };
    let placed = html.split("id=\"unplaced\"").next().unwrap();
    placed.split("<tr").flat_map(|part| part.split("<li")).flat_map(|part| part.split("<p ")).map(row).collect()
}

/// The words of a PDF, without spaces; `None` where this machine has no pdftotext.
pub fn words(pdf: &Path) -> Option<String> {
    let read = Command::new("pdftotext").arg("-raw").arg(pdf).arg("-").output();
    if read.as_ref().is_err_and(|error| error.kind() == ErrorKind::NotFound) {
        return None;
    }
    let read = read.unwrap();
    assert!(read.status.success(), "{}", String::from_utf8_lossy(&read.stderr));
    Some(plain(&String::from_utf8(read.stdout).unwrap()))
}

/// A text as a sheet writes it: powers of ten in a unit as people read them (`paper` says which).
fn written(text: &str) -> String {
    [("10*2/uL", "×10²/µL"), ("10*3/uL", "×10³/µL"), ("10*4/uL", "×10⁴/µL")]
        .iter()
        .find(|(sent, _)| text.trim_start_matches('.') == *sent)
        .map_or_else(|| text.to_owned(), |(_, written)| plain(written))
}

#[test]
fn page_json_and_sheet_say_the_same_of_a_patient() {
    let (station, said) = Station::fed();
    let running = Running::start(&mut station.command(&["serve", "--no-feed", "--port", "0"]), "/open/");
    let mut browser = Browser::new(&running);
    browser.get(&running.link());
    let mut read_sheets = false;
    let (mut keys, mut wrong, mut compared) = (Vec::new(), Vec::new(), [[0_usize; 2]; SECTIONS.len()]);
    for person in said["special_people"].as_array().unwrap() {
        // One of each kind.
        if keys.contains(&&person["key"]) {
            continue;
        }
        keys.push(&person["key"]);
        let id = person["id"].as_str().unwrap();
        let chart = station.chart(id);
        let pdf = station.folder().join(format!("{id}.pdf"));
        station.run(&["print", "patient", id, "--out", pdf.to_str().unwrap()]).ends(0);
        let sheet = words(&pdf);
        let address = format!("/patients/self/{id}");
        let short = browser.get(&address).body;
        for (section, compared) in SECTIONS.iter().zip(&mut compared) {
            let Section { name, items, page, sheet: on_sheet, in_force } = section;
            // A long section is shown whole where that is asked for.
            let whole =
                short.contains(&format!("all={name}#")).then(|| browser.get(&format!("{address}?all={name}")).body);
            let rows = rows(whole.as_ref().unwrap_or(&short));
            let list = items.0.split('/').fold(&chart, |value, key| &value[key]);
            for item in list.as_array().unwrap() {
                let item = if items.1.is_empty() { item } else { &item[items.1] };
                let of = |paths: &[&str]| paths.iter().flat_map(|path| texts(item, path)).collect::<Vec<_>>();
                for wanted in page.iter().map(|paths| of(paths)) {
                    compared[0] += wanted.len();
                    if !rows.iter().any(|row| wanted.iter().all(|text| row.contains(text))) {
                        wrong.push(format!("page {id} {name}: no row has all of {wanted:?}"));
                    }
                }
                let Some(sheet) = sheet.as_ref().filter(|_| in_force.is_empty() || item[in_force] == true) else {
                    continue;
                };
                let wanted = of(on_sheet);
                compared[1] += wanted.len();
                let missing: Vec<_> =
                    wanted.into_iter().filter(|text| !sheet.contains(written(text).as_str())).collect();
                if !missing.is_empty() {
                    wrong.push(format!("sheet {id} {name}: {missing:?}"));
                }
            }
        }
        read_sheets = sheet.is_some();
    }
    if !read_sheets {
        println!("pdftotext is not on this machine: page and JSON were compared, no sheet was read");
    }
    running.stop();
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
    let enough = |[page, sheet]: &[usize; 2]| *page > 20 && (*sheet > 20 || !read_sheets);
    assert!(compared.iter().all(enough), "hardly anything was compared: {compared:?}");
}
