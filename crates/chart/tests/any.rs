//! Whatever the facts: a chart is made, it is the same in any order of messages, and nothing that was said is lost.
#![allow(clippy::unwrap_used, clippy::expect_used)]

mod build;

use std::collections::BTreeSet;

use build::*;
use chart::*;
use proptest::prelude::*;
use serde_json::Value;

/// Numbers and words out of one seed, so that a failing case is a few seeds.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, below: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % below
    }

    /// A word that nothing else holds, or one that rules look for, or nothing.
    fn word(&mut self) -> String {
        const KNOWN: &[&str] = &[
            "なし",
            "陽性",
            "CA",
            "DC",
            "DE",
            "D",
            "I",
            "F",
            "P",
            "14",
            "d",
            "手術",
            "化学療法",
            "培養",
            "MRSA",
            "HBs抗原",
            "血液型",
            "体温",
            "妊娠",
            "ペニシリン",
            "アモキシシリン",
            "1",
            "3W",
            "MC",
            "NA",
            "シスプラチン",
            "",
            "禁忌",
            "2",
            "V",
        ];
        match self.roll(4) {
            0 => KNOWN[self.roll(KNOWN.len() as u64) as usize].to_owned(),
            1 => String::new(),
            _ => format!("語{}", self.roll(1_000_000_000)),
        }
    }

    fn coded(&mut self) -> Coded {
        let alternate = (self.roll(8) == 0).then(|| Box::new(Coded { text: self.word(), ..Coded::default() }));
        Coded { text: self.word(), code: self.word(), system: self.word(), alternate }
    }

    fn quantity(&mut self) -> Quantity {
        Quantity { value: self.word(), unit: self.coded() }
    }

    fn staff(&mut self) -> Staff {
        Staff { id: self.word(), name: self.word() }
    }

    fn time(&mut self) -> Option<When> {
        let precision = [Precision::Year, Precision::Month, Precision::Day, Precision::Minute, Precision::Milli];
        let start = match self.roll(8) {
            0 => return None,
            1 => i64::MIN,
            2 => i64::MAX,
            _ => 1_300_000_000_000 + self.roll(400_000_000_000) as i64,
        };
        Some(When { start: Moment(start), precision: precision[self.roll(5) as usize] })
    }

    fn order(&mut self) -> Order {
        Order {
            control: self.word(),
            number: self.word(),
            group: self.word(),
            status: self.word(),
            parent: self.word(),
            ordered: self.time(),
            doctor: self.staff(),
            department: self.coded(),
            setting: self.coded(),
        }
    }

    fn place(&mut self) -> Place {
        Place { ward: self.word(), room: self.word(), bed: self.word(), kind: self.word() }
    }

    fn measure(&mut self) -> Measure {
        let coded = (self.roll(3) == 0).then(|| self.coded());
        Measure {
            item: self.coded(),
            value: self.word(),
            coded,
            unit: self.coded(),
            flag: self.word(),
            result_status: self.word(),
            at: self.time(),
            sub_id: self.word(),
        }
    }

    fn person(&mut self) -> Body {
        let script = [Script::Ideographic, Script::Phonetic, Script::Alphabetic][self.roll(3) as usize];
        Body::from(Person {
            ids: vec![self.word()],
            names: vec![Name { family: self.word(), given: self.word(), script }],
            birth: self.time(),
            sex: Sex::Female,
            addresses: vec![self.word()],
            phones: vec![self.word()],
            died: self.time(),
            updated: None,
            basic: self.roll(2) == 0,
        })
    }

    fn treatment(&mut self) -> Body {
        match self.roll(5) {
            0 => Body::from(Drug {
                order: self.order(),
                drug: self.coded(),
                dose: self.quantity(),
                duration: self.quantity(),
                instruction: self.word(),
                start: self.time(),
                end: self.time(),
                class: vec![self.coded()],
                ..Drug::default()
            }),
            1 => Body::from(Injection {
                order: self.order(),
                ingredients: vec![Ingredient { role: self.word(), drug: self.coded(), amount: self.quantity() }],
                rate: self.quantity(),
                start: self.time(),
                end: self.time(),
                ..Injection::default()
            }),
            2 => Body::from(Given {
                order: self.order(),
                drug: self.coded(),
                note: self.word(),
                start: self.time(),
                completion: self.word(),
                by: self.staff(),
                ..Given::default()
            }),
            3 => Body::from(Meal {
                order: self.order(),
                kind: self.word(),
                diet: self.coded(),
                text: self.word(),
                start: self.time(),
                end: self.time(),
                ..Meal::default()
            }),
            _ => Body::from(Document {
                kind: self.coded(),
                title: self.word(),
                text: self.word(),
                at: self.time(),
                author: self.staff(),
                media_type: self.word(),
            }),
        }
    }

    fn examination(&mut self) -> Body {
        match self.roll(3) {
            0 => Body::from(LabOrder {
                order: self.order(),
                specimen: self.coded(),
                group: self.coded(),
                items: vec![self.coded()],
                planned: self.time(),
                comment: self.word(),
            }),
            1 => {
                let coded = (self.roll(3) == 0).then(|| self.coded());
                Body::from(Lab {
                    order: self.order().into(),
                    specimen: self.coded().into(),
                    group: self.coded().into(),
                    item: self.coded(),
                    value: self.word(),
                    coded,
                    unit: self.coded(),
                    range: self.word(),
                    flag: self.word(),
                    status: self.word(),
                    sub_id: self.word(),
                    parent_result: self.word(),
                    collected: self.time(),
                    reported: self.time(),
                    comment: self.word(),
                    value_type: self.word(),
                })
            }
            _ => Body::from(Exam {
                order: self.order(),
                service: [Service::Radiology, Service::Endoscopy, Service::Physiology][self.roll(3) as usize],
                phase: [Phase::Ordered, Phase::Done, Phase::Reported][self.roll(3) as usize],
                item: self.coded(),
                at: self.time(),
                values: vec![self.measure()],
                accession: self.word(),
                study_uid: self.word(),
                modality: self.coded(),
                details: vec![self.word()],
            }),
        }
    }

    fn background(&mut self) -> Body {
        match self.roll(6) {
            0 => Body::from(Allergy {
                category: self.coded(),
                allergen: self.coded(),
                reaction: self.word(),
                action: self.coded(),
                confirmed: self.time(),
                confirmed_by: self.word(),
                onset_text: self.word(),
                ..Allergy::default()
            }),
            1 => Body::from(self.measure()),
            2 => Body::from(Problem {
                name: self.coded(),
                label: self.word(),
                action: self.word(),
                diagnosed: self.time(),
                ended: self.time(),
                icd10: self.coded(),
                disclosure: self.coded(),
                outcome: self.coded(),
                department: self.coded(),
                doctor: self.staff(),
                ..Problem::default()
            }),
            3 => Body::from(Insurance {
                plan: self.coded(),
                payer_id: self.word(),
                number: self.word(),
                from: self.time(),
                until: self.time(),
                ..Insurance::default()
            }),
            4 => Body::from(Kin { relation: self.coded(), phones: vec![self.word()], ..Kin::default() }),
            _ => Body::from(Disability { whose: self.word(), present: self.word(), text: self.word() }),
        }
    }

    fn body(&mut self) -> Body {
        const MOVES: [MoveKind; 10] = [
            MoveKind::Attending,
            MoveKind::Visit,
            MoveKind::AdmitPlan,
            MoveKind::Admit,
            MoveKind::LeaveOut,
            MoveKind::LeaveBack,
            MoveKind::TransferPlan,
            MoveKind::Transfer,
            MoveKind::DischargePlan,
            MoveKind::Discharge,
        ];
        match self.roll(12) {
            0 => self.person(),
            1..=3 => self.treatment(),
            4..=6 => self.examination(),
            7..=8 => self.background(),
            9 => Body::from(Move {
                kind: MOVES[self.roll(10) as usize],
                at: self.time(),
                class: self.word(),
                place: self.place(),
                prior: self.place(),
                attending: self.staff(),
                admitting: self.staff(),
                department: self.coded(),
                admitted: self.time(),
                discharged: self.time(),
                disposition: self.coded(),
                planned: self.time(),
                reason: self.word(),
            }),
            10 if self.roll(3) == 0 => Body::Cancel { trigger: format!("A{}", self.roll(99)) },
            10 => Body::Link {
                other: PatientId { authority: self.word(), id: self.word() },
                linked: self.roll(2) == 0,
                by: self.word(),
                reason: self.word(),
            },
            _ => Body::Unplaced { fields: vec![Unplaced { at: self.word(), text: self.word() }.into()] },
        }
    }
}

