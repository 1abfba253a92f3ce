//! 院外処方箋: who, by whom, for which insurance, and RP by RP what.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::sync::Arc;

use chart::{Body, Coded, Insurance, Order, Person, Quantity, Staff, When};

use super::drug::{Draft, Form, displaced, displaced_words, quantity};
use super::notebook::usage_code;
use super::rec::Rec;
use super::said::{document, drug_code, institution_number, lines, name, sex, worded};
use super::text::half;

/// 剤形区分 of record 101.
const FORMS: [(&str, &str); 7] =
    [("1", "内服"), ("2", "頓服"), ("3", "外用"), ("4", "内服滴剤"), ("5", "注射"), ("6", "医療材料"), ("9", "不明")];

/// One RP: 101, 102, 111 and 181.
#[derive(Default)]
struct Rp {
    number: String,
    form: Form,
    formed: bool,
    usage: Vec<Coded>,
    site: Coded,
    words: Vec<String>,
}

/// A prescription being read.
#[derive(Default)]
pub(super) struct Prescription {
    person: Person,
    named: bool,
    pub date: Option<When>,
    institution: String,
    doctor: Staff,
    department: Coded,
    number: String,
    /// Of the whole paper.
    lines: Vec<String>,
    plan: Coded,
    insurances: Vec<Insurance>,
    rps: Vec<Rp>,
    /// With RP内連番.
    drugs: Vec<(Draft, String)>,
    /// Records of which there is one in its place, and what they said.
    once: HashMap<[String; 3], Vec<String>>,
}

impl Prescription {
    /// Reads one record.
    pub(super) fn read(&mut self, rec: &Rec<'_>) {
        if !rec.in_place() {
            return self.out_of_place(rec);
        }
        if self.repeats(rec) {
            return;
        }
        match rec.number.as_str() {
            "1" => {
                self.institution = rec.take(4);
                self.lines.push(worded("処方", &self.institution));
                self.lines.push(worded("医療機関コード", &institution_number(rec, 3, 1, 2)));
            }
            "2" | "3" => self.lines.push(rec.words(1..=3)),
            "4" => {
                rec.expect(1, &["1", "2"]);
                self.department = Coded { text: rec.take(3), code: rec.code(2), ..Coded::default() };
                self.lines.push(worded("診療科", &rec.words([2, 3])));
            }
            "5" => self.doctor(rec),
            "11" | "12" | "13" => self.person(rec),
            "21" | "22" | "23" => self.insurance(rec),
            "27" | "28" | "29" => self.public(rec),
            "51" => {
                self.date = rec.date(1);
                self.dated("交付年月日", self.date);
            }
            "52" => self.dated("使用期限", rec.date(1)),
            "61" => self.lines.push(worded("麻薬施用", &rec.words(1..=3))),
            "62" => {
                let words = [("1", "疑義照会した上で調剤"), ("2", "保険医療機関へ情報提供")];
                self.lines.push(worded("残薬", &rec.word(1, "", &words).text));
            }
            "63" => self.lines.push(format!("分割 {}回の{}回目", rec.code(1), rec.code(2))),
            "64" => self.lines.push(worded("リフィル 総使用回数", &rec.code(1))),
            "81" => self.remark(rec),
            "82" => {
                rec.expect(1, &["1"]);
                self.number = rec.code(2);
                self.lines.push(worded("処方箋番号", &self.number));
            }
            "101" | "102" | "111" | "181" => self.rp(rec),
            "201" => self.drug(rec),
            "211" | "221" | "241" | "281" => self.of_drug(rec),
            // 14, 24, 25, 30, 31 and 231 are for the bill: listed, not told.
            _ => {}
        }
    }

    /// Whether a record comes again of which there is one on the paper, in the RP, or of the drug: the first stands. The same
    /// words are nothing new; others stay unread, and are listed.
    fn repeats(&mut self, rec: &Rec<'_>) -> bool {
        let parts = match rec.number.as_str() {
            "81" | "181" | "281" => return false,
            "201" => {
                // Where writers number every drug 1, what follows is still of the drug before it.
                self.once.retain(|[number, ..], _| !number.starts_with('2') || number.len() < 3);
                return false;
            }
            "101" | "102" | "111" => 1,
            "211" | "221" | "231" | "241" => 2,
            _ => 0,
        };
        let field = |at: usize| if at <= parts { half(rec.glance(at)) } else { String::new() };
        let said = rec.says().to_vec();
        match self.once.entry([rec.number.clone(), field(1), field(2)]) {
            Entry::Vacant(place) => {
                place.insert(said);
                return false;
            }
            Entry::Occupied(first) if *first.get() == said => drop(rec.rest()),
            Entry::Occupied(_) => rec.fault("repeated", 0, ""),
        }
        true
    }

