//! What may be said of appointments, lists, rows and calls, and what it comes to. Pure.

use std::collections::BTreeMap;

use chart::{Moment, When};

use crate::bookings::day::PlanRow;
use crate::bookings::{
    BOOKING_FIELDS, CALL_FIELDS, LIST_FIELDS, Matter, OUTCOMES, POSTPONE, REASONS, RELATIONS, ROW_FIELDS, typed_at,
};
use crate::home::{Problem, one_of, wrong};
use crate::role::Role;
use crate::text::one_line;
use crate::typed_time::due;

/// Characters of a field, and of a script or a reason.
const SHORT_MAX: usize = 200;
const LONG_MAX: usize = 1_000;

/// Fields of an event.
pub type Values = BTreeMap<String, String>;

fn of<'v>(values: &'v Values, field: &str) -> &'v str {
    values.get(field).map_or("", |value| value.trim())
}

/// One of a list; where nothing was chosen, words that name no code.
fn chosen(values: &Values, field: &str, list: &[&str], (ja, en): (&str, &str)) -> Result<(), Problem> {
    match of(values, field) {
        "" => Err(wrong(ja, en)),
        word => one_of(word, list),
    }
}

/// Fields as they are kept: known ones, on one line each but a script, not too long.
///
/// # Errors
/// A field is none of these, or too long.
pub fn kept(values: &Values, fields: &[&str]) -> Result<Values, Problem> {
    let mut kept = Values::new();
    for (field, value) in values {
        one_of(field, fields)?;
        if value.chars().count() > LONG_MAX {
            return Err(wrong(
                &format!("長すぎます（{LONG_MAX}文字まで）。短くしてください。"),
                &format!("Too long (at most {LONG_MAX} characters): shorten it."),
            ));
        }
        let lines = matches!(field.as_str(), "script" | "booking");
        kept.insert(field.clone(), if lines { value.trim().to_owned() } else { one_line(value, LONG_MAX) });
    }
    Ok(kept)
}

fn at_of(values: &mut Values, field: &str, now: Moment) -> Result<(), Problem> {
    let typed = of(values, field).to_owned();
    let Some(at) = typed_at(&typed, now) else {
        let typed = one_line(&typed, 40);
        return Err(wrong(
            &format!("{typed}: 予約の日時として読めません。例 11/20 1000、2021-11-20（日だけでも）"),
            &format!("{typed}: not a day or time. Try 11/20 1000 or 2021-11-20"),
        ));
    };
    if crate::bookings::read_at(&at).is_some_and(|when| when.end() <= now) {
        return Err(wrong(
            &format!("{at}: もう過ぎた日時です。これからの日時を入れてください。"),
            &format!("{at} is past: give a time to come."),
        ));
    }
    values.insert(field.to_owned(), at);
    Ok(())
}

fn told_by(values: &Values, words: &str) -> Result<(), Problem> {
    if of(values, "told_by").is_empty() && words.trim().is_empty() {
        return Err(wrong(
            "だれから聞いたか（本人・家族・医師など）を書いてください。",
            "Say by whom it was told (the patient, family, a doctor).",
        ));
    }
    Ok(())
}

