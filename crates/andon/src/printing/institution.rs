//! Where the hospital is and its numbers, as the forms of the law say them (様式第二号, 退院証明書, 診療情報提供書): said once, then printed.

use paper::Institution;
use store::Reader;

use super::runs_events;
use crate::event::{InstitutionSaid, PRINTING_ITEM, RunsEvent};
use crate::home::Problem;
use crate::text::narrow;

/// Characters of an address at most: two lines of its box.
const ADDRESS_MOST: usize = 60;
/// Characters of a telephone number at most.
const PHONE_MOST: usize = 20;

/// What was said, with digits made narrow and spaces off; else why it cannot be so: a word of `institution-no`.
///
/// # Errors
/// The word: `address` (too long, or several lines), `phone`, `prefecture` (01 to 47), `table` (1 or 3), `code` (seven digits).
pub fn read(said: InstitutionSaid) -> Result<InstitutionSaid, &'static str> {
    let number = |text: &str| text.trim().chars().map(narrow).collect::<String>();
    let said = InstitutionSaid {
        address: said.address.trim().to_owned(),
        phone: number(&said.phone),
        prefecture: number(&said.prefecture),
        table: number(&said.table),
        code: number(&said.code).replace(['-', ',', '.'], ""),
    };
    let digits = |text: &str, count: usize| text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    let of = |text: &str, good: bool, no: &'static str| if text.is_empty() || good { Ok(()) } else { Err(no) };
    let plain = said.address.chars().count() <= ADDRESS_MOST && !said.address.chars().any(char::is_control);
    of(&said.address, plain, "address")?;
    let dialled = |character: char| character.is_ascii_digit() || "-() +".contains(character);
    let phone = said.phone.len() <= PHONE_MOST && said.phone.chars().all(dialled);
    of(&said.phone, phone && said.phone.bytes().any(|byte| byte.is_ascii_digit()), "phone")?;
    let prefecture = said.prefecture.parse().is_ok_and(|number: u32| (1..=47).contains(&number));
    of(&said.prefecture, prefecture && digits(&said.prefecture, 2), "prefecture")?;
    of(&said.table, ["1", "3"].contains(&said.table.as_str()), "table")?;
    of(&said.code, digits(&said.code, 7), "code")?;
    Ok(said)
}

/// What was said last, and when by whom; nothing where nobody said anything.
///
/// # Errors
/// When the store cannot be read.
pub fn told(reader: &Reader) -> Result<(Institution, String), Problem> {
    let said = runs_events(reader, PRINTING_ITEM)?.into_iter().rev().find_map(|(at, by, event)| match event {
        RunsEvent::Institution(said) => Some((said, format!("{at} {by}"))),
        _ => None,
    });
    let (InstitutionSaid { address, phone, prefecture, table, code }, by) = said.unwrap_or_default();
    Ok((Institution { address, phone, prefecture, table, code }, by))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_made_narrow_and_what_no_form_takes_is_refused() {
        let of = |[address, phone, prefecture, table, code]: [&str; 5]| {
            let [address, phone, prefecture, table, code] =
                [address, phone, prefecture, table, code].map(str::to_owned);
            read(InstitutionSaid { address, phone, prefecture, table, code })
        };
        let good = of([" 美灯町1-2 ", "０８８３－５２－１２３４", "３６", "1", "12,3456,7"]).unwrap();
        let fields = [&good.address, &good.phone, &good.prefecture, &good.table, &good.code];
        assert_eq!(fields, ["美灯町1-2", "0883-52-1234", "36", "1", "1234567"]);
        assert_eq!(of([""; 5]).unwrap(), InstitutionSaid::default());
        for (no, said) in [
            ("address", [&"町".repeat(61), "", "", "", ""]),
            ("address", ["一行\n二行", "", "", "", ""]),
            ("phone", ["", "内線", "", "", ""]),
            ("phone", ["", "--", "", "", ""]),
            ("prefecture", ["", "", "48", "", ""]),
            ("prefecture", ["", "", "6", "", ""]),
            ("table", ["", "", "", "2", ""]),
            ("code", ["", "", "", "", "123456"]),
        ] {
            assert_eq!(of(said).unwrap_err(), no);
        }
    }
}
