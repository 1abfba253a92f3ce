//! The messages a story's EMR writes: a few segments each, in ISO-2022-JP, as SS-MIX2 1.2g §1.3 has them.

use chart::Moment;

/// A patient of a story.
#[derive(Clone, Default)]
pub struct Patient {
    pub id: String,
    pub family: String,
    pub given: String,
    pub family_kana: String,
    pub given_kana: String,
    pub birth: String,
    pub sex: String,
}

impl Patient {
    fn pid(&self) -> String {
        format!(
            "PID|0001||{}^^^^PI||{}^{}^^^^^L^I~{}^{}^^^^^L^P||{}|{}",
            self.id, self.family, self.given, self.family_kana, self.given_kana, self.birth, self.sex
        )
    }
}

/// A whole message: header, PID and the segments given, encoded.
pub fn message(patient: &Patient, kind: &str, now: Moment, segments: &[String]) -> Vec<u8> {
    let stamp = now.digits17();
    let seconds = stamp.get(..14).unwrap_or_default();
    let header = format!(
        "MSH|^~\\&|HIS|STORY|GW|RCV|{seconds}||{kind}|{stamp}|T|2.5||||||~ISO IR87||ISO 2022-1994|\
         SS-MIX2_1.20^SS-MIX2^1.2.392.200250.2.1.100.1.2.120^ISO"
    );
    let mut lines = vec![header];
    if kind.starts_with("ADT") {
        lines.push(format!("EVN||{seconds}|||||{seconds}"));
    }
    lines.push(patient.pid());
    lines.extend_from_slice(segments);
    let (bytes, lost) = formats::charset::encode_iso2022jp(&(lines.join("\r") + "\r"));
    assert!(lost.is_empty(), "a story's words must be writable in JIS: {lost:?}");
    bytes
}

/// PV1 of an inpatient.
pub fn inpatient(ward: &str, room: &str, bed: &str, admitted: &str) -> String {
    format!("PV1|0001|I|{ward}^{room}^{bed}^^^N||||ishi01^医師^一郎^^^^^^^L^^^^^I|||01{}{admitted}", "|".repeat(34))
}

/// PV1 of an outpatient.
pub fn outpatient() -> String {
    "PV1|0001|O|01^^^^^C||||ishi01^医師^一郎^^^^^^^L^^^^^I|||01".into()
}

/// ORC of an order; `control` is NW, or CA for a cancel.
pub fn order(control: &str, number: &str, group: &str, at: &str) -> String {
    format!("ORC|{control}|{number}||{group}|||||{at}|||ishi01^医師^一郎^^^^^^^L^^^^^I|||||01^内科^99XY1")
}
