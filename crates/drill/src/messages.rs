//! Messages of the 26 kinds: one module per family, each function one message as text (guideline 1.2g, `standards.md` §1.3).

pub mod adt;
pub mod exams;
pub mod injections;
pub mod laboratory;
pub mod meals;
pub mod prescriptions;
pub mod problems;

use chart::when::Moment;

use crate::day::{minutes, seconds};
use crate::hl7::{Message, ce, msh};
use crate::house::{self, Bed, Department, Staff};
use crate::kinds::Kind;
use crate::people::Person;
use crate::rng::mix;

/// One file to be: message, its key in the tree, and when it is sent.
#[derive(Clone, Debug)]
pub struct Entry {
    /// Data kind.
    pub kind: Kind,
    /// 診療日, `YYYYMMDD` or `-`.
    pub care: String,
    /// オーダNo, fifteen digits.
    pub order: String,
    /// 発生日時.
    pub sent: Moment,
    /// 診療科コード or `-`.
    pub department: &'static str,
    /// Withdraws what has the same key.
    pub cancel: bool,
    /// The message, segments parted by CR.
    pub text: String,
}

/// Fifteen nines: no order (SS-MIX2 §1.1).
pub const NO_ORDER: &str = "999999999999999";

/// Who, where and by whom: what every message of one encounter shares.
#[derive(Clone, Debug)]
pub struct Scene<'a> {
    /// The patient.
    pub person: &'a Person,
    /// Bed of an inpatient; `None` in a clinic.
    pub bed: Option<Bed>,
    /// Department.
    pub department: &'static Department,
    /// 主治医, or the doctor of the clinic.
    pub doctor: Staff,
}

/// XCN: `id^姓^名^^^^^^^L^^^^^I`.
pub fn xcn(staff: Staff) -> String {
    format!("{}^{}^{}^^^^^^^L^^^^^I", staff.0, staff.1, staff.2)
}

/// The names of a person as PID-5 has them.
pub fn xpn(family: [&str; 2], given: [&str; 2]) -> String {
    format!("{}^{}^^^^^L^I~{}^{}^^^^^L^P", family[0], given[0], family[1], given[1])
}

