//! The words of `andon drill`.

use std::path::PathBuf;

use clap::{Args, Subcommand};

/// `andon drill …`
#[derive(Debug, Subcommand)]
pub enum Drill {
    /// 架空の病院の SS-MIX2 保存先を書く / write the SS-MIX2 storage of a hospital that does not exist
    Hospital(DrillHospital),
    /// その保存先を、動いている病院のように変え続ける / keep that storage changing as a running hospital does
    Live(DrillLive),
    /// 止まった夜から65日の筋書きを、訓練用のホームの本部の画面に流す / play sixty-five days of a stop into the pages of headquarters of a training home
    Timeline(DrillTimeline),
}

/// `andon drill timeline`
#[derive(Debug, Args)]
pub struct DrillTimeline {
    /// 自分の病院の筋書き（省略時は同梱のもの） / a play of your own; else the shipped one
    pub file: Option<PathBuf>,
    /// 何日目まで / up to which day
    #[arg(long, value_name = "DAY")]
    pub until: Option<i64>,
    /// 一件ごとに待つ秒数。画面を見ながら進める / seconds between steps, to watch the pages
    #[arg(long, value_name = "SECONDS", default_value_t = 0)]
    pub every: u64,
    /// 筋書きを書き出すだけ / only write the play out
    #[arg(long)]
    pub print: bool,
}

/// `andon drill hospital`
#[derive(Debug, Args)]
pub struct DrillHospital {
    /// 患者数 / patients
    #[arg(long, default_value_t = 85_000)]
    pub patients: u32,
    /// 病床数 / beds
    #[arg(long, default_value_t = 120)]
    pub beds: u32,
    /// 種（同じ種からは同じ病院） / seed: the same seed makes the same hospital, byte for byte
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
    /// 書き出すフォルダー（なければ作る。空であること） / folder to write to; made if absent, must be empty
    #[arg(long)]
    pub out: PathBuf,
    /// 電子カルテが止まる時刻。これより新しいデータはない（省略時 2021-10-31T00:30） / when the EMR stops; `now` is possible
    #[arg(long, value_name = "TIME")]
    pub stop_at: Option<String>,
    /// 方言（`all` ですべて混ぜる） / dialects, separated by commas; `all` mixes them
    #[arg(long, default_value = "", value_name = "NAMES")]
    pub dialect: String,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}

/// `andon drill live`
#[derive(Debug, Args)]
pub struct DrillLive {
    /// `drill hospital` が書いたフォルダー / a folder that `drill hospital` wrote
    pub dir: PathBuf,
    /// 1分あたりの変化の数 / changes a minute
    #[arg(long, default_value_t = 60, value_parser = clap::value_parser!(u32).range(1..=60_000))]
    pub rate: u32,
    /// 何秒後に電子カルテを止めるか（省略時は止めない） / stop the EMR after so many seconds
    #[arg(long, value_name = "SECONDS")]
    pub stop_after: Option<u64>,
    /// 止まるとき、木のファイルをランサムウェアのように読めなくする（訓練の木だけ） / when it stops, make the tree's files
    /// unreadable as ransomware does (drill trees only)
    #[arg(long, requires = "stop_after")]
    pub encrypt: bool,
    /// 種 / seed
    #[arg(long, default_value_t = 1)]
    pub seed: u64,
}
