//! What may be said of a stay or an inpatient, and what its fields then say. Pure.

use std::collections::BTreeMap;

use chart::{Moment, Place};

use crate::home::{Problem, one_of, wrong};
use crate::stays::{
    CAUTIONS, DIALYSIS, LEAVES, MEALS, OUTCOMES, SHIFTS, STRIKES, Stay, meal_text, place_text, read_meal, read_place,
};
use crate::text::{narrow, one_line};

/// Fields with what each says.
pub type Values = BTreeMap<String, String>;

/// Characters of a field, of a handover.
const FIELD_MAX: usize = 200;
const TEXT_MAX: usize = 2_000;
/// Characters of a ward, room or bed.
const PLACE_MAX: usize = 20;
/// How far ahead of now something may have happened: what clocks differ by, milliseconds.
const AHEAD_MILLIS: i64 = 10 * 60_000;

/// What was typed for a field; empty for nothing.
fn of<'v>(values: &'v Values, field: &str) -> &'v str {
    values.get(field).map_or("", |value| value.trim())
}

/// The fields that were typed, each one line; those that say nothing are left out.
fn typed(values: &Values, fields: &[&str]) -> Values {
    let line = |field: &&str| ((*field).to_owned(), one_line(of(values, field), FIELD_MAX));
    fields.iter().map(line).filter(|(_, value)| !value.is_empty()).collect()
}

/// Ward, room and bed as typed: figures in half width, nothing else changed, since the copy's are as sent.
pub fn place(ward: &str, room: &str, bed: &str) -> Result<Place, Problem> {
    let part = |text: &str| text.trim().chars().map(narrow).take(PLACE_MAX).collect::<String>().replace('\n', " ");
    let place = Place { ward: part(ward), room: part(room), bed: part(bed), ..Place::default() };
    if place.ward.is_empty() {
        return Err(wrong("病棟を入れてください。", "Give the ward."));
    }
    if place.room.is_empty() && !place.bed.is_empty() {
        return Err(wrong("ベッドだけでなく、病室も入れてください。", "Give the room beside the bed."));
    }
    Ok(place)
}

/// What a `place` field says, looked at again by who writes.
fn placed(values: &Values) -> Result<String, Problem> {
    let told = read_place(values.get("place").map_or("", String::as_str));
    Ok(place_text(&place(&told.ward, &told.room, &told.bed)?))
}

/// It is not ahead of now, and not before what it follows.
pub fn in_time(stay: Option<&Stay>, act: &str, at: Moment, now: Moment) -> Result<(), Problem> {
    if at.0 > now.0 + AHEAD_MILLIS {
        return Err(wrong(
            "これから先の時刻です。起きてから記録してください。",
            "This lies ahead: write it down once it has happened.",
        ));
    }
    let admitted = stay.and_then(|stay| stay.standing().find(|past| past.said.act == "admit").map(|past| past.told.at));
    if admitted.is_some_and(|admitted| at < admitted) && !matches!(act, "correct" | "strike") {
        return Err(wrong(
            "入院より前の時刻です。時刻を確かめてください。",
            "This is before the admission: look at the time again.",
        ));
    }
    Ok(())
}

/// The fields of a stay after an act. `stay` is what stands, as whoever says so saw it; `None` where nothing was said of it yet.
///
/// # Errors
/// It cannot be so.
pub fn stay(act: &str, words: &str, values: &Values, stay: Option<&Stay>) -> Result<Values, Problem> {
    let is_gone = stay.is_some_and(|stay| !stay.is_open());
    if is_gone && !matches!(act, "strike" | "correct") {
        return Err(wrong(
            "この入院は終わっています（退院）。まちがいなら、退院を取り消してください。",
            "This stay is over (discharged). If that is a mistake, strike the discharge.",
        ));
    }
    let mut says = match act {
        "admit" => {
            let mut says = typed(values, &["department", "doctor", "diagnosis", "identified"]);
            says.insert("place".to_owned(), placed(values)?);
            says
        }
        "move" => {
            let mut says = typed(values, &["department", "doctor"]);
            says.insert("place".to_owned(), placed(values)?);
            says
        }
        "leave" => {
            one_of(of(values, "leave"), &LEAVES)?;
            let mut says = typed(values, &["leave", "back_at", "to"]);
            says.entry("back_at".to_owned()).or_default();
            says
        }
        // Of a leave that only the copy tells nothing was said here.
        "back" if stay.is_some_and(|stay| stay.said_of("state") == ["in"]) => {
            return Err(wrong("外出・外泊中ではありません。", "The patient is not on leave."));
        }
        "back" => Values::from([("leave".to_owned(), String::new()), ("back_at".to_owned(), String::new())]),
        "discharge" => {
            one_of(of(values, "outcome"), &OUTCOMES)?;
            let says = typed(values, &["outcome", "to"]);
            if matches!(of(values, "outcome"), "hospital" | "facility" | "other") && !says.contains_key("to") {
                return Err(wrong("行先を入れてください。", "Say where to."));
            }
            says
        }
        "correct" => {
            let says = typed(values, &["department", "doctor", "diagnosis"]);
            if says.is_empty() {
                return Err(wrong("直す内容を入れてください。", "Say what is put right."));
            }
            says
        }
        _ => return struck(words, values, stay),
    };
    let now_is = match act {
        "admit" | "move" | "back" => Some("in"),
        "leave" => Some("leave"),
        "discharge" => Some("discharged"),
        _ => None,
    };
    // Each movement says how the stay then stands: of two that two stations made apart, both are seen.
    says.extend(now_is.map(|state| ("state".to_owned(), state.to_owned())));
    Ok(says)
}

