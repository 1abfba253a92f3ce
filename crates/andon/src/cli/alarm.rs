//! Runs a command of the hospital's when the gate speaks: it rings a bell, sends a message, prints a sheet. It is told which
//! source and why, and nothing of any patient (promise 12).

use std::path::PathBuf;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use store::{EventNo, Reader};

use crate::event::{Event, GATE_ITEM, GateEvent};

/// A command that takes longer is ended: whoever it calls has been called or cannot be.
const COMMAND_MAX: Duration = Duration::from_secs(60);
const BETWEEN_LOOKS: Duration = Duration::from_millis(200);

/// Watches for what the gate says.
pub struct Bell {
    command: Option<PathBuf>,
    /// The last event that was told.
    told: EventNo,
}

impl Bell {
    /// What is open when the program starts is told again: better twice than never.
    pub fn new(command: Option<PathBuf>) -> Bell {
        Bell { command, told: EventNo(0) }
    }

    /// Tells what is new. One look-up where nothing is.
    pub fn ring(&mut self, reader: &Reader) {
        let Some(command) = &self.command else { return };
        let last = match reader.last_event_of(GATE_ITEM) {
            Ok(Some(last)) if last.no > self.told => last.no,
            _ => return,
        };
        let holds = crate::hold::Holds::of(reader).unwrap_or_default();
        for stored in reader.events_of(GATE_ITEM).unwrap_or_default().iter().filter(|stored| stored.no > self.told) {
            let envelope = &stored.envelope;
            let event = Event::read(envelope.kind, envelope.version, &envelope.payload);
            let Event::Gate(GateEvent::Alarm(alarm)) = event else { continue };
            if holds.of_source(alarm.source).is_some() {
                let held = if alarm.rule.holds() { "held" } else { "missing" };
                let words =
                    [held.to_owned(), alarm.name, alarm.rule.code().to_owned(), envelope.entry_time.to_string()];
                let command = command.clone();
                std::thread::spawn(move || run(&command, &words));
            }
        }
        self.told = last;
    }
}

/// Runs the command with `held` or `missing`, the source's name, the rule and the time.
fn run(command: &std::path::Path, words: &[String; 4]) {
    let started = Command::new(command).args(words).stdin(Stdio::null()).stdout(Stdio::null()).spawn();
    let mut child = match started {
        Ok(child) => child,
        Err(error) => return tracing::error!(%error, "the hospital's command for alarms could not be started"),
    };
    let until = Instant::now() + COMMAND_MAX;
    loop {
        match child.try_wait() {
            Ok(Some(status)) if status.success() => {
                return tracing::info!("people were told by the hospital's command");
            }
            Ok(Some(status)) => {
                return tracing::error!(code = status.code(), "the hospital's command for alarms failed");
            }
            Ok(None) if Instant::now() < until => std::thread::sleep(BETWEEN_LOOKS),
            _ => break,
        }
    }
    child.kill().and_then(|()| child.wait()).map(|_| ()).unwrap_or_default();
    tracing::error!("the hospital's command for alarms took too long and was ended");
}
