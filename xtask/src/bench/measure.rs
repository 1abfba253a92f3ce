//! Counting what a child process costs. CPU seconds are the kernel's account of our waited-for children, because wall
//! time on a shared machine says little; instructions come from callgrind.

use std::io::Read;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::Outcome;
use crate::runner::{output, shown};

/// What one run of a program cost.
#[derive(Clone, Debug, Default)]
pub struct Cost {
    /// User and system seconds, those of its own children too.
    pub cpu_seconds: f64,
    pub wall_seconds: f64,
    /// Highest resident memory, page cache of mapped files counted.
    pub resident_kb: u64,
    /// Highest memory of its own (`RssAnon`).
    pub own_kb: u64,
    pub said: String,
}

/// Runs a program to its end and says what it cost; one at a time, or the accounts mix.
pub fn cost(command: &mut Command) -> Outcome<Cost> {
    cost_or(command, &[])
}

/// The same, for a program that may also end with one of these codes.
pub fn cost_or(command: &mut Command, also_good: &[i32]) -> Outcome<Cost> {
    let name = shown(command);
    let before = children_seconds()?;
    let start = Instant::now();
    let mut child = command.stdout(Stdio::piped()).spawn().map_err(|error| format!("{name}: {error}"))?;
    let mut pipe = child.stdout.take();
    let listener = std::thread::spawn(move || {
        let mut said = Vec::new();
        // A program that closes its output early has said all it wants to.
        let _ = pipe.as_mut().map(|pipe| pipe.read_to_end(&mut said));
        String::from_utf8_lossy(&said).into_owned()
    });
    let mut cost = Cost::default();
    let status = loop {
        let (resident, own) = memory(child.id());
        cost.resident_kb = cost.resident_kb.max(resident);
        cost.own_kb = cost.own_kb.max(own);
        match child.try_wait().map_err(|error| format!("{name}: {error}"))? {
            Some(status) => break status,
            None => std::thread::sleep(Duration::from_millis(10)),
        }
    };
    cost.wall_seconds = start.elapsed().as_secs_f64();
    cost.cpu_seconds = children_seconds()? - before;
    cost.said = listener.join().unwrap_or_default();
    if status.success() || status.code().is_some_and(|code| also_good.contains(&code)) {
        Ok(cost)
    } else {
        Err(format!("{name}: {status}"))
    }
}

/// Seconds of all children that have ended, from our own line in `/proc` (fields 16 and 17, proc(5), in ticks).
fn children_seconds() -> Outcome<f64> {
    ticked("/proc/self/stat", [13, 14])
}

/// Seconds that a running process has used (fields 14 and 15).
pub fn seconds_of(process: u32) -> Outcome<f64> {
    ticked(&format!("/proc/{process}/stat"), [11, 12])
}

/// Two fields of a line of `/proc`, counted from the state, which is the manual's third; in seconds.
fn ticked(file: &str, fields_from_state: [usize; 2]) -> Outcome<f64> {
    let line = std::fs::read_to_string(file).map_err(|error| format!("{file}: {error}"))?;
    let after_name = line.rsplit_once(')').map_or("", |(_, rest)| rest);
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    let ticks = |at: usize| fields.get(at).and_then(|field| field.parse::<f64>().ok()).unwrap_or_default();
    let a_second: f64 = output(Command::new("getconf").arg("CLK_TCK"))?.trim().parse().unwrap_or(100.0);
    Ok(fields_from_state.map(ticks).iter().sum::<f64>() / a_second)
}

/// Highest resident and present own memory of a running process, kilobytes.
pub fn memory(process: u32) -> (u64, u64) {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let line = |name: &str| {
        status.lines().find_map(|line| line.strip_prefix(name)?.split_whitespace().next()?.parse::<u64>().ok())
    };
    (line("VmHWM:").unwrap_or_default(), line("RssAnon:").unwrap_or_default())
}

