//! Sealed cards (緊急開封カード): numbered, with one-time codes that are written on paper and nowhere else.

use std::path::Path;

use chart::Moment;
use paper::{Card, Head, Pack, SheetId};
use store::CredentialKind;

use super::{people::tell, say, seen, write};
use crate::event::{PeopleEvent, Scope};
use crate::home::{Exit, Home, Problem};
use crate::people::{rules, secrets};
use crate::role::Role;
use crate::text::Lang;
use crate::writing::{Answer, Request};
use crate::{staff, world};

/// A sealed card is made anew every year at the latest, milliseconds.
const VALID_MILLIS: i64 = 365 * 24 * 3_600_000;

/// A card just made, with its codes in the clear: to be printed, sealed and forgotten here.
pub struct NewCard {
    /// Its number.
    pub card: u32,
    /// For which ward; empty to be written by hand.
    pub ward: String,
    /// Its codes in groups of four.
    pub codes: Vec<String>,
}

/// Makes a card for each ward.
///
/// # Errors
/// When the home cannot be written.
pub fn make(home: &Home, wards: &[String], by: Option<&str>) -> Result<Vec<NewCard>, Problem> {
    let mut access = home.access()?;
    let first = staff::break_glass(&home.reader()?)?.next_card();
    let mut cards = Vec::new();
    for (card, ward) in (first..).zip(wards) {
        let ward = rules::words(ward);
        // The number is taken in the log before there is a code that could open by it.
        tell(home, PeopleEvent::CardMade { card, ward: ward.clone(), codes: rules::CODES_OF_A_CARD }, by)?;
        let mut codes = Vec::new();
        for no in 1..=rules::CODES_OF_A_CARD {
            let code = secrets::random_code()?;
            access.set_credential(&rules::card_account(card), CredentialKind::Code(no), &code, world::now())?;
            codes.push(rules::grouped(&code));
        }
        cards.push(NewCard { card, ward, codes });
    }
    Ok(cards)
}

/// `andon people cards`: makes cards and writes them to a file to be printed.
///
/// # Errors
/// When the file is there already, or the home cannot be written.
pub fn run(home: &Home, wards: &[String], out: &Path, by: Option<&str>) -> Result<Exit, Problem> {
    if out.exists() {
        return Err(Problem::usage(format!(
            "{0}: すでにあります。別の名前にしてください。 / {0}: exists; give another name.",
            out.display()
        )));
    }
    world::can_be_written(out)?;
    let cards = make(home, wards, by)?;
    world::write_private(out, &printed(home, &cards)?)?;
    seen(home, "people-cards", "", &format!("{} cards", cards.len()), Exit::Ok);
    let (many, out) = (cards.len(), out.display());
    say(&format!("緊急開封カード {many} 枚を {out} に書きました。印刷して封をし、ファイルは消してください。"));
    say(&format!("{many} sealed cards are in {out}: print them, seal them, delete the file."));
    Ok(Exit::Ok)
}

/// The cards as a PDF, each a sheet of a run of its own.
fn printed(home: &Home, cards: &[NewCard]) -> Result<Vec<u8>, Problem> {
    let (about, now) = (home.about()?, world::now());
    let (by, role) = (super::os_user(), Role::Operator.code().to_owned());
    let Answer::Run { prefix, .. } =
        write::write(home, &Request::TakeRun { scope: Scope::House, by: by.clone(), role })?
    else {
        return Err(Problem::failed("no run number"));
    };
    let head = Head {
        hospital: about.hospital,
        institution: paper::Institution::default(),
        training: about.training,
        made: now,
        printed_by: by,
        valid_until: Moment(now.0 + VALID_MILLIS),
    };
    let mut pack = Pack::new(Lang::Ja, head);
    for (at, card) in cards.iter().enumerate() {
        let NewCard { card, ward, codes } = card;
        let sheet = Card { ward: ward.clone(), number: card.to_string(), codes: codes.clone() };
        let id = SheetId { number: format!("{prefix}-{}", at + 1) };
        pack.card(&sheet, &id).map_err(|error| Problem::failed(error.to_string()))?;
    }
    pack.finish().map_err(|error| Problem::failed(error.to_string()))
}
