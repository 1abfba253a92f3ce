//! Numbers and reference ranges as laboratories write them: trends on the chart and results typed at a desk read them alike. Pure.

/// Lower and upper limit; open at an end that is `None`.
pub type Range = (Option<f64>, Option<f64>);

/// A plain decimal number, nothing else that `parse` would take (`inf`, `1e9`, `+5`).
pub fn number(text: &str) -> Option<f64> {
    let text = text.trim();
    let plain = text.strip_prefix('-').unwrap_or(text).bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    text.parse::<f64>().ok().filter(|value| plain && value.is_finite())
}

/// OBX-7 as numbers: `0.46-1.07`, `3.5〜5.0`, `< 5.0`, `>=60`; anything else is no range.
pub fn range(text: &str) -> Range {
    let bound = |text: &str| number(text.trim_start_matches(['=', ' ']));
    let text = text.trim();
    if let Some(rest) = text.strip_prefix(['<', '≦', '≤']) {
        return (None, bound(rest));
    }
    if let Some(rest) = text.strip_prefix(['>', '≧', '≥']) {
        return (bound(rest), None);
    }
    // A sign in front of the lower bound is no separator.
    let at = text.char_indices().skip(1).find(|(_, c)| "-~〜～".contains(*c));
    let parts = at.map(|(at, c)| (number(&text[..at]), number(&text[at + c.len_utf8()..])));
    match parts {
        Some((Some(low), Some(high))) if low <= high => (Some(low), Some(high)),
        _ => (None, None),
    }
}

/// Where a value lies: `high`, `low` or `within`; `within` too where no range says otherwise.
pub fn against(value: f64, range: Range) -> &'static str {
    match range {
        (Some(low), _) if value < low => "low",
        (_, Some(high)) if value > high => "high",
        _ => "within",
    }
}

/// A result as it was written against a range: `high`, `low` or `within`. `< 0.5` is at most 0.5: it is low where the range begins there or
/// above. What is no number is within nothing and says nothing.
pub fn written_against(written: &str, range: Range) -> &'static str {
    let text = written.trim();
    let rest = |signs: &[char]| text.strip_prefix(signs).and_then(|rest| number(rest.trim_start_matches(['=', ' '])));
    match (rest(&['<', '≦', '≤', '＜']), rest(&['>', '≧', '≥', '＞']), number(text)) {
        (Some(most), ..) if range.0.is_some_and(|low| most <= low) => "low",
        (_, Some(least), _) if range.1.is_some_and(|high| least >= high) => "high",
        (_, _, Some(value)) => against(value, range),
        _ => "within",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_as_laboratories_write_them() {
        for (text, want) in [
            ("0.46-1.07", (Some(0.46), Some(1.07))),
            ("3.5 〜 5.0", (Some(3.5), Some(5.0))),
            ("-2.0-2.0", (Some(-2.0), Some(2.0))),
            ("<= 5", (None, Some(5.0))),
            (">60", (Some(60.0), None)),
            ("≦0.14", (None, Some(0.14))),
            ("(-)", (None, None)),
            ("5-1", (None, None)),
            ("", (None, None)),
        ] {
            assert_eq!(range(text), want, "{text}");
        }
    }

    #[test]
    fn a_result_that_says_less_or_more_than_is_judged_by_what_is_sure() {
        let of = |written| written_against(written, range("3.5-5.0"));
        for (written, want) in [
            ("3.4", "low"),
            ("5.1", "high"),
            ("4", "within"),
            ("<3.0", "low"),
            ("< 4.0", "within"),
            (">= 6", "high"),
            ("溶血", "within"),
        ] {
            assert_eq!(of(written), want, "{written}");
        }
    }
}
