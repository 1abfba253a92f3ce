//! Evidence for the guideline's audit, gathered where the copies lie: which days can be restored from which place, and what a server says
//! of the locks of each object.

use std::collections::{BTreeMap, BTreeSet};

use chart::Moment;
use store::Reader;
use vault::read::Known;
use vault::receiver::Receiver;
use vault::s3::{Moment as View, S3, Version, time};
use vault::{Target, Vault, name};

use super::mhlw::{Facts, Forked, Generation, Kind, Locks, Place, Probed, UNWRITABLE_FROM};
use super::seal::no_vault;
use super::seen::Shown;
use super::state::{self, Chain};
use super::{deliver, problem, status};
use crate::event::{Check, Checked, CustodyEvent, Event, Keeping, VaultWord, check_item};
use crate::home::{Exit, Problem};

/// Days that are shown.
const DAYS: usize = 7;
/// Manifests read for them: a segment every five minutes.
const MANIFESTS_MAX: usize = 3000;
/// Locks that are asked one by one unless all are asked for.
const LOCKS_MAX: usize = 2000;
/// Objects without a lock that are named.
const NAMED_MAX: usize = 5;

/// Gathers everything. With `all`, every lock is asked, not an even sample. Where there are two histories, `shown` says which is told of;
/// else what this home sealed itself.
///
/// # Errors
/// There is no vault; the store cannot be read. A place that cannot be asked says so.
pub fn gather(reader: &Reader, all: bool, shown: &Shown, now: Moment) -> Result<Facts, Problem> {
    let chain = Chain::of(reader)?.ok_or_else(no_vault)?;
    let mut asked = Vec::new();
    for keeping in state::targets(reader)? {
        asked.push(look(reader, &keeping, (&chain, shown))?);
    }
    let sealed = asked.iter().filter(|asked| asked.place.connected && asked.place.number > 0);
    let best = sealed.max_by_key(|asked| asked.place.number);
    let days = best.and_then(|best| best.whole.as_ref()).map(days).transpose()?;
    let (mut generations, longest_wait) = days.map_or((Vec::new(), None), |(days, wait)| (days, Some(wait)));
    let upto = generations.get(UNWRITABLE_FROM - 1).or(generations.last()).map_or(0, |one| one.number);
    for one in &mut asked {
        match one.whole.as_ref().map(|whole| &whole.target) {
            Some(Target::S3(s3)) => match locks(s3, upto, all) {
                Ok(locks) => one.place.locks = Some(locks),
                Err(error) => one.place.trouble = error.to_string(),
            },
            Some(Target::Receiver(receiver)) => match tried(receiver) {
                Ok(open) => one.place.tried = Some(open),
                Err(error) => one.place.trouble = error.to_string(),
            },
            Some(Target::Disk(_)) | None => {}
        }
    }
    let places: Vec<Place> = asked.into_iter().map(|asked| asked.place).collect();
    for generation in &mut generations {
        let has = |place: &&Place| place.number >= generation.number;
        generation.places = places.iter().filter(has).map(|place| place.name.clone()).collect();
    }
    let standing = status::status(reader, now)?;
    let (vault, number, waiting) = (chain.vault.clone(), chain.number, standing.waiting);
    Ok(Facts { now, vault, number, places, generations, longest_wait, waiting, standing })
}

/// A place and what can be read there.
struct Asked {
    place: Place,
    whole: Option<Whole>,
}

/// What lies at a place; no vault where nothing was sealed yet.
struct Whole {
    target: Target,
    vault: Option<Vault>,
    number: u32,
}

