//! Codes as they stand on paper, written by us: nobody in them exists. And the account of promise 2 for them.
#![allow(dead_code)] // each test file uses its part

use formats::jahis::Decoded;

/// A notebook of two dispensings, with every record of the format but 911.
pub const NOTEBOOK: &[&str] = &[
    "JAHISTC08,1",
    "1,灯 結,2,S330303,475-0000,愛知県半田市灯町１の２,0569-00-0001,090-0000-0001,O+,48.5,アカリ ユイ",
    "2,1,ペニシリン系抗菌薬,1",
    "2,2,ロキソプロフェンで蕁麻疹,2",
    "2,3,胃潰瘍,1",
    "2,9,嚥下に注意,1",
    "3,灯かぜ薬,20261101,20261105,2,1,4900000000012",
    "31,1,アセトアミノフェン,2,620000099,2",
    "4,夜中に起きることが多い,20261102,2",
    "5,20261103,1",
    "11,灯薬局,23,4,0000001,475-0001,愛知県半田市灯町３,0569-00-0003,1",
    "15,薬師 一,0569-00-0004,1",
    "51,海辺診療所,23,1,0000002,1",
    "55,医師 二郎,循環器内科,1",
    "201,1,アムロジピン錠５ｍｇ「灯」,1,錠,4,2171022F2ZZ9,1,【般】アムロジピン錠５ｍｇ,2,2171022F2ZZZ",
    "281,1,一包化,1",
    "291,1,グレープフルーツを避ける,1",
    "201,1,ワルファリンＫ錠１ｍｇ「灯」,2.5,錠,2,620000001,1,,,",
    "301,1,１日１回朝食後,28,日分,1,2,1011000400000000,1",
    "311,1,透析日も服用,1",
    "391,1,出血に注意,1",
    "201,2,センノシド錠１２ｍｇ「灯」,2,錠,6,100000001,1,,,",
    "301,2,便秘時,10,回分,3,1,,1",
    "201,3,灯軟膏,20,ｇ,3,2600000M1ZZ9,1,,,",
    "301,3,１日２回塗布,1,調剤,5,1,,1",
    "401,ほかの薬は相談してください,1",
    "411,粉砕して渡した,31,1",
    "421,残薬は五錠,1",
    "501,次は四週後,1",
    "601,昼に眠くなった,20261104",
    "5,R081001,1",
    "11,灯薬局,23,4,0000001,,,,1",
    "51,山手病院,23,1,0000003,1",
    "55,医師 三郎,内科,1",
    "201,1,アジスロマイシン錠２５０ｍｇ「灯」,2,錠,1,,1,,,",
    "301,1,１日１回,3,日分,1,1,,1",
    "701,薬師 一,灯薬局,0569-00-0003,20250401,,1",
];

/// A prescription with every record that is told.
pub const PRESCRIPTION: &[&str] = &[
    "JAHIS10",
    "1,1,0000002,23,海辺診療所",
    "2,475-0002,愛知県半田市海町１",
    "3,0569-00-0005,0569-00-0006,",
    "4,2,01,内科",
    "5,D002,ｲｼ ｼﾞﾛｳ,医師 二郎",
    "11,0000456,灯 守,ｱｶﾘ ﾏﾓﾙ",
    "12,1",
    "13,3350606",
    "14,1",
    "21,2",
    "22,138057",
    "23,半,１２３,2,05",
    "24,30,70",
    "27,51000001,7000001",
    "51,5081105",
    "52,20261109",
    "62,2",
    "64,3",
    "81,1,1,朝の分だけ一包化",
    "82,1,1234567890123456",
    "101,1,1,,14",
    "111,1,2,1013044400000000,１日３回朝昼夕食後,3",
    "181,1,1,3,奇数日,,",
    "201,1,1,1,7,1124000F1ZZZ,【般】ジアゼパム錠２ｍｇ,3,1,錠",
    "241,1,1,1,3",
    "281,1,1,1,3,後発品変更不可,",
    "201,1,2,1,4,2149000F1ZZ9,灯散１０％,90,2,ｍｇ",
    "211,1,2,0.01",
    "221,1,2,40,30,20,,,V140.NNNN,,,,",
    "231,1,2,1,,,",
    "101,2,3,,1",
    "111,2,1,,１日２回　塗布,",
    "181,2,1,9,左膝,,42L",
    "201,2,1,3,1,,灯クリーム,50,1,ｇ",
    "101,3,2,,5",
    "111,3,1,,疼痛時,",
    "201,3,1,1,6,100000001,灯頓服錠,1,1,錠",
];