/// What is said of an appointment, as it is kept, by somebody of this role; `stands` is how it stood, `None` for a new one. What is first
/// said of a plan of the copy says too what the copy said, so that it is understood where the copy is not. `now` is when it was said: by
/// paper that is entered later, the time on the paper.
///
/// # Errors
/// It cannot be so.
pub fn booking(
    (act, words, values): (&str, &str, &Values),
    stands: Option<&PlanRow>,
    (role, is_first): (&str, bool),
    now: Moment,
) -> Result<Values, Problem> {
    let mut values = kept(values, &BOOKING_FIELDS)?;
    match (act, stands) {
        ("make", None) => {
            at_of(&mut values, "at", now)?;
            if of(&values, "department").is_empty() {
                return Err(wrong("診療科を選んでください。", "Choose a department."));
            }
            told_by(&values, words)?;
        }
        ("move", Some(row)) => {
            at_of(&mut values, "at", now)?;
            told_by(&values, words)?;
            let was = row.plan.at.map_or_else(String::new, |at| at.to_string());
            // Of two times that were said apart either may be the right one.
            if was == of(&values, "at") && !row.doubtful {
                return Err(wrong("同じ日時です。変える日時を入れてください。", "That is its time already."));
            }
            values.insert("was_at".into(), was);
            values.insert("cancelled".into(), String::new());
        }
        ("cancel", Some(_)) => {
            told_by(&values, words)?;
            values.insert("cancelled".into(), "1".into());
        }
        ("restore", Some(_)) => drop(values.insert("cancelled".into(), String::new())),
        ("decide", Some(row)) => {
            decided(&values, row, role)?;
            // What is said without a condition takes an earlier one away.
            values.entry("condition".to_owned()).or_default();
        }
        _ => return Err(wrong("この予約にはできません。画面を開き直してください。", "Not of this appointment.")),
    }
    if let Some(row) = stands.filter(|_| is_first) {
        let at = row.plan.at.map_or_else(String::new, |at| at.to_string());
        let said = [
            ("at", at),
            ("department", row.department().to_owned()),
            ("doctor", row.plan.doctor.clone()),
            ("what", row.plan.text.clone()),
            ("kind", row.plan.kind.clone()),
        ];
        for (field, value) in said {
            values.entry(field.to_owned()).or_insert(value);
        }
    }
    Ok(values)
}

/// A doctor decides. Whoever else writes it down says which doctor and who passed it on.
fn decided(values: &Values, row: &PlanRow, role: &str) -> Result<(), Problem> {
    if !row.is_test() {
        return Err(wrong("検査の予定ではありません。", "No test is planned in it."));
    }
    chosen(
        values,
        "postpone",
        &POSTPONE,
        ("延期できるかどうかを選んでください。", "Choose whether it can be postponed."),
    )?;
    if of(values, "decided_by").is_empty() {
        return Err(wrong("決めた医師の名前を書いてください。", "Name the doctor who decided."));
    }
    if role != Role::Doctor.code() && of(values, "passed_on_by").is_empty() {
        return Err(wrong(
            "医師の判断をだれから聞いたかを書いてください（医師から直接聞いたときは「医師本人」）。",
            "Say who passed the doctor's decision on (the doctor herself, a nurse).",
        ));
    }
    if of(values, "postpone") == "condition" && of(values, "condition").is_empty() {
        return Err(wrong("条件を書いてください（例 2週間以内なら延期できる）。", "Say on which condition."));
    }
    Ok(())
}

/// What is said of a list, as it is kept.
///
/// # Errors
/// It cannot be so.
pub fn list(act: &str, words: &str, values: &Values) -> Result<Values, Problem> {
    let mut values = kept(values, &LIST_FIELDS)?;
    match act {
        "make" if of(&values, "title").is_empty() || of(&values, "reason").is_empty() => {
            return Err(wrong(
                "リストの名前と、電話する理由を書いてください。",
                "Name the list, and say why people are called.",
            ));
        }
        "close" if words.trim().is_empty() => {
            return Err(wrong("終える理由を書いてください。", "Say why it is over."));
        }
        "close" => drop(values.insert("closed".into(), "1".into())),
        "reopen" => drop(values.insert("closed".into(), String::new())),
        _ => {}
    }
    Ok(values)
}

/// Minutes after which a row that somebody took may be taken by another: longer than a talk.
const TAKEN_MINUTES: i64 = 15;

