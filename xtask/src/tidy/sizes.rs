//! A function fits a screen and a file a sitting: 70 and 500 lines. `xtask/tidy-exceptions.txt` lists what is longer,
//! with its length; an entry must be exact, so a list can only shrink, and it may not hold more than `AT_MOST`.

use super::Finding;
use super::source::functions;
use super::tree::{File, Tree};

const FUNCTION_LINES: usize = 70;
const FILE_LINES: usize = 500;
/// How many exceptions there are now. Lower it whenever an entry goes.
const AT_MOST: usize = 0;
const LIST: &str = "xtask/tidy-exceptions.txt";
const WRITTEN: [&str; 6] = ["rs", "html", "css", "js", "py", "mjs"];

/// Something too long: `file <path>` or `fn <path> <name>`, and its lines.
struct Long {
    what: String,
    path: String,
    first: usize,
    lines: usize,
}

/// What is too long and not excepted, and exceptions that no longer fit.
pub fn find(tree: &Tree) -> Vec<Finding> {
    let long: Vec<Long> = tree.files.iter().filter(|file| WRITTEN.contains(&file.kind())).flat_map(too_long).collect();
    let list = tree.files.iter().find(|file| file.path == LIST).map_or("", |file| file.text.as_str());
    let entries: Vec<(usize, &str, usize)> =
        list.lines().enumerate().filter_map(|(at, line)| entry(at, line)).collect();
    let mut findings = Vec::new();
    for long in &long {
        let excepted = entries.iter().any(|(_, what, lines)| *what == long.what && long.lines <= *lines);
        if !excepted {
            findings.push(Finding::new(
                &long.path,
                long.first,
                format!("{} has {} lines: split it by topic", long.what, long.lines),
            ));
        }
    }
    for (at, what, lines) in &entries {
        match long.iter().find(|long| long.what == *what) {
            None => findings.push(Finding::new(LIST, *at, format!("{what} is short enough: take the entry out"))),
            Some(long) if long.lines < *lines => {
                findings.push(Finding::new(LIST, *at, format!("{what} has {} lines now: write that", long.lines)));
            }
            Some(_) => {}
        }
    }
    if entries.len() > AT_MOST {
        findings.push(Finding::new(
            LIST,
            1,
            format!("{} entries, at most {AT_MOST}: the list only shrinks", entries.len()),
        ));
    }
    findings
}

/// `what lines`, with `#` before remarks.
fn entry(at: usize, line: &str) -> Option<(usize, &str, usize)> {
    let (what, lines) = line.split('#').next()?.trim().rsplit_once(' ')?;
    Some((at + 1, what.trim(), lines.parse().ok()?))
}

fn too_long(file: &File) -> Vec<Long> {
    let path = &file.path;
    let lines = file.text.lines().count();
    let whole = Long { what: format!("file {path}"), path: path.clone(), first: 1, lines };
    let parts = functions(&file.tokens).into_iter().map(|function| Long {
        what: format!("fn {path} {}", function.name),
        path: path.clone(),
        first: function.first,
        lines: function.last - function.first + 1,
    });
    let mut long: Vec<Long> = parts.filter(|part| part.lines > FUNCTION_LINES).collect();
    long.extend((whole.lines > FILE_LINES).then_some(whole));
    long
}

#[cfg(test)]
mod tests {
    use super::{FILE_LINES, FUNCTION_LINES, LIST, find};
    use crate::tidy::tree::Tree;

    #[test]
    fn long_functions_and_files_are_found_and_stale_exceptions_too() {
        let lines = |count: usize| "\n".repeat(count);
        let function = |count: usize| format!("fn a() {{{}}}", lines(count - 1));
        let table = [
            (function(FUNCTION_LINES), "", 0),
            (function(FUNCTION_LINES + 1), "", 1),
            (lines(FILE_LINES + 1), "", 1),
            // Over the committed number, and more entries than AT_MOST.
            (function(90), "fn crates/a.rs a 80", 2),
            // Exact: only AT_MOST is broken.
            (function(90), "fn crates/a.rs a 90 # a table", 1),
            // Shrunk, and gone.
            (function(90), "fn crates/a.rs a 95", 2),
            (function(9), "fn crates/a.rs a 90", 2),
        ];
        for (source, list, count) in table {
            let tree = Tree::of(&[("crates/a.rs", &source), (LIST, list)]);
            assert_eq!(find(&tree).len(), count, "{list} {:?}", find(&tree));
        }
    }
}
