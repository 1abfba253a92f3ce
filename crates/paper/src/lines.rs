//! Breaking Japanese text into lines (禁則処理, after JIS X 4051 in its simple form): no line begins with a closing mark or a small
//! kana, none ends with an opening one, and no number is parted from its unit, so that a dose is never read in halves.

use crate::font::{Letter, width};

/// May not begin a line.
const NOT_FIRST: &str = "、。，．,.・：；:;？！?!ー‐–—~〜～）)］]｝}〕〉》」』】〟’”%％‰²³⁴゛゜ヽヾゝゞ々〻…‥ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶｧｨｩｪｫｬｭｮｯｰﾞﾟ｡､｣";
/// May not end a line.
const NOT_LAST: &str = "（(［[｛{〔〈《「『【〝‘“￥¥＄$#＃№｢";

/// Letters that hold together: words, numbers, `10mg/5mL`, `2021-10-31`, full-width or not.
fn is_word(ch: char) -> bool {
    ch.is_ascii_alphanumeric()
        || matches!(ch, '.' | '-' | '/' | '%' | '+' | '_' | '\'' | '^' | '\u{a0}')
        || matches!(ch, '０'..='９' | 'Ａ'..='Ｚ' | 'ａ'..='ｚ' | '．' | '㎎' | '㎏' | '㎖' | '㎗' | 'μ' | 'µ' | '℃')
        || ('\u{c0}'..='\u{24f}').contains(&ch)
}

fn is_digit(ch: char) -> bool {
    ch.is_ascii_digit() || ('０'..='９').contains(&ch)
}

fn is_space(ch: char) -> bool {
    ch == ' ' || ch == '\u{3000}'
}

/// True when a line may end between two letters.
fn may_break(before: char, after: char) -> bool {
    if before == '\u{a0}' || after == '\u{a0}' || NOT_FIRST.contains(after) || NOT_LAST.contains(before) {
        return false;
    }
    match () {
        () if is_space(after) => false,
        () if is_space(before) => true,
        // 14日, 5mg, 1錠: a number stays with what it counts, and with a sign before it.
        () if is_digit(before) && !NOT_LAST.contains(after) => false,
        () if before == '日' && after == '分' => false,
        // 09:12 is one time.
        () if before == ':' && is_digit(after) => false,
        () if matches!(before, '±' | '≧' | '≦' | '<' | '>' | '×' | '約') && is_digit(after) => false,
        () => !(is_word(before) && is_word(after)),
    }
}

/// The lines of a text within a width in points. Spaces at their ends are dropped; what is too long without a place to break is
/// broken where the line is full. There is always at least one line.
pub(crate) fn lines(letters: &[Letter], size: f32, room: f32) -> Vec<&[Letter]> {
    letters.split(|letter| letter.ch == '\n').flat_map(|line| paragraph(line, size, room)).collect()
}

fn paragraph(letters: &[Letter], size: f32, room: f32) -> Vec<&[Letter]> {
    let mut lines = Vec::new();
    let mut rest = letters;
    loop {
        let cut = fitting(rest, size, room);
        let (line, after) = rest.split_at(cut);
        lines.push(trimmed(line));
        let skip = after.iter().take_while(|letter| is_space(letter.ch)).count();
        rest = after.get(skip..).unwrap_or_default();
        if rest.is_empty() {
            return lines;
        }
    }
}

/// How many letters the next line takes: all, or up to the last place where it may be broken.
fn fitting(letters: &[Letter], size: f32, room: f32) -> usize {
    // Sums of widths are not exact; a hundredth of a point shows on no paper.
    let (mut used, mut last) = (-0.01, 0);
    for (at, letter) in letters.iter().enumerate() {
        if at > 0 && may_break(letters[at - 1].ch, letter.ch) {
            last = at;
        }
        used += letter.advance * size;
        if used > room && !is_space(letter.ch) {
            return if last > 0 { last } else { at.max(1) };
        }
    }
    letters.len()
}

fn trimmed(line: &[Letter]) -> &[Letter] {
    let end = line.iter().rposition(|letter| !is_space(letter.ch)).map_or(0, |at| at + 1);
    line.get(..end).unwrap_or_default()
}

/// As much of a text as one line holds, with `…` to show that something was left out; for heads that must be one line.
pub(crate) fn cut_to(letters: &[Letter], size: f32, room: f32) -> (&[Letter], bool) {
    if width(letters, size) <= room + 0.01 {
        return (letters, false);
    }
    let mut used = size;
    let fits = letters.iter().take_while(|letter| {
        used += letter.advance * size;
        used <= room
    });
    let count = fits.count();
    (letters.get(..count).unwrap_or_default(), true)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::font::{Ink, Weight};

    /// Lines of a width in full-width letters.
    fn broken(text: &str, em: f32) -> Vec<String> {
        let letters = Ink::default().letters(text, Weight::Regular);
        lines(&letters, 10.0, em * 10.0).into_iter().map(|line| line.iter().map(|letter| letter.ch).collect()).collect()
    }

    #[test]
    fn lines_keep_the_rules() {
        for (text, em, want) in [
            ("あいうえお", 3.0, vec!["あいう", "えお"]),
            ("あいう。えお", 3.0, vec!["あい", "う。え", "お"]),
            ("ああ（いい）う", 3.0, vec!["ああ", "（い", "い）う"]),
            ("インスリン注射", 3.0, vec!["インス", "リン注", "射"]),
            ("朝食後にチュー", 5.0, vec!["朝食後に", "チュー"]),
            ("アムロジピンＯＤ錠５ｍｇ", 9.0, vec!["アムロジピンＯＤ錠", "５ｍｇ"]),
            ("一日14日分 1.5mg", 4.0, vec!["一日", "14日分", "1.5mg"]),
            ("1\u{a0}錠 毎食後", 3.0, vec!["1\u{a0}錠", "毎食後"]),
            ("Acetaminophen 200", 7.0, vec!["Acetaminophen", "200"]),
            ("Acetaminophen", 3.0, vec!["Acetam", "inophe", "n"]),
            ("受付した09:12", 4.0, vec!["受付した", "09:12"]),
            ("一\n二", 9.0, vec!["一", "二"]),
            ("", 9.0, vec![""]),
        ] {
            assert_eq!(broken(text, em), want, "{text}");
        }
    }

    #[test]
    fn nothing_is_lost_and_no_line_is_too_wide() {
        let text = "肺炎に対しセフトリアキソン 1g ×2/日を開始、SpO2 92%（室内気）→ 鼻カニューラ2L/分。ABCDEFGHIJKLMNOPQRSTUVWXYZ１２３４５６７８９０１２３４５６７８９０";
        for em in 2..40 {
            let lines = broken(text, em as f32);
            let plain = |text: &str| text.chars().filter(|c| !is_space(*c)).collect::<String>();
            assert_eq!(plain(&lines.concat()), plain(text), "{em}");
            for line in &lines {
                let wide = width(&Ink::default().letters(line, Weight::Regular), 1.0);
                assert!(wide <= em as f32 + 0.01 || line.chars().count() == 1, "{em}: {line}");
            }
        }
    }
}
