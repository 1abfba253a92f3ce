//! Imaging, endoscopy and physiology: ordered, done and reported joined by order number; and the list of all orders.

use std::cmp::Reverse;
use std::sync::Arc;

use serde::Serialize;

use crate::fact::{Body, Coded, Exam, LabOrder, Order, Phase, Service};
use crate::item::{Item, View};
use crate::versions::withdraws;
use crate::when::When;

/// One examination with everything told of it.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ExamCase {
    /// Order number that joins the messages (the parent's, where children name one); empty when none came.
    pub number: String,
    /// Which service.
    pub service: Service,
    /// The furthest that was told.
    pub phase: Phase,
    /// True when the order was withdrawn.
    pub stopped: bool,
    /// What, as the newest message names it.
    pub item: Coded,
    /// When: of the furthest phase.
    pub at: Option<When>,
    /// Every message about it, newest first.
    pub events: Vec<Item<Exam>>,
}

/// The word for a service in JSON and text keys.
pub fn service_word(service: Service) -> &'static str {
    match service {
        Service::Radiology => "radiology",
        Service::Endoscopy => "endoscopy",
        Service::Physiology => "physiology",
    }
}

fn is_number(number: &str) -> bool {
    !number.is_empty() && !number.bytes().all(|b| b == b'9')
}

/// Numbers that tie an examination to others: its own and its parent's, without leading zeros.
fn numbers(exam: &Exam, file_number: &str) -> Vec<String> {
    let all = [exam.order.number.as_str(), exam.order.parent.as_str(), file_number];
    all.into_iter().filter(|number| is_number(number)).map(|number| number.trim_start_matches('0').to_owned()).collect()
}

/// Examinations, newest first.
pub(crate) fn exams(view: &View<'_>) -> Vec<ExamCase> {
    let found = view.said::<Exam>();
    let mut cases: Vec<(Vec<String>, Vec<Item<Exam>>)> = Vec::new();
    let mut by_number: std::collections::HashMap<(Service, String), usize> = std::collections::HashMap::new();
    for (message, exam) in found {
        let item = view.item(message, exam.at.or(exam.order.ordered), exam.clone());
        let mine = numbers(exam, &message.origin.order_no);
        let known = mine.iter().find_map(|number| by_number.get(&(exam.service, number.clone())).copied());
        let at = known.unwrap_or(cases.len());
        if known.is_none() {
            cases.push((mine.clone(), Vec::new()));
        }
        cases[at].1.push(item);
        by_number.extend(mine.into_iter().map(|number| ((exam.service, number), at)));
    }
    let mut cases: Vec<ExamCase> = cases.into_iter().filter_map(|(numbers, events)| case(numbers, events)).collect();
    cases.sort_by_cached_key(|case| Reverse(case.events.iter().filter_map(|item| item.time).max()));
    cases
}

fn case(numbers: Vec<String>, mut events: Vec<Item<Exam>>) -> Option<ExamCase> {
    events.sort_by_cached_key(|event| (Reverse(event.phase as u8), event.newest()));
    let furthest = events.first()?;
    let named = events.iter().find(|item| !item.value.item.is_empty()).unwrap_or(furthest);
    Some(ExamCase {
        number: numbers.into_iter().next().unwrap_or_default(),
        service: furthest.service,
        phase: furthest.phase,
        stopped: events.iter().all(|item| withdraws(&item.order.control)),
        item: named.value.item.clone(),
        at: furthest.at.or(furthest.time),
        events,
    })
}

/// What became of an order, as far as the copy tells.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderState {
    /// Asked for; nothing came back.
    #[default]
    Open,
    /// Carried out.
    Done,
    /// Results or a report came.
    Resulted,
    /// Withdrawn.
    Stopped,
}

/// One order of any kind, for the list of orders; the laboratory's are told here in full.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct OrderLine {
    /// `prescription`, `injection`, `lab`, `radiology`, `endoscopy`, `physiology` or `meal`.
    pub category: &'static str,
    /// What was asked for, in the sender's words.
    pub text: Vec<String>,
    /// When it is to be done, where sent.
    pub planned: Option<When>,
    /// What became of it.
    pub state: OrderState,
    /// Number, doctor, department.
    pub order: Order,
    /// A laboratory order in full.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub laboratory: Option<Arc<LabOrder>>,
}

