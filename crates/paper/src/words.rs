//! Words that every sheet says the same way: times with their age and source, amounts, places, and the labels of heads and feet.
//! Code words of the chart become the words of the screen (`crates/andon/src/ward/text.ja.ftl`), so that page and paper agree.

use std::cell::{Cell, RefCell};

use chart::classes::HighRisk;
use chart::{Answer, Coded, Item, Lang, Moment, Quantity, SourceRef, Staff, When, age_words};

/// A label in Japanese and English.
pub(crate) type Label = [&'static str; 2];

/// The numbers by which a sheet names its sources, in the order met; further ones are written out.
const NUMBERS: &str = "①②③④⑤⑥⑦⑧⑨⑩⑪⑫⑬⑭⑮⑯⑰⑱⑲⑳";

/// The words of one sheet in one language, and the sources it has named.
pub(crate) struct Words {
    pub lang: Lang,
    now: Moment,
    /// Ages are left out and sources written out: words to be compared, not read.
    ageless: bool,
    sources: RefCell<Vec<String>>,
    /// By how much the foot of every page is higher than usual, in points.
    raised: Cell<f32>,
}

impl Words {
    pub fn new(lang: Lang, now: Moment) -> Words {
        Words { lang, now, ageless: false, sources: RefCell::default(), raised: Cell::default() }
    }

    /// Words by which two charts are compared: the same whenever they are made.
    pub fn ageless(lang: Lang) -> Words {
        Words { ageless: true, ..Words::new(lang, Moment(0)) }
    }

    /// Makes room for a foot that has more to say, and forgets the sources: the sheet is set once more.
    pub fn raise(&self, by: f32) {
        self.raised.set(self.raised.get() + by);
        self.sources.borrow_mut().clear();
    }

    /// By how much the foot is higher than usual.
    pub fn raised(&self) -> f32 {
        self.raised.get()
    }

    /// The label in the language of the sheet.
    pub fn say(&self, label: Label) -> &'static str {
        match self.lang {
            Lang::Ja => label[0],
            Lang::En => label[1],
        }
    }

    /// The label with `{}` replaced.
    pub fn with(&self, label: Label, value: impl std::fmt::Display) -> String {
        self.say(label).replacen("{}", &value.to_string(), 1)
    }

    /// The word for a code in a table of codes; the code itself where the table lacks it, so that it is seen.
    pub fn word(&self, table: &[(&'static str, Label)], code: &str) -> String {
        let known = table.iter().find(|(known, _)| *known == code);
        known.map_or_else(|| code.to_owned(), |(_, label)| self.say(*label).to_owned())
    }

    /// An age in words.
    pub fn age(&self, minutes: i64) -> String {
        if self.ageless {
            return String::new();
        }
        age_words(minutes, self.lang)
    }

    /// A time with how long ago it was: `2021-10-31 00:30（4時間前）`.
    pub fn aged(&self, moment: Moment) -> String {
        format!("{moment}{}", self.in_brackets(&self.age(moment.minutes_until(self.now))))
    }

    /// A remark in the brackets of the language.
    pub fn in_brackets(&self, words: &str) -> String {
        match self.lang {
            Lang::Ja => format!("（{words}）"),
            Lang::En => format!(" ({words})"),
        }
    }

    /// Time, age and source of a value, short: `10-28 09:12（2日前）①`. The year is left out when it is this year's.
    pub fn stamp<T>(&self, item: &Item<T>) -> String {
        self.stamp_of(Stood::of(item))
    }

    /// The age and the source alone: `2日前①`.
    pub fn age_of(&self, item: Stood<'_>) -> String {
        format!("{}{}", self.age(item.age_minutes), self.source(&item.source.source))
    }

    /// [`Words::stamp`] of any value.
    pub fn stamp_of(&self, item: Stood<'_>) -> String {
        let time = match item.time {
            Some(time) => self.short(time),
            None => self
                .with(RECEIVED, self.short(When { start: item.source.received, precision: chart::Precision::Minute })),
        };
        let gone = if item.source.gone { self.say(GONE) } else { "" };
        let doubts = item.doubts.iter().map(|doubt| self.word(DOUBTS, doubt));
        let doubts = joined(doubts.chain([gone.to_owned()]));
        let doubts = if doubts.is_empty() { doubts } else { format!(" ⚠{doubts}") };
        format!("{time}{}{}{doubts}", self.in_brackets(&self.age(item.age_minutes)), self.source(&item.source.source))
    }

    /// A time, without the year where it is this year's.
    pub fn short(&self, time: When) -> String {
        let said = time.to_string();
        let year = format!("{:04}-", self.now.civil().year);
        let whole = time.precision >= chart::Precision::Day;
        said.strip_prefix(&year).filter(|_| whole).map_or(said.clone(), str::to_owned)
    }

    /// The number of a source; its name stands at the foot ([`Words::legend`]).
    pub fn source(&self, name: &str) -> String {
        if self.ageless {
            return name.to_owned();
        }
        let mut sources = self.sources.borrow_mut();
        let at = sources.iter().position(|known| known == name).unwrap_or_else(|| {
            sources.push(name.to_owned());
            sources.len() - 1
        });
        NUMBERS.chars().nth(at).map_or_else(|| format!("[{name}]"), String::from)
    }

    /// What the numbers of the sources mean.
    pub fn legend(&self) -> String {
        let sources = self.sources.borrow();
        let named = sources.iter().zip(NUMBERS.chars()).map(|(name, number)| format!("{number}\u{a0}{name}"));
        let named: Vec<String> = named.collect();
        if named.is_empty() { String::new() } else { format!("{} {}", self.say(SOURCES), named.join("  ")) }
    }

    /// One of the four answers; nothing recorded is never "none".
    pub fn answer(&self, answer: Answer) -> &'static str {
        match (self.lang, answer) {
            (Lang::Ja, answer) => answer.words(),
            (Lang::En, Answer::Recorded) => "Recorded",
            (Lang::En, Answer::NoneConfirmed) => "None, confirmed",
            (Lang::En, Answer::NotRecorded) => "Not recorded: unconfirmed",
            (Lang::En, Answer::NotCopied) => "Not part of this copy",
        }
    }

    /// A class of drugs that is dangerous to miss or to give twice.
    pub fn risk(&self, risk: HighRisk) -> &'static str {
        match (self.lang, risk) {
            (Lang::Ja, risk) => risk.word(),
            (Lang::En, HighRisk::Insulin) => "insulin",
            (Lang::En, HighRisk::Anticoagulant) => "anticoagulant",
            (Lang::En, HighRisk::Narcotic) => "narcotic",
            (Lang::En, HighRisk::Anticancer) => "anticancer",
            (Lang::En, HighRisk::Vasopressor) => "vasopressor",
            (Lang::En, HighRisk::Potassium) => "KCl",
            (Lang::En, HighRisk::Antimicrobial) => "antimicrobial",
        }
    }

    /// A birth date in both calendars; in the common one alone for who does not read eras.
    pub fn birth(&self, birth: Option<When>) -> String {
        match birth {
            None => self.say(NOT_RECORDED).to_owned(),
            Some(birth) if self.lang == Lang::En => birth.to_string(),
            Some(birth) => format!("{birth}{}", self.in_brackets(&chart::era_date(&birth))),
        }
    }

    /// 男・女.
    pub fn sex(&self, sex: chart::Sex) -> &'static str {
        self.say(match sex {
            chart::Sex::Male => ["男", "male"],
            chart::Sex::Female => ["女", "female"],
            chart::Sex::Other => ["その他", "other"],
            chart::Sex::Unknown => ["性別不明", "sex unknown"],
        })
    }

    /// An age of a person.
    pub fn years(&self, age: Option<&chart::Age>) -> String {
        match (age, self.lang) {
            (None, _) => String::new(),
            (Some(age), Lang::Ja) => age.words.clone(),
            (Some(age), Lang::En) if age.years == 0 => format!("{} days", age.days),
            (Some(age), Lang::En) => format!("{} y", age.years),
        }
    }

    /// A code of a standard's table that came without words, with the words of the table.
    pub fn worded(&self, coded: &Coded, table: &[(&'static str, Label)]) -> String {
        if coded.text.is_empty() { self.word(table, &coded.code) } else { coded.text.clone() }
    }
}

/// Where an item of any kind came from.
#[derive(Clone, Copy)]
pub(crate) struct Stood<'a> {
    time: Option<When>,
    age_minutes: i64,
    source: &'a SourceRef,
    doubts: &'a [&'static str],
}

