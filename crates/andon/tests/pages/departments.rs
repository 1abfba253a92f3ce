//! A department desk by keys alone: a slip received, its results typed, a critical value told to a doctor; and what only its forms lead to is
//! accessible in both languages.

use super::desk::looked;
use super::driver::{Browser, key};
use super::every::axe;
use super::{Served, focus_is, says};

/// The arrow key in WebDriver's codes.
const DOWN: &str = "\u{e015}";

#[test]
fn a_technologist_receives_a_slip_types_its_results_and_tells_a_critical_value() {
    let (served, browser, axe) = (Served::start(), Browser::with_scripts(), axe());
    browser.go(&served.link);
    let mut wrong = Vec::new();
    browser.go(&served.at("/desks?desk=lab&lang=ja"));
    says(&browser, "footer", &[]);
    focus_is(&browser, "sheet", "a sheet's number is scanned first");
    for (typed, then) in
        [("", key::TAB), (&served.patient.kana, key::TAB), ("", key::TAB), (&served.patient.id, key::ENTER)]
    {
        browser.press(typed);
        browser.press(then);
    }
    says(&browser, "#one", &[&served.patient.name, &served.patient.id]);
    focus_is(&browser, "f_sample", "what stands on the tube comes next");
    wrong.extend(looked(&browser, &axe, "found ja"));
    browser.press(&format!("A0001{}", key::ENTER));
    says(&browser, "main", &[&served.patient.name, "A0001"]);
    let slip = browser.address().replace("&new=1", "");
    for lang in ["en", "ja"] {
        browser.go(&format!("{slip}&lang={lang}"));
        says(&browser, "footer", &[]);
        wrong.extend(looked(&browser, &axe, &format!("slip {lang}")));
    }
    // The department is remembered.
    browser.go(&served.at("/desks"));
    says(&browser, "#waiting", &["1"]);
    browser.go(&slip);
    // The last row is empty whatever the copy asks for.
    let place = browser.run("return document.querySelectorAll('input[name^=item]').length");
    browser.type_into(&format!("[name=item{place}]"), "カリウム");
    browser.type_into(&format!("[name=value{place}]"), "6.8");
    browser.type_into("#f_lot", "L1");
    browser.type_into("#f_qc", DOWN);
    browser.type_into("#f_analyser", key::ENTER);
    says(&browser, "main", &["手入力・未照合", "6.8", "パニック値"]);
    let set = browser.address().replace("&new=1", "");
    for lang in ["en", "ja"] {
        browser.go(&format!("{set}&lang={lang}"));
        says(&browser, ".top", &["1"]);
        wrong.extend(looked(&browser, &axe, &format!("results {lang}")));
    }
    // Who typed it finds no button to confirm it.
    assert!(!browser.text("main").contains("印字と合っている"));
    browser.go(&served.at("/desks/critical"));
    says(&browser, "main", &[&served.patient.name, "医師に連絡してください"]);
    wrong.extend(looked(&browser, &axe, "critical ja"));
    browser.type_into("[name=f_doctor]", "佐藤");
    browser.type_into("[name=f_read_back]", "カリウム 6.8");
    browser.type_into("[name=post]", DOWN);
    browser.type_into("[name=at]", key::ENTER);
    says(&browser, "main", &["連絡していないパニック値はありません"]);
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
