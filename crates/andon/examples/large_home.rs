//! A training home of millions of messages without a file of them: `large_home HOME PATIENTS BEDS DAYS` writes what drill
//! would write to a tree straight into the store, as the feed's batches do, and then makes the indexes of it as
//! `andon doctor --rebuild-indexes` does. Every message is its patient's own.
//!
//! Prints lines `subject,round,measure,value`, as `cargo x bench` keeps them: how long it took, and what the home grew to
//! on the way. `HOME.patients` names whom to ask for. The home is whole only when the program ends well.
#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on must fail")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, sync_channel};
use std::time::Instant;

use andon::world::now;
use drill::{Plan, patient_files};
use store::{Act, Arrival, NewSource, Setup, Unlock, Writer};

/// Messages of one transaction, as the feed's.
const BATCH: usize = 4000;
/// Patients made ahead of the store, so that both processors have work.
const AHEAD: usize = 64;
/// Growth is told every so many patients.
const TOLD_EVERY: u32 = 8_500;
const SILENCE_MINUTES: u32 = 60;
/// Every so many-th patient is one to be asked for.
const EVENLY: usize = 43;

/// One patient: number, and files by the root they lie in.
type Patient = (String, BTreeMap<String, Vec<(PathBuf, Vec<u8>)>>);

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize| args[at].parse::<u32>().unwrap();
    let plan = Plan { patients: number(1), beds: number(2), days: number(3), seed: 7, ..Plan::default() };
    let home = PathBuf::from(&args[0]);
    let setup = Setup {
        training: true,
        hospital: "美灯町立病院（訓練）".into(),
        authority: "self".into(),
        passphrase: None,
        now: now(),
    };
    store::create(&home, &setup).unwrap();
    let mut writer = store::open_writer(&home, &Unlock::KeyFile).unwrap();
    println!("subject,round,measure,value");
    let began = Instant::now();
    let (give, taken) = sync_channel(AHEAD);
    let maker = std::thread::spawn({
        let plan = plan.clone();
        move || (0..plan.patients).try_for_each(|number| give.send(patient(&plan, number)))
    });
    load(&mut writer, &taken, &home, began);
    maker.join().unwrap().unwrap();
    println!("store,1,seconds,{:.1}", began.elapsed().as_secs_f64());
    let began = Instant::now();
    andon::feed::rebuild_indexes(&mut writer).unwrap();
    println!("indexes,1,seconds,{:.1}", began.elapsed().as_secs_f64());
    println!("home,1,bytes,{}", size(&home));
    std::fs::write(home.with_extension("patients"), whom(&writer, &plan)).unwrap();
}

/// Whom to ask for, a line each: `any ID` of patients drawn evenly, `inpatient ID`, `twenty-years ID`.
fn whom(writer: &Writer, plan: &Plan) -> String {
    let any = (0..plan.patients).step_by(EVENLY).map(|number| format!("any {}", patient_files(plan, number).0));
    let inpatients = writer.inpatients(None, plan.beds as usize).unwrap().into_iter();
    let inpatients = inpatients.map(|placed| format!("inpatient {}", placed.id.id));
    let special = drill::special_people(plan).into_iter().filter(|special| special.key == "twenty-years");
    let special = special.map(|special| format!("{} {}", special.key, special.id));
    any.chain(inpatients).chain(special).map(|line| line + "\n").collect()
}

fn patient(plan: &Plan, number: u32) -> Patient {
    let (id, files) = patient_files(plan, number);
    let mut roots: BTreeMap<String, Vec<(PathBuf, Vec<u8>)>> = BTreeMap::new();
    for (path, bytes) in files {
        let root = path.iter().next().unwrap().to_string_lossy().into_owned();
        let below = path.strip_prefix(&root).unwrap().to_owned();
        roots.entry(root).or_default().push((below, bytes));
    }
    (id, roots)
}

/// Takes patients until there are no more.
fn load(writer: &mut Writer, taken: &Receiver<Patient>, home: &Path, began: Instant) {
    let (mut sources, mut patients, mut messages) = (BTreeMap::new(), 0, 0);
    loop {
        let (mut some, mut count) = (Vec::new(), 0);
        while count < BATCH
            && let Ok((id, roots)) = taken.recv()
        {
            count += roots.values().map(Vec::len).sum::<usize>();
            some.push((id, roots));
        }
        if some.is_empty() {
            return;
        }
        for root in some.iter().flat_map(|(_, roots)| roots.keys()) {
            if !sources.contains_key(root) {
                sources.insert(root.clone(), source(writer, root));
            }
        }
        writer
            .batch(|batch| {
                for (id, roots) in &some {
                    for (root, files) in roots {
                        let arrivals: Vec<Arrival<'_>> =
                            files.iter().map(|(path, bytes)| arrival(path, bytes)).collect();
                        batch.arrive(sources[root], id, now(), &arrivals)?;
                    }
                }
                Ok(())
            })
            .unwrap();
        let before = patients / TOLD_EVERY;
        (patients, messages) = (patients + some.len() as u32, messages + count);
        if patients / TOLD_EVERY > before {
            let seconds = began.elapsed().as_secs_f64();
            println!("{messages} messages,1,patients,{patients}");
            println!("{messages} messages,1,bytes,{}", size(home));
            println!("{messages} messages,1,seconds,{seconds:.1}");
        }
    }
}

fn source(writer: &mut Writer, root: &str) -> u32 {
    let new = NewSource {
        name: root.to_owned(),
        authority: "self".into(),
        root: Path::new("/nowhere").join(root),
        added: now(),
        silence_minutes: SILENCE_MINUTES,
    };
    let source = writer.add_source(&new).unwrap().no;
    writer.set_budget(source, u64::MAX >> 1).unwrap();
    source
}

fn arrival<'a>(path: &'a Path, bytes: &'a [u8]) -> Arrival<'a> {
    let act = Act::Seen { bytes };
    Arrival { path: path.as_os_str().as_encoded_bytes(), size: bytes.len() as u64, mtime_ns: 0, act }
}

/// Bytes of the files of a home.
fn size(home: &Path) -> u64 {
    std::fs::read_dir(home).unwrap().flatten().filter_map(|file| file.metadata().ok()).map(|about| about.len()).sum()
}
