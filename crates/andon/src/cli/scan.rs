//! `andon scan`: files of a scanner into the store, each page on its chart or waiting for a person.

use std::io::Read;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use store::Reader;

use super::args::Scan;
use super::{os_user, say, say_json, seen, write};
use crate::event::ReadPage;
use crate::home::{Exit, Home, Problem};
use crate::role::Role;
use crate::sheets::{filing::SETTLED, inbox, ledger, reading, suggest, whereabouts};
use crate::text::{Lang, Words};

/// Takes files in; exit 3 when a page waits for a person or a file could not be read.
///
/// # Errors
/// When the home does not open, or the store refuses.
pub fn run(home: &Home, args: &Scan) -> Result<Exit, Problem> {
    if let [scan, page, ..] = args.marks.as_slice() {
        return marks(home, scan, page, args.json);
    }
    let by = args.by.clone().unwrap_or_else(os_user);
    let by = (by.as_str(), Role::Operator.code());
    let reader = home.reader()?;
    let writes = |request: &_| write::write(home, request);
    let before = inbox::settled_before(crate::world::now());
    let late = inbox::catch_up(&reader, &|last| last.at < before, by, &writes)?;
    let (mut pages, mut failed) = (Vec::new(), Vec::new());
    // All is kept before any of it is looked at: what one command brings is one stack, a file a page or not.
    let keep = |file| bytes(file).and_then(|bytes| inbox::keep(&reader, &name(file), &bytes, by, &writes));
    let kept: Vec<(&PathBuf, Result<String, Problem>)> = args.files.iter().map(|file| (file, keep(file))).collect();
    let scans: Vec<String> = kept.iter().filter_map(|(_, scan)| scan.as_ref().ok().cloned()).collect();
    let mut taken = inbox::together(&reader, &scans, by, &writes);
    for (file, scan) in kept {
        let told = scan.and_then(|scan| match taken.get_mut(&scan) {
            // The same file named twice is the same pages once more, and nothing new.
            Some(Ok(told)) => Ok(std::mem::replace(told, inbox::Taken { again: true, ..told.clone() })),
            Some(Err(problem)) => Err(problem.clone()),
            None => Err(Problem::failed(scan)),
        });
        match told {
            Ok(taken) => {
                for page in &taken.pages {
                    pages.push(row(&reader, file, (&taken.scan, taken.again), page)?);
                }
            }
            Err(problem) => failed.push(json!({"file": file.display().to_string(), "problem": problem.words})),
        }
    }
    let waits = pages.iter().filter(|page| page["waits"] == true).count();
    let exit = if waits == 0 && failed.is_empty() { Exit::Ok } else { Exit::Partial };
    seen(home, "scan", "", &format!("{} pages", pages.len()), exit);
    if args.json {
        say_json(&json!({"pages": pages, "failed": failed, "late": late}))?;
    } else {
        tell(&pages, &failed);
    }
    Ok(exit)
}

/// What stands in the boxes of one page, as far as a machine can tell: for a person to look at, and never written down.
fn marks(home: &Home, scan: &str, page: &str, as_json: bool) -> Result<Exit, Problem> {
    let none = || {
        Problem::failed(format!(
            "{scan} {page}: このページはありません。`andon sheets --json` の unfiled か `andon scan … --json` の scan と page を使ってください。\n\
             {scan} {page}: no such page; take scan and page from `andon scan … --json`."
        ))
    };
    let page: u32 = page.parse().map_err(|_| none())?;
    let reader = home.reader()?;
    let pages = ledger::ledger(&reader)?.pages;
    let row = pages.iter().find(|row| row.scan == scan && row.read.page == page).ok_or_else(none)?;
    let about = row.patient().map_or_else(String::new, |(authority, id)| format!("{authority}/{id}"));
    seen(home, "paper", &about, &format!("{scan} {page}"), Exit::Ok);
    let suggested = suggest::suggested(&reader, row)?;
    let suggestions = suggested.as_ref().map_or(&[][..], |suggested| &suggested.boxes);
    if as_json {
        let codes = suggested.as_ref().map_or(0, |suggested| suggested.codes);
        say_json(
            &json!({"scan": scan, "page": page, "sheet": row.read.sheet, "form": row.read.form, "codes": codes, "suggestions": suggestions}),
        )?;
        return Ok(Exit::Ok);
    }
    say("読み取り候補です。紙か画像と見比べてください / suggestions only: compare with the paper");
    for one in suggestions {
        say(&format!("  {} {}: {}", one.label, one.option, one.value.as_deref().unwrap_or("？ 要確認 / look")));
    }
    Ok(Exit::Ok)
}

