//! What holds for every page in both languages: no axe violation (WCAG 2.2 A and AA), the data time in sight without
//! scrolling, nothing to scroll sideways at 200 % zoom; and that the chart's first screenful fits. `list.txt` names the pages.

use std::path::Path;

use super::driver::Browser;
use super::{Patient, Served, says};

const LIST: &str = include_str!("list.txt");
/// The rules of WCAG 2.0, 2.1 and 2.2, levels A and AA, as axe-core tags them.
const TAGS: &str = "['wcag2a','wcag2aa','wcag21a','wcag21aa','wcag22aa']";
/// A usual window, and the same at 200 % zoom.
const WINDOWS: [(u32, u32); 2] = [(1280, 800), (640, 400)];

/// Name and address of each page, with the people of the hospital put in.
fn pages(served: &Served) -> Vec<(&'static str, String)> {
    let lines = LIST.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    let page = |line: &'static str| {
        let (name, address) = line.split_once(' ').unwrap();
        let mut address = address.trim().to_owned();
        while let Some((before, rest)) = address.split_once('{') {
            let (inside, after) = rest.split_once('}').unwrap();
            let (field, key) = inside.split_once(':').unwrap();
            let person = Patient::special(&served.people, key);
            let value = if field == "id" { person.id } else { person.kana };
            address = format!("{before}{value}{after}");
        }
        (name, address)
    };
    lines.map(page).collect()
}

fn open(served: &Served, browser: &Browser, address: &str, lang: &str) {
    let (path, anchor) =
        address.split_once('#').map_or((address, String::new()), |(path, at)| (path, format!("#{at}")));
    let mark = if path.contains('?') { '&' } else { '?' };
    browser.go(&served.at(&format!("{path}{mark}lang={lang}{anchor}")));
    // The last thing on every page: before it is there, the rest may not be.
    says(browser, "footer", &[]);
}

pub(super) fn axe() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/node_modules/axe-core/axe.min.js");
    std::fs::read_to_string(path).expect("axe-core: cargo x check brings it by npm")
}

/// What axe finds, a line each: the rule, and where.
pub(super) fn violations(browser: &Browser, axe: &str) -> Vec<String> {
    let told = browser.run(&format!(
        "{axe}; return window.looking = axe.run(document, {{runOnly: {TAGS}, resultTypes: ['violations']}}).then(r => \
         [r.passes.length].concat(r.violations.flatMap(v => v.nodes.map(n => v.id + ' ' + n.target.join(' ') + ' ' + n.failureSummary))))"
    ));
    let told = told.as_array().unwrap_or_else(|| panic!("axe did not run on {}: {told}", browser.address()));
    assert!(told[0].as_u64() > Some(0), "axe looked at nothing on {}", browser.address());
    told[1..].iter().map(|line| line.as_str().unwrap().to_owned()).collect()
}

/// What is wrong with how the page lies in its window.
pub(super) fn layout(browser: &Browser) -> Vec<String> {
    let told = browser.run(
        "scrollTo(0, 0); const wrong = [], root = document.documentElement; \
         if (root.scrollWidth > root.clientWidth) { \
           const wide = [...document.querySelectorAll('body *')].find(e => e.getBoundingClientRect().right > root.clientWidth + 1); \
           wrong.push(`scrolls sideways: ${root.scrollWidth} in ${root.clientWidth}, ${wide && wide.outerHTML.slice(0, 120)}`); } \
         const fresh = document.querySelector('.fresh'), at = fresh && fresh.getBoundingClientRect(); \
         if (!fresh || at.top < 0 || at.bottom > innerHeight || at.height < 10) wrong.push('the data time is out of sight'); \
         else { const seen = document.elementFromPoint(at.left + 5, at.top + at.height / 2); \
           if (!seen || !fresh.contains(seen)) wrong.push('something lies over the data time'); } \
         return wrong;",
    );
    told.as_array().unwrap().iter().map(|line| line.as_str().unwrap().to_owned()).collect()
}

