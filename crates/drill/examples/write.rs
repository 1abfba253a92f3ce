//! Writes a hospital and prints how fast: `cargo run --example write -- DIR PATIENTS DAYS [DIALECT] [SEED]`.

use std::path::Path;
use std::time::Instant;

fn main() -> std::io::Result<()> {
    let args: Vec<String> = std::env::args().collect();
    let number = |at: usize, or: u32| args.get(at).and_then(|text| text.parse().ok()).unwrap_or(or);
    let plan = drill::Plan {
        patients: number(2, 300),
        days: number(3, 60),
        dialect: drill::Dialect::parse(args.get(4).map_or("", String::as_str)).unwrap_or_default(),
        seed: u64::from(number(5, 1)),
        ..drill::Plan::default()
    };
    let start = Instant::now();
    let out = args.get(1).map_or("drill-out", String::as_str);
    let written = drill::write_hospital(&plan, Path::new(out), &mut |_| ())?;
    let seconds = start.elapsed().as_secs_f64();
    let files = written.messages + written.documents;
    println!("{written:?}\nmean {} bytes, {seconds:.1} s, {:.0} files/s", written.mean_bytes(), files as f64 / seconds);
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().filter(|line| line.starts_with("VmHWM")).for_each(|line| println!("{line}"));
    for special in drill::special_people(&plan) {
        println!("{} {} {} {}", special.id, special.key, special.name, special.what);
    }
    Ok(())
}