/// One message of a few facts: any kind, flag and time, with numbers that meet now and then.
fn any_message(position: u64, seed: u64) -> Message {
    const KINDS: &[&str] =
        &["ADT-00", "ADT-61", "PPR-01", "OMP-01", "OML-11", "ADT-12", "L-OBSERVATIONS^OBSERVATIONS^99ZL01", "OMG-13"];
    let mut dice = Dice(seed);
    let bodies = (0..=dice.roll(4)).map(|_| dice.body()).collect();
    let day = 10 + dice.roll(3);
    let sent = format!("202110{day}{:02}{:02}00000", 10 + dice.roll(10), dice.roll(60));
    let flag = [Flag::Current, Flag::Current, Flag::Superseded, Flag::Cancelled][dice.roll(4) as usize];
    let mut made = message(KINDS[dice.roll(KINDS.len() as u64) as usize], position, &sent, bodies)
        .order(&dice.roll(3).to_string());
    made.origin.source = ["std1", "std2", "station:a"][dice.roll(3) as usize].to_owned();
    if dice.roll(6) == 0 {
        made.origin.sent = None;
    }
    if dice.roll(6) == 0 {
        made.origin.other_ids = vec![dice.word()];
    }
    made.origin.gone = dice.roll(5) == 0;
    made.flag(flag)
}

