//! What a run prints and what it leaves out. Pure.

use std::collections::BTreeMap;

use chart::{Chart, Moment, PatientId};
use paper::{Bed, Extent};

use super::digest::digest_of;
use crate::event::{MadeSheet, SheetsEvent};

/// A sheet of a run, by its form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Form {
    /// P5 病棟リーダー板
    Board,
    /// 空白時間確認票
    Gaps,
    /// 食数・禁食・アレルギー一覧
    Meals,
    /// 申し送りメモ, where the ward wrote one
    Memo,
    /// P4 患者サマリー
    Summary,
}

impl Form {
    /// Every form of a ward's pack, in the order printed.
    pub const ALL: [Form; 5] = [Form::Board, Form::Gaps, Form::Meals, Form::Memo, Form::Summary];
}

/// Members of a chart's JSON that change with our clock or our numbering alone, or with messages about other patients.
static PASSING: [&str; 12] = [
    "as_of",
    "age",
    "age_minutes",
    "freshness",
    "gap_minutes",
    "gaps",
    "last_received",
    "moment",
    "now",
    "position",
    "received",
    "carried",
];

/// What is told of a summary with it, so that a later run knows whether a new one would say anything new.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Told {
    /// Digest of what was printed: equal as long as a new print would tell a nurse nothing new.
    pub digest: String,
    /// Until when the same messages make the same chart; `None` where that is not told.
    pub until: Option<Moment>,
    /// What every chart stands on beside its messages (`runs::ground`).
    pub ground: String,
}

impl Told {
    /// Of a chart as it is printed for a bed: of the first page alone what stands there, of all pages the whole chart.
    pub fn of(chart: &Chart, extent: Extent, bed: &Bed, ground: &str) -> Told {
        let until = Some(chart.turns.unwrap_or(Moment(i64::MAX)));
        let digest = match extent {
            Extent::FirstPage => digest_of(&(paper::summary_words(chart), bed.words()), &[]),
            Extent::Whole => digest_of(chart, &PASSING),
        };
        Told { digest, until, ground: ground.to_owned() }
    }

    /// As it is kept: digest, moment in milliseconds and ground, with `@` between.
    pub fn text(&self) -> String {
        let Told { digest, until, ground } = self;
        until.map_or_else(|| digest.clone(), |until| format!("{digest}@{}@{ground}", until.0))
    }

    /// Reads [`Told::text`]; a digest alone is one too.
    pub fn read(text: &str) -> Told {
        let mut parts = text.splitn(3, '@').map(str::to_owned);
        let digest = parts.next().unwrap_or_default();
        let until = parts.next().and_then(|millis| millis.parse().ok()).map(Moment);
        Told { digest, until, ground: parts.next().unwrap_or_default() }
    }
}

/// The swap list itself lies in no box.
pub const SWAP_LIST: &str = "PX";

/// A sheet as it lies in a ward's box.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Last {
    /// Its number.
    pub number: String,
    /// Pages.
    pub pages: u32,
    /// Digest of what the chart said; empty for a ward's sheet.
    pub digest: String,
    /// Which entries it shows, in words.
    pub cut: String,
    /// When it was printed.
    pub printed: Moment,
}

/// What lies in a ward's box: of each patient and of the ward itself (an empty number) the sheet of each form that was printed last.
/// Over all runs of the ward that came out, oldest first; what a swap list took out is out.
pub fn in_box(runs: impl Iterator<Item = (Moment, SheetsEvent)>) -> BTreeMap<(PatientId, String), Last> {
    let mut lies = BTreeMap::new();
    for (printed, run) in runs {
        let SheetsEvent::Made { sheets, cut, .. } = run else { continue };
        for sheet in sheets {
            if sheet.form == SWAP_LIST {
                let out: Vec<&str> = sheet.digest.split(' ').collect();
                lies.retain(|_, last: &mut Last| !out.contains(&last.number.as_str()));
                continue;
            }
            let MadeSheet { number, form, authority, id, pages, digest } = sheet;
            let last = Last { number, pages, digest, cut: cut.clone(), printed };
            lies.insert((PatientId { authority, id }, form), last);
        }
    }
    lies
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::Scope;

    #[test]
    fn the_last_print_lies_in_the_box_until_a_swap_list_takes_it_out() {
        let sheet = |number: &str, form: &str, id: &str, digest: &str| MadeSheet {
            number: number.into(),
            form: form.into(),
            authority: String::new(),
            id: id.into(),
            pages: 1,
            digest: digest.into(),
        };
        let run = |at, sheets| {
            let made = SheetsEvent::Made {
                run: 1,
                scope: Scope::House,
                program: String::new(),
                cut: format!("1:{at}"),
                sheets,
            };
            (Moment(at), made)
        };
        let first =
            run(1, vec![sheet("a-1", "P5", "", ""), sheet("a-2", "P4", "1", "x"), sheet("a-3", "P4", "2", "y")]);
        // The second patient has left, the first has something new: the list takes both old sheets out.
        let second = run(
            2,
            vec![sheet("b-1", "P5", "", ""), sheet("b-2", "P4", "1", "z"), sheet("b-3", "PX", "", "a-1 a-2 a-3")],
        );
        let of = |lies: &BTreeMap<(PatientId, String), Last>, id: &str, form: &str| {
            let key = (PatientId { authority: String::new(), id: id.to_owned() }, form.to_owned());
            lies.get(&key).map(|last| (last.number.clone(), last.digest.clone(), last.cut.clone(), last.printed))
        };
        let before = in_box([first.clone()].into_iter());
        assert_eq!(of(&before, "2", "P4"), Some(("a-3".into(), "y".into(), "1:1".into(), Moment(1))));
        let lies = in_box([first, second].into_iter());
        assert_eq!(of(&lies, "1", "P4"), Some(("b-2".into(), "z".into(), "1:2".into(), Moment(2))));
        assert_eq!(of(&lies, "2", "P4"), None, "taken out");
        assert_eq!(of(&lies, "", "P5").map(|last| last.0), Some("b-1".into()));
        assert_eq!(of(&lies, "", "PX"), None);
    }
}
