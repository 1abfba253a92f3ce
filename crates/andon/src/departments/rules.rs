//! What may be said at a department desk, and how it is kept. Pure.

use std::collections::BTreeMap;

use chart::{Moment, fold_name};

use crate::desks::rows::{ROWS_MAX, Row, is_row};
use crate::desks::{ANSWERS, CAUSES, DESKS, Entry, QC, SLIP_FIELDS, WAYS, limits};
use crate::event::DepartmentSaid;
use crate::home::{Problem, one_of, wrong};
use crate::ranges::number;
use crate::role::Role;
use crate::text::one_line;

/// Fields with what each says.
pub type Values = BTreeMap<String, String>;

/// Characters of one field; of a list of items more.
const FIELD_MAX: usize = 300;
const ITEMS_MAX: usize = 4_000;

/// Who may take a critical value to a doctor and say that he has it: nobody else, and never a clerk (users.md 23).
pub const CALLERS: [Role; 7] = [
    Role::Technologist,
    Role::Doctor,
    Role::Nurse,
    Role::Midwife,
    Role::Pharmacist,
    Role::Radiographer,
    Role::ClinicalEngineer,
];

/// The profession in which somebody speaks: of an account its own; who has none (the station's operator, a temporary) says his.
///
/// # Errors
/// It is none that may do so.
pub fn caller(role: &str, post: &str) -> Result<Role, Problem> {
    let own = Role::read(role);
    let said = match own {
        Some(Role::Operator | Role::Temporary) | None => Role::read(post),
        own => own,
    };
    said.filter(|role| CALLERS.contains(role)).ok_or_else(|| {
        wrong(
            "パニック値の連絡を記録できるのは、検査技師・医師・看護師など、結果を扱う職種だけです（事務職は閉じられません）。職種を選んでください。",
            "Only those who handle results (technologist, doctor, nurse …) may record that a critical value was told, never a clerk. Say the profession.",
        )
    })
}

/// A person of some name did it: spaces and width make no other person.
pub fn same_person(one: &str, other: &str) -> bool {
    fold_name(one) == fold_name(other)
}

fn kept(values: &Values, fields: &[&str]) -> Values {
    let most = |field: &str| if field == "items" { ITEMS_MAX } else { FIELD_MAX };
    let line = |field: &str, value: &str| match field {
        "items" => value.lines().map(|line| one_line(line.trim(), FIELD_MAX)).collect::<Vec<_>>().join("\n"),
        _ => one_line(value.trim(), FIELD_MAX),
    };
    let own = values.iter().filter(|(field, _)| fields.contains(&field.as_str()));
    own.map(|(field, value)| (field.clone(), line(field, value).chars().take(most(field)).collect())).collect()
}

fn why(words: &str, ja: &str, en: &str) -> Result<(), Problem> {
    if words.trim().is_empty() { Err(wrong(ja, en)) } else { Ok(()) }
}

fn set(values: &mut Values, field: &str, value: &str) {
    values.insert(field.to_owned(), value.to_owned());
}

/// What is said of a slip.
///
/// # Errors
/// It cannot be so.
pub fn slip(said: &DepartmentSaid, stands: Option<&Entry>) -> Result<Values, Problem> {
    let mut values = kept(&said.values, &SLIP_FIELDS);
    values.retain(|field, _| !matches!(field.as_str(), "state" | "struck" | "identified"));
    if stands.is_some_and(Entry::is_over) {
        return Err(wrong(
            "この伝票は取消・引き継ぎ済みです。いまの伝票を開いてください。",
            "This slip was struck, or another goes on with it.",
        ));
    }
    match said.act.as_str() {
        "receive" => {
            one_of(values.get("desk").map_or("", String::as_str), &DESKS)?;
            if said.id.is_empty() && values.get("doubt").is_none_or(|doubt| doubt.is_empty()) {
                return Err(wrong(
                    "だれの伝票か確かめられないときは、「患者がはっきりしない」理由を書いてください。",
                    "Where it is not sure whose slip it is, say why.",
                ));
            }
            set(&mut values, "state", "waiting");
        }
        "done" => set(&mut values, "state", "done"),
        "reopen" => set(&mut values, "state", "waiting"),
        "return" => {
            why(&said.words, "返した理由を書いてください。", "Say why it was sent back.")?;
            set(&mut values, "state", "returned");
        }
        "strike" => {
            why(&said.words, "取り消す理由を書いてください。", "Say why it is struck.")?;
            set(&mut values, "struck", "1");
        }
        _ => values.retain(|field, _| field != "desk"),
    }
    Ok(values)
}

/// The rows of a set as they come: those without a value are none.
///
/// # Errors
/// There are too many, or none.
pub fn rows(values: &Values) -> Result<Vec<Row>, Problem> {
    let rows: Vec<Row> = values.iter().filter(|(field, _)| is_row(field)).map(|(_, line)| Row::read(line)).collect();
    let rows: Vec<Row> = rows.into_iter().filter(|row| !row.is_empty()).collect();
    match rows.len() {
        0 => Err(wrong("結果が1つも入っていません。", "No result was entered.")),
        1..=ROWS_MAX => Ok(rows),
        _ => Err(wrong("1回に入れる結果が多すぎます（60まで）。", "Too many results at once (at most 60).")),
    }
}

