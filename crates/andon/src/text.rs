//! Words on screen: Fluent texts of every slice, Japanese first, English its full second.
//!
//! A key is written in a template or a page as `t.text("key")`; `cargo x tidy` sees to it that both languages have it.

use std::sync::OnceLock;

use fluent_bundle::concurrent::FluentBundle;
use fluent_bundle::{FluentArgs, FluentResource, FluentValue};

pub use chart::Lang;

/// `ja` or `en`, as `html lang` and the cookie write it.
pub fn code(lang: Lang) -> &'static str {
    match lang {
        Lang::Ja => "ja",
        Lang::En => "en",
    }
}

/// The other language, for the switch in the top bar.
pub fn other(lang: Lang) -> Lang {
    match lang {
        Lang::Ja => Lang::En,
        Lang::En => Lang::Ja,
    }
}

/// Reads `ja`/`en` (also `en-GB`, `ja_JP.UTF-8`); anything else is `None`.
pub fn read(code: &str) -> Option<Lang> {
    match code.get(..2) {
        Some("ja") => Some(Lang::Ja),
        Some("en") => Some(Lang::En),
        _ => None,
    }
}

/// A person's words as one line of at most so many characters: control characters become spaces.
pub fn one_line(text: &str, most: usize) -> String {
    let plain: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    plain.trim().chars().take(most).collect()
}

/// A full-width letter, figure or sign, as an input method types it, as the ASCII one (U+FF01 to U+FF5E); the wide blank as a blank.
pub fn narrow(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(u32::from(c) - 0xfee0).unwrap_or(c),
        c => c,
    }
}

/// What a fault code means: the decoder's own words, else those of the texts (`fault-…`).
pub fn fault(code: &str, t: Words) -> String {
    let (ja, en) = formats::fault_words(code);
    let known = if t.lang == Lang::Ja { ja } else { en };
    if known == code { t.word("fault", code) } else { known.to_owned() }
}

const JA: [&str; 18] = [
    include_str!("web/text.ja.ftl"),
    include_str!("ward/text.ja.ftl"),
    include_str!("feed/text.ja.ftl"),
    include_str!("people/text.ja.ftl"),
    include_str!("sheets/text.ja.ftl"),
    include_str!("sheets/whereabouts/text.ja.ftl"),
    include_str!("custody/text.ja.ftl"),
    include_str!("custody/keys/text.ja.ftl"),
    include_str!("custody/envelope/text.ja.ftl"),
    include_str!("command/text.ja.ftl"),
    include_str!("command/registers/text.ja.ftl"),
    include_str!("package/text.ja.ftl"),
    include_str!("reception/text.ja.ftl"),
    include_str!("telephone/text.ja.ftl"),
    include_str!("safety/text.ja.ftl"),
    include_str!("prescribing/text.ja.ftl"),
    include_str!("nursing/text.ja.ftl"),
    include_str!("departments/text.ja.ftl"),
];
const EN: [&str; 18] = [
    include_str!("web/text.en.ftl"),
    include_str!("ward/text.en.ftl"),
    include_str!("feed/text.en.ftl"),
    include_str!("people/text.en.ftl"),
    include_str!("sheets/text.en.ftl"),
    include_str!("sheets/whereabouts/text.en.ftl"),
    include_str!("custody/text.en.ftl"),
    include_str!("custody/keys/text.en.ftl"),
    include_str!("custody/envelope/text.en.ftl"),
    include_str!("command/text.en.ftl"),
    include_str!("command/registers/text.en.ftl"),
    include_str!("package/text.en.ftl"),
    include_str!("reception/text.en.ftl"),
    include_str!("telephone/text.en.ftl"),
    include_str!("safety/text.en.ftl"),
    include_str!("prescribing/text.en.ftl"),
    include_str!("nursing/text.en.ftl"),
    include_str!("departments/text.en.ftl"),
];

type Bundle = FluentBundle<FluentResource>;

