//! `cargo x demo`: from a fresh clone to a synthetic hospital on the screen.

use std::time::Instant;

use crate::runner::{cargo, minutes, run};
use crate::{Chore, Outcome, setup};

/// The chore, as `cargo x` lists it.
pub const CHORE: Chore = Chore {
    name: "demo",
    ja: "架空の120床の病院を動かし、停止時カルテを開きます
使い方: cargo x demo [andon demo への引数…]
足りないものを apt で入れ、andon を作り、`andon demo` を始めます。60秒後に電子カルテが止まります。
表示された 127.0.0.1 のリンクをブラウザーで開いてください。終わるには Ctrl-C。",
    en: "run a synthetic 120-bed hospital and open the downtime chart
usage: cargo x demo [arguments for andon demo…]
Installs what is missing with apt, builds andon, and starts `andon demo`. After 60 seconds the EMR stops.
Open the 127.0.0.1 link it prints. Ctrl-C ends it.",
    run: demo,
};

fn demo(args: &[String]) -> Outcome {
    setup::prepare(setup::For::Building)?;
    let start = Instant::now();
    println!("andon を作ります（初回は数分） / building andon (minutes, the first time)");
    run(&mut cargo(&["build", "--package", "andon", "--bin", "andon"]))?;
    println!("作成 / built: {}", minutes(start.elapsed()));
    let own = args.strip_prefix(&["--".to_owned()]).unwrap_or(args);
    run(cargo(&["run", "--quiet", "--package", "andon", "--bin", "andon", "--", "demo"]).args(own))
}
