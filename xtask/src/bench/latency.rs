//! From a file written to its value on the chart. A laboratory result is copied under a new order number with a value
//! that occurs nowhere else, with its record in the transaction storage as a sender leaves one, and `andon chart --json`
//! is asked until it shows it. Limits from the issue: 99 of 100 within
//! 5 s in a running hospital, within 60 s while the first reading still goes on.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use super::ground::{self, Hospital};
use super::measure::{cost_or, percentile};
use super::report::Report;
use crate::Outcome;
use crate::runner::output;

const HOSPITAL: Hospital = Hospital { name: "latency", patients: 1_200, beds: 120, seed: 11 };
const STEADY_PROBES: u32 = 100;
const CATCHING_UP_PROBES: u32 = 20;
const GIVE_UP: Duration = Duration::from_secs(120);
/// Between two questions about the same value; it is part of what is measured.
const ASK_AGAIN: Duration = Duration::from_millis(50);

/// Measures both states on one tree.
pub fn run(report: &mut Report) -> Outcome {
    let andon = ground::andon()?;
    // The tree is changed here, so it is made new each time.
    let kept =
        ground::work()?.join(format!("{}-{}-{}-{}", HOSPITAL.name, HOSPITAL.patients, HOSPITAL.beds, HOSPITAL.seed));
    ground::remove(&kept)?;
    let tree = ground::hospital(&andon, &HOSPITAL)?;
    let results = results(&tree)?;
    let home = ground::home(&andon, "home")?;
    let watch = Watch { andon: &andon, home: &home, tree: &tree, results: &results };

    let feed = Running::start(Command::new(&andon).args(["feed", "--home"]).arg(&home).arg(&tree))?;
    let catching_up = watch.probes(report, "catching up", 0, CATCHING_UP_PROBES)?;
    drop(feed);
    cost_or(Command::new(&andon).args(["feed", "--once", "--home"]).arg(&home).arg(&tree), &[3])?;
    let feed = Running::start(Command::new(&andon).args(["feed", "--home"]).arg(&home).arg(&tree))?;
    let live = Running::start(Command::new(&andon).args(["drill", "live", "--rate", "60"]).arg(&tree))?;
    let steady = watch.probes(report, "steady", CATCHING_UP_PROBES, STEADY_PROBES)?;
    drop((feed, live));

    report.claim("steady, seconds", &steady, None);
    report.claim("steady, 99 of 100 within seconds", &[percentile(&steady, 0.99)], Some(5.0));
    report.claim("catching up, seconds", &catching_up, None);
    report.claim("catching up, 99 of 100 within seconds", &[percentile(&catching_up, 0.99)], Some(60.0));
    Ok(())
}

/// A program that runs beside the measurement and ends with it.
struct Running(Child);

impl Running {
    fn start(command: &mut Command) -> Outcome<Self> {
        let quiet = command.stdout(Stdio::null()).stderr(Stdio::null()).stdin(Stdio::null());
        quiet.spawn().map(Self).map_err(|error| format!("{}: {error}", crate::runner::shown(command)))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself; then there is nothing to end.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Who is asked, and about what.
struct Watch<'a> {
    andon: &'a Path,
    home: &'a Path,
    tree: &'a Path,
    results: &'a [PathBuf],
}

impl Watch<'_> {
    /// Writes so many new results, one after another, and answers the seconds each took to appear.
    fn probes(&self, report: &mut Report, state: &str, first: u32, count: u32) -> Outcome<Vec<f64>> {
        let mut seconds = Vec::new();
        for number in first..first + count {
            let Some(model) = self.results.get(number as usize * 37 % self.results.len().max(1)) else {
                return Err("the tree holds no laboratory result to copy".to_owned());
            };
            let value = 700_000 + number;
            let Some(probe) = probe(model, number, value)? else { continue };
            self.write(&probe).map_err(|error| format!("{}: {error}", probe.path.display()))?;
            let written = Instant::now();
            let shown = self.shows(&probe.patient, &value.to_string(), written);
            report.figure(state, number as usize, "seconds", shown.as_secs_f64());
            seconds.push(shown.as_secs_f64());
        }
        Ok(seconds)
    }

    /// Puts a file there whole, then its record.
    fn write(&self, probe: &Probe) -> std::io::Result<()> {
        let hidden = probe.path.with_extension("writing");
        std::fs::write(&hidden, &probe.bytes)?;
        std::fs::rename(&hidden, &probe.path)?;
        let logs = find(&self.tree.join("tr"), "TR_*.DAT").map_err(std::io::Error::other)?;
        let Some(log) = logs.into_iter().max() else { return Ok(()) };
        let mut log = std::fs::OpenOptions::new().append(true).open(log)?;
        log.write_all(&[probe.header.as_bytes(), &probe.bytes, b"\r\n"].concat())
    }

