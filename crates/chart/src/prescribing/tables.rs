//! What names tell: drugs of one effect, amounts by weight, drugs that leave by the kidneys. Names as on Japanese labels, brand and generic, as
//! far as a town hospital meets them; amounts after package inserts, from memory: an example that the hospital's pharmacists confirm. A name
//! that is not here was not checked, and that is said.

use std::sync::LazyLock;

use crate::classes::{HighRisk, high_risk, same_family};
use crate::fact::Coded;
use crate::fold::fold_kana;

/// Of which day the tables are.
pub const TABLES_DATE: &str = "2026-11-28";

/// An effect that two drugs should not have without somebody meaning it.
struct Effect {
    name: &'static str,
    drugs: &'static str,
}

const EFFECTS: &[Effect] = &[
    Effect {
        name: "PPI・P-CAB",
        drugs: "オメプラゾール オメプラール ランソプラゾール タケプロン ラベプラゾール パリエット エソメプラゾール ネキシウム \
            ボノプラザン タケキャブ",
    },
    Effect {
        name: "H2拮抗薬", drugs: "ファモチジン ガスター ラフチジン プロテカジン ニザチジン シメチジン"
    },
    Effect {
        name: "スタチン",
        drugs: "プラバスタチン メバロチン アトルバスタチン リピトール ロスバスタチン クレストール ピタバスタチン リバロ \
            シンバスタチン リポバス フルバスタチン",
    },
    Effect {
        name: "ARB・ACE阻害薬",
        drugs: "ロサルタン ニューロタン カンデサルタン ブロプレス バルサルタン ディオバン テルミサルタン ミカルディス \
            オルメサルタン オルメテック イルベサルタン アジルサルタン アジルバ エナラプリル レニベース イミダプリル \
            タナトリル ペリンドプリル リシノプリル エンレスト",
    },
    Effect {
        name: "Ca拮抗薬",
        drugs: "アムロジピン ノルバスク アムロジン ニフェジピン アダラート アゼルニジピン カルブロック シルニジピン アテレック \
            ベニジピン コニール",
    },
    Effect {
        name: "β遮断薬",
        drugs: "ビソプロロール メインテート カルベジロール アーチスト アテノロール テノーミン プロプラノロール インデラル",
    },
    Effect {
        name: "ループ利尿薬", drugs: "フロセミド ラシックス アゾセミド ダイアート トラセミド ルプラック"
    },
    Effect {
        name: "睡眠薬",
        drugs: "ゾルピデム マイスリー ゾピクロン アモバン エスゾピクロン ルネスタ トリアゾラム ハルシオン ブロチゾラム \
            レンドルミン フルニトラゼパム サイレース エスタゾラム ユーロジン ニトラゼパム スボレキサント ベルソムラ \
            レンボレキサント デエビゴ",
    },
    Effect {
        name: "抗血小板薬",
        drugs: "クロピドグレル プラビックス シロスタゾール プレタール プラスグレル エフィエント チカグレロル バイアスピリン \
            アスピリン腸溶 バファリン配合錠A81 タケルダ キャブピリン コンプラビン",
    },
    Effect {
        name: "SU薬", drugs: "グリメピリド アマリール グリクラジド グリミクロン グリベンクラミド オイグルコン"
    },
    Effect {
        name: "DPP-4阻害薬",
        drugs: "シタグリプチン ジャヌビア グラクティブ ビルダグリプチン エクア リナグリプチン トラゼンタ アログリプチン ネシーナ \
            テネリグリプチン テネリア サキサグリプチン オングリザ アナグリプチン スイニー",
    },
    Effect {
        name: "メトホルミン", drugs: "メトホルミン メトグルコ エクメット メトアナ イニシンク"
    },
    Effect {
        name: "SGLT2阻害薬",
        drugs: "ダパグリフロジン フォシーガ エンパグリフロジン ジャディアンス カナグリフロジン カナグル イプラグリフロジン \
            スーグラ ルセオグリフロジン ルセフィ",
    },
    Effect {
        name: "抗ヒスタミン薬",
        drugs: "フェキソフェナジン アレグラ オロパタジン アレロック レボセチリジン ザイザル セチリジン ジルテック ロラタジン \
            クラリチン デスロラタジン デザレックス ベポタスチン タリオン エピナスチン アレジオン ビラスチン ビラノア \
            ルパタジン ルパフィン クロルフェニラミン ポララミン",
    },
    Effect {
        name: "強心配糖体", drugs: "ジゴキシン ジゴシン メチルジゴキシン ラニラピッド"
    },
    Effect {
        name: "ステロイド内服",
        drugs: "プレドニゾロン プレドニン ベタメタゾン リンデロン錠 デキサメタゾン デカドロン錠",
    },
];

/// Drugs whose dose goes by the kidneys, or that harm them.
const BY_KIDNEYS: &str = "ダビガトラン プラザキサ リバーロキサバン イグザレルト エドキサバン リクシアナ アピキサバン エリキュース メトホルミン \
    メトグルコ ファモチジン ガスター ニザチジン レボフロキサシン クラビット シプロフロキサシン バラシクロビル バルトレックス アシクロビル \
    ゾビラックス ファムシクロビル ファムビル プレガバリン リリカ ミロガバリン タリージェ ガバペンチン レベチラセタム イーケプラ \
    バンコマイシン ゲンタマイシン アミカシン トブラマイシン テイコプラニン ジゴキシン ジゴシン アマンタジン シンメトレル ピルシカイニド \
    サンリズム シベンゾリン シベノール メトトレキサート リウマトレックス TS-1 ティーエスワン アロプリノール ザイロリック 炭酸リチウム \
    リーマス スルピリド コルヒチン 酸化マグネシウム マグミット スピロノラクトン エンパグリフロジン ダパグリフロジン";

