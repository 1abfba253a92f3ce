//! HL7 escape sequences (v2.5 §2.7) undone on reading a value.

use std::borrow::Cow;

use super::Delimiters;

/// Undoes `\F\ \S\ \T\ \R\ \E\ \.br\ \.sp\ \H\ \N\ \Xhh\`; what is none of them stays as it is.
pub fn unescape<'t>(text: &'t str, delimiters: &Delimiters) -> Cow<'t, str> {
    let escape = delimiters.escape;
    if !text.contains(escape) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(escape) {
        out.push_str(&rest[..at]);
        let after = &rest[at + escape.len_utf8()..];
        let sequence = after.find(escape).map(|end| &after[..end]);
        match sequence.and_then(|name| replacement(name, delimiters).map(|put| (name, put))) {
            Some((name, put)) => {
                out.push_str(&put);
                rest = &after[name.len() + escape.len_utf8()..];
            }
            None => {
                out.push(escape);
                rest = after;
            }
        }
    }
    out.push_str(rest);
    Cow::Owned(out)
}

fn replacement(name: &str, delimiters: &Delimiters) -> Option<Cow<'static, str>> {
    let mark = |byte: u8| Some(Cow::Owned(char::from(byte).to_string()));
    match name {
        "F" => mark(delimiters.field),
        "S" => mark(delimiters.component),
        "T" => mark(delimiters.subcomponent),
        "R" => mark(delimiters.repetition),
        "E" => Some(Cow::Owned(delimiters.escape.to_string())),
        ".br" | ".BR" | ".sp" | ".SP" | ".sp1" => Some(Cow::Borrowed("\n")),
        "H" | "N" => Some(Cow::Borrowed("")),
        _ => hexadecimal(name).map(Cow::Owned),
    }
}

/// `X0D0A`: only text is undone; bytes of another character set stay visible as they were sent.
fn hexadecimal(name: &str) -> Option<String> {
    let digits = name.strip_prefix('X').filter(|d| !d.is_empty() && d.len() % 2 == 0 && d.is_ascii())?;
    let bytes: Option<Vec<u8>> =
        (0..digits.len()).step_by(2).map(|i| u8::from_str_radix(digits.get(i..i + 2)?, 16).ok()).collect();
    let text = String::from_utf8(bytes?).ok()?;
    Some(text.replace("\r\n", "\n").replace('\r', "\n"))
}
