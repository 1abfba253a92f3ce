//! Parts of the chart in words and cells, as several sheets need them.

use std::collections::{BTreeMap, BTreeSet};

use chart::drugs::{InjectionEntry, LastGiven, Medication, Use};
use chart::infection::{Finding, Mark};
use chart::safety::{AllergyEntry, Answered};
use chart::{Answer, Chart, Coded, Item, Lang, MoveKind, Quantity, fold_kana, fold_name};

use crate::code::Named;
use crate::font::{Ink, Weight};
use crate::sheet::{Stand, Who};
use crate::table::{BODY, Cell, FINE, Para};
use crate::words::{ALLERGY_KINDS, COMPLETIONS, Label, NOT_RECORDED, SEVERITIES, Stood, Words, amount, joined, staff};
use crate::{Bed, Inpatient};

/// Older than this is said in words of its own beside the age.
const OLD_MINUTES: i64 = 24 * 60;

/// Who the patient is, for the block on every page.
pub(crate) fn who(w: &Words, chart: &Chart, bed: &Bed, marks: &[String]) -> Who {
    let patient = &chart.patient;
    let birth = joined([
        format!("{} {}", w.say(BORN), w.birth(patient.birth_date)),
        w.years(patient.age.as_ref()),
        w.sex(patient.sex).to_owned(),
    ]);
    let former = patient.former_names.iter().map(|former| former.name.as_str());
    let former = joined(former);
    let former = if former.is_empty() { former } else { format!("{} {former}", w.say(FORMER)) };
    let basic = if patient.basic { "" } else { w.say(NO_BASIC) };
    let died = patient.died.map_or_else(String::new, |died| w.with(DIED, died));
    let marks = joined(marks);
    let marks = if marks.is_empty() { marks } else { format!("⚠ {marks}") };
    let lines = [marks, joined([&birth, &former]), joined([stay(w, chart), died, basic.to_owned()])];
    Who {
        name: shown_name(w, chart, false),
        kana: patient.kana.clone(),
        number: patient.id.clone(),
        named: Named::Patient(patient.id.clone()),
        birth,
        place: bed.words(),
        lines: lines.into_iter().filter(|line| !line.is_empty()).collect(),
        blank: false,
        asked: false,
        unnamed: patient.is_unnamed(),
    }
}

/// Admission, doctor and department of the stay.
pub(crate) fn stay(w: &Words, chart: &Chart) -> String {
    let Some(stay) = chart.stays.iter().find(|stay| stay.current) else {
        return w.say(NO_STAY).to_owned();
    };
    let admitted = stay.admitted.map_or_else(
        || w.say(NOT_RECORDED).to_owned(),
        |at| format!("{at}{}", w.in_brackets(&w.age(at.start.minutes_until(chart.as_of.now)))),
    );
    let missing = if stay.admission_missing { w.say(ADMISSION_MISSING) } else { "" };
    let leave = if stay.on_leave { w.say(ON_LEAVE) } else { "" };
    let doctor = staff(&stay.attending);
    let doctor = if doctor.is_empty() { String::new() } else { format!("{} {doctor}", w.say(ATTENDING)) };
    let department = department(w, chart, &stay.department);
    // A code is named one already.
    let said = department.is_empty() || department.starts_with(w.say(DEPARTMENT));
    let department = if said { department } else { format!("{} {department}", w.say(DEPARTMENT)) };
    joined([&format!("{} {admitted}", w.say(ADMITTED)), missing, leave, &doctor, &department])
}

/// True where only the code of a department came, and no name.
fn is_code(department: &Coded) -> bool {
    let name = department.text.trim();
    (name.is_empty() || name == department.code) && department.code.is_ascii() && !department.code.is_empty()
}

/// A department by its name: as sent, else as the same copy calls it elsewhere, else its code, so named.
pub(crate) fn department(w: &Words, chart: &Chart, sent: &Coded) -> String {
    if !is_code(sent) {
        return sent.shown().to_owned();
    }
    let stays = chart.stays.iter().flat_map(|stay| stay.movements.iter().map(|item| &item.department));
    let planned = chart.appointments.iter().map(|item| &item.department);
    let ordered = chart.orders.iter().map(|item| &item.order.department);
    let visited = chart.visits.iter().map(|item| &item.department);
    let mut all = ordered.chain(planned).chain(visited).chain(stays);
    let named = all.find(|other| other.code == sent.code && !is_code(other) && !other.text.is_empty());
    named.map_or_else(|| w.with(DEPARTMENT_CODE, &sent.code), |other| other.text.clone())
}

