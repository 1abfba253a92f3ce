//! The table of contents: every page of every slice, behind one door.

use axum::Router;

use crate::role::Right;
use crate::web::{self, Site, needing};
use crate::{custody, feed, people, sheets, ward};

/// Every route of the program, with the right it needs.
pub fn router(site: Site) -> Router {
    let inside = Router::new()
        .merge(needing(&site, Right::Charts, ward::routes(&site).merge(sheets::routes())))
        .merge(needing(&site, Right::Enter, feed::page::routes().merge(people::routes()).merge(custody::routes())))
        .merge(needing(&site, Right::Gate, feed::gate::deciding()))
        .merge(needing(&site, Right::People, people::keeping()))
        .merge(needing(&site, Right::Review, people::reviewing()))
        .merge(needing(&site, Right::Audit, people::auditing()))
        .merge(needing(&site, Right::Keys, custody::keys::routes()));
    web::behind_the_door(site, people::porch(), inside)
}
