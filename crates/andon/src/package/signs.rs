//! What is known by how it is written: addresses, telephone numbers, passwords, accounts of a domain; names that nobody told of. All on
//! letters made alike (`letters::as_typed`); places are bytes of the text as it was written. Pure.

use super::letters::Letter;
use super::search::is_kanji;

type Places = Vec<(usize, usize)>;

/// The bytes that letters from one place to another stand for.
fn bytes(letters: &[Letter], from: usize, to: usize) -> Option<(usize, usize)> {
    let of = letters.get(from..to)?;
    Some((of.first()?.from, of.last()?.to))
}

fn at(letters: &[Letter], place: usize) -> Option<char> {
    letters.get(place).map(|letter| letter.ch)
}

/// Where a run of such letters that begins here ends.
fn run(letters: &[Letter], from: usize, is: impl Fn(char) -> bool) -> usize {
    (from..letters.len()).find(|place| !at(letters, *place).is_some_and(&is)).unwrap_or(letters.len())
}

/// Runs of such letters, from the first.
fn runs(letters: &[Letter], is: impl Fn(char) -> bool + Copy) -> Vec<(usize, usize)> {
    let (mut runs, mut place) = (Vec::new(), 0);
    while place < letters.len() {
        let end = run(letters, place, is);
        if end > place {
            runs.push((place, end));
        }
        place = end + 1;
    }
    runs
}

fn text(letters: &[Letter], (from, to): (usize, usize)) -> String {
    letters.get(from..to).unwrap_or_default().iter().map(|letter| letter.ch).collect()
}

/// Words of Latin letters, with their bytes.
pub fn words(letters: &[Letter]) -> Vec<(usize, usize, String)> {
    let words = runs(letters, |c| c.is_ascii_alphabetic() || c == '\'').into_iter();
    let word =
        |place: (usize, usize)| bytes(letters, place.0, place.1).map(|(from, to)| (from, to, text(letters, place)));
    words.filter_map(word).collect()
}

/// Words after which a password is told.
const SECRETS: [&str; 8] =
    ["パスワード", "パスフレーズ", "暗証番号", "password", "passwd", "passphrase", "pass:", "pw:"];
/// Between such a word and what it tells.
const BETWEEN: &str = " :=はがを「『\"'（(";
/// Letters of a password at least: `is` and `の` are none.
const SECRET_MIN: usize = 4;

/// Passwords that somebody wrote down though nobody should.
pub fn passwords(letters: &[Letter]) -> Places {
    let small: Vec<char> = letters.iter().map(|letter| letter.ch.to_ascii_lowercase()).collect();
    let mut places = Vec::new();
    for word in SECRETS.map(|word| word.chars().collect::<Vec<char>>()) {
        for (begins, _) in small.windows(word.len()).enumerate().filter(|(_, window)| *window == word.as_slice()) {
            let from = run(letters, begins + word.len(), |c| BETWEEN.contains(c));
            let to = run(letters, from, |c| c.is_ascii_graphic() && !"」』\"'）)".contains(c));
            if to - from >= SECRET_MIN {
                places.extend(bytes(letters, from, to));
            }
        }
    }
    places
}

/// Ends of names of sites that are told without their scheme.
const SITES: [&str; 11] = ["com", "net", "org", "jp", "onion", "info", "biz", "io", "ru", "xyz", "top"];

/// Sites, with their scheme or without.
pub fn links(letters: &[Letter]) -> Places {
    let is_site = |c: char| c.is_ascii_graphic() && !"<>\"'「」（）()、。".contains(c);
    let words = runs(letters, is_site).into_iter().filter(|place| {
        let word = text(letters, *place).to_ascii_lowercase();
        let host = word.split("://").last().unwrap_or_default().split(['/', ':']).next().unwrap_or_default();
        let end = host.trim_end_matches('.').rsplit('.').next().unwrap_or_default();
        word.contains("://") || (host.contains('.') && !host.contains('@') && SITES.contains(&end))
    });
    words.filter_map(|(from, to)| bytes(letters, from, to)).collect()
}

/// Addresses of mail.
pub fn mails(letters: &[Letter]) -> Places {
    let is_mail = |c: char| c.is_ascii_alphanumeric() || "._%+-@".contains(c);
    let words = runs(letters, is_mail).into_iter().filter(|place| {
        let word = text(letters, *place);
        word.split_once('@').is_some_and(|(who, host)| !who.is_empty() && host.trim_matches('.').contains('.'))
    });
    words.filter_map(|(from, to)| bytes(letters, from, to)).collect()
}

