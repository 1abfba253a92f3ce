//! 部門受付: department desks at work without the EMR: slips, results, critical values, deliveries, queries to doctors. `rules.rs` decides, `say.rs`
//! and `attach.rs` write, `import.rs` reads an analyser's file, `out.rs` gives out, the pages show. What stands is folded in the rim
//! (`crate::desks`).

mod attach;
mod desk_page;
pub mod import;
mod lists_page;
pub mod out;
pub mod rules;
pub mod say;
mod set_page;
mod slip_page;
mod view;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::{get, post};

use crate::event::{DepartmentEvent, DepartmentSaid};
use crate::finding::identify::Asked;
use crate::home::Problem;
use crate::parents::Seen;
use crate::role::Role;
use crate::web::{Posted, Site, Visit, encoded, own_path, refusal_in_words};
use crate::writing::departments::DepartmentWish;
use crate::writing::{Answer, Request};
use rules::Values;

/// What the forms of the desks say.
type Typed = std::collections::BTreeMap<String, String>;

/// The addresses of this slice.
pub fn routes() -> Router<Site> {
    let uploads = Router::new()
        .route("/desks/import", get(lists_page::import).post(lists_page::take))
        .layer(DefaultBodyLimit::max(import::FILE_BYTES_MAX + (64 << 10)));
    Router::new()
        .route("/desks", get(desk_page::page).post(desk_page::receive))
        .route("/desks/say", post(said))
        .route("/desks/slip", get(slip_page::page).post(slip_page::type_))
        .route("/desks/attach", post(slip_page::attach))
        .route("/desks/results", get(set_page::page))
        .route("/desks/critical", get(lists_page::critical))
        .route("/desks/deliveries", get(lists_page::deliveries))
        .route("/desks/queries", get(lists_page::queries))
        .route("/desks/limits", get(lists_page::limits))
        .merge(uploads)
}

fn of(typed: &Typed, name: &str) -> String {
    typed.get(name).map(|text| text.trim().to_owned()).unwrap_or_default()
}

/// Fields of a form that begin with `f_`, as an event has them; an empty one says nothing.
fn values(typed: &Typed) -> Values {
    let says = typed.iter().filter_map(|(name, value)| Some((name.strip_prefix("f_")?, value.trim())));
    says.filter(|(_, value)| !value.is_empty()).map(|(field, value)| (field.to_owned(), value.to_owned())).collect()
}

fn asked(typed: &Typed) -> Asked {
    let of = |name: &str| of(typed, name).chars().take(100).collect();
    Asked { number: of("number"), name: of("name"), birth: of("birth"), phone: String::new() }
}

/// The account does not tell the profession of who is in: a form asks for it.
fn asks_post(visit: &Visit) -> bool {
    let role = visit.session.as_ref().map(|session| session.person.role);
    matches!(role, Some(Role::Operator | Role::Temporary))
}

/// When it happened as somebody typed it; left out, now.
fn moment(site: &Site, typed: &str) -> Result<chart::Moment, Problem> {
    if typed.trim().is_empty() {
        return Ok(site.now());
    }
    crate::typed_time::when(typed, site.now()).ok_or_else(|| {
        crate::home::wrong("時刻が分かりません。例 0930、11/01 09:30", "The time is not understood: 0930, 11/01 09:30.")
    })
}

/// Where whose slip or results are asked for is kept back (秘匿) and no reason was given yet: to the page that asks for one, which leads back here.
async fn kept_back(site: &Site, visit: &Visit, item: &'static str, name: String) -> Option<Response> {
    let session = visit.session.clone()?;
    let asked = site.read(move |reader| {
        let id = crate::desks::found(reader, item, &name)?.patient();
        let flags = if id.id.is_empty() { Default::default() } else { crate::confidential::of_person(reader, &id)? };
        Ok((id, flags.iter().any(|flag| flag.asks_reason())))
    });
    let (id, asks) = asked.await.ok()?;
    let chart = format!("/patients/{}/{}", encoded(&id.authority), encoded(&id.id));
    let reason = || Redirect::to(&format!("{chart}/reason?next={}", encoded(visit.here()))).into_response();
    (asks && !session.has_reason(&id)).then(reason)
}

async fn write(site: &Site, visit: &Visit, wish: DepartmentWish) -> Result<Answer, Problem> {
    let (by, role) = visit.by();
    site.write(Request::Department { wish: Box::new(wish), by, role }).await
}

/// `POST /desks/say`: something is said of what stands on a page, which is shown again.
async fn said(
    axum::extract::State(site): axum::extract::State<Site>,
    visit: Visit,
    Posted(typed): Posted<Typed>,
) -> Response {
    let (authority, id) = (of(&typed, "authority"), of(&typed, "id"));
    let (thing, act, words) = (of(&typed, "thing"), of(&typed, "act"), of(&typed, "words"));
    let said = DepartmentSaid { thing, authority, id, act, words, values: values(&typed) };
    let event = match of(&typed, "sort").as_str() {
        "slip" => DepartmentEvent::Slip(said),
        "results" => DepartmentEvent::Results(said),
        "critical" => DepartmentEvent::Critical(said),
        "delivery" => DepartmentEvent::Delivery(said),
        "query" => DepartmentEvent::Query(said),
        _ => {
            // A form says all of a limit: what is empty is taken away.
            let values = typed
                .iter()
                .filter_map(|(name, value)| Some((name.strip_prefix("f_")?.to_owned(), value.trim().to_owned())));
            let values: Values = values.collect();
            let thing = crate::desks::limits::key(values.get("name").map_or("", String::as_str));
            DepartmentEvent::Limit(DepartmentSaid { thing, values, ..said })
        }
    };
    let written = match moment(&site, &of(&typed, "at")) {
        Ok(at) => {
            let (seen, post) = (Seen::from(of(&typed, "seen")), of(&typed, "post"));
            write(&site, &visit, DepartmentWish::Say { event, seen, asked: asked(&typed), post, at: at.0 }).await
        }
        Err(problem) => Err(problem),
    };
    match written {
        Ok(_) => Redirect::to(own_path(&of(&typed, "back"))).into_response(),
        Err(problem) => refusal_in_words(&site, &visit, &problem.words),
    }
}
