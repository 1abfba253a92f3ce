//! 電子版お薬手帳: the holder, what to know of them, and dispensings with their drugs.

use std::sync::Arc;

use chart::{Allergy, Body, Coded, Drug, Measure, Name, Order, Person, Problem, Staff, When};

use super::drug::{Draft, Form, displaced, displaced_words, quantity};
use super::rec::Rec;
use super::said::{document, drug_code, institution_number, lines, name, sex, worded};

/// 剤形 of record 301.
const FORMS: [(&str, &str); 9] = [
    ("1", "内服"),
    ("2", "内滴"),
    ("3", "屯服"),
    ("4", "注射"),
    ("5", "外用"),
    ("6", "浸煎"),
    ("7", "湯"),
    ("9", "材料"),
    ("10", "その他"),
];

/// A notebook being read.
#[derive(Default)]
pub(super) struct Notebook {
    pub holder: Option<Arc<Person>>,
    /// Record 1 as first read.
    named: Vec<String>,
    /// Somebody else is named: nothing from there on is the holder's, and all of it is listed.
    other_patient: bool,
    pub newest: Option<When>,
    pub bodies: Vec<Body>,
    /// Record 5, and what stands under it.
    date: Option<When>,
    place: Vec<String>,
    pharmacy: String,
    /// Records 51 and 55.
    institution: String,
    doctor: Staff,
    department: Coded,
    /// Prescriptions so far: with the date the number of an order.
    prescriptions: usize,
    drugs: Vec<Draft>,
    /// A drug bought without prescription (3), to which ingredients (31) belong.
    bought: Option<Draft>,
    /// The last 5, 11, 15, 51 and 55, which the next code of several may repeat.
    context: Vec<(String, Vec<String>)>,
}

impl Notebook {
    /// Reads one record.
    pub(super) fn read(&mut self, rec: &Rec<'_>) {
        if self.other_patient {
            return;
        }
        if !rec.in_place() {
            return self.out_of_place(rec);
        }
        // Who it is and the control record may stand between, where codes were joined.
        if !matches!(rec.number.as_str(), "1" | "31" | "911") {
            self.finish_bought();
        }
        match rec.number.as_str() {
            "1" => self.holder(rec),
            "2" => self.remark(rec),
            "3" => self.bought(rec),
            "31" => self.ingredient(rec),
            "4" => self.note("お薬手帳メモ", rec.take(1), rec.date(2), rec.writer(3)),
            "5" | "11" | "15" | "51" | "55" => self.context(rec),
            "201" => self.drug(rec),
            "281" => self.of_drug(rec, ""),
            "291" => self.of_drug(rec, "服用注意"),
            "301" => self.usage(rec),
            "311" => self.of_rp(rec, ""),
            "391" => self.of_rp(rec, "服用注意"),
            "401" => self.note("服用注意", rec.take(1), self.date, rec.writer(2)),
            "411" => self.provided(rec),
            "421" => self.note("残薬確認", rec.take(1), self.date, rec.writer(2)),
            "501" => self.note("備考", rec.take(1), self.date, rec.writer(2)),
            "601" => self.by_patient(rec),
            "701" => self.pharmacist(rec),
            // Read where codes are joined.
            "911" => drop(rec.words(1..=3)),
            _ => {}
        }
    }

    /// A record whose fields are out of place: beside its drug where it belongs to one; else it stays unread, and is listed.
    fn out_of_place(&mut self, rec: &Rec<'_>) {
        let group = rec.glance(1).to_owned();
        if rec.number == "201" {
            return self.push(displaced(rec));
        }
        if matches!(rec.number.as_str(), "281" | "291" | "301" | "311" | "391")
            && self.drugs.iter().any(|draft| draft.is_of(&group))
        {
            rec.take(1);
            let words = displaced_words(rec);
            self.drugs.iter_mut().filter(|draft| draft.is_of(&group)).for_each(|draft| draft.words.push(words.clone()));
        }
    }

    /// A code of several is missing here: what stood before says nothing of what follows.
    pub(super) fn gap(&mut self) {
        self.finish();
        self.context.clear();
        self.date = None;
        self.leave_block();
    }