impl Scene<'_> {
    /// PL of PV1-3 and ORC-13.
    pub fn location(&self) -> String {
        match &self.bed {
            Some(bed) => bed.location(),
            None => format!("{}^^^^^C", self.department.code),
        }
    }

    /// The moment to the millisecond at which a message of this minute leaves: minutes come from the courses, the rest is
    /// drawn from patient and minute.
    pub fn sent(&self, minute: Moment) -> Moment {
        let spare = 60_000 - minute.0.rem_euclid(60_000);
        Moment(minute.0 + (mix(&[u64::from(self.person.number), minute.0 as u64]) % spare as u64) as i64)
    }

    /// Starts a message with MSH.
    pub fn head(&self, kind: Kind, cancel: bool, sent: Moment) -> Message {
        let mut message = Message::new();
        msh(&mut message, kind, cancel, &self.sent(sent).digits17());
        message
    }

    /// EVN with EVN-2 recorded and EVN-6 occurred.
    pub fn evn(&self, message: &mut Message, sent: Moment, occurred: Option<Moment>) {
        let occurred = occurred.map(minutes).unwrap_or_default();
        message.seg("EVN").f(2, minutes(sent)).f(6, occurred);
    }

    /// PID of this person under the name of today.
    pub fn pid(&self, message: &mut Message, updated: Option<Moment>) {
        let p = self.person;
        self.pid_named(message, [&p.family, &p.family_kana], updated);
    }

    /// PID under a family name of kanji and kana.
    pub fn pid_named(&self, message: &mut Message, family: [&str; 2], updated: Option<Moment>) {
        let p = self.person;
        message.seg("PID").f(1, "0001").f(3, format!("{}^^^^PI", p.id));
        message.f(5, xpn(family, [&p.given, &p.given_kana]));
        message.f(7, if p.unknown { String::new() } else { p.birth.digits() }).f(8, p.sex.to_string());
        if !p.address.0.is_empty() {
            message.f(11, format!("^^^^{}^JPN^H^{}", p.address.0, p.address.1));
        }
        if !p.phone.is_empty() {
            message.f(13, format!("^PRN^PH^^^^^^^^^{}", p.phone));
        }
        if let Some(died) = p.died {
            message.f(29, minutes(died)).f(30, "Y");
        }
        if p.unknown {
            message.f(31, "Y");
        }
        message.f(33, updated.map(seconds).unwrap_or_default());
    }

    /// PV1 with place and doctor; `message` is left open for PV1-36 and later.
    pub fn pv1<'m>(&self, message: &'m mut Message) -> &'m mut Message {
        let class = if self.bed.is_some() { "I" } else { "O" };
        message
            .seg("PV1")
            .f(1, "0001")
            .f(2, class)
            .f(3, self.location())
            .f(7, xcn(self.doctor))
            .f(10, self.department.code)
    }

    /// ORC with control, order number, group, parent, time, doctor, department, hospital and setting.
    pub fn orc(&self, message: &mut Message, order: &Orc) {
        message.seg("ORC").f(1, order.control).f(2, order.number).f(3, order.filler).f(4, order.group);
        message.f(5, order.status).f(8, order.parent).f(9, seconds(order.at));
        message.f(10, xcn(house::CLERK)).f(12, xcn(self.doctor)).f(13, self.location());
        message.f(17, ce(self.department.code, self.department.name, "99XY1")).f(18, "VMDOCX01^^99XY2");
        message.f(21, house::HOSPITAL).f(22, house::HOSPITAL_ADDRESS).f(23, house::HOSPITAL_PHONE);
        let setting =
            if self.bed.is_some() { "I^入院患者オーダ^HL70482" } else { "O^外来患者オーダ^HL70482" };
        message.f(29, setting);
    }

    /// Wraps a finished message up with its key. A dated kind needs its day.
    pub fn entry(&self, kind: Kind, care: &str, order: &str, sent: Moment, message: Message) -> Entry {
        let department = if matches!(kind, Kind::Adt00 | Kind::Adt61) { "-" } else { self.department.code };
        Entry {
            kind,
            care: if kind.dated() { care.to_owned() } else { "-".to_owned() },
            order: if kind.numbered() { order.to_owned() } else { NO_ORDER.to_owned() },
            sent: self.sent(sent),
            department,
            cancel: false,
            text: message.finish(),
        }
    }
}

/// The fields of an ORC that differ from order to order.
#[derive(Clone, Copy, Debug)]
pub struct Orc<'a> {
    /// ORC-1.
    pub control: &'a str,
    /// ORC-2.
    pub number: &'a str,
    /// ORC-3.
    pub filler: &'a str,
    /// ORC-4: RP number or `order_rp_seq`.
    pub group: &'a str,
    /// ORC-5.
    pub status: &'a str,
    /// ORC-8.
    pub parent: &'a str,
    /// ORC-9.
    pub at: Moment,
}

impl<'a> Orc<'a> {
    /// A new order.
    pub fn new(number: &'a str, at: Moment) -> Orc<'a> {
        Orc { control: "NW", number, filler: "", group: "", status: "", parent: "", at }
    }

    /// This with another control code.
    pub fn control(mut self, control: &'a str) -> Orc<'a> {
        self.control = control;
        self
    }

    /// This with a group.
    pub fn group(mut self, group: &'a str) -> Orc<'a> {
        self.group = group;
        self
    }
}

/// Makes the cancel message of an entry: MSH-9 of the cancel trigger where the kind has one, ORC-1 `CA` where it is an
/// order, and the time it was withdrawn.
pub fn cancelled(entry: &Entry, sent: Moment) -> Entry {
    let (kind, set, structure) = entry.kind.message(false);
    let cancel = entry.kind.message(true).1;
    let old = entry.sent.digits17();
    let new = sent.digits17();
    let text = entry
        .text
        .replacen(&format!("{kind}^{set}^{structure}"), &format!("{kind}^{cancel}^{structure}"), 1)
        .replacen(&format!("{}.{}", &old[..14], &old[14..]), &format!("{}.{}", &new[..14], &new[14..]), 1)
        .replacen(&old, &new, 1)
        .replace("\rORC|NW|", "\rORC|CA|");
    Entry { sent, cancel: true, text, ..entry.clone() }
}
