//! Search folding: two writings of one name, number or telephone become one key (standards §5).
//!
//! Keys are for finding only. What was sent is never replaced by its key.

use unicode_normalization::UnicodeNormalization;

pub use crate::birth::parse_birth;
pub use crate::query::{Query, read_query};
pub use crate::romaji::romaji_to_kana;

/// Kanji that are one surname character written in several ways; the first of each row stands for the row.
/// A curated set: wide variant tables join characters that are different names (standards §5, "over-broad").
const ITAIJI: &[&str] = &[
    "高髙",
    "崎﨑嵜碕埼",
    "辺邉邊",
    "斉斎齊齋",
    "浜濱濵",
    "沢澤",
    "広廣",
    "国國圀",
    "吉𠮷",
    "桑桒",
    "島嶋嶌",
    "桜櫻",
    "徳德",
    "恵惠",
    "竜龍",
    "滝瀧",
    "富冨",
    "真眞",
    "関關",
    "静靜",
    "黒黑",
    "横橫",
    "緑綠",
    "清淸",
    "増增",
    "彦彥",
    "栄榮",
    "学學",
    "実實",
    "寿壽",
    "宝寶寳",
    "円圓",
    "峰峯",
    "巌巖",
    "鉄鐵鉃",
    "与與",
    "万萬",
    "礼禮",
    "豊豐",
    "亀龜",
    "条條",
    "来來",
    "芦蘆",
    "薮藪籔",
    "桧檜",
    "槙槇",
    "曽曾",
    "館舘",
    "蔵藏",
    "浅淺",
    "児兒",
    "団團",
    "壮壯",
    "将將",
    "尭堯",
    "晋晉",
    "剣劍",
    "鶴靍靏",
    "柳栁",
    "梅楳",
    "松枩柗",
    "船舩",
    "野埜",
    "鴎鷗",
    "祇祗",
    "会會",
    "仏佛",
    "伝傳",
    "双雙",
    "瑶瑤",
    "園薗",
    "弥彌",
    "為爲",
    "勲勳",
    "巻卷",
    "恒恆",
    "穂穗",
    "糸絲",
    "総總",
    "聡聰",
    "荘莊",
    "蛍螢",
    "覚覺",
    "顕顯",
    "鶏鷄",
    "麦麥",
    "黄黃",
    "緒緖",
    "頼賴",
    "瀬瀨",
    "塩鹽",
    "猪豬",
    "禄祿",
    "遥遙",
    "凛凜",
    "県縣",
    "気氣",
    "涼凉",
    "湧涌",
    "鎮鎭",
    "渋澁",
    "焼燒",
    "仙僊",
    "旧舊",
    "駅驛",
    "歳歲",
    "郷鄕",
    "隠隱",
    "霊靈",
    "灯燈",
    "狭狹",
    "猟獵",
    "鋳鑄",
    "銭錢",
    "畳疊",
    "竃竈",
    "経經",
    "継繼",
    "縦縱",
    "蚕蠶",
];

/// The sign for one character that cannot be known: 外字 flattened to ■ by the sender.
const UNKNOWN: char = '?';

fn is_variation_selector(c: char) -> bool {
    matches!(c, '\u{FE00}'..='\u{FE0F}' | '\u{E0100}'..='\u{E01EF}' | '\u{180B}'..='\u{180D}')
}

fn is_dropped(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || is_variation_selector(c)
        || matches!(c, '・' | '\u{200B}'..='\u{200F}' | '\u{FEFF}')
}

/// Compatibility forms made plain, small letters, nothing that is dropped; voicing marks that joined nothing fall out too. What is dropped
/// goes before letters and marks are put together, which may stand beside each other only then.
fn composed(text: &str, is_dropped: impl Fn(char) -> bool) -> String {
    if text.chars().all(is_composed) {
        return text.chars().filter(|c| !is_dropped(*c)).map(|c| c.to_ascii_lowercase()).collect();
    }
    let kept = text.nfkc().flat_map(char::to_lowercase).filter(|c| !is_dropped(*c));
    kept.nfkc().filter(|c| !matches!(c, '\u{3099}' | '\u{309A}')).collect()
}