/// What is struck is of this thing, counts still, and why is said.
fn struck(words: &str, values: &Values, stay: Option<&Stay>) -> Result<Values, Problem> {
    if words.trim().is_empty() {
        return Err(wrong("取り消す理由を入れてください。", "Say why it is struck."));
    }
    let hashes = of(values, STRIKES).to_owned();
    let counts = |hash: &str| stay.is_some_and(|stay| stay.standing().any(|past| past.hash.to_string() == hash));
    if hashes.is_empty() || !hashes.split_whitespace().all(counts) {
        return Err(wrong(
            "取り消す記録が見つからないか、もう取り消されています。画面を開き直してください。",
            "What is to be struck is not there, or is struck already: open the page again.",
        ));
    }
    Ok(Values::from([(STRIKES.to_owned(), hashes)]))
}

/// The fields of what is said of an inpatient.
///
/// # Errors
/// It cannot be so.
pub fn note(act: &str, words: &str, values: &Values, note: Option<&Stay>) -> Result<Values, Problem> {
    if note.is_some_and(|note| !note.holds()) && act != "strike" {
        return Err(wrong("もう終わっています。新しく入れてください。", "This is over: write a new one."));
    }
    match act {
        "memo" => {
            one_of(of(values, "shift"), &SHIFTS)?;
            Ok(Values::from([
                ("shift".to_owned(), of(values, "shift").to_owned()),
                ("text".to_owned(), text(values, "申し送りの内容を入れてください。", "Write the handover.")?),
            ]))
        }
        "caution" => {
            one_of(of(values, "caution"), &CAUTIONS)?;
            let mut says = typed(values, &["caution", "text"]);
            if of(values, "caution") == "other" {
                says.insert(
                    "text".to_owned(),
                    text(values, "注意の内容を入れてください。", "Say what to look out for.")?,
                );
            }
            Ok(says)
        }
        "meal" => meal(values),
        "dialysis" => {
            let says = typed(values, &DIALYSIS);
            if says.is_empty() {
                return Err(wrong("分かった条件を入れてください。", "Write what is known."));
            }
            Ok(says)
        }
        "end" if note.is_none() => Err(wrong("終わりにする記録がありません。", "There is nothing to end.")),
        "end" => Ok(Values::from([("ended".to_owned(), "1".to_owned())])),
        _ => struck(words, values, note),
    }
}

fn text(values: &Values, ja: &str, en: &str) -> Result<String, Problem> {
    let text: String = of(values, "text").chars().take(TEXT_MAX).collect();
    if text.is_empty() { Err(wrong(ja, en)) } else { Ok(text) }
}

/// 禁食, or what is eaten, from a meal on and perhaps up to another.
fn meal(values: &Values) -> Result<Values, Problem> {
    let mut says = typed(values, &["diet", "fasting", "text", "from", "to"]);
    let is_meal = |field: &str| says.get(field).map(|text| read_meal(text));
    let (Some(Some(from)), to) = (is_meal("from"), is_meal("to")) else {
        return Err(wrong("いつの食事からかを選んでください。", "Say from which meal on."));
    };
    if to.is_some_and(|to| to.is_none_or(|to| to <= from)) {
        return Err(wrong(
            "再開する食事は、始まりより後にしてください。",
            "The meal at which it ends comes after the one at which it begins.",
        ));
    }
    if !says.contains_key("diet") && !says.contains_key("fasting") {
        return Err(wrong("禁食か、食種を入れてください。", "Say nothing by mouth, or the diet."));
    }
    if says.contains_key("fasting") {
        says.remove("diet");
    }
    Ok(says)
}

/// A meal as a form or a command has it: a day as typed and a word of [`MEALS`], or `2021-11-02 breakfast`; empty for none.
///
/// # Errors
/// It is no meal.
pub fn typed_meal(day: &str, meal: &str, now: Moment) -> Result<String, Problem> {
    let (day, meal) = match day.trim().rsplit_once(' ') {
        Some((day, meal)) => (day, meal),
        None => (day, meal.trim()),
    };
    if meal.is_empty() {
        return Ok(String::new());
    }
    one_of(meal, &MEALS.map(|(code, _)| code))?;
    let day = crate::typed_time::day(day, now)
        .ok_or_else(|| wrong("食事の日として読めません。例 11/2、明日", "Not a day of a meal. Try 2021-11-02"))?;
    Ok(meal_text(&day, meal))
}
