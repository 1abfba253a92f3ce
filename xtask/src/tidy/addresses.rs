//! Everything works with the cable pulled (design §6.7): assets and code name no address but our own loopback and the
//! names that XML and standards use as identifiers; no file names a package host or one machine's folders.

use super::Finding;
use super::source::Kind;
use super::tree::Tree;

const ASSETS: [&str; 7] = ["html", "css", "js", "mjs", "ftl", "svg", "typ"];
/// What may follow `http://`: loopback, identifiers that nobody fetches, names reserved for tests (RFC 2606), and a
/// gap filled at run time.
const HARMLESS: [&str; 9] = [
    "127.0.0.",
    "localhost",
    "[::1]",
    "www.w3.org/",
    "hl7.org/fhir",
    "terminology.hl7.org/",
    "jpfhir.jp/fhir",
    "{",
    "example.",
];
const RESERVED_ENDINGS: [&str; 4] = [".example", ".test", ".invalid", ".localhost"];

/// Addresses in assets, and in the strings of the program.
pub fn find_reaching(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.files.iter().filter(|file| file.path.starts_with("crates/")) {
        if ASSETS.contains(&file.kind()) {
            for (at, line) in file.text.lines().enumerate() {
                findings.extend(reaching(line).map(|host| Finding::new(&file.path, at + 1, reached(&host))));
            }
        }
        for token in file.tokens.iter().filter(|token| token.kind == Kind::Str) {
            findings.extend(reaching(&token.text).map(|host| Finding::new(&file.path, token.line, reached(&host))));
        }
    }
    findings
}

fn reached(host: &str) -> String {
    format!("address {host}: put what it brings inside the program")
}

/// Hosts that a text would reach for.
fn reaching(text: &str) -> impl Iterator<Item = String> {
    const MARKS: [&str; 7] = ["http://", "https://", "ws://", "wss://", "src=\"//", "href=\"//", "url(//"];
    let after =
        MARKS.iter().flat_map(move |mark| text.match_indices(mark).map(move |(at, _)| &text[at + mark.len()..]));
    after.filter_map(|rest| {
        let host = rest.split(['/', '"', '\'', ' ', ')', ':', '>']).next().unwrap_or_default();
        let harmless = host.is_empty()
            || HARMLESS.iter().any(|start| rest.starts_with(start))
            || RESERVED_ENDINGS.iter().any(|end| host.ends_with(end))
            || host.contains("example.");
        (!harmless).then(|| host.to_owned())
    })
}

/// Package hosts, in two pieces each so that this file does not name them.
const HOSTS: [(&str, &str); 10] = [
    ("static.crates", ".io"),
    ("index.crates", ".io"),
    ("registry.npm", "js.org"),
    ("registry.yarn", "pkg.com"),
    ("pypi", ".org"),
    ("files.python", "hosted.org"),
    ("deb.deb", "ian.org"),
    ("archive.ubu", "ntu.com"),
    ("static.rust", "-lang.org"),
    ("proxy.go", "lang.org"),
];

/// Package hosts named anywhere but in the lock file, which cargo writes.
pub fn find_hosts(tree: &Tree) -> Vec<Finding> {
    let hosts = HOSTS.map(|(head, tail)| format!("{head}{tail}"));
    named(tree, &hosts, "is a package host: the ordinary client knows where to go")
}

/// Folders that exist on one machine only, in two pieces likewise.
const MACHINE_FOLDERS: [(&str, &str); 3] = [("/wo", "rk/"), ("/ro", "ot/"), ("/home", "/")];

/// Absolute paths of somebody's machine.
pub fn find_machine_paths(tree: &Tree) -> Vec<Finding> {
    let folders = MACHINE_FOLDERS.map(|(head, tail)| format!("{head}{tail}"));
    let starts =
        folders.iter().flat_map(|folder| ['"', '\'', '`', ' ', '=', '('].map(|before| format!("{before}{folder}")));
    named(tree, &starts.collect::<Vec<_>>(), "is a folder of one machine: take it from the caller")
}

fn named(tree: &Tree, wanted: &[String], advice: &str) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.files.iter().filter(|file| file.kind() != "lock") {
        for (at, line) in file.text.lines().enumerate() {
            if let Some(found) = wanted.iter().find(|wanted| line.contains(wanted.as_str())) {
                findings.push(Finding::new(&file.path, at + 1, format!("{} {advice}", found.trim())));
            }
        }
    }
    findings
}

#[cfg(test)]
mod tests {
    use super::{HOSTS, MACHINE_FOLDERS, find_hosts, find_machine_paths, find_reaching};
    use crate::tidy::tree::Tree;

    #[test]
    fn what_reaches_out_is_found_and_what_only_names_is_not() {
        let table = [
            ("crates/andon/src/web/page.html", r#"<script src="https://cdn.fast.net/htmx.js">"#, 1),
            ("crates/andon/src/web/page.html", r#"<link href="//fonts.fast.net/a">"#, 1),
            ("crates/andon/src/web/style.css", "a { background: url(//fast.net/a.png) }", 1),
            ("crates/andon/src/main.rs", r#"fn f() { open("http://fast.net:80/") }"#, 1),
            ("crates/andon/src/main.rs", r#"fn f() { open("http://127.0.0.1:{port}/") } // https://fast.net"#, 0),
            ("crates/andon/src/main.rs", r#"fn f() { deny("http://evil.example/") }"#, 0),
            ("crates/andon/src/web/mark.svg", r#"<svg xmlns="http://www.w3.org/2000/svg">"#, 0),
        ];
        for (path, source, count) in table {
            assert_eq!(find_reaching(&Tree::of(&[(path, source)])).len(), count, "{source}");
        }
    }

    #[test]
    fn package_hosts_and_machine_folders_are_found_wherever_they_are() {
        let host = HOSTS.map(|(head, tail)| format!("curl {head}{tail}/x"))[0].clone();
        assert_eq!(find_hosts(&Tree::of(&[("docs/a.md", &host), ("Cargo.lock", &host)])).len(), 1);
        let folder = MACHINE_FOLDERS.map(|(head, tail)| format!("in `{head}{tail}main`"))[0].clone();
        assert_eq!(find_machine_paths(&Tree::of(&[("docs/a.md", &folder)])).len(), 1);
        assert!(find_machine_paths(&Tree::of(&[("docs/a.md", "crates/work/a")])).is_empty());
    }
}