/// データ時点: the newest of everything that came, with its age, and the newest of this patient.
pub(crate) fn stand(w: &Words, chart: &Chart) -> Stand {
    let newest = newest(&chart);
    let own = chart.gaps.iter().filter_map(|gap| gap.last_of_patient).max();
    let mut words = as_of(w, chart, newest);
    if let Some(own) = own {
        words += &format!("  {} {}", w.say(LAST_OF_PATIENT), w.aged(own));
    }
    if chart.as_of.is_past() {
        let label = if chart.as_of.reconstructed { RECONSTRUCTED } else { PAST };
        words = format!("⚠ {}  {words}", w.with(label, chart.as_of.moment));
    }
    Stand { words, data: newest }
}

/// When the newest of everything that came was sent.
fn newest(chart: &&Chart) -> Option<chart::Moment> {
    chart.gaps.iter().filter_map(|gap| gap.last_of_any.max(gap.last_of_patient)).max()
}

fn as_of(w: &Words, chart: &Chart, newest: Option<chart::Moment>) -> String {
    let Some(newest) = newest else { return format!("⚠ {} {}", w.say(AS_OF), w.say(NEVER)) };
    let minutes = newest.minutes_until(chart.as_of.now);
    let old = if minutes > OLD_MINUTES { w.say(OLD) } else { "" };
    format!("{} {}{old}", w.say(AS_OF), w.aged(newest))
}

/// データ時点 of a ward, behind its name: of the chart whose newest word is newest.
pub(crate) fn ward_stand<'c>(w: &Words, ward: &str, charts: impl Iterator<Item = &'c Chart>) -> Stand {
    list_stand(w, &format!("{} {ward}", w.say(WARD)), charts)
}

/// The same of any list of patients.
pub(crate) fn list_stand<'c>(w: &Words, of: &str, charts: impl Iterator<Item = &'c Chart>) -> Stand {
    let chart = charts.max_by_key(newest);
    let said =
        chart.map_or_else(|| format!("⚠ {} {}", w.say(AS_OF), w.say(NEVER)), |chart| as_of(w, chart, newest(&chart)));
    Stand { words: format!("{of}  {said}"), data: chart.and_then(|chart| newest(&chart)) }
}

/// One of the four answers with its date, name and scope.
pub(crate) fn answer<T>(w: &Words, answered: &Answered<T>) -> String {
    let said = w.answer(answered.answer);
    if answered.answer != Answer::NoneConfirmed {
        return said.to_owned();
    }
    let when = answered.confirmed.map_or_else(String::new, |at| w.short(at));
    let by = joined([when, without_number(&answered.confirmed_by).to_owned()]);
    match answered.scope.is_empty() {
        true => format!("{said}{}", w.in_brackets(if by.is_empty() { w.say(NO_DATE) } else { &by })),
        // Negative tests answer only what they asked.
        false => joined([w.with(NEGATIVE_ONLY, joined(&answered.scope)), by]),
    }
}

/// A name of the staff as it came, `D1001 切通 剛`, without the number before it: who reads a sheet knows people by their names.
fn without_number(name: &str) -> &str {
    match name.split_once(' ') {
        Some((number, name)) if number.bytes().all(|b| b.is_ascii_alphanumeric()) && !name.is_ascii() => name,
        _ => name,
    }
}

/// An allergen with everything said of it in the same words: messages of two kinds often repeat one allergy.
pub(crate) struct Allergen<'c> {
    /// The first of the entries.
    pub entry: &'c AllergyEntry,
    /// Kind, severity, reaction.
    pub kind: String,
    /// Time, age and source: of the first entry, and of each that another source or another day says.
    pub stamps: String,
    /// The days and sources that the stamps name.
    said: Vec<(Option<chart::When>, &'c str)>,
}

