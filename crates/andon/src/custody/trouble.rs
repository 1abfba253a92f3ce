//! Why a place says no or nothing, by kind: what people are told is what it is and what they do next, in their language. Pure.

use std::io;

use chart::Moment;
use serde::Serialize;
use vault::Error;

use crate::text::{Lang, Words, one_line};

/// Letters of what the system or the server said.
const DETAIL_CHARS: usize = 120;

/// The code of a place that answered.
pub const OK: &str = "ok";
/// The code of one that was not asked yet.
pub const NEVER: &str = "never";
/// What is only found out by putting something: a question that is answered says nothing against it.
const FOUND_BY_PUTTING: [&str; 4] = ["full", "lock", "keys", "failed"];
/// Nobody answered that we could talk to.
const NOT_REACHED: [&str; 5] = [NEVER, "silent", "plain", "certificate", "file"];

/// Why a place says no: `vault-trouble-CODE` of the texts, and what the system or the server said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    /// Its kind.
    pub code: &'static str,
    /// What was said, in its own words; no patient data.
    pub detail: String,
}

impl Trouble {
    /// Of what a place said.
    pub fn of(error: &Error) -> Trouble {
        let detail = match error {
            Error::Io { source, .. } => plain(source),
            Error::Answer { status, code, .. } => format!("{status} {code}"),
            Error::NotLocked { said, .. } => said.clone(),
            _ => String::new(),
        };
        Trouble { code: code(error), detail: one_line(&detail, DETAIL_CHARS) }
    }

    /// Of a kind, with nothing more to say.
    pub fn kind(code: &'static str) -> Trouble {
        Trouble { code, detail: String::new() }
    }
}

/// What the system said, without its number.
fn plain(source: &io::Error) -> String {
    let said = source.to_string();
    said.split(" (os error").next().unwrap_or_default().to_owned()
}

fn code(error: &Error) -> &'static str {
    match error {
        Error::Io { doing, source, .. } => of_io(doing, source),
        Error::Answer { status, code, .. } => of_answer(*status, code),
        Error::NotLocked { .. } => "lock",
        Error::Unregistered { .. } => "unregistered",
        Error::Full { .. } => "full",
        _ => "failed",
    }
}

fn of_io(doing: &str, source: &io::Error) -> &'static str {
    let said = source.to_string();
    let over_the_line = doing.bytes().all(|byte| byte.is_ascii_uppercase());
    match source.kind() {
        _ if over_the_line && said.contains("invalid peer certificate") => "certificate",
        // What TLS says of plain words.
        _ if over_the_line && said.contains("InvalidContentType") => "plain",
        _ if over_the_line => "silent",
        io::ErrorKind::NotFound if doing == "reading" => "file",
        io::ErrorKind::NotFound if doing == "listing a vault" => "no_vault",
        io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => "no_room",
        io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => "not_allowed",
        _ => "failed",
    }
}

fn of_answer(status: u16, code: &str) -> &'static str {
    match status {
        404 if code == "NoSuchBucket" => "bucket",
        401 | 403 => "keys",
        507 => "full",
        500..=599 => "server",
        _ => "failed",
    }
}

/// An error as a person reads it: what it is and what to do, Japanese first, then what was said word for word.
pub fn words(error: &Error) -> String {
    let why = std::error::Error::source(error).map(|source| format!("（{source}）")).unwrap_or_default();
    let code = match error {
        _ if error.is_fault() => "damaged",
        Error::WrongKey { .. } => "wrong-key",
        _ => code(error),
    };
    if code == "failed" {
        return format!("保管庫 / vault: {error}{why}");
    }
    let [ja, en] = [Lang::Ja, Lang::En].map(|lang| {
        let t = Words::of(lang);
        [t.word("vault-trouble", code), t.word("vault-trouble-next", code)]
    });
    let end = if en[1].ends_with('?') { "" } else { "." };
    format!("保管庫: {}。{}。\nvault: {}: {}{end}\n    {error}{why}", ja[0], ja[1], en[0], en[1])
}

/// What a place on another machine answered when it was last asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Answered {
    /// `ok`, `never`, or the code of a [`Trouble`].
    pub code: String,
    /// Since when that is so; `None` where it was never asked.
    pub since: Option<Moment>,
    /// When it was last asked.
    pub at: Option<Moment>,
    /// What the system or the server said, in its own words.
    pub detail: String,
}

