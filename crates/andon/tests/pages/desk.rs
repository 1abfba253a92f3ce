//! The desk by keys alone: asked first, shown after, received, printed next; and what only its forms lead to is accessible in both languages.

use super::driver::{Browser, key};
use super::every::{axe, layout, violations};
use super::{Served, focus_is, says};

/// The arrow key in WebDriver's codes.
const DOWN: &str = "\u{e015}";

#[test]
fn a_clerk_receives_somebody_by_keys_alone() {
    let (served, browser, axe) = (Served::start(), Browser::with_scripts(), axe());
    browser.go(&served.link);
    let mut wrong = Vec::new();
    for lang in ["ja", "en"] {
        browser.go(&served.at(&format!("/reception?lang={lang}")));
        says(&browser, "footer", &[]);
        focus_is(&browser, "number", "what is asked first");
        browser.press(&served.patient.id);
        browser.press(key::TAB);
        browser.press(&served.patient.kana);
        browser.press(key::ENTER);
        says(&browser, "#one", &[&served.patient.name, &served.patient.id]);
        wrong.extend(looked(&browser, &axe, &format!("found {lang}")));
        if lang == "en" {
            break;
        }
        // Told apart from another of this name, and a department where the copy expects nobody: by the arrow key.
        if browser.run("return document.activeElement.id") == "told_apart" {
            browser.press(DOWN);
        }
        if browser.run("return document.querySelector('#r_department').value") == "" {
            browser.type_into("#r_department", DOWN);
        }
        // A word where one is asked for, and Enter: the ticket, with the print button ready under the finger.
        browser.type_into("#words", &format!("試し{}", key::ENTER));
        says(&browser, "h1 .ticket", &["内"]);
        says(&browser, "main", &[&served.patient.name]);
        wrong.extend(looked(&browser, &axe, "visit ja"));
        let ready = browser.run("return document.activeElement.closest('form').getAttribute('action')");
        assert_eq!(ready, "/sheets/visit");
        let visit = browser.address();
        browser.go(&format!("{visit}&lang=en"));
        says(&browser, "main", &["Print the packet"]);
        wrong.extend(looked(&browser, &axe, "visit en"));
        let asked = visit.replace("/reception/visit?", "/reception/intake?").replace("&new=1", "");
        for lang in ["ja", "en"] {
            browser.go(&format!("{asked}&lang={lang}"));
            focus_is(&browser, "allergy", "what is asked first");
            wrong.extend(looked(&browser, &axe, &format!("intake {lang}")));
        }
    }
    browser.go(&served.at("/queue?lang=ja"));
    says(&browser, "main", &["残り1人", &served.patient.name]);
    wrong.extend(looked(&browser, &axe, "queue ja"));
    browser.go(&served.at("/queue/public"));
    says(&browser, "main", &["内"]);
    assert!(!browser.text("main").contains(&served.patient.name));
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

pub fn looked(browser: &Browser, axe: &str, name: &str) -> Vec<String> {
    let mut wrong = violations(browser, axe);
    for (width, height) in [(640, 400), (1280, 800)] {
        browser.window(width, height);
        wrong.extend(layout(browser));
    }
    wrong.into_iter().map(|what| format!("{name}: {what}")).collect()
}
