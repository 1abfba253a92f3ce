//! Decoding: instructions a byte from the sender's bytes to a full field and component index, beside the peers. Limits
//! from the issue: 65 from ISO-2022-JP, 35 from UTF-8.

use std::path::Path;
use std::process::Command;

use super::ground::{self, Hospital, word};
use super::measure::{cost, instructions};
use super::report::{Limit, Report};
use crate::Outcome;

const HOSPITAL: Hospital = Hospital { name: "decode", patients: 200, beds: 120, seed: 7 };
/// Callgrind is exact, so a few hundred messages are enough; CPU seconds need many.
const FEW: usize = 400;
const MANY: usize = 20_000;

/// A program that takes `FILE COUNT` and parses the first COUNT messages of a corpus file.
struct Subject {
    name: &'static str,
    program: String,
    corpus: &'static str,
    limit: Limit,
}

/// Measures ours and the peers.
pub fn run(report: &mut Report) -> Outcome {
    let tree = ground::hospital(&ground::andon()?, &HOSPITAL)?;
    let python = ground::python()?;
    let few = corpus(&python, &tree, FEW)?;
    let ours = word(&ground::example("formats", "decode_corpus")?);
    let subjects = [
        Subject { name: "andon", program: ours.clone(), corpus: "jis", limit: Some(65.0) },
        Subject { name: "andon", program: ours.clone(), corpus: "utf8", limit: Some(35.0) },
        Subject { name: "hl7-v2", program: word(&ground::rust_peer("hl7_v2")?), corpus: "utf8", limit: None },
        Subject { name: "hl7-parser", program: word(&ground::rust_peer("hl7_parser")?), corpus: "utf8", limit: None },
    ];
    for subject in &subjects {
        let file = format!("{few}.{}", subject.corpus);
        let size = payload(&file)?;
        let per_byte = (count(&subject.program, &file, FEW)? - count(&subject.program, &file, 0)?) / size;
        let what = format!("{} from {}", subject.name, subject.corpus);
        report.figure(&what, 1, "instructions_per_byte", per_byte);
        report.claim(&format!("{what}: instructions a byte"), &[per_byte], subject.limit);
    }
    seconds(report, &python, &tree, &ours)
}

/// CPU seconds of ours and of each interpreted peer in turns, start-up taken off.
fn seconds(report: &mut Report, python: &Path, tree: &Path, ours: &str) -> Outcome {
    let many = corpus(python, tree, MANY)?;
    let node = ground::javascript()?;
    let run = |subject: &str, messages: usize| {
        let (jis, utf8, messages) = (format!("{many}.jis"), format!("{many}.utf8"), messages.to_string());
        let mut command = match subject {
            "andon" => Command::new(ours),
            "python hl7" => Command::new(python),
            _ => Command::new("node"),
        };
        match subject {
            "andon" => command.arg(jis),
            "python hl7" => command.arg(ground::peer("python_hl7.py")).arg(utf8),
            _ => command.current_dir(&node).arg(ground::peer("medplum.mjs")).arg(utf8),
        };
        cost(command.arg(messages))
    };
    let mut ratios = [Vec::new(), Vec::new()];
    for round in 1..=report.pairs {
        let mut net = Vec::new();
        for subject in ["andon", "python hl7", "@medplum/core"] {
            let (full, empty) = (run(subject, MANY)?, run(subject, 0)?);
            let seconds = (full.cpu_seconds - empty.cpu_seconds).max(0.01);
            report.figure(subject, round, "cpu_seconds_net", seconds);
            net.push(seconds);
        }
        ratios[0].push(net[1] / net[0]);
        ratios[1].push(net[2] / net[0]);
    }
    report.claim("python hl7 ÷ andon, CPU seconds", &ratios[0], None);
    report.claim("@medplum/core ÷ andon, CPU seconds", &ratios[1], None);
    Ok(())
}

/// The corpus of so many messages, in both encodings; answers its path without the ending.
fn corpus(python: &Path, tree: &Path, messages: usize) -> Outcome<String> {
    let path = word(&ground::work()?.join(format!("corpus-{messages}")));
    cost(Command::new(python).arg(ground::peer("corpus.py")).arg(tree).args([&path, &messages.to_string()]))?;
    Ok(path)
}

/// Bytes of messages in a corpus file, lengths left out.
fn payload(file: &str) -> Outcome<f64> {
    let bytes = std::fs::read(file).map_err(|error| format!("{file}: {error}"))?;
    let (mut rest, mut sum) = (bytes.as_slice(), 0_usize);
    while let Some((length, after)) = rest.split_first_chunk::<4>() {
        let length = u32::from_le_bytes(*length) as usize;
        sum += length;
        rest = after.get(length..).unwrap_or_default();
    }
    Ok(sum as f64)
}

fn count(program: &str, file: &str, messages: usize) -> Outcome<f64> {
    instructions(program, &[file, &messages.to_string()])
}
