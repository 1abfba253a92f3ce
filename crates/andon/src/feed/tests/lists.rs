//! Who lies where and what is planned: by sequences of messages, and after any sequence what a rebuild makes.

use proptest::prelude::*;
use store::{Placed, Planned};

use super::*;

/// The time of the scenes' clock, days later: 2020-09-13 and on.
fn day(plus: i64) -> String {
    Moment(START).plus_days(plus).digits17()[..8].to_owned()
}

/// A message of a movement: its path and text. `at` is HL7 digits.
fn movement(scene: &Scene, patient: &str, kind: &str, at: &str, place: &str, sent: u32, flag: u8) -> (String, String) {
    let (trigger, pv1_time, pv2) = match kind {
        "ADT-22" => ("A01", format!("{}{at}", "|".repeat(34)), String::new()),
        "ADT-52" => ("A03", format!("{}{at}", "|".repeat(35)), String::new()),
        "ADT-21" => ("A14", String::new(), format!("PV2||||||||{at}\r")),
        "ADT-51" => ("A16", String::new(), format!("PV2|||||||||{at}\r")),
        "ADT-42" => ("A02", String::new(), String::new()),
        _ => ("A21", String::new(), format!("PV2|{}{at}\r", "|".repeat(46))),
    };
    let text = format!(
        "MSH|^~\\&|X|H|||20200901080000||ADT^{trigger}|1|{}|2.5||||||~ISO IR87\rEVN||20200901||||{at}\r\
         PID|||{patient}||ANDON^HANAKO\rPV1||I|{place}||||D1^医師|||01{pv1_time}\r{pv2}",
        scene.message
    );
    (listed_path(patient, &at[..8], kind, sent, flag), text)
}

/// An order of a laboratory test for a day.
fn order(scene: &Scene, patient: &str, at: &str, control: &str, sent: u32, flag: u8) -> (String, String) {
    let text = format!(
        "MSH|^~\\&|X|H|||20200901080000||OML^O33|1|{}|2.5||||||~ISO IR87\rPID|||{patient}||ANDON^HANAKO\r\
         SPM|1|||019\rORC|{control}|77||77_01|||||20200901\rTQ1|1||||||{at}\rOBR|1|77||3B^採血^L\r",
        scene.message
    );
    (listed_path(patient, "20200901", "OML-01", sent, flag), text)
}

fn listed_path(patient: &str, date: &str, kind: &str, sent: u32, flag: u8) -> String {
    let (a, b) = (&patient[..3], &patient[3..6]);
    let number = if kind == "OML-01" { "000000000000077" } else { "999999999999999" };
    format!("{a}/{b}/{patient}/{date}/{kind}/{patient}_{date}_{kind}_{number}_202009010800{sent:05}_01_{flag}")
}

/// Everything on the lists.
type Listed = (Vec<Placed>, Vec<Planned>);

fn listed(scene: &mut Scene) -> Listed {
    let writer = scene.writer();
    let mut placed = writer.inpatients(None, 1000).unwrap();
    placed.sort_by(|a, b| a.id.cmp(&b.id));
    let plans = writer.plans(Moment(i64::MIN / 2), Moment(i64::MAX / 2), 1000).unwrap();
    (placed, plans)
}

/// Wards with their counts, and `kind day` of every plan.
fn told(scene: &mut Scene) -> (Vec<String>, Vec<String>) {
    let (placed, plans) = listed(scene);
    let place = |row: &Placed| {
        let leave = if row.inpatient.on_leave { " 外泊" } else { "" };
        format!("{} {}-{}{leave}", row.inpatient.place.ward, row.inpatient.place.room, row.inpatient.place.bed)
    };
    let plan = |row: &Planned| format!("{} {}", row.plan.kind, row.plan.at.map_or_else(String::new, |at| at.iso()));
    (placed.iter().map(place).collect(), plans.iter().map(plan).collect())
}

fn iso(plus: i64) -> String {
    Moment(START).plus_days(plus).day().iso()
}

