//! Lines of an order as somebody types them off the paper. Pure.

use crate::event::OrderLine;
use crate::home::{Problem, wrong};
use crate::text::{narrow, one_line};

/// Lines of one order at most: forty drugs are a long list, two sheets of it a mistake.
pub const LINES_MAX: usize = 80;
/// Characters of one part of a line.
const PART_MAX: usize = 120;
/// Parts of a line are parted by one of these.
const PARTED: [char; 4] = ['|', '｜', '\t', '／'];

/// Reads lines `薬名 | 1日量と単位 | 用法 | 日数`; what stands behind the name may be missing. Empty lines are none.
///
/// # Errors
/// A line without a name, with an amount or days that are no number, or too many lines; said by the line's number.
pub fn lines(text: &str) -> Result<Vec<OrderLine>, Problem> {
    let typed = text.lines().map(str::trim).enumerate().filter(|(_, line)| !line.is_empty());
    let lines: Vec<OrderLine> = typed.map(|(at, line)| read(at + 1, line)).collect::<Result<_, _>>()?;
    match lines.len() {
        0 => Err(wrong(
            "薬を一行に一つ書いてください。例: アムロジピン錠5mg | 1錠 | 1日1回朝食後 | 14",
            "Write a drug a line, such as: アムロジピン錠5mg | 1錠 | 1日1回朝食後 | 14",
        )),
        count if count > LINES_MAX => Err(wrong(
            &format!("{count}行あります。一度に{LINES_MAX}行までです。"),
            &format!("{count} lines; at most {LINES_MAX} at once."),
        )),
        _ => Ok(lines),
    }
}

fn read(at: usize, line: &str) -> Result<OrderLine, Problem> {
    let parts: Vec<String> = line.split(PARTED).map(|part| one_line(part.trim(), PART_MAX)).collect();
    let part = |at: usize| parts.get(at).cloned().unwrap_or_default();
    let no = |what: &str, en: &str| Err(wrong(&format!("{at}行目: {what}"), &format!("Line {at}: {en}")));
    if part(0).chars().count() < 2 {
        return no("薬の名前を書いてください。", "write the drug's name.");
    }
    let (daily, unit) = amount(&part(1));
    if daily.is_empty() && !part(1).is_empty() {
        return no(
            "1日量は数字と単位で（例 3錠、1.5g）。",
            "the amount a day is a number with its unit, such as 3錠 or 1.5g.",
        );
    }
    let days: String = part(3).chars().map(narrow).filter(|character| !"日分 ".contains(*character)).collect();
    if !days.is_empty() && days.parse::<u16>().map_or(true, |days| days == 0 || days > 366) {
        return no("日数は1から366までの数字です。", "days are a number from 1 to 366.");
    }
    Ok(OrderLine { drug: part(0), daily, unit, usage: part(2), days })
}

/// A number and what stands behind it; both empty where it begins with none.
fn amount(text: &str) -> (String, String) {
    let text: String = text.trim().trim_start_matches("1日").trim_start_matches("１日").chars().map(narrow).collect();
    let text = text.trim();
    let digits = text.find(|character: char| !(character.is_ascii_digit() || character == '.')).unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    match number.parse::<f64>() {
        Ok(value) if value > 0.0 => (number.to_owned(), unit.trim().to_owned()),
        _ => (String::new(), String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_read_as_it_is_written_by_hand_and_what_is_no_number_is_named_by_its_line() {
        let read = lines("アムロジピン錠5mg｜１日１錠｜1日1回朝食後｜１４日分\n\nカロナール錠500mg").unwrap();
        let [one, two] = read.as_slice() else { panic!("{read:?}") };
        assert_eq!(
            [&one.daily, &one.unit, &one.usage, &one.days].map(String::as_str),
            ["1", "錠", "1日1回朝食後", "14"]
        );
        assert_eq!((two.drug.as_str(), two.daily.as_str(), two.days.as_str()), ("カロナール錠500mg", "", ""));
        assert_eq!(amount("1.5g"), ("1.5".into(), "g".into()));
        for (text, said) in [
            ("", "一行に一つ"),
            ("薬\n", "1行目"),
            ("甲乙 | 適量", "1行目: 1日量"),
            ("\n甲乙 | 1錠 | | 0", "2行目: 日数"),
        ] {
            let words = lines(text).unwrap_err().words;
            assert!(words.contains(said), "{text:?}: {words}");
        }
        assert!(lines(&"甲乙錠\n".repeat(LINES_MAX + 1)).is_err());
    }
}
