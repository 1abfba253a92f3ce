//! The access audit is a chain that shows where it was touched, and a one-time code lets one person in.

use chart::Moment;

use std::path::PathBuf;

use crate::{Access, CredentialKind, Look, LookFilter, LookOut, LookRun, PastChain, Setup, Unlock, open_access};

fn look(no: i64, account: &str, about: &str) -> Look {
    let [account, act, about] = [account, "chart", about].map(str::to_owned);
    Look { at: Moment(no * 1000), account, act, about, outcome: 200, ..Look::default() }
}

struct TestHome(tempfile::TempDir);

impl TestHome {
    fn new() -> TestHome {
        let home = TestHome(tempfile::tempdir().unwrap());
        let (hospital, authority) = ("hp".to_owned(), "hp".to_owned());
        let setup = Setup { training: true, hospital, authority, passphrase: None, now: Moment(1) };
        crate::create(&home.path(), &setup).unwrap();
        home
    }

    fn path(&self) -> PathBuf {
        self.0.path().join("home")
    }
}

fn access(home: &TestHome) -> Access {
    open_access(&home.path(), &Unlock::KeyFile).unwrap()
}

#[test]
fn lines_are_found_by_who_whom_and_when() {
    let home = TestHome::new();
    let mut access = access(&home);
    access.note(&[look(1, "n01", "self/1"), look(2, "d02", "self/1"), look(3, "n01", "self/2")]).unwrap();
    let found = |filter: LookFilter| access.looks(&filter, 10).unwrap().iter().map(|look| look.no).collect::<Vec<_>>();
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(found(LookFilter::default()), [3, 2, 1]);
    assert_eq!(found(LookFilter { account: text("n01"), ..Default::default() }), [3, 1]);
    assert_eq!(found(LookFilter { about: text("self/1"), account: text("d02"), ..Default::default() }), [2]);
    assert_eq!(found(LookFilter { since: Some(Moment(2000)), until: Some(Moment(3000)), ..Default::default() }), [2]);
    assert_eq!(found(LookFilter { before: Some(3), ..Default::default() }), [2, 1]);
    assert_eq!(found(LookFilter { about: text("self/1' OR 1"), ..Default::default() }), []);
}

#[test]
fn many_writers_make_one_chain() {
    let home = TestHome::new();
    drop(access(&home));
    std::thread::scope(|threads| {
        for who in 0..4 {
            let home = &home;
            threads.spawn(move || {
                let mut access = access(home);
                for no in 0..20 {
                    access.note(&[look(no, &format!("n{who}"), "self/1")]).unwrap();
                }
            });
        }
    });
    let chain = access(&home).verify().unwrap();
    assert_eq!((chain.lines, chain.broken), (80, None));
    assert_eq!(chain.head.len(), 64);
}

#[test]
fn a_line_changed_taken_out_or_slipped_in_breaks_the_chain_there() {
    for (harm, broken) in [
        ("UPDATE look SET about = 'self/9' WHERE no = 2", Some(2)),
        ("UPDATE look SET bytes = (SELECT bytes FROM look WHERE no = 1) WHERE no = 2", Some(2)),
        ("DELETE FROM look WHERE no = 2", Some(3)),
        ("INSERT INTO look SELECT 4, at, account, act, about, bytes, hash FROM look WHERE no = 3", Some(4)),
        ("UPDATE look SET no = 0 WHERE no = 1", Some(0)),
        ("SELECT 1", None),
    ] {
        let home = TestHome::new();
        let mut access = access(&home);
        access.note(&[look(1, "a", "x"), look(2, "b", "x"), look(3, "c", "x")]).unwrap();
        access.db.execute_batch(harm).unwrap();
        assert_eq!(access.verify().unwrap().broken, broken, "{harm}");
    }
}

/// The chain alone cannot tell: what is left of it is whole.
#[test]
fn an_end_cut_off_is_seen_by_where_it_once_stood() {
    let home = TestHome::new();
    let mut access = access(&home);
    assert_eq!(access.head().unwrap(), None);
    access.note(&[look(1, "a", "x"), look(2, "b", "x")]).unwrap();
    let head = access.head().unwrap().unwrap();
    assert_eq!((head.lines, &head.hash), (2, &access.verify().unwrap().head));
    access.note(&[look(3, "c", "x")]).unwrap();
    assert!(access.holds(&head).unwrap(), "what was added since is no harm");
    access.db.execute_batch("DELETE FROM look WHERE no >= 2").unwrap();
    assert_eq!(access.verify().unwrap().broken, None);
    assert!(!access.holds(&head).unwrap());
    access.note(&[look(4, "d", "x"), look(5, "e", "x")]).unwrap();
    assert!(!access.holds(&head).unwrap(), "others in their place");
}

#[test]
fn a_secret_is_known_by_what_it_derives_and_is_not_in_the_file() {
    let home = TestHome::new();
    let mut access = access(&home);
    assert!(!access.check_secret("n01", "482193").unwrap());
    access.set_credential("n01", CredentialKind::Secret, "482193", Moment(1)).unwrap();
    assert!(access.check_secret("n01", "482193").unwrap());
    assert!(!access.check_secret("n01", "482194").unwrap());
    assert!(!access.check_secret("n02", "482193").unwrap());
    let kept: String = access.db.query_row("SELECT derived FROM credential", [], |row| row.get(0)).unwrap();
    assert!(!kept.contains("482193"));
    assert_eq!(access.remove_credentials("n01").unwrap(), 1);
    assert!(!access.check_secret("n01", "482193").unwrap());
}

