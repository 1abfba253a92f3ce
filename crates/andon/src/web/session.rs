//! Who is in: sessions of browsers, kept in memory only, so that a restart closes every door.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, PoisonError};

use chart::{Moment, PatientId};
use subtle::ConstantTimeEq;

use crate::role::{Right, Role};

/// Sessions at once; the one idle longest ends when one more begins. A hospital of 120 beds has some 200 PCs.
const SESSIONS_MAX: usize = 512;
/// Sessions of one account at once; a nurse has one at the desk and one at the bedside, perhaps a forgotten one.
const SESSIONS_OF_ONE: usize = 5;
/// After this time without a page the PIN is asked again, milliseconds: ward PCs are shared.
const IDLE_MILLIS: i64 = 30 * 60_000;
/// A session ends after this time, whatever is done in it: a shift with its handover, milliseconds.
const LONGEST_MILLIS: i64 = 12 * 3_600_000;

/// Somebody who is in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Account; for those who came in without one, how they came.
    pub account: String,
    /// Name as shown.
    pub name: String,
    /// Role.
    pub role: Role,
    /// Who came in by a sealed card: until when.
    pub until: Option<Moment>,
}

impl Person {
    /// Name and code of the role, as what a person decides is signed.
    pub fn by(&self) -> (String, String) {
        (self.name.clone(), self.role.code().to_owned())
    }
}

/// One browser that is in.
#[derive(Debug)]
pub struct Session {
    /// Who.
    pub person: Person,
    /// What every form of this browser must send back: another site's page cannot know it.
    pub token: String,
    /// From elsewhere on the network, not from this station.
    pub elsewhere: bool,
    /// Patients kept back whose charts this person gave a reason to open.
    pub reasons: Mutex<BTreeSet<PatientId>>,
    /// The form that a page shows once more after what was written by it, under the key that its address has: what a caller said of himself
    /// stands in no address.
    pub form: Mutex<Option<(String, Form)>>,
}

/// Fields of a form.
pub type Form = BTreeMap<String, String>;

impl Session {
    /// Whether this person at this place may use a right.
    pub fn may(&self, right: Right) -> bool {
        self.person.role.may(right) && (!self.elsewhere || right.from_elsewhere())
    }

    /// A reason was given for this patient.
    pub fn gave_reason(&self, id: PatientId) {
        self.reasons.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
    }

    /// Keeps a form for the page that comes next; the one before is forgotten.
    pub fn keep_form(&self, key: &str, form: Form) {
        *self.form.lock().unwrap_or_else(PoisonError::into_inner) = Some((key.to_owned(), form));
    }

    /// The form of this key, as long as no other was kept.
    pub fn kept_form(&self, key: &str) -> Option<Form> {
        let kept = self.form.lock().unwrap_or_else(PoisonError::into_inner);
        kept.as_ref().filter(|(of, _)| of == key).map(|(_, form)| form.clone())
    }

    /// Whether one was, in this session.
    pub fn has_reason(&self, id: &PatientId) -> bool {
        self.reasons.lock().unwrap_or_else(PoisonError::into_inner).contains(id)
    }
}

struct Held {
    cookie: String,
    session: Arc<Session>,
    began: Moment,
    seen: Moment,
    /// When the account was last looked at.
    checked: Moment,
}

impl Held {
    fn is_over(&self, now: Moment) -> bool {
        match self.session.person.until {
            // A one-time code cannot be typed again, so idling does not end what it opened.
            Some(until) => now >= until,
            None => now.0 - self.seen.0 > IDLE_MILLIS || now.0 - self.began.0 > LONGEST_MILLIS,
        }
    }
}

/// All browsers that are in.
#[derive(Default)]
pub struct Sessions(Mutex<Vec<Held>>);

impl Sessions {
    /// Lets a person in; the value of the cookie.
    ///
    /// # Errors
    /// When the machine gives no randomness.
    pub fn begin(&self, person: Person, elsewhere: bool, now: Moment) -> Result<String, getrandom::Error> {
        let (cookie, token) = (crate::world::secret()?, crate::world::secret()?);
        let session = Arc::new(Session { person, token, elsewhere, reasons: Mutex::default(), form: Mutex::default() });
        self.with(|held| {
            held.retain(|one| !one.is_over(now));
            let own = |one: &Held| one.session.person.account == session.person.account;
            if held.iter().filter(|one| own(one)).count() >= SESSIONS_OF_ONE {
                leave(held, own);
            }
            if held.len() >= SESSIONS_MAX {
                leave(held, |_| true);
            }
            held.push(Held { cookie: cookie.clone(), session, began: now, seen: now, checked: now });
        });
        Ok(cookie)
    }