/// Fields of a run: reagent lot and 精度管理 are said of each (users.md 23).
///
/// # Errors
/// One of them is missing.
pub fn run(values: &Values) -> Result<(), Problem> {
    let of = |field: &str| values.get(field).map_or("", String::as_str).trim();
    if of("lot").is_empty() {
        return Err(wrong(
            "試薬ロットを入れてください（分からないときは「不明」と書きます）。",
            "Enter the reagent lot (write that it is unknown where it is).",
        ));
    }
    one_of(of("qc"), &QC)
}

/// What is said of a set of results that stands: not its rows, which are judged beside the copy.
///
/// # Errors
/// It cannot be so.
pub fn results(said: &DepartmentSaid, stands: &Entry, by: &str) -> Result<Values, Problem> {
    let mut values = Values::new();
    if stands.is_over() {
        return Err(wrong(
            "この結果は取消・引き継ぎ済みです。いまの結果を開いてください。",
            "These results were struck, or others go on with them.",
        ));
    }
    match said.act.as_str() {
        "confirm" => {
            if stands.is_nobodys() {
                return Err(wrong(
                    "だれの結果か決まってから照合してください。",
                    "Say first whose results these are, then confirm them.",
                ));
            }
            if stands.writers().iter().any(|writer| same_person(writer, by)) {
                return Err(wrong(
                    "入れた本人は照合できません。もう1人が、装置の印字と見くらべてください。",
                    "Who entered them cannot confirm them: a second person compares them with the analyser's printout.",
                ));
            }
            set(&mut values, "confirmed", by);
        }
        "correct" => {
            why(&said.words, "訂正の理由を書いてください。", "Say why it is corrected.")?;
            set(&mut values, "confirmed", "");
        }
        "strike" => {
            why(&said.words, "取り消す理由を書いてください。", "Say why it is struck.")?;
            set(&mut values, "struck", "1");
        }
        _ => return Err(wrong("この操作はありません。", "No such act.")),
    }
    Ok(values)
}

/// What is said of a call-back. It is closed with the doctor's name, what he read back and the time alone, by whom `caller` lets.
///
/// # Errors
/// It cannot be so.
pub fn critical(
    said: &DepartmentSaid,
    stands: &Entry,
    (post, at): (Role, Moment),
    now: Moment,
) -> Result<Values, Problem> {
    let mut values = kept(&said.values, &["doctor", "read_back", "to"]);
    let of = |field: &str, values: &Values| values.get(field).is_some_and(|value| !value.is_empty());
    match said.act.as_str() {
        "close" if stands.said_of("closed").iter().all(|closed| !closed.is_empty()) => {
            return Err(wrong("この連絡はもう済んでいます。", "This call-back is closed already."));
        }
        "close" => {
            if !of("doctor", &values) || !of("read_back", &values) {
                return Err(wrong(
                    "連絡した医師の名前と、復唱された内容（項目と値）を入れてください。",
                    "Enter the doctor's name and what was read back (item and value).",
                ));
            }
            if at > now || at.0 < stands.since().0 - 60_000 {
                return Err(wrong(
                    "連絡した時刻が、結果の前か、これから先になっています。",
                    "The time of the call is before the result, or still to come.",
                ));
            }
            set(&mut values, "closed", "1");
            set(&mut values, "post", post.code());
        }
        "try" if !of("to", &values) => {
            return Err(wrong("だれにかけたかを入れてください。", "Say whom you called."));
        }
        "try" => set(&mut values, "tried_at", &at.to_string()),
        "reopen" => {
            why(&said.words, "開き直す理由を書いてください。", "Say why it is open again.")?;
            set(&mut values, "closed", "");
        }
        _ => return Err(wrong("この操作はありません。", "No such act.")),
    }
    Ok(values)
}

/// What is said of a delivery.
///
/// # Errors
/// It cannot be so.
pub fn delivery(said: &DepartmentSaid) -> Result<Values, Problem> {
    let mut values = kept(&said.values, &["set", "to", "way", "acknowledged_by"]);
    let of = |field: &str, values: &Values| values.get(field).is_some_and(|value| !value.is_empty());
    match said.act.as_str() {
        "deliver" => {
            if !of("to", &values) {
                return Err(wrong(
                    "だれに渡したか（病棟・外来と名前）を入れてください。",
                    "Say to whom (ward or clinic, and name).",
                ));
            }
            one_of(values.get("way").map_or("", String::as_str), &WAYS)?;
        }
        "acknowledge" if !of("acknowledged_by", &values) => {
            return Err(wrong("だれが確認したかを入れてください。", "Say who saw it."));
        }
        "acknowledge" => {}
        _ => {
            why(&said.words, "取り消す理由を書いてください。", "Say why it is struck.")?;
            set(&mut values, "struck", "1");
        }
    }
    Ok(values)
}

