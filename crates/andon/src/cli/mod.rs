//! The commands: one file each; this one picks, prints what went wrong and ends with the exit code.

mod alarm;
mod appointments;
mod args;
mod audit;
mod calls;
mod cards;
mod chart;
mod chronology_paper;
mod command;
mod demo;
mod departments;
mod desk;
mod devices;
mod disagreements;
mod doctor;
mod drill;
mod drill_timeline;
mod envelope;
mod feed;
mod flag;
mod gate;
mod hand_in;
mod inbox;
mod init;
mod institution;
mod keys;
mod keys_cards;
mod keys_ceremony;
mod keys_open;
mod labels;
mod link;
mod orders;
mod package;
mod passphrase;
mod people;
mod print;
mod printing;
mod prove;
mod queue;
mod registers;
mod restore;
mod safety;
mod scan;
mod search;
mod serve;
mod sheets;
mod source;
mod spooler;
mod staff_list;
mod station;
mod station_charts;
mod station_key;
mod station_line;
mod station_paper;
mod status;
mod telephone;
mod vault;
mod vault_audit;
mod vault_extract;
mod vault_log;
mod vault_probe;
mod vault_proof;
mod vault_receive;
mod vault_witness;
mod ward;
mod ward_write;
mod whereabouts;
mod write;

use std::io::{IsTerminal, Read, Write};
use std::path::Path;
use std::process::ExitCode;

use clap::{CommandFactory, Parser};
use store::Unlock;

use crate::home::{Exit, Home, Problem};
use args::{Command, Drill, Words};

/// Reads the command line, runs the command, ends with its exit code.
pub fn main() -> ExitCode {
    let words = match Words::try_parse() {
        Ok(words) => words,
        Err(error) => {
            let usage = error.use_stderr();
            error.print().unwrap_or_default();
            return ExitCode::from(if usage { Exit::Usage } else { Exit::Ok } as u8);
        }
    };
    start_logging();
    crate::decode::stop_without_words();
    match run(words) {
        Ok(exit) => ExitCode::from(exit as u8),
        Err(problem) => {
            // A reader that closed the pipe (`| head`) is no failure to report.
            writeln!(std::io::stderr(), "{problem}").unwrap_or_default();
            ExitCode::from(problem.exit as u8)
        }
    }
}

/// What is in a file that was named, `-` for standard input; no more than so many bytes.
fn bytes_of(file: &Path, most: u64) -> Result<Vec<u8>, Problem> {
    let mut bytes = Vec::new();
    let read = match file.as_os_str() == "-" {
        true => std::io::stdin().take(most).read_to_end(&mut bytes),
        false => std::fs::File::open(file).and_then(|file| file.take(most).read_to_end(&mut bytes)),
    };
    let named = file.display();
    read.map_err(|error| Problem::failed(format!("{named}: 読めません。 / cannot be read. ({error})")))?;
    Ok(bytes)
}