/// The words of one language.
#[derive(Clone, Copy)]
pub struct Words {
    /// Which language.
    pub lang: Lang,
    bundle: &'static Bundle,
}

impl Words {
    /// The words of `lang`; the texts are parsed once for the life of the program.
    pub fn of(lang: Lang) -> Words {
        static BUNDLES: [OnceLock<Bundle>; 2] = [OnceLock::new(), OnceLock::new()];
        let bundle = match lang {
            Lang::Ja => BUNDLES[0].get_or_init(|| load("ja", &JA)),
            Lang::En => BUNDLES[1].get_or_init(|| load("en", &EN)),
        };
        Words { lang, bundle }
    }

    /// The text of a key; the key itself where it is missing, so that a gap is seen and nothing breaks.
    pub fn text(&self, key: &str) -> String {
        self.format(key, None)
    }

    /// The text of a key with one number or word put in as `$n`. An amount as it was sent is a word; one is one all the same.
    pub fn with<'n>(&self, key: &str, n: impl Into<FluentValue<'n>>) -> String {
        let n = match n.into() {
            FluentValue::String(amount) if amount == "1" => FluentValue::from(1),
            n => n,
        };
        let mut args = FluentArgs::new();
        args.set("n", n);
        self.format(key, Some(&args))
    }

    /// The text of `prefix-code` where there is one, else the code as it stands: kinds of fault, states, flags.
    pub fn word(&self, prefix: &str, code: &str) -> String {
        let key = format!("{prefix}-{}", code.replace('_', "-"));
        if self.bundle.has_message(&key) { self.text(&key) } else { code.to_owned() }
    }

    fn format(&self, key: &str, args: Option<&FluentArgs<'_>>) -> String {
        let Some(pattern) = self.bundle.get_message(key).and_then(|message| message.value()) else {
            return key.to_owned();
        };
        self.bundle.format_pattern(pattern, args, &mut Vec::new()).into_owned()
    }
}

fn load(code: &str, sources: &[&str]) -> Bundle {
    let lang = code.parse().unwrap_or_default();
    let mut bundle = Bundle::new_concurrent(vec![lang]);
    bundle.set_use_isolating(false);
    for source in sources {
        // A text that does not parse keeps its good part; the test below and tidy name the rest.
        let resource = FluentResource::try_new((*source).to_owned()).unwrap_or_else(|(part, _)| part);
        bundle.add_resource_overriding(resource);
    }
    bundle
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_text_parses_and_none_is_defined_twice() {
        for (lang, sources) in [("ja", JA), ("en", EN)] {
            let mut bundle = Bundle::new_concurrent(vec![lang.parse().unwrap()]);
            for source in sources {
                let resource = FluentResource::try_new(source.to_owned()).map_err(|(_, errors)| errors).unwrap();
                bundle.add_resource(resource).unwrap();
            }
        }
    }

    #[test]
    fn english_counts_one_as_one() {
        let en = Words::of(Lang::En);
        assert_eq!([en.with("people", 1), en.with("people", 2)], ["1 patient", "2 patients"]);
        assert_eq!([en.with("days", "1"), en.with("days", "01"), en.with("days", "7")], ["1 day", "01 days", "7 days"]);
        assert!(en.with("unreviewed", 1).contains("opening is"));
        // What is counted follows the number, perhaps after one other word: "more seconds".
        let counts = |line: &str| {
            let after = line.split("{ $n } ").skip(1).flat_map(|rest| rest.split(' ').take(2));
            after
                .map(|word| word.trim_end_matches(['.', ')', ':']))
                .any(|word| word.ends_with('s') && !["is", "this", "was"].contains(&word))
        };
        for line in EN.iter().flat_map(|source| source.lines()).filter(|line| !line.contains("[other]")) {
            assert!(!counts(line), "{line}: how does it count one?");
        }
    }

    #[test]
    fn a_missing_key_shows_itself() {
        assert_eq!(Words::of(Lang::Ja).text("no-such-key"), "no-such-key");
    }
}
