//! `andon appointments`: who comes on a day, and what is planned of wards; the same lists as the pages.

use chart::When;

use super::args::Appointments;
use super::{say, say_json, seen};
use crate::freshness::Bar;
use crate::home::{Exit, Home, Problem};
use crate::text::{Lang, Words};
use crate::ward::{self, Comer};

/// Prints the days asked for; exit 3 when a source is silent, since plans made since are not in the copy.
///
/// # Errors
/// When the home does not open or the day is none.
pub fn run(home: &Home, args: &Appointments) -> Result<Exit, Problem> {
    let reader = home.reader()?;
    let now = crate::world::now();
    let first = ward::read_day(&args.day, now).ok_or_else(|| {
        let day = &args.day;
        Problem::usage(format!(
            "--day {day}: 日として読めません。例 2026-11-27、R8.11.27、明日\n--day {day}: not a day. Try 2026-11-27"
        ))
    })?;
    let bar = Bar::now(&reader, now)?;
    let mut days = Vec::new();
    for ahead in 0..i64::from(args.days) {
        let day = first.start.plus_days(ahead).day();
        let comers = ward::comers(&reader, day, &args.department)?;
        let (wards, cut) = ward::moves(&reader, day)?;
        let moves: Vec<Comer> = wards.into_iter().flat_map(|ward| ward.rows).collect();
        days.push((day, comers.rows, moves, comers.cut || cut));
    }
    let training = reader.about().training;
    let exit = if bar.red { Exit::Partial } else { Exit::Ok };
    seen(home, "appointments", "", &format!("{first} {}", args.days), exit);
    if args.json {
        let days: Vec<_> = days
            .iter()
            .map(|(day, comers, moves, more)| {
                serde_json::json!({ "day": day, "appointments": comers, "moves": moves, "more": more })
            })
            .collect();
        say_json(&serde_json::json!({ "training": training, "now": now, "as_of": bar.newest, "days": days }))?;
    } else {
        let t = Words::of(Lang::Ja);
        if training {
            say(&t.text("training-band"));
        }
        say(&bar.words(t));
        say(&t.text("appointments-note"));
        for (day, comers, moves, more) in &days {
            print(t, day, comers, moves);
            if *more {
                say(&t.text("list-cut"));
            }
        }
    }
    Ok(exit)
}

fn print(t: Words, day: &When, comers: &[Comer], moves: &[Comer]) {
    for (title, rows) in [("appointments-title", comers), ("admissions-title", moves)] {
        say(&format!("\n■ {} {day}  {}", t.text(title), t.with("people", rows.len())));
        for row in rows {
            let birth = row.birth_date.map_or_else(|| "----".to_owned(), |birth| birth.to_string());
            let phones = row.phones.join(" ");
            say(&format!("{:<12} {}  {}  {birth}  {phones}", row.id, row.name, row.kana));
            for plan in &row.plans {
                let at = plan.at.map_or_else(String::new, |at| at.to_string());
                let department = if plan.department.is_empty() { &plan.department_code } else { &plan.department };
                let what = t.word("appointment", &plan.kind);
                say(&format!("    {at}  {what} {}  {department} {}", plan.text, plan.doctor));
            }
        }
    }
}
