//! Charts of drill's hospital, for tests and for the example `pack`: its tree is written to a folder that goes away, read as the feed
//! reads it, and put together.
#![allow(dead_code, missing_docs, clippy::unwrap_used, clippy::expect_used)]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use chart::{AsOf, Carried, Chart, ContentId, Fact, Moment, Origin, OriginFault, PatientId, Record};
use drill::{Plan, write_hospital};
use formats::ssmix2::{FilePath, Place, decode};

const ROOTS: [&str; 4] = ["std1", "std2", "std3", "ext"];

/// The hospital's charts by patient number, six hours after its record system stopped.
pub fn charts(patients: u32) -> BTreeMap<String, Chart> {
    let plan = Plan { patients, days: 30, transaction_days: 1, ..Plan::default() };
    let dir = tempfile::tempdir().expect("a folder");
    write_hospital(&plan, dir.path(), &mut |_| ()).expect("a hospital");
    let now = Moment(plan.stop_at.0 + 6 * 3_600_000);
    let (mut records, mut carried): (BTreeMap<String, Record>, BTreeMap<(String, String), Moment>) = Default::default();
    let mut position = 0;
    for root in ROOTS {
        let folder = dir.path().join(root);
        let mut files = Vec::new();
        walk(&folder, &mut files);
        files.sort();
        for file in files {
            position += 1;
            read(root, &folder, &file, position, &mut records, &mut carried);
        }
    }
    let carried: Vec<Carried> = carried
        .into_iter()
        .map(|((source, kind), last)| Carried { source, kind, last_sent: Some(last), last_received: Some(last) })
        .collect();
    let chart = |mut record: Record| {
        record.carried.clone_from(&carried);
        Chart::at(&record, &AsOf::live(now))
    };
    records.into_iter().map(|(id, record)| (id, chart(record))).collect()
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() { walk(&path, files) } else { files.push(path) }
    }
}

fn read(
    root: &str,
    folder: &Path,
    file: &Path,
    position: u64,
    records: &mut BTreeMap<String, Record>,
    carried: &mut BTreeMap<(String, String), Moment>,
) {
    let below = file.strip_prefix(folder).expect("below").to_string_lossy().into_owned();
    let path = FilePath::parse(below.as_bytes());
    if path.patient.is_empty() {
        return;
    }
    let decoded = decode(&path, &fs::read(file).expect("bytes"));
    let kind = match &path.place {
        Place::Extended { type_parts, .. } if !type_parts.is_empty() => type_parts.join("^"),
        _ => path.kind.clone(),
    };
    let sent = path.sent.or(decoded.meta.message);
    let received = sent.map_or(Moment(0), |sent| sent.start);
    let last = carried.entry((root.to_owned(), kind.clone())).or_insert(received);
    *last = (*last).max(received);
    let mut content = [0; 32];
    content[..8].copy_from_slice(&position.to_le_bytes());
    let origin = Arc::new(Origin {
        source: root.to_owned(),
        position,
        kind,
        path: below,
        content: Some(ContentId(content)),
        flag: path.flag,
        care_date: path.care_date,
        order_no: path.order_no,
        department: path.department,
        sent: path.sent,
        message: decoded.meta.message,
        received,
        ..Origin::default()
    });
    let patient = PatientId { authority: "半田".into(), id: path.patient.clone() };
    let record = records.entry(path.patient).or_insert_with(|| Record {
        patient,
        facts: Vec::new(),
        faults: Vec::new(),
        carried: Vec::new(),
    });
    record.facts.extend(decoded.bodies.into_iter().map(|body| Fact { origin: Arc::clone(&origin), body }));
    let fault = |fault| OriginFault { origin: Arc::clone(&origin), fault };
    record.faults.extend(decoded.faults.into_iter().map(fault));
}

/// Where a chart says its patient lies now.
pub fn bed(chart: &Chart) -> Option<paper::Bed> {
    let place = &chart.stays.iter().find(|stay| stay.current)?.place;
    Some(paper::Bed { ward: place.ward.clone(), room: place.room.clone(), bed: place.bed.clone() })
}