/// What is said of a row, as it is kept.
///
/// # Errors
/// It cannot be so.
pub fn row(
    (act, words, values): (&str, &str, &Values),
    row: &Matter,
    (by, again): (&str, bool),
    now: Moment,
) -> Result<Values, Problem> {
    let mut values = kept(values, &ROW_FIELDS)?;
    match act {
        "take" => {
            may_take(row, by, again, now)?;
            values = Values::from([("taken".to_owned(), by.to_owned())]);
        }
        "release" => values = Values::from([("taken".to_owned(), String::new())]),
        "result" => {
            chosen(&values, "outcome", &OUTCOMES, ("結果を選んでください。", "Choose what came of it."))?;
            if of(&values, "outcome") == "moved" {
                at_of(&mut values, "moved_to", now)?;
            } else {
                values.insert("moved_to".into(), String::new());
            }
            let (changes, on_paper) =
                (matches!(of(&values, "outcome"), "moved" | "cancelled"), values.contains_key("paper"));
            if changes && !on_paper && of(&values, "spoke_with").is_empty() && words.trim().is_empty() {
                return Err(wrong(
                    "予約を変えるときは、だれと話したか（本人・家族など）を書いてください。",
                    "Where an appointment changes, say with whom you spoke (the patient, family).",
                ));
            }
            if !on_paper || !row.value("taken").is_empty() {
                values.insert("taken".into(), String::new());
            }
        }
        "blank" => {}
        _ => return Err(wrong("この行にはできません。画面を開き直してください。", "Not of this row.")),
    }
    Ok(values)
}

/// Somebody took it longer ago than a talk lasts and left it so: another may ring.
pub fn is_left(row: &Matter, now: Moment) -> bool {
    row.row_state() == "taken" && taken_minutes(row, now) >= TAKEN_MINUTES
}

fn taken_minutes(row: &Matter, now: Moment) -> i64 {
    row.taken_since().map_or(0, |told| told.at.minutes_until(now))
}

fn may_take(row: &Matter, by: &str, again: bool, now: Moment) -> Result<(), Problem> {
    let (taken, minutes) = (row.value("taken"), taken_minutes(row, now));
    if !again && !taken.is_empty() && taken != by && minutes < TAKEN_MINUTES {
        let who = one_line(taken, SHORT_MAX);
        return Err(wrong(
            &format!("{who} が {minutes} 分前から電話中です。同じ人に二度かけないように、次の行へ進んでください。"),
            &format!(
                "{who} has been ringing for {minutes} minutes: go on to the next row, so that nobody is rung twice."
            ),
        ));
    }
    if !again && row.row_state() == "done" {
        return Err(wrong(
            "この人にはもう連絡がつきました。もう一度かけるときは「もう一度かける」を選んでください。",
            "This patient was reached already. To ring once more, choose \"ring again\".",
        ));
    }
    Ok(())
}

/// What is said of a call, as it is kept.
///
/// # Errors
/// It cannot be so.
pub fn call((act, words, values): (&str, &str, &Values), has_patient: bool, now: Moment) -> Result<Values, Problem> {
    let mut values = kept(values, &CALL_FIELDS)?;
    if !of(&values, "back_at").is_empty() {
        let typed = of(&values, "back_at").to_owned();
        let at = due(&typed, now).ok_or_else(|| {
            let typed = one_line(&typed, 40);
            wrong(
                &format!("{typed}: 折り返しの期限として読めません。例 1700、11/02 0900"),
                &format!("{typed}: not a time to call back by. Try 1700"),
            )
        })?;
        values.insert("back_at".into(), at.to_string());
    }
    match act {
        "note" => {
            one_of(of(&values, "reason"), &REASONS)?;
            if has_patient || !of(&values, "relation").is_empty() {
                let words = (
                    "かけてきた人（本人・家族・施設など）を選んでください。",
                    "Say who rang: the patient, family, a facility.",
                );
                chosen(&values, "relation", &RELATIONS, words)?;
            }
            if !has_patient && of(&values, "caller").is_empty() {
                return Err(wrong("電話をかけてきた人の名前を書いてください。", "Say who rang."));
            }
            let asked = !of(&values, "back_at").is_empty() || !of(&values, "back_by").is_empty();
            if asked && (of(&values, "back_by").is_empty() || of(&values, "back_at").is_empty()) {
                return Err(wrong(
                    "折り返しは、だれが・いつまでに、の両方を書いてください。",
                    "Of a call back say both who rings and by when.",
                ));
            }
        }
        "done" => {
            if words.trim().is_empty() {
                return Err(wrong("どうなったかを書いてください。", "Say what came of it."));
            }
            values.insert("done".into(), "1".into());
        }
        _ => {}
    }
    Ok(values)
}