fn messages() -> impl Strategy<Value = Vec<Message>> {
    let seeds = proptest::collection::vec(any::<u64>(), 0..12);
    seeds.prop_map(|seeds| seeds.into_iter().zip(1..).map(|(seed, position)| any_message(position, seed)).collect())
}

/// Every text in a JSON value, keys left out.
fn leaves(value: &Value, into: &mut BTreeSet<String>) {
    match value {
        Value::String(text) if !text.is_empty() => {
            into.insert(text.clone());
        }
        Value::Array(items) => items.iter().for_each(|item| leaves(item, into)),
        Value::Object(fields) => {
            fields.iter().filter(|(key, _)| *key != "fact").for_each(|(_, item)| leaves(item, into))
        }
        _ => {}
    }
}

fn texts(value: impl serde::Serialize) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    leaves(&serde_json::to_value(value).expect("JSON"), &mut found);
    found
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn nothing_said_is_lost(messages in messages()) {
        let shown = texts(chart_at(&messages, "202110310030"));
        for message in &messages {
            for body in &message.bodies {
                for text in texts(body) {
                    prop_assert!(shown.contains(&text), "{} is lost of {:?}", text, body);
                }
            }
        }
    }

    #[test]
    fn messages_in_another_order_make_the_same_chart(messages in messages(), turn in 0usize..12, hour in 10u32..30) {
        let mut shuffled = messages;
        let record_one = record(&shuffled);
        let turn = turn.min(shuffled.len());
        shuffled.rotate_left(turn);
        shuffled.chunks_mut(3).for_each(<[Message]>::reverse);
        let past = AsOf::past(moment(&format!("202110{hour}")), moment("20211031"));
        for as_of in [AsOf::live(moment("20211031")), past] {
            let (one, other) = (Chart::at(&record_one, &as_of), Chart::at(&record(&shuffled), &as_of));
            prop_assert_eq!(serde_json::to_string(&one).ok(), serde_json::to_string(&other).ok());
        }
    }

    #[test]
    fn reading_a_tree_twice_doubles_nothing(messages in messages()) {
        let again: Vec<Message> = messages.iter().map(|message| {
            let mut again = Message { origin: message.origin.clone(), bodies: message.bodies.clone() };
            again.origin.source = format!("{}-z", again.origin.source);
            again
        }).collect();
        let once = record(&messages);
        let mut twice = record(&messages);
        twice.facts.extend(record(&again).facts);
        let as_of = AsOf::live(moment("20211031"));
        prop_assert_eq!(Chart::at(&once, &as_of), Chart::at(&twice, &as_of));
    }

    #[test]
    fn a_patient_copy_never_tells_what_was_untold(messages in messages(), position in 100u64..200) {
        let mut messages = messages;
        let mut untold = problem("秘密癌");
        untold.disclosure.text = "未告知".to_owned();
        let note = Document { text: "秘密癌の経過".to_owned(), ..Document::default() };
        let mut drug = lab("秘密癌マーカー", "5", "20211001");
        drug.comment = "秘密癌".to_owned();
        messages.push(message("PPR-01", position, "20211029100000000", vec![Body::from(untold)]).order("77"));
        messages.push(message("OML-11", position + 1, "20211029100000000", vec![Body::from(drug), Body::from(note)]).order("78"));
        let chart = chart_at(&messages, "202110310030");
        prop_assert!(texts(&chart).iter().any(|text| text.contains("秘密癌")));
        prop_assert!(!texts(chart.for_patient()).iter().any(|text| text.contains("秘密癌")));
    }
}
