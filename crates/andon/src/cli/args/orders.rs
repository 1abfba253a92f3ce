//! The words of `andon order`.

use clap::{Args, Subcommand};

/// `andon order`
#[derive(Debug, Subcommand)]
pub enum Orders {
    /// 照合する: アレルギー・重複・量・腎機能（確認が必要なら終了コード 3） / hold lines against the chart (exit 3 where something asks for a name)
    Check {
        /// だれの、何を / whose, and what
        #[command(flatten)]
        lines: OrderLines,
        /// 結果を JSON で / the result as JSON
        #[arg(long)]
        json: bool,
    },
    /// 照合して記録する。次の照合とカルテに出る / check and enter it: it counts in the next check and stands on the chart
    Write {
        /// だれの、何を / whose, and what
        #[command(flatten)]
        lines: OrderLines,
        /// 区分: 院外・院内・入院・退院・臨時 / outside pharmacy, here, ward, discharge, extra
        #[arg(long, default_value = "outside", value_parser = crate::event::ORDER_KINDS)]
        kind: String,
        /// 医師・診療科・用紙 / doctor, department, sheet
        #[command(flatten)]
        values: OrderValues,
        /// 見つかったことを確認して進める医師・薬剤師 / doctor or pharmacist who goes on although something was found
        #[arg(long, value_name = "NAME", requires = "why_named")]
        named: Option<String>,
        /// その理由 / and why
        #[arg(long = "why", value_name = "TEXT")]
        why_named: Option<String>,
        /// だれがいつ / by whom and when
        #[command(flatten)]
        why: OrderWhy,
    },
    /// 中止にする / stop an order
    Stop {
        /// 番号 / its number
        order: String,
        /// 理由 / why
        #[arg(long = "why", value_name = "TEXT")]
        reason: String,
        /// だれがいつ / by whom and when
        #[command(flatten)]
        why: OrderWhy,
    },
    /// 入力の間違いとして取り消す / strike what was entered by mistake
    Strike {
        /// 番号 / its number
        order: String,
        /// 理由 / why
        #[arg(long = "why", value_name = "TEXT")]
        reason: String,
        /// だれがいつ / by whom and when
        #[command(flatten)]
        why: OrderWhy,
    },
    /// 停止中に記録した処方・指示の一覧 / orders entered during the outage
    List {
        /// この患者だけ / of this patient alone
        #[arg(long, value_name = "ID")]
        patient: Option<String>,
        /// 結果を JSON で / the result as JSON
        #[arg(long)]
        json: bool,
    },
}

/// Whose lines, and which.
#[derive(Debug, Args)]
pub struct OrderLines {
    /// 患者番号（照合番号つきでもよい） / the patient's number, with its check number or without
    #[arg(long, value_name = "ID")]
    pub patient: String,
    /// 番号の発行元 / who assigned the number
    #[arg(long, value_name = "NAME")]
    pub authority: Option<String>,
    /// 薬（薬名|1日量|用法|日数）。薬ごとに一つ / a drug each: NAME|AMOUNT A DAY|USAGE|DAYS
    #[arg(required = true, value_name = "LINE")]
    pub lines: Vec<String>,
}

/// What is said of an order.
#[derive(Debug, Args)]
pub struct OrderValues {
    /// 指示した医師 / who ordered it
    #[arg(long, value_name = "NAME")]
    pub doctor: Option<String>,
    /// 診療科 / department
    #[arg(long, value_name = "NAME")]
    pub department: Option<String>,
    /// 用紙の番号 / number of the sheet it stands on
    #[arg(long, value_name = "NUMBER")]
    pub sheet: Option<String>,
}

/// Who says so.
#[derive(Debug, Args)]
pub struct OrderWhy {
    /// いつ（省略時は今） / when; else now
    #[arg(long, default_value = "", value_name = "TIME")]
    pub at: String,
    /// 入力する人（省略時はこの端末の利用者） / who enters it; else this machine's user
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
    /// 結果を JSON で / the result as JSON
    #[arg(long)]
    pub json: bool,
}
