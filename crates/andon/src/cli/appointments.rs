//! `andon appointments`: who comes on a day, with what was made, moved and cancelled since, and what is planned of wards: the same lists as
//! the pages; and what is said of one appointment.

use chart::When;

use super::args::telephone::{AppointmentAct, Appointments};
use super::telephone::{told, values};
use super::{meant, say, say_json, seen};
use crate::bookings::day::{Comer, DayCounts, comers};
use crate::event::{BookingEvent, BookingSaid};
use crate::freshness::Bar;
use crate::home::{Exit, Home, Problem};
use crate::text::{Lang, Words};
use crate::ward;

/// Prints the days asked for; exit 3 when a source is silent, since plans made since are not in the copy.
///
/// # Errors
/// When the home does not open or the day is none.
pub fn run(home: &Home, args: &Appointments) -> Result<Exit, Problem> {
    if let Some(act) = &args.act {
        return act_on(home, act);
    }
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
        let comers = comers(&reader, day, &args.department)?;
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
                serde_json::json!({
                    "day": day, "counts": DayCounts::of(comers), "appointments": comers, "moves": moves, "more": more
                })
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
                let at = plan.plan.at.map_or_else(String::new, |at| at.to_string());
                let department = plan.department();
                let what = t.word("appointment", &plan.plan.kind);
                let since = match plan.state {
                    "stands" if plan.source == "copy" => String::new(),
                    "stands" => format!("  【{}】", t.text("booking-outage")),
                    "moved" => {
                        let to = plan.other_at.map_or_else(String::new, |at| at.to_string());
                        format!("  【{}】", t.with("booking-moved-to", to))
                    }
                    _ => format!("  【{}】", t.text("booking-cancelled")),
                };
                say(&format!("    {at}  {what} {}  {department} {}{since}", plan.plan.text, plan.plan.doctor));
            }
        }
    }
}

fn act_on(home: &Home, act: &AppointmentAct) -> Result<Exit, Problem> {
    let (said, why) = match act {
        AppointmentAct::Make { id, for_when, with, doctor, what, kind, told_by, why } => {
            let id = meant(home, id, None)?;
            let values = values(&[
                ("at", for_when),
                ("department", with),
                ("doctor", doctor),
                ("what", what),
                ("kind", kind),
                ("told_by", told_by),
            ]);
            let (authority, id) = (id.authority, id.id);
            (BookingSaid { authority, id, act: "make".into(), values, ..BookingSaid::default() }, why)
        }
        AppointmentAct::Move { booking, to, told_by, why } => {
            (of(booking, "move", &[("at", to), ("told_by", told_by)]), why)
        }
        AppointmentAct::Cancel { booking, told_by, why } => (of(booking, "cancel", &[("told_by", told_by)]), why),
        AppointmentAct::Restore { booking, why } => (of(booking, "restore", &[]), why),
        AppointmentAct::Decide { booking, postpone, doctor, passed_on_by, condition, why } => {
            let fields = [
                ("postpone", postpone),
                ("decided_by", doctor),
                ("passed_on_by", passed_on_by),
                ("condition", condition),
            ];
            (of(booking, "decide", &fields), why)
        }
    };
    told(home, BookingEvent::Booking(said), why, false)
}

fn of(booking: &str, act: &str, fields: &[(&str, &String)]) -> BookingSaid {
    let (thing, act, values) = (booking.to_owned(), act.to_owned(), values(fields));
    BookingSaid { thing, act, values, ..BookingSaid::default() }
}