/// Entries that say the same of the same, as one. What one source says twice on a day is stamped once.
pub(crate) fn allergens<'c>(w: &Words, items: &'c [Item<AllergyEntry>]) -> Vec<Allergen<'c>> {
    let mut all: Vec<Allergen<'c>> = Vec::new();
    for item in items {
        let onset = item.allergy.onset.map_or_else(String::new, |at| at.to_string());
        let onset = joined([onset, item.allergy.onset_text.clone()]);
        let stamp = joined([&onset, &w.stamp(item)]);
        let kind = allergy_kind(w, &item.value);
        let name = item.allergy.allergen.shown();
        let day = (item.time.map(|time| time.start.day()), item.source.source.as_str());
        let known = all.iter_mut().find(|known| known.entry.allergy.allergen.shown() == name && known.kind == kind);
        match known {
            None => all.push(Allergen { entry: &item.value, kind, stamps: stamp, said: vec![day] }),
            Some(known) => {
                let plain = item.doubts.is_empty() && !item.source.gone && known.stamps.starts_with(&onset);
                if !(plain && known.said.contains(&day)) {
                    known.stamps = format!("{}、{stamp}", known.stamps);
                    known.said.push(day);
                }
            }
        }
    }
    all
}

fn allergy_kind(w: &Words, item: &AllergyEntry) -> String {
    let entry = &item.allergy;
    joined([w.worded(&entry.category, ALLERGY_KINDS), w.worded(&entry.severity, SEVERITIES), entry.reaction.clone()])
}

/// The allergen, bold where it is said to be one, with kind, severity, reaction and stamps behind.
pub(crate) fn allergy(ink: &mut Ink, allergen: &Allergen<'_>, size: f32) -> Para {
    // "None" is said by the answer above, loud.
    let (weight, size) = if allergen.entry.says_none { (Weight::Regular, BODY) } else { (Weight::Bold, size) };
    let behind = format!("  {}  {}", allergen.kind, allergen.stamps);
    Para::new(size).add(ink, allergen.entry.allergy.allergen.shown(), weight).add(ink, &behind, Weight::Regular)
}

/// An infection or pregnancy mark: what is not negative bold.
pub(crate) fn mark(ink: &mut Ink, w: &Words, item: &Item<Mark>) -> Para {
    let weight = if item.finding == Finding::Negative { Weight::Regular } else { Weight::Bold };
    let about = joined([item.about, finding(w, item.finding)]);
    let rest = joined([item.value.item.shown(), &item.value.value]);
    Para::new(BODY).add(ink, &about, weight).add(ink, &format!("  {rest}  {}", w.stamp(item)), Weight::Regular)
}

/// The word for what a test found.
pub(crate) fn finding(w: &Words, finding: Finding) -> &'static str {
    w.say(match finding {
        Finding::Positive => POSITIVE,
        Finding::Negative => NEGATIVE,
        Finding::Unclear => UNCLEAR,
    })
}

/// Infection marks: each that is not negative on its own, the negative ones behind one another.
pub(crate) fn infections(ink: &mut Ink, w: &Words, items: &[Item<Mark>]) -> Vec<Para> {
    let (negative, other): (Vec<_>, Vec<_>) = items.iter().partition(|item| item.finding == Finding::Negative);
    let mut paras: Vec<Para> = other.into_iter().map(|item| mark(ink, w, item)).collect();
    let mut line = Para::new(BODY);
    for item in negative {
        if !line.is_empty() {
            line = line.add(ink, "   ", Weight::Regular);
        }
        line.letters.extend(mark(ink, w, item).letters);
    }
    if !line.is_empty() {
        paras.push(line);
    }
    paras
}

/// Marks of use: high-risk classes, and names shared with a recorded allergy.
pub(crate) fn use_marks(ink: &mut Ink, w: &Words, used: &Use, mut cell: Cell) -> Cell {
    let risks: String = used.high_risk.iter().map(|risk| format!("【{}】", w.risk(*risk))).collect();
    let risks = if risks.is_empty() { risks } else { format!("{risks}{}", w.say(HIGH_RISK)) };
    cell = cell.line(ink, &risks, BODY, Weight::Bold);
    for clash in &used.clashes {
        cell = cell.line(ink, &format!("⚠ {}", clash.words), BODY, Weight::Bold);
    }
    cell
}

