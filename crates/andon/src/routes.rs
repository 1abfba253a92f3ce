//! The table of contents: every page of every slice, behind one door.

use std::sync::Arc;

use axum::Router;

use crate::custody::restoring::Restoring;
use crate::role::Right;
use crate::web::{self, Site, needing};
use crate::{
    command, custody, departments, feed, nursing, package, people, prescribing, reception, safety, sheets, stations,
    telephone, ward,
};

/// Every route of the program, with the right it needs.
pub fn router(site: Site) -> Router {
    let inside = inside(&site);
    web::behind_the_door(site, people::porch(), inside)
}

/// The same while a restore goes on: until it has ended, its own page and the charts that are whole.
pub fn while_restoring(site: Site, restoring: Arc<Restoring>) -> Router {
    let inside = inside(&site).merge(needing(&site, Right::Charts, custody::restoring::routes()));
    let inside = inside.layer(axum::middleware::from_fn(custody::restoring::first)).layer(axum::Extension(restoring));
    web::behind_the_door(site, people::porch(), inside)
}

fn inside(site: &Site) -> Router<Site> {
    Router::new()
        .merge(needing(
            site,
            Right::Charts,
            ward::routes(site).merge(sheets::routes()).merge(reception::queue_routes()),
        ))
        .merge(needing(site, Right::Reception, reception::routes()))
        .merge(needing(
            site,
            Right::Charts,
            telephone::open_routes().merge(prescribing::routes()).merge(nursing::routes()),
        ))
        .merge(needing(site, Right::Charts, departments::routes()))
        .merge(needing(site, Right::Reception, telephone::routes()))
        .merge(needing(site, Right::Enter, feed::page::routes().merge(people::routes()).merge(custody::routes())))
        .merge(needing(
            site,
            Right::Enter,
            command::open_routes().merge(reception::open_routes()).merge(safety::routes()),
        ))
        .merge(needing(site, Right::Command, command::routes().merge(stations::routes()).merge(package::routes())))
        .merge(needing(site, Right::Gate, feed::gate::deciding()))
        .merge(needing(
            site,
            Right::People,
            people::keeping().merge(sheets::labels_page::routes()).merge(sheets::institution_page::routes()),
        ))
        .merge(needing(site, Right::Review, people::reviewing()))
        .merge(needing(site, Right::Audit, people::auditing()))
        .merge(needing(site, Right::Keys, custody::keys::routes().merge(custody::proof::page::handing_in())))
}
