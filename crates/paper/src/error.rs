//! Why there is no sheet, in words for whoever printed it.

use crate::{LABELS_MAX, NUMBER_LONGEST};

/// Why there is no sheet. The pack is as it was before: other sheets may still be added and given out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// A sheet number that is not `0-9A-Z-`, empty or too long.
    BadNumber {
        /// As given.
        number: String,
    },
    /// More pages than a sheet may have.
    TooLong {
        /// The sheet.
        number: String,
        /// The limit.
        pages: usize,
    },
    /// A code of no form.
    NoForm {
        /// As given.
        code: String,
    },
    /// A summary of a bed in which nobody lies.
    NoChart {
        /// The sheet.
        number: String,
    },
    /// More labels than one run may have.
    TooManyLabels {
        /// The sheet.
        number: String,
    },
    /// Label stock whose grid does not lie on its paper.
    BadStock {
        /// The sheet.
        number: String,
    },
    /// A number that the chosen one-dimensional code cannot say on this label, or not of the length asked for.
    NoBars {
        /// The sheet.
        number: String,
    },
    /// The PDF could not be written.
    Pdf(String),
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Error::BadNumber { number } => {
                write!(
                    f,
                    "帳票番号 {number:?} は使えません。0-9 A-Z - だけで {NUMBER_LONGEST} 字以内にしてください / not a sheet number"
                )
            }
            Error::TooLong { number, pages } => {
                write!(
                    f,
                    "帳票 {number} が {pages} 枚を超えます。画面の停止時カルテを使ってください / more than {pages} pages: use the chart on the screen"
                )
            }
            Error::NoChart { number } => {
                write!(f, "帳票 {number} に患者がありません。空床のサマリーは作れません / nobody lies in this bed")
            }
            Error::TooManyLabels { number } => {
                write!(
                    f,
                    "帳票 {number} のラベルが {LABELS_MAX} 枚を超えます。分けて刷ってください / more than {LABELS_MAX} labels: print them in parts"
                )
            }
            Error::BadStock { number } => {
                write!(
                    f,
                    "帳票 {number} のラベル用紙の寸法（余白・面数・間隔）が用紙に収まりません。設定の寸法を用紙の表示と合わせてください / the label grid does not lie on its paper"
                )
            }
            Error::NoBars { number } => {
                write!(
                    f,
                    "帳票 {number} の番号は選んだ一次元コードで読める大きさに刷れないか、桁数が違います。コードの種類・桁数・検体番号の範囲を検査科の設定と合わせてください / the number does not fit the chosen bar code or length"
                )
            }
            Error::NoForm { code } => write!(f, "帳票 {code:?} はありません / no such form"),
            Error::Pdf(why) => write!(f, "PDF を書けません: {why} / the PDF could not be written"),
        }
    }
}

impl std::error::Error for Error {}
