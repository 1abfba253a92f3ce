//! Synthetic messages for the tests: nobody in them exists.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, missing_docs)]

use std::sync::Arc;

use chart::*;

/// One message being written.
#[derive(Clone, Debug)]
pub struct Message {
    pub origin: Origin,
    pub bodies: Vec<Body>,
}

pub fn when(text: &str) -> When {
    When::parse(text).expect("a date in a test")
}

pub fn moment(text: &str) -> Moment {
    when(text).start
}

pub fn coded(text: &str) -> Coded {
    Coded { text: text.to_owned(), ..Coded::default() }
}

/// A message of one kind, sent at a time, at the next position, under order number 1 and its day.
pub fn message(kind: &str, position: u64, sent: &str, bodies: Vec<Body>) -> Message {
    let undated = matches!(kind, "ADT-00" | "ADT-01" | "ADT-61" | "PPR-01");
    let care_date = if undated { "-".to_owned() } else { sent[..8].to_owned() };
    let origin = Origin {
        source: "std1".to_owned(),
        position,
        kind: kind.to_owned(),
        content: Some(ContentId([u8::try_from(position % 251).unwrap(); 32])),
        order_no: if undated { "999999999999999".to_owned() } else { "000000000000001".to_owned() },
        care_date,
        department: "01".to_owned(),
        sent: Some(when(sent)),
        received: moment(sent),
        ..Origin::default()
    };
    Message { origin, bodies }.flag(Flag::Current)
}

impl Message {
    pub fn flag(mut self, flag: Flag) -> Message {
        self.origin.flag = flag;
        let digit = match flag {
            Flag::Current => 1,
            Flag::Superseded => 2,
            Flag::Cancelled => 0,
        };
        let o = &self.origin;
        let sent = o.sent.map(|sent| sent.start.digits17()).unwrap_or_default();
        self.origin.path = format!(
            "000/001/0000123/{}/{}/0000123_{}_{}_{}_{sent}_{}_{digit}",
            o.care_date, o.kind, o.care_date, o.kind, o.order_no, o.department
        );
        self
    }

    pub fn order(mut self, number: &str) -> Message {
        self.origin.order_no = format!("{number:0>15}");
        let flag = self.origin.flag;
        self.flag(flag)
    }

    pub fn on(mut self, care_date: &str) -> Message {
        self.origin.care_date = care_date.to_owned();
        let flag = self.origin.flag;
        self.flag(flag)
    }

    pub fn facts(&self) -> Vec<Fact> {
        let origin = Arc::new(self.origin.clone());
        self.bodies.iter().map(|body| Fact { origin: Arc::clone(&origin), body: body.clone() }).collect()
    }
}

pub fn record(messages: &[Message]) -> Record {
    Record {
        patient: PatientId { authority: "半田".to_owned(), id: "0000123".to_owned() },
        facts: messages.iter().flat_map(Message::facts).collect(),
        faults: Vec::new(),
        carried: Vec::new(),
    }
}

/// The chart as it stands at a time.
pub fn chart_at(messages: &[Message], now: &str) -> Chart {
    Chart::at(&record(messages), &AsOf::live(moment(now)))
}

pub fn person(family: &str, given: &str, kana: &str) -> Body {
    let name = |text: &str, given: &str, script| Name { family: text.to_owned(), given: given.to_owned(), script };
    Body::from(Person {
        ids: vec!["0000123".to_owned()],
        names: vec![name(family, given, Script::Ideographic), name(kana, "", Script::Phonetic)],
        birth: Some(when("19700302")),
        sex: Sex::Female,
        basic: true,
        ..Person::default()
    })
}

pub fn allergy(allergen: &str) -> Body {
    Body::from(Allergy {
        category: Coded { code: "DA".to_owned(), ..Coded::default() },
        allergen: coded(allergen),
        ..Allergy::default()
    })
}

/// A drug for some days from a date (no days when empty).
pub fn drug(name: &str, number: &str, group: &str, start: &str, days: &str) -> Body {
    Body::from(Drug {
        order: Order {
            control: "NW".to_owned(),
            number: number.to_owned(),
            group: group.to_owned(),
            ..Order::default()
        },
        drug: coded(name),
        start: (!start.is_empty()).then(|| when(start)),
        duration: Quantity { value: days.to_owned(), unit: Coded { code: "d".to_owned(), ..Coded::default() } },
        ..Drug::default()
    })
}

pub fn lab(item: &str, value: &str, collected: &str) -> Lab {
    Lab {
        item: coded(item),
        value: value.to_owned(),
        status: "F".to_owned(),
        collected: Some(when(collected)),
        ..Lab::default()
    }
}

pub fn problem(name: &str) -> Problem {
    Problem { name: coded(name), label: name.to_owned(), diagnosed: Some(when("20210401")), ..Problem::default() }
}

pub fn movement(kind: MoveKind, at: &str, ward: &str) -> Body {
    Body::from(Move {
        kind,
        at: Some(when(at)),
        class: "I".to_owned(),
        place: Place { ward: ward.to_owned(), ..Place::default() },
        prior: Place::default(),
        attending: Staff::default(),
        admitting: Staff::default(),
        department: Coded { code: "01".to_owned(), text: "内科".to_owned(), ..Coded::default() },
        admitted: None,
        discharged: None,
        disposition: Coded::default(),
        planned: None,
        reason: String::new(),
    })
}