/// What is said of a query to a doctor (疑義照会).
///
/// # Errors
/// It cannot be so.
pub fn query(said: &DepartmentSaid) -> Result<Values, Problem> {
    let fields = ["desk", "cause", "what", "doctor", "asked_by", "answer", "answered", "drug", "from"];
    let mut values = kept(&said.values, &fields);
    let of = |field: &str, values: &Values| values.get(field).cloned().unwrap_or_default();
    match said.act.as_str() {
        "ask" => {
            one_of(&of("cause", &values), &CAUSES)?;
            if of("what", &values).is_empty() || of("doctor", &values).is_empty() {
                return Err(wrong(
                    "何を（薬・項目と疑問）、どの医師に聞いたかを入れてください。",
                    "Enter what was asked (drug or item, and the doubt) and which doctor.",
                ));
            }
        }
        "answer" => {
            one_of(&of("answer", &values), &ANSWERS)?;
            if of("answered", &values).is_empty() {
                return Err(wrong("回答の内容を入れてください。", "Enter what was answered."));
            }
        }
        "correct" => why(&said.words, "訂正の理由を書いてください。", "Say why it is corrected.")?,
        _ => {
            why(&said.words, "取り消す理由を書いてください。", "Say why it is struck.")?;
            set(&mut values, "struck", "1");
        }
    }
    Ok(values)
}

/// What is said of the limits of an item. Who answers for results sets them.
///
/// # Errors
/// It cannot be so.
pub fn limit(said: &DepartmentSaid) -> Result<Values, Problem> {
    let mut values = kept(&said.values, &limits::LIMIT_FIELDS);
    let of = |field: &str, values: &Values| values.get(field).cloned().unwrap_or_default();
    if of("name", &values).is_empty() || limits::key(&of("name", &values)) != said.thing {
        return Err(wrong("項目の名前を入れてください。", "Enter the item's name."));
    }
    for field in ["low", "high"] {
        let text: String = of(field, &values).chars().map(crate::text::narrow).collect();
        if !text.is_empty() && number(&text).is_none() {
            return Err(wrong("パニック値の限界は数字で入れてください。", "A critical limit is a number."));
        }
        set(&mut values, field, &text);
    }
    let (low, high) = (number(&of("low", &values)), number(&of("high", &values)));
    if low.zip(high).is_some_and(|(low, high)| low >= high) {
        return Err(wrong("下の限界が上の限界より大きくなっています。", "The lower limit is above the upper."));
    }
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clerk_closes_no_critical_value_by_whatever_he_says_of_himself() {
        assert_eq!(caller("nurse", "").unwrap(), Role::Nurse);
        assert_eq!(caller("operator", "technologist").unwrap(), Role::Technologist);
        assert_eq!(caller("temporary", "医師").unwrap(), Role::Doctor);
        for (role, post) in
            [("clerk", ""), ("clerk", "doctor"), ("operator", ""), ("operator", "clerk"), ("it", "nurse")]
        {
            assert!(caller(role, post).is_err(), "{role} {post}");
        }
    }

    #[test]
    fn a_space_makes_no_second_person() {
        assert!(same_person("検査 太郎", "検査太郎") && !same_person("検査 太郎", "検査 花子"));
    }

    fn said(act: &str, fields: &[(&str, &str)], words: &str) -> DepartmentSaid {
        let values = fields.iter().map(|(field, value)| ((*field).to_owned(), (*value).to_owned())).collect();
        DepartmentSaid { act: act.into(), words: words.into(), values, ..DepartmentSaid::default() }
    }

    #[test]
    fn a_slip_of_nobody_says_why_and_nobody_types_its_state() {
        assert!(slip(&said("receive", &[("desk", "lab")], ""), None).is_err());
        let doubtful = said("receive", &[("desk", "lab"), ("doubt", "ID が読めない"), ("state", "done")], "");
        assert_eq!(slip(&doubtful, None).unwrap()["state"], "waiting");
        assert!(slip(&said("receive", &[("desk", "kitchen"), ("doubt", "x")], ""), None).is_err());
        assert!(slip(&said("return", &[], ""), None).is_err());
        assert_eq!(slip(&said("return", &[], "検体なし"), None).unwrap()["state"], "returned");
    }

    #[test]
    fn limits_are_numbers_in_order() {
        let of = |low: &str, high: &str| {
            let said = said("set", &[("name", "K"), ("low", low), ("high", high)], "");
            limit(&DepartmentSaid { thing: limits::key("K"), ..said })
        };
        assert_eq!(of("２．５", "").unwrap()["low"], "2.5");
        assert!(of("高い", "").is_err() && of("6", "5").is_err() && of("", "6.5").is_ok());
    }

    #[test]
    fn a_run_says_its_lot_and_its_quality_control() {
        let of = |lot: &str, qc: &str| run(&said("type", &[("lot", lot), ("qc", qc)], "").values);
        assert!(of("L1", "ok").is_ok() && of("", "ok").is_err() && of("L1", "").is_err() && of("L1", "fine").is_err());
    }
}
