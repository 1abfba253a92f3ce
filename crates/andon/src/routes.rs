//! The table of contents: every page of every slice, behind one door.

use axum::Router;

use crate::web::{self, Site};
use crate::{feed, ward};

/// Every route of the program.
pub fn router(site: Site) -> Router {
    web::behind_the_door(site, ward::routes().merge(feed::page::routes()))
}
