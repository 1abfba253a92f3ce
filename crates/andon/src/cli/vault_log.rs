//! `andon vault log`: what the log at a place says, proved; and what commands compare it with.

use ::vault::Target;

use super::args::vault_log::{Log, Seen};
use super::{say, say_json};
use crate::custody::log::{self, Entry, Logged};
use crate::custody::restore::WHICH;
use crate::custody::seen::{self, Continues, SeenHead, Shown};
use crate::custody::verify::Finding;
use crate::custody::{deliver, server, state, witnesses};
use crate::home::{Exit, Home, Problem};
use crate::text::{Lang, Words};

/// Lists the log.
///
/// # Errors
/// There is no such place, or no vault there.
pub fn run(home: &Home, asked: &Log) -> Result<Exit, Problem> {
    let (target, known) = match &asked.at {
        Some(place) => {
            (deliver::open_to_read(&server::place(place, asked.keys.as_deref())?, None, None)?, Shown::default())
        }
        None => (registered(home, asked.target.as_deref())?, own(home)?),
    };
    let logged = log::log(&target, asked.since, &shown(&asked.seen, known)?)?;
    match asked.json {
        true => say_json(&logged)?,
        false => print(&logged),
    }
    Ok(if logged.sound { Exit::Ok } else { Exit::Integrity })
}

/// The place of a name; else the connected one that has most.
fn registered(home: &Home, name: Option<&str>) -> Result<Target, Problem> {
    let reader = home.reader()?;
    let open = |place: &str| deliver::open_to_read(place, Some(&reader), None);
    let targets = state::targets(&reader)?;
    let found = match (name, state::Chain::of(&reader)?) {
        (Some(name), _) => targets.iter().find(|one| one.name == name).map(|one| open(&one.place)).transpose()?,
        (None, None) => None,
        (None, Some(chain)) => deliver::connected(&reader, &chain, targets)?.into_iter().next().map(|(_, at)| at),
    };
    found.ok_or_else(|| {
        Problem::usage(
            "その保管先は登録されていないか、つながっていません。`andon vault status` で確かめるか、--at で場所を指定してください。\n\
             No such place is registered or connected: see `andon vault status`, or name a place with --at.",
        )
    })
}

/// The witnesses that this home knows.
///
/// # Errors
/// When the home does not open.
pub fn own(home: &Home) -> Result<Shown, Problem> {
    let known = witnesses::known(&home.reader()?)?;
    Ok(Shown { witnesses: known.iter().filter_map(witnesses::Known::verifier).collect(), ..Shown::default() })
}

/// What was told on the command line, beside what is known.
///
/// # Errors
/// A text is neither a code nor a file with one; a card is none.
pub fn shown(asked: &Seen, known: Shown) -> Result<Shown, Problem> {
    let mut shown = known;
    shown.named.extend(asked.history.iter().cloned());
    for text in &asked.seen {
        shown.heads.extend(seen::read(text)?);
    }
    for card in &asked.witness {
        shown.witnesses.push(witnesses::card(&super::vault_witness::text_of(card)?)?);
    }
    Ok(shown)
}

fn print(logged: &Logged) {
    let Logged { vault, number, size, root, entries, findings, .. } = logged;
    say(&format!("保管庫 {vault}・保管単位 {number} まで・記録 {size} 行・{root}"));
    say(&format!("vault {vault}, up to segment {number}, {size} entries of the log"));
    entries.iter().for_each(|entry| say(&line(entry)));
    lines_of_seen(&logged.seen, logged.witnessed).iter().for_each(|line| say(line));
    findings.iter().for_each(|finding| say(&format!("✗ {}: {}", finding.object, flaw(finding))));
    lines_of_forks(findings).iter().for_each(|line| say(line));
    say(match logged.sound {
        true => {
            "記録は署名どおりで、並べた行はすべてその中にあります。 / The log is as it was signed, and every line shown is in it."
        }
        false => {
            "記録が署名どおりではありません。そのまま残し、ほかの保管先と紙で確かめてください。 / The log is not as it was signed: keep it, and compare another place and the paper."
        }
    });
}

/// What is wrong, in both languages, and in the words of who found it.
pub fn flaw(finding: &Finding) -> String {
    let [ja, en] = [Lang::Ja, Lang::En].map(|lang| Words::of(lang).word("vault-flaw", &finding.code));
    format!("{ja} / {en}（{}）", finding.what)
}

/// Where there are two histories: that what is told is of one of them, and how a person says of which.
pub fn lines_of_forks(findings: &[Finding]) -> Vec<String> {
    if !findings.iter().any(Finding::is_fork) {
        return Vec::new();
    }
    let [ja, en] = WHICH;
    vec![
        format!(
            "⚠ 履歴が二つあります。ここに述べたのは「this one is followed」とあるほうです（なければ、どちらが自分たちのものか決まっていません）。{ja}"
        ),
        format!(
            "⚠ There are two histories: told above is the one said to be followed; where none is, nothing tells which is ours. {en}"
        ),
    ]
}

/// An entry as a person reads it: where, when sealed, what.
fn line(entry: &Entry) -> String {
    let mark = if entry.proved { " " } else { "✗" };
    let words = Words::of(Lang::Ja);
    let mut said: Vec<String> = entry.entry.split(' ').map(str::to_owned).collect();
    if let Some(class) = said.get_mut(1).filter(|_| entry.entry.starts_with("act ")) {
        *class = words.word("vault-act", class);
    }
    if let Some(at) = said.get_mut(3).filter(|at| at.len() >= 13)
        && let Ok(millis) = at.parse()
    {
        *at = chart::Moment(millis).to_string();
    }
    format!("{mark}{:>8}  №{}  {}  {}", entry.at, entry.segment, entry.sealed, said.join(" "))
}

/// What came of comparing with what others saw.
pub fn lines_of_seen(seen: &[SeenHead], witnessed: Option<(u64, chart::Moment)>) -> Vec<String> {
    let one = |head: &SeenHead| {
        let short: String = head.root.chars().take(16).collect();
        let what = match head.continues {
            Continues::Yes => "○ ここの記録は、見たものの続きです / the log continues what was seen",
            Continues::EndsBefore => {
                "✗ ここの記録は、見たものより前で終わっています。終わりを切り取られたか、その日より前の写しです / the log ends before what was seen: \
                 cut off, or a copy from before that day"
            }
            Continues::Rewritten => {
                "✗ ここの記録は、見たものの続きではありません。作り替えられています / the log does not continue what was seen: it was made anew"
            }
            Continues::OtherVault => "✗ 別の保管庫の記録です / it is the log of another vault",
        };
        format!("{} 行 {short}: {what}", head.size)
    };
    let mut lines: Vec<String> = seen.iter().map(one).collect();
    lines.extend(
        witnessed
            .map(|(size, at)| format!("証人の署名: {size} 行まで（{at}） / a witness signed up to {size} entries")),
    );
    lines
}