impl<'a> Stood<'a> {
    pub fn of<T>(item: &'a Item<T>) -> Stood<'a> {
        Stood { time: item.time, age_minutes: item.age_minutes, source: &item.source, doubts: &item.doubts }
    }
}

/// A unit as people write it: senders have `mm(hg)`, `cel` or `.10*2/uL` (ISO+, as HL7 has it) and no words beside it.
pub(crate) fn unit(sent: &Coded) -> String {
    // As many as the sheets' letters have.
    const RAISED: [(&str, &str); 3] = [("2", "²"), ("3", "³"), ("4", "⁴")];
    let shown = sent.shown();
    let known = match shown.to_ascii_lowercase().as_str() {
        "mm(hg)" | "mm[hg]" => "mmHg",
        "cel" => "℃",
        "{beats}/min" => "/min",
        _ => "",
    };
    if !known.is_empty() {
        return known.to_owned();
    }
    let power = shown.trim_start_matches('.').strip_prefix("10*").and_then(|rest| rest.split_once('/'));
    let power = power.filter(|(power, _)| !power.is_empty() && power.bytes().all(|b| b.is_ascii_digit()));
    let power = power.map(|(power, below)| {
        let raised = RAISED.iter().find(|(plain, _)| *plain == power);
        let raised = raised.map_or_else(|| format!("^{power}"), |(_, raised)| (*raised).to_owned());
        format!("×10{raised}/{}", below.replace(['u', 'μ'], "µ"))
    });
    power.unwrap_or_else(|| shown.to_owned())
}

/// A number and its unit as sent, held together on a line.
pub(crate) fn amount(quantity: &Quantity) -> String {
    let value = quantity.value.trim_matches('"');
    if value.is_empty() {
        String::new()
    } else {
        format!("{value}\u{a0}{}", unit(&quantity.unit)).trim_end().to_owned()
    }
}

/// A name of the staff, else the number.
pub(crate) fn staff(staff: &Staff) -> &str {
    if staff.name.is_empty() { &staff.id } else { &staff.name }
}

/// Several words with `・` between, empty ones left out.
pub(crate) fn joined<S: AsRef<str>>(words: impl IntoIterator<Item = S>) -> String {
    let kept: Vec<String> =
        words.into_iter().map(|word| word.as_ref().trim().to_owned()).filter(|word| !word.is_empty()).collect();
    kept.join("・")
}

/// All flags, those with a direction with an arrow, so that nothing hangs on a colour.
pub(crate) fn flags(flag: &str) -> String {
    let word = |flag: &str| match flag {
        "" | "N" => String::new(),
        "H" => "\u{a0}H↑".to_owned(),
        "HH" => "\u{a0}HH↑↑".to_owned(),
        "L" => "\u{a0}L↓".to_owned(),
        "LL" => "\u{a0}LL↓↓".to_owned(),
        other => format!("\u{a0}{other}"),
    };
    flag.split(',').map(word).collect()
}

const RECEIVED: Label = ["取込 {}", "received {}"];
const GONE: Label = ["保存先からなくなった（取消ではない）", "no longer at the source (not a cancel)"];
const SOURCES: Label = ["連携元", "Sources"];
pub(crate) const NOT_RECORDED: Label = ["記録なし", "not recorded"];

const DOUBTS: &[(&str, Label)] = &[
    ("no_end", ["終了日なし", "no end given"]),
    ("no_start", ["開始日なし", "no start given"]),
    ("none_and_some", ["「なし」と「あり」の両方が届いている", "both \"none\" and \"some\" have arrived"]),
    ("received_later", ["この時点ではまだ届いていなかった", "had not arrived at that moment"]),
    ("other_patient_id", ["メッセージの患者番号が違う", "the message names another patient number"]),
    ("linked_number", ["同一人と記録された別の番号のデータ", "from another number linked as the same person"]),
];

/// HL70127 categories.
pub(crate) const ALLERGY_KINDS: &[(&str, Label)] = &[
    ("DA", ["薬剤アレルギー", "drug allergy"]),
    ("FA", ["食物アレルギー", "food allergy"]),
    ("MA", ["その他のアレルギー", "other allergy"]),
    ("MC", ["禁忌", "contraindication"]),
    ("EA", ["環境アレルギー", "environmental allergy"]),
    ("AA", ["動物アレルギー", "animal allergy"]),
    ("PA", ["植物アレルギー", "plant allergy"]),
    ("LA", ["花粉アレルギー", "pollen allergy"]),
];

/// HL70128 severities.
pub(crate) const SEVERITIES: &[(&str, Label)] = &[
    ("SV", ["重度", "severe"]),
    ("MO", ["中等度", "moderate"]),
    ("MI", ["軽度", "mild"]),
    ("U", ["程度不明", "severity unknown"]),
];

/// RXA-20.
pub(crate) const COMPLETIONS: &[(&str, Label)] = &[
    ("CP", ["実施", "given"]),
    ("PA", ["一部実施", "partly given"]),
    ("NA", ["実施せず", "not given"]),
    ("RE", ["拒否", "refused"]),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_short_within_the_year_and_whole_before_it() {
        let moment = |text| When::parse(text).unwrap().start;
        let words = Words::new(Lang::Ja, moment("202110310030"));
        let short = |text| words.short(When::parse(text).unwrap());
        assert_eq!(short("202110280912"), "10-28 09:12");
        assert_eq!(
            (short("20201028"), short("2021"), short("202104")),
            ("2020-10-28".into(), "2021".into(), "2021-04".into())
        );
        assert_eq!(words.aged(moment("202110302030")), "2021-10-30 20:30（4時間前）");
    }

    #[test]
    fn sources_are_numbered_as_met_and_told_in_the_legend() {
        let words = Words::new(Lang::Ja, Moment(0));
        assert_eq!(
            (words.source("std1"), words.source("ext"), words.source("std1")),
            ("①".into(), "②".into(), "①".into())
        );
        assert_eq!(words.legend(), "連携元 ①\u{a0}std1  ②\u{a0}ext");
        let many: Vec<String> = (0..30).map(|n| words.source(&format!("s{n}"))).collect();
        assert_eq!(many.last().map(String::as_str), Some("[s29]"));
    }

    #[test]
    fn units_are_written_as_people_write_them() {
        for (sent, want) in [
            ("mm(hg)", "mmHg"),
            ("CEL", "℃"),
            (".10*2/uL", "×10²/µL"),
            ("10*9/L", "×10^9/L"),
            ("mg/dL", "mg/dL"),
            ("10*/uL", "10*/uL"),
            ("", ""),
        ] {
            assert_eq!(unit(&Coded { code: sent.into(), ..Coded::default() }), want, "{sent}");
        }
        let mut ink = crate::font::Ink::default();
        ink.letters("×10²³⁴/µL℃", crate::font::Weight::Bold);
        assert!(ink.missing().is_empty());
    }

    #[test]
    fn every_flag_is_written() {
        for (flag, want) in [("", ""), ("N,L", "\u{a0}L↓"), ("HH,A", "\u{a0}HH↑↑\u{a0}A"), ("S", "\u{a0}S")] {
            assert_eq!(flags(flag), want, "{flag}");
        }
    }
}
