//! Putting what lies in the spool to every target, in an order in which a half-done copy is a whole older vault, and never twice.

use serde::Serialize;
use store::Reader;
use vault::receiver;
use vault::target::medium::Label;
use vault::{Disk, Target, Vault, name, target};

use super::seal::{Sealing, Step};
use super::state::{self, Chain, Reached};
use super::trouble::Trouble;
use super::{asked, problem, server};
use crate::event::{CustodyEvent, Keeping, VaultSaid, VaultWord};
use crate::home::{Exit, Problem};
use crate::writing::Request;

/// What names is put after what it names.
const ORDER: [&str; 8] = [
    name::VAULT,
    name::HEADS,
    name::SEGMENTS,
    name::INDEX,
    name::MANIFESTS,
    name::TILES,
    name::CHECKPOINTS,
    name::WITNESSED,
];
/// Heads signed by witnesses too that wait in the spool for a place that is away: the newest say all.
const WITNESSED_MAX: usize = 8;
/// What a target that is away may let gather in the spool, bytes, once another has it: a month of a hospital of this size.
const SPOOL_BYTES: u64 = 2 << 30;

/// A target after a seal.
#[derive(Clone, Debug, Serialize)]
pub struct Delivered {
    /// Its name.
    pub name: String,
    /// The last segment it has.
    pub number: u32,
    /// Segments it has not.
    pub behind: u32,
    /// `ok`, `out` (a removable disk that is not in), or `failed`.
    pub state: String,
    /// What went wrong.
    pub words: String,
    /// What it has is not what this home sealed: ends a command with exit 4.
    pub fault: bool,
}

/// Opens the place of a target, for the home that asks; there may be none.
///
/// # Errors
/// When its words are none that are known here.
pub fn open(place: &str, home: Option<&Reader>) -> Result<Target, Problem> {
    match place.split_once("://") {
        None => Ok(Target::Disk(Disk::new(place))),
        Some(_) if server::is_one(place) => server::open(place),
        Some(_) if receiver::Address::is_one(place) => server::receiver(place, home).map(Target::Receiver),
        Some(_) => Err(Problem::usage(format!(
            "{place}: この保管先は使えません。フォルダーか s3://・station:// を指定してください。\n\
             {place}: not a place this program can use: name a folder, s3://… or station://…"
        ))),
    }
}

/// Opens the place of a target to read it: on a server, below what was laid over it; there and at a receiver, as it stood at a time.
///
/// # Errors
/// As [`open`]; the server was not reached.
pub fn open_to_read(place: &str, home: Option<&Reader>, as_of: Option<chart::Moment>) -> Result<Target, Problem> {
    if server::is_one(place) {
        return server::open_below(place, as_of);
    }
    Ok(match open(place, home)? {
        Target::Receiver(receiver) => Target::Receiver(receiver.as_of(as_of.map(|as_of| as_of.0))),
        other => other,
    })
}

/// Whether the medium lies there now that was registered: a mount point without its disk is an empty folder, and must not be written to.
///
/// # Errors
/// When the target says no.
pub fn is_there(target: &Target, keeping: &Keeping, chain: &Chain) -> Result<bool, Problem> {
    let vault = chain.vault()?;
    match target {
        Target::Disk(disk) if keeping.medium > 0 => {
            let label = Label::read(disk.root()).map_err(problem)?;
            Ok(label == Some(Label { vault, number: keeping.medium }))
        }
        Target::Disk(_) | Target::S3(_) | Target::Receiver(_) => Ok(true),
    }
}

/// Labels the place of a new target, so that it is known again.
///
/// # Errors
/// Another vault lies there; it is no folder; the disk says no.
pub fn label(target: &Target, keeping: &Keeping, chain: &Chain) -> Result<(), Problem> {
    if let Target::S3(s3) = target {
        server::must_lock(s3)?;
    }
    if let Target::Disk(disk) = target
        && !disk.root().is_dir()
    {
        let place = &keeping.place;
        return Err(Problem::usage(format!(
            "{place}: フォルダーがありません。作ってから、またはディスクをつないでから登録してください。\n\
             {place}: there is no such folder: make it, or connect the disk, first."
        )));
    }
    if vault_of(target)?.is_some_and(|vault| vault != chain.vault) {
        let place = &keeping.place;
        return Err(Problem::failed(format!(
            "{place}: 別の保管庫があります。空のフォルダーにしてください。何も変えていません。\n\
             {place}: another vault lies there: use an empty folder. Nothing was changed."
        )));
    }
    match target {
        Target::Disk(disk) => {
            Label { vault: chain.vault()?, number: keeping.medium }.write(disk.root()).map_err(problem)
        }
        Target::S3(_) | Target::Receiver(_) => Ok(()),
    }
}

