//! `andon hand-in`: お薬手帳 and prescription codes that a patient brought, onto the chart.

use std::io::Read as _;

use serde_json::json;

use super::args::HandIn;
use super::{os_user, say, say_json, seen, write};
use crate::event::Filing;
use crate::home::{Exit, Home, Problem};
use crate::role::Role;
use crate::sheets::codes;

/// Reads the codes, compares whose they are, keeps them; exit 3 when parts of a split code are missing.
///
/// # Errors
/// When they are no such codes, the patient is another, or the store refuses.
pub fn run(home: &Home, args: &HandIn) -> Result<Exit, Problem> {
    let patient = super::meant(home, &args.id, None)?;
    let bytes = bytes(args)?;
    let read = codes::read(&home.reader()?, &patient, &bytes)?;
    if !read.unlike.is_empty() && args.although.trim().is_empty() {
        return Err(Problem::failed(format!(
            "コードの持ち主とカルテの患者が違うようです（{}）。本人に確かめ、それでも入れるなら --although 理由 を付けてください。まだ何も入れていません。\n\
             The code names somebody unlike this patient: ask, and add --although REASON to go on. Nothing was kept.",
            read.unlike.join("、")
        )));
    }
    let filing = Filing {
        title: "お薬手帳・処方箋のコード".to_owned(),
        brought_by: args.brought_by.clone(),
        checked_by: args.checked_by.clone(),
        reason: args.although.clone(),
        ..Filing::default()
    };
    let by = args.by.clone().unwrap_or_else(os_user);
    codes::keep(&patient, &bytes, filing, (&by, Role::Operator.code()), &|wish| write::write(home, wish))?;
    let exit = if read.missing() == 0 { Exit::Ok } else { Exit::Partial };
    seen(home, "hand-in", &format!("{}/{}", patient.authority, patient.id), "", exit);
    let faults: usize = read.sets.iter().map(|set| set.decoded.faults.len()).sum();
    if args.json {
        say_json(
            &json!({"codes": read.sets.len(), "drugs": read.drugs(), "missing_parts": read.missing(), "faults": faults, "unlike": read.unlike}),
        )?;
        return Ok(exit);
    }
    say(&format!(
        "コード {} 件、薬 {} 件をカルテに入れました（足りない分割 {}、解読できない項目 {faults}）。 / {} codes, {} drugs on the chart ({} parts missing, {faults} faults).",
        read.sets.len(),
        read.drugs(),
        read.missing(),
        read.sets.len(),
        read.drugs(),
        read.missing()
    ));
    Ok(exit)
}

/// The files one after the other, or what is typed until the end of input.
fn bytes(args: &HandIn) -> Result<Vec<u8>, Problem> {
    let most = codes::BYTES_MAX as u64;
    let mut bytes = Vec::new();
    for file in &args.files {
        if file.as_os_str() == "-" {
            std::io::stdin().lock().take(most).read_to_end(&mut bytes)?;
        } else {
            std::fs::File::open(file)?.take(most).read_to_end(&mut bytes)?;
        }
        bytes.push(b'\n');
    }
    if bytes.len() > codes::BYTES_MAX {
        return Err(Problem::failed(
            "コードが大きすぎます。分けて入れてください。 / Too much at once: hand it in by parts.",
        ));
    }
    Ok(bytes)
}
