//! What is said of printing: where printers are, what is printed when, what became of a run handed to a printer, a ward's memo.

use serde::{Deserialize, Serialize};

use super::sheets::run_number_item;

/// A schedule: what is printed every day, when, on which printer.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Plan {
    /// Its name.
    pub plan: String,
    /// What: words of [`PLANNED`], parted by commas.
    pub what: String,
    /// Wards, parted by commas; empty for all.
    pub wards: String,
    /// Days ahead of which appointments are listed.
    pub days: u32,
    /// Leave out patients of whom there is nothing new since the ward's last run.
    pub changed: bool,
    /// Time of day, `HH:MM`, of this station's clock in Japan; or [`AT_STOP`].
    pub at: String,
    /// Name of the printer.
    pub printer: String,
    /// False: no longer.
    pub on: bool,
}

impl Plan {
    /// Whether it prints when something is down, and not by the clock.
    pub fn is_at_stop(&self) -> bool {
        self.at == AT_STOP
    }
}

/// Instead of a time of day: once in each incident, as soon as downtime charts are used or a stop is declared (users.md 15).
pub const AT_STOP: &str = "stop";

/// What a plan can print; `orders` are ward packs with orders and profile of each patient, `gate` what is held back of a source: at once
/// when the gate speaks, and at the plan's time as long as it is.
pub const PLANNED: [&str; 6] = ["wards", "orders", "appointments", "packets", "cards", GATE_NOTICES];
/// The word of [`PLANNED`] for notices of the gate.
pub const GATE_NOTICES: &str = "gate";

/// Where a run stands that was handed to a printer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    /// The printer has it.
    Sent,
    /// It came out, as far as the printer tells.
    Printed,
    /// The printer stands still, and may go on: out of paper, a jam.
    Stuck,
    /// It did not come out; what the run numbered is void.
    Failed,
}

const JOB_STATES: [(JobState, &str); 4] = [
    (JobState::Sent, "sent"),
    (JobState::Printed, "printed"),
    (JobState::Stuck, "stuck"),
    (JobState::Failed, "failed"),
];

impl JobState {
    /// Its word in stored events.
    pub fn word(self) -> &'static str {
        JOB_STATES.iter().find(|(state, _)| *state == self).map_or("", |(_, word)| word)
    }

    fn read(word: &str) -> Option<JobState> {
        JOB_STATES.iter().find(|(_, known)| *known == word).map(|(state, _)| *state)
    }
}

/// What became of a run that was handed to a printer, or why there was none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Job {
    /// The run; 0 where the printer was not ready, so that no number was taken.
    pub run: u64,
    /// How every sheet number of the run begins; empty with run 0.
    pub prefix: String,
    /// The printer's name.
    pub printer: String,
    /// The plan's name; empty when a person asked for it.
    pub plan: String,
    /// Where it stands.
    pub state: JobState,
    /// Pages.
    pub pages: u32,
    /// Why, in a stable word and the printer's own words.
    pub words: String,
}

/// How a kind of label is printed at this site; what is empty is as usual.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LabelSaid {
    /// The kind: `L1`, `L2`, `L3`.
    pub kind: String,
    /// The sheet, as `paper::Stock::read` reads it.
    pub stock: String,
    /// The one-dimensional code: `none`, `code128`, `nw7`.
    pub bars: String,
    /// How many digits the analyser expects.
    pub digits: String,
    /// First and last 検体番号 that the analyser accepts.
    pub range: [String; 2],
}

/// Where the hospital is and its numbers, as the forms of the law say them; what is empty leaves room for a stamp.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct InstitutionSaid {
    /// 所在地.
    pub address: String,
    /// 電話番号.
    pub phone: String,
    /// 都道府県番号, two digits.
    pub prefecture: String,
    /// 点数表番号, one digit.
    pub table: String,
    /// 医療機関コード, seven digits.
    pub code: String,
}

