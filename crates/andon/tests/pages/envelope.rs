//! A chart file as whoever has it meets it: opened from a folder in a real browser with nothing installed. What it shows is what the
//! page shows; what was not asked for stays sealed; nothing goes out; it locks.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::{Value, json};

use super::driver::Browser;
use super::every::{axe, violations};
use super::{Patient, Served, andon, says, utf8};

/// What counts openings of boxes: put into the page beside its own script.
const WATCH: &str = "window.opened = []; const own = crypto.subtle.decrypt.bind(crypto.subtle); \
    crypto.subtle.decrypt = (how, ...rest) => { opened.push(new TextDecoder().decode(how.additionalData).split(' ').pop()); return own(how, ...rest); };";
/// The words of each part of a chart, without what changes from minute to minute; on the page without those of which it shows the first
/// rows only.
const CHART_WORDS: &str = "const all = document.getElementById('body') || document.querySelector('main'); \
    const parts = [...all.querySelectorAll('.first, section.card[id]')].filter(part => part.className === 'first' || !part.querySelector('p > a.more')); \
    return Object.fromEntries(parts.map(part => [part.id || 'first', part.textContent \
    .replace(/\\d+(分|時間|日|か月|年)(前|後|以内)|今日|昨日|明日/g, '~').replace(/\\s+/g, '')]))";

/// The days of 経過, as [`CHART_WORDS`].
const DAY_WORDS: &str = "return [...document.querySelectorAll('section.day')].map(day => day.textContent \
    .replace(/\\d+(分|時間|日|か月|年)(前|後|以内)|今日|昨日|明日/g, '~').replace(/\\s+/g, ''))";

/// Opens a row of the list and goes back; its number, and what was said where it did not open.
const OPEN_ROW: &str = "const of = id => document.getElementById(id); of('find-problem').textContent = of('body').textContent = ''; \
    const row = document.querySelector('#hits tbody tr:nth-child(ROW)'); row.querySelector('button').click(); \
    return new Promise(done => { const look = () => { const bad = of('find-problem').textContent; \
    if (bad || document.querySelector('#body .first')) { if (!bad) of('back').click(); done([row.querySelector('.id').textContent, bad]); } \
    else setTimeout(look, 20); }; look(); })";

/// A file made, with the figures of its sealed sheets.
struct Carried {
    html: PathBuf,
    figures: Vec<String>,
    said: Value,
}

impl Carried {
    /// Of what is served, with these words more.
    fn make(served: &Served, words: &[&str]) -> Carried {
        let folder = served.folder.path().join(format!("stick-{}", words.len()));
        let papers = served.folder.path().join(format!("papers-{}.pdf", words.len()));
        let home = served.folder.path().join("home");
        let args = [&["envelope", "make", "--out", utf8(&folder), "--papers", utf8(&papers), "--json"], words].concat();
        let said: Value = serde_json::from_slice(&andon(&home, &args)).unwrap();
        let html = PathBuf::from(said["files"][0].as_str().unwrap());
        Carried { html, figures: figures(&papers), said }
    }

    fn url(&self) -> String {
        format!("file://{}", self.html.display())
    }

    fn number(&self) -> &str {
        self.said["number"].as_str().unwrap()
    }
}

/// The figures on the sealed sheets of a PDF.
fn figures(papers: &Path) -> Vec<String> {
    let out = Command::new("pdftotext").arg("-layout").arg(papers).arg("-").output().unwrap();
    let text = String::from_utf8_lossy(&out.stdout).into_owned();
    let of_line = |line: &str| {
        let words: Vec<&str> = line.split_whitespace().collect();
        let digits = |word: &&str| word.bytes().all(|byte| byte.is_ascii_digit());
        let lengths: Vec<usize> = words.iter().map(|word| word.len()).collect();
        (words.iter().all(digits) && lengths == [4, 4, 4, 4, 4, 4, 2]).then(|| words.concat())
    };
    text.lines().filter_map(of_line).collect()
}

fn full_width(digits: &str) -> String {
    digits.chars().map(|digit| char::from_u32(0xFF10 + digit.to_digit(10).unwrap()).unwrap()).collect()
}

fn unlock(browser: &Browser, figures: &str) {
    browser.run("document.querySelectorAll('.digits input').forEach(input => { input.value = ''; })");
    browser.type_into(".digits input", figures);
    browser.click("#go");
}

fn opened(browser: &Browser) -> Vec<String> {
    serde_json::from_value(browser.run("return opened")).unwrap()
}

fn find(browser: &Browser, typed: &str) -> Vec<String> {
    browser.run("document.getElementById('q').value = ''");
    browser.type_into("#q", &format!("{typed}\n"));
    says(browser, "#found-head", &["見つかった"]);
    let mut ids: Vec<String> = serde_json::from_value(
        browser.run("return [...document.querySelectorAll('#hits .id')].map(e => e.textContent)"),
    )
    .unwrap();
    ids.sort();
    ids
}