    /// The session of a cookie, if it is not over; and whether its account should be looked at again, which is asked once
    /// in every `check_millis`.
    pub fn find(&self, cookie: &str, check_millis: i64, now: Moment) -> Option<(Arc<Session>, bool)> {
        self.with(|held| {
            held.retain(|one| !one.is_over(now));
            // All are compared, so that time tells nothing of how much of a cookie was right.
            let found =
                held.iter_mut().fold(None, |found, one| if same(&one.cookie, cookie) { Some(one) } else { found });
            let one = found?;
            one.seen = now;
            let check = now.0 - one.checked.0 > check_millis;
            if check {
                one.checked = now;
            }
            Some((Arc::clone(&one.session), check))
        })
    }

    /// Ends the session of a cookie.
    pub fn end(&self, cookie: &str) {
        self.with(|held| held.retain(|one| !same(&one.cookie, cookie)));
    }

    fn with<T>(&self, work: impl FnOnce(&mut Vec<Held>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// Of those meant, the one idle longest leaves.
fn leave(held: &mut Vec<Held>, meant: impl Fn(&Held) -> bool) {
    let idle = held.iter().enumerate().filter(|(_, one)| meant(one)).min_by_key(|(_, one)| one.seen.0);
    if let Some((at, _)) = idle {
        held.remove(at);
    }
}

/// Compared in constant time.
pub fn same(ours: &str, theirs: &str) -> bool {
    ours.as_bytes().ct_eq(theirs.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    const CHECK: i64 = 30_000;

    fn person(account: &str, until: Option<i64>) -> Person {
        let role = if until.is_some() { Role::Temporary } else { Role::Nurse };
        Person { account: account.into(), name: account.into(), role, until: until.map(Moment) }
    }

    fn is_in(sessions: &Sessions, cookie: &str, at: i64) -> bool {
        sessions.find(cookie, CHECK, Moment(at)).is_some()
    }

    #[test]
    fn a_session_ends_idle_at_its_longest_and_when_told() {
        let sessions = Sessions::default();
        let cookie = sessions.begin(person("n01", None), false, Moment(0)).unwrap();
        assert!(is_in(&sessions, &cookie, IDLE_MILLIS));
        assert!(!is_in(&sessions, "0", IDLE_MILLIS));
        assert!(!is_in(&sessions, &cookie, 2 * IDLE_MILLIS + 1));
        let cookie = sessions.begin(person("n01", None), false, Moment(0)).unwrap();
        let mut at = 0;
        while at + IDLE_MILLIS <= LONGEST_MILLIS {
            at += IDLE_MILLIS;
            assert!(is_in(&sessions, &cookie, at));
        }
        assert!(!is_in(&sessions, &cookie, at + 1));
        let cookie = sessions.begin(person("n01", None), false, Moment(0)).unwrap();
        sessions.end(&cookie);
        assert!(!is_in(&sessions, &cookie, 0));
    }

    #[test]
    fn a_sealed_card_opens_for_its_hours_idle_or_not() {
        let sessions = Sessions::default();
        let cookie = sessions.begin(person("card:7", Some(8 * 3_600_000)), false, Moment(0)).unwrap();
        assert!(is_in(&sessions, &cookie, 8 * 3_600_000 - 1));
        assert!(!is_in(&sessions, &cookie, 8 * 3_600_000));
    }

    #[test]
    fn one_account_has_few_sessions_and_the_house_has_a_limit() {
        let sessions = Sessions::default();
        let cookies: Vec<String> =
            (0..6).map(|at| sessions.begin(person("n01", None), false, Moment(at)).unwrap()).collect();
        assert!(!is_in(&sessions, &cookies[0], 10));
        assert!(cookies[1..].iter().all(|cookie| is_in(&sessions, cookie, 10)));
        for no in 0..SESSIONS_MAX {
            sessions.begin(person(&format!("x{no}"), None), false, Moment(20)).unwrap();
        }
        assert!(!is_in(&sessions, &cookies[1], 30));
    }

    #[test]
    fn the_account_is_looked_at_again_now_and_then() {
        let sessions = Sessions::default();
        let cookie = sessions.begin(person("n01", None), false, Moment(0)).unwrap();
        let check = |at| sessions.find(&cookie, CHECK, Moment(at)).unwrap().1;
        assert_eq!([check(1), check(CHECK + 1), check(CHECK + 2)], [false, true, false]);
    }

    #[test]
    fn thin_clients_get_no_keys_of_the_house() {
        let person = Person { role: Role::Operator, ..person("operator", None) };
        let session = |elsewhere| Session {
            person: person.clone(),
            token: String::new(),
            elsewhere,
            reasons: Mutex::default(),
            form: Mutex::default(),
        };
        assert!(session(false).may(Right::People) && session(true).may(Right::Charts));
        assert!(!session(true).may(Right::People) && !session(true).may(Right::Audit));
    }
}