/// Addresses in a network: IPv4 with its port or width, IPv6, MAC.
pub fn addresses(letters: &[Letter]) -> Places {
    let is_part = |c: char| c.is_ascii_hexdigit() || ".:-/".contains(c);
    let words = runs(letters, is_part).into_iter().filter(|place| {
        let word = text(letters, *place);
        let word = word.trim_matches(['.', ':', '-', '/']);
        is_v4(word) || is_mac(word) || is_v6(word)
    });
    words.filter_map(|(from, to)| bytes(letters, from, to)).collect()
}

fn is_v4(word: &str) -> bool {
    // A range, a width, a port: what stands before it decides.
    let first = word.split(['/', ':', '-']).next().unwrap_or_default();
    let parts: Vec<&str> = first.split('.').collect();
    parts.len() == 4 && parts.iter().all(|part| part.len() <= 3 && part.parse::<u8>().is_ok())
}

fn is_mac(word: &str) -> bool {
    let of = |mark: char| {
        let parts: Vec<&str> = word.split(mark).collect();
        parts.len() == 6 && parts.iter().all(|part| part.len() == 2)
    };
    of(':') || of('-')
}

fn is_v6(word: &str) -> bool {
    let colons = word.matches(':').count();
    let address = word.split('/').next().unwrap_or_default();
    colons >= 2 && (colons >= 7 || address.contains("::")) && address.parse::<std::net::Ipv6Addr>().is_ok()
}

/// Accounts as a domain names them.
pub fn domain_accounts(letters: &[Letter]) -> Places {
    let is_part = |c: char| c.is_ascii_alphanumeric() || "._-\\".contains(c);
    let words = runs(letters, is_part).into_iter().filter(|place| {
        let word = text(letters, *place);
        word.split_once('\\').is_some_and(|(domain, name)| !domain.is_empty() && !name.is_empty())
    });
    words.filter_map(|(from, to)| bytes(letters, from, to)).collect()
}

/// Figures of a telephone number in Japan: at least, at most.
const PHONE: std::ops::RangeInclusive<usize> = 9..=11;
/// What is said before the number of an extension.
const EXTENSIONS: [&str; 3] = ["内線", "phs", "ext"];

/// Telephone numbers and extensions.
pub fn phones(letters: &[Letter]) -> Places {
    let is_part = |c: char| c.is_ascii_digit() || "-()+".contains(c);
    let words = runs(letters, is_part).into_iter().filter_map(|(from, to)| {
        // A bracket that the sentence opened is not the number's.
        let from = (from..to).find(|place| at(letters, *place).is_some_and(|c| c.is_ascii_digit() || c == '+'))?;
        let to = (from..to).rfind(|place| at(letters, *place).is_some_and(|c| c.is_ascii_digit()))? + 1;
        let word = text(letters, (from, to));
        let figures = word.chars().filter(char::is_ascii_digit).count();
        let is_phone = match word.strip_prefix('+') {
            Some(_) => figures >= *PHONE.start(),
            None => word.starts_with('0') && PHONE.contains(&figures),
        };
        let latin =
            |place: Option<usize>| place.and_then(|place| at(letters, place)).is_some_and(|c| c.is_ascii_alphabetic());
        (is_phone && !latin(from.checked_sub(1)) && !latin(Some(to))).then(|| bytes(letters, from, to))?
    });
    words.chain(extensions(letters)).collect()
}

fn extensions(letters: &[Letter]) -> Places {
    let small: Vec<char> = letters.iter().map(|letter| letter.ch.to_ascii_lowercase()).collect();
    let mut places = Vec::new();
    for word in EXTENSIONS.map(|word| word.chars().collect::<Vec<char>>()) {
        for (begins, _) in small.windows(word.len()).enumerate().filter(|(_, window)| *window == word.as_slice()) {
            let from = run(letters, begins + word.len(), |c| " :.番号".contains(c));
            let to = run(letters, from, |c| c.is_ascii_digit() || c == '-');
            if to - from >= 2 {
                places.extend(bytes(letters, from, to));
            }
        }
    }
    places
}