/// What stands beside the heading of a table of drugs: what the marks ask, where there are any.
pub(crate) fn two<'u>(w: &Words, mut used: impl Iterator<Item = &'u Use>) -> &'static str {
    if used.any(|used| !used.high_risk.is_empty()) { w.say(TWO) } else { "" }
}

/// 最終実施, or 実施記録なし・要確認: never "not given".
pub(crate) fn last_given(w: &Words, used: &Use) -> String {
    match &used.last_given {
        None => String::new(),
        Some(LastGiven::NoRecord) => w.say(NO_RECORD).to_owned(),
        Some(LastGiven::Recorded { time, age_minutes, completion, amount: given, source }) => {
            let time = time.map_or_else(String::new, |time| w.short(time));
            let said = joined([amount(given), w.word(COMPLETIONS, completion)]);
            format!("{time}{}{} {said}", w.in_brackets(&w.age(*age_minutes)), w.source(&source.source))
        }
    }
}

/// From when until when, and for how many days.
pub(crate) fn span(
    w: &Words,
    used: &Use,
    start: Option<chart::When>,
    end: Option<chart::When>,
    days: &Quantity,
) -> String {
    let start = start.map_or_else(String::new, |at| w.short(at));
    let until = match (end, used.in_force_until) {
        (Some(end), _) => w.short(end),
        (None, Some(until)) => w.short(chart::Moment(until.0 - 1).day()),
        (None, None) => w.say(NO_END).to_owned(),
    };
    joined([format!("{start}〜{until}"), self::days(w, days)])
}

/// The stamp below a span: without its time where the span has just said it, so that a drug takes two lines.
fn since_start<T>(w: &Words, item: &Item<T>, start: Option<chart::When>) -> String {
    let plain = item.doubts.is_empty() && !item.source.gone;
    match (item.time, start) {
        (Some(time), Some(start)) if plain && w.short(time) == w.short(start) => w.age_of(Stood::of(item)),
        _ => w.stamp(item),
    }
}

/// The drugs' row: name and marks, dose, how, span, last given; the stamp under the span, with the number of the prescription's group.
pub(crate) fn drug_cells(ink: &mut Ink, w: &Words, item: &Item<Medication>) -> Vec<Cell> {
    let drug = &item.drug;
    let (dose, daily) = (amount(&drug.dose), amount(&drug.daily));
    let daily = if daily.is_empty() { daily } else { w.with(PER_DAY, daily) };
    let usage = joined([words(&drug.usage), drug.instruction.clone()]);
    // 経口 says 口 already.
    let route = if usage.contains(drug.route.shown()) { "" } else { drug.route.shown() };
    let usage = joined([&usage, route]);
    let group = &drug.order.group;
    let group = if group.is_empty() { String::new() } else { format!(" RP{group}") };
    let name = Cell::bold(ink, drug.drug.shown());
    vec![
        use_marks(ink, w, &item.in_use, name),
        if dose.is_empty() && daily.is_empty() {
            Cell::body(ink, w.say(NOT_RECORDED))
        } else {
            Cell::bold(ink, &dose).line(ink, &daily, BODY, Weight::Regular)
        },
        Cell::body(ink, if usage.is_empty() { w.say(NOT_RECORDED) } else { &usage }),
        Cell::body(ink, &span(w, &item.in_use, drug.start, drug.end, &drug.duration)).line(
            ink,
            &format!("{}{group}", since_start(w, item, drug.start)),
            FINE,
            Weight::Regular,
        ),
        Cell::default().line(ink, &last_given(w, &item.in_use), BODY, Weight::Bold),
    ]
}