/// Characters that NFKC leaves as they are whatever stands beside them, nearly all that a hospital sends: ASCII, kana, kanji.
/// A chart of twenty years folds tens of thousands of words, and tables of normal forms are slow.
fn is_composed(c: char) -> bool {
    matches!(c, ' '..='~' | 'ぁ'..='ゖ' | 'ァ'..='ー' | '\u{4E00}'..='\u{9FA5}')
}

/// Every hyphen, dash, minus and the long-vowel mark, which senders mix up.
pub(crate) fn is_dash(c: char) -> bool {
    matches!(c, '-' | 'ー' | '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{FF0D}' | '\u{2500}' | '\u{FE63}')
}

/// Hiragana to katakana, one character.
pub(crate) fn to_katakana(c: char) -> char {
    match c {
        '\u{3041}'..='\u{3096}' | '\u{309D}' | '\u{309E}' => char::from_u32(c as u32 + 0x60).unwrap_or(c),
        _ => c,
    }
}

fn canonical_kanji(c: char) -> char {
    if c.is_ascii() || ('\u{3040}'..='\u{30FF}').contains(&c) {
        return c;
    }
    let row = ITAIJI.iter().find(|row| row.chars().any(|member| member == c));
    row.and_then(|row| row.chars().next()).unwrap_or(c)
}

/// The key of a name as written (kanji, or whatever stands in its place): NFKC, variation selectors and spaces dropped,
/// dashes and waves made one, surname variants (髙 高) made one, hiragana as katakana, Latin letters small,
/// ■ □ 〓 as `?`, which matches any one character (standards §5).
pub fn fold_name(text: &str) -> String {
    let one = |c: char| match c {
        '■' | '□' | '〓' | '\u{FFFD}' => UNKNOWN,
        '\u{301C}' | '\u{223C}' => '~',
        'ヶ' | 'ゖ' => 'ケ',
        'ヵ' | 'ゕ' => 'カ',
        c if is_dash(c) => '-',
        c => canonical_kanji(to_katakana(c)),
    };
    composed(text, is_dropped).chars().map(one).collect()
}

/// Small kana to large, and the kana that sound alike to one of them.
fn plain_kana(c: char) -> char {
    match c {
        'ァ' | 'ィ' | 'ゥ' | 'ェ' | 'ォ' | 'ッ' | 'ャ' | 'ュ' | 'ョ' | 'ヮ' => {
            char::from_u32(c as u32 + 1).unwrap_or(c)
        }
        'ヵ' => 'カ',
        'ヶ' => 'ケ',
        'ヂ' => 'ジ',
        'ヅ' => 'ズ',
        'ヰ' => 'イ',
        'ヱ' => 'エ',
        'ヲ' => 'オ',
        'ヷ' => 'バ',
        'ヸ' => 'ビ',
        'ヹ' => 'ベ',
        'ヺ' => 'ボ',
        c => c,
    }
}

fn in_o_row(c: char) -> bool {
    "オコソトノホモヨロゴゾドボポ".contains(c)
}

fn in_u_row(c: char) -> bool {
    "ウクスツヌフムユルグズブプ".contains(c)
}

/// `ヴァ` → `バ`, on kana that are large already.
fn vu_with(next: Option<&char>) -> Option<char> {
    let at = "アイエオ".chars().position(|vowel| Some(&vowel) == next)?;
    "バビベボ".chars().nth(at)
}

/// The key of a reading: half-width as full, hiragana as katakana, small as large, ヂヅヰヱヲヴ as what they sound like,
/// ー dropped, and オウ, オオ and オ equal (standards §5). Spaces drop out first, so that an undivided name is the same.
pub fn fold_kana(text: &str) -> String {
    let kept = composed(text, |c| is_dropped(c) || is_dash(c));
    let large: Vec<char> = kept.chars().map(|c| plain_kana(to_katakana(c))).collect();
    let mut key = String::with_capacity(large.len() * 3);
    let mut last = ' ';
    let mut rest = large.iter().peekable();
    while let Some(&c) = rest.next() {
        let c = match (c, vu_with(rest.peek().copied())) {
            ('ヴ', Some(syllable)) => {
                rest.next();
                syllable
            }
            ('ヴ', None) => 'ブ',
            _ => c,
        };
        if matches!(c, 'ウ' | 'オ') && in_o_row(last) {
            continue;
        }
        key.push(c);
        last = c;
    }
    key
}