fn line(body: &Body) -> Option<OrderLine> {
    let plain = |category, text: Vec<&str>, planned, order: &Order| OrderLine {
        category,
        text: text.into_iter().filter(|text| !text.is_empty()).map(str::to_owned).collect(),
        planned,
        state: OrderState::Open,
        order: order.clone(),
        laboratory: None,
    };
    Some(match body {
        Body::Drug(drug) => plain("prescription", vec![drug.drug.shown()], drug.start, &drug.order),
        Body::Injection(injection) => {
            let drugs = injection.ingredients.iter().map(|ingredient| ingredient.drug.shown()).collect();
            plain("injection", drugs, injection.start, &injection.order)
        }
        Body::LabOrder(lab) => {
            let items = std::iter::once(&lab.group).chain(&lab.items).map(Coded::shown).collect();
            OrderLine { laboratory: Some(Arc::clone(lab)), ..plain("lab", items, lab.planned, &lab.order) }
        }
        Body::Exam(exam) if exam.phase == Phase::Ordered => {
            plain(service_word(exam.service), vec![exam.item.shown()], exam.at, &exam.order)
        }
        Body::Meal(meal) => plain("meal", vec![meal.diet.shown(), &meal.text], meal.start, &meal.order),
        _ => return None,
    })
}

/// Every order that stands, newest first, one line a message and order number.
pub(crate) fn orders(view: &View<'_>) -> Vec<Item<OrderLine>> {
    let answers = Answers::of(view);
    let mut items: Vec<Item<OrderLine>> = Vec::new();
    for message in view.messages.iter().filter(|message| message.standing == crate::item::Standing::Current) {
        let from = items.len();
        for line in message.bodies.iter().filter_map(|body| line(body)) {
            let same = |item: &&mut Item<OrderLine>| {
                let stopped = withdraws(&line.order.control);
                let same = item.category == line.category && item.order.number == line.order.number;
                // What was withdrawn of an order is never told beside what stands.
                line.laboratory.is_none() && same && withdraws(&item.order.control) == stopped
            };
            match items[from..].iter_mut().find(same) {
                Some(item) => item.value_mut().text.extend(line.text),
                None => {
                    let line = OrderLine { state: answers.state(&line), ..line };
                    items.push(view.item(message, line.order.ordered.or(line.planned), line));
                }
            }
        }
    }
    items.sort_by_cached_key(Item::newest);
    items
}

/// Order numbers that something came back to.
struct Answers {
    resulted: std::collections::HashSet<(&'static str, String)>,
    done: std::collections::HashSet<(&'static str, String)>,
}

impl Answers {
    fn of(view: &View<'_>) -> Answers {
        let mut answers = Answers { resulted: Default::default(), done: Default::default() };
        let key = |category, order: &Order| (category, order.number.trim_start_matches('0').to_owned());
        for (_, body) in view.standing() {
            match body {
                Body::Lab(lab) => answers.resulted.insert(key("lab", &lab.order)),
                Body::Given(given) => {
                    let category = if given.injection { "injection" } else { "prescription" };
                    answers.done.insert(key(category, &given.order))
                }
                Body::Exam(exam) if exam.phase != Phase::Ordered => {
                    let set = if exam.phase == Phase::Done { &mut answers.done } else { &mut answers.resulted };
                    set.insert(key(service_word(exam.service), &exam.order))
                        | set.insert((service_word(exam.service), exam.order.parent.trim_start_matches('0').to_owned()))
                }
                _ => false,
            };
        }
        answers
    }

    fn state(&self, line: &OrderLine) -> OrderState {
        let key = (line.category, line.order.number.trim_start_matches('0').to_owned());
        match () {
            () if withdraws(&line.order.control) => OrderState::Stopped,
            () if key.1.is_empty() => OrderState::Open,
            () if self.resulted.contains(&key) => OrderState::Resulted,
            () if self.done.contains(&key) => OrderState::Done,
            () => OrderState::Open,
        }
    }
}