/// An event about printing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RunsEvent {
    /// 25: a printer, by its name; the last word on a name stands.
    Printer {
        /// Its name.
        name: String,
        /// Where it is: `ipp://…`, `folder:…`, `stick:…`.
        place: String,
        /// False: no longer.
        on: bool,
    },
    /// 26: a schedule; the last word on a name stands.
    Plan(Plan),
    /// 27: what became of a run handed to a printer.
    Job(Job),
    /// 28: the memo of a ward, for its next pack; empty when it is done with.
    Memo {
        /// The ward.
        ward: String,
        /// The words.
        text: String,
    },
    /// 65: how a kind of label is printed here; the last word on a kind stands.
    Label(LabelSaid),
    /// 81: where the hospital is and its numbers; the last word stands.
    Institution(InstitutionSaid),
}

const PRINTER: u16 = 25;
const PLAN: u16 = 26;
const JOB: u16 = 27;
const MEMO: u16 = 28;
const LABEL: u16 = 65;
const INSTITUTION: u16 = 81;

/// The item of everything said of printers and plans.
pub const PRINTING_ITEM: &str = "printing";
/// The item of every run handed to a printer.
pub const JOBS_ITEM: &str = "print-jobs";

/// The item of a ward's memo.
pub fn memo_item(ward: &str) -> String {
    format!("ward-memo:{ward}")
}

fn flag(on: bool) -> String {
    if on { "1" } else { "" }.to_owned()
}

impl RunsEvent {
    /// Reads version 1 of a kind; `None` when it is of another kind, or not in its form.
    pub(super) fn read(kind: u16, texts: &[&str]) -> Option<RunsEvent> {
        let owned = |text: &&str| (*text).to_owned();
        match (kind, texts) {
            (PRINTER, [name, place, on]) => {
                Some(RunsEvent::Printer { name: owned(name), place: owned(place), on: *on == "1" })
            }
            (PLAN, [plan, what, wards, days, changed, at, printer, on]) => {
                let [plan, what, wards, at, printer] = [plan, what, wards, at, printer].map(owned);
                let (days, changed, on) = (days.parse().ok()?, *changed == "1", *on == "1");
                Some(RunsEvent::Plan(Plan { plan, what, wards, days, changed, at, printer, on }))
            }
            (JOB, [run, prefix, printer, plan, state, pages, words]) => {
                let [prefix, printer, plan, words] = [prefix, printer, plan, words].map(owned);
                let (run, pages) = (run.parse().ok()?, pages.parse().ok()?);
                let state = JobState::read(state)?;
                Some(RunsEvent::Job(Job { run, prefix, printer, plan, state, pages, words }))
            }
            (LABEL, [kind, stock, bars, digits, from, to]) => {
                let [kind, stock, bars, digits, from, to] = [kind, stock, bars, digits, from, to].map(owned);
                Some(RunsEvent::Label(LabelSaid { kind, stock, bars, digits, range: [from, to] }))
            }
            (INSTITUTION, [address, phone, prefecture, table, code]) => {
                let [address, phone, prefecture, table, code] = [address, phone, prefecture, table, code].map(owned);
                Some(RunsEvent::Institution(InstitutionSaid { address, phone, prefecture, table, code }))
            }
            (MEMO, [ward, text]) => Some(RunsEvent::Memo { ward: owned(ward), text: owned(text) }),
            _ => None,
        }
    }

    /// Kind and fields of version 1.
    pub(super) fn fields(&self) -> (u16, Vec<String>) {
        match self.clone() {
            RunsEvent::Printer { name, place, on } => (PRINTER, vec![name, place, flag(on)]),
            RunsEvent::Plan(Plan { plan, what, wards, days, changed, at, printer, on }) => {
                (PLAN, vec![plan, what, wards, days.to_string(), flag(changed), at, printer, flag(on)])
            }
            RunsEvent::Job(Job { run, prefix, printer, plan, state, pages, words }) => {
                let (run, pages) = (run.to_string(), pages.to_string());
                (JOB, vec![run, prefix, printer, plan, state.word().to_owned(), pages, words])
            }
            RunsEvent::Memo { ward, text } => (MEMO, vec![ward, text]),
            RunsEvent::Label(LabelSaid { kind, stock, bars, digits, range: [from, to] }) => {
                (LABEL, vec![kind, stock, bars, digits, from, to])
            }
            RunsEvent::Institution(InstitutionSaid { address, phone, prefecture, table, code }) => {
                (INSTITUTION, vec![address, phone, prefecture, table, code])
            }
        }
    }

