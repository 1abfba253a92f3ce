//! After the first page: orders at the stop and the profile. What is not on the sheet is counted at its end.

use chart::exams::{OrderLine, OrderState};
use chart::freshness::Held;
use chart::{Chart, Item, Moment};

use super::first::drug_columns;
use super::labels::*;
use super::results::{CULTURES_MAX, EXAMS_MAX, STAMP_WIDTH, VITALS_MAX, first_vitals};
use crate::font::{Ink, Weight};
use crate::sheets::parts;
use crate::table::{BODY, Cell, Row, Table};
use crate::words::{COMPLETIONS, Label, Words, amount, joined, staff};

/// Orders that something came back to are shown this long; open ones of the stay, or of some days where there is none.
const DONE_MINUTES: i64 = 24 * 60;
const ORDER_DAYS: i64 = 14;
/// Kinds of order that stand in tables of their own, as drugs and diets in force and ahead.
const ELSEWHERE: [&str; 3] = ["prescription", "injection", "meal"];
/// Administrations on paper, newest first: the last rounds.
const GIVEN_MAX: usize = 8;
/// Notes on paper, newest first, and letters of each: a page in all.
const DOCUMENTS_MAX: usize = 3;
const DOCUMENT_LETTERS: usize = 400;
/// Hints of operations and chemotherapy.
const HINTS_MAX: usize = 12;
/// Faults named on paper; the screen has all.
const FAULTS_MAX: usize = 20;

struct Maker<'a> {
    ink: &'a mut Ink,
    w: &'a Words,
    room: f32,
}

/// The tables in their order; empty ones draw nothing.
pub(super) fn tables(ink: &mut Ink, w: &Words, chart: &Chart, room: f32) -> (Vec<Table>, Vec<Table>) {
    let mut maker = Maker { ink, w, room };
    let before = vec![maker.orders(chart), maker.planned(chart), maker.appointments(chart), maker.meals(chart)];
    let after = vec![
        maker.given(chart),
        maker.stays(chart),
        maker.documents(chart),
        maker.hints(chart),
        maker.contacts(chart),
        maker.links(chart),
        maker.gaps(chart),
        maker.faults(chart),
        maker.left_out(chart),
    ];
    (before, after)
}

/// From when orders are shown: the stay's beginning, else some days back.
fn since(chart: &Chart) -> Moment {
    let stay = chart.stays.iter().find(|stay| stay.current).and_then(|stay| stay.admitted);
    stay.map_or_else(|| chart.as_of.moment.plus_days(-ORDER_DAYS), |admitted| admitted.start.day().start)
}

fn is_recent(chart: &Chart, item: &Item<OrderLine>) -> bool {
    let at = item.planned.or(item.time).map_or(item.source.received, |when| when.end());
    let fresh = at.minutes_until(chart.as_of.moment) <= DONE_MINUTES;
    !ELSEWHERE.contains(&item.category) && at >= since(chart) && (item.state == OrderState::Open || fresh)
}

