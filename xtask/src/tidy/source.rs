//! Rust source as a list of tokens: enough to tell code from comments and strings, tests from product, and where a
//! function ends. It is no parser; what does not compile is clippy's to refuse.

/// What kind of token this is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Word,
    /// The text is what stands between the quotes, escapes as written.
    Str,
    /// A character, number or lifetime: nothing a rule asks about.
    Other,
    Mark,
    Comment,
}

/// One token, the line it begins on (from 1), and whether it lies in a `#[cfg(test)]` item.
#[derive(Clone, Debug)]
pub struct Token {
    pub kind: Kind,
    pub text: String,
    pub line: usize,
    pub test: bool,
}

impl Token {
    /// Is it this word or mark?
    pub fn is(&self, text: &str) -> bool {
        matches!(self.kind, Kind::Word | Kind::Mark) && self.text == text
    }

    pub fn is_comment(&self) -> bool {
        self.kind == Kind::Comment
    }
}

/// Do the tokens begin with these words and marks?
pub fn begins(tokens: &[&Token], words: &[&str]) -> bool {
    tokens.len() >= words.len() && tokens.iter().zip(words).all(|(token, word)| token.is(word))
}

/// A function: its name and the lines of its first and last token.
pub struct Function {
    pub name: String,
    pub first: usize,
    pub last: usize,
}

/// Cuts a text into tokens.
pub fn tokens(text: &str) -> Vec<Token> {
    let mut reader = Reader { rest: text, line: 1, out: Vec::new() };
    while reader.step() {}
    let mut out = reader.out;
    mark_tests(&mut out);
    out
}

/// All functions that have a body.
pub fn functions(tokens: &[Token]) -> Vec<Function> {
    let code: Vec<&Token> = tokens.iter().filter(|token| !token.is_comment()).collect();
    let mut found = Vec::new();
    for (at, pair) in code.windows(2).enumerate() {
        if !pair[0].is("fn") || pair[1].kind != Kind::Word {
            continue;
        }
        if let Some(end) = code.get(item_end(&code, at)).filter(|end| end.is("}")) {
            found.push(Function { name: pair[1].text.clone(), first: pair[0].line, last: end.line });
        }
    }
    found
}

/// Where the bracket that opens at `start` is closed.
pub fn closing(code: &[&Token], start: usize) -> Option<usize> {
    let mut depth = 0_usize;
    for (at, token) in code.iter().enumerate().skip(start).filter(|(_, token)| token.kind == Kind::Mark) {
        match token.text.as_str() {
            "{" | "(" | "[" => depth += 1,
            "}" | ")" | "]" => depth = depth.checked_sub(1)?,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}

struct Reader<'a> {
    rest: &'a str,
    line: usize,
    out: Vec<Token>,
}

impl Reader<'_> {
    /// Takes one token or one blank; false at the end.
    fn step(&mut self) -> bool {
        let Some(first) = self.rest.chars().next() else { return false };
        if first.is_whitespace() {
            self.skip(first.len_utf8());
        } else if self.rest.starts_with("//") {
            let end = self.rest.find('\n').unwrap_or(self.rest.len());
            self.push(Kind::Comment, 0, end, end);
        } else if self.rest.starts_with("/*") {
            let end = block_comment(self.rest);
            self.push(Kind::Comment, 0, end, end);
        } else if let Some((open, close, raw)) = quotes(self.rest) {
            let body = string_body(&self.rest[open..], &close, raw);
            self.push(Kind::Str, open, open + body, (open + body + close.len()).min(self.rest.len()));
        } else if first == '\'' {
            let end = character(self.rest);
            self.push(Kind::Other, 0, end, end);
        } else if first.is_alphabetic() || first == '_' {
            let end = self.run(|c| c.is_alphanumeric() || c == '_');
            self.push(Kind::Word, 0, end, end);
        } else if first.is_ascii_digit() {
            let end = self.run(|c| c.is_alphanumeric() || c == '_');
            self.push(Kind::Other, 0, end, end);
        } else {
            self.push(Kind::Mark, 0, first.len_utf8(), first.len_utf8());
        }
        true
    }

    fn run(&self, wanted: impl Fn(char) -> bool) -> usize {
        self.rest.find(|c| !wanted(c)).unwrap_or(self.rest.len())
    }

    fn push(&mut self, kind: Kind, from: usize, to: usize, end: usize) {
        let text = self.rest[from..to].to_owned();
        self.out.push(Token { kind, text, line: self.line, test: false });
        self.skip(end);
    }

    fn skip(&mut self, bytes: usize) {
        let (taken, rest) = self.rest.split_at(bytes);
        self.line += taken.matches('\n').count();
        self.rest = rest;
    }
}