    /// All that is still open becomes facts.
    pub(super) fn finish(&mut self) {
        self.finish_bought();
        self.finish_drugs();
        self.finish_block();
    }

    fn holder(&mut self, rec: &Rec<'_>) {
        // A header that some programs repeat as a record is nobody's name.
        if rec.glance(1).starts_with("JAHISTC") {
            return rec.fault("value", 1, rec.glance(1));
        }
        match (self.named.as_slice(), rec.says()) {
            ([], said) => self.named = said.to_vec(),
            // The next code of several says it again.
            (named, said) if named == said => return drop(rec.rest()),
            (named, said) if named.get(..3) != said.get(..3) => {
                self.finish();
                self.other_patient = true;
                return rec.fault("second_patient", 0, rec.glance(1));
            }
            _ => {}
        }
        let names: Vec<Name> =
            [(1, false), (10, true)].into_iter().filter_map(|(n, k)| name(&rec.take(n), k)).collect();
        let person = Person {
            names,
            sex: sex(rec, 2),
            birth: rec.date(3),
            addresses: [rec.words([4, 5])].into_iter().filter(|text| !text.is_empty()).collect(),
            phones: [worded("自宅", &rec.take(6)), worded("緊急連絡先", &rec.take(7))]
                .into_iter()
                .filter(|text| !text.is_empty())
                .collect(),
            ..Person::default()
        };
        let measures = [("血液型", rec.take(8), ""), ("体重", rec.take(9), "kg")];
        let person = Arc::new(person);
        self.holder.get_or_insert_with(|| Arc::clone(&person));
        self.bodies.push(Body::Person(person));
        for (item, value, unit) in measures.into_iter().filter(|(_, value, _)| !value.is_empty()) {
            let [item, unit] = [item, unit].map(|text| Coded { text: text.to_owned(), ..Coded::default() });
            self.bodies.push(Body::from(Measure { item, value, unit, ..Measure::default() }));
        }
    }

    /// 患者特記 2.
    fn remark(&mut self, rec: &Rec<'_>) {
        const SORTS: [(&str, &str); 4] = [("1", "アレルギー歴"), ("2", "副作用歴"), ("3", "既往歴"), ("9", "その他")];
        let sort = rec.word(1, "JAHISTC", &SORTS);
        let text = Coded { text: rec.take(2), ..Coded::default() };
        let by = rec.author(3);
        match sort.code.as_str() {
            _ if text.is_empty() => {}
            "1" | "2" => {
                let confirmed_by = ["お薬手帳", by.as_str()].join(" ").trim_end().to_owned();
                self.bodies.push(Body::from(Allergy {
                    category: sort,
                    allergen: text,
                    confirmed_by,
                    ..Allergy::default()
                }));
            }
            "3" => {
                let label = text.text.clone();
                let doctor = Staff { id: String::new(), name: by };
                self.bodies.push(Body::from(Problem { name: text, label, class: sort, doctor, ..Problem::default() }));
            }
            _ => self.note("患者特記", text.text, None, Staff { id: String::new(), name: by }),
        }
    }

    /// 要指導医薬品・一般用医薬品 3.
    fn bought(&mut self, rec: &Rec<'_>) {
        let code = rec.code(6);
        let system = if code.is_empty() { String::new() } else { "JAN".to_owned() };
        let drug = Drug {
            order: Order { group: rec.code(5), number: "OTC".to_owned(), ..Order::default() },
            drug: Coded { text: rec.take(1), code, system, alternate: None },
            start: rec.date(2),
            end: rec.date(3),
            class: vec![Coded { text: "要指導・一般用医薬品".to_owned(), ..Coded::default() }],
            ..Drug::default()
        };
        let words = vec![worded("作成者", &rec.author(4))];
        self.bought = Some(Draft { drug, words, ..Draft::default() });
    }

    /// 要指導医薬品・一般用医薬品成分 31.
    fn ingredient(&mut self, rec: &Rec<'_>) {
        let of = rec.group();
        let Some(draft) = self.bought.as_mut().filter(|draft| of.is_empty() || draft.is_of(&of)) else {
            return rec.fault("orphan", 0, rec.glance(2));
        };
        rec.take(1);
        rec.author(5);
        let coded = drug_code(rec, 3, rec.take(2));
        let code = [coded.system, coded.code].join(" ");
        draft.words.push(worded("成分", &[coded.text.as_str(), code.trim()].join(" ")));
    }

