//! Orders written on paper as facts: their drugs stand on the chart beside those of the copy, with 停止中, the station and the paper as their
//! source, so that whoever orders next sees them and is held against them.

use std::sync::Arc;

use chart::prescribing::WRITTEN;
use chart::{Body, DOWNTIME, Fact, Origin, PatientId, When};
use store::{Cut, Reader};

use super::said::counts;
use crate::event::patient_item;
use crate::home::Problem;
use crate::hospital::{self, Members};
use crate::orders;

/// The drugs of written orders, at every station whose log counts, up to the cut. What was entered by mistake is no order; what was stopped
/// stands as stopped.
pub(super) fn written(reader: &Reader, number: &PatientId, cut: &Cut) -> Result<Vec<Fact>, Problem> {
    let mut events = hospital::events_of(reader, &patient_item(number))?;
    events.retain(|stored| counts(cut, &stored.envelope));
    let orders = orders::fold(&events);
    if orders.is_empty() {
        return Ok(Vec::new());
    }
    let members = reader.once(Members::of)?;
    let mut facts = Vec::new();
    for order in orders.iter().filter(|order| order.struck.is_none()) {
        let sheet = order.value("sheet");
        let origin = Arc::new(Origin {
            source: format!("{DOWNTIME} {} {sheet}", members.name(order.station)).trim_end().to_owned(),
            position: order.position,
            kind: WRITTEN.to_owned(),
            path: order.name.clone(),
            message: When::parse(&order.told.at.digits17()[..12]),
            received: order.told.entry,
            ..Origin::default()
        });
        facts
            .extend(order.drugs().into_iter().map(|drug| Fact { origin: Arc::clone(&origin), body: Body::from(drug) }));
    }
    Ok(facts)
}
