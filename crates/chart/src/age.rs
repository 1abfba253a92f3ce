//! How old a value is, in words: `4時間前`, `2日前`.

use serde::Serialize;

/// The two languages of the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Lang {
    /// 日本語
    #[default]
    Ja,
    /// English
    En,
}

/// One step of the scale: from how many minutes, minutes in one unit, and the unit in both languages.
const STEPS: &[(i64, i64, &str, &str)] = &[
    (2 * 365 * 1440, 365 * 1440, "年", "year"),
    (60 * 1440, 30 * 1440, "か月", "month"),
    (2 * 1440, 1440, "日", "day"),
    (60, 60, "時間", "hour"),
    (1, 1, "分", "minute"),
];

/// An age in minutes as people say it, rounded down so that nothing looks newer or older than a whole unit says: `4時間前`,
/// `2日前`, `3 days ago`. A time ahead of now is `4時間後`, `in 4 hours`.
pub fn age_words(minutes: i64, lang: Lang) -> String {
    let size = minutes.saturating_abs();
    let Some((_, unit, ja, en)) = STEPS.iter().find(|(from, ..)| size >= *from) else {
        return match lang {
            Lang::Ja => "1分以内".to_owned(),
            Lang::En => "within a minute".to_owned(),
        };
    };
    let count = size / unit;
    let plural = if count == 1 { "" } else { "s" };
    match (lang, minutes >= 0) {
        (Lang::Ja, true) => format!("{count}{ja}前"),
        (Lang::Ja, false) => format!("{count}{ja}後"),
        (Lang::En, true) => format!("{count} {en}{plural} ago"),
        (Lang::En, false) => format!("in {count} {en}{plural}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ages_in_words() {
        for (minutes, ja, en) in [
            (0, "1分以内", "within a minute"),
            (59, "59分前", "59 minutes ago"),
            (60, "1時間前", "1 hour ago"),
            (299, "4時間前", "4 hours ago"),
            (47 * 60, "47時間前", "47 hours ago"),
            (2 * 1440, "2日前", "2 days ago"),
            (59 * 1440, "59日前", "59 days ago"),
            (90 * 1440, "3か月前", "3 months ago"),
            (800 * 1440, "2年前", "2 years ago"),
            (-300, "5時間後", "in 5 hours"),
            (i64::MIN, "17548272520652年後", "in 17548272520652 years"),
        ] {
            assert_eq!(age_words(minutes, Lang::Ja), ja);
            assert_eq!(age_words(minutes, Lang::En), en);
        }
    }
}
