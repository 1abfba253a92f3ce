//! The words of `andon register`.

use clap::{Args, Subcommand};

/// `andon register`
#[derive(Debug, Args)]
pub struct Registers {
    /// 台帳（services・systems・plans・tasks・reports・meetings・rules・posts・contacts・notices・press・capability・refusals・supply・staff・costs・promises・leaks・demands・evidence・cards・clinics・mailings・safety）。省略すると、すべての件数 / which register; left out, all are counted
    pub register: Option<String>,
    /// 何をするか（省略時は一覧） / what to do; left out, the items are listed
    #[command(subcommand)]
    pub act: Option<RegisterAct>,
    /// この状態のものだけ。open＝することが残るもの / only of this state; `open`: what is still to be done
    #[arg(long, value_name = "STATE")]
    pub state: Option<String>,
    /// この障害のもの（省略時は今の障害） / of this incident; else the present one
    #[arg(long, value_name = "NUMBER")]
    pub incident: Option<String>,
    /// この時点での台帳（それまでに記録されたもの） / as it stood then: what was entered up to that moment
    #[arg(long, value_name = "TIME")]
    pub at: Option<String>,
    /// 結果を JSON で / the result as JSON
    #[arg(long, global = true)]
    pub json: bool,
    /// 結果を CSV で / the result as CSV
    #[arg(long, conflicts_with = "json")]
    pub csv: bool,
}

/// What can be done with items.
#[derive(Debug, Subcommand)]
pub enum RegisterAct {
    /// 新しく記録する。例 service=小児科 state=limited conditions=予約のみ / enter an item
    Add {
        /// 項目=内容（状態は state=…） / FIELD=TEXT; `state=…` says where it stands
        #[arg(required = true, value_name = "FIELD=TEXT")]
        values: Vec<String>,
        /// だれがしたか / who and why
        #[command(flatten)]
        why: ItemWhy,
    },
    /// 項目を変える。書かなかった項目はそのまま / change fields; those not named stay
    Set {
        /// 番号 / its number
        number: String,
        /// 項目=内容。空にするには「項目=」 / FIELD=TEXT; `FIELD=` takes it away
        #[arg(required = true, value_name = "FIELD=TEXT")]
        values: Vec<String>,
        /// だれがしたか / who and why
        #[command(flatten)]
        why: ItemWhy,
    },
    /// 引き渡す（相手が受け取るまで、担当は変わらない） / offer it; it is handed over when it is taken
    Give {
        /// 番号 / its number
        number: String,
        /// だれに / to whom
        #[arg(long, value_name = "NAME")]
        to: String,
        /// だれがしたか / who and why
        #[command(flatten)]
        why: ItemWhy,
    },
    /// 受け取る / take what was offered
    Accept {
        /// 番号 / its number
        number: String,
        /// だれがしたか / who and why
        #[command(flatten)]
        why: ItemWhy,
    },
    /// 本部が担当を決める（理由が要る） / headquarters assigns it; say why
    Seize {
        /// 番号 / its number
        number: String,
        /// だれに / to whom
        #[arg(long, value_name = "NAME")]
        to: String,
        /// だれがしたか / who and why
        #[command(flatten)]
        why: ItemWhy,
    },
    /// 取り消す（理由が要る） / strike it; say why
    Strike {
        /// 番号 / its number
        number: String,
        /// だれがしたか / who and why
        #[command(flatten)]
        why: ItemWhy,
    },
    /// アクションカードの行を済みにする / a line of an action card was done
    Tick {
        /// 番号 / its number
        number: String,
        /// 行の番号（1から）か、行の文 / the line's place from 1, or its words
        step: String,
        /// いつ（省略時は今） / when; left out, now
        #[arg(long, value_name = "TIME", default_value = "", hide_default_value = true)]
        at: String,
        /// 済みを取り消す / it was not done after all
        #[arg(long)]
        undo: bool,
        /// だれがしたか / who and why
        #[command(flatten)]
        why: ItemWhy,
    },
    /// 用意されたもの（例）を入れる / enter the prepared example
    Prepare {
        /// だれがしたか / who and why
        #[command(flatten)]
        why: ItemWhy,
    },
    /// 項目と状態の一覧 / its fields and states
    Fields,
}

/// Who and why.
#[derive(Debug, Args)]
pub struct ItemWhy {
    /// 理由・ひとこと / why, or a word
    #[arg(long = "why", value_name = "TEXT", default_value = "", hide_default_value = true)]
    pub words: String,
    /// だれが（省略時はこの端末の利用者） / who; else this machine's user
    #[arg(long, value_name = "NAME")]
    pub by: Option<String>,
}
