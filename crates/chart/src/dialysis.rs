//! 透析: what a dialysis unit must know before the next session and SS-MIX2 has no field for: days, hours, dry weight, anticoagulant, access,
//! dialyzer, infections, the session before. Looked for by words in the notes, of which what a ward wrote during an outage is one; what is
//! not found is asked for, never none.

use crate::boxes::{BoxEntry, in_notes};
use crate::chart::Chart;
use crate::labs::LabSeries;

/// The terms in the order of a dialysis sheet: a code word, and the words that tell of it.
const TERMS: [(&str, &[&str]); 8] = [
    ("schedule", &["曜日・クール", "クール"]),
    ("hours", &["透析時間", "時間透析"]),
    ("dry_weight", &["ドライウエイト", "ドライウェイト", "DW ", "DW:", "DW："]),
    ("anticoagulant", &["抗凝固", "ヘパリン", "ナファモスタット", "アルガトロバン"]),
    ("access", &["バスキュラーアクセス", "シャント", "グラフト", "長期留置カテーテル"]),
    ("dialyzer", &["ダイアライザ", "ヘモダイアフィルタ"]),
    ("infection", &["感染症", "HBs", "HCV"]),
    ("last_time", &["前回の透析", "透析後"]),
];

/// What is looked at before a session, as laboratories name it.
const VALUES: [&[&str]; 7] = [
    &["K", "カリウム"],
    &["P", "IP", "無機リン"],
    &["Ca", "カルシウム"],
    &["Hb", "HGB", "ヘモグロビン", "血色素量"],
    &["BUN", "UN", "尿素窒素"],
    &["Cr", "CRE", "クレアチニン"],
    &["Alb", "ALB", "アルブミン"],
];

/// True for a patient of whom a diagnosis in force, or a ward's note, tells of dialysis.
pub fn is_dialysis(chart: &Chart) -> bool {
    let named = |text: &str| text.contains("透析");
    chart.problems.iter().any(|item| item.active && (named(item.problem.name.shown()) || named(&item.problem.label)))
        || chart.documents.iter().any(|note| named(&note.kind.text))
}

/// The terms of a patient's dialysis, each word for word with its source, or not told.
pub fn terms(chart: &Chart) -> Vec<BoxEntry> {
    TERMS.into_iter().map(|(code, words)| BoxEntry { code, told: in_notes(chart, None, words) }).collect()
}

/// What a sentence says of a term, without the term's own name before it (`ドライウエイト: 52.0kg`), which stands beside it anyway.
pub fn plain(code: &str, text: &str) -> String {
    let names = TERMS.iter().find(|(term, _)| *term == code).map_or(&[][..], |(_, words)| words);
    let said = names.iter().find_map(|name| text.strip_prefix(name)?.trim_start().strip_prefix([':', '：']));
    said.map_or_else(|| text.to_owned(), |said| said.trim().to_owned())
}

/// The newest results of what is looked at before a session, in the order of a dialysis sheet.
pub fn last_values(chart: &Chart) -> Vec<&LabSeries> {
    let is = |series: &LabSeries, names: &[&str]| {
        let plain = series.name.trim_start_matches("血清").trim();
        names.iter().any(|name| plain.eq_ignore_ascii_case(name))
    };
    VALUES.iter().filter_map(|names| chart.labs.iter().find(|series| is(series, names))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_name_of_a_term_is_not_said_twice_and_nothing_else_is_taken_away() {
        for (code, text, want) in [
            ("dry_weight", "ドライウエイト: 52.0kg", "52.0kg"),
            ("hours", "透析時間：4時間", "4時間"),
            ("dry_weight", "DW 52.0kg、透析後 52.1kg", "DW 52.0kg、透析後 52.1kg"),
            ("anticoagulant", "ヘパリンは使わない", "ヘパリンは使わない"),
        ] {
            assert_eq!(plain(code, text), want, "{text}");
        }
    }
}
