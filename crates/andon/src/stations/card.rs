//! A station's card: what others must know to believe its log and to seal for it. Nothing in it is secret; whoever changes it on its
//! way is found out by the code, which goes another way (by telephone, on paper).

use chart::Moment;
use sha2::{Digest, Sha256};
use store::Writer;
use subtle::ConstantTimeEq;
use vault::keys::Identity;

use crate::event::{self, Event, StationSaid, StationWord};
use crate::home::Problem;
use crate::hospital::{Members, own_id};
use crate::text::narrow;

const FIRST_LINE: &str = "andon-station 1";
/// The same with a line more, from a station that knows the hospital's membership key.
const FIRST_LINE_KEYED: &str = "andon-station 2";
/// Bytes of a card, at most.
pub const CARD_BYTES_MAX: u64 = 16 << 10;
/// Letters of a code, five bits each: 120 bits of the card's SHA-256.
const CODE_LETTERS: usize = 24;
/// Crockford's base 32: no I, L, O or U, so that a code read out is typed as it was meant.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";
/// Characters of a name, of a mark.
const NAME_CHARS: usize = 40;
const MARK_CHARS: usize = 4;
/// Under this name a home keeps what opens bundles that are sealed to it.
const IDENTITY: &str = "bundle:identity";

/// A card as read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Card {
    /// What becomes of it in an event.
    pub said: StationSaid,
    /// The hospital's name, as that home has it.
    pub hospital: String,
    /// 訓練.
    pub training: bool,
    /// The hospital's membership key as that home knows it, 64 hexadecimal digits.
    pub membership: Option<String>,
}

impl Card {
    /// As it is handed over, UTF-8.
    pub fn text(&self) -> String {
        let StationSaid { station, key, recipient, name, mark, .. } = &self.said;
        let training = u8::from(self.training);
        let (first, last) = match &self.membership {
            None => (FIRST_LINE, String::new()),
            Some(key) => (FIRST_LINE_KEYED, format!("membership {key}\n")),
        };
        format!(
            "{first}\nstation {station}\nkey {key}\nrecipient {recipient}\nname {name}\nmark {mark}\n\
             hospital {}\ntraining {training}\n{last}",
            self.hospital
        )
    }

    /// Reads a card; `None` for what is none.
    pub fn parse(text: &str) -> Option<Card> {
        let mut lines = text.lines();
        let first = lines.next()?;
        [FIRST_LINE, FIRST_LINE_KEYED].contains(&first).then_some(())?;
        let mut word = |key: &str| Some(lines.next()?.strip_prefix(key)?.strip_prefix(' ')?.to_owned());
        let (station, key, recipient) = (word("station")?, word("key")?, word("recipient")?);
        let (name, mark, hospital, training) = (word("name")?, word("mark")?, word("hospital")?, word("training")?);
        let membership = if first == FIRST_LINE_KEYED { Some(word("membership")?) } else { None };
        let sound = |key: &String| vault::hash::from_hex(key).is_some_and(|bytes| bytes.len() == 32);
        membership.as_ref().is_none_or(sound).then_some(())?;
        vault::keys::Recipient::read(&recipient).ok()?;
        let said = StationSaid { station, key, recipient, name, mark, ..StationSaid::default() };
        let card = Card { said, hospital, training: training == "1", membership };
        let sound = card.said.id().is_some() && card.said.public_key().is_some() && card.text() == text;
        sound.then_some(card)
    }

    /// Its code, which is told another way than the card goes: `7K2M-…`.
    pub fn code(&self) -> String {
        let letters = letters(&self.text());
        let groups: Vec<&str> = (0..CODE_LETTERS).step_by(4).map(|at| &letters[at..at + 4]).collect();
        groups.join("-")
    }

    /// Whether a code that was typed is this card's. Small letters, full-width ones, blanks and the look-alikes O, I, L are as good.
    pub fn is_code(&self, typed: &str) -> bool {
        let plain = typed.chars().map(narrow).filter(|c| c.is_alphanumeric()).map(|c| match c.to_ascii_uppercase() {
            'O' => '0',
            'I' | 'L' => '1',
            c => c,
        });
        let plain: String = plain.collect();
        plain.as_bytes().ct_eq(letters(&self.text()).as_bytes()).into()
    }
}

fn letters(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    let bit = |at: usize| usize::from(digest[at / 8] >> (7 - at % 8) & 1);
    let letter = |at: usize| (0..5).fold(0, |value, step| value << 1 | bit(at * 5 + step));
    (0..CODE_LETTERS).map(|at| char::from(LETTERS[letter(at)])).collect()
}