impl Answered {
    /// Of a place that nobody asked yet.
    pub fn never() -> Answered {
        Answered { code: NEVER.to_owned(), since: None, at: None, detail: String::new() }
    }

    /// It answered and nothing is wrong.
    pub fn is_ok(&self) -> bool {
        self.code == OK
    }

    /// Somebody was there, whatever he said.
    pub fn is_reached(&self) -> bool {
        !NOT_REACHED.contains(&self.code.as_str())
    }

    /// Found out by putting something: it stands until that was put.
    pub fn is_found_by_putting(&self) -> bool {
        FOUND_BY_PUTTING.contains(&self.code.as_str())
    }

    /// What it is, since when and in whose words, in one line.
    pub fn line(&self, t: Words) -> String {
        if let (true, Some(at)) = (self.is_ok(), self.at) {
            return t.with("vault-answered", at.to_string());
        }
        let since = self.since.map(|since| format!(" {}", t.with("vault-since", since.to_string())));
        let detail = if self.detail.is_empty() { String::new() } else { t.with("aside", self.detail.as_str()) };
        format!("{}{}{detail}", t.word("vault-trouble", &self.code), since.unwrap_or_default())
    }

    /// What to do next; empty where nothing is.
    pub fn next(&self, t: Words) -> String {
        let asked = !self.is_ok() && self.code != NEVER;
        if asked { t.word("vault-trouble-next", &self.code) } else { String::new() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn io(doing: &'static str, source: io::Error) -> Error {
        Error::Io { doing, place: "x".to_owned(), source }
    }

    fn answer(status: u16, code: &str) -> Error {
        Error::Answer { doing: "LIST", place: "vault".to_owned(), status, code: code.to_owned() }
    }

    #[test]
    fn each_kind_of_no_says_what_it_is_and_what_to_do_in_both_languages() {
        let tls = |said: &str| io("HEAD", io::Error::other(said.to_owned()));
        let table: [(Error, &str, &str); 11] = [
            (io("LIST", io::Error::from_raw_os_error(111)), "silent", "電源"),
            (io("GET", io::ErrorKind::TimedOut.into()), "silent", "ネットワーク"),
            (tls("rustls: received corrupt message of type InvalidContentType"), "plain", "https"),
            (tls("rustls: invalid peer certificate: UnknownIssuer"), "certificate", "ca ="),
            (answer(404, "NoSuchBucket"), "bucket", "Object Lock"),
            (answer(403, "AccessDenied"), "keys", "権限"),
            (answer(500, "InternalError"), "server", "管理者"),
            (Error::Full { place: "station://x:1".to_owned() }, "full", "--limit"),
            (io("reading", io::ErrorKind::NotFound.into()), "file", "ファイル"),
            (io("listing a vault", io::ErrorKind::NotFound.into()), "no_vault", "つながって"),
            (io("writing an object", io::ErrorKind::StorageFull.into()), "no_room", "空き"),
        ];
        for (error, expected, said) in table {
            assert_eq!(Trouble::of(&error).code, expected, "{error}");
            let told = words(&error);
            assert!(told.starts_with("保管庫: ") && told.contains(said), "{told}");
            assert!(told.contains("\nvault: ") && told.contains(&error.to_string()), "{told}");
            assert!(!told.contains("vault-trouble"), "no text for it: {told}");
        }
        let damaged = Error::Missing { object: "heads/1".to_owned() };
        let said = words(&damaged);
        assert!(said.contains("封じたときのものではない") && said.contains("not what was sealed"), "{said}");
        assert!(said.contains("heads/1"), "{said}");
    }

    #[test]
    fn an_answer_is_one_line_with_since_when_and_why() {
        let t = Words::of(Lang::Ja);
        let (since, at) = (Some(Moment(1_635_607_800_000)), Some(Moment(1_635_608_100_000)));
        let silent = Answered { code: "silent".into(), since, at, detail: "Connection refused".into() };
        assert_eq!(silent.line(t), "応えない 2021-10-31 00:30 から（Connection refused）");
        assert!(silent.next(t).contains("andon vault receive run") && !silent.is_reached());
        let ok = Answered { code: OK.into(), since, at, detail: String::new() };
        assert_eq!((ok.line(t).as_str(), ok.next(t).as_str()), ("応えた 2021-10-31 00:35", ""));
        assert!(!Answered::never().line(t).contains("vault-") && Answered::never().next(t).is_empty());
    }
}