/// Which vault lies at a place, 32 hexadecimal digits; `None` where there is none.
///
/// # Errors
/// When the target says no.
pub fn vault_of(target: &Target) -> Result<Option<String>, Problem> {
    if target.size(name::VAULT).map_err(problem)?.is_none() {
        return Ok(None);
    }
    let text = target.read(name::VAULT, vault::note::NOTE_BYTES_MAX).map_err(problem)?;
    let text = String::from_utf8_lossy(&text);
    Ok(Some(text.lines().find_map(|line| line.strip_prefix("vault ")).unwrap_or_default().to_owned()))
}

/// Why a target was left: what is said of it in the answer, or what ends the seal.
enum Stop {
    Target(Problem, Trouble),
    Home(Problem),
}

impl From<vault::Error> for Stop {
    fn from(error: vault::Error) -> Stop {
        let trouble = Trouble::of(&error);
        Stop::Target(problem(error), trouble)
    }
}

/// What is wrong at a target and is nothing that it said itself.
fn failed(problem: Problem) -> Stop {
    Stop::Target(problem, Trouble::kind("failed"))
}

/// Puts what every target has not. What one says no to is in the answer.
///
/// # Errors
/// When the store cannot be read or written.
pub fn all(sealing: &Sealing<'_>, reader: &Reader, spool: &Disk, chain: &Chain) -> Result<Vec<Delivered>, Problem> {
    let targets = state::targets(reader)?;
    let mut delivered = Vec::new();
    for keeping in &targets {
        let reached = state::reached(reader, &keeping.name)?.number;
        let mut one = Delivered {
            name: keeping.name.clone(),
            number: reached,
            behind: chain.number - reached.min(chain.number),
            state: "ok".to_owned(),
            words: String::new(),
            fault: false,
        };
        let mut trouble = None;
        match at(sealing, reader, (spool, chain), (keeping, &targets, reached)) {
            Ok(true) => (one.number, one.behind) = (chain.number, 0),
            Ok(false) if keeping.days > 0 => one.state = "out".to_owned(),
            Ok(false) => (one.state, one.words) = ("failed".to_owned(), not_there(keeping, chain)),
            Err(Stop::Home(problem)) => return Err(problem),
            Err(Stop::Target(problem, why)) => {
                one.fault = problem.exit == Exit::Integrity;
                (one.state, one.words) = ("failed".to_owned(), problem.words);
                // It may have failed since nobody is there.
                let asked =
                    Some(&why).filter(|why| why.code == "failed").and_then(|_| asked::ask_place(reader, keeping));
                trouble = asked.or(Some(why));
            }
        }
        if asked::is_elsewhere(&keeping.place) {
            asked::keep(reader, sealing.write, keeping, (trouble, false), (sealing.now)())?;
        }
        noted(sealing, reader, keeping, one.state != "out", chain.number)?;
        delivered.push(one);
    }
    tidy(spool, &delivered)?;
    Ok(delivered)
}

/// True when the target has all there is; false when this vault is not there.
fn at(
    sealing: &Sealing<'_>,
    reader: &Reader,
    (spool, chain): (&Disk, &Chain),
    (keeping, targets, reached): (&Keeping, &[Keeping], u32),
) -> Result<bool, Stop> {
    let unusable = |problem| Stop::Target(problem, Trouble::kind("file"));
    let target = open(&keeping.place, Some(reader)).map_err(unusable)?;
    if !is_there(&target, keeping, chain).map_err(failed)? {
        return Ok(false);
    }
    if reached < chain.number {
        one(sealing, reader, (spool, &target), chain, (keeping, targets, reached))?;
    } else if asked::is_elsewhere(&keeping.place) {
        // Nothing to put is no sign that it is still there.
        target.list(name::HEADS)?;
    }
    Ok(true)
}