/// This station's card, with a name and mark given to it now, or those it has.
///
/// # Errors
/// A name or mark that does not fit; the store cannot be written.
pub fn own(
    writer: &mut Writer,
    (name, mark): (Option<&str>, Option<&str>),
    by: (&str, &str),
    now: Moment,
) -> Result<Card, Problem> {
    let id = own_id(writer)?;
    let recipient = identity(writer)?.recipient().to_string();
    let members = Members::of(writer)?;
    let (known, membership) = (members.all.get(&id).cloned(), members.key().map(|key| vault::hash::to_hex(key)));
    let before = |of: fn(&crate::hospital::Member) -> String| known.as_ref().map(of).unwrap_or_default();
    let short: String = id.to_string().to_uppercase().chars().take(4).collect();
    let or_else = |given: Option<&str>, held: String, fresh: &str| match given {
        Some(given) => given.trim().to_owned(),
        None if held.is_empty() => fresh.to_owned(),
        None => held,
    };
    let name = or_else(name, before(|member| member.name.clone()), &format!("端末{short}"));
    let mark = or_else(mark, before(|member| member.mark.clone()), &short);
    fits(&name, NAME_CHARS)?;
    fits(&mark, MARK_CHARS)?;
    let key = vault::hash::to_hex(&writer.public_key());
    let word = StationWord::Own.word().to_owned();
    let said = StationSaid { word, station: id.to_string(), key, recipient, name, mark, ..StationSaid::default() };
    if known.is_none_or(|known| (&known.name, &known.mark) != (&said.name, &said.mark)) {
        event::append_as(writer, &Event::Station(said.clone()), by, now)?;
    }
    let about = writer.about();
    Ok(Card { said, hospital: about.hospital.clone(), training: about.training, membership })
}

fn fits(text: &str, most: usize) -> Result<(), Problem> {
    if text.is_empty() || text.chars().count() > most || text.chars().any(char::is_control) {
        return Err(Problem::usage(format!(
            "名前は{NAME_CHARS}文字、番号の頭文字は{MARK_CHARS}文字までです。\n\
             A station's name has at most {NAME_CHARS} characters, its mark {MARK_CHARS}."
        )));
    }
    Ok(())
}

/// What opens bundles that are sealed to this station; made when it is first needed.
///
/// # Errors
/// The store cannot be read or written.
pub fn identity(writer: &mut Writer) -> Result<Identity, Problem> {
    if let Some(bytes) = writer.kept(IDENTITY)? {
        let text = zeroize::Zeroizing::new(String::from_utf8(bytes).unwrap_or_default());
        return Ok(Identity::read(&text)?);
    }
    let identity = Identity::generate();
    writer.batch(|batch| batch.keep(IDENTITY, identity.file().as_bytes()))?;
    Ok(identity)
}

/// Knows a station by its card from now on: `event` says so, that is its word or one that the membership key signed.
///
/// # Errors
/// It is this station; it is known by another key; 訓練 and the real thing do not mix; the store cannot be written.
pub fn admit(
    writer: &mut Writer,
    said: &StationSaid,
    event: &Event,
    by: (&str, &str),
    now: Moment,
) -> Result<(), Problem> {
    let own = own_id(writer)?;
    let (Some(id), Some(key)) = (said.id().filter(|id| *id != own), said.public_key()) else {
        return Err(Problem::usage(
            "この端末自身のカードです。相手の端末のカードを使ってください。\n\
             This is the card of this station itself: take the other station's.",
        ));
    };
    match writer.batch(|batch| batch.know_station(id, &key)) {
        Ok(_) => {}
        Err(store::Error::Damaged { .. }) => {
            return Err(Problem {
                exit: crate::home::Exit::Integrity,
                words: format!(
                    "{id}: この端末は、別の鍵で登録済みです。相手の端末で出したカードか、確かめてください。\n\
                     {id}: this station is known by another key. Make sure the card came from that station."
                ),
            });
        }
        Err(error) => return Err(error.into()),
    }
    event::append_as(writer, event, by, now)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn card() -> Card {
        let identity = Identity::generate();
        let [station, key] = ["01".repeat(16), "02".repeat(32)];
        let [name, mark] = ["3病棟", "3病"].map(str::to_owned);
        let recipient = identity.recipient().to_string();
        let said = StationSaid { station, key, recipient, name, mark, ..StationSaid::default() };
        Card { said, hospital: "行灯町立病院".into(), training: true, membership: None }
    }

    #[test]
    fn a_card_is_read_as_it_was_written_and_any_change_changes_its_code() {
        let card = card();
        assert_eq!(Card::parse(&card.text()), Some(card.clone()));
        let keyed = Card { membership: Some("ab".repeat(32)), ..card.clone() };
        assert_eq!(Card::parse(&keyed.text()), Some(keyed.clone()));
        assert_ne!(card.code(), keyed.code());
        assert_eq!(Card::parse(&keyed.text().replace("abab", "ab")), None);
        let other = Card { training: false, ..card.clone() };
        assert_ne!(card.code(), other.code());
        assert!(card.is_code(&card.code()) && !other.is_code(&card.code()) && !card.is_code(""));
        assert!(card.is_code(&card.code().to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l")));
        let wide = |c: char| if c == '-' { 'ー' } else { char::from_u32(u32::from(c) + 0xfee0).unwrap() };
        assert!(card.is_code(&card.code().replace('-', "").chars().map(wide).collect::<String>()), "full-width");
        assert_eq!(Card::parse(&(card.text() + "more")), None);
    }

    #[test]
    fn a_code_carries_the_first_bits_of_the_hash() {
        let letters = letters("");
        // SHA-256 of nothing begins e3b0c44298: 11100 01110 11000 01100 01000 10000 10100 11000.
        assert!(letters.starts_with("WERC8GMR"), "{letters}");
        assert_eq!(letters.len() * 5, 120);
    }
}