    /// Beside its drugs where it belongs to an RP; else it stays unread, and is listed.
    fn out_of_place(&mut self, rec: &Rec<'_>) {
        let group = rec.glance(1).to_owned();
        match rec.number.as_str() {
            "201" => self.drugs.push((displaced(rec), String::new())),
            "101" | "102" | "111" | "181" if rec.has_group() => {
                rec.take(1);
                let words = displaced_words(rec);
                self.rp_of(&group).words.push(words);
            }
            "211" | "221" | "241" | "281" => {
                if let Some((draft, _)) = self.drugs.last_mut().filter(|(draft, _)| draft.is_of(&group)) {
                    rec.take(1);
                    draft.words.push(displaced_words(rec));
                }
            }
            _ => {}
        }
    }

    fn dated(&mut self, word: &str, date: Option<When>) {
        self.lines.push(worded(word, &date.map(|date| date.iso()).unwrap_or_default()));
    }

    fn doctor(&mut self, rec: &Rec<'_>) {
        let (id, kana, kanji) = (rec.code(1), rec.take(2), rec.take(3));
        self.lines.push(worded("処方医", &rec.words(1..=3)));
        self.doctor = Staff { id, name: if kanji.is_empty() { kana } else { kanji } };
    }

    fn person(&mut self, rec: &Rec<'_>) {
        self.named = true;
        match rec.number.as_str() {
            "11" => {
                let number = rec.code(1);
                self.person.ids.extend((!number.is_empty()).then_some(number));
                self.person
                    .names
                    .extend([(2, false), (3, true)].into_iter().filter_map(|(n, k)| name(&rec.take(n), k)));
            }
            "12" => self.person.sex = sex(rec, 1),
            _ => self.person.birth = rec.date(1),
        }
    }

    /// The first of the paper's insurances is that of 21, 22 and 23.
    fn insurance(&mut self, rec: &Rec<'_>) {
        const PLANS: [(&str, &str); 7] = [
            ("1", "医保・公費"),
            ("2", "国保"),
            ("3", "労災"),
            ("4", "自賠責"),
            ("5", "公害"),
            ("6", "自費"),
            ("7", "後期高齢者"),
        ];
        if rec.number == "21" {
            self.plan = rec.word(1, "JAHIS", &PLANS);
            return;
        }
        if self.insurances.is_empty() {
            self.insurances.push(Insurance::default());
        }
        let Some(insurance) = self.insurances.first_mut() else { return };
        if rec.number == "22" {
            insurance.payer_id = rec.code(1);
            return;
        }
        insurance.symbol = rec.take(1);
        insurance.number = rec.take(2);
        insurance.relation = rec.word(3, "JAHIS", &[("1", "被保険者"), ("2", "被扶養者")]);
        let branch = rec.code(4);
        if !branch.is_empty() {
            insurance.number = format!("{} 枝番{branch}", insurance.number);
        }
    }

    fn public(&mut self, rec: &Rec<'_>) {
        let text = match rec.number.as_str() {
            "27" => "第一公費",
            "28" => "第二公費",
            _ => "第三公費",
        };
        if self.insurances.is_empty() {
            self.insurances.push(Insurance::default());
        }
        let plan = Coded { text: text.to_owned(), ..Coded::default() };
        self.insurances.push(Insurance { plan, payer_id: rec.code(1), number: rec.code(2), ..Insurance::default() });
    }

    fn remark(&mut self, rec: &Rec<'_>) {
        rec.take(1);
        let sort = rec.word(2, "", &[("1", "一包化"), ("2", "粉砕"), ("3", "分割")]).text;
        self.lines.push(worded("備考", &meant(&sort, rec.take(3))));
    }