fn not_there(keeping: &Keeping, chain: &Chain) -> String {
    let place = &keeping.place;
    // A home that was restored begins a vault of its own, and its log still names the places of the one before.
    let there = open(place, None).and_then(|target| vault_of(&target)).ok().flatten();
    if there.is_some_and(|vault| vault != chain.vault) {
        let name = &keeping.name;
        return format!(
            "{place}: 別の保管庫があります（このホームを戻した元など）。そのまま残し、`andon vault target remove {name}` のあと、新しい空の場所を登録してください。\n\
             {place}: another vault lies there, such as the one this home was restored from. Leave it, run `andon vault target remove {name}`, and register a new, empty place."
        );
    }
    format!(
        "{place}: ここにこの保管庫がありません。ディスクがつながっているか確かめてください。\n\
         {place}: this vault is not there; is the disk mounted?"
    )
}

/// Says when a removable disk came or went, once.
fn noted(sealing: &Sealing<'_>, reader: &Reader, keeping: &Keeping, is_in: bool, number: u32) -> Result<(), Problem> {
    if keeping.days == 0 {
        return Ok(());
    }
    let last = |word| state::last_no(reader, word, &keeping.name);
    let (came, went) = (last(VaultWord::In)?, last(VaultWord::Out)?);
    let was_in = came.is_some() && came >= went;
    if was_in == is_in && (came.is_some() || went.is_some()) {
        return Ok(());
    }
    let word = if is_in { VaultWord::In } else { VaultWord::Out };
    let said = VaultSaid { word, target: keeping.name.clone(), number, words: String::new() };
    let (by, role) = sealing.by.clone();
    let event = Some(CustodyEvent::Vault(said));
    (sealing.write)(&Request::Custody { keep: Vec::new(), event, by, role }).map(drop)
}

/// Puts to one target what it has not.
fn one(
    sealing: &Sealing<'_>,
    reader: &Reader,
    (spool, to): (&Disk, &Target),
    chain: &Chain,
    (keeping, targets, reached): (&Keeping, &[Keeping], u32),
) -> Result<(), Stop> {
    let from = Target::Disk(spool.clone());
    // The last manifest lies in the spool again after every start; what counts is whether its segment does too.
    let spooled = from.list(name::SEGMENTS)?.iter().filter_map(|object| number(&object.name)).min();
    let first = spooled.unwrap_or(chain.number + 1).max(reached + 1);
    if first > reached + 1 {
        from_another(reader, to, chain, (keeping, targets)).map_err(failed)?;
    }
    forked(reader, &from, to, (keeping, first)).map_err(failed)?;
    for prefix in ORDER {
        for object in from.list(prefix)? {
            let once = [name::VAULT, name::HEADS, name::TILES, name::WITNESSED].contains(&prefix);
            let there = match once {
                true => to.size(&object.name)?.is_some(),
                false => number(&object.name).is_some_and(|number| number < first),
            };
            if !there {
                let mut bytes = from.get(&object.name, None)?;
                to.put(&object.name, &mut bytes, object.size)?;
                (sealing.step)(Step::Put).map_err(Stop::Home)?;
            }
        }
    }
    let reached = Reached { number: chain.number, at: (sealing.now)().0 };
    let (by, role) = sealing.by.clone();
    // What is printed is what a place has: paper must not know more than outlives this home.
    let shown = chain.latest().map_err(Stop::Home)?.kept().map_err(Stop::Home)?;
    let keep = vec![state::keep_reached(&keeping.name, reached).map_err(Stop::Home)?, shown];
    (sealing.write)(&Request::Custody { keep, event: None, by, role }).map_err(Stop::Home)?;
    (sealing.step)(Step::Reached).map_err(Stop::Home)
}