/// What stands before a form of address and is nobody's name.
const NOBODY: [&str; 29] = [
    "患者",
    "家族",
    "皆",
    "業者",
    "担当",
    "当直",
    "外来",
    "病棟",
    "看護",
    "事務",
    "薬剤",
    "検査",
    "放射線",
    "副",
    "主治",
    "部",
    "科",
    "課",
    "長",
    "医",
    "師",
    "係",
    "室",
    "病院",
    "本部",
    "電話",
    "警察",
    "記者",
    "訪問者",
];
/// Letters of a family name at most.
const FAMILY_MAX: usize = 4;

/// Kanji or katakana before a form of address or an office: perhaps somebody whom no register names.
pub fn unknown_people(text: &str, titles: &[&str]) -> Places {
    let mut places = Vec::new();
    for (to, _) in text.char_indices() {
        let rest = text.get(to..).unwrap_or_default();
        if !titles.iter().any(|title| rest.starts_with(title)) {
            continue;
        }
        let before = text.get(..to).unwrap_or_default();
        let name: Vec<char> = before.chars().rev().take_while(|c| is_kanji(*c) || ('ァ'..='ヶ').contains(c)).collect();
        let word: String = name.iter().rev().collect();
        if (1..=FAMILY_MAX).contains(&name.len()) && !NOBODY.iter().any(|nobody| word.ends_with(nobody)) {
            places.push((to - word.len(), to));
        }
    }
    places
}

/// Ages, rooms and beds, by which a patient is known in a small town.
pub fn ages_and_rooms(letters: &[Letter]) -> Places {
    let figures = runs(letters, |c| c.is_ascii_digit()).into_iter();
    let said = figures.filter(|(_, to)| {
        let rest: String = letters.iter().skip(*to).take(2).map(|letter| letter.ch).collect();
        ["歳", "才", "号室", "番床", "代の"].iter().any(|word| rest.starts_with(word))
    });
    said.filter_map(|(from, to)| bytes(letters, from, to)).collect()
}

#[cfg(test)]
mod tests {
    use super::super::letters::as_typed;
    use super::*;

    fn found(find: impl Fn(&[Letter]) -> Places, text: &str) -> Vec<&str> {
        find(&as_typed(text)).into_iter().map(|(from, to)| &text[from..to]).collect()
    }

    #[test]
    fn what_is_known_by_how_it_is_written_is_found_and_times_are_not() {
        for (text, want) in [
            ("10.0.5.17 から", vec!["10.0.5.17"]),
            ("１９２．１６８．１．１へ", vec!["１９２．１６８．１．１"]),
            ("203.0.113.7:4444 と 192.168.0.0/16", vec!["203.0.113.7:4444", "192.168.0.0/16"]),
            ("fe80::1 と 00-1B-44-11-3A-B7", vec!["fe80::1", "00-1B-44-11-3A-B7"]),
            ("2021-10-31 00:30:15 に 1.2.3 を", vec![]),
        ] {
            assert_eq!(found(addresses, text), want, "{text}");
        }
        for (text, want) in [
            ("0883-62-1234 に（090-1234-5678）", vec!["0883-62-1234", "090-1234-5678"]),
            ("０８８３（６２）１２３４", vec!["０８８３（６２）１２３４"]),
            ("+81-883-62-1234、内線 2301", vec!["+81-883-62-1234", "2301"]),
            ("00:30、2021-10-31、0030、200台", vec![]),
        ] {
            assert_eq!(found(phones, text), want, "{text}");
        }
        assert_eq!(found(mails, "it@hospital.example へ"), ["it@hospital.example"]);
        assert_eq!(found(links, "（abcdef.onion）と report.pdf"), ["abcdef.onion"]);
        assert_eq!(found(domain_accounts, "HOSP\\admin で"), ["HOSP\\admin"]);
        assert_eq!(found(passwords, "パスワードは「Admin#2021」、パスワードを変更"), ["Admin#2021"]);
        assert_eq!(found(ages_and_rooms, "305号室 85歳 10人"), ["305", "85"]);
    }

    #[test]
    fn a_name_that_no_register_has_is_doubtful_and_an_office_is_not() {
        let found = |text: &'static str| -> Vec<&str> {
            unknown_people(text, &["さん", "課長", "医師"]).into_iter().map(|(from, to)| &text[from..to]).collect()
        };
        assert_eq!(found("藤川さんと三好課長"), ["藤川", "三好"]);
        assert_eq!(found("患者さん、当直医師、業者さん"), [""; 0]);
    }
}
