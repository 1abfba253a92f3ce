//! Words on screen: every key that code or a template asks for is in both languages, every key of one language is in the
//! other, and no key lies unused. Files are `text.ja.ftl` and `text.en.ftl` beside each other, one pair a slice.

use std::collections::BTreeMap;

use super::Finding;
use super::source::{Kind, Token};
use super::tree::{File, Tree};

/// The calls whose first argument is a whole key: `t.text("key")`, `t.with("key", n)`.
const WHOLE: [&str; 2] = ["text", "with"];
/// The call whose first argument begins a family of keys: `t.word("fault", code)` asks for `fault-<code>`.
const FAMILY: &str = "word";
const LANGUAGES: [&str; 2] = ["ja", "en"];

/// A key asked for by a call, and where.
struct Asked<'a> {
    path: &'a str,
    line: usize,
    call: String,
    key: String,
}

/// Keys missing in a language, and keys that nobody asks for.
pub fn find(tree: &Tree) -> Vec<Finding> {
    let defined = LANGUAGES.map(|language| defined(tree, language));
    let mut findings = Vec::new();
    for (here, there) in [(0, 1), (1, 0)] {
        for (key, (path, line)) in defined[here].iter().filter(|(key, _)| !defined[there].contains_key(*key)) {
            findings.push(Finding::new(path, *line, format!("{key} is not in {}", LANGUAGES[there])));
        }
    }
    let asked = asked(tree);
    for ask in &asked {
        let family = format!("{}-", ask.key);
        let met = match ask.call.as_str() {
            FAMILY => defined[0].keys().any(|key| key.starts_with(&family)),
            _ => defined[0].contains_key(&ask.key),
        };
        if !met {
            findings.push(Finding::new(ask.path, ask.line, format!("no text is called {}", ask.key)));
        }
    }
    let quoted = quoted(tree);
    for (key, (path, line)) in &defined[0] {
        let whole = quoted.iter().any(|literal| literal == key);
        let family = || asked.iter().any(|ask| ask.call == FAMILY && key.starts_with(&format!("{}-", ask.key)));
        let built = || {
            quoted.iter().any(|literal| {
                literal.split_once('{').is_some_and(|(head, _)| head.ends_with('-') && key.starts_with(head))
            })
        };
        if !(whole || family() || built()) {
            findings.push(Finding::new(path, *line, format!("nobody asks for {key}: take it out")));
        }
    }
    findings
}

/// The keys of one language, each with its first place.
fn defined<'a>(tree: &'a Tree, language: &str) -> BTreeMap<String, (&'a str, usize)> {
    let ending = format!("text.{language}.ftl");
    let mut keys = BTreeMap::new();
    for file in tree.files.iter().filter(|file| file.path.ends_with(&ending)) {
        for (at, line) in file.text.lines().enumerate() {
            let Some((key, _)) =
                line.split_once('=').filter(|_| line.starts_with(|first: char| first.is_ascii_alphabetic()))
            else {
                continue;
            };
            keys.entry(key.trim().to_owned()).or_insert((file.path.as_str(), at + 1));
        }
    }
    keys
}

/// Files that ask for texts: the program's product code and its templates.
fn askers(tree: &Tree) -> impl Iterator<Item = &File> {
    tree.files.iter().filter(|file| file.path.starts_with("crates/andon/src/") && !file.is_test())
}

fn asked(tree: &Tree) -> Vec<Asked<'_>> {
    let mut asked = Vec::new();
    for file in askers(tree) {
        match file.kind() {
            "rs" => asked.extend(in_rust(file)),
            "html" => asked.extend(in_template(file)),
            _ => {}
        }
    }
    asked.retain(|ask| is_key(&ask.key));
    asked
}

fn in_rust(file: &File) -> Vec<Asked<'_>> {
    let code: Vec<&Token> = file.product();
    let call = |at: &usize| {
        let [dot, name, open, key] = code.get(*at..at + 4)? else { return None };
        let known = WHOLE.contains(&name.text.as_str()) || name.is(FAMILY);
        let is_call = dot.is(".") && known && open.is("(") && key.kind == Kind::Str;
        is_call.then(|| Asked { path: &file.path, line: key.line, call: name.text.clone(), key: key.text.clone() })
    };
    (0..code.len()).filter_map(|at| call(&at)).collect()
}

fn in_template(file: &File) -> Vec<Asked<'_>> {
    let mut asked = Vec::new();
    for (at, line) in file.text.lines().enumerate() {
        for call in WHOLE.iter().chain([&FAMILY]) {
            let opening = format!(".{call}(\"");
            for (found, _) in line.match_indices(&opening) {
                let key = line[found + opening.len()..].split('"').next().unwrap_or_default();
                asked.push(Asked { path: &file.path, line: at + 1, call: (*call).to_owned(), key: key.to_owned() });
            }
        }
    }
    asked
}

/// Everything quoted in product code and templates: keys also stand in tables.
fn quoted(tree: &Tree) -> Vec<String> {
    let mut quoted = Vec::new();
    for file in askers(tree) {
        if file.kind() == "html" {
            quoted.extend(file.text.split('"').filter(|text| is_key(text)).map(str::to_owned));
        }
        quoted.extend(file.product().iter().filter(|token| token.kind == Kind::Str).map(|token| token.text.clone()));
    }
    quoted
}

fn is_key(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::tidy::tree::Tree;

    fn findings(ja: &str, en: &str, rust: &str, html: &str) -> Vec<String> {
        let tree = Tree::of(&[
            ("crates/andon/src/ward/text.ja.ftl", ja),
            ("crates/andon/src/ward/text.en.ftl", en),
            ("crates/andon/src/ward/page.rs", rust),
            ("crates/andon/src/ward/chart.html", html),
        ]);
        find(&tree).into_iter().map(|finding| finding.what).collect()
    }

    #[test]
    fn both_languages_hold_every_key_that_is_asked_for_and_no_other() {
        let good = "age = 年齢\nfault-cut = 途中\nkind-adt = 基本\n";
        let rust = "fn f() { t.word(\"fault\", code); t.text(&format!(\"kind-{k}\")); }";
        assert_eq!(findings(good, good, rust, r#"{{ t.text("age") }}"#), [""; 0]);
    }

    #[test]
    fn gaps_and_leftovers_are_named() {
        let table = [
            ("age = 年齢\n", "", "fn f() { t.text(\"age\"); }", "", "age is not in en"),
            ("", "age = Age\n", "", "", "age is not in ja"),
            ("", "", "fn f() { t.text(\"age\"); }", "", "no text is called age"),
            ("", "", "", r#"<p>{{ t.with("age", 3) }}</p>"#, "no text is called age"),
            ("", "", "fn f() { t.word(\"fault\", c); }", "", "no text is called fault"),
            ("age = 年齢\n", "age = Age\n", "// \"age\"", "", "nobody asks for age: take it out"),
        ];
        for (ja, en, rust, html, what) in table {
            assert_eq!(findings(ja, en, rust, html), [what]);
        }
    }
}