/// Those places that are there now and hold something, those that have most first, opened to be read.
///
/// # Errors
/// When the store cannot be read.
pub fn connected(reader: &Reader, chain: &Chain, places: Vec<Keeping>) -> Result<Vec<(Keeping, Target)>, Problem> {
    let mut found = Vec::new();
    for keeping in places {
        let number = state::reached(reader, &keeping.name)?.number;
        let Ok(target) = open_to_read(&keeping.place, Some(reader), None) else { continue };
        if number > 0 && is_there(&target, &keeping, chain).unwrap_or(false) {
            found.push((number, keeping, target));
        }
    }
    found.sort_by_key(|(number, ..)| std::cmp::Reverse(*number));
    Ok(found.into_iter().map(|(_, keeping, target)| (keeping, target)).collect())
}

/// What the spool no longer has comes from the target that has most.
fn from_another(
    reader: &Reader,
    to: &Target,
    chain: &Chain,
    (keeping, targets): (&Keeping, &[Keeping]),
) -> Result<(), Problem> {
    let others = targets.iter().filter(|other| other.name != keeping.name).cloned().collect();
    match connected(reader, chain, others)?.into_iter().next() {
        Some((_, from)) => target::sync(&from, to, &|| false).map(drop).map_err(problem),
        None => Err(Problem::failed(
            "この保管先に足りない保管単位は、ほかの保管先にだけあります。それをつないで、もう一度実行してください。\n\
             Segments that this place lacks are at another only: connect that one and run this again.",
        )),
    }
}

/// A target that has another manifest of a number we are about to put was written by a home that went on where this one, restored from an
/// older copy, has not been. What no station of the vault signed is none: whoever may add objects could stop us by a name.
fn forked(reader: &Reader, from: &Target, to: &Target, (keeping, next): (&Keeping, u32)) -> Result<(), Problem> {
    let prefix = format!("{}{next:08}-", name::MANIFESTS);
    let ours = from.list(&prefix).map_err(problem)?;
    let mut there = to.list(&prefix).map_err(problem)?;
    there.retain(|object| !ours.contains(object));
    if there.is_empty() {
        return Ok(());
    }
    let vault = Vault::open(&open_to_read(&keeping.place, Some(reader), None)?, &[]).map_err(problem)?;
    match there.iter().find(|object| vault.is_signed(&object.name)) {
        None => Ok(()),
        Some(object) => Err(Problem {
            exit: Exit::Integrity,
            words: format!(
                "{}: 保管先の保管庫は、このホームの知らないところまで進んでいます。このホームが古い写しから戻されたものなら、\
                 新しい空の場所を登録してください。何も書いていません。\n\
                 {}: the vault there has gone on without this home. If this home was put back from an older copy, register a new, \
                 empty place; nothing was written.",
                object.name, object.name
            ),
        }),
    }
}

/// Number of the segment that an object belongs to.
pub fn number(object: &str) -> Option<u32> {
    let parsed = [name::SEGMENTS, name::MANIFESTS, name::CHECKPOINTS, name::HEADS];
    let numbered = parsed.iter().find_map(|folder| name::parse(object, folder)).map(|(number, _)| number);
    numbered.or_else(|| name::parse_index(object).map(|(span, _)| *span.end()))
}

/// Takes out of the spool what every target has; where one is away for long, what another has.
fn tidy(spool: &Disk, delivered: &[Delivered]) -> Result<(), Problem> {
    let all = delivered.iter().map(|one| one.number).min().unwrap_or(0);
    let some = delivered.iter().map(|one| one.number).max().unwrap_or(0);
    let target = Target::Disk(spool.clone());
    let mut objects = Vec::new();
    for prefix in [name::SEGMENTS, name::INDEX, name::MANIFESTS, name::CHECKPOINTS] {
        objects.extend(target.list(prefix).map_err(problem)?);
    }
    let mut left: u64 = objects.iter().map(|object| object.size).sum();
    objects.sort_by_key(|object| number(&object.name));
    for object in objects {
        let no = number(&object.name).unwrap_or(u32::MAX);
        if no <= all || (no <= some && left > SPOOL_BYTES) {
            spool.remove(&object.name).map_err(problem)?;
            left -= object.size;
        }
    }
    let witnessed = target.list(name::WITNESSED).map_err(problem)?;
    let old = witnessed.len().saturating_sub(WITNESSED_MAX);
    witnessed.iter().take(old).try_for_each(|object| spool.remove(&object.name).map_err(problem))
}