    fn rp_of(&mut self, number: &str) -> &mut Rp {
        let at = self.rps.iter().position(|rp| rp.number == number).unwrap_or(self.rps.len());
        if at == self.rps.len() {
            self.rps.push(Rp { number: number.to_owned(), ..Rp::default() });
        }
        &mut self.rps[at]
    }

    fn rp(&mut self, rec: &Rec<'_>) {
        let group = rec.code(1);
        let rp = self.rp_of(&group);
        match rec.number.as_str() {
            "101" => {
                let mut kind = rec.word(2, "JAHIS", &FORMS);
                let own = rec.take(3);
                if !own.is_empty() && own != kind.text {
                    kind.text = own;
                }
                // Of these forms the number may be one of days or of times, and nothing says which (table 3-35).
                let unit = match kind.code.as_str() {
                    "1" => "日分",
                    "2" => "回分",
                    _ => "日分または回分",
                };
                let number = rec.code(4);
                let unit = if number.is_empty() { "" } else { unit };
                rp.form = Form { kind, duration: quantity(number, unit.to_owned()) };
                rp.formed = true;
            }
            "102" => rp.words.push(format!("分割 今回{} 総数{}", rec.code(2), rec.code(3))),
            "111" => {
                let code = usage_code(rec, 2);
                rp.usage.push(Coded { text: rec.take(4), ..code });
                rp.words.push(worded("1日回数", &rec.code(5)));
            }
            _ => supplement(rp, rec),
        }
    }

    fn drug(&mut self, rec: &Rec<'_>) {
        let (group, sequence) = (rec.code(1), rec.code(2));
        let mut draft = Draft { amount: quantity(rec.code(7), rec.take(9)), ..Draft::default() };
        draft.drug.drug = drug_code(rec, 4, rec.take(6));
        draft.drug.order.group = group;
        let sort = rec.word(3, "JAHIS", &[("1", ""), ("2", "医療材料"), ("3", "非保険薬")]);
        draft.drug.class.extend((!sort.text.is_empty()).then_some(sort));
        // 1 is the unit of the price list, as it stands; 2 is strength, of which ten times too much was given before now.
        let strength = rec.word(8, "", &[("1", ""), ("2", "用量は力価")]).text;
        draft.words.push(strength);
        self.drugs.push((draft, sequence));
    }

    fn of_drug(&mut self, rec: &Rec<'_>) {
        let (group, sequence) = (rec.code(1), rec.code(2));
        let own = |(draft, number): &&mut (Draft, String)| draft.is_of(&group) && *number == sequence;
        let Some((draft, _)) = self.drugs.iter_mut().rev().find(own) else {
            return rec.fault("orphan", 0, format!("RP{group}-{sequence}"));
        };
        match rec.number.as_str() {
            "211" => draft.words.push(worded("単位変換係数", &rec.code(3))),
            "221" => draft.words.push(worded("不均等", &[rec.words(3..=7), rec.words(8..=12)].join(" "))),
            "241" => {
                let unit = draft.amount.unit.text.clone();
                draft.drug.dose = quantity(rec.code(3), unit);
                draft.words.push(worded("1日回数", &rec.code(4)));
            }
            _ => {
                const SORTS: [(&str, &str); 8] = [
                    ("1", "一包化"),
                    ("2", "粉砕"),
                    ("3", "後発品変更不可"),
                    ("4", "剤形変更不可"),
                    ("5", "含量規格変更不可"),
                    ("6", "剤形変更不可及び含量規格変更不可"),
                    ("7", ""),
                    ("8", "先発医薬品患者希望"),
                ];
                rec.take(3);
                let sort = rec.word(4, "", &SORTS).text;
                let (text, code) = (rec.take(5), rec.code(6));
                if code.is_empty() {
                    draft.words.push(meant(&sort, text));
                } else {
                    draft.words.push(sort);
                    draft.drug.usage.push(jami(text, code));
                }
            }
        }
    }

    /// Whose it is, once anything of that was read.
    pub(super) fn holder(&self) -> Option<Arc<Person>> {
        self.named.then(|| Arc::new(self.person.clone()))
    }

