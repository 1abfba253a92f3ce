//! By keys alone, as at 00:30: from the first page to an allergy, and past the bar to the content.

use super::driver::{Browser, key};
use super::{Served, focus_is, says};

/// The text of whatever has the focus.
fn focused(browser: &Browser) -> String {
    browser.run("return document.activeElement.innerText.slice(0, 40)").as_str().unwrap_or_default().trim().to_owned()
}

#[test]
fn from_the_first_page_to_an_allergy_by_keys_alone() {
    let (served, browser) = (Served::start(), Browser::open());
    browser.go(&served.link);
    says(&browser, "h1", &["患者をさがす"]);
    browser.press(&served.patient.kana);
    browser.press(key::ENTER);
    says(&browser, "main table", &[&served.patient.name]);
    // The box has the focus again, then its button, then the first hit.
    browser.press(key::TAB);
    assert_eq!(focused(&browser), "さがす");
    browser.press(key::TAB);
    assert_eq!(focused(&browser), served.patient.name);
    browser.press(key::ENTER);
    says(&browser, ".who", &[&served.patient.name, &served.patient.kana, &served.patient.id]);
    says(&browser, "#allergies", &["アレルギー", "あり", "ペニシリン", "std1"]);
    let seen = browser.run("return document.querySelector('#allergies').getBoundingClientRect().bottom <= innerHeight");
    assert_eq!(seen, true, "the allergy is in sight without scrolling");
}

/// Forms are sent by a real browser here: what it says of their origin is not what a test's own request says.
#[test]
fn a_nurse_comes_in_by_staff_code_and_pin_and_the_next_takes_over_where_she_was() {
    let (served, browser) = (Served::start(), Browser::open());
    let pins = [served.register("N-1", "夜勤一子"), served.register("N-2", "夜勤二子")];
    browser.go(&served.at(&format!("/patients/self/{}", served.patient.id)));
    // A scanner ends the code with Enter: the page asks for the PIN and has its box ready.
    for (account, pin, name) in [("N-1", &pins[0], "夜勤一子"), ("N-2", &pins[1], "夜勤二子")] {
        says(&browser, "h1", &["職員番号とPINで入る"]);
        browser.press(account);
        browser.press(key::ENTER);
        says(&browser, "body:has(#account[value])", &["PIN"]);
        browser.press(pin);
        browser.press(key::ENTER);
        says(&browser, ".bar", &[name]);
        says(&browser, ".who", &[&served.patient.name]);
        browser.click(".session a[href^='/login']");
    }
}

#[test]
fn the_first_tab_offers_the_content_and_every_focus_can_be_seen() {
    let (served, browser) = (Served::start(), Browser::open());
    browser.go(&served.link);
    browser.go(&served.at(&format!("/patients/self/{}?lang=ja", served.patient.id)));
    browser.type_into("body", key::TAB);
    assert_eq!(focused(&browser), "本文へ");
    browser.press(key::ENTER);
    focus_is(&browser, "main", "the skip link");
    let mut met = 0;
    loop {
        browser.press(key::TAB);
        let told = browser.run(
            "const e = document.activeElement, at = e.getBoundingClientRect(), style = getComputedStyle(e); \
             if (e === document.body) return null; \
             const seen = document.elementFromPoint(at.left + Math.min(at.width / 2, 20), at.top + at.height / 2); \
             return [e.outerHTML.slice(0, 100), style.outlineStyle, seen !== null && (e.contains(seen) || seen.contains(e))]",
        );
        if told.is_null() {
            break;
        }
        met += 1;
        assert_eq!(told[1], "solid", "no mark of focus: {told}");
        assert_eq!(told[2], true, "the focus lies under something (WCAG 2.4.11): {told}");
    }
    assert!(met > 20, "the chart has links down the page: {met} met");
}
