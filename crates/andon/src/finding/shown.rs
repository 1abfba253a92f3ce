//! A patient as desk and telephone show one who was identified.

use chart::{Moment, PatientId};

use super::{Hit, age_words, both_calendars, sex_code};
use crate::confidential::Flags;
use crate::event::Flag;
use crate::text::Words;
use crate::web::encoded;

/// A patient as the desk shows one who was identified.
pub struct Person {
    /// Who assigned the number.
    pub authority: String,
    /// The number.
    pub id: String,
    /// The name, or that it is a temporary patient's.
    pub name: String,
    /// Kana.
    pub kana: String,
    /// Birth date in both calendars.
    pub birth: String,
    /// Age in words.
    pub age: String,
    /// Sex in words.
    pub sex: String,
    /// Earlier names.
    pub former: String,
    /// Names that a desk learned.
    pub learned: String,
    /// 秘匿 in words.
    pub flags: String,
    /// A temporary patient.
    pub temporary: bool,
    /// The chart's address.
    pub chart: String,
}

impl Person {
    /// Of a hit.
    pub fn of(hit: &Hit, flags: &Flags, t: Words, now: Moment) -> Person {
        let id = hit.patient();
        let words = |flag: &Flag| t.word("flag", flag.code());
        Person {
            chart: format!("/patients/{}/{}", encoded(&id.authority), encoded(&id.id)),
            name: if hit.name.is_empty() { t.text("temporary-name") } else { hit.name.clone() },
            kana: hit.kana.clone(),
            birth: hit.birth_date.map_or_else(|| t.text("not-recorded-short"), |birth| both_calendars(&birth)),
            age: hit
                .birth_date
                .and_then(|birth| chart::age_at(&birth, now))
                .map_or_else(String::new, |age| age_words(&age, t.lang)),
            sex: t.word("sex", sex_code(hit.sex)),
            former: hit.former_names.join("・"),
            learned: hit.learned_names.join("・"),
            flags: flags.of(&id).iter().map(words).collect::<Vec<_>>().join("・"),
            temporary: hit.temporary,
            authority: id.authority,
            id: id.id,
        }
    }
}

/// A code with its word.
pub type Coded = (&'static str, String);

/// Every code of a list with its word.
pub fn coded<const N: usize>(codes: [&'static str; N], word: impl Fn(&str) -> String) -> Vec<Coded> {
    codes.map(|code| (code, word(code))).to_vec()
}

/// Whose name stands on no list (秘匿).
pub fn is_kept_back(flags: &Flags, id: &PatientId) -> bool {
    flags.of(id).into_iter().any(Flag::hides_name)
}
