//! What a run prints and what it leaves out. Pure.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::io::{self, Write};

use chart::{Chart, PatientId};
use serde::Serialize;
use serde_json::ser::Formatter;
use sha2::{Digest, Sha256};

use crate::event::SheetsEvent;

/// A sheet of a run, by its form.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
pub enum Form {
    /// P5 病棟リーダー板
    Board,
    /// 空白時間確認票
    Gaps,
    /// 食数・禁食・アレルギー一覧
    Meals,
    /// P4 患者サマリー
    Summary,
}

impl Form {
    /// Every form of a ward's pack, in the order printed.
    pub const ALL: [Form; 4] = [Form::Board, Form::Gaps, Form::Meals, Form::Summary];
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

/// The digest of each patient's sheet as last printed: over all runs of a ward, oldest first.
pub fn printed(runs: impl Iterator<Item = SheetsEvent>) -> BTreeMap<PatientId, String> {
    let sheets = runs.flat_map(|run| match run {
        SheetsEvent::Made { sheets, .. } => sheets,
        SheetsEvent::RunTaken { .. } | SheetsEvent::Boxes(_) => Vec::new(),
    });
    let of_patients = sheets.filter(|sheet| !sheet.digest.is_empty());
    of_patients.map(|sheet| (PatientId { authority: sheet.authority, id: sheet.id }, sheet.digest)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::{MadeSheet, Scope};

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
    fn the_last_print_of_a_patient_counts() {
        let sheet = |id: &str, digest: &str| MadeSheet {
            number: String::new(),
            form: "P4".into(),
            authority: "self".into(),
            id: id.into(),
            pages: 1,
            digest: digest.into(),
        };
        let run = |sheets| SheetsEvent::Made {
            run: 1,
            scope: Scope::House,
            program: String::new(),
            cut: String::new(),
            sheets,
        };
        let runs = [run(vec![sheet("1", "a"), sheet("2", "b"), sheet("", "")]), run(vec![sheet("1", "c")])];
        let printed = printed(runs.into_iter());
        let of = |id: &str| printed.get(&PatientId { authority: "self".into(), id: id.into() }).map(String::as_str);
        assert_eq!((of("1"), of("2"), of("3")), (Some("c"), Some("b"), None));
    }
}