impl Maker<'_> {
    fn table(&mut self, title: Label, heads: &[(Label, f32)], rows: Vec<Row>) -> Table {
        let used: f32 = heads.iter().map(|(_, width)| width).sum();
        // The column of width 0 takes what the others leave.
        let width = |width: f32| if width == 0.0 { self.room - used } else { width };
        let columns = heads.iter().map(|(head, wide)| (self.w.say(*head).to_owned(), width(*wide))).collect();
        Table { title: self.w.say(title).to_owned(), columns, rows, ..Table::default() }
    }

    fn orders(&mut self, chart: &Chart) -> Table {
        self.ink.at(self.w.say(ORDERS));
        let recent = chart.orders.iter().filter(|item| is_recent(chart, item));
        let rows = recent.map(|item| self.order(chart, item)).collect();
        let kind = if self.w.lang == chart::Lang::Ja { 44.0 } else { 62.0 };
        let heads = [(KIND, kind), (WHAT, 0.0), (PLANNED, 64.0), (STATE, 62.0), (ORDER_NO, 86.0), (STAMP, 78.0)];
        let mut table = self.table(ORDERS, &heads, rows);
        table.note = self.w.say(ORDERS_NOTE).to_owned();
        table
    }

    fn order(&mut self, chart: &Chart, item: &Item<OrderLine>) -> Row {
        let (w, ink) = (self.w, &mut *self.ink);
        let state: Label = match item.state {
            OrderState::Open => ["実施・結果の記録なし", "no record of it done"],
            OrderState::Done => ["実施済", "done"],
            OrderState::Resulted => ["結果あり", "resulted"],
            OrderState::Stopped => ["中止", "stopped"],
        };
        let by = joined([
            item.order.number.trim_start_matches('0'),
            staff(&item.order.doctor),
            &parts::department(w, chart, &item.order.department),
        ]);
        let planned = item.planned.map_or_else(String::new, |at| w.short(at));
        let first = item.text.first().cloned().unwrap_or_default();
        let rest = joined(item.text.iter().skip(1));
        let cells = vec![
            Cell::body(ink, &w.word(CATEGORIES, item.category)),
            Cell::bold(ink, &first).line(ink, &rest, BODY, Weight::Regular),
            Cell::body(ink, &planned),
            Cell::body(ink, w.say(state)),
            Cell::body(ink, &by),
            Cell::body(ink, &w.stamp(item)),
        ];
        Row { struck: item.state == OrderState::Stopped, ..Row::new(cells) }
    }

    fn planned(&mut self, chart: &Chart) -> Table {
        let (w, ink) = (self.w, &mut *self.ink);
        ink.at(w.say(PLANNED_DRUGS));
        let ahead = |used: &chart::drugs::Use| used.course == chart::drugs::Course::Planned;
        let all = chart.medications.iter().map(|item| &item.in_use).chain(chart.injections.iter().map(|i| &i.in_use));
        let note = parts::two(w, all.filter(|used| ahead(used))).to_owned();
        let drugs = chart.medications.iter().filter(|item| ahead(&item.in_use));
        let mut rows: Vec<Row> = drugs.map(|item| Row::new(parts::drug_cells(ink, w, item))).collect();
        let injections = chart.injections.iter().filter(|item| ahead(&item.in_use));
        rows.extend(injections.map(|item| Row::new(parts::injection_cells(ink, w, item))));
        let columns = drug_columns(w, DRUG, DOSE);
        Table { title: w.say(PLANNED_DRUGS).to_owned(), note, columns, rows, ..Table::default() }
    }

    fn appointments(&mut self, chart: &Chart) -> Table {
        self.ink.at(self.w.say(APPOINTMENTS));
        let from = chart.as_of.moment.day().start;
        let ahead = chart.appointments.iter().filter(|item| item.at.is_none_or(|at| at.end() > from));
        let (w, ink) = (self.w, &mut *self.ink);
        let row = |item: &Item<chart::stays::Appointment>| {
            let over = if item.past { w.say(TIME_OVER) } else { "" };
            let what =
                joined([&w.word(PLANS, item.kind), &item.text, &parts::department(w, chart, &item.department), over]);
            let at = item.at.map_or_else(String::new, |at| w.short(at));
            Row::new(vec![Cell::bold(ink, &at), Cell::body(ink, &what), Cell::body(ink, &w.stamp(item))])
        };
        let rows = ahead.map(row).collect();
        self.table(APPOINTMENTS, &[(PLANNED, 90.0), (WHAT, 0.0), (STAMP, STAMP_WIDTH)], rows)
    }

    fn meals(&mut self, chart: &Chart) -> Table {
        self.ink.at(self.w.say(MEALS));
        let (w, ink) = (self.w, &mut *self.ink);
        let live = |item: &&Item<chart::notes::MealEntry>| item.course <= chart::drugs::Course::Planned;
        let row = |item: &Item<chart::notes::MealEntry>| {
            let meal = &item.meal;
            let end = meal.end.map_or_else(String::new, |at| w.short(at));
            let start = meal.start.map_or_else(String::new, |at| w.short(at));
            let what = joined([meal.diet.shown(), &meal.text, &parts::words(&meal.timing)]);
            Row::new(vec![
                Cell::body(ink, &what),
                Cell::body(ink, &format!("{start}〜{end}")),
                Cell::body(ink, &w.stamp(item)),
            ])
        };
        let rows = chart.meals.iter().filter(live).map(row).collect();
        self.table(MEALS, &[(WHAT, 0.0), (SPAN, 132.0), (STAMP, STAMP_WIDTH)], rows)
    }

    fn given(&mut self, chart: &Chart) -> Table {
        self.ink.at(self.w.say(GIVEN));
        let (w, ink) = (self.w, &mut *self.ink);
        let row = |item: &Item<chart::Given>| {
            let how = joined([
                &w.word(COMPLETIONS, &item.completion),
                item.route.shown(),
                &item.rate,
                &item.note,
                staff(&item.by),
            ]);
            let drug = format!("{} {}", item.drug.shown(), amount(&item.amount));
            Row::new(vec![Cell::body(ink, &w.stamp(item)), Cell::body(ink, &drug), Cell::body(ink, &how)])
        };
        let rows = chart.administrations.iter().take(GIVEN_MAX).map(row).collect();
        let mut table = self.table(GIVEN, &[(STAMP, STAMP_WIDTH), (DRUG, 0.0), (STATE, 150.0)], rows);
        table.note = self.w.say(GIVEN_NOTE).to_owned();
        table
    }

    fn stays(&mut self, chart: &Chart) -> Table {
        self.ink.at(self.w.say(STAYS));
        let (w, ink) = (self.w, &mut *self.ink);
        let current = chart.stays.iter().filter(|stay| stay.current);
        let row = |item: &Item<chart::Move>| {
            let place = joined([&item.place.ward, &item.place.room, &item.place.bed]);
            let what = joined([
                w.say(parts::movement(item.kind)),
                &item.reason,
                staff(&item.attending),
                &parts::department(w, chart, &item.department),
            ]);
            Row::new(vec![Cell::body(ink, &w.stamp(item)), Cell::body(ink, &what), Cell::body(ink, &place)])
        };
        let rows = current.flat_map(|stay| stay.movements.iter().rev()).map(row).collect();
        self.table(STAYS, &[(STAMP, STAMP_WIDTH), (WHAT, 0.0), (PLACE, 110.0)], rows)
    }

    fn documents(&mut self, chart: &Chart) -> Table {
        self.ink.at(self.w.say(DOCUMENTS));
        let (w, ink) = (self.w, &mut *self.ink);
        let row = |item: &Item<chart::Document>| {
            let mut text: String = item.text.chars().take(DOCUMENT_LETTERS).collect();
            if text.len() < item.text.len() {
                text += w.say(SHORTENED);
            }
            if text.is_empty() {
                w.say(NO_TEXT).clone_into(&mut text);
            }
            let head = joined([item.kind.shown(), &item.title, staff(&item.author)]);
            let cell = Cell::bold(ink, &head).line(ink, &text, BODY, Weight::Regular);
            Row::new(vec![Cell::body(ink, &w.stamp(item)), cell])
        };
        let rows = chart.documents.iter().take(DOCUMENTS_MAX).map(row).collect();
        self.table(DOCUMENTS, &[(STAMP, STAMP_WIDTH), (WHAT, 0.0)], rows)
    }

    fn hints(&mut self, chart: &Chart) -> Table {
        self.ink.at(self.w.say(HINTS));
        let (w, ink) = (self.w, &mut *self.ink);
        let row = |item: &Item<chart::notes::Mention>| {
            Row::new(vec![Cell::body(ink, &w.stamp(item)), Cell::body(ink, &item.text)])
        };
        let rows = chart.operations.iter().chain(&chart.chemotherapy).take(HINTS_MAX).map(row).collect();
        self.table(HINTS, &[(STAMP, STAMP_WIDTH), (WHAT, 0.0)], rows)
    }

    fn contacts(&mut self, chart: &Chart) -> Table {
        self.ink.at(self.w.say(CONTACTS));
        let (w, ink) = (self.w, &mut *self.ink);
        let patient = &chart.patient;
        let basic = match &patient.source {
            Some(source) => {
                format!("{}{}", patient.time.map_or_else(String::new, |at| w.short(at)), w.source(&source.source))
            }
            None => String::new(),
        };
        let mut rows = Vec::new();
        for (label, values) in [(PHONE, &patient.phones), (ADDRESS, &patient.addresses)] {
            let line = |value: &String| {
                Row::new(vec![Cell::body(ink, w.say(label)), Cell::body(ink, value), Cell::body(ink, &basic)])
            };
            rows.extend(values.iter().map(line));
        }
        for item in &chart.kin {
            let names = joined(item.names.iter().map(|name| format!("{} {}", name.family, name.given)));
            let words = joined([names, joined(&item.phones), joined(&item.addresses)]);
            rows.push(Row::new(vec![
                Cell::body(ink, item.relation.shown()),
                Cell::body(ink, &words),
                Cell::body(ink, &w.stamp(item)),
            ]));
        }
        for item in &chart.disabilities {
            let (whose, present) = (w.word(WHOSE, &item.whose), w.word(PRESENT, &item.present));
            let words = joined([&whose, &present, &item.text]);
            rows.push(Row::new(vec![
                Cell::body(ink, w.say(DISABILITY)),
                Cell::body(ink, &words),
                Cell::body(ink, &w.stamp(item)),
            ]));
        }
        self.table(CONTACTS, &[(KIND, 90.0), (WHAT, 0.0), (STAMP, STAMP_WIDTH)], rows)
    }

    fn links(&mut self, chart: &Chart) -> Table {
        self.ink.at(self.w.say(LINKS));
        let (w, ink) = (self.w, &mut *self.ink);
        let row = |item: &Item<chart::LinkEntry>| {
            let said = w.say(if item.linked { LINKED } else { UNLINKED });
            let words = joined([said, &item.other.id, &item.by, &item.reason]);
            Row::new(vec![Cell::body(ink, &words), Cell::body(ink, &w.stamp(item))])
        };
        let rows = chart.links.iter().map(row).collect();
        self.table(LINKS, &[(WHAT, 0.0), (STAMP, STAMP_WIDTH)], rows)
    }

    fn gaps(&mut self, chart: &Chart) -> Table {
        self.ink.at(self.w.say(GAPS));
        let (w, ink) = (self.w, &mut *self.ink);
        let time = |moment: Option<Moment>| moment.map_or_else(|| "—".to_owned(), |moment| moment.to_string());
        let row = |gap: &chart::freshness::Gap| {
            let held: Label = match gap.held {
                Held::Held => ["コピーにあり", "held"],
                Held::NotRecorded => NOT_RECORDED,
                Held::NotCopied => NOT_COPIED,
            };
            let length = gap.gap_minutes.map_or_else(|| "—".to_owned(), |minutes| w.age(minutes));
            Row::new(vec![
                Cell::body(
                    ink,
                    &if gap.kind.contains('^') {
                        gap.name.split('^').next().unwrap_or_default().to_owned()
                    } else {
                        format!("{} {}", named(w, &gap.kind, &gap.name), gap.kind)
                    },
                ),
                Cell::body(ink, w.say(held)),
                Cell::body(ink, &time(gap.last_of_patient)),
                Cell::body(ink, &time(gap.last_of_any)),
                Cell::default().line(ink, &length, BODY, Weight::Bold),
            ])
        };
        let mut rows: Vec<Row> = chart.gaps.iter().filter(|gap| gap.held == Held::Held).map(row).collect();
        // Kinds of which nothing came stand together: their times are on the screen.
        for (held, label) in [(Held::NotRecorded, NOT_RECORDED), (Held::NotCopied, NOT_COPIED)] {
            let names =
                joined(chart.gaps.iter().filter(|gap| gap.held == held).map(|gap| named(w, &gap.kind, &gap.name)));
            if !names.is_empty() {
                let mut cells = vec![Cell::body(ink, &names), Cell::body(ink, w.say(label))];
                cells.resize(GAP_COLUMNS, Cell::default());
                rows.push(Row::new(cells));
            }
        }
        let heads = [(KIND, 0.0), (STATE, 96.0), (LAST_OF_PATIENT, 96.0), (LAST_OF_ANY, 96.0), (GAP, 70.0)];
        let mut table = self.table(GAPS, &heads, rows);
        table.note = self.w.say(GAPS_NOTE).to_owned();
        table
    }

    fn faults(&mut self, chart: &Chart) -> Table {
        self.ink.at(self.w.say(FAULTS));
        let (w, ink) = (self.w, &mut *self.ink);
        let row = |fault: &chart::OriginFault| {
            let origin = &fault.origin;
            let sent = origin.sent_at().map_or_else(String::new, |sent| w.short(sent));
            let stamp = format!("{sent}{} №{}", w.source(&origin.source), origin.position);
            let what = joined([fault.fault.code, named(w, &origin.kind, chart::kind_name(&origin.kind))]);
            Row::new(vec![Cell::body(ink, &what), Cell::body(ink, &fault.fault.at), Cell::body(ink, &stamp)])
        };
        let rows = chart.faults.iter().take(FAULTS_MAX).map(row).collect();
        self.table(FAULTS, &[(WHAT, 0.0), (FIELD, 120.0), (STAMP, 150.0)], rows)
    }

    /// Nothing is left out silently: what stands on the screen and not here, counted.
    fn left_out(&mut self, chart: &Chart) -> Table {
        self.ink.at(self.w.say(LEFT_OUT));
        let w = self.w;
        let past = |course| course > chart::drugs::Course::Planned;
        let old_orders = chart.orders.iter().filter(|item| !is_recent(chart, item)).count();
        let drugs = chart.medications.iter().filter(|item| past(item.in_use.course)).count();
        let injections = chart.injections.iter().filter(|item| past(item.in_use.course)).count();
        let results: usize = chart.labs.iter().map(|series| series.previous.len().saturating_sub(1)).sum();
        let vitals = chart.vitals.len().saturating_sub(VITALS_MAX + first_vitals(chart));
        let counts: [(Label, usize); 14] = [
            (["それより前のバイタルサイン", "earlier vital signs"], vitals),
            (["前のオーダ", "earlier orders"], old_orders),
            (["終わった処方", "past drugs"], drugs),
            (["終わった注射", "past injections"], injections),
            (["前々回までの検査値", "older results"], results),
            (["細菌検査", "cultures"], chart.microbiology.len().saturating_sub(CULTURES_MAX)),
            (["画像・生理検査", "examinations"], chart.exams.len().saturating_sub(EXAMS_MAX)),
            (["投与記録", "administrations"], chart.administrations.len().saturating_sub(GIVEN_MAX)),
            (["記録・サマリー", "notes"], chart.documents.len().saturating_sub(DOCUMENTS_MAX)),
            (["終わった病名", "ended problems"], chart.problems.iter().filter(|item| !item.active).count()),
            (["受診・異動", "visits, movements"], chart.visits.len() + chart.movements.len()),
            (["保険", "insurances"], chart.insurance.len()),
            (["以前の内容", "earlier and withdrawn"], chart.earlier.len()),
            (
                ["その他の項目・解読できないもの", "other fields, faults"],
                chart.unplaced.len() + chart.faults.len().saturating_sub(FAULTS_MAX),
            ),
        ];
        let said = counts
            .iter()
            .filter(|(_, n)| *n > 0)
            .map(|(label, n)| format!("{}\u{a0}{}", w.say(*label), parts::count(w, *n)));
        let words = joined(said);
        let rows = if words.is_empty() { Vec::new() } else { vec![Row::new(vec![Cell::body(self.ink, &words)])] };
        let mut table = self.table(LEFT_OUT, &[(WHAT, 0.0)], rows);
        table.columns = vec![(String::new(), self.room)];
        table
    }
}

/// A kind of data in the language of the sheet, where the standard has it; else under its own name.
fn named<'n>(w: &Words, kind: &str, own: &'n str) -> &'n str {
    let known = KIND_NAMES.iter().find(|(code, _)| *code == kind);
    known.filter(|_| w.lang == chart::Lang::En).map_or(own, |(_, name)| *name)
}

/// Columns of the table of gaps.
const GAP_COLUMNS: usize = 5;
const DISABILITY: Label = ["障害", "Disability"];
/// HL70334, whose a disability is; HL70136.
const WHOSE: &[(&str, Label)] = &[
    ("PT", ["本人", "the patient's"]),
    ("GT", ["保証人", "the guarantor's"]),
    ("IN", ["被保険者", "the insured's"]),
    ("AP", ["関係者", "another person's"]),
];
const PRESENT: &[(&str, Label)] = &[("Y", ["あり", "yes"]), ("N", ["なし", "no"])];
const PLACE: Label = ["病棟・病室・ベッド", "Ward, room, bed"];