pub fn text(lines: &[&str], end: &str) -> String {
    lines.iter().map(|line| format!("{line}{end}")).collect()
}

/// As it stands in the code; every letter of our samples is in Shift_JIS.
pub fn shift_jis(text: &str) -> Vec<u8> {
    let (bytes, _, lost) = encoding_rs::SHIFT_JIS.encode(text);
    assert!(!lost, "a sample with letters that Shift_JIS lacks");
    bytes.into_owned()
}

pub fn json(told: &impl serde::Serialize) -> String {
    serde_json::to_string(told).unwrap_or_default().replace("\\n", " ").replace("\\\"", "\"").replace("\\\\", "\\")
}

pub fn codes(decoded: &Decoded) -> Vec<&str> {
    decoded.faults.iter().map(|fault| fault.code).collect()
}

/// Signs that say how others are read, by their place: 作成者 and kinds of codes are told by words or not at all.
fn structure(record: &str, field: usize, tc: bool) -> bool {
    let places: &[(&str, &[usize])] = if tc {
        &[("1", &[2]), ("301", &[5]), ("411", &[2]), ("911", &[1, 2, 3])]
    } else {
        &[("12", &[1]), ("81", &[1]), ("181", &[2]), ("281", &[3]), ("201", &[2])]
    };
    places.iter().any(|(number, fields)| *number == record && fields.contains(&field))
}

/// Names the first value that is told nowhere. Divides in its own way: lines, then commas.
pub fn account(text: &str, decoded: &Decoded) -> Result<(), String> {
    let told = json(&(&decoded.bodies, &decoded.faults));
    // Codes and numbers are told in half width.
    let narrow =
        |c: char| if ('！'..='～').contains(&c) { char::from_u32(c as u32 - 0xFEE0).unwrap_or(c) } else { c };
    let bare = |text: &str| text.chars().filter(|c| !matches!(c, ' ' | '\u{3000}')).map(narrow).collect::<String>();
    let squeezed = bare(&told);
    let lines = text.split(|c: char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}'));
    for line in lines.map(str::trim).filter(|line| !line.is_empty()).skip(1) {
        // A full-width comma is a letter, unless it divides the record number too.
        let typed = line.split(',').next().is_some_and(|first| first.trim().contains(['，', '、']));
        let divides = |c: char| c == ',' || (typed && matches!(c, '，' | '、'));
        let fields: Vec<&str> = line.split(divides).map(str::trim).collect();
        for (at, field) in fields.iter().enumerate().skip(1).filter(|(_, field)| !field.is_empty()) {
            // One digit of a sort, a kind or an author may be told by a word.
            let sort = field.len() == 1 && field.bytes().all(|b| b.is_ascii_digit());
            let value = bare(&json(field));
            let value = value.trim_matches('"');
            // An era's digit with no day, or no month, is read as its first.
            let whole = match field.chars().count() {
                3 => format!("{field}0101"),
                5 if field.chars().all(char::is_numeric) => format!("{field}01"),
                _ => (*field).to_owned(),
            };
            let date = || chart::parse_birth(&whole).is_some_and(|(from, _)| told.contains(&from.iso()[..4]));
            let tc = decoded.kind == formats::jahis::Kind::Notebook;
            // A name is told in its two halves.
            let halves = || field.split([' ', '\u{3000}']).all(|half| squeezed.contains(&bare(half)));
            if !(sort || squeezed.contains(value) || halves() || date() || structure(fields[0], at, tc)) {
                return Err(format!("{}-{at} {field:?} is told nowhere", fields[0]));
            }
        }
    }
    Ok(())
}