fn look(reader: &Reader, keeping: &Keeping, (chain, shown): (&Chain, &Shown)) -> Result<Asked, Problem> {
    let reached = state::reached(reader, &keeping.name)?;
    let said = |word| state::last_said(reader, word, &keeping.name).map(|said| said.map(|(_, at)| at));
    let mut place = Place {
        name: keeping.name.clone(),
        place: keeping.place.split('#').next().unwrap_or_default().to_owned(),
        kind: if keeping.days > 0 { Kind::Removable } else { Kind::Folder },
        put: (reached.number > 0).then_some(Moment(reached.at)),
        held: said(VaultWord::Held)?,
        ..Place::default()
    };
    let opened = deliver::open(&keeping.place, Some(reader));
    if let Ok(Target::S3(s3)) = &opened {
        place.kind = Kind::Locked;
        place.probed = probed(reader, &s3.address().to_string())?;
    }
    if matches!(opened, Ok(Target::Receiver(_))) {
        place.kind = Kind::Receiver;
    }
    let there = opened.and_then(|target| deliver::is_there(&target, keeping, chain).map(|there| (target, there)));
    let target = match there {
        Ok((target, true)) => target,
        Ok((_, false)) => {
            if keeping.days > 0 {
                // What it has was put by this home, and nobody can have written there since it went.
                place.out = said(VaultWord::Out)?.or(place.put);
                place.due = place.out.map(|out| out.plus_days(i64::from(keeping.days)));
                place.number = reached.number;
            }
            return Ok(Asked { place, whole: None });
        }
        Err(problem) => {
            place.trouble = problem.words;
            return Ok(Asked { place, whole: None });
        }
    };
    match whole(&target, (chain, shown)) {
        Ok(whole) => {
            (place.connected, place.number) = (true, whole.number);
            place.fork = whole.vault.as_ref().and_then(forked);
            Ok(Asked { place, whole: Some(whole) })
        }
        Err(problem) => {
            place.fault = problem.exit == Exit::Integrity;
            place.trouble = problem.words;
            Ok(Asked { place, whole: None })
        }
    }
}

/// The last segment up to which all manifests of the history that is followed and all segments are there, by their names. Of a server what
/// was first put counts, below whatever was laid over.
fn whole(target: &Target, (chain, shown): (&Chain, &Shown)) -> Result<Whole, Problem> {
    let target = match target {
        Target::S3(s3) => Target::S3(s3.as_it_stood(View::First).map_err(problem)?),
        Target::Disk(_) | Target::Receiver(_) => target.clone(),
    };
    if target.list(name::MANIFESTS).map_err(problem)?.is_empty() {
        return Ok(Whole { target, vault: None, number: 0 });
    }
    let known = Known { own: vec![chain.tip()?.checkpoint()], ..shown.known(&target)? };
    let vault = Vault::open_known(&target, &[], None, &known).map_err(problem)?;
    let segments = target.list(name::SEGMENTS).map_err(problem)?;
    let segments = segments.iter().filter_map(|object| Some(name::parse(&object.name, name::SEGMENTS)?.0));
    let (manifests, segments): (BTreeSet<u32>, BTreeSet<u32>) =
        (vault.numbers().into_iter().collect(), segments.collect());
    let number = (1..).take_while(|number| manifests.contains(number) && segments.contains(number)).last();
    Ok(Whole { target, number: number.unwrap_or(0), vault: Some(vault) })
}

/// Another history beside the one that is followed.
fn forked(vault: &Vault) -> Option<Forked> {
    let open = vault.fork();
    let aside = vault.aside().iter().filter(|aside| aside.signed);
    let first = aside.clone().map(|aside| aside.number).min().or(open.map(|fork| fork.number));
    let number = if vault.heads().others.is_empty() { first? } else { 0 };
    let named = vault.heads().others.iter().chain(aside.map(|aside| &aside.object));
    let mut beside: Vec<String> = named.take(NAMED_MAX).cloned().collect();
    if beside.is_empty() {
        beside = open.into_iter().flat_map(|fork| &fork.histories).map(|one| one.object.clone()).collect();
    }
    Some(Forked { number, beside, decided: open.is_none() })
}

/// The newest days to which the record can be restored, newest first, and how long what was received waited at most, minutes. Objects of
/// the manifests read must have the size that was sealed.
fn days(Whole { target, vault, .. }: &Whole) -> Result<(Vec<Generation>, i64), Problem> {
    let Some(vault) = vault else { return Ok((Vec::new(), 0)) };
    let made = vault.heads().all.first().map_or(0, |(_, head)| head.made);
    let (mut days, mut longest): (BTreeMap<String, Generation>, i64) = (BTreeMap::new(), 0);
    for number in vault.numbers().into_iter().rev().take(MANIFESTS_MAX) {
        let manifest = match vault.manifest(number) {
            Ok((manifest, _)) => manifest,
            // The week is whole: an older fork is told of the place, as one still older is.
            Err(error) if error.is_fault() && vault.fork().is_some() && days.len() == DAYS => break,
            // Nothing tells which of two is ours, which is said of the place: neither counts, nor what follows.
            Err(error) if error.is_fault() && vault.fork().is_some() => {
                days.clear();
                continue;
            }
            Err(error) => return Err(problem(error)),
        };
        let sealed = Moment(manifest.sealed);
        let day = sealed.digits17().get(..8).map(dashed).unwrap_or_default();
        if days.len() == DAYS && !days.contains_key(&day) {
            break;
        }
        let sized = |listed: &vault::Listed| target.size(&listed.name).map(|size| size == Some(listed.sums.size));
        let sized = manifest.objects.iter().map(sized).collect::<Result<Vec<_>, _>>().map_err(problem)?;
        if !sized.into_iter().all(|good| good) {
            // What was sealed up to here cannot be restored whole, and nothing later either.
            days.clear();
            continue;
        }
        // What was there before the vault was made waited for the vault, not for its clock.
        longest = longest.max(Moment(manifest.opened.max(made)).minutes_until(sealed));
        days.entry(day.clone()).or_insert(Generation { day, number, sealed, places: Vec::new() });
    }
    Ok((days.into_values().rev().collect(), longest))
}