/// The wider key of a reading: [`fold_kana`] without voicing marks (ガ as カ, パ as ハ) and with ユウ as ユ, for second-rank hits.
pub fn loose_kana(text: &str) -> String {
    const FROM: &str = "ガギグゲゴザジズゼゾダデドバビブベボパピプペポ";
    const INTO: &str = "カキクケコサシスセソタテトハヒフヘホハヒフヘホ";
    let mut key = String::new();
    let mut last = ' ';
    for c in fold_kana(text).chars() {
        if c == 'ウ' && in_u_row(last) {
            continue;
        }
        let at = FROM.chars().position(|from| from == c);
        last = at.and_then(|at| INTO.chars().nth(at)).unwrap_or(c);
        key.push(last);
    }
    key
}

/// The key of a patient number: full-width as half, dashes, spaces and start/stop letters of a Codabar card dropped,
/// letters large, leading zeros dropped (`00012` and `12` are found alike; which is which is shown by the id itself).
pub fn fold_id(text: &str) -> String {
    let kept: String = text.nfkc().filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_uppercase()).collect();
    let bare = strip_codabar(&kept);
    let without = bare.trim_start_matches('0');
    if without.is_empty() && !bare.is_empty() { "0".to_owned() } else { without.to_owned() }
}

fn strip_codabar(text: &str) -> &str {
    let inner = text.strip_prefix(['A', 'B', 'C', 'D']).and_then(|rest| rest.strip_suffix(['A', 'B', 'C', 'D']));
    inner.filter(|inner| !inner.is_empty() && inner.bytes().all(|b| b.is_ascii_digit())).unwrap_or(text)
}

/// The key of a ward, room or bed, alone or together: full-width as half, letters large, spaces, signs, leading zeros and the
/// words 病棟 病室 号室 室 階 床 ベッド dropped, 東西南北 as E W S N, so that `3東`, `３東病棟` and `03E` are one, and `305-2`
/// is `305` with `2`.
pub fn fold_place(text: &str) -> String {
    let one = |c: char| match c {
        '東' => 'E',
        '西' => 'W',
        '南' => 'S',
        '北' => 'N',
        c => c.to_ascii_uppercase(),
    };
    // Nothing but letters and figures of a place stays.
    let mut plain: String = text.nfkc().filter(|c| c.is_ascii_alphanumeric() || is_han_or_kana(*c)).collect();
    while let Some(word) = PLACE_WORDS.iter().find(|word| plain.contains(**word)) {
        plain = plain.replace(word, "");
    }
    let key: String = plain.chars().map(one).collect();
    let bare = key.trim_start_matches('0');
    if bare.is_empty() && !key.is_empty() { "0".to_owned() } else { bare.to_owned() }
}

fn is_han_or_kana(c: char) -> bool {
    matches!(c, '\u{3041}'..='\u{3096}' | '\u{30A1}'..='\u{30FA}' | '\u{4E00}'..='\u{9FFF}')
}

/// Words beside the number or letter of a ward, room or bed.
pub(crate) const PLACE_WORDS: [&str; 7] = ["病棟", "病室", "号室", "ベッド", "室", "階", "床"];