#[test]
fn a_stay_from_plan_to_discharge() {
    let mut scene = Scene::new();
    let none: (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    scene.put(&adt_path(P, 1, 1), scene.adt(P, "ANDON^HANAKO"));
    let (planned, text) = movement(&scene, P, "ADT-21", &day(2), "3E", 10, 1);
    scene.put(&planned, text);
    scene.read();
    assert_eq!(told(&mut scene), (vec![], vec![format!("admit_plan {}", iso(2))]), "a folder read whole lists at once");
    // Put off by a day, by a new version.
    scene.rename(&planned, &planned.replace("_01_1", "_01_0"));
    let (later, text) = movement(&scene, P, "ADT-21", &day(3), "3E", 11, 1);
    scene.put(&later, text);
    scene.read();
    assert_eq!(told(&mut scene), (vec![], vec![format!("admit_plan {}", iso(3))]));
    scene.pass_time(3 * 86_400_000);
    let (admitted, text) = movement(&scene, P, "ADT-22", &format!("{}1000", day(3)), "3E^305^2", 12, 1);
    scene.put(&admitted, text);
    let (leaving, text) = movement(&scene, P, "ADT-51", &day(9), "3E^305^2", 13, 1);
    scene.put(&leaving, text);
    scene.read();
    let plans = vec![format!("admit_plan {}", iso(3)), format!("discharge_plan {}", iso(9))];
    assert_eq!(told(&mut scene), (vec!["3E 305-2".to_owned()], plans));
    // The planned discharge is withdrawn; he moves and goes on leave.
    scene.rename(&leaving, &leaving.replace("_01_1", "_01_0"));
    let (moved, text) = movement(&scene, P, "ADT-42", &format!("{}0900", day(4)), "5W^501^1", 14, 1);
    scene.put(&moved, text);
    let (out, text) = movement(&scene, P, "ADT-31", &format!("{}1000", day(5)), "5W^501^1", 15, 1);
    scene.put(&out, text);
    scene.pass_time(2 * 86_400_000);
    scene.read();
    assert_eq!(told(&mut scene).0, ["5W 501-1 外泊"]);
    assert!(!told(&mut scene).1.iter().any(|plan| plan.starts_with("discharge_plan")), "{:?}", told(&mut scene));
    scene.pass_time(86_400_000);
    let (gone, text) = movement(&scene, P, "ADT-52", &format!("{}1000", day(6)), "5W^501^1", 16, 1);
    scene.put(&gone, text);
    scene.read();
    assert_eq!(told(&mut scene), none);
    // A discharge entered by mistake is taken back: he is there again.
    scene.rename(&gone, &gone.replace("_01_1", "_01_0"));
    scene.read();
    assert_eq!(told(&mut scene).0, ["5W 501-1 外泊"]);
}

#[test]
fn an_order_ahead_is_a_plan_until_it_is_cancelled() {
    let mut scene = Scene::new();
    scene.put(&adt_path(P, 1, 1), scene.adt(P, "ANDON^HANAKO"));
    scene.read();
    let (path, text) = order(&scene, P, &day(5), "NW", 20, 1);
    scene.put(&path, text);
    let (past, text) = order(&scene, P, &day(-5), "NW", 30, 1);
    scene.put(&past.replace("000000000000077", "000000000000078"), text);
    scene.read();
    assert_eq!(told(&mut scene).1, [format!("lab {}", iso(5))], "what was over when it came is on no list");
    let (cancel, text) = order(&scene, P, &day(5), "CA", 21, 0);
    scene.rename(&path, &path.replace("_01_1", "_01_0"));
    scene.put(&cancel, text);
    scene.read();
    assert_eq!(told(&mut scene).1, Vec::<String>::new());
}

#[test]
fn two_storages_of_one_hospital_tell_of_one_patient() {
    let mut scene = Scene::new();
    scene.put(&adt_path(P, 1, 1), scene.adt(P, "ANDON^HANAKO"));
    let (path, text) = movement(&scene, P, "ADT-21", &day(2), "3E", 10, 1);
    scene.put(&path, text);
    let (path, text) = movement(&scene, P, "ADT-22", &format!("{}0900", day(-1)), "3E^301^1", 11, 1);
    let whole = scene.dir.path().join("std2").join(&path);
    fs::create_dir_all(whole.parent().unwrap()).unwrap();
    fs::write(&whole, text).unwrap();
    scene.age(&whole, 10_000);
    scene.read();
    let second = scene.dir.path().join("std2");
    scene.read_at(&second);
    assert_eq!(told(&mut scene).0, ["3E 301-1"]);
    assert_eq!(told(&mut scene).1, [format!("admit_plan {}", iso(2))]);
}

/// One thing that happens at a source.
#[derive(Clone, Debug)]
enum Step {
    /// A message comes: patient, kind, day, flag.
    Comes(usize, usize, i64, u8),
    /// A file gets another flag.
    Renamed(usize, u8),
    /// A file is no longer there.
    Removed(usize),
    /// A file is written anew in place, for another day.
    Rewritten(usize, i64),
    /// The feed reads.
    Read,
    /// Days pass.
    Days(i64),
}

const KINDS: [&str; 7] = ["ADT-21", "ADT-22", "ADT-31", "ADT-42", "ADT-51", "ADT-52", "OML-01"];
const PATIENTS: [&str; 2] = ["9999013", "9999014"];

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        6 => (0..2usize, 0..KINDS.len(), -3..6i64, 0..3u8).prop_map(|(p, k, d, f)| Step::Comes(p, k, d, f)),
        2 => (0..20usize, 0..3u8).prop_map(|(at, flag)| Step::Renamed(at, flag)),
        1 => (0..20usize).prop_map(Step::Removed),
        1 => (0..20usize, -3..6i64).prop_map(|(at, day)| Step::Rewritten(at, day)),
        3 => Just(Step::Read),
        1 => (1..4i64).prop_map(Step::Days),
    ]
}