fn run(words: Words) -> Result<Exit, Problem> {
    let home = || open_home(&words);
    match &words.command {
        Command::Init(args) => {
            let file = words.passphrase_file.as_deref();
            init::run(&words.home, file.map(|file| passphrase::new(Some(file))).transpose()?, args)
        }
        Command::Feed(args) => feed::run(&home()?, args),
        Command::Search(args) => search::run(&home()?, args),
        Command::Chart(args) => chart::run(&home()?, args),
        Command::Ward(args) => ward::run(&home()?, args),
        Command::Appointments(args) => appointments::run(&home()?, args),
        Command::Status(args) => status::run(&home()?, args.json),
        Command::Doctor(args) => doctor::run(&home()?, args),
        Command::Source(asked) => source::run(&home()?, asked),
        Command::Gate(asked) => gate::run(&home()?, asked),
        Command::Keys(asked) => keys::run(&words, asked),
        Command::Serve(args) => serve::run(home()?, args),
        Command::Print(asked) => print::run(&home()?, asked),
        Command::Printer(asked) => printing::printers(&home()?, asked),
        Command::Plan(asked) => printing::plans(&home()?, asked),
        Command::Memo(args) => printing::memos(&home()?, args),
        // Its own --identity opens segments, and the home is opened as always.
        Command::Vault(asked) => vault::run(&open_with(&words, None)?, asked),
        Command::Prove(args) => prove::run(args),
        Command::Restore(args) => restore::run(args),
        Command::Scan(args) => scan::run(&home()?, args),
        Command::HandIn(args) => hand_in::run(&home()?, args),
        Command::Disagreements(args) => disagreements::run(&home()?, args),
        Command::Sheets(args) => sheets::run(&home()?, args),
        Command::Whereabouts(args) => whereabouts::run(&home()?, args),
        Command::ReadScan { words } => scan::child(words),
        Command::Envelope(asked) => envelope::run(home, asked),
        Command::People(asked) => people::run(&home()?, asked),
        Command::Audit(args) => audit::run(&home()?, args),
        Command::Flag(args) => flag::run(&home()?, args),
        Command::Link(args) => link::run(&home()?, args, true),
        Command::Unlink(args) => link::run(&home()?, args, false),
        Command::Station(asked) => station::stations(&home()?, asked),
        Command::Log(asked) => station::logs(&home()?, asked),
        Command::Declare(args) => command::declare(&home()?, args),
        Command::Chronology(args) => command::chronology(&home()?, args),
        Command::Devices(args) => devices::run(&home()?, args),
        Command::Register(args) => registers::run(&home()?, args),
        Command::Order(asked) => orders::run(&home()?, asked),
        Command::Safety(args) => safety::run(&home()?, args),
        Command::Reception(asked) => desk::run(&home()?, asked),
        Command::Queue(args) => queue::run(&home()?, args),
        Command::Telephone(asked) => telephone::run(&home()?, asked),
        Command::Calls(args) => calls::run(&home()?, args),
        Command::Desk(asked) => departments::run(&home()?, asked),
        Command::Results(asked) => departments::results(&home()?, asked),
        Command::Board(args) => command::board(&home()?, args.json),
        Command::Agenda(args) => registers::agenda(&home()?, args.json),
        Command::Package(asked) => package::run(&home()?, asked),
        Command::Drill(Drill::Hospital(args)) => drill::hospital(args),
        Command::Drill(Drill::Live(args)) => drill::live(args),
        Command::Drill(Drill::Timeline(args)) => drill_timeline::run(&home()?, args),
        Command::Demo(args) => demo::run(args),
        Command::Completions { shell } => {
            clap_complete::generate(*shell, &mut Words::command(), "andon", &mut std::io::stdout());
            Ok(Exit::Ok)
        }
        Command::Man { out } => write_man_pages(out),
    }
}

fn open_home(words: &Words) -> Result<Home, Problem> {
    open_with(words, words.identity.as_deref())
}

fn open_with(words: &Words, identity: Option<&Path>) -> Result<Home, Problem> {
    let unlock = match (&words.key_file, &words.passphrase_file, identity) {
        (None, None, None) => Unlock::KeyFile,
        (Some(file), None, None) => Unlock::KeyFileAt(file.clone()),
        (None, Some(file), None) => Unlock::Passphrase(passphrase::of_file(file)?),
        (None, None, Some(file)) => Unlock::Identity(keys_open::identity_file(file)?),
        _ => {
            return Err(Problem::usage(
                "--key-file・--passphrase-file・--identity は一つだけにしてください。\n\
                 Give only one of --key-file, --passphrase-file and --identity.",
            ));
        }
    };
    Ok(Home::new(words.home.clone(), unlock))
}

/// Logs go to standard error, one line each, JSON where `ANDON_LOG_JSON` is set; never patient data (promise 12).
fn start_logging() {
    let level = match std::env::var("ANDON_LOG").as_deref() {
        Ok("debug") => tracing::Level::DEBUG,
        Ok("info") => tracing::Level::INFO,
        _ => tracing::Level::WARN,
    };
    let builder = tracing_subscriber::fmt().with_max_level(level).with_writer(std::io::stderr);
    let colour = std::io::stderr().is_terminal();
    let started = match std::env::var_os("ANDON_LOG_JSON") {
        Some(_) => builder.json().try_init(),
        None => builder.with_ansi(colour).try_init(),
    };
    if started.is_err() {
        tracing::debug!("logging had been started before");
    }
}