/// The length of what opens a string literal here, what closes it, and whether it is raw.
fn quotes(text: &str) -> Option<(usize, String, bool)> {
    let prefix = ["br", "cr", "r", "b", "c", ""].into_iter().find(|prefix| {
        let after = text.strip_prefix(prefix).unwrap_or_default();
        after.starts_with('"')
            || (prefix.ends_with('r') && after.trim_start_matches('#').starts_with('"') && after.starts_with('#'))
    })?;
    let after = &text[prefix.len()..];
    let hashes = after.len() - after.trim_start_matches('#').len();
    Some((prefix.len() + hashes + 1, format!("\"{}", "#".repeat(hashes)), prefix.ends_with('r')))
}

/// How long a string's inside is. A plain string may escape its quote; a raw one cannot, but then it holds no quote
/// followed by its hashes either.
fn string_body(text: &str, close: &str, raw: bool) -> usize {
    let mut at = 0;
    while let Some(found) = text[at..].find(close) {
        let here = at + found;
        let slashes = text[..here].len() - text[..here].trim_end_matches('\\').len();
        if raw || slashes.is_multiple_of(2) {
            return here;
        }
        at = here + 1;
    }
    text.len()
}

fn block_comment(text: &str) -> usize {
    let (mut depth, mut at) = (0_usize, 0);
    while at < text.len() {
        if text[at..].starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if text[at..].starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += text[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    text.len()
}

/// A character literal, or else a lifetime.
fn character(text: &str) -> usize {
    let mut chars = text.char_indices().skip(1);
    match chars.next() {
        Some((_, '\\')) => text.char_indices().skip(3).find(|(_, c)| *c == '\'').map_or(text.len(), |(at, _)| at + 1),
        Some(_) if chars.next().is_some_and(|(_, c)| c == '\'') => {
            text.char_indices().nth(3).map_or(text.len(), |(at, _)| at)
        }
        _ => 1 + text[1..].find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len() - 1),
    }
}

/// Marks every item under an attribute that names `cfg` and `test`.
fn mark_tests(tokens: &mut [Token]) {
    let places: Vec<usize> = (0..tokens.len()).filter(|at| !tokens[*at].is_comment()).collect();
    let code: Vec<&Token> = places.iter().map(|at| &tokens[*at]).collect();
    let mut spans = Vec::new();
    for at in 0..code.len() {
        if !begins(&code[at..], &["#", "[", "cfg"]) {
            continue;
        }
        let Some(end) = closing(&code, at + 1) else { continue };
        let named = |word: &str| code[at..end].iter().any(|token| token.is(word));
        if named("test") && !named("not") {
            let last = item_end(&code, end + 1);
            spans.push((places[at], places[last.min(places.len() - 1)]));
        }
    }
    for (from, to) in spans {
        tokens[from..=to].iter_mut().for_each(|token| token.test = true);
    }
}

/// Where the item that begins here ends: its `;`, or the brace that closes it.
fn item_end(code: &[&Token], start: usize) -> usize {
    let mut at = start;
    while at < code.len() {
        if code[at].is(";") {
            return at;
        }
        if code[at].is("{") {
            return closing(code, at).unwrap_or(code.len());
        }
        at = if code[at].is("(") || code[at].is("[") {
            closing(code, at).map_or(code.len(), |end| end + 1)
        } else {
            at + 1
        };
    }
    at
}

#[cfg(test)]
mod tests {
    use super::{Kind, functions, tokens};

    #[test]
    fn strings_comments_and_characters_are_told_apart() {
        let source = r##"let a = "x // \" y"; // SELECT
            let b = r#"raw " text"#; /* /* nested */ */ let c = '"'; let d: &'static str = b"z"; let e = '\'';"##;
        let found = tokens(source);
        let strings: Vec<&str> = found.iter().filter(|t| t.kind == Kind::Str).map(|t| t.text.as_str()).collect();
        assert_eq!(strings, [r#"x // \" y"#, "raw \" text", "z"]);
        assert_eq!(found.iter().filter(|t| t.is_comment()).count(), 2);
        assert!(found.iter().any(|t| t.is("d")));
    }

    #[test]
    fn test_items_are_marked_and_product_is_not() {
        let found = tokens("fn a() {}\n#[cfg(test)]\nmod tests {\n use b;\n}\n#[cfg(not(test))] fn c() {}");
        let test = |word: &str| found.iter().find(|t| t.is(word)).map(|t| t.test);
        assert_eq!((test("a"), test("b"), test("c")), (Some(false), Some(true), Some(false)));
    }

    #[test]
    fn a_function_ends_where_its_brace_closes() {
        let found = functions(&tokens(
            "trait T { fn no(); }\nfn one(x: fn(u8) -> u8) -> [u8; 2] {\n if a { b }\n}\nfn two() {}",
        ));
        let spans: Vec<_> = found.iter().map(|f| (f.name.as_str(), f.first, f.last)).collect();
        assert_eq!(spans, [("one", 2, 4), ("two", 5, 5)]);
    }
}
