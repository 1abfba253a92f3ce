//! XML and HTML to lines of plain text. No external entity is ever followed; depth, size and lines have limits.

use quick_xml::Reader;
use quick_xml::escape::resolve_predefined_entity;
use quick_xml::events::{BytesRef, BytesStart, Event};

/// Deepest nesting that is followed.
const DEPTH_MAX: usize = 200;
/// Most pieces of text that are kept.
const PIECES_MAX: usize = 200_000;

/// A piece of a document: where it stood (names of elements joined by `/`) and what it said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// Path of element names, without namespaces; attributes end in `/@name`.
    pub path: String,
    /// Text, entities undone.
    pub text: String,
    /// True where the element around it begins a new line.
    pub breaks: bool,
}

/// Walks XML into pieces; the second value says why it stopped early.
pub(super) fn xml(text: &str) -> (Vec<Piece>, Option<String>) {
    let mut reader = Reader::from_str(text);
    reader.config_mut().check_end_names = false;
    reader.config_mut().allow_unmatched_ends = true;
    let (mut stack, mut pieces): (Stack, Vec<Piece>) = (Stack::default(), Vec::new());
    let mut breaks = true;
    loop {
        if pieces.len() > PIECES_MAX || stack.starts.len() > DEPTH_MAX {
            return (pieces, Some(format!("byte {}: limit", reader.buffer_position())));
        }
        let said = match reader.read_event() {
            Ok(Event::Start(start)) => {
                breaks |= open(&start, &mut stack, &mut pieces);
                continue;
            }
            Ok(Event::Empty(start)) => {
                breaks |= open(&start, &mut stack, &mut pieces);
                stack.pop();
                continue;
            }
            Ok(Event::End(_)) => {
                breaks |= stack.last().is_none_or(block);
                stack.pop();
                continue;
            }
            Ok(Event::Text(said)) => said.into_inner(),
            Ok(Event::CData(said)) => said.into_inner(),
            Ok(Event::GeneralRef(name)) => reference(&name).into(),
            Ok(Event::Eof) => {
                let open = stack.last().map(|name| format!("<{name}>"));
                return (pieces, open);
            }
            Ok(_) => continue,
            Err(error) => return (pieces, Some(format!("byte {}: {error}", reader.error_position()))),
        };
        match pieces.last_mut() {
            Some(last) if !breaks && last.path == stack.path => last.text.push_str(&said),
            _ if said.trim().is_empty() => {}
            _ => {
                pieces.push(Piece { path: stack.path.clone(), text: said.into_owned(), breaks });
                breaks = false;
            }
        }
    }
}

/// Names of the elements that are open, joined by `/`, and where each begins.
#[derive(Default)]
struct Stack {
    path: String,
    starts: Vec<usize>,
}

impl Stack {
    fn push(&mut self, name: &str) {
        if !self.starts.is_empty() {
            self.path.push('/');
        }
        self.starts.push(self.path.len());
        self.path.push_str(name);
    }

    fn last(&self) -> Option<&str> {
        self.path.get(*self.starts.last()?..)
    }

    fn pop(&mut self) {
        let start = self.starts.pop().unwrap_or(0);
        self.path.truncate(start.saturating_sub(1));
    }
}

/// Pushes an element and its attributes; true when it begins a line.
fn open(start: &BytesStart<'_>, stack: &mut Stack, pieces: &mut Vec<Piece>) -> bool {
    let name = start.local_name();
    let name = name.as_ref();
    let breaks = block(name);
    if !breaks
        && matches!(name, "td" | "th")
        && let Some(cell) = pieces.last_mut()
    {
        cell.text.push(' ');
    }
    stack.push(name);
    for attribute in start.attributes().with_checks(false).flatten() {
        let key = attribute.key.local_name();
        let text = attribute.value;
        if !text.is_empty() && !attribute.key.as_ref().starts_with("xmlns") {
            let text = quick_xml::escape::unescape(&text).map(|t| t.into_owned()).unwrap_or_else(|_| text.to_string());
            let path = [stack.path.as_str(), "/@", key.as_ref()].concat();
            pieces.push(Piece { path, text, breaks: true });
        }
    }
    breaks
}

/// Character references and the five entities of XML; any other name stays visible.
fn reference(name: &BytesRef<'_>) -> String {
    if let Ok(Some(character)) = name.resolve_char_ref() {
        return character.to_string();
    }
    let name = name.to_string();
    match resolve_predefined_entity(&name) {
        Some(text) => text.to_owned(),
        None if name == "nbsp" => "\u{A0}".to_owned(),
        None => format!("&{name};"),
    }
}

/// Elements that stand on a line of their own, in CDA's narrative and in HTML.
fn block(name: &str) -> bool {
    const INLINE: [&str; 20] = [
        "content",
        "sub",
        "sup",
        "linkHtml",
        "footnoteRef",
        "span",
        "b",
        "i",
        "u",
        "a",
        "em",
        "strong",
        "font",
        "small",
        "td",
        "th",
        "code",
        "ruby",
        "rt",
        "rb",
    ];
    !INLINE.contains(&name)
}

/// HTML to lines of text: tags dropped, scripts and styles left out, blocks on lines of their own.
pub(super) fn html(text: &str) -> String {
    let (mut out, mut rest) = (String::with_capacity(text.len() / 2), text);
    while let Some(at) = rest.find('<') {
        out.push_str(&entities(&rest[..at]));
        let tag = &rest[at..];
        let name: String = tag
            .chars()
            .skip(1)
            .take_while(|c| c.is_ascii_alphanumeric() || *c == '/')
            .collect::<String>()
            .to_lowercase();
        let end = match name.as_str() {
            "script" | "style" => close(tag, &name),
            _ if tag.starts_with("<!--") => tag.find("-->").map(|end| end + 3),
            _ => tag.find('>').map(|end| end + 1),
        };
        let Some(end) = end else {
            rest = "";
            break;
        };
        if matches!(name.as_str(), "td" | "th") {
            out.push(' ');
        } else if block(name.trim_start_matches('/')) {
            out.push('\n');
        }
        rest = &tag[end..];
    }
    out.push_str(&entities(rest));
    lines(&out)
}

/// End of the element that a `<script` or `<style` begins.
fn close(tag: &str, name: &str) -> Option<usize> {
    let lower = tag.to_ascii_lowercase();
    let at = lower.find(&format!("</{name}"))?;
    lower.get(at..)?.find('>').map(|end| at + end + 1)
}

fn entities(text: &str) -> String {
    let text = text.replace("&nbsp;", "\u{A0}");
    quick_xml::escape::unescape(&text).map(|t| t.into_owned()).unwrap_or(text)
}

/// Trims lines and drops the empty ones.
pub(super) fn lines(text: &str) -> String {
    let kept: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    kept.join("\n")
}