/// The injections' row, under the same heads as the drugs'.
pub(crate) fn injection_cells(ink: &mut Ink, w: &Words, item: &Item<InjectionEntry>) -> Vec<Cell> {
    let injection = &item.injection;
    let mut name = Cell::default();
    for part in &injection.ingredients {
        name = name.line(ink, &format!("{} {}", part.drug.shown(), amount(&part.amount)), BODY, Weight::Bold);
    }
    if name.0.is_empty() {
        name = Cell::bold(ink, injection.class.shown());
    }
    let how =
        joined([injection.route.shown(), injection.site.shown(), injection.device.shown(), &injection.instruction]);
    let usage = joined([how, words(&injection.usage)]);
    vec![
        use_marks(ink, w, &item.in_use, name),
        Cell::bold(ink, &amount(&injection.volume)).line(ink, &amount(&injection.rate), BODY, Weight::Bold),
        Cell::body(ink, &usage),
        Cell::body(ink, &span(w, &item.in_use, injection.start, injection.end, &injection.duration)).line(
            ink,
            &since_start(w, item, injection.start),
            FINE,
            Weight::Regular,
        ),
        Cell::default().line(ink, &last_given(w, &item.in_use), BODY, Weight::Bold),
    ]
}

/// `14 日間`, or as sent.
pub(crate) fn days(w: &Words, days: &Quantity) -> String {
    let bare = matches!(days.unit.shown(), "d" | "D") && !days.value.trim_matches('"').is_empty();
    if bare { w.with(DAYS, &days.value) } else { amount(days) }
}

pub(crate) fn words(values: &[Coded]) -> String {
    joined(values.iter().map(Coded::shown))
}

/// Diet and texture of the meals in force.
pub(crate) fn diets(chart: &Chart) -> String {
    let current = chart.meals.iter().filter(|item| item.current);
    joined(current.map(|item| joined([item.meal.diet.shown(), &item.meal.text])))
}

/// The name as it may hang on a wall: whole, or the first kana of family and given name.
pub(crate) fn shown_name(w: &Words, chart: &Chart, hidden: bool) -> String {
    let patient = &chart.patient;
    if !hidden {
        let none = if patient.temporary { TEMPORARY } else { NO_NAME };
        return if patient.name.is_empty() { w.say(none).to_owned() } else { patient.name.clone() };
    }
    let first = |word: &str| word.chars().next().map(String::from);
    let initials: Vec<String> = patient.kana.split(['　', ' ']).filter_map(first).collect();
    if initials.is_empty() { w.say(HIDDEN).to_owned() } else { format!("{}．", initials.join("．")) }
}

/// The names of a ward and their readings, folded, each with the numbers of those who bear it.
pub(crate) struct Names<'a>(BTreeMap<(&'static str, String), BTreeSet<&'a str>>);

