//! `andon ward`: the wards, or one ward by bed; the same lists as the pages.

use super::args::Ward;
use super::{say, say_json, seen};
use crate::freshness::Bar;
use crate::home::{Exit, Home, Problem};
use crate::text::{Lang, Words};
use crate::ward;

/// Prints the wards or a ward; exit 3 when a source is silent, since the list is then old.
///
/// # Errors
/// When the home does not open, or no ward of that name has patients in the copy.
pub fn run(home: &Home, args: &Ward) -> Result<Exit, Problem> {
    if let Some(act) = &args.act {
        return super::ward_write::act(home, act);
    }
    let reader = home.reader()?;
    let now = crate::world::now();
    let (bar, t) = (Bar::now(&reader, now)?, Words::of(Lang::Ja));
    let exit = if bar.red { Exit::Partial } else { Exit::Ok };
    let training = reader.about().training;
    let wards = ward::wards(&reader)?;
    let Some(asked) = &args.ward else {
        if args.json {
            say_json(&serde_json::json!({ "training": training, "now": now, "as_of": bar.newest, "wards": wards }))?;
            return Ok(exit);
        }
        head(training, &bar, t);
        for ward in &wards {
            say(&format!("{:<8} {:>4} 人", ward.ward, ward.patients));
        }
        return Ok(exit);
    };
    let found = named(wards, asked)?;
    let (beds, more) = ward::beds(&reader, &found, now)?;
    seen(home, "wards", &format!("ward:{found}"), "", exit);
    if args.json {
        say_json(&serde_json::json!({
            "training": training, "now": now, "as_of": bar.newest, "ward": found, "beds": beds, "more": more,
        }))?;
        return Ok(exit);
    }
    head(training, &bar, t);
    for bed in &beds {
        say(&line(bed, t));
    }
    if more {
        say("ほかにもいます。 / There are more.");
    }
    Ok(exit)
}

/// The code of the ward that people mean by a name: as sent, or written otherwise (`３病棟` for `03`).
///
/// # Errors
/// When no ward of that name has patients in the copy; the words name those that have.
pub fn named(wards: Vec<ward::WardCount>, asked: &str) -> Result<String, Problem> {
    let key = chart::fold_place(asked);
    let exact = wards.iter().find(|ward| ward.ward == asked);
    if let Some(found) = exact.or_else(|| wards.iter().find(|ward| chart::fold_place(&ward.ward) == key)) {
        return Ok(found.ward.clone());
    }
    let known: Vec<&str> = wards.iter().map(|ward| ward.ward.as_str()).collect();
    let known = known.join(", ");
    Err(Problem::failed(format!(
        "{asked}: この病棟の入院患者はコピーにいません（ある病棟: {known}）。\n\
         {asked}: no inpatient of this ward is in the copy (wards: {known})."
    )))
}

fn head(training: bool, bar: &Bar, t: Words) {
    if training {
        say(&t.text("training-band"));
    }
    say(&bar.words(t));
    say(&t.text("wards-note"));
}

fn line(bed: &ward::BedRow, t: Words) -> String {
    let mark = |mark: &ward::BedMark| match (mark.code, mark.about.as_str()) {
        ("high_risk", class) => format!("[{}]", t.word("risk", class)),
        (code, "") => format!("[{}]", t.word("bed", code)),
        (code, about) => format!("[{}: {about}]", t.word("bed", code)),
    };
    let alike = match bed.alike_in_ward {
        ward::Alike::No => String::new(),
        ward::Alike::Surname => t.text("same-surname"),
        ward::Alike::Name => t.text("same-name"),
    };
    let birth = bed.birth_date.map_or_else(|| "----".to_owned(), |birth| birth.to_string());
    let marks: Vec<String> = bed.marks.iter().map(mark).collect();
    let leaving =
        bed.discharge_planned.map_or_else(String::new, |at| format!("  {} {at}", t.text("discharge-planned")));
    format!(
        "{:<8} {:<12} {}  {}  {birth} {alike} {}{leaving}",
        format!("{}-{}", bed.room, bed.bed),
        bed.id,
        bed.name,
        bed.kana,
        marks.join(" ")
    )
}
