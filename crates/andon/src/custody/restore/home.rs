//! The home that is filled, and what the vault says of it.

use std::path::Path;

use chart::Moment;
use store::{Setup, Unlock, Writer};
use vault::{Place, Vault};

use super::super::members::{AboutHome, Found, Unpack};
use super::super::problem;
use super::{Asked, RESTORING, refused};
use crate::home::Problem;
use crate::officers::{OfficersKey, officers};

/// What the last segment that opens says of the home.
pub(super) fn about(vault: &mut Vault) -> Result<AboutHome, Problem> {
    let mut failed = None;
    // A manifest of acts alone has no segment, and what an intruder sealed to himself does not open: the last one that does says enough.
    for number in vault.numbers().into_iter().rev() {
        match about_in(vault, number) {
            Ok(Some(about)) => return Ok(about),
            Ok(None) => {}
            Err(vault::Error::WrongKey { .. }) if !vault.is_for_us() => return Err(refused::none_opens(vault)),
            Err(error) if error.is_fault() || matches!(error, vault::Error::WrongKey { .. }) => {
                failed = failed.or(Some(error));
            }
            Err(error) => return Err(problem(error)),
        }
    }
    Err(failed.map_or_else(refused::nothing_sealed, problem))
}

fn about_in(vault: &mut Vault, number: u32) -> vault::Result<Option<AboutHome>> {
    if vault.manifest(number)?.0.segment().is_none() {
        return Ok(None);
    }
    let frame = vault.frame(Place { segment: number, frame: 0 })?;
    for member in frame.members() {
        let member = member?;
        if let Ok(Some(Found::Home(about))) = Unpack::default().take(member.name, member.bytes) {
            return Ok(Some(*about));
        }
    }
    Ok(None)
}

/// Tells a home that is being filled what its sources carry at all, until its own indexes are made.
pub(super) fn note_kinds(writer: &mut Writer, about: &AboutHome) -> Result<(), Problem> {
    writer.batch(|batch| {
        about.kinds.iter().try_for_each(|carried| {
            batch.note_kind(carried.source, &carried.kind, 0, carried.sent.map(Moment), Moment(carried.received))
        })
    })?;
    Ok(())
}

/// What lies beside the chain, in words.
pub(super) fn aside(vault: &Vault) -> Vec<String> {
    let one = |aside: &vault::read::Aside| {
        let at = aside.taken.map_or_else(String::new, |at| format!(" {}", Moment(at)));
        let (ja, en) = match aside.signed {
            true => ("端末の鍵で署名されているが、鎖につながらない", "signed with the station's key, not of the chain"),
            false => ("だれも署名していないか、壊れている", "signed by nobody of the vault, or damaged"),
        };
        format!("{}{at}: {ja}。戻していません。 / {en}; left aside.", aside.object)
    };
    vault.aside().iter().map(one).collect()
}

/// Lets the officers open the new home as they opened the old one: with their current key, by the log that was restored, where it is one of
/// those by which the vault was opened. Its number; none where the log has none, or another.
pub(super) fn give_officers(writer: &Writer, asked: &Asked) -> Result<Option<String>, Problem> {
    let officers = officers(writer)?;
    let ours =
        |key: &&OfficersKey| asked.identities.iter().any(|identity| identity.to_public().to_string() == key.recipient);
    let Some(key) = officers.current().filter(ours) else { return Ok(None) };
    store::put_officers(&asked.to, &Unlock::KeyFile, &key.recipient)?;
    Ok(Some(key.id.clone()))
}

/// The home to be filled: new, or one whose restore from this vault was stopped.
pub(super) fn open(to: &Path, about: &AboutHome, vault: &Vault, now: Moment) -> Result<Writer, Problem> {
    let id = vault.heads().vault.hex();
    if store::about(to).is_ok() {
        let writer = store::open_writer(to, &Unlock::KeyFile)?;
        return match writer.kept(RESTORING)? {
            Some(from) if from == id.as_bytes() => Ok(writer),
            _ => Err(store::Error::Exists(to.to_owned()).into()),
        };
    }
    let setup = Setup {
        training: about.training,
        hospital: about.hospital.clone(),
        authority: about.authority.clone(),
        passphrase: None,
        now,
    };
    store::create(to, &setup)?;
    let mut writer = store::open_writer(to, &Unlock::KeyFile)?;
    writer.batch(|batch| {
        batch.set_former(&about.former())?;
        batch.keep(RESTORING, id.as_bytes())
    })?;
    Ok(writer)
}
