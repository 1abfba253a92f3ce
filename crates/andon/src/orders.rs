//! Rim: orders for drugs that were written on paper while the EMR was dark, folded from kinds 73 and 74, and held against a chart. What is
//! said of an order only adds to it (stopped, entered by mistake), so any order of arrival gives the same.

use std::collections::BTreeMap;

use chart::{Coded, Drug, Order, PatientId, Quantity, Staff, When};
use store::{Reader, StationId, StoredEvent};

use crate::event::{Event, ORDERS_ITEM, OrderEvent, OrderLine, OrderSaid};
use crate::fields::short_name;
use crate::home::Problem;
use crate::hospital;
use crate::incident::Told;

/// An order as it stands.
#[derive(Clone, Debug)]
pub struct Written {
    /// Its name: station (32 hexadecimal digits), life of its log, number, with `/` between.
    pub name: String,
    /// Where it was entered.
    pub station: StationId,
    /// Its place in the log of this home.
    pub position: u64,
    /// What was written.
    pub said: OrderSaid,
    /// When, and by whom it was entered.
    pub told: Told,
    /// By whom it was stopped.
    pub stopped: Option<Told>,
    /// By whom it was said to be a mistake.
    pub struck: Option<Told>,
}

impl Written {
    /// The patient.
    pub fn patient(&self) -> PatientId {
        PatientId { authority: self.said.authority.clone(), id: self.said.id.clone() }
    }

    /// What a field says; empty for nothing.
    pub fn value(&self, field: &str) -> &str {
        self.said.values.get(field).map_or("", String::as_str)
    }

    /// A short number for people: `3F2A01-17`.
    pub fn short(&self) -> String {
        short_name(&self.name)
    }

    /// Its lines as drugs of a chart.
    pub fn drugs(&self) -> Vec<Drug> {
        let order = Order {
            control: if self.stopped.is_some() { "DC" } else { "NW" }.to_owned(),
            number: self.short(),
            ordered: When::parse(&self.told.at.digits17()[..12]),
            doctor: Staff { name: self.value("doctor").to_owned(), ..Staff::default() },
            department: Coded { text: self.value("department").to_owned(), ..Coded::default() },
            ..Order::default()
        };
        let group = |at: usize| Order { group: (at + 1).to_string(), ..order.clone() };
        self.said.lines.iter().enumerate().map(|(at, line)| drug(line, group(at))).collect()
    }
}

/// A line as a drug of a chart, in an order.
pub fn drug(line: &OrderLine, order: Order) -> Drug {
    let coded = |text: &str| Coded { text: text.to_owned(), ..Coded::default() };
    let days = if line.days.is_empty() { "" } else { "日分" };
    Drug {
        start: order.ordered,
        order,
        drug: coded(&line.drug),
        daily: Quantity { value: line.daily.clone(), unit: coded(&line.unit) },
        usage: if line.usage.is_empty() { Vec::new() } else { vec![coded(&line.usage)] },
        duration: Quantity { value: line.days.clone(), unit: coded(days) },
        ..Drug::default()
    }
}

/// The orders among these events, in the order in which they come.
pub fn fold(events: &[StoredEvent]) -> Vec<Written> {
    let mut orders: Vec<Written> = Vec::new();
    let mut acts: BTreeMap<(String, String), Told> = BTreeMap::new();
    for stored in events {
        let of = &stored.envelope;
        match Event::read(of.kind, of.version, &of.payload) {
            Event::Order(OrderEvent::Written(said)) => orders.push(Written {
                name: format!("{}/{}/{}", of.station, of.incarnation, of.no),
                station: of.station,
                position: stored.no.0,
                told: Told::of(stored, ""),
                said,
                stopped: None,
                struck: None,
            }),
            Event::Order(OrderEvent::Acted(said)) => {
                let told = Told::of(stored, &said.words);
                // Of two who say the same, the one who said it first is named.
                let known = acts.entry((said.order, said.act)).or_insert_with(|| told.clone());
                if (told.entry, &told.who) < (known.entry, &known.who) {
                    *known = told;
                }
            }
            _ => {}
        }
    }
    for order in &mut orders {
        let mut act = |act: &str| acts.remove(&(order.name.clone(), act.to_owned()));
        (order.stopped, order.struck) = (act("stop"), act("strike"));
    }
    orders
}

/// Every order that counts, at whichever station it was entered.
///
/// # Errors
/// When the store cannot be read.
pub fn all(reader: &Reader) -> Result<Vec<Written>, Problem> {
    Ok(fold(&hospital::events_of(reader, ORDERS_ITEM)?))
}
