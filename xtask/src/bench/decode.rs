//! Decoding: instructions a byte from the sender's bytes to a full field and component index, beside the peers. Limits
//! from the issue: 65 from ISO-2022-JP, 35 from UTF-8.

use std::path::Path;
use std::process::Command;

use super::ground::{self, Hospital, word};
use super::measure::{cost, instructions};
use super::report::{Limit, Report};
use crate::Outcome;
use crate::runner::output;

const HOSPITAL: Hospital = Hospital { name: "decode", patients: 200, beds: 120, seed: 7 };
/// Callgrind is exact, so a few hundred messages are enough; CPU seconds need many.
const FEW: usize = 400;
const MANY: usize = 20_000;

/// A program to count: ours reads a folder and decodes it so many times, a peer reads the first messages of a file.
struct Subject {
    name: &'static str,
    program: String,
    encoding: &'static str,
    limit: Limit,
}

impl Subject {
    /// The arguments that make it parse the whole corpus, or do all but that.
    fn args(&self, corpus: &str, messages: usize, parse: bool) -> [String; 3] {
        match self.name {
            "andon" => ["index".to_owned(), format!("{corpus}.{}", self.encoding), usize::from(parse).to_string()],
            _ => [format!("{corpus}.corpus"), if parse { messages } else { 0 }.to_string(), String::new()],
        }
    }
}

/// Measures ours and the peers.
pub fn run(report: &mut Report) -> Outcome {
    let tree = ground::hospital(&ground::andon()?, &HOSPITAL)?;
    let python = ground::python()?;
    let few = corpus(&python, &tree, FEW)?;
    let ours = word(&ground::example("formats", "decode_corpus")?);
    let subject = |name, program, encoding, limit| Subject { name, program, encoding, limit };
    let subjects = [
        subject("andon", ours.clone(), "jis", Some(65.0)),
        subject("andon", ours.clone(), "utf8", Some(35.0)),
        subject("hl7-v2", word(&ground::rust_peer("hl7_v2")?), "utf8", None),
        subject("hl7-parser", word(&ground::rust_peer("hl7_parser")?), "utf8", None),
    ];
    for subject in &subjects {
        let count = |parse| {
            let args = subject.args(&few, FEW, parse);
            instructions(&subject.program, &args.each_ref().map(String::as_str))
        };
        let per_byte = (count(true)? - count(false)?) / payload(&format!("{few}.{}", subject.encoding))?;
        let what = format!("{} from {}", subject.name, subject.encoding);
        report.figure(&what, 1, "instructions_per_byte", per_byte);
        report.claim(&format!("{what}: instructions a byte"), &[per_byte], subject.limit);
    }
    seconds(report, &python, &tree, &ours)?;
    splits(report, &ours)
}

/// The whole corpus split from ISO-2022-JP and from the UTF-8 that Python made of it must give the same leaves.
fn splits(report: &mut Report, ours: &str) -> Outcome {
    let corpus = word(&ground::work()?.join(format!("corpus-{MANY}")));
    let said = output(Command::new(ours).args(["splits", &format!("{corpus}.jis"), &format!("{corpus}.utf8")]))?;
    let numbers: Vec<f64> = said.split_whitespace().filter_map(|word| word.parse().ok()).collect();
    let [messages, wrong, raw] = numbers[..] else { return Err(format!("decode_corpus splits: {said}")) };
    report.figure("corpus", 0, "messages", messages);
    report.claim(&format!("mis-split of {messages} messages"), &[wrong], Some(0.0));
    report.claim("mis-split by a splitter that does not track escapes", &[raw], None);
    Ok(())
}

/// CPU seconds of ours, from the sender's bytes, and of each interpreted peer, from UTF-8, in turns; start-up and reading
/// taken off.
fn seconds(report: &mut Report, python: &Path, tree: &Path, ours: &str) -> Outcome {
    let many = corpus(python, tree, MANY)?;
    let node = ground::javascript()?;
    let run = |name: &'static str, parse: bool| {
        let subject = Subject { name, program: String::new(), encoding: "jis", limit: None };
        let mut command = match name {
            "andon" => Command::new(ours),
            "python hl7" => Command::new(python),
            _ => Command::new("node"),
        };
        match name {
            "andon" => &mut command,
            "python hl7" => command.arg(ground::peer("python_hl7.py")),
            _ => command.current_dir(&node).arg(ground::peer("medplum.mjs")),
        };
        cost(command.args(subject.args(&many, MANY, parse)))
    };
    let mut ratios = [Vec::new(), Vec::new()];
    for round in 1..=report.pairs {
        let mut net = Vec::new();
        for name in ["andon", "python hl7", "@medplum/core"] {
            let (full, empty) = (run(name, true)?, run(name, false)?);
            let seconds = (full.cpu_seconds - empty.cpu_seconds).max(0.01);
            report.figure(name, round, "cpu_seconds_net", seconds);
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

/// Bytes of all messages below a folder.
fn payload(folder: &str) -> Outcome<f64> {
    let sizes = output(Command::new("find").arg(folder).args(["-type", "f", "-printf", "%s\n"]))?;
    Ok(sizes.lines().filter_map(|size| size.parse::<f64>().ok()).sum())
}
