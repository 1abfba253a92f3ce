//! A staff list as a hospital has it: CSV from a spreadsheet, in UTF-8 or Shift_JIS, columns named in Japanese or English.

use crate::event::Account;
use crate::home::Problem;
use crate::people::rules;
use crate::role::Role;

/// The names a column may have, lower case: account, name, kana, role, ward.
const COLUMNS: [&[&str]; 5] = [
    &["職員番号", "職員コード", "account", "id"],
    &["氏名", "名前", "name"],
    &["よみ", "フリガナ", "ふりがな", "カナ", "kana"],
    &["職種", "role"],
    &["病棟", "部署", "所属", "ward", "department"],
];

/// Accounts of a list, and a sentence for every line that was left out.
///
/// # Errors
/// When a column that is needed is not there.
pub fn read(bytes: &[u8]) -> Result<(Vec<Account>, Vec<String>), Problem> {
    let text = text(bytes);
    let mut lines = csv::ReaderBuilder::new().flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let heads = lines.headers().map_err(|error| Problem::failed(error.to_string()))?.clone();
    let place = |names: &[&str]| heads.iter().position(|head| names.contains(&head.to_lowercase().as_str()));
    let [account, name, kana, role, ward] = COLUMNS.map(place);
    let (Some(account), Some(name), Some(role)) = (account, name, role) else {
        return Err(Problem::failed(
            "1行目に 職員番号, 氏名, 職種 の列名が要ります（よみ, 病棟 もあれば読みます）。\n\
             The first line must name the columns account, name, role (and kana, ward, if there).",
        ));
    };
    let (mut accounts, mut faults) = (Vec::new(), Vec::new());
    for (at, line) in lines.records().enumerate() {
        let line = line.map_err(|error| Problem::failed(error.to_string()))?;
        let cell = |place: usize| line.get(place).unwrap_or_default();
        let optional = |place: Option<usize>| rules::words(place.map_or("", cell));
        let fault = |why: &str| format!("{} 行目 / line {0}: {why}", at + 2);
        match (rules::account(cell(account)), rules::words(cell(name)), Role::read_of_account(cell(role))) {
            (_, _, Err(why)) => faults.push(fault(&why)),
            (Some(account), name, Ok(role)) if !name.is_empty() => accounts.push(Account {
                account,
                name,
                kana: optional(kana),
                role,
                ward: optional(ward),
                active: true,
                reason: String::new(),
            }),
            _ => faults.push(fault("職員番号か氏名が読めません / account or name not understood")),
        }
    }
    Ok((accounts, faults))
}

/// UTF-8 where it is that, else Shift_JIS as Excel writes it.
fn text(bytes: &[u8]) -> String {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    match std::str::from_utf8(bytes) {
        Ok(text) => text.to_owned(),
        Err(_) => encoding_rs::SHIFT_JIS.decode_without_bom_handling(bytes).0.into_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIST: &str = "職員番号,氏名,フリガナ,職種,病棟\nN001,\"行灯, 花子\",アンドン ハナコ,看護師,3東\n\
                        ,名無し,,看護師,\nD002,架空 太郎,,院長,\n";

    #[test]
    fn a_list_is_read_from_either_encoding_and_bad_lines_are_named() {
        let (shift_jis, _, _) = encoding_rs::SHIFT_JIS.encode(LIST);
        for bytes in [LIST.as_bytes(), format!("\u{feff}{LIST}").as_bytes(), &shift_jis] {
            let (accounts, faults) = read(bytes).unwrap();
            assert_eq!(accounts.len(), 1);
            assert_eq!((accounts[0].account.as_str(), accounts[0].name.as_str()), ("N001", "行灯, 花子"));
            assert_eq!(accounts[0].role, Role::Nurse);
            assert!(faults[0].starts_with("3 行目 / line 3: 職員番号"), "{faults:?}");
            for word in ["4 行目 / line 4: ", "職種「院長」", "看護師、", "\"院長\"", "nurse, "] {
                assert!(faults[1].contains(word), "{word} in {faults:?}");
            }
            assert!(!faults[1].contains("operator"), "who cannot have an account is not offered: {faults:?}");
        }
    }

    #[test]
    fn a_list_without_its_heads_is_refused() {
        assert!(read(b"N001,x,y\n").is_err());
        assert!(read(b"").is_err());
    }
}
