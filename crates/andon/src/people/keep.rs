//! Keeping accounts: add, change, close, give a new PIN. A PIN is shown once, to who keeps accounts, to be handed over.

use askama::Template;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::Response;
use serde::Deserialize;
use store::CredentialKind;

use super::{rules, secrets};
use crate::event::{Account, PeopleEvent};
use crate::home::Problem;
use crate::role::Role;
use crate::staff;
use crate::text::Words;
use crate::web::{Frame, Posted, Site, Via, Visit, answer, note};
use crate::writing::Request;

/// Which account the form shows.
#[derive(Deserialize)]
pub struct Chosen {
    #[serde(default)]
    account: String,
}

#[derive(Template)]
#[template(path = "people/people.html")]
struct PeoplePage {
    frame: Frame,
    rows: Vec<Account>,
    /// The account in the form; empty for a new one.
    chosen: Account,
    /// What was done.
    done: String,
    /// Why it was not.
    no: String,
    /// A PIN just made, to be handed over.
    pin: String,
}

impl PeoplePage {
    fn role(&self, role: &Role) -> String {
        self.frame.t.word("role", role.code())
    }

    fn roles(&self) -> Vec<(&'static str, String, bool)> {
        let of = |role: Role| (role.code(), self.role(&role), role == self.chosen.role);
        Role::of_accounts().map(of).collect()
    }
}

/// What a page says after something was done.
#[derive(Default)]
struct Said {
    done: String,
    no: String,
    pin: String,
    account: String,
}

/// `GET /people`
pub async fn page(State(site): State<Site>, visit: Visit, Query(chosen): Query<Chosen>) -> Response {
    people_page(&site, &visit, Said { account: chosen.account, ..Said::default() }).await
}

async fn people_page(site: &Site, visit: &Visit, said: Said) -> Response {
    let (own, asked) = (site.clone(), visit.clone());
    let made = site.read(move |reader| {
        let accounts = staff::accounts(reader)?;
        let nobody = || Account {
            account: String::new(),
            name: String::new(),
            kana: String::new(),
            role: Role::Nurse,
            ward: String::new(),
            active: true,
            reason: String::new(),
        };
        let chosen = accounts.get(&said.account).cloned().unwrap_or_else(nobody);
        let frame = Frame::new(&own, &asked, reader)?;
        let rows = accounts.into_values().collect();
        Ok(PeoplePage { frame, rows, chosen, done: said.done, no: said.no, pin: said.pin })
    });
    answer(site, visit, made.await)
}

/// The form of an account.
#[derive(Deserialize)]
pub struct Typed {
    account: String,
    name: String,
    #[serde(default)]
    kana: String,
    role: String,
    #[serde(default)]
    ward: String,
    #[serde(default)]
    active: String,
    #[serde(default)]
    reason: String,
}

fn read(typed: &Typed, t: Words) -> Result<Account, String> {
    let account = rules::account(&typed.account).ok_or_else(|| t.text("people-account-bad"))?;
    let name = rules::words(&typed.name);
    if name.is_empty() {
        return Err(t.text("people-name-needed"));
    }
    let role = Role::read_of_account(&typed.role).map_err(|_| t.text("people-role-bad"))?;
    let [kana, ward, reason] = [&typed.kana, &typed.ward, &typed.reason].map(|text| rules::words(text));
    Ok(Account { account, name, kana, role, ward, active: typed.active == "1", reason })
}

/// `POST /people`: makes or changes an account; a new one gets a PIN.
pub async fn set(State(site): State<Site>, visit: Visit, via: Via, Posted(typed): Posted<Typed>) -> Response {
    let t = visit.words;
    let account = match read(&typed, t) {
        Ok(account) => account,
        Err(no) => return people_page(&site, &visit, Said { no, ..Said::default() }).await,
    };
    let name = account.account.clone();
    let said = match say(&site, &visit, account).await {
        Ok(()) => match pin_if_none(&site, &name, false).await {
            Ok(pin) => Said { done: t.text("people-set"), pin, account: name.clone(), ..Said::default() },
            Err(problem) => Said { no: problem.words, ..Said::default() },
        },
        Err(problem) => Said { no: problem.words, ..Said::default() },
    };
    told(&site, &visit, &via, "people-set", &said);
    people_page(&site, &visit, said).await
}

/// `POST /people/pin`: a new PIN in place of one that was forgotten.
pub async fn new_pin(State(site): State<Site>, visit: Visit, via: Via, Posted(chosen): Posted<Chosen>) -> Response {
    let name = chosen.account.clone();
    let known = site.read(move |reader| staff::account(reader, &name)).await;
    let said = match known {
        Ok(Some(_)) => match pin_if_none(&site, &chosen.account, true).await {
            Ok(pin) => Said { pin, account: chosen.account, ..Said::default() },
            Err(problem) => Said { no: problem.words, ..Said::default() },
        },
        Ok(None) => Said { no: visit.words.text("people-none"), ..Said::default() },
        Err(problem) => Said { no: problem.words, ..Said::default() },
    };
    told(&site, &visit, &via, "people-pin", &said);
    people_page(&site, &visit, said).await
}

fn told(site: &Site, visit: &Visit, via: &Via, act: &str, said: &Said) {
    let status = if said.no.is_empty() { StatusCode::OK } else { StatusCode::BAD_REQUEST };
    if let Some(session) = &visit.session {
        note(site, via, &session.person, act, status.as_u16());
    }
}

async fn say(site: &Site, visit: &Visit, account: Account) -> Result<(), Problem> {
    let (by, role) = visit.by();
    site.write(Request::People { event: PeopleEvent::Account(account), by, role }).await.map(|_| ())
}

/// Gives an account a PIN where it has none, or anew; empty when it keeps the one it has.
async fn pin_if_none(site: &Site, account: &str, anew: bool) -> Result<String, Problem> {
    let (account, now) = (account.to_owned(), site.now());
    let work = site.access(move |access| {
        if !anew && access.has_credential(&account, CredentialKind::Secret)? {
            return Ok(String::new());
        }
        let pin = secrets::random_pin()?;
        access.set_credential(&account, CredentialKind::Secret, &pin, now)?;
        Ok(rules::grouped(&pin))
    });
    work.await
}