fn written(scene: &Scene, patient: usize, kind: usize, at: i64, sent: u32, flag: u8) -> (String, String) {
    let (patient, kind) = (PATIENTS[patient], KINDS[kind]);
    let time = Moment(scene.now.load(Ordering::SeqCst)).plus_days(at).digits17()[..12].to_owned();
    match kind {
        "OML-01" => order(scene, patient, &time, if flag == 0 { "CA" } else { "NW" }, sent, flag),
        _ => movement(scene, patient, kind, &time, "3E^301^1", sent, flag),
    }
}

fn run(steps: &[Step]) -> (Listed, Listed) {
    let mut scene = Scene::new();
    for patient in PATIENTS {
        scene.put(&adt_path(patient, 1, 1), scene.adt(patient, "ANDON^HANAKO"));
    }
    let mut files: Vec<(String, usize, usize)> = Vec::new();
    for (no, step) in steps.iter().enumerate() {
        match *step {
            Step::Comes(patient, kind, at, flag) => {
                let (path, text) = written(&scene, patient, kind, at, no as u32 + 10, flag);
                scene.put(&path, text);
                files.push((path, patient, kind));
            }
            Step::Renamed(at, flag) => {
                let Some((path, ..)) = files.get_mut(at) else { continue };
                let to = format!("{}{flag}", &path[..path.len() - 1]);
                if *path != to {
                    scene.rename(path, &to);
                    *path = to;
                }
            }
            Step::Removed(at) if at < files.len() => {
                let (path, ..) = files.remove(at);
                let whole = scene.root().join(path);
                fs::remove_file(&whole).unwrap();
                scene.age(whole.parent().unwrap(), 10_000);
            }
            Step::Rewritten(at, day) => {
                let Some((path, patient, kind)) = files.get(at) else { continue };
                let (_, text) = written(&scene, *patient, *kind, day, 1, 1);
                scene.put(path, text);
            }
            Step::Removed(_) => {}
            Step::Read => drop(scene.read()),
            Step::Days(days) => scene.pass_time(days * 86_400_000),
        }
    }
    scene.read();
    let kept = listed(&mut scene);
    rebuild_indexes(scene.writer()).unwrap();
    (kept, listed(&mut scene))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    /// Whatever came in whatever order, the lists are what the record says, and nothing else.
    #[test]
    fn after_any_sequence_the_lists_are_what_a_rebuild_makes(steps in prop::collection::vec(step(), 1..24)) {
        let (kept, again) = run(&steps);
        prop_assert_eq!(kept, again);
    }
}

#[test]
fn sequences_do_bring_patients_on_lists() {
    let steps = [Step::Comes(0, 1, -1, 1), Step::Comes(1, 6, 3, 1), Step::Read, Step::Comes(0, 4, 4, 1)];
    let ((placed, plans), _) = run(&steps);
    assert_eq!((placed.len(), plans.len()), (1, 2));
}
