//! Forms one by one: filled from a patient's chart, blank by the dozen, or the cover of a stack. Numbered and told like every run.

use chart::{AsOf, Chart, Lang, Moment, PatientId, Record};
use paper::{Bed, Extent, LabelKind, Labels, Pages, SheetId};
use store::Reader;

use super::bedside::{Bedside, inpatient, whose};
use super::filing::BATCH_FORM;
use super::ledger::AT_WARD;
use super::pieces::Write;
use super::{Making, Printed, nobody, told};
use crate::event::Scope;
use crate::home::Problem;
use crate::printing::labels::{self, LabelRule};
use crate::text::Words;
use crate::writing::{Answer, Request};

/// Blank sheets of one run: a box for a ward and a day.
pub const COPIES_MAX: usize = 500;
/// Form code of the summary, which is printed by itself too.
const SUMMARY: &str = "P4";
/// Form code of the ward's memo, which is printed blank too: written on any other paper it has no code by which it comes back.
pub const MEMO: &str = "PH";
/// Sheets of one run for temporary patients: what a run tells at once has a limit ([`Request`]), and a box holds fewer.
const TEMPORARY_SHEETS_MAX: usize = 2_000;
/// 仮患者一式: the word for it, and what whoever comes without a number needs first. The papers stand before the labels, so that
/// each kind of paper is in the printer once.
const TEMPORARY_SET: (&str, [&str; 10]) =
    ("TEMP", ["P6", "P13A", "P7", "P9A", "P9B", "P10B", "P12A", "L1", "L2", "L3"]);

/// The packet for temporary patients as a list has it: code, and name in both languages.
pub const TEMPORARY_WORDS: [&str; 3] =
    [TEMPORARY_SET.0, "仮患者一式（新しい仮番号で）", "Packet for a temporary patient"];

/// What is to be printed.
#[derive(Clone, Debug)]
pub struct FormOrder {
    /// Form codes, each known.
    pub codes: Vec<&'static str>,
    /// For whom; `None` for blank forms and those that are nobody's.
    pub patient: Option<PatientId>,
    /// How many of each, each with a number of its own.
    pub copies: usize,
    /// For so many temporary patients (仮患者) as there are copies: each of them has all the forms, under a number that is taken here.
    pub temporary: bool,
    /// Labels as ZPL II for a label printer, not as PDF.
    pub zpl: bool,
    /// Places of the first sheet of labels that were used before.
    pub skip: usize,
    /// 検体番号 of tube labels, each for so many labels as there are copies; none for the patient's own number.
    pub specimens: Vec<String>,
    /// Pages of the stack that a batch header is for.
    pub count: u32,
    /// The ward of blank memos; empty for none.
    pub ward: String,
    /// In which language.
    pub lang: Lang,
    /// Who prints, and in which role.
    pub by: (String, String),
}

/// The forms that a name means: a code (`P9A`), or a family (`P9`). Empty for none.
pub fn named(name: &str) -> Vec<&'static str> {
    let name = name.trim().to_ascii_uppercase();
    if is_temporary_set(&name) {
        return TEMPORARY_SET.1.to_vec();
    }
    let labels = LabelKind::ALL.map(|kind| kind.info().code);
    let all = || paper::forms().map(|form| form.code).chain([SUMMARY, BATCH_FORM, MEMO]).chain(labels);
    if let Some(code) = all().find(|code| *code == name) {
        return vec![code];
    }
    let is_of = |code: &&str| {
        code.strip_prefix(name.as_str())
            .is_some_and(|rest| rest.chars().all(|c| c.is_ascii_uppercase()) && !rest.is_empty())
    };
    all().filter(|code| !name.is_empty() && name.ends_with(|c: char| c.is_ascii_digit()) && is_of(code)).collect()
}

/// True for the word that means the packet of a temporary patient.
pub fn is_temporary_set(name: &str) -> bool {
    name.trim().eq_ignore_ascii_case(TEMPORARY_SET.0)
}

