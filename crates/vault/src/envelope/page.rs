//! The file around the boxes: HTML that asks nothing of anybody. Its policy lets no request out, runs the one script and draws with
//! the one style it was made with, by their hashes. A file that would be too large for a browser of ten years ago to take in at once
//! is two: the page, and the boxes in a file that the page reads slice by slice once it was picked.

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use sha2::{Digest, Sha256};

use super::seal::{ITERATIONS, Sealed};

/// What a page is made of.
pub struct Page<'a> {
    /// `ja` or `en`.
    pub lang: &'a str,
    /// Title of the window.
    pub title: &'a str,
    /// The style sheet.
    pub style: &'a str,
    /// What stands in the body before anything is opened: HTML.
    pub body: &'a str,
    /// What the script is told without a passphrase: JSON. No patient.
    pub open: &'a str,
    /// The script.
    pub script: &'a str,
}

/// The files of an envelope.
pub struct Written {
    /// The page.
    pub html: Vec<u8>,
    /// The boxes, where they are a file of their own.
    pub data: Option<Vec<u8>>,
}

/// The content security policy of a page with this style and this script.
pub fn policy(style: &str, script: &str) -> String {
    let hash = |text: &str| format!("'sha256-{}'", BASE64.encode(Sha256::digest(text.as_bytes())));
    format!(
        "default-src 'none'; script-src {}; style-src {}; img-src data:; connect-src 'none'; form-action 'none'; base-uri 'none'",
        hash(script),
        hash(style)
    )
}

impl Page<'_> {
    /// Writes it: one file, or two where one would be larger than `most` bytes; the second is then called `data_name`.
    pub fn write(&self, sealed: &Sealed, most: usize, data_name: &str) -> Written {
        let bytes: usize = sealed.boxes.iter().map(|sealed| sealed.len().div_ceil(3) * 4).sum();
        let rest = self.style.len() + self.body.len() + self.open.len() + self.script.len();
        // Each length of a box is told in a few figures.
        let apart = bytes + rest + sealed.boxes.len() * 8 > most;
        let boxes = if apart { String::new() } else { base64_of(&sealed.boxes) };
        let html = self.html(&head(sealed, apart.then_some(data_name)), &boxes);
        Written { html: html.into_bytes(), data: apart.then(|| sealed.boxes.concat()) }
    }

    fn html(&self, head: &str, boxes: &str) -> String {
        let Page { lang, title, style, body, open, script } = self;
        let policy = policy(style, script);
        // Text of a script element ends at `</`; JSON may write it otherwise.
        let open = open.replace('<', "\\u003c");
        format!(
            "<!doctype html>\n<html lang=\"{lang}\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{policy}\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"referrer\" content=\"no-referrer\">\n<title>{title}</title>\n\
             <link rel=\"icon\" href=\"data:,\">\n<style>{style}</style>\n</head>\n<body>\n{body}\n\
             <script type=\"application/json\" id=\"open\">{open}</script>\n\
             <script type=\"application/json\" id=\"sealed\">{head}</script>\n\
             <script type=\"text/plain\" id=\"boxes\">{boxes}</script>\n\
             <script>{script}</script>\n</body>\n</html>\n"
        )
    }
}

/// What opens the boxes, and where each begins: JSON of figures and base 64 alone.
fn head(sealed: &Sealed, data_name: Option<&str>) -> String {
    let slots: Vec<String> = sealed.slots.iter().map(|slot| format!("\"{}\"", BASE64.encode(&slot.0))).collect();
    let lengths: Vec<String> = sealed.boxes.iter().map(|sealed| sealed.len().to_string()).collect();
    format!(
        "{{\"id\":\"{}\",\"iterations\":{ITERATIONS},\"salt\":\"{}\",\"slots\":[{}],\"data\":\"{}\",\"lengths\":[{}]}}",
        sealed.id,
        BASE64.encode(sealed.salt),
        slots.join(","),
        data_name.unwrap_or_default(),
        lengths.join(",")
    )
}

/// Each box by itself, so that one can be taken out by its length.
fn base64_of(boxes: &[Vec<u8>]) -> String {
    let mut text = String::with_capacity(boxes.iter().map(|sealed| sealed.len().div_ceil(3) * 4).sum());
    boxes.iter().for_each(|sealed| BASE64.encode_string(sealed, &mut text));
    text
}

#[cfg(test)]
mod tests {
    use super::super::{Passphrase, Sealer};
    use super::*;

    fn sealed() -> Sealed {
        let mut sealer = Sealer::new().unwrap();
        sealer.add(&[7; 100]).unwrap();
        sealer.finish(b"index", &[&Passphrase::random().unwrap()]).unwrap()
    }

    const PAGE: Page<'_> = Page {
        lang: "ja",
        title: "閲覧用カルテファイル",
        style: "b{}",
        body: "<main></main>",
        open: "{\"hospital\":\"</script>\"}",
        script: "1;",
    };

    #[test]
    fn a_page_is_one_file_or_two_and_says_which() {
        let sealed = sealed();
        let one = PAGE.write(&sealed, 1 << 20, "andon.bin");
        let html = String::from_utf8(one.html).unwrap();
        assert!(one.data.is_none() && html.contains("\"data\":\"\""));
        assert!(html.contains(&BASE64.encode(&sealed.boxes[1])));
        let two = PAGE.write(&sealed, 100, "andon.bin");
        let html = String::from_utf8(two.html).unwrap();
        assert!(html.contains("\"data\":\"andon.bin\"") && html.contains("id=\"boxes\"></script>"));
        assert_eq!(two.data.unwrap(), sealed.boxes.concat());
    }

    #[test]
    fn nothing_ends_a_script_early_and_the_policy_lets_nothing_out() {
        let html = String::from_utf8(PAGE.write(&sealed(), 1 << 20, "x").html).unwrap();
        assert_eq!(html.matches("</script>").count(), 4);
        // The hash of `1;` as `openssl dgst -sha256 -binary | base64` gives it.
        let policy = policy("b{}", "1;");
        let begins =
            "default-src 'none'; script-src 'sha256-CImjRDTlhukYQ2AnxOi0wzgPhGQ3Mb3rVwJK24dFz1M='; style-src 'sha256-";
        assert!(policy.starts_with(begins), "{policy}");
        assert!(policy.contains("connect-src 'none'") && policy.contains("form-action 'none'"));
        assert!(!policy.contains("unsafe"));
    }
}
