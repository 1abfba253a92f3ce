//! The words of `andon gate`.

use clap::{Args, Subcommand};

/// `andon gate …`
#[derive(Debug, Subcommand)]
pub enum Gate {
    /// 連携元ごとに、保留があるか・なぜか。保留中は終了コード 3 / whether anything is held back from a source, and why; exit 3 while it is
    Status(super::Json),
    /// 保留を解除する。--to の位置まで、または全部 / release what is held back, up to a position or all of it
    Release(Release),
    /// 保留を続ける（決めるまでの時間を延ばす） / keep holding back, to be looked at again later
    Extend(Extend),
    /// 職員の判断で保留する（侵入の時刻が分かったときなど） / hold a source back by hand, from a position on
    Hold(Hold),
    /// 見張り用の患者（病院が作った架空の患者）を決める・やめる / watch an invented patient of the hospital's, or no longer
    Canary(Canary),
    /// 業者の作業を届け出る。その間の大量の書き換え・取消・削除、途絶を警報にしない / announce work of a vendor: mass rewriting, cancelling,
    /// deleting and silence are no alarm meanwhile
    Announce(Announce),
}

/// Who decides, and why.
#[derive(Debug, Args)]
pub struct Why {
    /// 決めた人の氏名 / who decided
    #[arg(long, value_name = "NAME")]
    pub by: String,
    /// 理由 / why
    #[arg(long, value_name = "WORDS")]
    pub reason: String,
    /// 結果を JSON で / the result as JSON
    #[command(flatten)]
    pub told: super::Json,
}

/// `andon gate release`
#[derive(Debug, Args)]
pub struct Release {
    /// 連携元の名前 / the source's name
    pub source: String,
    /// この位置まで（省略時は全部） / up to this position; all of it if left out
    #[arg(long, value_name = "POSITION")]
    pub to: Option<u64>,
    /// だれが、なぜ / who and why
    #[command(flatten)]
    pub why: Why,
}

/// `andon gate extend`
#[derive(Debug, Args)]
pub struct Extend {
    /// 連携元の名前 / the source's name
    pub source: String,
    /// 何時間後までに決めるか / to be decided within so many hours
    #[arg(long, default_value_t = 24, value_name = "HOURS",
        value_parser = clap::value_parser!(i64).range(1..=crate::feed::gate::EXTEND_HOURS_MAX))]
    pub hours: i64,
    /// だれが、なぜ / who and why
    #[command(flatten)]
    pub why: Why,
}

/// `andon gate hold`
#[derive(Debug, Args)]
pub struct Hold {
    /// 連携元の名前 / the source's name
    pub source: String,
    /// この位置までは使う（省略時は今あるところまで） / trusted up to this position; up to now if left out
    #[arg(long, value_name = "POSITION")]
    pub trusted: Option<u64>,
    /// だれが、なぜ / who and why
    #[command(flatten)]
    pub why: Why,
}

/// `andon gate canary`
#[derive(Debug, Args)]
pub struct Canary {
    /// 患者番号 / the patient's number
    pub id: String,
    /// 見張りをやめる / no longer
    #[arg(long)]
    pub off: bool,
    /// 決めた人の氏名 / who decided
    #[arg(long, value_name = "NAME")]
    pub by: String,
    /// 結果を JSON で / the result as JSON
    #[command(flatten)]
    pub told: super::Json,
}

/// `andon gate announce`
#[derive(Debug, Args)]
pub struct Announce {
    /// 連携元の名前 / the source's name
    pub source: String,
    /// 何時間の作業か（0は終了） / hours of work; 0: it is over
    #[arg(long, value_name = "HOURS", value_parser = clap::value_parser!(i64).range(0..=crate::feed::gate::EXTEND_HOURS_MAX))]
    pub hours: i64,
    /// だれが、なぜ / who and why
    #[command(flatten)]
    pub why: Why,
}