/// Why forms cannot be those of temporary patients: of nobody, or nothing but what a copy tells.
pub fn temporary_refusal(codes: &[&'static str], copies: usize) -> Option<&'static str> {
    let of_patient = |code: &&'static str| *code != SUMMARY && paper::form(code).is_some_and(|form| form.of_patient);
    match () {
        () if !codes.iter().all(of_patient) => Some(
            "この帳票は患者のものではないか、写しがなければ作れません。仮番号では出せません。\n\
             This form is nobody's, or shows nothing but the copy: not for temporary patients.",
        ),
        () if codes.len().saturating_mul(copies) > TEMPORARY_SHEETS_MAX => Some(
            "一度に出す枚数が多すぎます。人数を分けて印刷してください。 / Too many sheets at once: print them in parts.",
        ),
        () => None,
    }
}

/// True for what cannot be printed blank: the summary, and labels.
pub fn needs_patient(code: &str) -> bool {
    code == SUMMARY || LabelKind::ALL.iter().any(|kind| kind.info().code == code)
}

/// What is wrong with an order before anything is taken or printed.
fn refused_at_once(order: &FormOrder) -> Result<(), Problem> {
    if let Some(why) = temporary_refusal(&order.codes, order.copies).filter(|_| order.temporary) {
        return Err(Problem::usage(why));
    }
    if order.codes.contains(&BATCH_FORM) && order.count == 0 {
        return Err(Problem::usage(
            "スキャン送り状（P12B）には束のページ数が要ります（--count ページ数、画面では「束のページ数」）。まだ何も印刷していません。\n\
             A batch header (P12B) needs the pages of its stack (--count N). Nothing was printed.",
        ));
    }
    if order.codes.contains(&MEMO) && order.ward.is_empty() {
        return Err(Problem::usage(
            "申し送りメモ（PH）の白紙には病棟が要ります（--ward 病棟、画面は「印刷」の病棟のメモ）。まだ何も印刷していません。\n\
             A blank handover memo (PH) needs its ward (--ward WARD). Nothing was printed.",
        ));
    }
    Ok(())
}

/// Prints forms.
///
/// # Errors
/// When the patient is not in the copy, the store cannot be read, or the run cannot be written down.
pub fn print_forms(reader: &Reader, order: &FormOrder, now: Moment, write: Write<'_>) -> Result<Printed, Problem> {
    let scope = match &order.patient {
        Some(id) => Scope::Patient { authority: id.authority.clone(), id: id.id.clone() },
        None => Scope::House,
    };
    refused_at_once(order)?;
    if !order.specimens.is_empty() {
        refused_specimens(order, &labels::rules(reader)?)?;
    }
    let mut bedsides: Vec<Bedside> = whose(reader, &scope, Words::of(order.lang), now)?.into_iter().collect();
    if order.patient.is_some() && bedsides.is_empty() {
        return Err(nobody(&scope));
    }
    if order.temporary {
        bedsides = newcomers(order, now, write)?;
    }
    let (by, role) = order.by.clone();
    let taken = Request::TakeRun { scope: scope.clone(), by, role };
    let Answer::Run { prefix, run } = write(&taken)? else { return Err(Problem::failed("no run number")) };
    let mut making = Making::begin(reader, order.lang, &order.by.0, now, prefix);
    let mut zpl = String::new();
    let (stuck_on, papers): (Vec<&'static str>, Vec<&'static str>) =
        order.codes.iter().partition(|code| LabelKind::of_code(code).is_some());
    // Of a temporary patient one of each form; else so many of each form as there are copies.
    let whose: Vec<Option<&Bedside>> =
        if order.temporary { bedsides.iter().map(Some).collect() } else { vec![bedsides.first()] };
    let copies = if order.temporary { 1 } else { order.copies.clamp(1, COPIES_MAX) };
    for whose in &whose {
        for code in papers.iter().flat_map(|code| std::iter::repeat_n(code, copies)) {
            one(&mut making, order, code, *whose);
        }
    }
    let rules = making.rules.clone();
    for rule in rules.iter().filter(|rule| stuck_on.contains(&rule.kind.info().code)) {
        for whose in &whose {
            zpl += &stickers(&mut making, order, rule, *whose);
        }
    }
    let parts = vec![(scope, 0..making.sheets.len())];
    let printed = told(reader, making, run, parts, &order.by, write)?;
    Ok(if zpl.is_empty() { printed } else { Printed { pdf: zpl.into_bytes(), ..printed } })
}

/// What is wrong with 検体番号 before anything is taken or printed.
fn refused_specimens(order: &FormOrder, rules: &[LabelRule]) -> Result<(), Problem> {
    let Some(rule) = rules.iter().find(|rule| rule.kind == LabelKind::Tube) else { return Ok(()) };
    match () {
        () if order.codes != [LabelKind::Tube.info().code] => Err(Problem::usage(
            "検体番号は検体ラベル（L2）だけに付けられます。まだ何も印刷していません。\n\
             Specimen numbers are for tube labels (L2) alone. Nothing was printed.",
        )),
        () if order.patient.is_none() => Err(Problem::usage(
            "検体番号は一人の患者（--patient）のラベルだけに付けられます。何人もの管が同じ番号になります。まだ何も印刷していません。\n\
             Specimen numbers are for the tubes of one patient (--patient): else several people's would bear one. Nothing was printed.",
        )),
        () if order.specimens.iter().all(|number| rule.accepts(number)) => Ok(()),
        () => Err(Problem::usage(
            "検体番号の桁数か範囲が、検査科の設定（`andon print labels`）と違います。まだ何も印刷していません。\n\
             A specimen number is not of the length or range set for the analyser (`andon print labels`). Nothing was printed.",
        )),
    }
}

/// Patients whom nobody has yet: their numbers are taken first, and never again.
fn newcomers(order: &FormOrder, now: Moment, write: Write<'_>) -> Result<Vec<Bedside>, Problem> {
    let count = u32::try_from(order.copies.clamp(1, COPIES_MAX)).unwrap_or(1);
    let (by, role) = order.by.clone();
    let Answer::Temporary(block) = write(&Request::TakeTemporary { count, by, role })? else {
        return Err(Problem::failed("no temporary numbers"));
    };
    let newcomer = |id: PatientId| {
        let record = Record { patient: id.clone(), facts: Vec::new(), faults: Vec::new(), carried: Vec::new() };
        let chart = Ok(Chart::at(&record, &AsOf::live(now)));
        Bedside { id, bed: Bed::default(), chart, hide_name: false, marks: Vec::new() }
    };
    Ok(block.patients().into_iter().map(newcomer).collect())
}

/// Labels of one patient as the site prints them: a sheet of stock with so many, or the text for a label printer.
fn stickers(making: &mut Making, order: &FormOrder, rule: &LabelRule, whose: Option<&Bedside>) -> String {
    let id = making.next_id();
    // For a temporary patient a sheet of stock, of which nobody else can use what is left over; of wristbands one.
    let count = match (order.temporary, rule.kind) {
        (false, _) => order.copies,
        (true, LabelKind::Wristband) => 1,
        (true, _) => rule.stock.places(),
    };
    let Some(one) = whose.filter(|one| one.chart.is_ok()) else {
        making.keep(Err(paper::Error::NoChart { number: id.number.clone() }), id, None, String::new());
        return String::new();
    };
    let run = match order.specimens.as_slice() {
        [] => rule.run(count, &one.id.id),
        specimens => rule.of_specimens(count, specimens),
    };
    let run = Labels { skip: order.skip, ..run };
    if !order.zpl {
        let made = making.pack.labels(&inpatient(one), &run, &id);
        making.keep(made, id, Some(&one.id), String::new());
        return String::new();
    }
    match making.pack.zpl(&inpatient(one), &run, &id) {
        Ok(zpl) => {
            making.keep(Ok(zpl.pages), id, Some(&one.id), String::new());
            zpl.text
        }
        Err(error) => {
            making.keep(Err(error), id, None, String::new());
            String::new()
        }
    }
}

fn one(making: &mut Making, order: &FormOrder, code: &'static str, whose: Option<&Bedside>) {
    let id = making.next_id();
    let made = match (code, whose) {
        (BATCH_FORM, _) => making.pack.batch(order.count, &id),
        (MEMO, _) => making.pack.memo(&order.ward, None, &id),
        (SUMMARY, Some(one)) => making.pack.summary(&inpatient(one), Extent::Whole, &id),
        (SUMMARY, None) => Err(paper::Error::NoChart { number: id.number.clone() }),
        _ => of(making, code, whose, &id),
    };
    let patient = whose.filter(|_| paper::form(code).is_some_and(|form| form.of_patient));
    let ward = match patient {
        Some(one) => at_ward(one),
        None if code == MEMO => format!("{AT_WARD}{}", order.ward),
        None => String::new(),
    };
    making.keep(made, id, patient.map(|one| &one.id), ward);
}

/// Where the patient of a form lies, so that the ledger can be asked by ward.
fn at_ward(one: &Bedside) -> String {
    if one.bed.ward.is_empty() { String::new() } else { format!("{AT_WARD}{}", one.bed.ward) }
}

impl Making {
    /// One sheet of a visitor's packet.
    pub(super) fn packet(&mut self, code: &'static str, one: &Bedside) {
        let id = self.next_id();
        let rule = self.rules.iter().find(|rule| rule.kind.info().code == code);
        let made = match rule {
            _ if one.chart.is_err() => Err(paper::Error::NoChart { number: id.number.clone() }),
            Some(rule) => self.pack.labels(&inpatient(one), &rule.run(1, &one.id.id), &id),
            None if code == SUMMARY => self.pack.summary(&inpatient(one), Extent::FirstPage, &id),
            None => of(self, code, Some(one), &id),
        };
        self.keep(made, id, Some(&one.id), at_ward(one));
    }
}

fn of(making: &mut Making, code: &str, whose: Option<&Bedside>, id: &SheetId) -> Result<Pages, paper::Error> {
    let row = whose.filter(|one| one.chart.is_ok()).map(inpatient);
    making.pack.form(code, row.as_ref(), id)
}

#[cfg(test)]
mod tests {
    use super::named;

    #[test]
    fn a_name_is_a_form_or_a_family() {
        assert_eq!(named("p9"), ["P9A", "P9B", "P9C"]);
        assert_eq!(named("P9B"), ["P9B"]);
        assert_eq!(named("P7"), ["P7"]);
        assert_eq!(named("P4"), ["P4"]);
        assert_eq!(named("p12b"), ["P12B"]);
        assert_eq!(named("L2"), ["L2"]);
        assert!(named("temp").contains(&"P6") && super::temporary_refusal(&named("temp"), 20).is_none());
        for (codes, copies) in
            [(named("P4"), 1), (named("P1"), 1), (named("P12B"), 1), (named("PH"), 1), (named("TEMP"), 500)]
        {
            assert!(super::temporary_refusal(&codes, copies).is_some(), "{codes:?}");
        }
        for none in ["", "P", "P1X", "X9"] {
            assert!(named(none).is_empty(), "{none}");
        }
    }
}
