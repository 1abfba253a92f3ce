//! `andon package`: the papers that are handed to the police, to a panel of experts, to the public.

use std::path::Path;

use serde_json::{Value, json};

use super::args::package::{Common, Give, PackageWords, Publication};
use super::chart::read_time;
use super::print::{by, lang};
use super::{say, say_json, seen, write};
use crate::home::{Exit, Home, Problem};
use crate::package::make::{Made, NAME_CHARS, Order, make};
use crate::package::{Kind, What, files, recorded};
use crate::text::{Lang, Words};
use crate::world;

/// Makes a package, or writes down that one was handed over.
///
/// # Errors
/// It cannot be so, the folder is taken, the store cannot be read, or nobody can write.
pub fn run(home: &Home, asked: &PackageWords) -> Result<Exit, Problem> {
    match asked {
        PackageWords::Police(args) => {
            let (warrants, categories) = (args.warrants.clone(), args.categories.clone());
            let order = Order { warrants, categories, to: args.to.clone(), ..common(Kind::Police, &args.common)? };
            made(home, &args.common, &order)
        }
        PackageWords::Experts(args) => {
            let (pseudonyms, to) = (args.pseudonyms, args.to.clone());
            let order = Order { pseudonyms, to, ..common(Kind::Experts, &args.common)? };
            made(home, &args.common, &order)
        }
        PackageWords::Publication(args) => made(home, &args.common, &publication(args)?),
        PackageWords::Give(args) => give(home, args),
    }
}

fn common(kind: Kind, args: &Common) -> Result<Order, Problem> {
    Ok(Order {
        kind,
        incident: args.incident.clone().unwrap_or_default(),
        until: args.at.as_deref().map(read_time).transpose()?,
        lang: lang(args.english),
        by: by(args.by.as_deref()),
        ..Order::default()
    })
}

/// What is approved is what the draft shows: its time, its incident and its choices, where no others are asked for.
fn publication(args: &Publication) -> Result<Order, Problem> {
    let mut order = Order {
        vendors: args.vendors,
        hide: args.hide.clone(),
        keep: args.keep.clone(),
        approved_by: args.approved_by.trim().to_owned(),
        ..common(Kind::Publication, &args.common)?
    };
    let Some(folder) = &args.draft else { return Ok(order) };
    let said = files::checked(folder)?.said;
    if said["draft"] != true {
        let folder = folder.display();
        return Err(Problem::usage(format!(
            "{folder}: 公表用の下書きではありません。\n{folder}: is no draft of a publication."
        )));
    }
    let text = |name: &str| said[name].as_str().unwrap_or_default().to_owned();
    if order.until.is_none() {
        order.until = Some(read_time(&text("as_of"))?);
    }
    if order.incident.is_empty() {
        order.incident = text("incident");
    }
    order.hide.extend(words(&said["choices"]["hide"]));
    order.keep.extend(words(&said["choices"]["keep"]));
    order.vendors |= said["choices"]["vendors"] == true;
    order.draft = text("content");
    Ok(order)
}

/// The texts of a list.
fn words(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(|word| word.as_str().map(str::to_owned)).collect()
}

fn made(home: &Home, args: &Common, order: &Order) -> Result<Exit, Problem> {
    files::may_write(&args.out)?;
    let reader = home.reader()?;
    let made = reader.steady(|reader| make(reader, order, world::now(), &|wish| write::write(home, wish)))??;
    seen(home, "package", "", &format!("{} {}", order.kind.code(), made.sum), Exit::Ok);
    files::write(&args.out, &made.name, &made.files)?;
    tell(&made, order, args)?;
    Ok(Exit::Ok)
}

