//! ラベルの設定: the stock of each kind of label, and for tubes and wristbands the code, length and range that the site's machines read.
//! For whoever keeps the accounts, at the station itself.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect, Response};
use axum::routing::get;
use paper::LabelKind;
use serde::Deserialize;
use store::Reader;

use crate::event::{LabelSaid, RunsEvent};
use crate::home::Problem;
use crate::printing::labels::{self, BARS, LabelRule};
use crate::text::narrow;
use crate::web::{Frame, Posted, Site, Visit, answer, refusal_in_words};
use crate::writing::Request;

/// The address of this page.
pub fn routes() -> Router<Site> {
    Router::new().route("/labels", get(page).post(set))
}

#[derive(Template)]
#[template(path = "sheets/labels.html")]
struct LabelsPage {
    frame: Frame,
    kinds: Vec<KindLine>,
}

/// One kind as it is printed now.
struct KindLine {
    code: &'static str,
    title: &'static str,
    stock: String,
    bars: &'static str,
    /// The codes to choose from; none where there are none.
    choices: Vec<&'static str>,
    is_tube: bool,
    digits: String,
    range: [String; 2],
    said: String,
}

/// `GET /labels`
async fn page(State(site): State<Site>, visit: Visit) -> Response {
    let (own, asked) = (site.clone(), visit.clone());
    let made = site.read(move |reader| made(&own, &asked, reader));
    answer(&site, &visit, made.await)
}

fn made(site: &Site, visit: &Visit, reader: &Reader) -> Result<LabelsPage, Problem> {
    let mut kinds = Vec::new();
    for (rule, _, said) in labels::told(reader)? {
        let info = rule.kind.info();
        let choices = BARS.map(|(word, _)| word).into_iter().filter(|_| rule.kind != LabelKind::Patient);
        kinds.push(KindLine {
            code: info.code,
            title: info.title[usize::from(visit.words.lang == chart::Lang::En)],
            stock: rule.stock.text(),
            bars: rule.bars_word(),
            choices: choices.collect(),
            is_tube: rule.kind == LabelKind::Tube,
            digits: rule.digits.map_or_else(String::new, |digits| digits.to_string()),
            said,
            range: rule.range,
        });
    }
    Ok(LabelsPage { kinds, frame: Frame::new(site, visit, reader)? })
}

/// What was typed of one kind.
#[derive(Deserialize)]
struct Typed {
    kind: String,
    #[serde(default)]
    stock: String,
    #[serde(default)]
    bars: String,
    #[serde(default)]
    digits: String,
    #[serde(default)]
    from: String,
    #[serde(default)]
    to: String,
}

/// `POST /labels`
async fn set(State(site): State<Site>, visit: Visit, Posted(typed): Posted<Typed>) -> Response {
    let [stock, digits, from, to] =
        [typed.stock, typed.digits, typed.from, typed.to].map(|text| text.trim().chars().map(narrow).collect());
    let said = LabelSaid { kind: typed.kind, stock, bars: typed.bars, digits, range: [from, to] };
    if let Err(no) = LabelRule::read(&said) {
        return refusal_in_words(&site, &visit, &visit.words.word("label-no", no));
    }
    let (by, role) = visit.by();
    match site.write(Request::Runs { event: RunsEvent::Label(said), by, role }).await {
        Ok(_) => Redirect::to("/labels").into_response(),
        Err(problem) => refusal_in_words(&site, &visit, &problem.words),
    }
}
