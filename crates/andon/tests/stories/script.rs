//! The language of stories: one line a step, words with spaces between, `「…」` round words that hold spaces.

/// A story read from its file.
pub struct Story {
    pub title: String,
    pub steps: Vec<Step>,
}

/// One line that does or expects something.
#[derive(Debug)]
pub struct Step {
    /// Line in the file, from 1.
    pub line: usize,
    /// The line as written, for the message when it fails.
    pub text: String,
    /// `HH:MM` at which it happens, if the line gives one.
    pub time: Option<(u32, u32)>,
    /// What to do.
    pub verb: String,
    /// With what.
    pub words: Vec<String>,
}

impl Story {
    /// Reads a story; the error says which line is not understood.
    pub fn read(text: &str) -> Result<Story, String> {
        let mut story = Story { title: String::new(), steps: Vec::new() };
        for (at, line) in text.lines().enumerate() {
            let line_text = line.trim();
            if line_text.is_empty() || line_text.starts_with('#') {
                continue;
            }
            let mut words = split(line_text).map_err(|why| format!("line {}: {why}", at + 1))?;
            if words.first().is_some_and(|word| word == "物語") {
                story.title = words.get(1).cloned().unwrap_or_default();
                continue;
            }
            let time = words.first().and_then(|word| clock(word));
            if time.is_some() {
                words.remove(0);
            }
            if words.is_empty() {
                return Err(format!("line {}: a time without a step", at + 1));
            }
            let verb = words.remove(0);
            story.steps.push(Step { line: at + 1, text: line_text.to_owned(), time, verb, words });
        }
        if story.title.is_empty() { Err("a story needs a line 物語 …".into()) } else { Ok(story) }
    }
}

fn clock(word: &str) -> Option<(u32, u32)> {
    let (hour, minute) = word.split_once(':')?;
    Some((hour.parse().ok().filter(|hour| *hour < 24)?, minute.parse().ok().filter(|minute| *minute < 60)?))
}

fn split(line: &str) -> Result<Vec<String>, String> {
    let mut words = Vec::new();
    let mut rest = line.trim_start();
    while !rest.is_empty() {
        let (word, after) = match rest.strip_prefix('「') {
            Some(quoted) => quoted.split_once('」').ok_or("「 without 」")?,
            None => rest.split_once([' ', '\u{3000}']).unwrap_or((rest, "")),
        };
        words.push(word.to_owned());
        rest = after.trim_start_matches([' ', '\u{3000}']);
    }
    Ok(words)
}