fn tell(made: &Made, order: &Order, args: &Common) -> Result<(), Problem> {
    if args.json {
        let tables: Vec<Value> =
            made.tables.iter().map(|table| json!({"table": table.code, "rows": table.rows.len()})).collect();
        // The place without the word: what a patient is called stands in no list of ours.
        let doubts: Vec<Value> =
            made.doubts.iter().map(|of| json!({"place": of.place.trim(), "why": of.why})).collect();
        return say_json(&json!({
            "package": order.kind.code(), "name": made.name, "out": args.out.display().to_string(), "sum": made.sum,
            "content": made.content, "draft": made.draft, "incident": made.incident, "as_of": made.until, "tables": tables,
            "hidden": made.counts, "doubtful": doubts, "sheets": made.sheets, "line": made.line, "warrants": order.warrants,
        }));
    }
    let [ja, en] = [Lang::Ja, Lang::En].map(Words::of);
    let kind = order.kind.code();
    let out = args.out.display();
    say(&format!("{out}: {} / {}", ja.word("package-kind", kind), en.word("package-kind", kind)));
    for table in &made.tables {
        say(&format!("  {} {}", table.title, table.rows.len()));
    }
    for (code, count) in &made.counts {
        say(&format!("  {}: {count}", ja.word("package-why", code)));
    }
    for doubt in &made.doubts {
        say(&format!("  ⚠ {} {}", doubt.place.trim(), ja.word("package-doubt", doubt.why)));
    }
    say(&format!("  manifest.sha256 {}", made.sum));
    if made.draft {
        say(&format!(
            "下書きです。for-approval.csv を見て、よければ: andon package publication --draft {out} --approved-by 氏名 --out 新しいフォルダー\n\
             A draft: look at for-approval.csv, then approve it with --draft {out} --approved-by NAME --out NEW."
        ));
    }
    match &made.line {
        Some(line) => say(&format!("クロノロ {line} に記録しました。 / Recorded on line {line} of the chronology.")),
        None if made.draft => {}
        None => say(&format!(
            "渡したら: andon package give {out} --to 相手 / When it is handed over: andon package give {out} --to WHOM"
        )),
    }
    Ok(())
}

fn give(home: &Home, args: &Give) -> Result<Exit, Problem> {
    let (package, incident) = package(&args.folder)?;
    if args.to.trim().is_empty() || args.to.chars().count() > NAME_CHARS {
        return Err(Problem::usage(
            "渡した相手を100文字までで書いてください（--to）。 / Say to whom, in at most 100 characters (--to).",
        ));
    }
    let by = by(args.by.as_deref());
    let text = package.in_words(false, Words::of(Lang::Ja));
    let line = recorded::said(&package, &incident, (args.to.trim(), text), &by, world::now(), &|wish| {
        write::write(home, wish)
    })?;
    match args.json {
        true => {
            say_json(&json!({"package": package.kind.code(), "sum": package.sum, "to": args.to.trim(), "line": line}))?
        }
        false => say(&format!("クロノロ {line} に記録しました。 / Recorded on line {line} of the chronology.")),
    }
    Ok(Exit::Ok)
}

/// A package as its folder says it, and of which incident.
fn package(folder: &Path) -> Result<(recorded::Handed, String), Problem> {
    let files::Package { sum, said } = files::checked(folder)?;
    let text = |name: &str| said[name].as_str().unwrap_or_default().to_owned();
    let shown = folder.display();
    let Some(kind) = Kind::read(&text("package")) else {
        return Err(Problem::usage(format!(
            "{shown}: `andon package` が作ったものではありません。\n{shown}: was not made by `andon package`."
        )));
    };
    if said["draft"] == true {
        return Err(Problem::usage(format!(
            "{shown}: 下書きは渡せません。承認してから渡してください（--approved-by）。\n{shown}: a draft is not handed over: have it approved first (--approved-by)."
        )));
    }
    let hidden = |what: What| said["hidden"][what.code()].as_u64().unwrap_or_default() as usize;
    let package = recorded::Handed {
        kind,
        name: text("name"),
        sum,
        sheets: words(&said["sheets"]),
        patients: hidden(What::Patient) + hidden(What::Family),
        warrants: words(&said["warrants"]),
    };
    Ok((package, text("incident")))
}
