//! What the two-dimensional codes on Japanese medicine paper hold: 電子版お薬手帳 (`JAHISTCnn`) and 院外処方箋 (`JAHISn`).
//!
//! The tour: `text` makes records of bytes (character set, lines, header), `mend` divides them where line ends were lost,
//! `layout` knows how many fields of which shape a record has, `rec` remembers which of them were read, `notebook` and
//! `prescription` read them with the parts in `said` and `drug`, and `parts` joins what was split over several codes.
//!
//! Sources: JAHIS 電子版お薬手帳データフォーマット仕様書 Ver.2.6 (技術文書 24-104), JAHIS 院外処方箋2次元シンボル記録条件規約
//! Ver.1.10; a number after a record is its field, the record number itself not counted.

mod date;
mod drug;
mod layout;
mod mend;
mod notebook;
mod parts;
mod prescription;
mod rec;
mod said;
mod text;

use std::sync::Arc;

use chart::{Body, Fault, Person, Unplaced, When};

pub use parts::{Joined, join};

/// Bytes read of one input. A code holds 2,953 bytes (QR version 40-L); a notebook handed over as a file may hold years.
pub const BYTES_MAX: usize = 1 << 20;
/// Records read of one input: a megabyte of the shortest drugs.
pub const RECORDS_MAX: usize = 20_000;
/// Inputs, and codes in them, that are joined at once: more than a person scans for one patient.
pub const PARTS_MAX: usize = 200;
/// Faults kept of one code; one more says that there were others.
pub const FAULTS_MAX: usize = 500;

/// What the header line says the code is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Kind {
    /// No header that we know: everything is unplaced.
    #[default]
    Unknown,
    /// `JAHISTCnn,<出力区分>`: 電子版お薬手帳.
    Notebook,
    /// `JAHISn`: 院外処方箋2次元シンボル.
    Prescription,
}

/// Everything one code said, or several that belong together.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Decoded {
    /// What it is.
    pub kind: Kind,
    /// The digits of the header, as written: `08` of `JAHISTC08`, `10` of `JAHIS10`.
    pub version: String,
    /// True for 出力区分 2 of a notebook: written by the patient for the hospital, not by a pharmacy for the patient.
    pub from_patient: bool,
    /// When the paper was made: 交付年月日 of a prescription, the newest 調剤年月日 of a notebook. For `Origin::message`.
    pub date: Option<When>,
    /// Whose it says it is: name, kana, birth date, sex. Also among `bodies`. Compare it with the chart's patient before
    /// anything is filed: whether they are one person is for a person to say (promise 15). `None` when nobody is named.
    pub holder: Option<Arc<Person>>,
    /// What it says of the holder.
    pub bodies: Vec<Body>,
    /// What was not understood; `at` names line, record and field, e.g. `line 12: 201-5`.
    pub faults: Vec<Fault>,
}

/// True when the bytes begin with a header of either kind, in any input variant that [`decode`] reads.
pub fn is_jahis(bytes: &[u8]) -> bool {
    text::begins_with_header(bytes)
}

/// Decodes one code. Never fails and never drops: every value ends in a fact, among the unplaced fields, or in a fault. Of an
/// input that holds several codes which do not belong together, the first is decoded and the others' lines are listed; ask
/// [`join`] for all of them. One part of several says in a fault which are missing.
pub fn decode(bytes: &[u8]) -> Decoded {
    let mut sets = parts::sets(&[bytes]).into_iter();
    let mut decoded = sets.next().map(|first| first.decode()).unwrap_or_default();
    let others: Vec<parts::Set> = sets.collect();
    if !others.is_empty() {
        let fault = Fault { code: "several_codes", at: "header".into(), text: format!("+ {}", others.len()) };
        decoded.faults.push(fault);
        let fields: Vec<Arc<Unplaced>> = others.iter().flat_map(parts::Set::lines).map(Arc::new).collect();
        decoded.bodies.push(Body::Unplaced { fields });
    }
    decoded
}
