//! The little XML that S3 speaks: elements and text, no more.

use quick_xml::Reader;
use quick_xml::events::Event;

/// Deeper than any answer of S3.
const DEPTH_MAX: usize = 16;

/// An element.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Node {
    pub name: String,
    pub text: String,
    pub inside: Vec<Node>,
}

impl Node {
    /// Text of the first element of that name right inside; empty if there is none.
    pub fn text(&self, name: &str) -> &str {
        self.inside.iter().find(|node| node.name == name).map_or("", |node| node.text.as_str())
    }

    /// The first element of that name, itself or at any depth.
    pub fn find(&self, name: &str) -> Option<&Node> {
        if self.name == name { Some(self) } else { self.inside.iter().find_map(|node| node.find(name)) }
    }
}

/// The outermost element; none if this is not XML, or is cut off.
pub(super) fn parse(bytes: &[u8]) -> Option<Node> {
    let mut reader = Reader::from_str(std::str::from_utf8(bytes).ok()?);
    let mut open: Vec<Node> = Vec::new();
    loop {
        let done = match reader.read_event().ok()? {
            Event::Start(start) => {
                if open.len() >= DEPTH_MAX {
                    return None;
                }
                open.push(named(start.local_name().as_ref()));
                None
            }
            Event::Empty(start) => Some(named(start.local_name().as_ref())),
            Event::End(_) => Some(open.pop()?),
            Event::Text(text) => said(&mut open, &text),
            Event::CData(text) => said(&mut open, &text),
            Event::GeneralRef(entity) => {
                let letter = match entity.resolve_char_ref().ok()? {
                    Some(letter) => letter.to_string(),
                    None => quick_xml::escape::resolve_predefined_entity(&entity)?.to_owned(),
                };
                said(&mut open, &letter)
            }
            Event::Eof => return None,
            _ => None,
        };
        if let Some(mut node) = done {
            // Spaces between elements are nobody's text.
            if !node.inside.is_empty() {
                node.text.clear();
            }
            match open.last_mut() {
                Some(above) => above.inside.push(node),
                None => return Some(node),
            }
        }
    }
}

fn named(name: &str) -> Node {
    Node { name: name.to_owned(), ..Node::default() }
}

/// Text of the element that is open; between elements it is nobody's.
fn said(open: &mut [Node], text: &str) -> Option<Node> {
    if let Some(node) = open.last_mut() {
        node.text.push_str(text);
    }
    None
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::parse;

    #[test]
    fn elements_and_text_are_read() {
        let text = b"<?xml version=\"1.0\"?>\n<a xmlns=\"urn:x\">\n <b>1 &lt; &#50;</b><c/>\n <d><b>3</b></d></a>";
        let node = parse(text).unwrap();
        assert_eq!((node.text("b"), node.text("c"), node.text("d"), node.text("e")), ("1 < 2", "", "", ""));
        assert_eq!(node.find("d").unwrap().text("b"), "3");
    }

    #[test]
    fn what_is_cut_off_or_no_xml_is_none() {
        for text in ["", "<a>", "<a><b></a>", "nothing", "<a>&unknown;</a>"] {
            assert_eq!(parse(text.as_bytes()), None, "{text}");
        }
        assert_eq!(parse("<a>".repeat(100).as_bytes()), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_survived(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            let _ = parse(&bytes);
        }
    }
}