    /// The facts.
    pub(super) fn finish(mut self, holder: Option<&Arc<Person>>) -> Vec<Body> {
        let mut bodies: Vec<Body> = holder.map(|person| Body::Person(Arc::clone(person))).into_iter().collect();
        if !self.plan.is_empty() && self.insurances.is_empty() {
            self.insurances.push(Insurance::default());
        }
        if let Some(first) = self.insurances.first_mut() {
            first.plan = self.plan.clone();
        }
        self.insurances.retain(|insurance| *insurance != Insurance::default());
        bodies.extend(self.insurances.drain(..).map(Body::from));
        let order = Order {
            ordered: self.date,
            doctor: self.doctor.clone(),
            department: self.department.clone(),
            number: self.date.map(|date| format!("{}-1", date.iso().replace('-', ""))).unwrap_or_default(),
            ..Order::default()
        };
        let mut drugs = std::mem::take(&mut self.drugs);
        for rp in std::mem::take(&mut self.rps) {
            let mut own = drugs.iter_mut().map(|(draft, _)| draft).filter(|draft| draft.is_of(&rp.number)).peekable();
            if own.peek().is_none() {
                // An RP without a drug is told in the words of the paper.
                self.lines.push(rp.in_words());
            }
            own.for_each(|draft| rp.tell(draft));
        }
        for (mut draft, _) in drugs {
            let group = std::mem::take(&mut draft.drug.order.group);
            draft.drug.order = Order { group, ..order.clone() };
            draft.drug.institution = self.institution.clone();
            draft.drug.prescription = self.number.clone();
            bodies.push(draft.finish());
        }
        bodies.extend(document("院外処方箋", lines(self.lines), self.date, Staff::default()));
        bodies
    }
}

impl Rp {
    /// Hands a drug what its RP says of it.
    fn tell(&self, draft: &mut Draft) {
        if self.formed {
            let dose = std::mem::take(&mut draft.drug.dose);
            draft.form(&self.form);
            if dose != Quantity::default() {
                draft.drug.dose = dose;
            }
        }
        let own = std::mem::take(&mut draft.drug.usage);
        draft.drug.usage = self.usage.iter().filter(|usage| !usage.is_empty()).cloned().chain(own).collect();
        draft.drug.site = self.site.clone();
        draft.words.splice(0..0, self.words.iter().cloned());
    }

    fn in_words(&self) -> String {
        let coded = self.usage.iter().chain([&self.form.kind, &self.site]);
        let usage = coded.flat_map(|coded| [coded.text.clone(), coded.code.clone()]);
        let days = format!("{}{}", self.form.duration.value, self.form.duration.unit.text);
        let all = [format!("RP{}", self.number), days].into_iter().chain(usage).chain(self.words.iter().cloned());
        all.filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" ")
    }
}

/// 用法補足 181.
fn supplement(rp: &mut Rp, rec: &Rec<'_>) {
    const SORTS: [(&str, &str); 9] = [
        ("1", "漸減"),
        ("2", "一包化"),
        ("3", "隔日"),
        ("4", "粉砕"),
        ("5", ""),
        ("6", "部位"),
        ("7", "1回使用量"),
        ("8", ""),
        ("9", ""),
    ];
    rec.take(2);
    let sort = rec.word(3, "", &SORTS);
    let (text, code, site) = (rec.take(4), rec.code(5), rec.code(6));
    match sort.code.as_str() {
        // Every second day: read as usage, so that the days of supply are not taken for days of use.
        "3" => rp.usage.push(Coded { text: meant(&sort.text, text), code, ..Coded::default() }),
        _ if !code.is_empty() => rp.usage.push(jami(meant(&sort.text, text), code)),
        _ if !site.is_empty() && rp.site.is_empty() => {
            rp.site = Coded { text, code: site, system: "JAMISDP01".to_owned(), alternate: None };
            return;
        }
        _ => rp.words.push(meant(&sort.text, text)),
    }
    rp.words.push(worded("部位", &site));
}

/// A supplementary usage of JAMI's standard.
fn jami(text: String, code: String) -> Coded {
    Coded { text, code, system: "JAMISDP01".to_owned(), alternate: None }
}

/// A text with the word of its sort before it, where it does not say that itself.
fn meant(sort: &str, text: String) -> String {
    if sort.is_empty() || text.contains(sort) { text } else { format!("{sort} {text}").trim_end().to_owned() }
}
