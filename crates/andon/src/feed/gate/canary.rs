//! Watched patients: invented ones, as hospitals keep for tests, whose record must come unchanged. Pure.

use chart::Person;
use sha2::{Digest, Sha256};

/// What a watched patient's name, birth date and sex are, as a hexadecimal SHA-256: an event holds no name.
pub fn expected(person: &Person) -> String {
    let mut hash = Sha256::new();
    for name in &person.names {
        hash.update(format!("{:?}\0{}\0{}\0", name.script, name.family, name.given));
    }
    let birth = person.birth.map_or_else(String::new, |birth| birth.iso());
    hash.update(format!("{birth}\0{:?}", person.sex));
    hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
}