#[test]
fn a_code_lets_in_once_and_of_two_at_once_one() {
    let home = TestHome::new();
    let mut first = access(&home);
    for (no, code) in [(1, "111111111111"), (2, "222222222222")] {
        first.set_credential("card:7", CredentialKind::Code(no), code, Moment(1)).unwrap();
    }
    assert_eq!(first.use_code("card:7", "999999999999", 4).unwrap(), None);
    assert_eq!(first.use_code("card:8", "111111111111", 4).unwrap(), None);
    let got: Vec<Option<u16>> = std::thread::scope(|threads| {
        let home = &home;
        let both = [0, 1].map(|_| threads.spawn(move || access(home).use_code("card:7", "222222222222", 4).unwrap()));
        both.into_iter().map(|one| one.join().unwrap()).collect()
    });
    assert_eq!(got.iter().flatten().count(), 1, "{got:?}");
    assert_eq!(first.use_code("card:7", "111111111111", 4).unwrap(), Some(1));
    assert_eq!(first.use_code("card:7", "111111111111", 4).unwrap(), None);
}

fn run(station: &str, lines: &[LookOut]) -> LookRun {
    LookRun {
        station: station.to_owned(),
        first: lines[0].no,
        before: lines[0].prev.clone(),
        lines: lines.iter().map(|line| line.bytes.clone()).collect(),
    }
}

#[test]
fn another_stations_lines_come_in_once_and_stay_its_own() {
    let (old, new) = (TestHome::new(), TestHome::new());
    let (mut old, mut new) = (access(&old), access(&new));
    let looks: Vec<Look> = (1..=6).map(|no| look(no, "n01", "self/1")).collect();
    old.note(&looks).unwrap();
    new.note(&[look(9, "d02", "self/1")]).unwrap();
    let (lines, station) = (old.lines_after(0, 9).unwrap(), "0f".repeat(16));
    assert_eq!(lines.iter().map(|line| line.no).collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6]);
    assert_eq!(old.lines_after(4, 1).unwrap()[0].prev, lines[3].hash);
    assert_eq!(new.import_looks(&run(&station, &lines[..4])).unwrap(), 4);
    assert_eq!(new.import_looks(&run(&station, &lines[2..])).unwrap(), 2, "what is there already is not taken twice");
    let found = |filter: LookFilter, limit| {
        let found = new.looks(&filter, limit).unwrap();
        found.into_iter().map(|look| (look.no, look.row, look.station.len())).collect::<Vec<_>>()
    };
    assert_eq!(found(LookFilter::default(), 3), [(1, 0, 0), (6, 6, 32), (5, 5, 32)]);
    let page = LookFilter { before: Some(0), past_before: Some(5), ..LookFilter::default() };
    assert_eq!(found(page, 9), [(4, 4, 32), (3, 3, 32), (2, 2, 32), (1, 1, 32)]);
    let whose = LookFilter { account: Some("n01".into()), since: Some(Moment(6000)), ..LookFilter::default() };
    assert_eq!(found(whose, 9), [(6, 6, 32)]);
    assert_eq!(new.verify().unwrap().lines, 1, "its own chain is its own");
    let past = PastChain { station: station.clone(), lines: 6, broken: None };
    assert_eq!(new.verify_past().unwrap(), [past]);
    let rows = new.past_after(4, 9).unwrap();
    let rows: Vec<_> =
        rows.iter().map(|(row, _, line)| (*row, line.no, line.prev == lines[*row as usize - 2].hash)).collect();
    assert_eq!(rows, [(5, 5, true), (6, 6, true)]);
}

#[test]
fn lines_that_are_none_contradict_or_do_not_follow_are_refused_whole() {
    let (old, new) = (TestHome::new(), TestHome::new());
    let (mut old, mut new) = (access(&old), access(&new));
    old.note(&(1..=4).map(|no| look(no, "n01", "self/1")).collect::<Vec<_>>()).unwrap();
    let (lines, station) = (old.lines_after(0, 9).unwrap(), "0f".repeat(16));
    new.import_looks(&run(&station, &lines[..2])).unwrap();
    let good = run(&station, &lines[2..]);
    for bad in [
        LookRun { before: vec![7; 32], ..good.clone() },
        LookRun { station: "0f".into(), ..good.clone() },
        LookRun { first: 0, ..good.clone() },
        LookRun { first: 1, before: Vec::new(), ..good.clone() },
        LookRun { lines: vec![lines[2].bytes.clone(), b"no line".to_vec()], ..good.clone() },
    ] {
        assert!(new.import_looks(&bad).is_err(), "{bad:?}");
        assert_eq!(new.past_after(0, 9).unwrap().len(), 2, "nothing of it was kept");
    }
    // A hole, where a restore went over damage, is told by the chain.
    new.import_looks(&run(&station, &lines[3..])).unwrap();
    assert_eq!(new.verify_past().unwrap()[0].broken, Some(4));
    new.db
        .execute(
            "UPDATE past_look SET about = 'x', bytes = (SELECT bytes FROM past_look WHERE no = 1) WHERE no = 2",
            [],
        )
        .unwrap();
    assert_eq!(new.verify_past().unwrap()[0].broken, Some(2));
}