impl<'a> Names<'a> {
    pub fn of(rows: &[Inpatient<'a>]) -> Names<'a> {
        let mut names = Names(BTreeMap::new());
        for chart in rows.iter().filter_map(|row| row.chart) {
            for name in Names::keys(chart) {
                names.0.entry(name).or_default().insert(&chart.patient.id);
            }
        }
        names
    }

    fn keys(chart: &Chart) -> impl Iterator<Item = (&'static str, String)> + use<> {
        let (name, kana) = (&chart.patient.name, &chart.patient.kana);
        let name = (!name.is_empty()).then(|| ("name", fold_name(name)));
        let kana = (!kana.is_empty()).then(|| ("kana", fold_kana(kana)));
        name.into_iter().chain(kana)
    }

    /// True when another patient bears this one's name or its reading.
    pub fn shares(&self, row: &Inpatient<'_>) -> bool {
        let Some(chart) = row.chart else { return false };
        // Whoever is alone with a name is this one.
        Names::keys(chart).any(|name| self.0.get(&name).is_some_and(|bearers| bearers.len() > 1))
    }
}

pub(crate) const SAME_NAME: Label = ["⚠ この病棟に同姓同名", "⚠ same name on this ward"];

/// A bed whose chart cannot be read, as it stands on a list: in words, so that nobody is taken for not being there.
pub(crate) fn unread(ink: &mut Ink, w: &Words, row: &Inpatient<'_>) -> Cell {
    Cell::bold(ink, w.say(UNREAD)).line(ink, &joined(row.marks), BODY, Weight::Bold)
}

pub(crate) const UNREAD: Label =
    ["⚠ カルテを読めません・本人と画面で確かめる", "⚠ chart cannot be read: confirm with the patient"];

/// Age and sex beside a name.
pub(crate) fn age_sex(w: &Words, chart: &Chart) -> String {
    joined([&w.years(chart.patient.age.as_ref()), w.sex(chart.patient.sex)])
}

/// Code words of movements.
pub(crate) fn movement(kind: MoveKind) -> Label {
    match kind {
        MoveKind::Attending => ["担当医の変更", "attending changed"],
        MoveKind::Visit => ["外来受付", "visit"],
        MoveKind::AdmitPlan => ["入院予定", "admission planned"],
        MoveKind::Admit => ["入院", "admitted"],
        MoveKind::LeaveOut => ["外出泊", "on leave"],
        MoveKind::LeaveBack => ["帰院", "back from leave"],
        MoveKind::TransferPlan => ["転棟予定", "transfer planned"],
        MoveKind::Transfer => ["転科・転棟", "transferred"],
        MoveKind::DischargePlan => ["退院予定", "discharge planned"],
        MoveKind::Discharge => ["退院", "discharged"],
    }
}

/// A count of people: `3 人`, `3`.
pub(crate) fn people(w: &Words, n: usize) -> String {
    if w.lang == Lang::Ja { format!("{n} 人") } else { n.to_string() }
}

/// A count with the counter of the language: `3 件`, `3`.
pub(crate) fn count(w: &Words, n: usize) -> String {
    if w.lang == Lang::Ja { format!("{n} 件") } else { n.to_string() }
}

pub(crate) const REFERENCE: Label =
    ["閲覧のみ・参照用（原本ではない）", "Read only, for reference: not the original record"];
const WARD: Label = ["病棟", "Ward"];
const BORN: Label = ["生年月日", "Born"];
const FORMER: Label = ["旧姓・旧名", "formerly"];
const NO_BASIC: Label = ["⚠ 患者基本情報（ADT-00）が届いていません", "⚠ no basic patient record (ADT-00) has arrived"];
const DIED: Label = ["死亡 {}", "died {}"];
/// A patient whose number was given here while the EMR could give none.
pub(crate) const TEMPORARY: Label = ["仮患者", "Temporary patient"];
const NO_NAME: Label = ["氏名の記録なし・要確認", "no name on record: confirm"];
const HIDDEN: Label = ["氏名掲示不可", "name not to be shown"];
const NO_STAY: Label = ["入院中の記録なし・要確認", "no present stay on record: confirm"];
const ADMITTED: Label = ["入院", "Admitted"];
const ADMISSION_MISSING: Label = ["入院の記録なし・要確認", "no admission on record; check"];
const ON_LEAVE: Label = ["外泊中", "on leave"];
const ATTENDING: Label = ["主治医", "attending"];
const DEPARTMENT: Label = ["診療科", "dept."];
const DEPARTMENT_CODE: Label = ["診療科コード {}", "dept. code {}"];
const AS_OF: Label = ["データ時点", "Data as of"];
const OLD: Label = [" ⚠ 1日より古い", " ⚠ older than a day"];
const NEVER: Label = ["不明（届いたデータがない）", "unknown (nothing has arrived)"];
const LAST_OF_PATIENT: Label = ["この患者の最後のデータ", "last of this patient"];
const PAST: Label = ["{} 時点のカルテ", "chart as of {}"];
const RECONSTRUCTED: Label =
    ["{} 時点のカルテ（受信後に再構成）", "chart as of {}, reconstructed from what was received later"];
const NO_DATE: Label = ["確認日・確認者の記録なし", "by whom and when is not recorded"];
const NEGATIVE_ONLY: Label = ["陰性の検査: {}（ほかは未確認）", "tested negative: {} (all else unconfirmed)"];
const POSITIVE: Label = ["陽性", "positive"];
const NEGATIVE: Label = ["陰性", "negative"];
const UNCLEAR: Label = ["判定できない", "unclear"];
const HIGH_RISK: Label = ["二名で要確認", " two nurses"];
/// What the mark of a high-risk drug asks, said once a table.
const TWO: Label = ["【 】の薬は停止前後の実施を二名で要確認", "【 】: two nurses confirm the doses around the stop"];
pub(crate) const NO_RECORD: Label = [LastGiven::NO_RECORD, "no administration record: confirm"];
const NO_END: Label = ["終了日なし", "no end given"];
const DAYS: Label = ["{} 日間", "{} days"];
const PER_DAY: Label = ["1日量\u{a0}{}", "{} a day"];
