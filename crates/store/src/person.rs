//! Who can be found: the rebuildable row of a patient, its folded search keys, and a query.

use chart::{PatientId, Sex, When};

/// What a search key was made from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum KeyKind {
    /// Name as shown, mostly kanji. Found by any part of it.
    Name,
    /// Kana reading. Found by its beginning.
    Kana,
    /// Telephone digits. Found by its beginning.
    Phone,
    /// Patient number without leading zeros and dashes. Found whole.
    Id,
}

/// A folded search key, made by `chart::fold`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Key {
    /// What it was made from.
    pub kind: KeyKind,
    /// Folded text.
    pub text: String,
    /// Made from an earlier name.
    pub former: bool,
}

/// What search shows of a patient. Rebuildable from the entries.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct PersonRow {
    /// Name as shown.
    pub name: String,
    /// Kana as shown; the folded first `Kana` key that is not of an earlier name orders lists.
    pub kana: String,
    /// Birth date as sent.
    pub birth: Option<When>,
    /// Administrative sex.
    pub sex: Sex,
    /// Earlier names as shown.
    pub former: Vec<String>,
    /// Telephone numbers as sent.
    pub phones: Vec<String>,
    /// Folded search keys.
    pub keys: Vec<Key>,
}

impl PersonRow {
    /// The folded reading of the present name, by which lists are ordered; empty when there is none.
    pub(crate) fn reading(&self) -> &str {
        let own = |key: &&Key| key.kind == KeyKind::Kana && !key.former;
        self.keys.iter().find(own).map_or("", |key| &key.text)
    }
}

/// A search. All parts given must match; texts are already folded by `chart::fold`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Find {
    /// Patient number, whole, without leading zeros and dashes.
    pub id: Option<String>,
    /// Any part of a name; `?` stands for one unknown character (■).
    pub name: Option<String>,
    /// Beginning of a kana reading; `?` as in `name`.
    pub kana: Option<String>,
    /// First and last birth date, both included.
    pub birth: Option<(When, When)>,
    /// Beginning of a telephone number, four digits or more.
    pub phone: Option<String>,
    /// Keys of ward, room or bed (`chart::fold_place`): only inpatients whose place fits each.
    pub place: Vec<String>,
}

/// One patient found.
#[derive(Clone, Debug, PartialEq)]
pub struct PersonHit {
    /// The patient.
    pub id: PatientId,
    /// What to show.
    pub row: PersonRow,
    /// Which key matched: the strongest, in the order Id, Kana, Name, Phone; `Id` for a search by birth date or place alone.
    pub matched: KeyKind,
    /// Only an earlier name matched.
    pub former: bool,
}

/// What a search found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Found {
    /// The first of all that match, in kana order (without a reading last), then by birth date and number.
    pub hits: Vec<PersonHit>,
    /// More match, or may match: what is missing comes after the hits, or begins with the same six characters of a reading
    /// as the last of them.
    pub more: bool,
}
