//! PA 予約一覧: who is expected on the coming days, one line each (users.md 12), with what was made, moved and cancelled since the copy ended as
//! far as it had come, and what doctors decided of tests.

use chart::{Moment, When};

use crate::canvas::MM;
use crate::font::{Ink, Weight};
use crate::sheet::{Class, Form, Sheet, Size, Stand, Who};
use crate::table::{BODY, Cell, Row, Table};
use crate::words::{Label, Words};
use crate::{Error, Head, Made, SheetId};

use super::parts;

pub(crate) static FORM: Form = Form {
    code: "PA",
    version: 2,
    class: Class::Reference,
    title: ["予約一覧", "Appointments"],
    size: Size::Upright,
    note: [
        "停止中の予約・変更は、印刷した端末に届いている分だけ。来た人が一覧になくても断らず、受付で書き足す。電話では本人と確かめてから伝える。",
        "Of changes since the copy ended it has what had come to the station that printed it. Nobody is turned away for not being listed: add them. On the phone make sure who it is first.",
    ],
    standing: parts::REFERENCE,
    bare: false,
};

/// Height of a line, so that a pen can add a word.
const ROW: f32 = 7.0 * MM;
const WIDTHS: [f32; 5] = [36.0, 66.0, 118.0, 64.0, 104.0];

/// One line: somebody expected.
#[derive(Clone, Debug, Default)]
pub struct Expected {
    /// For when; a day alone where no time was sent.
    pub at: Option<When>,
    /// The patient's number.
    pub number: String,
    /// Name as shown; initials where it may not be shown.
    pub name: String,
    /// Kana; empty where it may not be shown.
    pub kana: String,
    /// Birth date.
    pub birth: Option<When>,
    /// Department and doctor.
    pub department: String,
    /// What for.
    pub what: String,
    /// Where an inpatient lies; empty for outpatients.
    pub place: String,
}

/// The lines of one day.
#[derive(Clone, Debug)]
pub struct Day {
    /// The day.
    pub day: When,
    /// Who, in the order of time.
    pub rows: Vec<Expected>,
}

/// The pages of some days; `data` is when the newest data was sent.
pub(crate) fn pages(w: &Words, head: &Head, id: &SheetId, days: &[Day], data: Option<Moment>) -> Result<Made, Error> {
    let said = data.map_or_else(|| w.say(NOTHING_YET).to_owned(), |data| w.with(AS_OF, w.aged(data)));
    let mut sheet = Sheet::new(w, head, id, &FORM, Who::default(), Stand { words: said, data });
    let rest = sheet.room() - WIDTHS.iter().sum::<f32>();
    for day in days {
        sheet.ink.at(&day.day.to_string());
        let title = format!("{}{}  {}", day.day, w.in_brackets(weekday(w, day.day)), parts::people(w, day.rows.len()));
        if day.rows.is_empty() {
            sheet.heading(&title, w.say(NOBODY));
            continue;
        }
        let heads = [TIME, NUMBER, NAME, BIRTH, DEPARTMENT].into_iter().zip(WIDTHS);
        let heads = heads.map(|(label, width)| (w.say(label).to_owned(), width));
        let columns = heads.chain([(w.say(WHAT).to_owned(), rest)]).collect();
        let rows = day.rows.iter().map(|one| row(&mut sheet.ink, w, one)).collect();
        sheet.table(&Table { title, columns, rows, grid: true, ..Table::default() });
    }
    sheet.finish()
}

fn row(ink: &mut Ink, w: &Words, one: &Expected) -> Row {
    let time = one.at.filter(|at| at.precision > chart::Precision::Day).map_or_else(String::new, |at| clock(at.start));
    let name = Cell::default().line(ink, &one.name, BODY, Weight::Bold).line(ink, &one.kana, BODY, Weight::Regular);
    let place = if one.place.is_empty() { String::new() } else { w.in_brackets(&w.with(IN_BED, &one.place)) };
    let cells = vec![
        Cell::bold(ink, &time),
        Cell::body(ink, &one.number),
        name,
        Cell::body(ink, &one.birth.map_or_else(String::new, |birth| birth.to_string())),
        Cell::body(ink, &one.department),
        Cell::body(ink, &format!("{}{place}", one.what)),
    ];
    Row { least: ROW, ..Row::new(cells) }
}

/// `09:30`.
fn clock(moment: Moment) -> String {
    let civil = moment.civil();
    format!("{:02}:{:02}", civil.hour, civil.minute)
}

fn weekday(w: &Words, day: When) -> &'static str {
    // 1970-01-01, the day 0 in Japan, was a Thursday.
    const DAYS: [Label; 7] =
        [["木", "Thu"], ["金", "Fri"], ["土", "Sat"], ["日", "Sun"], ["月", "Mon"], ["火", "Tue"], ["水", "Wed"]];
    let days = (day.start.0 + 9 * 3_600_000).div_euclid(86_400_000).rem_euclid(7);
    w.say(DAYS[days as usize])
}

const AS_OF: Label = ["データ時点 {}", "Data as of {}"];
const NOTHING_YET: Label = ["⚠ データはまだ届いていない", "⚠ No data yet"];
const NOBODY: Label =
    ["コピーにこの日の予約はない（ないとは限らない）", "None in this copy for the day, which does not mean none"];
const TIME: Label = ["時刻", "Time"];
const NUMBER: Label = ["患者番号", "Number"];
const NAME: Label = ["氏名", "Name"];
const BIRTH: Label = ["生年月日", "Born"];
const DEPARTMENT: Label = ["診療科・医師", "Department, doctor"];
const WHAT: Label = ["内容", "What"];
const IN_BED: Label = ["入院中 {}", "inpatient {}"];