/// Amounts of one drug.
pub(super) struct Dose {
    names: &'static str,
    /// mg a day and kilogram, usual for a child: least.
    pub least: f64,
    /// The same: most.
    pub highest: f64,
    /// mg a day at most, whatever the weight: of a child, of an adult; 0 where the table says none.
    most: [f64; 2],
}

impl Dose {
    /// The most a day, mg.
    pub fn most(&self, child: bool) -> Option<f64> {
        let most = self.most[usize::from(!child)];
        (most > 0.0).then_some(most)
    }
}

const DOSES: &[Dose] = &[
    Dose {
        names: "アセトアミノフェン カロナール アンヒバ アルピニー",
        least: 10.0,
        highest: 60.0,
        most: [1500.0, 4000.0],
    },
    Dose {
        names: "アモキシシリン サワシリン パセトシン ワイドシリン", least: 20.0, highest: 90.0, most: [0.0, 0.0]
    },
    Dose { names: "セフジニル セフゾン", least: 9.0, highest: 18.0, most: [0.0, 0.0] },
    Dose { names: "セフジトレン メイアクト", least: 9.0, highest: 18.0, most: [600.0, 0.0] },
    Dose { names: "セフカペン フロモックス", least: 9.0, highest: 9.0, most: [450.0, 0.0] },
    Dose {
        names: "クラリスロマイシン クラリス クラリシッド", least: 10.0, highest: 15.0, most: [400.0, 0.0]
    },
    Dose { names: "アジスロマイシン ジスロマック", least: 10.0, highest: 10.0, most: [500.0, 0.0] },
    Dose { names: "ホスホマイシン ホスミシン", least: 40.0, highest: 120.0, most: [0.0, 0.0] },
    Dose { names: "トスフロキサシン オゼックス", least: 12.0, highest: 12.0, most: [360.0, 0.0] },
    Dose { names: "オセルタミビル タミフル", least: 4.0, highest: 4.0, most: [150.0, 150.0] },
    Dose { names: "カルボシステイン ムコダイン", least: 30.0, highest: 30.0, most: [1500.0, 0.0] },
    Dose { names: "アンブロキソール ムコソルバン", least: 0.9, highest: 0.9, most: [45.0, 0.0] },
    Dose { names: "レベチラセタム イーケプラ", least: 20.0, highest: 60.0, most: [3000.0, 3000.0] },
    Dose { names: "ロキソプロフェン ロキソニン", least: 0.0, highest: f64::MAX, most: [0.0, 180.0] },
];

/// The tables with their names folded, once.
struct Folded {
    effects: Vec<(&'static str, Vec<String>)>,
    doses: Vec<(&'static Dose, Vec<String>)>,
    kidneys: Vec<String>,
}

static FOLDED: LazyLock<Folded> = LazyLock::new(|| {
    let folded = |words: &str| words.split_whitespace().map(fold_kana).collect::<Vec<_>>();
    Folded {
        effects: EFFECTS.iter().map(|effect| (effect.name, folded(effect.drugs))).collect(),
        doses: DOSES.iter().map(|dose| (dose, folded(dose.names))).collect(),
        kidneys: folded(BY_KIDNEYS),
    }
});

fn holds(key: &str, words: &[String]) -> bool {
    words.iter().any(|word| key.contains(word.as_str()))
}

/// What two drugs have in common: an effect of the table, a family of antibiotics or painkillers, or a class of high risk; in words. `None`
/// says only that no name told it.
pub(super) fn shared_effect(one: &Coded, other: &Coded) -> Option<String> {
    let (key, theirs) = (fold_kana(one.shown()), fold_kana(other.shown()));
    let effect = FOLDED.effects.iter().find(|(_, drugs)| holds(&key, drugs) && holds(&theirs, drugs));
    if let Some((name, _)) = effect {
        return Some((*name).to_owned());
    }
    if let Some(family) = same_family(one.shown(), other.shown()) {
        return Some(family.to_owned());
    }
    let theirs = high_risk(other);
    // Antimicrobials are of many families, which stand above; two cancer drugs are a regimen, and so are two insulins.
    let told = |class: &HighRisk| !matches!(class, HighRisk::Antimicrobial | HighRisk::Anticancer | HighRisk::Insulin);
    high_risk(one).into_iter().filter(told).find(|class| theirs.contains(class)).map(|class| class.word().to_owned())
}

/// The amounts of a drug, by its name.
pub(super) fn dose(name: &str) -> Option<&'static Dose> {
    let key = fold_kana(name);
    FOLDED.doses.iter().find(|(_, names)| holds(&key, names)).map(|(dose, _)| *dose)
}

/// Whether the kidneys bear on a drug, by its name; painkillers of the NSAID family with them.
pub(super) fn leaves_by_kidneys(name: &str) -> bool {
    holds(&fold_kana(name), &FOLDED.kidneys) || same_family(name, "ロキソプロフェン").is_some()
}