    fn finish_bought(&mut self) {
        self.bodies.extend(self.bought.take().map(Draft::finish));
    }

    fn note(&mut self, kind: &str, text: String, at: Option<When>, author: Staff) {
        self.bodies.extend(document(kind, text, at, author));
    }

    /// Where, when and by whom: a record that says the same as its last tells nothing new.
    fn context(&mut self, rec: &Rec<'_>) {
        let said = rec.says().to_vec();
        let known = self.context.iter().any(|(number, fields)| *number == rec.number && *fields == said);
        let fresh = rec.number != "5" && !known;
        if known {
            drop(rec.rest());
            return;
        }
        if rec.number == "5" {
            self.finish();
            self.leave_block();
            self.context.clear();
        } else if matches!(rec.number.as_str(), "51" | "55") {
            self.finish_drugs();
        }
        self.context.retain(|(number, _)| *number != rec.number || !fresh);
        self.context.push((rec.number.clone(), said));
        self.enter(rec);
    }

    fn enter(&mut self, rec: &Rec<'_>) {
        match rec.number.as_str() {
            "5" => {
                self.date = rec.date(1);
                self.newest = self.newest.max(self.date);
                self.place.push(worded("調剤等年月日", &self.date.map(|date| date.iso()).unwrap_or_default()));
                self.place.push(worded("作成者", &rec.author(2)));
            }
            "11" => {
                self.pharmacy = rec.take(1);
                self.place.push(worded("調剤", &self.pharmacy));
                self.place.push(worded("医療機関コード", &institution_number(rec, 2, 3, 4)));
                self.place.push(rec.words(5..=7));
                self.place.push(worded("作成者", &rec.author(8)));
            }
            "15" => {
                self.place.push(worded("薬剤師等", &rec.words([1, 2])));
                self.place.push(worded("作成者", &rec.author(3)));
            }
            "51" => {
                self.prescriptions += 1;
                self.institution = rec.take(1);
                (self.doctor, self.department) = Default::default();
                self.place.push(worded("処方", &self.institution));
                self.place.push(worded("医療機関コード", &institution_number(rec, 2, 3, 4)));
                self.place.push(worded("作成者", &rec.author(5)));
            }
            _ => {
                self.prescriptions += 1;
                self.doctor = Staff { id: String::new(), name: rec.take(1) };
                self.department = Coded { text: rec.take(2), ..Coded::default() };
                let doctor = [self.department.text.as_str(), self.doctor.name.as_str()].join(" ");
                self.place.push(worded("処方医", doctor.trim()));
                self.place.push(worded("作成者", &rec.author(3)));
            }
        }
    }

    /// The place of a dispensing as a document: whom to call about its drugs.
    fn finish_block(&mut self) {
        let text = lines(std::mem::take(&mut self.place));
        self.note("調剤", text, self.date, Staff::default());
    }

    fn leave_block(&mut self) {
        self.pharmacy.clear();
        self.institution.clear();
        (self.doctor, self.department) = Default::default();
    }

    fn drug(&mut self, rec: &Rec<'_>) {
        let mut coded = drug_code(rec, 5, rec.take(2));
        let generic = rec.take(8);
        let kind = rec.word(9, "", &[("1", ""), ("2", "一般名")]);
        let code = rec.code(10);
        if !generic.is_empty() || !code.is_empty() {
            let system = if code.is_empty() { String::new() } else { kind.text };
            coded.alternate = Some(Box::new(Coded { text: generic, code, system, alternate: None }));
        }
        let mut draft = Draft { amount: quantity(rec.take(3), rec.take(4)), ..Draft::default() };
        draft.drug.drug = coded;
        draft.drug.order.group = rec.code(1);
        draft.words.push(worded("作成者", &rec.author(7)));
        self.push(draft);
    }

    /// What a drug has of the records above it.
    fn push(&mut self, mut draft: Draft) {
        let date = self.date.map(|date| date.iso().replace('-', "")).unwrap_or_default();
        draft.drug.order.number = format!("{date}-{}", self.prescriptions);
        draft.drug.order.doctor = self.doctor.clone();
        draft.drug.order.department = self.department.clone();
        draft.drug.institution = self.institution.clone();
        draft.drug.pharmacy = self.pharmacy.clone();
        draft.drug.start = self.date;
        self.drugs.push(draft);
    }

