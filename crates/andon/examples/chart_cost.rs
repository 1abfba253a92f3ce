//! What a chart costs, part by part: reading the sightings, decoding the bytes, making the chart of facts already decoded.
//!
//! `chart_cost HOME ID…` prints one JSON line a patient with medians in microseconds. Had facts been kept instead of
//! bytes, decoding is what would be saved at most; see docs/decisions/0002-bytes-on-reading.md.
#![allow(clippy::unwrap_used, reason = "a measurement that cannot go on must fail")]

use std::path::PathBuf;
use std::time::Instant;

use andon::home::Home;
use andon::record::record;
use chart::{AsOf, Chart, PatientId};
use store::Unlock;

const ROUNDS: usize = 31;

fn main() {
    let mut args = std::env::args().skip(1);
    let home = Home::new(PathBuf::from(args.next().unwrap()), Unlock::KeyFile);
    let reader = home.reader().unwrap();
    for id in args {
        let patient = PatientId { authority: reader.about().authority.clone(), id };
        let cut = reader.cut().unwrap();
        let held = reader.sightings(&patient, &cut).unwrap();
        let bytes: usize = held.iter().filter_map(|sighting| sighting.bytes.as_ref()).map(|bytes| bytes.len()).sum();
        let whole = record(&reader, &patient, &cut).unwrap();
        let as_of = AsOf::live(andon::world::now());
        let read = median(|| drop(reader.sightings(&patient, &cut).unwrap()));
        let recorded = median(|| drop(record(&reader, &patient, &cut).unwrap()));
        let charted = median(|| drop(Chart::at(&whole, &as_of)));
        let line = serde_json::json!({
            "patient": patient.id, "messages": held.len(), "bytes": bytes, "facts": whole.facts.len(),
            "read_us": read, "decode_us": recorded.saturating_sub(read), "chart_us": charted,
        });
        println!("{line}");
    }
}

fn median(mut work: impl FnMut()) -> u64 {
    let mut times: Vec<u64> = (0..ROUNDS)
        .map(|_| {
            let began = Instant::now();
            work();
            began.elapsed().as_micros() as u64
        })
        .collect();
    times.sort_unstable();
    times[ROUNDS / 2]
}
