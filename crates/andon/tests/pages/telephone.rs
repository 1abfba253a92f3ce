//! The telephone by keys alone: the caller asked first and shown after, a call list made, the next patient rung and what came of it recorded;
//! and what only its forms lead to is accessible in both languages.

use super::desk::looked;
use super::driver::{Browser, key};
use super::every::axe;
use super::{Served, focus_is, says};

/// The arrow key in WebDriver's codes.
const DOWN: &str = "\u{e015}";

#[test]
fn a_clerk_answers_the_telephone_and_rings_the_next_by_keys_alone() {
    let (served, browser, axe) = (Served::start(), Browser::with_scripts(), axe());
    browser.go(&served.link);
    let mut wrong = Vec::new();
    for lang in ["ja", "en"] {
        browser.go(&served.at(&format!("/telephone?lang={lang}")));
        says(&browser, "footer", &[]);
        focus_is(&browser, "name", "what is asked first");
        browser.press(&served.patient.kana);
        browser.press(key::TAB);
        browser.press(key::TAB);
        // Who rings: the patient.
        browser.press(DOWN);
        browser.press(key::TAB);
        browser.press(&served.patient.id);
        browser.press(key::ENTER);
        says(&browser, "#one", &[&served.patient.name, &served.patient.id]);
        focus_is(&browser, "reason", "the call is noted next");
        wrong.extend(looked(&browser, &axe, &format!("caller {lang}")));
    }
    browser.go(&served.at("/telephone/lists?lang=ja"));
    browser.type_into("#numbers", &served.patient.id);
    browser.type_into("#reason", "延期のお願い");
    browser.type_into("#title", &format!("健診{}", key::ENTER));
    says(&browser, "main", &[&served.patient.name, "残り1人"]);
    wrong.extend(looked(&browser, &axe, "list ja"));
    // The button that rings the next is ready under the finger.
    browser.press(key::ENTER);
    says(&browser, "h1", &[&served.patient.name, "電話中"]);
    wrong.extend(looked(&browser, &axe, "row ja"));
    let row = browser.address();
    browser.go(&format!("{row}&lang=en"));
    says(&browser, "main", &["Result"]);
    wrong.extend(looked(&browser, &axe, "row en"));
    browser.go(&format!("{row}&lang=ja"));
    says(&browser, "h1", &["電話中"]);
    browser.press(DOWN);
    browser.press(key::TAB);
    browser.press(key::ENTER);
    says(&browser, "main", &["残り0人", "話せた"]);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