/// The key of a telephone number: its digits, `+81` as the leading 0.
pub fn fold_phone(text: &str) -> String {
    let wide: String = text.nfkc().collect();
    let abroad = wide.trim_start().strip_prefix("+81").map(|rest| rest.trim_start_matches("(0)"));
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    match abroad {
        Some(rest) => format!("0{}", digits(rest).trim_start_matches('0')),
        None => digits(&wide),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_written_two_ways_have_one_key() {
        for (one, other) in [
            ("髙橋　一郎", "高橋一郎"),
            ("山﨑", "山崎"),
            ("渡邉", "渡邊"),
            ("渡邉", "渡辺"),
            ("齋藤", "斎藤"),
            ("齊藤", "斉藤"),
            ("濵田", "浜田"),
            ("𠮷田", "吉田"),
            ("桒原", "桑原"),
            ("嶋田", "島田"),
            ("葛\u{E0100}城", "葛城"),
            ("ＳＭＩＴＨ　Ｊｏｈｎ", "smith john"),
            ("ジョン・スミス", "ｼﾞｮﾝ ｽﾐｽ"),
            ("マリー", "マリ−"),
            ("さくら", "サクラ"),
            ("茅ヶ崎", "茅ケ崎"),
        ] {
            assert_eq!(fold_name(one), fold_name(other), "{one} {other}");
        }
        assert_eq!(fold_name("■橋"), "?橋");
        assert_ne!(fold_name("佐藤"), fold_name("加藤"));
    }

    #[test]
    fn every_character_stands_in_one_row_only() {
        let mut seen = std::collections::HashSet::new();
        for row in ITAIJI {
            assert!(row.chars().collect::<std::collections::HashSet<_>>().iter().all(|c| seen.insert(*c)), "{row}");
        }
    }

    #[test]
    fn readings_written_two_ways_have_one_key() {
        for (one, other) in [
            ("おおの", "オノ"),
            ("おうの", "オオノ"),
            ("ｻﾄｳ ｼﾞﾛｳ", "さとうじろう"),
            ("いぢゅういん", "イジュウイン"),
            ("ヴァイオレット", "バイオレット"),
            ("ヴ", "ブ"),
            ("マリー", "まり"),
            ("ショウコ", "シヨコ"),
            ("ヱヰヲ", "エイオ"),
            ("コンドー", "コンドウ"),
        ] {
            assert_eq!(fold_kana(one), fold_kana(other), "{one} {other}");
        }
        assert_ne!(fold_kana("カトウ"), fold_kana("サトウ"));
        assert_ne!(fold_kana("カキ"), fold_kana("ガキ"));
        assert_eq!(loose_kana("ナカシマ"), loose_kana("ナカジマ"));
        assert_eq!(loose_kana("ユウコ"), loose_kana("ユコ"));
    }

    #[test]
    fn numbers_typed_any_way() {
        for (typed, want) in
            [("００１２", "12"), ("000-0012", "12"), ("a0001234b", "1234"), ("0000", "0"), ("", ""), (" x-07 ", "X07")]
        {
            assert_eq!(fold_id(typed), want, "{typed}");
        }
        for typed in ["０９０（1234）5678", "+81 90 1234 5678", "+81(0)90-1234-5678", "090 1234 5678", "090.1234.5678"]
        {
            assert_eq!(fold_phone("+81-90-1234-5678"), fold_phone(typed), "{typed}");
        }
        assert_eq!(fold_phone("(0883) 62-0000"), fold_phone("+81-883-62-0000"));
        for typed in ["*0001234*", "A0001234A", "ａ０００１２３４ａ", "000-1234", "0001−234"] {
            assert_eq!(fold_id(typed), "1234", "{typed}");
        }
        for (typed, want) in [
            ("３東病棟", "3E"),
            ("03E", "3E"),
            ("3東 305-2", "3E3052"),
            ("305号室", "305"),
            ("00", "0"),
            ("ICU", "ICU"),
        ] {
            assert_eq!(fold_place(typed), want, "{typed}");
        }
    }

    proptest::proptest! {
        #[test]
        fn folding_again_changes_nothing(text in "\\PC{0,24}") {
            for fold in [fold_name, fold_kana, loose_kana, fold_id, fold_phone, fold_place] {
                let once = fold(&text);
                proptest::prop_assert_eq!(fold(&once), once);
            }
        }

        /// The short way round the tables of normal forms leads where they lead.
        #[test]
        fn what_is_composed_is_left_as_it_is(text in "[ -~ぁ-ゖァ-ー一-龥]{0,24}") {
            proptest::prop_assert!(text.chars().all(is_composed));
            proptest::prop_assert_eq!(text.nfkc().collect::<String>(), text.clone());
            let long = text.chars().flat_map(char::to_lowercase).filter(|c| !is_dropped(*c)).nfkc().collect::<String>();
            proptest::prop_assert_eq!(composed(&text, is_dropped), long);
        }
    }
}