    /// What it is about.
    pub(super) fn items(&self) -> Vec<String> {
        match self {
            RunsEvent::Printer { .. } | RunsEvent::Plan(_) | RunsEvent::Label(_) | RunsEvent::Institution(_) => {
                vec![PRINTING_ITEM.to_owned()]
            }
            RunsEvent::Job(job) if job.prefix.is_empty() => vec![JOBS_ITEM.to_owned()],
            RunsEvent::Job(job) => vec![JOBS_ITEM.to_owned(), run_number_item(&job.prefix)],
            RunsEvent::Memo { ward, .. } => vec![memo_item(ward)],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn institution() -> InstitutionSaid {
        let [address, phone, prefecture, table, code] = ["a", "0", "36", "1", "1234567"].map(str::to_owned);
        InstitutionSaid { address, phone, prefecture, table, code }
    }

    fn label() -> LabelSaid {
        let [kind, bars, digits] = ["L2", "nw7", "10"].map(str::to_owned);
        LabelSaid { kind, bars, digits, range: ["90".into(), "99".into()], ..LabelSaid::default() }
    }

    #[test]
    fn what_is_written_is_read() {
        let plan = Plan {
            plan: "夕方".into(),
            what: "wards,appointments".into(),
            wards: "02,03".into(),
            days: 3,
            changed: true,
            at: "18:00".into(),
            printer: "3東".into(),
            on: true,
        };
        let job = Job {
            run: 7,
            prefix: "A101-7".into(),
            printer: "3東".into(),
            plan: "夕方".into(),
            state: JobState::Failed,
            pages: 12,
            words: "media-empty".into(),
        };
        let all = [
            RunsEvent::Printer { name: "3東".into(), place: "folder:/srv/p".into(), on: true },
            RunsEvent::Plan(plan),
            RunsEvent::Job(job),
            RunsEvent::Memo { ward: "03".into(), text: "申し送り\n二行目".into() },
            RunsEvent::Label(label()),
            RunsEvent::Institution(institution()),
        ];
        for event in all {
            let (kind, texts) = event.fields();
            let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
            assert_eq!(RunsEvent::read(kind, &texts), Some(event));
            assert_eq!(RunsEvent::read(kind, &texts[1..]), None, "a field too few");
        }
    }

    /// Golden bytes: these must be read for ever. A new field is a new version.
    #[test]
    fn golden_payloads() {
        let printer = RunsEvent::Printer { name: "A".into(), place: "folder:/p".into(), on: true };
        let plan = Plan { plan: "B".into(), what: "wards".into(), at: "18:00".into(), on: true, ..Plan::default() };
        let job = Job {
            run: 7,
            prefix: "A-7".into(),
            printer: "A".into(),
            plan: "B".into(),
            state: JobState::Printed,
            pages: 2,
            words: String::new(),
        };
        for (event, kind, golden) in [
            (printer, 25, "010000004109000000666f6c6465723a2f700100000031"),
            (
                RunsEvent::Plan(plan),
                26,
                "0100000042050000007761726473000000000100000030000000000500000031383a3030000000000100000031",
            ),
            (
                RunsEvent::Job(job),
                27,
                "010000003703000000412d3701000000410100000042070000007072696e746564010000003200000000",
            ),
            (RunsEvent::Memo { ward: "03".into(), text: "x".into() }, 28, "0200000030330100000078"),
            (RunsEvent::Label(label()), 65, "020000004c3200000000030000006e7737020000003130020000003930020000003939"),
            (
                RunsEvent::Institution(institution()),
                81,
                "0100000061010000003002000000333601000000310700000031323334353637",
            ),
        ] {
            let (number, version, bytes) = super::super::Event::Runs(event).encode().unwrap();
            let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
            assert_eq!((number, version, hex.as_str()), (kind, 1, golden));
        }
    }
}