/// Which words the telephone says of an acceptance rule: the state of the service, and where nothing is known of it `unknown`.
pub fn script(state: Option<&str>) -> &'static str {
    match state {
        Some("running") => "running",
        Some("limited") => "limited",
        Some("stopped") => "stopped",
        _ => "unknown",
    }
}

/// The days of a cohort, both included, at most a year.
///
/// # Errors
/// One is no day, or the last is before the first.
pub fn days((from, to): (&str, &str), now: Moment) -> Result<Vec<When>, Problem> {
    const DAYS_MAX: i64 = 366;
    let read = |typed: &str| {
        crate::typed_time::day(typed, now).ok_or_else(|| {
            let typed = one_line(typed, 40);
            wrong(&format!("{typed}: 日として読めません。例 2021-11-20、明日"), &format!("{typed}: not a day"))
        })
    };
    let first = read(from)?;
    let last = if to.trim().is_empty() { first } else { read(to)? };
    let count = (last.start.0 - first.start.0) / 86_400_000 + 1;
    if !(1..=DAYS_MAX).contains(&count) {
        return Err(wrong(
            "終わりの日は、始まりの日からあとの一年以内にしてください。",
            "The last day is within a year after the first.",
        ));
    }
    Ok((0..count).map(|ahead| first.start.plus_days(ahead).day()).collect())
}

/// Headings of the column of a CSV in which patients' numbers stand.
const NUMBER_HEADS: [&str; 7] = ["患者番号", "患者id", "患者ID", "id", "ID", "番号", "patient"];

