//! A cheap look at a message without decoding it: which patient, and whether it is a drill.

const ESC: u8 = 0x1B;

/// What a cheap look found. Texts are as sent, not unescaped; ids are ASCII in practice.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Peek {
    /// MSH-11.1: `P` production, `T` training, `D` debugging.
    pub processing: String,
    /// PID-3.1 of every repetition.
    pub pid3: Vec<String>,
}

/// Looks at MSH-11 and PID-3. Tracks ISO 2022 escapes, so Japanese text before them does not mislead it.
pub fn peek(bytes: &[u8]) -> Peek {
    let mut found = Peek::default();
    let mut rest = bytes;
    let mut separator = b'|';
    while !rest.is_empty() {
        let end = memchr::memchr2(b'\r', b'\n', rest).unwrap_or(rest.len());
        let line = trim(&rest[..end]);
        rest = rest.get(end + 1..).unwrap_or_default();
        if line.starts_with(b"MSH") {
            separator = line.get(3).copied().unwrap_or(separator);
            // MSH-1 is the separator itself.
            found.processing = first(field(line, separator, 10), b"^");
        } else if line.starts_with(b"PID") && line.get(3) == Some(&separator) {
            let ids = field(line, separator, 3).split(|b| *b == b'~');
            found.pid3 = ids.map(|id| first(id, b"^&")).filter(|id| !id.is_empty()).collect();
            break;
        }
    }
    found
}

/// Leading marks: byte order mark, MLLP start of block.
fn trim(line: &[u8]) -> &[u8] {
    let line = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line);
    line.strip_prefix(b"\x0B").unwrap_or(line)
}

fn first(field: &[u8], delimiters: &[u8]) -> String {
    let end = field.iter().position(|b| delimiters.contains(b)).unwrap_or(field.len());
    String::from_utf8_lossy(&field[..end]).into_owned()
}

/// The n-th piece between separators that stand outside two-byte runs.
fn field(line: &[u8], separator: u8, wanted: usize) -> &[u8] {
    let (mut number, mut start, mut pairs) = (0, 0, false);
    for (i, &byte) in line.iter().enumerate() {
        match byte {
            ESC => pairs = line.get(i + 1) == Some(&b'$'),
            _ if pairs || byte != separator => {}
            _ if number == wanted => return &line[start..i],
            _ => (number, start) = (number + 1, i + 1),
        }
    }
    if number == wanted { &line[start..] } else { &[] }
}
