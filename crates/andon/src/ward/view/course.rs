//! The patient's way through the hospital: problems, stays, visits, appointments, operations, notes, insurance, kin.

use chart::problems::ProblemEntry;
use chart::stays::{Appointment, Stay};
use chart::{Chart, Item, Move, MoveKind, Place};

use super::{Row, Section, Stand, Writer, cell, coded, joined, staff, when, worded};

pub(super) fn problems(w: Writer<'_>, chart: &Chart, out: &mut Vec<Section>) {
    let row = |item: &Item<ProblemEntry>| {
        let problem = &item.problem;
        let name = if problem.label.is_empty() { coded(&problem.name) } else { problem.label.clone() };
        let name = joined([name, if problem.suspected { w.t.text("suspected") } else { String::new() }]);
        let onset_text = if problem.onset_text == problem.name.text { "" } else { &problem.onset_text };
        let onset = joined([when(problem.onset).as_str(), onset_text]);
        let outcome = joined([problem.outcome.shown().to_owned(), when(problem.ended)]);
        let codes = joined([coded(&problem.icd10), problem.class.shown().into(), problem.rank.shown().into()]);
        let first = when(item.first_visit.or(problem.diagnosed));
        let who = joined([problem.department.shown(), staff(&problem.doctor)]);
        let mut row = w.row(item, [name, onset, first, outcome, codes, who].map(cell).into());
        if item.untold {
            row.marks.push(w.untold(item.mark));
        }
        row
    };
    let heads = ["problem", "onset", "first-visit", "outcome", "codes", "department"];
    let (active, ended): (Vec<_>, Vec<_>) = chart.problems.iter().partition(|item| item.active);
    out.push(w.section("problems", &heads, active.into_iter().map(row)));
    out.push(w.section("problems-ended", &heads, ended.into_iter().map(row)));
}

pub(super) fn sections(w: Writer<'_>, chart: &Chart, out: &mut Vec<Section>) {
    let appointments = chart.appointments.iter().map(|item| appointment(w, item));
    out.push(w.section("appointments", &["planned", "what", "department", "order-no"], appointments));
    let stays = chart.stays.iter().flat_map(|stay| stay_rows(w, stay));
    out.push(w.section("stays", &["stay", "movement", "place", "attending", "department"], stays));
    let movements = chart.visits.iter().chain(&chart.movements).map(|item| movement(w, item, String::new()));
    out.push(w.section("visits", &["stay", "movement", "place", "attending", "department"], movements));
    let first = chart.first_visits.iter().map(|first| Row {
        cells: vec![cell(coded(&first.department)), cell(first.at.to_string()), cell(first.visits.to_string())],
        stand: Stand { source: w.t.text("counted"), ..Stand::default() },
        ..Row::default()
    });
    out.push(w.section("first-visits", &["department", "first-visit-day", "count"], first));
    let mentions =
        chart.operations.iter().map(|item| w.row(item, vec![cell(&item.text), cell(w.t.word("found", item.from))]));
    out.push(w.section("operations", &["what", "found-in"], mentions));
    papers(w, chart, out);
    documents(w, chart, out);
    insurance(w, chart, out);
    people(w, chart, out);
}

fn appointment(w: Writer<'_>, item: &Item<Appointment>) -> Row {
    let what = joined([w.t.word("appointment", item.kind), item.text.clone()]);
    let mut row = w.row(item, [when(item.at), what, coded(&item.department), item.number.clone()].map(cell).into());
    if item.past {
        row.marks.push(w.mark("quiet", "time-over"));
    }
    row
}

fn stay_rows(w: Writer<'_>, stay: &Stay) -> Vec<Row> {
    let until = if stay.current { w.t.text("in-hospital") } else { when(stay.discharged) };
    let doubt = if stay.admission_missing { w.t.text("admission-missing") } else { String::new() };
    let span = joined([format!("{} 〜 {until}", when(stay.admitted)), doubt]);
    stay.movements.iter().map(|item| movement(w, item, span.clone())).collect()
}

fn movement(w: Writer<'_>, item: &Item<Move>, span: String) -> Row {
    let what = joined([w.t.word("move", move_code(item.kind)), when(item.at), outcome(w, item), item.reason.clone()]);
    let place = match place(&item.prior) {
        prior if prior.is_empty() => place(&item.place),
        prior => format!("{prior} → {}", place(&item.place)),
    };
    w.row(item, [span, what, place, staff(&item.attending).into(), coded(&item.department)].map(cell).into())
}

/// How a movement ended; of a visit of the outage how it stands, in our own words.
pub(super) fn outcome(w: Writer<'_>, item: &Item<Move>) -> String {
    let words = w.t.word("disposition", &item.disposition.code);
    if [chart::VISIT, chart::STAY].contains(&item.source.kind.as_str()) {
        words
    } else {
        worded(&item.disposition, words)
    }
}

