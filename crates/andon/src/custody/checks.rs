//! What was last checked of the vault, and who witnesses its log: for the page and for `andon vault status`.

use chart::{Moment, age_words};
use serde::Serialize;
use store::Reader;
use vault::Target;
use vault::s3::probe;

use super::mhlw::{Probed, Verdict};
use super::witnesses::{self, Known};
use super::{deliver, evidence, state};
use crate::event::Check;
use crate::home::Problem;
use crate::text::{Lang, Words};

/// The last audit by the guideline.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Audited {
    /// When.
    pub at: Moment,
    /// By whom.
    pub by: String,
    /// The worst of its rules.
    pub outcome: String,
    /// Rule and verdict, in the order of the rules.
    pub rules: Vec<(String, String)>,
}

/// A server, and its last probe.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Server {
    /// The place's name.
    pub name: String,
    /// `None`: it was never probed from here.
    pub probed: Option<Probed>,
    /// When its locks were last kept long from here, with what came of it; `None`: never.
    pub extended: Option<Probed>,
}

/// What was last checked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Checks {
    /// `None`: never audited.
    pub audited: Option<Audited>,
    /// Every place that is a server.
    pub servers: Vec<Server>,
    /// Every witness.
    pub witnesses: Vec<Known>,
}

/// What was last checked.
///
/// # Errors
/// When the store cannot be read.
pub fn checks(reader: &Reader) -> Result<Checks, Problem> {
    let audited = evidence::last(reader, Check::Audit, "")?.map(|(checked, at, by)| {
        let pair = |word: &str| word.split_once(':').map(|(rule, verdict)| (rule.to_owned(), verdict.to_owned()));
        let rules = checked.found.split(' ').filter_map(pair).collect();
        Audited { at, by, outcome: checked.outcome, rules }
    });
    let mut servers = Vec::new();
    for keeping in state::targets(reader)? {
        if let Ok(Target::S3(s3)) = deliver::open(&keeping.place, Some(reader)) {
            let address = s3.address().to_string();
            let (probed, extended) = (evidence::probed(reader, &address)?, evidence::extended(reader, &address)?);
            servers.push(Server { name: keeping.name, probed, extended });
        }
    }
    Ok(Checks { audited, servers, witnesses: witnesses::known(reader)? })
}

/// A line of the page: what, how it stands as mark and words, when and by whom.
pub struct Line {
    /// What was checked.
    pub what: String,
    /// Class of the mark; empty for none.
    pub class: &'static str,
    /// The mark's words.
    pub mark: String,
    /// When, by whom, and more.
    pub more: String,
}

/// A check of a probe that did not hold.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bad<'a> {
    /// Its code.
    pub check: &'a str,
    /// What it came to: a code too.
    pub outcome: &'a str,
}

impl Bad<'_> {
    /// What was tried, in words.
    pub fn what(&self, lang: Lang) -> &'static str {
        let words = probe::words::of(self.check);
        if lang == Lang::Ja { words.ja } else { words.en }
    }
}

/// What a probe found that did not hold: each that has words of its own once, with the worst it came to.
pub fn bad_of(found: &str) -> Vec<Bad<'_>> {
    let mut bad: Vec<Bad<'_>> = Vec::new();
    for (outcome, check) in found.split(' ').filter_map(|pair| pair.split_once(':')) {
        let one = Bad { check, outcome };
        match bad.iter_mut().find(|known| known.what(Lang::Ja) == one.what(Lang::Ja)) {
            Some(known) if outcome == "open" => *known = one,
            Some(_) => {}
            None => bad.push(one),
        }
    }
    bad
}

/// How the marks of an outcome look: words carry it, the class only helps.
fn class(outcome: &str) -> &'static str {
    match outcome {
        "pass" | "held" | "moved" => "quiet",
        "fail" | "open" | "failed" | "clock" => "warn",
        _ => "note",
    }
}

impl Checks {
    /// As the page shows them.
    pub fn lines(&self, t: Words, now: Moment) -> Vec<Line> {
        let outcome = |what: String, outcome: &str, more: String| Line {
            what,
            class: class(outcome),
            mark: t.word("vault-outcome", outcome),
            more,
        };
        let never = |what: String, key: &str| Line { what, class: "", mark: String::new(), more: t.text(key) };
        let when = |at: Moment, by: &str| {
            let aged = format!("{at}{}", t.with("aside", age_words(at.minutes_until(now), t.lang)));
            if by.is_empty() { aged } else { format!("{aged} {}", t.with("vault-by", by)) }
        };
        let mut lines = Vec::new();
        match &self.audited {
            None => lines.push(never(t.text("vault-audited"), "vault-audited-never")),
            Some(audited) => {
                lines.push(outcome(t.text("vault-audited"), &audited.outcome, when(audited.at, &audited.by)));
                let good = Verdict::Pass.word();
                let bad = audited.rules.iter().filter(|(_, verdict)| verdict != good);
                lines.extend(bad.map(|(rule, verdict)| outcome(t.word("mhlw", rule), verdict, String::new())));
            }
        }
        for server in &self.servers {
            let of = |key: &str| format!("{} {}", t.text(key), server.name);
            match &server.probed {
                None => lines.push(never(of("vault-probed"), "vault-probed-never")),
                Some(one) => {
                    lines.push(outcome(of("vault-probed"), &one.outcome, when(one.at, &one.by)));
                    let bad = |bad: Bad<'_>| outcome(bad.what(t.lang).to_owned(), bad.outcome, String::new());
                    lines.extend(bad_of(&one.found).into_iter().map(bad));
                }
            }
            lines.push(match &server.extended {
                None => never(of("vault-extended"), "vault-extended-never"),
                Some(one) => {
                    outcome(of("vault-extended"), &one.outcome, format!("{} {}", when(one.at, &one.by), one.found))
                }
            });
        }
        for witness in &self.witnesses {
            let what = format!("{} {}", t.text("vault-witnessed"), witness.name);
            lines.push(match witness.at {
                None => never(what, "vault-witnessed-never"),
                Some(at) => {
                    let more = format!("{} · {}", t.with("vault-number", witness.number), when(at, ""));
                    Line { what, class: "", mark: String::new(), more }
                }
            });
        }
        if self.witnesses.is_empty() {
            lines.push(never(t.text("vault-witnessed"), "vault-witnesses-none"));
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_probe_found_is_told_in_words_each_check_once() {
        let found = "unknown:door-volume open:door-volume open:door-volume unknown:lock-set";
        let bad = bad_of(found);
        assert_eq!(bad.iter().map(|bad| bad.outcome).collect::<Vec<_>>(), ["open", "unknown"]);
        for (lang, said) in [(Lang::Ja, "ボリュームサーバー"), (Lang::En, "volume server")] {
            let what = bad[0].what(lang);
            assert!(what.contains(said) && !what.contains("door-"), "{bad:?}");
        }
        assert!(bad_of("").is_empty());
    }
}
