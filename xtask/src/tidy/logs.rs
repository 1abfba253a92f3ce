//! No patient data in logs (design §6.12). A log line's fields and the values they take may not be named like a
//! patient's; the name of a person is never a field. Stories also search the whole log for planted names.

use super::Finding;
use super::source::{Kind, Token, begins, closing};
use super::tree::Tree;

const MACROS: [&str; 12] = [
    "trace",
    "debug",
    "info",
    "warn",
    "error",
    "event",
    "span",
    "trace_span",
    "debug_span",
    "info_span",
    "warn_span",
    "error_span",
];
/// Never in a log line, as a field or in a value.
const PATIENT: [&str; 8] = ["patient", "kana", "birth", "birthday", "pid", "hit", "person", "phone"];
/// Never a field, though a value may hold them (a source has a name).
const FIELDS: [&str; 3] = ["name", "id", "address"];

/// Words in log macros that could carry a patient.
pub fn find(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust("crates/andon/src/") {
        let code = file.product();
        for at in 0..code.len() {
            let is_log = MACROS.iter().any(|name| begins(&code[at..], &[name, "!", "("]));
            let Some(end) = is_log.then(|| closing(&code, at + 2)).flatten() else { continue };
            for (line, word) in carried(&code[at + 3..end]) {
                let what = format!("a log line carries {word}: say a count, a code or an entry's number instead");
                findings.push(Finding::new(&file.path, line, what));
            }
        }
    }
    findings
}

/// Words of the arguments that name a patient.
fn carried(arguments: &[&Token]) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    for (at, token) in arguments.iter().enumerate() {
        let parts = |text: &str| text.split('_').map(str::to_lowercase).collect::<Vec<_>>();
        match token.kind {
            Kind::Word => {
                let parts = parts(&token.text);
                let is_field = arguments.get(at + 1).is_some_and(|next| next.is("=")) || shorthand(arguments, at);
                if hits(&parts, &PATIENT) || is_field && hits(&parts, &FIELDS) {
                    found.push((token.line, token.text.clone()));
                }
            }
            Kind::Str => {
                let captured = token.text.split('{').skip(1).filter_map(|rest| rest.split(['}', ':']).next());
                let named = captured.filter(|word| hits(&parts(word), &PATIENT) || hits(&parts(word), &FIELDS));
                found.extend(named.map(|word| (token.line, word.to_owned())));
            }
            _ => {}
        }
    }
    found
}

/// Is the word a whole argument by itself, as in `info!(%id, …)`?
fn shorthand(arguments: &[&Token], at: usize) -> bool {
    let is_sigil = |token: &&&Token| token.is("%") || token.is("?");
    let sigil = usize::from(at.checked_sub(1).and_then(|before| arguments.get(before)).filter(is_sigil).is_some());
    let before = at.checked_sub(1 + sigil).and_then(|before| arguments.get(before));
    before.is_none_or(|token| token.is(",")) && arguments.get(at + 1).is_none_or(|token| token.is(","))
}

fn hits(parts: &[String], words: &[&str]) -> bool {
    parts.iter().any(|part| words.contains(&part.as_str()))
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::tidy::tree::Tree;

    #[test]
    fn a_log_line_may_say_counts_and_sources_but_no_patient() {
        let table = [
            ("info!(patient = %id, \"read\")", 1),
            ("tracing::warn!(%id, \"odd\")", 1),
            ("error!(\"no chart for {patient_name}\")", 1),
            ("debug!(hit.kana)", 2),
            ("info!(name = %x, \"read\")", 1),
            ("info!(source = source.name, files = 3, \"pass done\")", 0),
            ("println!(\"{patient}\")", 0),
        ];
        for (source, count) in table {
            let source = format!("fn f() {{ {source}; }}");
            assert_eq!(find(&Tree::of(&[("crates/andon/src/a.rs", &source)])).len(), count, "{source}");
        }
    }
}