pub(super) fn place(place: &Place) -> String {
    joined([&place.ward, &place.room, &place.bed])
}

pub(super) fn move_code(kind: MoveKind) -> &'static str {
    match kind {
        MoveKind::Attending => "attending",
        MoveKind::Visit => "visit",
        MoveKind::AdmitPlan => "admit-plan",
        MoveKind::Admit => "admit",
        MoveKind::LeaveOut => "leave-out",
        MoveKind::LeaveBack => "leave-back",
        MoveKind::TransferPlan => "transfer-plan",
        MoveKind::Transfer => "transfer",
        MoveKind::DischargePlan => "discharge-plan",
        MoveKind::Discharge => "discharge",
    }
}

fn documents(w: Writer<'_>, chart: &Chart, out: &mut Vec<Section>) {
    let row = |item: &Item<chart::Document>| {
        let text =
            if item.text.is_empty() { w.t.with("document-bytes", item.media_type.clone()) } else { item.text.clone() };
        let title = joined([coded(&item.kind), item.title.clone()]);
        w.row(item, vec![cell(title), cell(text), cell(staff(&item.author))])
    };
    out.push(w.section("documents", &["title", "text", "author"], chart.documents.iter().map(row)));
}

/// 紙: each page with its picture one link away, whose sheet it is, and who brought and checked what is not ours.
fn papers(w: Writer<'_>, chart: &Chart, out: &mut Vec<Section>) {
    let row = |item: &Item<chart::notes::PaperEntry>| {
        let paper = &item.paper;
        let title = if paper.title.is_empty() { w.t.text("paper-untitled") } else { paper.title.clone() };
        let pages =
            if paper.sheet.is_empty() { String::new() } else { format!("{}/{}", paper.sheet_page, paper.sheet_pages) };
        // What was typed by a scanner has no picture.
        let href = if paper.page == 0 { String::new() } else { format!("/scans/{}/{}", paper.scan, paper.page) };
        let by =
            if paper.filed_by.is_empty() { w.t.text("paper-by-code") } else { w.t.with("paper-by", &paper.filed_by) };
        let brought =
            if paper.brought_by.is_empty() { String::new() } else { w.t.with("paper-brought", &paper.brought_by) };
        let checked = match (paper.brought_by.is_empty(), paper.checked_by.is_empty()) {
            (true, _) => String::new(),
            (false, true) => w.t.text("paper-unchecked"),
            (false, false) => w.t.with("paper-checked", &paper.checked_by),
        };
        let older = if item.current { String::new() } else { w.t.text("paper-older") };
        let link = super::Cell { href, ..cell(joined([title.as_str(), &older])) };
        w.row(item, vec![link, cell(joined([&paper.form, &paper.sheet, &pages])), cell(joined([by, brought, checked]))])
    };
    out.push(w.section("papers", &["title", "paper-sheet", "paper-filed"], chart.papers.iter().map(row)));
}

fn insurance(w: Writer<'_>, chart: &Chart, out: &mut Vec<Section>) {
    let row = |item: &Item<chart::notes::InsuranceEntry>| {
        let plan = &item.insurance;
        let payer = joined([&plan.payer_id, &plan.payer_name]);
        let number = joined([&plan.symbol, &plan.number]);
        let span = joined([when(plan.from), when(plan.until)]);
        let cells = [coded(&plan.plan), payer, number, span, plan.relation.shown().into()];
        w.row(item, cells.map(cell).into())
    };
    let heads = ["plan", "payer", "number", "period", "relation"];
    out.push(w.section("insurance", &heads, chart.insurance.iter().map(row)));
}

/// Next of kin, addresses and disability: what the desk asks for.
fn people(w: Writer<'_>, chart: &Chart, out: &mut Vec<Section>) {
    let kin = chart.kin.iter().map(|item| {
        let names = item.names.iter().map(|name| format!("{} {}", name.family, name.given));
        let reach = joined(item.phones.iter().chain(&item.addresses));
        w.row(item, [joined(names), coded(&item.relation), reach, item.employer.clone()].map(cell).into())
    });
    out.push(w.section("kin", &["name", "relation", "reach", "employer"], kin));
    let disabilities = chart
        .disabilities
        .iter()
        .map(|item| w.row(item, [item.whose.clone(), item.present.clone(), item.text.clone()].map(cell).into()));
    out.push(w.section("disabilities", &["whose", "what", "text"], disabilities));
    let phones = chart.patient.phones.iter().map(|phone| format!("{} {phone}", w.t.text("phone")));
    let addresses = chart.patient.addresses.iter().cloned().chain(phones).map(|address| Row {
        cells: vec![cell(address)],
        stand: Stand { time: when(chart.patient.time), source: w.t.text("identity-as-of"), ..Stand::default() },
        ..Row::default()
    });
    out.push(w.section("addresses", &["address"], addresses));
}
