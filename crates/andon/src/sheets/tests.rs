//! Runs of what changed, over a home with two patients: what makes a summary due again, and what does not.

use std::path::PathBuf;

use chart::{AsOf, Chart, Lang, Moment, PatientId};
use store::{Act, Arrival, NewSource, Setup, Unlock, Writer};

use super::rules::Form;
use super::*;
use crate::event::{Flag, FlagEvent};
use crate::record;

const HOUR: i64 = 3_600_000;

/// Paths and bytes.
type Files = Vec<(PathBuf, Vec<u8>)>;

struct Ward {
    _folder: tempfile::TempDir,
    home: PathBuf,
    writer: Writer,
    source: u32,
    /// The patient printed, the one he is linked with later, and somebody else; each with files, the last of which is late.
    people: Vec<(PatientId, Files)>,
    now: Moment,
}

impl Ward {
    fn new() -> Ward {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("home");
        let plan = drill::Plan { patients: 400, beds: 40, days: 30, ..drill::Plan::default() };
        let now = Moment(plan.stop_at.0 + 6 * HOUR);
        let setup =
            Setup {
                training: true, hospital: "美灯町立病院".into(), authority: "self".into(), passphrase: None, now
            };
        store::create(&home, &setup).unwrap();
        let mut writer = store::open_writer(&home, &Unlock::KeyFile).unwrap();
        let root = PathBuf::from("/nowhere");
        let new = NewSource { name: "std1".into(), authority: "self".into(), root, added: now, silence_minutes: 60 };
        let source = writer.add_source(&new).unwrap().no;
        let people = (0..plan.patients).filter_map(|number| {
            let (id, files) = drill::patient_files(&plan, number);
            // Of all roots as one: the first word of a path is its root.
            let below = |path: PathBuf| path.components().skip(1).collect::<PathBuf>();
            let mut files: Vec<_> = files.into_iter().map(|(path, bytes)| (below(path), bytes)).collect();
            // Laboratory results are on every summary.
            let labs = files.iter().rposition(|(path, _)| path.to_string_lossy().contains("OML-11"))?;
            let late = files.remove(labs);
            files.push(late);
            Some((PatientId { authority: "self".into(), id }, files))
        });
        let mut ward = Ward { home, writer, source, people: Vec::new(), now, _folder: folder };
        for (id, files) in people {
            let (late, rest) = files.split_last().unwrap();
            ward.arrive(&id, rest);
            let turns = ward.chart(&id).turns;
            // The one printed has a drug that ends, the others need not.
            if ward.people.len() >= 3 || ward.people.is_empty() && turns.is_none() {
                continue;
            }
            ward.people.push((id, [rest.to_vec(), vec![late.clone()]].concat()));
            if ward.people.len() == 3 {
                break;
            }
        }
        ward
    }

    fn arrive(&mut self, id: &PatientId, files: &[(PathBuf, Vec<u8>)]) {
        let arrival =
            |(path, bytes): &'_ (PathBuf, Vec<u8>)| (path.as_os_str().as_encoded_bytes().to_vec(), bytes.clone());
        let held: Vec<(Vec<u8>, Vec<u8>)> = files.iter().map(arrival).collect();
        let arrivals: Vec<Arrival<'_>> = held
            .iter()
            .map(|(path, bytes)| Arrival { path, size: bytes.len() as u64, mtime_ns: 0, act: Act::Seen { bytes } })
            .collect();
        let (source, now) = (self.source, self.now);
        self.writer.batch(|batch| batch.arrive(source, &id.id, now, &arrivals).map(drop)).unwrap();
    }

    fn late(&mut self, who: usize) {
        let (id, files) = self.people[who].clone();
        self.arrive(&id, &files[files.len() - 1..]);
    }

    fn id(&self, who: usize) -> PatientId {
        self.people[who].0.clone()
    }

    fn chart(&self, id: &PatientId) -> Chart {
        record::chart(&self.writer, id, &AsOf::live(self.now)).unwrap().unwrap()
    }

    fn tell(&mut self, event: &Event) {
        crate::event::append_as(&mut self.writer, event, ("清瀬川 司", "nurse"), self.now).unwrap();
    }