    /// 281 and 291 belong to the drug before them.
    fn of_drug(&mut self, rec: &Rec<'_>, word: &str) {
        let group = rec.group();
        match self.drugs.iter_mut().rev().find(|draft| draft.is_of(&group)) {
            Some(draft) => draft.words.push(said(rec, word)),
            None => rec.fault("orphan", 0, rec.glance(2)),
        }
    }

    /// 311 and 391 belong to all drugs of the RP.
    fn of_rp(&mut self, rec: &Rec<'_>, word: &str) {
        let group = rec.group();
        let mut found = self.drugs.iter_mut().filter(|draft| draft.is_of(&group)).peekable();
        if found.peek().is_none() {
            return rec.fault("orphan", 0, rec.glance(2));
        }
        let words = said(rec, word);
        found.for_each(|draft| draft.words.push(words.clone()));
    }

    /// 用法 301: of the drugs of its RP that have none yet.
    fn usage(&mut self, rec: &Rec<'_>) {
        let group = rec.group();
        let mut found = self.drugs.iter_mut().filter(|draft| draft.is_of(&group) && !draft.formed).peekable();
        if found.peek().is_none() {
            return rec.fault("orphan", 0, rec.glance(2));
        }
        rec.take(1);
        let kind = rec.word(5, "JAHISTC", &FORMS);
        let form = Form { kind, duration: quantity(rec.code(3), rec.take(4)) };
        let code = usage_code(rec, 6);
        let usage = Coded { text: rec.take(2), ..code };
        let by = worded("作成者", &rec.author(8));
        for draft in found {
            draft.form(&form);
            draft.drug.usage.extend((!usage.is_empty()).then(|| usage.clone()));
            draft.words.push(by.clone());
        }
    }

    fn finish_drugs(&mut self) {
        self.bodies.extend(std::mem::take(&mut self.drugs).into_iter().map(Draft::finish));
    }

    /// 医療機関等提供情報 411.
    fn provided(&mut self, rec: &Rec<'_>) {
        const SORTS: [(&str, &str); 3] = [("30", "入院中の副作用等"), ("31", "退院後に必要な情報"), ("99", "その他")];
        let sort = rec.word(2, "", &SORTS).text;
        let kind = ["医療機関等提供情報", sort.as_str()].join(" ");
        self.note(kind.trim_end(), rec.take(1), self.date, rec.writer(3));
    }

    /// 患者等記入 601.
    fn by_patient(&mut self, rec: &Rec<'_>) {
        let at = rec.date(2).or(self.date);
        self.note("患者等記入", rec.take(1), at, Staff { id: String::new(), name: "患者等".to_owned() });
    }

    /// かかりつけ薬剤師 701.
    fn pharmacist(&mut self, rec: &Rec<'_>) {
        let (from, until) = (rec.date(4), rec.date(5));
        let span = [from, until].map(|when| when.map(|when| when.iso()).unwrap_or_default()).join("〜");
        let span = if span == "〜" { String::new() } else { span };
        self.note("かかりつけ薬剤師", lines([rec.words(1..=3), span]), from, rec.writer(6));
    }
}

/// The text of 281, 291, 311 or 391.
fn said(rec: &Rec<'_>, word: &str) -> String {
    rec.take(1);
    let words = [rec.take(2), worded("作成者", &rec.author(3))].join(" ");
    if word.is_empty() { words.trim().to_owned() } else { worded(word, words.trim()) }
}

/// A usage's code of the kind that field `kind` names, in the field behind it: 2 is that of JAMI's standard usages.
pub(super) fn usage_code(rec: &Rec<'_>, kind: usize) -> Coded {
    let said = rec.word(kind, "", &[("1", ""), ("2", "JAMISDP01")]);
    let code = rec.code(kind + 1);
    if code.is_empty() && said.code == "2" {
        rec.fault("code_missing", kind + 1, "");
    }
    let system = if code.is_empty() { String::new() } else { said.text };
    Coded { text: String::new(), code, system, alternate: None }
}
