//! Rows of a sheet of the chronology as somebody typed them into a table: TSV or CSV, columns named in Japanese or English. Pure.

use chart::Moment;

use crate::event::{CATEGORIES, LineSaid, MEANS, ROW_STATES, RowSaid};
use crate::home::Problem;
use crate::text::{Lang, Words};
use crate::typed_time::on_day;

/// Bytes of a table: a sheet has seventeen rows.
pub const TABLE_BYTES_MAX: usize = 256 << 10;
/// Rows of a table.
const TABLE_ROWS_MAX: usize = 100;

/// The names a column may have, lower case.
const COLUMNS: [&[&str]; 12] = [
    &["行", "№", "no", "row", "line"],
    &["時刻", "time", "at"],
    &["発", "発信", "from"],
    &["受", "受信", "to"],
    &["手段", "means"],
    &["内容", "text", "what"],
    &["分類", "区分", "category"],
    &["対応", "task"],
    &["期限", "due"],
    &["記録者", "writer"],
    &["状態", "state"],
    &["理由", "words", "why"],
];

/// What the states of a row are called in a table; an empty one is of a row that was written on.
const STATES: [[&str; 2]; 3] = [["記入", "written"], ["空欄", "blank"], ["抹消", "struck"]];

/// A row to be entered: what is said of it, its line, when it happened.
pub type Row = (RowSaid, LineSaid, Moment);

/// Rows of a table, and a sentence for each that cannot be read.
///
/// # Errors
/// It is no table, too long, or a column that is needed is not there.
pub fn read(bytes: &[u8], sheet: &str, day: &str, now: Moment) -> Result<(Vec<Row>, Vec<String>), Problem> {
    let bytes = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let text = std::str::from_utf8(bytes).ok().filter(|_| bytes.len() <= TABLE_BYTES_MAX).ok_or_else(|| {
        Problem::usage(
            "表は UTF-8 の TSV か CSV で、256 KB までです。 / A table is TSV or CSV in UTF-8, at most 256 KB.",
        )
    })?;
    let tabs = text.lines().next().is_some_and(|head| head.contains('\t'));
    let delimiter = if tabs { b'\t' } else { b',' };
    let mut table =
        csv::ReaderBuilder::new().delimiter(delimiter).flexible(true).trim(csv::Trim::All).from_reader(text.as_bytes());
    let broken = |error: csv::Error| Problem::usage(error.to_string());
    let heads = table.headers().map_err(broken)?.clone();
    let place = |names: &[&str]| heads.iter().position(|head| names.contains(&head.to_lowercase().as_str()));
    let places = COLUMNS.map(place);
    if [places[0], places[1], places[5]].contains(&None) {
        return Err(Problem::usage(
            "1行目に 行・時刻・内容 の列名が要ります（発・受・手段・分類・対応・期限・記録者・状態・理由 もあれば読みます）。\n\
             The first line must name the columns row, time, text (and from, to, means, category, task, due, writer, state, words, if there).",
        ));
    }
    let (mut rows, mut faults) = (Vec::new(), Vec::new());
    for (at, record) in table.records().take(TABLE_ROWS_MAX).enumerate() {
        let record = record.map_err(broken)?;
        let cells = places.map(|place| place.and_then(|place| record.get(place)).unwrap_or_default().to_owned());
        match row(cells, sheet, day, now) {
            Ok(row) if rows.iter().any(|(known, ..): &Row| known.row == row.0.row) => {
                faults.push(format!("{} 行目 / line {0}: {} が2回あります / is there twice", at + 2, row.0.row));
            }
            Ok(row) => rows.push(row),
            Err(why) => faults.push(format!("{} 行目 / line {0}: {why}", at + 2)),
        }
    }
    Ok((rows, faults))
}

fn row(cells: [String; 12], sheet: &str, day: &str, now: Moment) -> Result<Row, String> {
    let [row, time, from, to, means, text, category, task, due, writer, state, words] = cells;
    let row: u32 = row.parse().map_err(|_| "行の番号がありません / no number of a row".to_owned())?;
    let lower = state.to_lowercase();
    let known = STATES.iter().position(|names| names.contains(&lower.as_str()));
    let state = match (state.is_empty(), known) {
        (true, _) => ROW_STATES[0],
        (false, Some(at)) => ROW_STATES[at],
        (false, None) => {
            return Err(format!("{state}: 記入・空欄・抹消 のどれかにしてください / written, blank or struck"));
        }
    };
    let written = state == ROW_STATES[0];
    let at = on_day(day, &time, now).or((!written && time.is_empty()).then_some(now));
    let at = at.ok_or_else(|| {
        format!("{time}: 時刻として読めません（--day 10/31 と 0030、または 10/31 00:30） / not a time: --day 10/31 and 0030, or 10/31 00:30")
    })?;
    let category = if category.is_empty() && written {
        CATEGORIES[0].to_owned()
    } else {
        code("command-category", &CATEGORIES, category)
    };
    let means = code("command-means", &MEANS, means);
    let row = RowSaid { sheet: sheet.to_owned(), row, state: state.to_owned(), writer, words, ..RowSaid::default() };
    Ok((row, LineSaid { from, to, means, text, category, task, due, ..LineSaid::default() }, at))
}

/// The code of a word as it stands on paper; what is none stays as it is, and is refused by who writes.
fn code(prefix: &str, codes: &[&str], said: String) -> String {
    let t = Words::of(Lang::Ja);
    codes.iter().find(|code| t.word(prefix, code) == said).map_or(said, |code| (*code).to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 2021-10-31 00:35 in Japan.
    const NOW: Moment = Moment(1_635_608_100_000);

    #[test]
    fn a_table_is_read_with_tabs_or_commas_and_words_as_they_stand_on_paper() {
        let tabs = "行\t時刻\t発\t受\t手段\t内容\t分類\t状態\t理由\n1\t0020\t3病棟\t本部\t電話\t紙が足りない\t依頼\t\t\n2\t\t\t\t\t\t\t空欄\t斜線\n";
        let commas = tabs.replace('\t', ",");
        for table in [tabs, &commas, &format!("\u{feff}{tabs}")] {
            let (rows, faults) = read(table.as_bytes(), "2B7301-1-1", "10/31", NOW).unwrap();
            assert!(faults.is_empty(), "{faults:?}");
            let [(first, line, at), (second, nothing, _)] = &rows[..] else { panic!("{rows:?}") };
            assert_eq!((first.row, first.state.as_str(), at.to_string().as_str()), (1, "written", "2021-10-31 00:20"));
            assert_eq!((line.means.as_str(), line.category.as_str(), line.to.as_str()), ("phone", "request", "本部"));
            assert_eq!((second.state.as_str(), second.words.as_str(), nothing.text.as_str()), ("blank", "斜線", ""));
        }
    }

    #[test]
    fn what_cannot_be_read_is_said_by_its_line() {
        let table = "row,time,text,state\n1,00:20,a,\n1,00:21,b,\nx,00:22,c,\n3,25:00,d,\n4,,e,\n5,00:20,f,torn\n";
        let (rows, faults) = read(table.as_bytes(), "S", "10/31", NOW).unwrap();
        assert_eq!((rows.len(), faults.len()), (1, 5), "{faults:?}");
        for (fault, line) in faults.iter().zip([3, 4, 5, 6, 7]) {
            assert!(fault.starts_with(&format!("{line} ")), "{fault}");
        }
        assert!(read(b"time,text\n", "S", "", NOW).is_err(), "without numbers of rows");
        assert!(read(b"\xff\xfe", "S", "", NOW).is_err());
    }
}
