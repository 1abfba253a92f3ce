//! The page around the boxes: what is said before anything is opened, and the words the script says. Pure.

use askama::Template;
use chart::{Lang, Moment};
use serde_json::{Map, Value, json};
use vault::envelope::{Page, Sealed, Written};

use super::{index, rules};
use crate::home::Problem;
use crate::text::{self, Words};

const SCRIPT: &str = include_str!("envelope.js");
const STYLE: &str = include_str!(concat!(env!("OUT_DIR"), "/style.css"));

/// What the page says of itself to whoever has no passphrase. No patient.
pub struct Face {
    /// Its number.
    pub number: String,
    /// Name of the hospital.
    pub hospital: String,
    /// Every patient in it is invented.
    pub training: bool,
    /// When it was made.
    pub made: Moment,
    /// Until when it may be worked by.
    pub until: Moment,
    /// The newest 発生日時 of any source; `None` for a copy that holds nothing.
    pub data: Option<Moment>,
    /// Sources that were silent when it was made.
    pub silent: Vec<String>,
    /// Language of all its words.
    pub t: Words,
}

#[derive(Template)]
#[template(path = "custody/envelope/shell.html")]
struct Shell<'a> {
    t: Words,
    number: &'a str,
    hospital: &'a str,
    training: bool,
    made: String,
    until: String,
}

/// Words of the script: its name for them, and the text's key.
const SAID: [(&str, &str); 36] = [
    ("ago", "envelope-ago"),
    ("ahead", "envelope-ahead"),
    ("now", "envelope-within-a-minute"),
    ("aside", "aside"),
    ("old", "bar-old"),
    ("nothing", "bar-nothing-yet"),
    ("clock", "envelope-clock"),
    ("expired", "envelope-expired"),
    ("since", "aside"),
    ("unknown", "envelope-age-unknown"),
    ("found", "search-found"),
    ("people", "envelope-people"),
    ("alike", "same-name-count"),
    ("flag", "flag-mark"),
    ("former", "former-name"),
    ("unnamed", "envelope-unnamed"),
    ("birth", "birth"),
    ("sex", "sex"),
    ("id", "patient-id"),
    ("plans", "envelope-plans"),
    ("caution", "caution"),
    ("briefOnly", "envelope-brief"),
    ("indexOnly", "envelope-index-only"),
    ("briefNote", "envelope-brief-note"),
    ("indexNote", "envelope-index-note"),
    ("whySaid", "envelope-why-said"),
    ("damaged", "envelope-damaged"),
    ("tooFew", "envelope-too-few"),
    ("slip", "envelope-slip"),
    ("wrong", "envelope-wrong"),
    ("pick", "envelope-pick"),
    ("opening", "envelope-opening"),
    ("locked", "envelope-locked"),
    ("lockedIdle", "envelope-locked-idle"),
    ("lockedHidden", "envelope-locked-hidden"),
    ("printed", "envelope-printed"),
];

/// Steps of [`chart::age_words`]: from how many minutes, minutes in a unit, the unit's word in both languages.
const STEPS: [(i64, i64, &str, &str); 5] = [
    (2 * 365 * 1440, 365 * 1440, "年", "year"),
    (60 * 1440, 30 * 1440, "か月", "month"),
    (2 * 1440, 1440, "日", "day"),
    (60, 60, "時間", "hour"),
    (1, 1, "分", "minute"),
];

/// The files of an envelope; the second, where there is one, is called `data_name`.
///
/// # Errors
/// When the page cannot be made.
pub fn files(face: &Face, sealed: &Sealed, data_name: &str) -> Result<Written, Problem> {
    let t = face.t;
    let shell = Shell {
        t,
        number: &face.number,
        hospital: &face.hospital,
        training: face.training,
        made: face.made.to_string(),
        until: face.until.to_string(),
    };
    let body =
        shell.render().map_err(|_| Problem::failed("ページを作れませんでした。 / The page could not be made."))?;
    let page = Page {
        lang: text::code(t.lang),
        title: &format!("{} {}", t.text("envelope-title"), face.number),
        style: STYLE,
        body: &body,
        open: &open(face).to_string(),
        script: SCRIPT,
    };
    Ok(page.write(sealed, rules::ONE_FILE_BYTES_MAX, data_name))
}

/// What the script is told without a passphrase.
fn open(face: &Face) -> Value {
    let t = face.t;
    let words: Map<String, Value> =
        SAID.iter().map(|(name, key)| ((*name).to_owned(), Value::from(t.with(key, "{n}")))).collect();
    let steps: Vec<Value> = STEPS
        .iter()
        .map(|(from, unit, ja, en)| json!([from, unit, if t.lang == Lang::Ja { ja } else { en }]))
        .collect();
    let silent = match face.silent.is_empty() {
        true => String::new(),
        false => t.with("bar-silent", face.silent.join("・")),
    };
    json!({
        "lang": text::code(t.lang),
        "made": face.made.0,
        "until": face.until.0,
        "dataMs": face.data.map(|data| data.0),
        "data": face.data.map(|data| t.with("bar-as-of", data.to_string())),
        "silent": silent,
        "steps": steps,
        "words": words,
        "fold": index::fold_tables(),
    })
}

#[cfg(test)]
mod tests {
    use vault::envelope::{Passphrase, Sealer};

    use super::*;

    fn face(lang: Lang) -> Face {
        Face {
            number: "A101-E7".into(),
            hospital: "架空<病院>".into(),
            training: true,
            made: Moment(1_700_000_000_000),
            until: Moment(1_700_500_000_000),
            data: Some(Moment(1_699_999_000_000)),
            silent: vec!["std1".into()],
            t: Words::of(lang),
        }
    }

    #[test]
    fn the_page_says_where_not_to_open_it_and_names_nobody() {
        for lang in [Lang::Ja, Lang::En] {
            let sealed =
                Sealer::new().unwrap().finish("逢坂 太郎".as_bytes(), &[&Passphrase::random().unwrap()]).unwrap();
            let html = String::from_utf8(files(&face(lang), &sealed, "x.bin").unwrap().html).unwrap();
            let t = Words::of(lang);
            for key in ["envelope-not-there", "read-only", "training-band", "envelope-nothing-kept"] {
                assert!(html.contains(&t.text(key)), "{key}");
            }
            assert!(html.contains("架空&#60;病院&#62;") && !html.contains("逢坂"));
            assert!(!html.contains("http://") && !html.contains("https://"), "no address of anybody");
            let opened = open(&face(lang));
            for (name, word) in opened["words"].as_object().unwrap() {
                let key = SAID.iter().find(|(known, _)| known == name).unwrap().1;
                assert_ne!(word, key, "no text is called {key}");
                assert!(SCRIPT.contains(name), "the script never says {name}");
            }
        }
    }

    #[test]
    fn ages_have_the_steps_of_the_program() {
        for (from, unit, ja, en) in STEPS {
            let count = from / unit;
            assert_eq!(chart::age_words(from, Lang::Ja), format!("{count}{ja}前"));
            let plural = if count == 1 { "" } else { "s" };
            assert_eq!(chart::age_words(from, Lang::En), format!("{count} {en}{plural} ago"));
        }
    }
}