    /// Runs of the first patient's summary: how many were printed, and how many were known to be quiet without being read.
    fn run(&mut self, changed_only: bool) -> (usize, usize) {
        let PatientId { authority, id } = self.id(0);
        let scope = Scope::Patient { authority, id };
        let order = Order {
            scope: scope.clone(),
            forms: vec![Form::Summary],
            orders: false,
            changed_only,
            boxed: false,
            lang: Lang::Ja,
            by: ("清瀬川 司".into(), "nurse".into()),
        };
        let reader = store::open_reader(&self.home, &Unlock::KeyFile).unwrap();
        let quiet = ward(&reader, &scope, &order, self.now).unwrap().quiet.len();
        let told = std::cell::RefCell::new(Vec::new());
        let write = |request: &Request| match request {
            Request::TakeRun { .. } => Ok(Answer::Run { prefix: format!("T-{}", self.now.0), run: 1 }),
            Request::SheetsMade { event, .. } => {
                told.borrow_mut().push(event.clone());
                Ok(Answer::Done)
            }
            _ => Err(Problem::failed("not of a run")),
        };
        let printed = print(&reader, &order, self.now, &write).unwrap();
        assert_eq!(printed.sheets.len() + printed.unchanged, 1);
        for event in told.into_inner() {
            self.tell(&Event::Sheets(event));
        }
        self.now = Moment(self.now.0 + 60_000);
        (printed.sheets.len(), quiet)
    }
}

#[test]
fn nobody_is_read_of_whom_nothing_came_and_everything_that_comes_counts() {
    let mut ward = Ward::new();
    assert_eq!(ward.run(true), (1, 0), "never printed");
    assert_eq!(ward.run(true), (0, 1), "nothing came");
    ward.late(2);
    assert_eq!(ward.run(true), (0, 1), "something came of somebody else");
    let PatientId { authority, id } = ward.id(0);
    let flag = FlagEvent { authority, id, flag: Flag::VisitLimit, on: true, reason: "本人希望".into() };
    ward.tell(&Event::Flag(flag));
    assert_eq!(ward.run(true).0, 0, "what is kept back is no news of the chart");
    ward.late(0);
    assert_eq!(ward.run(true), (1, 0), "a message came");
    assert_eq!(ward.run(true), (0, 1));
    let link = Event::Linked { one: ward.id(0), other: ward.id(1), linked: true, reason: "同一人".into() };
    ward.tell(&link);
    assert_eq!(ward.run(true), (1, 0), "another number is his too");
    assert_eq!(ward.run(true), (0, 1));
    ward.late(1);
    assert_eq!(ward.run(true), (1, 0), "a message came of the other number");
}

#[test]
fn a_time_that_comes_makes_news_by_itself() {
    let mut ward = Ward::new();
    let turns = ward.chart(&ward.id(0)).turns.unwrap();
    assert_eq!(ward.run(false).0, 1);
    ward.now = Moment(turns.0 - 1);
    assert_eq!(ward.run(true), (0, 1), "until then all is as it was");
    ward.now = turns;
    assert_eq!(ward.run(true), (1, 0), "a drug has ended");
}

#[test]
fn what_an_older_program_told_is_read_and_compared_whole() {
    let told = Told { digest: "ab".into(), until: Some(Moment(7)), ground: "cd".into() };
    assert_eq!(Told::read(&told.text()), told);
    assert_eq!(Told::read("ab"), Told { digest: "ab".into(), ..Told::default() });
    assert_eq!(told.text(), "ab@7@cd");
}

#[test]
fn a_first_page_is_told_by_what_stands_on_it_and_all_pages_by_the_whole_chart() {
    let ward = Ward::new();
    let chart = ward.chart(&ward.id(0));
    let of = |chart: &Chart, extent, room: &str| {
        let bed = paper::Bed { ward: "3東".into(), room: room.into(), bed: "1".into() };
        Told::of(chart, extent, &bed, "").digest
    };
    let mut behind = chart.clone();
    assert!(!behind.insurance.is_empty(), "on the pages behind");
    behind.insurance.clear();
    assert_eq!(of(&chart, Extent::FirstPage, "305"), of(&behind, Extent::FirstPage, "305"));
    assert_ne!(of(&chart, Extent::Whole, "305"), of(&behind, Extent::Whole, "305"));
    assert_ne!(of(&chart, Extent::FirstPage, "305"), of(&chart, Extent::FirstPage, "306"), "another bed");
    let mut other = chart.clone();
    other.labs.clear();
    assert_ne!(of(&chart, Extent::FirstPage, "305"), of(&other, Extent::FirstPage, "305"), "laboratory results");
}
