//! What an envelope may hold, and for how long it is good. Pure.

use chart::Moment;

/// An envelope of one file is no larger: what a browser of ten years ago takes in within seconds. A larger one is two files.
pub const ONE_FILE_BYTES_MAX: usize = 30 << 20;
/// Days for which an envelope is good when nothing else is said: a week's stick is swapped for the next before that.
pub const GOOD_DAYS: u32 = 7;
/// More days than this are no copy to work by.
pub const GOOD_DAYS_MAX: u32 = 31;
/// Days ahead whose appointments have their charts in it.
pub const DAYS: u32 = 7;
/// More days than this, and the file holds most of the town.
pub const DAYS_MAX: u32 = 14;
/// Holders of passphrases: the ward, the office, one more. Each is tried when a passphrase is typed.
pub const SLOTS_MAX: usize = 4;
/// Holders when nothing else is said.
pub const SLOTS: [&str; 2] = ["病棟", "本部"];

/// Who stands in the index: those whose charts are in the file, or everybody.
const CHARTS: &str = "charts";
const ALL: &str = "all";
/// What the index says of everybody beside number, name, kana, former names, birth, sex, place and 秘匿.
pub const MORE: [&str; 5] = ["phone", "safety", "drugs", "problems", "visits"];

/// What the index of all patients holds: a named person's decision (users.md 14).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contents {
    /// Everybody, not only those whose charts are in the file.
    pub everybody: bool,
    /// Words of [`MORE`], in its order.
    pub more: Vec<String>,
}

impl Contents {
    /// Reads words parted by commas: `charts`, `all`, or `all` and words of [`MORE`].
    ///
    /// # Errors
    /// The word that is none, or has no place there.
    pub fn read(words: &str) -> Result<Contents, String> {
        let all: Vec<&str> = words.split(',').map(str::trim).filter(|word| !word.is_empty()).collect();
        let known = |word: &str| word == ALL || word == CHARTS || MORE.contains(&word);
        if let Some(stray) = all.iter().find(|word| !known(word)) {
            return Err((*stray).to_owned());
        }
        let everybody = all.contains(&ALL);
        if everybody == all.contains(&CHARTS) || (!everybody && all.len() > 1) {
            return Err(words.to_owned());
        }
        let more = MORE.into_iter().filter(|word| all.contains(word)).map(str::to_owned).collect();
        Ok(Contents { everybody, more })
    }

    /// The words.
    pub fn words(&self) -> String {
        let first = if self.everybody { ALL } else { CHARTS };
        std::iter::once(first).chain(self.more.iter().map(String::as_str)).collect::<Vec<_>>().join(",")
    }

    /// Whether the index says this of everybody.
    pub fn says(&self, word: &str) -> bool {
        self.more.iter().any(|known| known == word)
    }
}

/// The last moment of the last day on which a file made now is good.
pub fn good_until(now: Moment, days: u32) -> Moment {
    Moment(now.plus_days(i64::from(days) + 1).day().start.0 - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_decision_names_whom_and_what() {
        for (words, everybody, more) in [
            ("charts", false, &[][..]),
            ("all", true, &[]),
            ("visits, all,phone", true, &["phone", "visits"]),
            ("all,phone,safety,drugs,problems,visits", true, &MORE),
        ] {
            let read = Contents::read(words).unwrap();
            assert_eq!(
                (read.everybody, read.more.as_slice()),
                (everybody, &more.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>()[..])
            );
            assert_eq!(Contents::read(&read.words()), Ok(read));
        }
        for stray in ["", "phone", "all,charts", "charts,phone", "everything", "all,names"] {
            assert!(Contents::read(stray).is_err(), "{stray}");
        }
    }

    #[test]
    fn a_file_is_good_to_the_end_of_its_last_day() {
        let moment = |text: &str| chart::When::parse(text).unwrap().start;
        let until = good_until(moment("202611261830"), 7);
        assert_eq!(until.digits17(), "20261203235959999");
        assert_eq!(good_until(moment("202611262359"), 0).digits17(), "20261126235959999");
    }
}
