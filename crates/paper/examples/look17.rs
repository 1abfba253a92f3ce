//! temporary
#![allow(clippy::unwrap_used, clippy::expect_used, missing_docs)]
use chart::{Chart, Lang};
use paper::{Bed, Extent, Head, Inpatient, Pack, SheetId};
#[path = "../../chart/tests/build/mod.rs"]
mod build;
#[path = "../src/tests/extremes.rs"]
mod extremes;
#[path = "../src/tests/hospital.rs"]
mod hospital;
fn main() {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let folder = "/tmp/c17out";
    std::fs::create_dir_all(folder).unwrap();
    let charts = hospital::charts(130);
    let mut inp: Vec<(Bed, &Chart)> = charts.values().filter_map(|c| Some((hospital::bed(c)?, c))).collect();
    inp.sort_by_key(|(_, c)| {
        std::cmp::Reverse(
            c.medications.iter().filter(|i| i.in_use.current).count() + c.meals.len() + c.infections.items.len(),
        )
    });
    let forty = extremes::forty_drugs();
    let long = extremes::named(extremes::NAMES[1]);
    let temp = extremes::temporary();
    let one = extremes::patient(vec![
        build::drug("アムロジピンOD錠5mg", "1", "1", "20211028", "14"),
        build::drug("オキシコンチンTR錠5mg", "2", "1", "20211028", "14"),
    ]);
    let bed = Bed { ward: "3東".into(), room: "305".into(), bed: "2".into() };
    for arg in args {
        let (code, which) = arg.split_once('-').unwrap();
        let (which, lang) = match which.strip_suffix("+en") {
            Some(w) => (w, Lang::En),
            None => (which, Lang::Ja),
        };
        let (bed, chart): (&Bed, Option<&Chart>) = match which {
            "blank" => (&bed, None),
            "forty" => (&bed, Some(&forty)),
            "long" => (&bed, Some(&long)),
            "temp" => (&bed, Some(&temp)),
            "one" => (&bed, Some(&one)),
            n => {
                let (b, c) = &inp[n.parse::<usize>().unwrap()];
                (b, Some(*c))
            }
        };
        let now = chart.map_or(one.as_of.now, |c| c.as_of.now);
        let head = Head {
            hospital: "美灯町立病院（訓練）".into(),
            training: true,
            made: now,
            printed_by: "山田 花子（3東-1）".into(),
            valid_until: now.plus_days(1),
        };
        let mut pack = Pack::new(lang, head);
        let row = Inpatient { bed, chart, hide_name: false, marks: &[] };
        let id = SheetId { number: "A1-000007".into() };
        match code {
            "P4" => drop(pack.summary(&row, Extent::Whole, &id).unwrap()),
            "PM" => {
                let rows: Vec<_> = inp
                    .iter()
                    .take(6)
                    .map(|(b, c)| Inpatient { bed: b, chart: Some(*c), hide_name: false, marks: &[] })
                    .collect();
                drop(pack.meals("3東", &rows, &id).unwrap())
            }
            code => drop(pack.form(code, chart.map(|_| &row), &id).unwrap()),
        }
        let file = format!("{folder}/{arg}.pdf");
        std::fs::write(&file, pack.finish().unwrap()).unwrap();
        std::process::Command::new("pdftoppm")
            .args(["-r", "90", "-png", &file, &format!("{folder}/{arg}")])
            .status()
            .unwrap();
    }
}