#[test]
fn every_page_is_accessible_says_how_old_it_is_and_fits_at_200_percent() {
    let (served, browser, axe) = (Served::start(), Browser::with_scripts(), axe());
    browser.go(&served.link);
    let mut wrong = Vec::new();
    for (name, address) in pages(&served) {
        for lang in ["ja", "en"] {
            open(&served, &browser, &address, lang);
            for (width, height) in WINDOWS {
                browser.window(width, height);
                wrong.extend(layout(&browser).into_iter().map(|what| format!("{name} {lang} {width}: {what}")));
            }
            // axe takes minutes over thousands of rows that are all alike.
            if !name.starts_with("long-") {
                wrong.extend(violations(&browser, &axe).into_iter().map(|what| format!("{name} {lang}: {what}")));
            }
        }
    }
    open(&served, &browser, "/", "ja");
    browser.run("document.querySelector('label').remove()");
    let found = violations(&browser, &axe);
    assert!(found.iter().any(|what| what.starts_with("label #q")), "axe misses a box without a label: {found:?}");
    assert!(wrong.is_empty(), "{} findings:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn the_first_screenful_of_a_chart_answers_without_scrolling() {
    let (served, browser) = (Served::start(), Browser::open());
    browser.go(&served.link);
    let mut wrong = Vec::new();
    for key in ["allergy-clash", "twenty-years", "child-inpatient", "warfarin", "mrsa", "untold", "insulin", "unknown"]
    {
        let id = Patient::special(&served.people, key).id;
        for (lang, width, height) in [("ja", 1280, 800), ("en", 1280, 800), ("ja", 1366, 768), ("en", 1366, 768)] {
            open(&served, &browser, &format!("/patients/self/{id}"), lang);
            browser.window(width, height);
            let bottom = browser.run("return document.querySelector('.first').getBoundingClientRect().bottom");
            let bottom = bottom.as_f64().unwrap();
            if bottom > f64::from(height) {
                wrong.push(format!("{key} {lang}: ends at {bottom} of {width} × {height}"));
            }
        }
        let heads = browser.run("return document.querySelectorAll('.first h2').length");
        assert_eq!(heads, 11, "five questions and six cards");
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Check 3 of ux.md §7.3: words and a mark, not a colour alone; and the red bar can be read.
#[test]
fn a_copy_older_than_a_day_says_so_in_words_at_every_width() {
    let (served, browser, axe) = (Served::stopped_at("2021-10-31T00:30"), Browser::with_scripts(), axe());
    let ready = served.raw("/readyz", &format!("127.0.0.1:{}", served.port), "");
    assert!(ready.starts_with("HTTP/1.1 503") && ready.ends_with("stale\n"), "{ready}");
    browser.go(&served.link);
    for (lang, words) in [("ja", "⚠ 24時間より古い"), ("en", "⚠ older than 24 hours")] {
        open(&served, &browser, "/", lang);
        for (width, height) in WINDOWS {
            browser.window(width, height);
            says(&browser, ".bar.red .fresh", &[words, "2021-10-31", "std1"]);
            assert_eq!(layout(&browser), Vec::<String>::new(), "{lang} {width}");
            assert_eq!(violations(&browser, &axe), Vec::<String>::new(), "{lang} {width}");
        }
    }
}

/// Nothing disappears: where a card shows some of many, its link leads to a section that is there and has them all.
#[test]
fn what_the_first_screenful_leaves_out_is_one_link_away() {
    let (served, browser) = (Served::start(), Browser::open());
    browser.go(&served.link);
    let id = Patient::special(&served.people, "twenty-years").id;
    open(&served, &browser, &format!("/patients/self/{id}"), "ja");
    let told = browser.run(
        "return [...document.querySelectorAll('.first a.more')].map(a => { \
           const all = document.querySelectorAll(a.getAttribute('href') + ' tbody tr').length; \
           const shown = a.closest('section').querySelectorAll('li').length; \
           return [a.textContent, all, shown, all >= shown + parseInt(a.textContent.match(/[0-9]+/)[0])]; })",
    );
    let links = told.as_array().unwrap();
    assert!(!links.is_empty(), "somebody of twenty years has more than a card holds");
    assert!(links.iter().all(|link| link[3] == true), "{told}");

    let id = Patient::special(&served.people, "untold").id;
    // ◇ explains itself to whoever asks, and stays neutral (users.md 3).
    open(&served, &browser, &format!("/patients/self/{id}"), "ja");
    says(&browser, ".first a.mark", &["◇"]);
    browser.click(".first a.mark");
    says(&browser, "#untold", &["◇", "本人への告知"]);
}
