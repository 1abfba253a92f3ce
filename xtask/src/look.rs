//! `cargo x look`: pictures of every page, for a person to look at. The pages are those of the page tests
//! (`crates/andon/tests/pages/list.txt`); the browser is driven by `xtask/look.mjs`.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use serde_json::{Value, json};

use crate::runner::{cargo, output, root, run};
use crate::{Chore, Outcome, setup};

/// The chore, as `cargo x` lists it.
pub const CHORE: Chore = Chore {
    name: "look",
    ja: "すべての画面を絵にします（人が見て直すため）
使い方: cargo x look [名前の一部…]
架空の病院の画面を、日本語と英語、100%と200%、いまの Chromium と Chromium 109 で描き、target/look に置きます。
名前の一部を挙げると、その画面だけを描きます（crates/andon/tests/pages/list.txt の左の語）。",
    en: "make pictures of every page, for a person to look at
usage: cargo x look [part of a name…]
Draws the pages of a synthetic hospital in Japanese and English, at 100 % and 200 %, with today's Chromium and with
Chromium 109, into target/look. With parts of names, only those pages (left words of crates/andon/tests/pages/list.txt).",
    run: look,
};

/// Patients of the hospital that is drawn: every special person of drill is among them.
const PATIENTS: &str = "300";

fn look(args: &[String]) -> Outcome {
    setup::prepare(setup::For::Looking)?;
    run(&mut cargo(&["build", "--package", "andon", "--bin", "andon"]))?;
    let out = root().join("target/look");
    let work = out.join("work");
    if work.exists() {
        fs::remove_dir_all(&work).map_err(|error| format!("{}: {error}", work.display()))?;
    }
    fs::create_dir_all(&work).map_err(|error| format!("{}: {error}", work.display()))?;
    let people = hospital(&work)?;
    let list = fs::read_to_string(root().join("crates/andon/tests/pages/list.txt"))
        .map_err(|error| format!("crates/andon/tests/pages/list.txt: {error}"))?;
    let pages: Vec<(String, String)> = pages(&list, &people)?
        .into_iter()
        .filter(|(name, _)| args.is_empty() || args.iter().any(|part| name.contains(part.as_str())))
        .collect();
    let today = setup::chromium().ok_or("chromium: cargo x look installs it where apt offers it")?;
    for (label, browser) in [("chromium", Some(today)), ("chromium-109", None)] {
        let (mut program, link) = serve(&work)?;
        let wish = json!({ "browser": browser, "link": link, "out": out.join(label), "pages": pages });
        let drawn = run(Command::new("node").arg("xtask/look.mjs").arg(wish.to_string()).current_dir(root()));
        let _ = program.kill();
        let _ = program.wait();
        drawn?;
    }
    println!("{} 画面 × 日英 / pages × 2 languages: {}", pages.len(), out.display());
    Ok(())
}

fn andon(work: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(root().join("target/debug/andon"));
    command.args(args).arg("--home").arg(work.join("home"));
    command
}

/// Writes and reads in a hospital; its special people as drill tells them.
fn hospital(work: &Path) -> Outcome<Value> {
    let tree = work.join("hospital").display().to_string();
    let told = output(&mut andon(
        work,
        &["drill", "hospital", "--out", &tree, "--patients", PATIENTS, "--seed", "5", "--stop-at", "now", "--json"],
    ))?;
    output(&mut andon(work, &["init", "--yes", "--training", "--hospital", "見るための町立病院"]))?;
    output(&mut andon(work, &["feed", "--once", &tree]))?;
    let told: Value = serde_json::from_str(&told).map_err(|error| format!("andon drill --json: {error}"))?;
    Ok(told["special_people"].clone())
}

/// The program serving, and the link that opens it once.
fn serve(work: &Path) -> Outcome<(Child, String)> {
    let mut program = andon(work, &["serve", "--port", "0"])
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .spawn()
        .map_err(|error| format!("andon serve: {error}"))?;
    let lines = program.stdout.take().map(|out| BufReader::new(out).lines());
    let link = lines.into_iter().flatten().map_while(Result::ok).find(|line| line.contains("/open/"));
    match link {
        Some(link) => Ok((program, link.trim().to_owned())),
        None => Err("andon serve printed no link: run it by hand to see why".to_owned()),
    }
}

/// Name and address of each page, with the people of the hospital put in.
fn pages(list: &str, people: &Value) -> Outcome<Vec<(String, String)>> {
    let lines = list.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| page(line, people)).collect()
}

fn page(line: &str, people: &Value) -> Outcome<(String, String)> {
    let (name, address) =
        line.split_once(char::is_whitespace).ok_or_else(|| format!("list.txt: {line}: name, address"))?;
    let mut address = address.trim().to_owned();
    while let Some((before, rest)) = address.split_once('{') {
        let (inside, after) = rest.split_once('}').ok_or_else(|| format!("list.txt: {line}: a brace is open"))?;
        let (field, key) = inside.split_once(':').ok_or_else(|| format!("list.txt: {line}: {{field:key}}"))?;
        let all = people.as_array().map(Vec::as_slice).unwrap_or_default();
        let person = all.iter().find(|person| person["key"] == key);
        let value = person.and_then(|person| person[field].as_str());
        let value = value.ok_or_else(|| format!("list.txt: drill has no {field} of {key}"))?;
        address = format!("{before}{}{after}", percent(value));
    }
    Ok((name.to_owned(), address))
}

fn percent(text: &str) -> String {
    let written =
        |byte: u8| if byte.is_ascii_alphanumeric() { char::from(byte).to_string() } else { format!("%{byte:02X}") };
    text.bytes().map(written).collect()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    #[test]
    fn people_are_put_into_addresses_and_unknown_ones_are_named() {
        let people = json!([{ "key": "twins", "id": "0012", "kana": "ア" }]);
        let list = "# remark\nchart /patients/self/{id:twins}\nhits   /?q={kana:twins}&x\n";
        let pages = super::pages(list, &people).unwrap();
        assert_eq!(pages[0], ("chart".to_owned(), "/patients/self/0012".to_owned()));
        assert_eq!(pages[1].1, "/?q=%E3%82%A2&x");
        assert!(super::pages("chart /{id:nobody}", &people).unwrap_err().contains("nobody"));
    }
}
