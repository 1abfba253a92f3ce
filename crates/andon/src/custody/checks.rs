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

/// What a probe found that did not hold, in words: each check once, with the worst it came to.
fn bad_of(found: &str, t: Words) -> Vec<(String, String)> {
    let mut bad: Vec<(String, String)> = Vec::new();
    for (outcome, check) in found.split(' ').filter_map(|pair| pair.split_once(':')) {
        let words = probe::words::of(check);
        let what = if t.lang == Lang::Ja { words.ja } else { words.en };
        match bad.iter_mut().find(|(known, _)| known == what) {
            Some((_, known)) if outcome == "open" => outcome.clone_into(known),
            Some(_) => {}
            None => bad.push((what.to_owned(), outcome.to_owned())),
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
                    lines.extend(
                        bad_of(&one.found, t).into_iter().map(|(what, word)| outcome(what, &word, String::new())),
                    );
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
        for (lang, said) in [(Lang::Ja, "ボリュームサーバー"), (Lang::En, "volume server")] {
            let bad = bad_of(found, Words::of(lang));
            assert_eq!(bad.iter().map(|(_, outcome)| outcome.as_str()).collect::<Vec<_>>(), ["open", "unknown"]);
            assert!(bad[0].0.contains(said) && !bad[0].0.contains("door-"), "{bad:?}");
        }
        assert!(bad_of("", Words::of(Lang::Ja)).is_empty());
    }
}
