//! Our style works in the oldest browsers we promise, Chromium 109 and Firefox 115; takes its colours from the design tokens;
//! and moves nothing (docs/decisions/0010-design-tokens.md).

use super::Finding;
use super::tree::{File, Tree};

/// What one of the oldest browsers does not know, or knows only in part, and what moves.
const LACKING: [(&str, &str); 17] = [
    (":has(", "Firefox 115 does not know it"),
    ("subgrid", "Chromium 109 does not know it"),
    (":popover-open", "neither knows it"),
    ("color-mix(", "Chromium 109 does not know it"),
    ("light-dark(", "neither knows it"),
    ("oklch(", "Chromium 109 does not know it"),
    ("oklab(", "Chromium 109 does not know it"),
    ("@scope", "neither knows it"),
    ("@starting-style", "neither knows it"),
    ("@property", "Firefox 115 does not know it"),
    ("text-wrap", "neither knows it"),
    ("field-sizing", "neither knows it"),
    ("anchor-name", "neither knows it"),
    (":user-invalid", "Chromium 109 does not know it"),
    ("transition", "nothing moves"),
    ("animation", "nothing moves"),
    ("@keyframes", "nothing moves"),
];
/// In templates: our content security policy takes no style from a page, and neither browser knows `popover`.
const IN_PAGES: [(&str, &str); 3] = [
    (" style=\"", "the content security policy refuses it: use a class"),
    ("<style", "the content security policy refuses it: write it in a style sheet"),
    (" popover", "neither Chromium 109 nor Firefox 115 knows it"),
];

/// Words of style and of templates that a browser we promise would pass over.
pub fn find(tree: &Tree) -> Vec<Finding> {
    let ours = tree.files.iter().filter(|file| file.path.starts_with("crates/"));
    ours.flat_map(|file| match file.kind() {
        "css" => style(file),
        "html" => named(&file.text, &IN_PAGES, &file.path),
        _ => Vec::new(),
    })
    .collect()
}

fn style(file: &File) -> Vec<Finding> {
    let text = without_comments(&file.text);
    let mut findings = named(&text, &LACKING, &file.path);
    // Braces that are open around a line: whether each belongs to an `@` rule.
    let mut open: Vec<bool> = Vec::new();
    let mut head = String::new();
    for (at, line) in text.lines().enumerate() {
        for c in line.chars() {
            match c {
                '{' => {
                    if open.last() == Some(&false) {
                        findings.push(Finding::new(
                            &file.path,
                            at + 1,
                            "a rule within a rule: Chromium 109 passes over it",
                        ));
                    }
                    open.push(head.trim().starts_with('@'));
                    head.clear();
                }
                '}' => {
                    findings.extend(colour(&head).map(|what| Finding::new(&file.path, at + 1, what)));
                    open.pop();
                    head.clear();
                }
                ';' => {
                    findings.extend(colour(&head).map(|what| Finding::new(&file.path, at + 1, what)));
                    head.clear();
                }
                other => head.push(other),
            }
        }
        head.push(' ');
    }
    findings
}

/// A declaration that writes a colour of its own.
fn colour(declaration: &str) -> Option<String> {
    let (name, value) = declaration.split_once(':')?;
    let own = ["#", "rgb(", "rgba(", "hsl(", "hsla("].iter().find(|mark| value.contains(**mark))?;
    Some(format!("{} has a colour of its own ({own}…): take it from the design tokens", name.trim()))
}

fn named(text: &str, words: &[(&str, &str)], path: &str) -> Vec<Finding> {
    let lines = text.lines().enumerate();
    let found = lines
        .flat_map(|(at, line)| words.iter().filter(move |(word, _)| line.contains(word)).map(move |word| (at, word)));
    found.map(|(at, (word, why))| Finding::new(path, at + 1, format!("{}: {why}", word.trim()))).collect()
}

/// The same lines with every comment blank.
fn without_comments(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("/*") {
        let (comment, after) = after.split_once("*/").unwrap_or((after, ""));
        out += before;
        out.extend(comment.chars().filter(|c| *c == '\n'));
        rest = after;
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::find;
    use crate::tidy::tree::Tree;

    #[test]
    fn what_an_old_browser_lacks_is_found_and_plain_style_is_not() {
        let table = [
            ("a.css", "tr:has(td) { color: var(--ink); }", 1),
            ("a.css", "/* no :has( here,\n no #fff */ .a { color: var(--b, CanvasText); }", 0),
            ("a.css", ".a { .b { color: red } }", 1),
            ("a.css", "@media print { .a { margin: 0 } }\n#labs td { margin: 0 }", 0),
            ("a.css", ".a { color: #fff; background: rgba(0, 0, 0, .5) }", 2),
            ("a.css", ".a { transition: all 1s }", 1),
            ("a.html", r#"<p style="color: red">"#, 1),
            ("a.html", r#"<p class="style">"#, 0),
        ];
        for (path, text, count) in table {
            let tree = Tree::of(&[(&format!("crates/andon/src/{path}"), text)]);
            assert_eq!(find(&tree).len(), count, "{text} {:?}", find(&tree));
        }
    }
}