/// What the program finds by the same words.
fn found(served: &Served, typed: &str) -> Vec<String> {
    let home = served.folder.path().join("home");
    let said = Command::new(env!("CARGO_BIN_EXE_andon")).args(["search", typed, "--json", "--home"]).arg(home).output();
    let said: Value = serde_json::from_slice(&said.unwrap().stdout).unwrap();
    let mut ids: Vec<String> =
        said["hits"].as_array().unwrap().iter().map(|hit| hit["id"].as_str().unwrap().to_owned()).collect();
    ids.sort();
    ids
}

/// The first inpatient of a ward: number and place in the list.
fn inpatients(served: &Served, count: usize) -> Vec<String> {
    let said = Command::new(env!("CARGO_BIN_EXE_andon"))
        .args(["ward", "03", "--json", "--home"])
        .arg(served.folder.path().join("home"))
        .output();
    let said: Value = serde_json::from_slice(&said.unwrap().stdout).unwrap();
    let beds = said["beds"].as_array().unwrap();
    beds.iter().take(count).map(|bed| bed["id"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_file_shows_what_the_page_shows_and_opens_nothing_else() {
    let served = Served::start();
    let home = served.folder.path().join("home");
    let Patient { id, name, .. } = &served.patient;
    andon(&home, &["envelope", "contents", "all,safety,drugs", "--by", "行灯 院長"]);
    let ward = inpatients(&served, 3);
    andon(&home, &["flag", &ward[2], "staff_patient", "--by", "佐藤師長", "--reason", "本人の希望"]);
    let unnamed = temporary(&served);
    let file = Carried::make(&served, &[]);
    assert_eq!(file.figures.len(), 2, "a sealed sheet for each holder");
    let bytes = std::fs::read(&file.html).unwrap();
    for secret in [name.as_bytes(), file.figures[0].as_bytes(), "ペニシリン".as_bytes()] {
        assert!(!bytes.windows(secret.len()).any(|part| part == secret), "in the clear");
    }
    let browser = Browser::with_scripts();
    browser.go(&file.url());
    opens_by_its_own_figures_alone(&browser, &file);
    searches_alike(&browser, &served);
    shows_alike(&browser, &served, &ward[..2]);
    carries_who_is_temporary(&browser, &unnamed);
    asks_why(&browser, &ward[2]);
    says_what_it_does_not_hold(&browser, id);
    assert_eq!(locks(&browser, name), Vec::<String>::new());
}

fn opens_by_its_own_figures_alone(browser: &Browser, file: &Carried) {
    says(browser, "#unlock", &["院内LANにつながっていたPCでは開かない", file.number(), "スティックは使い回さず"]);
    says(browser, ".bar", &["閲覧のみ", "画面の試験病院", "時点", "前）"]);
    says(browser, ".training-band", &["訓練"]);
    browser.picture("envelope-unlock");
    browser.run(WATCH);
    // A slip of the hand, and the figures of another file.
    let right = &file.figures[1];
    let last = if right.ends_with('0') { '1' } else { '0' };
    unlock(browser, &format!("{}{last}", &right[..25]));
    says(browser, "#unlock-problem", &["検査数字が合いません"]);
    unlock(browser, "00000000000000000000000001");
    says(browser, "#unlock-problem", &["№ が、このファイルの № と同じか"]);
    assert_eq!(opened(browser), Vec::<String>::new(), "nothing opens without the figures");
    unlock(browser, &full_width(right));
    says(browser, "#find h1", &["患者をさがす"]);
    assert_eq!(opened(browser), ["0"], "the index alone");
    browser.picture("envelope-find");
}

/// The same words find the same people, and open nothing.
fn searches_alike(browser: &Browser, served: &Served) {
    for key in ["allergy-clash", "same-name", "child-inpatient", "mrsa"] {
        let person = Patient::special(&served.people, key);
        for typed in [&person.kana, &person.name, &full_width(&format!("000{}", person.id))] {
            assert_eq!(find(browser, typed), found(served, typed), "{key}: {typed}");
        }
    }
    for typed in ["ﾔﾏﾀﾞ", "やまだ", "ヤマ", "髙橋", "高橋", "渡邉", "渡辺", "■橋", "たなか かずえ"]
    {
        assert_eq!(find(browser, typed), found(served, typed), "{typed}");
    }
    assert_eq!(opened(browser), ["0"], "searching opens nothing");
}

/// The words of charts are those of their pages; one box is opened for each.
fn shows_alike(browser: &Browser, served: &Served, ids: &[String]) {
    let page = Browser::with_scripts();
    page.go(&served.link);
    for (at, id) in ids.iter().enumerate() {
        find(browser, id);
        browser.click("#hits button");
        says(browser, "#who", &[id.as_str()]);
        says(browser, "#chart .made-at", &["作成時から数えた"]);
        browser.picture(&format!("envelope-chart-{at}"));
        let (carried, days) = (browser.run(CHART_WORDS), browser.run(DAY_WORDS));
        browser.click("#back");
        page.go(&served.at(&format!("/patients/self/{id}?lang=ja")));
        says(&page, "footer", &[]);
        let shown = page.run(CHART_WORDS);
        let shown = shown.as_object().unwrap();
        assert!(shown.len() > 10 && shown["first"].as_str().unwrap().len() > 200, "{id}");
        for (part, words) in shown {
            assert_eq!(&carried[part], words, "{id} {part}");
        }
        // 経過 by day, as much of it as its page shows at once.
        page.go(&served.at(&format!("/patients/self/{id}/timeline?lang=ja")));
        says(&page, "footer", &[]);
        assert!(days.as_array().is_some_and(|days| !days.is_empty()), "{id}");
        assert_eq!(days, page.run(DAY_WORDS), "{id}");
        assert_eq!(opened(browser).len(), 2 + at, "one box a chart");
    }
}

/// A temporary patient whose paper came back: the number.
fn temporary(served: &Served) -> String {
    let home = served.folder.path().join("home");
    let [pdf, picture] = ["temporary.pdf", "temporary.jpg"].map(|name| served.folder.path().join(name));
    let said = andon(&home, &["print", "sheet", "P7", "--temporary", "--copies", "1", "--json", "--out", utf8(&pdf)]);
    let said: Value = serde_json::from_slice(&said).unwrap();
    std::fs::write(&picture, scan::picture(&std::fs::read(&pdf).unwrap(), 1, 1_754).unwrap()).unwrap();
    andon(&home, &["scan", utf8(&picture)]);
    said["sheets"][0]["id"].as_str().unwrap().to_owned()
}

/// Who has no number of the EMR's is found by the one given here, and stands under a word of his own.
fn carries_who_is_temporary(browser: &Browser, number: &str) {
    says(browser, "#wards", &["仮患者"]);
    assert_eq!(find(browser, number), [number]);
    browser.click("#hits button");
    says(browser, "#who", &[number, "仮患者"]);
    says(browser, "#body", &["紙"]);
    browser.picture("envelope-temporary");
    browser.click("#back");
}

/// Who is kept back opens only for a reason.
fn asks_why(browser: &Browser, id: &str) {
    let before = opened(browser).len();
    find(browser, id);
    says(browser, "#hits", &["職員患者"]);
    browser.click("#hits button");
    says(browser, "#reason", &["職員患者", "残りません"]);
    assert_eq!(opened(browser).len(), before, "asked before it opens");
    browser.type_into("#why", "受け持ち\n");
    says(browser, "#why-said", &["受け持ち"]);
    assert_eq!(opened(browser).len(), before + 1);
    browser.click("#back");
}

/// Somebody whose chart is not in it: what the named person decided that is told, and that the rest is not known.
fn says_what_it_does_not_hold(browser: &Browser, id: &str) {
    find(browser, id);
    says(browser, "#hits", &["要約のみ"]);
    browser.click("#hits button");
    says(browser, "#only", &["「なし」を意味しません"]);
    says(browser, "#allergies", &["あり", "ペニシリン"]);
    says(browser, "#infections", &["記録なし＝未確認"]);
    browser.picture("envelope-brief");
}

/// What is left to read after ten idle minutes; nothing may be.
fn locks(browser: &Browser, name: &str) -> Vec<String> {
    let out = browser.run(
        "return new Promise(done => { addEventListener('securitypolicyviolation', e => done(e.effectiveDirective)); \
         fetch('http://127.0.0.1:9/').catch(() => 0); })",
    );
    assert_eq!(out, "connect-src", "nothing goes out");
    browser.run("const now = Date.now.bind(Date); Date.now = () => now() + 10 * 60000 + 1000");
    says(browser, "#unlock-problem", &["10分間"]);
    let page = browser.run("return document.documentElement.outerHTML");
    let page = page.as_str().unwrap();
    let mut left: Vec<String> =
        [name, "ペニシリン"].iter().filter(|word| page.contains(**word)).map(|word| (*word).to_owned()).collect();
    left.extend(
        browser
            .run("return ['who', 'body', 'held'].map(id => document.getElementById(id).textContent).join('').trim()")
            .as_str()
            .filter(|text| !text.is_empty())
            .map(str::to_owned),
    );
    left
}

#[test]
fn a_file_is_accessible_warns_when_it_is_old_and_locks_when_hidden() {
    let (served, axe) = (Served::start(), axe());
    for (lang, words) in [("ja", &[][..]), ("en", &["--english"])] {
        let file = Carried::make(&served, words);
        let browser = Browser::with_scripts();
        browser.cdp(
            "Page.addScriptToEvaluateOnNewDocument",
            &json!({ "source": "const own = Date.now.bind(Date); Date.now = () => own() + 9 * 86400000 + (window.more || 0)" }),
        );
        browser.go(&file.url());
        let shown = browser
            .run("return ['warning', 'unlock', 'find', 'chart'].filter(id => !document.getElementById(id).hidden)");
        assert_eq!(shown, json!(["warning"]), "past its date nothing but the warning");
        let mut wrong = violations(&browser, &axe);
        browser.picture(&format!("envelope-warning-{lang}"));
        browser.click("#go-on");
        wrong.extend(violations(&browser, &axe));
        unlock(&browser, &file.figures[0]);
        browser.click("#wards button");
        says(&browser, "#hits", &["-"]);
        wrong.extend(violations(&browser, &axe));
        browser.click("#hits button");
        let old = if lang == "ja" { ["9日前", "期限切れ"] } else { ["9 days ago", "past its date"] };
        says(&browser, ".bar.red", &old);
        wrong.extend(violations(&browser, &axe));
        for (width, height) in [(1280, 800), (640, 400)] {
            browser.window(width, height);
            let wide =
                browser.run("return document.documentElement.scrollWidth > document.documentElement.clientWidth");
            assert_eq!(wide, false, "{lang} {width}: scrolls sideways");
            browser.picture(&format!("envelope-old-{lang}-{width}"));
        }
        assert!(wrong.is_empty(), "{lang}: {} findings:\n{}", wrong.len(), wrong.join("\n"));
        browser.run(
            "Object.defineProperty(document, 'hidden', { get: () => true, configurable: true }); \
             document.dispatchEvent(new Event('visibilitychange')); window.more = 2 * 60000 + 1000; \
             Object.defineProperty(document, 'hidden', { get: () => false }); document.dispatchEvent(new Event('visibilitychange'));",
        );
        let locked = browser
            .run("return [document.getElementById('unlock').hidden, document.getElementById('body').textContent]");
        assert_eq!(locked, json!([false, ""]), "hidden for more than two minutes");
    }
}

/// The same boxes as two files, and one with a byte changed in it.
#[test]
fn boxes_apart_are_read_slice_by_slice_and_a_changed_one_says_so() {
    let served = Served::start();
    let file = Carried::make(&served, &[]);
    let html = std::fs::read_to_string(&file.html).unwrap();
    let (before, rest) = html.split_once("id=\"boxes\">").unwrap();
    let (boxes, after) = rest.split_once("</script>").unwrap();
    let lengths = before.split_once("\"lengths\":[").unwrap().1.split_once(']').unwrap().0;
    let mut at = 0;
    let mut data = Vec::new();
    for length in lengths.split(',').map(|length| length.parse::<usize>().unwrap()) {
        let end = at + length.div_ceil(3) * 4;
        data.extend(super::driver::base64(&boxes[at..end]).into_iter().take(length));
        at = end;
    }
    let first: usize = lengths.split(',').next().unwrap().parse().unwrap();
    let apart = before.replace("\"data\":\"\"", "\"data\":\"andon.bin\"");
    std::fs::write(&file.html, format!("{apart}id=\"boxes\"></script>{after}")).unwrap();
    let bin = served.folder.path().join("andon.bin");
    // The first chart of the file is spoiled, the index and all others are not.
    data[first + 20] ^= 1;
    std::fs::write(&bin, &data).unwrap();

    let browser = Browser::with_scripts();
    browser.go(&file.url());
    unlock(&browser, &file.figures[0]);
    says(&browser, "#unlock-problem", &["andon.bin"]);
    browser.type_into("#data", utf8(&bin));
    browser.click("#go");
    says(&browser, "#find h1", &["患者をさがす"]);
    let mut damaged = std::collections::BTreeSet::new();
    let mut good = 0;
    for list in ["wards", "days"] {
        let many = browser.run(&format!("return document.querySelectorAll('#{list} button').length")).as_u64().unwrap();
        for at in 1..=many {
            browser.click(&format!("#{list} li:nth-child({at}) button"));
            let rows = browser.run("return document.querySelectorAll('#hits tbody tr').length").as_u64().unwrap();
            for row in 1..=rows {
                let told = browser.run(&OPEN_ROW.replace("ROW", &row.to_string()));
                let (id, said) = (told[0].as_str().unwrap(), told[1].as_str().unwrap());
                if said.is_empty() {
                    good += 1;
                } else {
                    assert!(said.contains("壊れているか、書き換えられ"), "{said}");
                    damaged.insert(id.to_owned());
                }
            }
        }
    }
    assert!(damaged.len() == 1 && good > 10, "a fault in one box stays there: {damaged:?}, {good} open");
}