/// Instructions that a program executed, by callgrind.
pub fn instructions(program: &str, args: &[&str]) -> Outcome<f64> {
    let mut command = Command::new("valgrind");
    command.args(["--tool=callgrind", "--callgrind-out-file=/dev/null", program]).args(args);
    let out = command.output().map_err(|error| format!("valgrind: {error}"))?;
    let told = String::from_utf8_lossy(&out.stderr);
    let counted = told.lines().find_map(|line| line.split_once("Collected :")?.1.trim().parse::<f64>().ok());
    counted.filter(|_| out.status.success()).ok_or_else(|| format!("{}: {}", shown(&command), told.trim()))
}

/// Middle and ends of a row of figures.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spread {
    pub median: f64,
    pub least: f64,
    pub most: f64,
}

/// The spread of some figures; zeros when there are none.
pub fn spread(figures: &[f64]) -> Spread {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    let at = |place: usize| sorted.get(place).copied().unwrap_or_default();
    let middle = sorted.len() / 2;
    let median =
        if sorted.len().is_multiple_of(2) && middle > 0 { (at(middle - 1) + at(middle)) / 2.0 } else { at(middle) };
    Spread { median, least: at(0), most: at(sorted.len().saturating_sub(1)) }
}

/// The figure that `share` (0–1) of the sorted figures do not exceed.
pub fn percentile(figures: &[f64], share: f64) -> f64 {
    let mut sorted = figures.to_vec();
    sorted.sort_by(f64::total_cmp);
    let place = (sorted.len() as f64 * share).ceil() as usize;
    sorted.get(place.saturating_sub(1)).copied().unwrap_or_default()
}

/// The exponent with which a cost grows: the slope of log cost over log size, by least squares.
pub fn exponent(points: &[(f64, f64)]) -> f64 {
    let count = points.len() as f64;
    let logs: Vec<(f64, f64)> = points.iter().map(|(size, cost)| (size.ln(), cost.ln())).collect();
    let (mean_x, mean_y) =
        (logs.iter().map(|p| p.0).sum::<f64>() / count, logs.iter().map(|p| p.1).sum::<f64>() / count);
    let above: f64 = logs.iter().map(|(x, y)| (x - mean_x) * (y - mean_y)).sum();
    let below: f64 = logs.iter().map(|(x, _)| (x - mean_x).powi(2)).sum();
    above / below
}

#[cfg(test)]
mod tests {
    use std::process::Command;

    use super::{Spread, cost, exponent, percentile, spread};

    #[test]
    fn middles_and_ends() {
        assert_eq!(spread(&[3.0, 1.0, 2.0]), Spread { median: 2.0, least: 1.0, most: 3.0 });
        assert_eq!(spread(&[4.0, 1.0]), Spread { median: 2.5, least: 1.0, most: 4.0 });
        assert_eq!(spread(&[]), Spread { median: 0.0, least: 0.0, most: 0.0 });
        let hundred: Vec<f64> = (1..=100).map(f64::from).collect();
        assert_eq!((percentile(&hundred, 0.99), percentile(&hundred, 0.5), percentile(&[], 0.5)), (99.0, 50.0, 0.0));
    }

    #[test]
    fn a_linear_cost_grows_with_exponent_one_and_a_square_with_two() {
        assert!((exponent(&[(1.0, 3.0), (2.0, 6.0), (4.0, 12.0)]) - 1.0).abs() < 1e-9);
        assert!((exponent(&[(1.0, 3.0), (2.0, 12.0), (4.0, 48.0)]) - 2.0).abs() < 1e-9);
    }

    #[test]
    fn a_child_that_works_costs_and_one_that_fails_is_an_error() {
        let busy =
            cost(Command::new("sh").args(["-c", "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; echo done"]));
        let busy = busy.unwrap();
        assert!(busy.cpu_seconds > 0.0 && busy.resident_kb > 0 && busy.said == "done\n", "{busy:?}");
        assert!(cost(Command::new("sh").args(["-c", "exit 3"])).is_err());
    }
}