fn name(file: &Path) -> String {
    file.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// The bytes of a file, one more than is taken so that too large a one is told.
fn bytes(file: &Path) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    let open = std::fs::File::open(file)
        .map_err(|error| Problem::failed(format!("{}: 読めません: {error} / cannot be read", file.display())))?;
    open.take(scan::FILE_BYTES_MAX as u64 + 1).read_to_end(&mut bytes)?;
    Ok(bytes)
}

fn row(reader: &Reader, file: &Path, (scan, again): (&str, bool), page: &ReadPage) -> Result<Value, Problem> {
    let some = |text: &str| (!text.is_empty()).then(|| text.to_owned());
    let settled = SETTLED.contains(&page.reason.as_str());
    let thing = if page.sheet.is_empty() { None } else { whereabouts::thing_of(reader, &page.sheet)? };
    let known = thing.as_deref().map_or(Ok(None), |number| whereabouts::paper(reader, number))?;
    Ok(json!({
        "file": file.display().to_string(),
        "page": page.page,
        "sheet": some(&page.sheet),
        "form": some(&page.form),
        "patient": some(&page.id),
        "reason": some(&page.reason),
        "authority": some(&page.authority),
        "sheet_page": page.sheet_page,
        "sheet_pages": page.sheet_pages,
        "waits": !page.reason.is_empty() && !settled,
        "scan": scan,
        "again": again,
        "batch": page.batch,
        "thing": thing,
        "thing_state": known.map(|(paper, _)| paper.standing().word()),
    }))
}

fn tell(pages: &[Value], failed: &[Value]) {
    let t = Words::of(Lang::Ja);
    let waits: Vec<&Value> = pages.iter().filter(|page| page["waits"] == true).collect();
    say(&format!(
        "{} ページ読み取り、カルテに入れた {}、仕分け待ち {} / {} pages read, {} filed, {} wait for a person",
        pages.len(),
        pages.len() - waits.len(),
        waits.len(),
        pages.len(),
        pages.len() - waits.len(),
        waits.len()
    ));
    for page in waits {
        let reason = page["reason"].as_str().unwrap_or_default();
        let batch = &page["batch"];
        let count = match (reason, batch["said"].as_u64(), batch["found"].as_u64()) {
            ("count_unlike", Some(said), Some(found)) => {
                format!("（送り状 {said}・届いた {found} / {found} of {said}）")
            }
            _ => String::new(),
        };
        let file = page["file"].as_str().unwrap_or_default();
        say(&format!("  ⚠ {file} p.{}: {}{count}", page["page"], t.word("scan", reason)));
    }
    for page in pages.iter().filter(|page| page["thing_state"] == "out") {
        let thing = page["thing"].as_str().unwrap_or_default();
        say(&format!("  ⚠ {thing}: {} / andon whereabouts return {thing}", t.text("where-guide-back")));
    }
    for problem in failed {
        say(&format!("  ✗ {}", problem["problem"].as_str().unwrap_or_default()));
    }
}

/// The child that looks at strangers' bytes: no home is opened.
///
/// # Errors
/// When it cannot give up what it must.
pub fn child(words: &[String]) -> Result<Exit, Problem> {
    if words.first().is_some_and(|word| word == reading::BOXES) {
        return reading::be_child_of_boxes();
    }
    let number = |at: usize| words.get(at).and_then(|word| word.parse().ok());
    reading::be_child(number(0), number(1).unwrap_or(0) as u32)
}
