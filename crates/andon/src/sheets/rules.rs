//! What a run prints and what it leaves out. Pure.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::io::{self, Write};

use chart::{Chart, Moment, PatientId};
use serde::Serialize;
use serde_json::ser::Formatter;
use sha2::{Digest, Sha256};

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
const PASSING: [&str; 12] = [
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

/// What a chart says, as a digest: equal as long as a new print would tell a nurse nothing new.
pub fn digest(chart: &Chart) -> String {
    digest_of(chart)
}

/// The digest of a value's JSON without its passing members. It is hashed as it is written: a tree of it, made to be thrown
/// away, was half of what a ward's pack cost.
fn digest_of(value: &impl Serialize) -> String {
    let state = State::default();
    let mut sink = Sink { digest: Sha256::new(), state: &state };
    // Nothing here can fail: the sink takes all bytes, and a chart has no keys that are not text.
    let _ =
        value.serialize(&mut serde_json::Serializer::with_formatter(&mut sink, Settled { depth: 0, state: &state }));
    sink.digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}

/// What sink and formatter know together.
#[derive(Default)]
struct State {
    /// A member's name being written: whether its value counts is known at its end.
    name: RefCell<Option<Vec<u8>>>,
    /// Depth of the object of whose passing member the value is being left out.
    passing: Cell<Option<usize>>,
}

struct Sink<'s> {
    digest: Sha256,
    state: &'s State,
}

impl Write for Sink<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.state.name.borrow_mut().as_mut() {
            Some(name) => name.extend_from_slice(bytes),
            None if self.state.passing.get().is_none() => self.digest.update(bytes),
            None => {}
        }
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// JSON without the members of [`PASSING`], and without commas between members: quoted names part them.
struct Settled<'s> {
    depth: usize,
    state: &'s State,
}

impl Formatter for Settled<'_> {
    fn begin_object_key<W: ?Sized + Write>(&mut self, _: &mut W, _: bool) -> io::Result<()> {
        self.depth += 1;
        self.state.name.replace(Some(Vec::new()));
        Ok(())
    }

    fn end_object_key<W: ?Sized + Write>(&mut self, writer: &mut W) -> io::Result<()> {
        let name = self.state.name.take().unwrap_or_default();
        let plain = name.strip_prefix(b"\"").and_then(|name| name.strip_suffix(b"\""));
        if self.state.passing.get().is_none()
            && plain.is_some_and(|name| PASSING.iter().any(|it| it.as_bytes() == name))
        {
            self.state.passing.set(Some(self.depth));
        }
        writer.write_all(&name)
    }

    fn end_object_value<W: ?Sized + Write>(&mut self, _: &mut W) -> io::Result<()> {
        if self.state.passing.get() == Some(self.depth) {
            self.state.passing.set(None);
        }
        self.depth -= 1;
        Ok(())
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
    fn only_what_a_nurse_would_read_counts() {
        let chart = |value: &str, received: u64, now: u64| {
            serde_json::json!({
                "as_of": {"now": now, "value": value}, "age": {"days": now}, "gaps": [now, {"labs": now}], "name": "gaps",
                "labs": [{"value": value, "age_minutes": now, "source": {"received": received, "position": 2, "name": "std1"}}],
            })
        };
        let one = digest_of(&chart("3.1", 1, 1));
        assert_eq!(one, digest_of(&chart("3.1", 7, 9)), "clocks and numbering");
        assert_ne!(one, digest_of(&chart("3.2", 1, 1)), "a value");
        // As if what passes had never been there; and a value named like it counts.
        let settled = serde_json::json!({"labs": [{"source": {"name": "std1"}, "value": "3.1"}], "name": "gaps"});
        assert_eq!(one, digest_of(&settled));
        assert_ne!(
            digest_of(&serde_json::json!({"a": "b", "c": 1})),
            digest_of(&serde_json::json!({"a": "bc", "": 1}))
        );
    }

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
