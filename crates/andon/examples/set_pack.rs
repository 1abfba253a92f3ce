//! What setting a pack costs by itself: every ward's charts are read first, then the pack is set from memory, and only that is
//! counted. `set_pack HOME OUT` writes the document and prints `PAGES MICROSECONDS` of processor.
#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on must fail")]

use std::path::PathBuf;

use andon::home::Home;
use chart::{AsOf, Chart, Lang, Moment};
use paper::{Bed, Extent, Head, Inpatient, Pack, SheetId};
use store::Unlock;

const EVERYBODY: usize = 10_000;

fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let reader = Home::new(PathBuf::from(&args[0]), Unlock::KeyFile).reader().unwrap();
    let now = andon::world::now();
    let wards: Vec<(String, Vec<(Bed, Chart)>)> = reader
        .wards()
        .unwrap()
        .into_iter()
        .map(|(ward, _)| {
            let placed = reader.inpatients(Some(&ward), EVERYBODY).unwrap().into_iter();
            let charts = placed.filter_map(|placed| {
                let place = placed.inpatient.place;
                let chart = andon::record::chart(&reader, &placed.id, &AsOf::live(now)).unwrap()?;
                Some((Bed { ward: place.ward, room: place.room, bed: place.bed }, chart))
            });
            (ward, charts.collect())
        })
        .collect();
    let head = Head {
        institution: paper::Institution::default(),
        hospital: reader.about().hospital.clone(),
        training: true,
        made: now,
        printed_by: "bench".into(),
        valid_until: Moment(now.0 + 24 * 3_600_000),
    };
    let before = processor();
    let mut pack = Pack::new(Lang::Ja, head);
    let mut number = 0;
    let mut id = || {
        number += 1;
        SheetId { number: format!("498D01-1-{number}") }
    };
    for (ward, charts) in &wards {
        let row = |(bed, chart)| Inpatient { bed, chart: Some(chart), hide_name: false, marks: &[] };
        let rows: Vec<Inpatient<'_>> = charts.iter().map(|(bed, chart)| row((bed, chart))).collect();
        pack.board(ward, &rows, &id()).unwrap();
        pack.gaps(ward, &rows, &id()).unwrap();
        pack.meals(ward, &rows, &id()).unwrap();
        for row in &rows {
            pack.summary(row, Extent::FirstPage, &id()).unwrap();
        }
    }
    let pages = pack.pages();
    let pdf = pack.finish().unwrap();
    println!("{pages} {}", (processor() - before) / 1000);
    std::fs::write(&args[1], pdf).unwrap();
}

/// Nanoseconds of processor this thread has used (proc_pid_schedstat(5)).
fn processor() -> u64 {
    let told = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap();
    told.split_whitespace().next().unwrap().parse().unwrap()
}