    /// How long after `written` the value stood on the chart; `GIVE_UP` when it did not.
    fn shows(&self, patient: &str, value: &str, written: Instant) -> Duration {
        while written.elapsed() < GIVE_UP {
            let mut chart = Command::new(self.andon);
            let asked =
                chart.args(["chart", patient, "--json", "--home"]).arg(self.home).stderr(Stdio::null()).output();
            if asked.is_ok_and(|out| String::from_utf8_lossy(&out.stdout).contains(value)) {
                return written.elapsed();
            }
            std::thread::sleep(ASK_AGAIN);
        }
        GIVE_UP
    }
}

/// The current laboratory results of a tree, the latest days first.
fn results(tree: &Path) -> Outcome<Vec<PathBuf>> {
    let mut paths = find(tree, "*_OML-11_*_1")?;
    let day = |path: &PathBuf| file_name(path).split('_').nth(1).unwrap_or_default().to_owned();
    paths.sort_by_key(|path| (std::cmp::Reverse(day(path)), path.clone()));
    Ok(paths)
}

fn find(tree: &Path, name: &str) -> Outcome<Vec<PathBuf>> {
    let found = output(Command::new("find").arg(tree).args(["-type", "f", "-name", name]))?;
    Ok(found.lines().map(PathBuf::from).collect())
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// A new result: whose, where, its bytes, and the header of its record as `andon drill` writes them.
struct Probe {
    patient: String,
    path: PathBuf,
    bytes: Vec<u8>,
    header: String,
}

/// A result like `model` with a new order number and one new value; none when the model has no numeric value.
fn probe(model: &Path, number: u32, value: u32) -> Outcome<Option<Probe>> {
    let original = std::fs::read(model).map_err(|error| format!("{}: {error}", model.display()))?;
    let name = file_name(model);
    let [patient, care, kind, _, _, department, flag] = name.split('_').collect::<Vec<_>>()[..] else {
        return Ok(None);
    };
    let Some(bytes) = with_value(&original, value) else { return Ok(None) };
    let order = format!("9{number:014}");
    let sent = output(Command::new("date").arg("+%Y%m%d%H%M%S%3N"))?.trim().to_owned();
    let new_name = [patient, care, kind, &order, &sent, department, flag].join("_");
    let words = format!("INS,9990000001,{patient},{care},{kind},{order},{sent},{department},{flag}");
    let header = format!("SSMIX2.00,{:08},{words}\r\n", bytes.len());
    Ok(Some(Probe { patient: patient.to_owned(), path: model.with_file_name(new_name), bytes, header }))
}

/// The message with OBX-5 of its first numeric result replaced. Bars inside two-byte text are not delimiters.
fn with_value(bytes: &[u8], value: u32) -> Option<Vec<u8>> {
    let (mut two_byte, mut bars, mut segment) = (false, Vec::new(), 0);
    for (at, byte) in bytes.iter().enumerate() {
        match (*byte, bytes.get(at + 1).copied()) {
            (0x1b, Some(b'$')) => two_byte = true,
            (0x1b, Some(b'(')) => two_byte = false,
            (b'\r' | b'\n', _) => (segment, bars) = (at + 1, Vec::new()),
            (b'|', _) if !two_byte => bars.push(at),
            _ => {}
        }
        let is_numeric = bars.len() == 6 && bytes[segment..].starts_with(b"OBX|") && &bytes[bars[1]..bars[2]] == b"|NM";
        if is_numeric {
            let value = value.to_string();
            return Some([&bytes[..=bars[4]], value.as_bytes(), &bytes[bars[5]..]].concat());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::with_value;

    #[test]
    fn only_the_value_of_the_first_numeric_result_changes() {
        // The second character's first byte is a bar, as that of 髙 is in ISO-2022-JP.
        let name = b"\x1b$B;3|b\x1b(B".as_slice();
        let message = |value: &str| {
            [b"OBX|1|ST|a||text|\rOBX|2|NM|3A^".as_slice(), name, b"||", value.as_bytes(), b"|g/dl|\r"].concat()
        };
        assert_eq!(with_value(&message("4.1"), 700_001), Some(message("700001")));
        assert_eq!(with_value(b"OBX|1|ST|a||4.1|\r", 1), None);
    }
}