/// Numbers out of what was typed or a CSV: the column that its heading names, else the first field of each line. A heading is a first line
/// without a digit; a blank line says nothing. What is no number stays among them, so that whoever gave it is told.
pub fn numbers(text: &str) -> Vec<String> {
    let bare = |field: &str| field.trim().trim_matches(['"', '\u{feff}', '\'']).trim().to_owned();
    let fields = |line: &str| line.split([',', '\t', ';', '，', '、']).map(bare).collect::<Vec<String>>();
    let has_digit = |line: &&str| line.chars().any(|c| crate::text::narrow(c).is_ascii_digit());
    let mut lines = text.lines().filter(|line| !bare(line).is_empty()).peekable();
    let heading = lines.next_if(|line| !has_digit(line)).map(fields).unwrap_or_default();
    let column = heading.iter().position(|head| NUMBER_HEADS.contains(&head.as_str())).unwrap_or(0);
    lines.map(|line| fields(line).get(column).cloned().unwrap_or_else(|| bare(line))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_out_of_a_csv_with_a_heading_and_without() {
        assert_eq!(numbers("患者番号,氏名\r\n0001,甲\n\n\"0002\",乙\n０００３\n"), ["0001", "0002", "０００３"]);
        assert!(numbers("\u{feff}氏名\n").is_empty());
        assert_eq!(numbers("no,id,name\n1,0007,甲\n2,0008,乙\n"), ["0007", "0008"]);
        assert_eq!(numbers("0001\n乙\n"), ["0001", "乙"], "who is no number is told, not left out");
    }

    #[test]
    fn a_cohort_has_the_days_from_the_first_to_the_last() {
        let now = When::parse("20211101090000").unwrap().start;
        let iso = |from, to| days((from, to), now).map(|days| days.iter().map(When::iso).collect::<Vec<_>>());
        assert_eq!(iso("2021-11-30", "2021-12-01").unwrap(), ["2021-11-30", "2021-12-01"]);
        assert_eq!(iso("明日", "").unwrap(), ["2021-11-02"]);
        for (from, to) in [("2021-12-01", "2021-11-30"), ("いつか", ""), ("2021-01-01", "2023-01-01")] {
            assert!(iso(from, to).is_err(), "{from} {to}");
        }
    }

    fn said(pairs: &[(&str, &str)]) -> Values {
        pairs.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn an_appointment_lies_ahead_of_when_it_was_made() {
        let now = When::parse("20211101090000").unwrap().start;
        let make = |at: &str, now| {
            let values = said(&[("at", at), ("department", "内科"), ("told_by", "本人")]);
            booking(("make", "", &values), None, ("clerk", false), now)
        };
        for (at, good) in [
            ("2021-11-01", true),
            ("2021-11-01 0900", true),
            ("2021-11-01 0859", false),
            ("2021-10-31", false),
            ("2021-11-02 1000", true),
        ] {
            assert_eq!(make(at, now).is_ok(), good, "{at}");
        }
        assert!(make("2021-10-31", now.plus_days(-3)).is_ok(), "paper that is entered later");
    }

    #[test]
    fn whoever_is_no_doctor_says_who_passed_the_decision_on() {
        let now = When::parse("20211101090000").unwrap().start;
        let plan = chart::Plan { kind: "lab".into(), ..chart::Plan::default() };
        let id = chart::PatientId { authority: "self".into(), id: "001".into() };
        let row = PlanRow::of(&store::Planned { id, person: store::PersonRow::default(), plan });
        let decide = |role: &str, more: &[(&str, &str)]| {
            let values = said(&[&[("postpone", "can"), ("decided_by", "佐藤医師")], more].concat());
            booking(("decide", "", &values), Some(&row), (role, true), now)
        };
        assert!(decide("clerk", &[]).is_err());
        assert!(decide("clerk", &[("passed_on_by", "外来看護師 甲")]).is_ok());
        assert_eq!(decide("doctor", &[]).unwrap()["condition"], "", "an earlier condition no longer counts");
    }

    #[test]
    fn a_call_about_a_patient_says_who_rang() {
        let now = When::parse("20211101090000").unwrap().start;
        let note = |pairs: &[(&str, &str)]| call(("note", "", &said(pairs)), true, now).is_ok();
        assert!(!note(&[("reason", "ask")]) && !note(&[("reason", "ask"), ("relation", "friend")]));
        assert!(note(&[("reason", "ask"), ("relation", "family")]));
    }

    #[test]
    fn a_call_back_has_who_and_by_when_or_neither() {
        let now = When::parse("20211101090000").unwrap().start;
        for (pairs, good) in [
            (&[("reason", "ask"), ("caller", "娘")][..], true),
            (&[("reason", "ask")], false),
            (&[("reason", "なぜ"), ("caller", "娘")], false),
            (&[("reason", "ask"), ("caller", "娘"), ("back_by", "看護師")], false),
            (&[("reason", "ask"), ("caller", "娘"), ("back_by", "看護師"), ("back_at", "1700")], true),
            (&[("reason", "ask"), ("caller", "娘"), ("back_by", "看護師"), ("back_at", "夕方")], false),
        ] {
            assert_eq!(call(("note", "", &said(pairs)), false, now).is_ok(), good, "{pairs:?}");
        }
        let kept = call(
            ("note", "", &said(&[("reason", "ask"), ("caller", "娘"), ("back_by", "甲"), ("back_at", "1700")])),
            false,
            now,
        );
        assert_eq!(kept.unwrap()["back_at"], "2021-11-01 17:00");
    }
}