fn dashed(digits: &str) -> String {
    format!("{}-{}-{}", &digits[..4], &digits[4..6], &digits[6..])
}

/// The locks of everything that the generations up to a segment need.
fn locks(s3: &S3, upto: u32, all: bool) -> vault::Result<Locks> {
    let mut first: BTreeMap<String, Version> = BTreeMap::new();
    // By name, newest first: the last of a name is the one that was put.
    for version in s3.versions("")?.into_iter().filter(|version| version.size.is_some()) {
        first.insert(version.name.clone(), version);
    }
    first.retain(|name, _| deliver::number(name).is_none_or(|number| number <= upto));
    let (objects, step) = (first.len(), if all { 1 } else { first.len().div_ceil(LOCKS_MAX).max(1) });
    let enough = s3.now()? + time::DAY;
    let mut locks = Locks { upto, objects, ..Locks::default() };
    for version in first.values().step_by(step) {
        locks.asked += 1;
        let lock = s3.lock_of(&version.name, &version.id)?.filter(|lock| lock.mode == "COMPLIANCE");
        let until = lock.map(|lock| lock.until);
        if until.is_none_or(|until| until <= enough) {
            locks.unlocked += 1;
            if locks.named.len() < NAMED_MAX {
                locks.named.push(version.name.clone());
            }
        }
        let earlier = until.map(Moment).filter(|until| locks.earliest.is_none_or(|known| *until < known));
        locks.earliest = earlier.or(locks.earliest);
    }
    Ok(locks)
}

/// What a receiver let be done to an object that it holds, which is tried: nothing, if it is one.
fn tried(receiver: &Receiver) -> vault::Result<Vec<String>> {
    let target = Target::Receiver(receiver.clone());
    let text = || target.read(name::VAULT, vault::note::NOTE_BYTES_MAX);
    let before = text()?;
    let mut open: Vec<String> = receiver.attacked(name::VAULT)?.into_iter().map(str::to_owned).collect();
    if text()? != before {
        open.push("changed".to_owned());
    }
    Ok(open)
}

/// The last probe of a server.
///
/// # Errors
/// When the store cannot be read.
pub fn probed(reader: &Reader, address: &str) -> Result<Option<Probed>, Problem> {
    checked(reader, Check::Probe, address)
}

/// The last time that the locks of a server were kept long.
///
/// # Errors
/// When the store cannot be read.
pub fn extended(reader: &Reader, address: &str) -> Result<Option<Probed>, Problem> {
    checked(reader, Check::Extend, address)
}

fn checked(reader: &Reader, check: Check, address: &str) -> Result<Option<Probed>, Problem> {
    let last = last(reader, check, address)?;
    Ok(last.map(|(Checked { outcome, found, .. }, at, by)| Probed { at, by, outcome, found }))
}

/// The last of a check: what it came to, when, by whom.
///
/// # Errors
/// When the store cannot be read.
pub fn last(reader: &Reader, check: Check, place: &str) -> Result<Option<(Checked, Moment, String)>, Problem> {
    let Some(stored) = reader.last_event_of(&check_item(check, place))? else { return Ok(None) };
    let envelope = stored.envelope;
    match Event::read(envelope.kind, envelope.version, &envelope.payload) {
        Event::Custody(CustodyEvent::Checked(checked)) => Ok(Some((checked, envelope.entry_time, envelope.person))),
        _ => Ok(None),
    }
}