fn write_man_pages(out: &Path) -> Result<Exit, Problem> {
    std::fs::create_dir_all(out)?;
    clap_mangen::generate_to(Words::command(), out)?;
    say(&format!("{}: man ページを書きました。 / Man pages written.", out.display()));
    Ok(Exit::Ok)
}

/// Where the operating system lists its accounts (passwd(5)).
const PASSWD: &str = "/etc/passwd";

/// Who runs this command, as the operating system knows them: by `USER`; where a timer or a service starts it without one,
/// by the list of accounts; else by the bare number.
fn os_user() -> String {
    let uid = rustix::process::getuid().as_raw();
    let named = std::env::var("USER").ok().filter(|name| !name.is_empty());
    let listed = || std::fs::read(PASSWD).ok().and_then(|list| listed_name(&String::from_utf8_lossy(&list), uid));
    named.or_else(listed).unwrap_or_else(|| format!("uid {uid}"))
}

/// The name of a user's number in a list of accounts, `name:password:uid:…` a line.
fn listed_name(list: &str, uid: u32) -> Option<String> {
    list.lines().find_map(|line| {
        let mut fields = line.split(':');
        let (name, number) = (fields.next()?, fields.nth(1)?);
        (number.parse() == Ok(uid) && !name.is_empty()).then(|| name.to_owned())
    })
}

/// Writes down what a command showed, before it shows it. Where that cannot be written, the command goes on and says so.
fn seen(home: &Home, act: &str, about: &str, detail: &str, exit: Exit) {
    let name = os_user();
    let look = store::Look {
        at: crate::world::now(),
        account: format!("os:{name}"),
        name,
        role: crate::role::Role::Operator.code().to_owned(),
        act: act.to_owned(),
        about: about.to_owned(),
        detail: detail.to_owned(),
        from: "command".to_owned(),
        outcome: exit as u16,
    };
    if let Err(problem) = home.access().and_then(|mut access| Ok(access.note(&[look])?)) {
        let words = "閲覧の記録を書けません。 / Who looks at what cannot be written down.";
        writeln!(std::io::stderr(), "⚠ {words} {problem}").unwrap_or_default();
    }
}

/// Whom a number on the command line means: of the authority that was named, else whom the number alone means.
fn meant(home: &Home, id: &str, authority: Option<&str>) -> Result<::chart::PatientId, Problem> {
    let reader = home.reader()?;
    let id = crate::temporary::plain(&reader, id)?;
    match authority {
        Some(authority) => Ok(::chart::PatientId { authority: authority.to_owned(), id }),
        None => crate::temporary::meant(&reader, &id),
    }
}

/// Does what a request says with a writer in hand.
pub use write::perform;

/// How pages have a person's decision written: as commands do.
pub fn writer() -> crate::web::Write {
    std::sync::Arc::new(write::write)
}

/// Prints a line to standard output; a reader that has gone is not our failure.
fn say(line: &str) {
    writeln!(std::io::stdout(), "{line}").unwrap_or_default();
}

/// Prints a value as JSON.
fn say_json(value: &impl serde::Serialize) -> Result<(), Problem> {
    let text = serde_json::to_string_pretty(value).map_err(|error| Problem::failed(error.to_string()))?;
    say(&text);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::listed_name;

    #[test]
    fn a_users_number_has_its_name_in_the_list_of_accounts() {
        let list = "root:x:0:0:root:/root:/bin/sh\n+::::::\nbad\nandon:x:990:990::/var/lib/andon:/bin/false\n";
        for (uid, name) in [(0, Some("root")), (990, Some("andon")), (99, None)] {
            assert_eq!(listed_name(list, uid).as_deref(), name);
        }
    }
}
