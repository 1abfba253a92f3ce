//! The order in which people count wards, rooms and beds.

/// A ward, room or bed in the order people count: figures by their value, so that 301-2 comes before 301-10.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Piece {
    /// A run of figures: its value, then how it was written.
    Number(u64, String),
    /// Anything else.
    Text(String),
}

/// The pieces of a text, for sorting.
pub fn natural(text: &str) -> Vec<Piece> {
    let mut pieces: Vec<String> = Vec::new();
    for c in text.chars() {
        let is_digit = c.is_ascii_digit();
        match pieces.last_mut() {
            Some(last) if last.ends_with(|c: char| c.is_ascii_digit()) == is_digit => last.push(c),
            _ => pieces.push(c.to_string()),
        }
    }
    let piece = |text: String| match text.parse() {
        Ok(number) => Piece::Number(number, text),
        Err(_) => Piece::Text(text),
    };
    pieces.into_iter().map(piece).collect()
}
