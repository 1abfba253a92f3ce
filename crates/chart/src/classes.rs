//! Drug classes by name: which drugs are dangerous to miss or to give twice, and which share a class with an allergy.
//!
//! Names are those on Japanese labels, brand and generic, as far as a town hospital meets them; YJ codes (薬効分類, the first
//! digits) where the sender gave one. A class marks a line for a person's eye and decides nothing.

use std::sync::LazyLock;

use serde::Serialize;

use crate::fact::Coded;
use crate::fold::fold_kana;

/// The classes whose doses in the gap two nurses confirm first (users.md 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum HighRisk {
    /// インスリン
    Insulin,
    /// 抗凝固薬
    Anticoagulant,
    /// 麻薬
    Narcotic,
    /// 抗がん剤
    Anticancer,
    /// 昇圧剤
    Vasopressor,
    /// KCl
    Potassium,
    /// 抗菌薬
    Antimicrobial,
}

struct RiskRow {
    class: HighRisk,
    word: &'static str,
    yj: &'static [&'static str],
    names: &'static str,
}

const RISKS: &[RiskRow] = &[
    RiskRow {
        class: HighRisk::Insulin,
        word: "インスリン",
        yj: &["2492"],
        names: "インスリン インシュリン ヒューマリン ノボリン ノボラピッド ヒューマログ アピドラ \
            ランタス レベミル トレシーバ グラルギン ライゾデグ フィアスプ ルムジェブ ソリクア \
            ゾルトファイ",
    },
    RiskRow {
        class: HighRisk::Anticoagulant,
        word: "抗凝固薬",
        yj: &["3332", "3334"],
        names: "ワルファリン ワーファリン ヘパリン カプロシン フラグミン ダルテパリン エノキサパリン \
            クレキサン アリクストラ フォンダパリヌクス プラザキサ ダビガトラン イグザレルト \
            リバーロキサバン エリキュース アピキサバン リクシアナ エドキサバン アルガトロバン \
            ノバスタン ナファモスタット フサン",
    },
    RiskRow {
        class: HighRisk::Narcotic,
        word: "麻薬",
        yj: &["811", "812", "821", "822"],
        names: "モルヒネ MSコンチン オプソ アンペック オキシコドン オキシコンチン オキノーム \
            オキファスト フェンタニル フェントス デュロテップ アブストラル イーフェン \
            ヒドロモルフォン ナルサス ナルラピド ナルベイン タペンタドール タペンタ メサドン \
            メサペイン ペチジン オピスタン レミフェンタニル アルチバ ケタミン ケタラール コデイン \
            アヘン",
    },
    RiskRow {
        class: HighRisk::Anticancer,
        word: "抗がん剤",
        yj: &["42"],
        names: "シスプラチン カルボプラチン オキサリプラチン エルプラット パラプラチン ランダ \
            ブリプラチン パクリタキセル タキソール アブラキサン ドセタキセル タキソテール \
            フルオロウラシル 5-FU TS-1 ティーエスワン テガフール ユーエフティ カペシタビン ゼローダ \
            ゲムシタビン ジェムザール イリノテカン カンプト トポテシン エトポシド ラステット \
            ベプシド ドキソルビシン アドリアシン エピルビシン シクロホスファミド エンドキサン \
            イホスファミド メソトレキセート メトトレキサート ビンクリスチン オンコビン \
            ビンブラスチン ペメトレキセド アリムタ ベバシズマブ アバスチン トラスツズマブ \
            ハーセプチン リツキシマブ リツキサン セツキシマブ パニツムマブ ニボルマブ オプジーボ \
            ペムブロリズマブ キイトルーダ アテゾリズマブ イマチニブ グリベック ゲフィチニブ イレッサ \
            エルロチニブ オシメルチニブ タグリッソ レンバチニブ ソラフェニブ ボルテゾミブ \
            アザシチジン ビカルタミド カソデックス タモキシフェン ノルバデックス レトロゾール \
            フェマーラ アナストロゾール アリミデックス リュープロレリン リュープリン ゴセレリン \
            ゾラデックス ブレオマイシン マイトマイシン ダカルバジン テモゾロミド \
            ヒドロキシカルバミド",
    },
    RiskRow {
        class: HighRisk::Vasopressor,
        word: "昇圧剤",
        yj: &["2451"],
        names: "ノルアドレナリン ノルアドリナリン アドレナリン ボスミン ドパミン イノバン カコージン \
            ドブタミン ドブトレックス ドブポン フェニレフリン ネオシネジン エフェドリン バソプレシン \
            ピトレシン エチレフリン",
    },
    RiskRow {
        class: HighRisk::Potassium,
        word: "KCl",
        yj: &["3229"],
        names: "KCL K.C.L 塩化カリウム アスパラカリウム L-アスパラギン酸カリウム リン酸2カリウム \
            コンクライトK スローケー 塩化K",
    },
    RiskRow {
        class: HighRisk::Antimicrobial,
        word: "抗菌薬",
        yj: &["611", "612", "613", "614", "615", "616", "619", "624"],
        names: "シリン セフ セファ ペネム マイシン サイクリン フロキサシン サワシリン パセトシン \
            オーグメンチン ビクシリン ユナシン ゾシン ペントシリン ロセフィン フロモックス \
            メイアクト バナン ケフラール パンスポリン スルペラゾン マキシピーム ワイスタール \
            メロペン チエナム オメガシン フィニバックス クラビット シプロキサン ジェニナック \
            グレースビット アベロックス ジスロマック クラリス クラリシッド エリスロシン ダラシン \
            ミノマイシン ビブラマイシン バクタ バクトラミン ゲンタシン アミカシン テイコプラニン \
            タゴシッド ザイボックス リネゾリド ダプトマイシン キュビシン フラジール メトロニダゾール \
            ホスミシン ホスホマイシン イソニアジド イスコチン リファンピシン リファジン \
            エタンブトール アルベカシン ハベカシン トブラシン コリスチン オルドレブ",
    },
];

/// Names that hold a class's word by chance, and the class.
const BY_CHANCE: &[(HighRisk, &str)] = &[
    (HighRisk::Anticoagulant, "ヘパリン類似"),
    (
        HighRisk::Antimicrobial,
        "ブレオマイシン マイトマイシン インシュリン アクチノマイシン アドリアマイシン セファランチン",
    ),
];

/// A family that shares allergies: how people write the allergen, and the drugs of it.
struct Family {
    name: &'static str,
    allergens: &'static str,
    drugs: &'static str,
}

const FAMILIES: &[Family] = &[
    Family {
        name: "ペニシリン系",
        allergens: "ペニシリン PC系 PCG penicillin",
        drugs: "シリン ペニシリン オーグメンチン クラバモックス ユナシン ゾシン ペントシリン \
            スルバシリン タゾピペ パセトシン バイシリン",
    },
    Family {
        name: "セフェム系",
        allergens: "セフェム セファロスポリン cephem cephalosporin",
        drugs: "セフ セファ ロセフィン フロモックス メイアクト バナン ケフラール ケフレックス \
            パンスポリン スルペラゾン ワイスタール マキシピーム トミロン フルマリン ザバクサ",
    },
    Family {
        name: "カルバペネム系",
        allergens: "カルバペネム",
        drugs: "ペネム メロペン チエナム オメガシン フィニバックス オラペネム カルベニン",
    },
    Family {
        name: "キノロン系",
        allergens: "キノロン",
        drugs: "フロキサシン クラビット シプロキサン ジェニナック グレースビット アベロックス オゼックス \
            ラスビック タリビッド",
    },
    Family {
        name: "マクロライド系",
        allergens: "マクロライド",
        drugs: "スロマイシン クラリス エリスロシン エリスロマイシン ジスロマック アジスロマイシン \
            リカマイシン",
    },
    Family {
        name: "サルファ剤",
        allergens: "サルファ スルファ ST合剤",
        drugs: "スルファ バクタ バクトラミン ダイフェン サラゾ アザルフィジン",
    },
    Family {
        name: "NSAIDs・アスピリン",
        allergens: "NSAID アスピリン 解熱鎮痛 鎮痛剤 鎮痛薬 消炎鎮痛 ピリン",
        drugs: "アスピリン バファリン バイアスピリン ロキソプロフェン ロキソニン ジクロフェナク \
            ボルタレン イブプロフェン ブルフェン インドメタシン インテバン インダシン セレコキシブ \
            セレコックス メロキシカム モービック ナプロキセン ナイキサン エトドラク ハイペン \
            オステラック ロルノキシカム ロルカム フルルビプロフェン ロピオン ケトプロフェン モーラス \
            カピスト スルピリン メチロン ポンタール メフェナム ザルトプロフェン ソレトン タケルダ \
            キャブピリン コンプラビン PL配合 SG配合",
    },
    Family {
        name: "アセトアミノフェン",
        allergens: "アセトアミノフェン カロナール アンヒバ",
        drugs: "アセトアミノフェン カロナール アセリオ アンヒバ アルピニー トラムセット PL配合 SG配合 \
            ペレックス",
    },
    Family {
        name: "ヨード造影剤",
        allergens: "ヨード ヨウ素 造影剤 造影CT",
        drugs: "イオパミ イオヘキソール オムニパーク イオベルソール オプチレイ イオプロミド プロスコープ \
            イオメプロール イオメロン イオジキサノール ビジパーク ウログラフイン ウログラフィン \
            リピオドール 造影CT CT造影 造影",
    },
    Family {
        name: "ガドリニウム造影剤",
        allergens: "ガドリニウム MRI造影",
        drugs: "ガドリニウム ガドテル マグネスコープ ガドビスト ガドブトロール オムニスキャン プロハンス \
            EOB プリモビスト",
    },
    Family {
        name: "局所麻酔薬", allergens: "キシロカイン リドカイン 局所麻酔 局麻", drugs: "カイン ペンレス"
    },
    Family {
        name: "卵",
        allergens: "卵 鶏卵 たまご",
        drugs: "リゾチーム インフルエンザHA プロポフォール ディプリバン",
    },
    Family {
        name: "牛乳",
        allergens: "牛乳 カゼイン 乳製品",
        drugs: "タンナルビン タンニン酸アルブミン ラックビーR エンテロノンR エンシュア",
    },
    Family { name: "ゼラチン", allergens: "ゼラチン", drugs: "ゼラチン エスクレ" },
    Family {
        name: "大豆", allergens: "大豆", drugs: "プロポフォール ディプリバン イントラリポス"
    },
];

/// The tables above with their words folded, once.
struct Folded {
    risks: Vec<(&'static RiskRow, Vec<String>)>,
    chance: Vec<(HighRisk, Vec<String>)>,
    families: Vec<(&'static Family, Vec<String>, Vec<String>)>,
}

static FOLDED: LazyLock<Folded> = LazyLock::new(|| {
    let folded = |words: &str| words.split_whitespace().map(fold_kana).collect::<Vec<_>>();
    Folded {
        risks: RISKS.iter().map(|row| (row, folded(row.names))).collect(),
        chance: BY_CHANCE.iter().map(|(class, names)| (*class, folded(names))).collect(),
        families: FAMILIES.iter().map(|row| (row, folded(row.allergens), folded(row.drugs))).collect(),
    }
});

fn holds(key: &str, words: &[String]) -> bool {
    words.iter().any(|word| key.contains(word.as_str()))
}

/// The high-risk classes a drug belongs to.
pub fn high_risk(drug: &Coded) -> Vec<HighRisk> {
    let name = fold_kana(&drug.text);
    let is_yj = drug.code.len() == 12 && drug.code.as_bytes().iter().take(7).all(u8::is_ascii_digit);
    let by_code = |row: &RiskRow| is_yj && row.yj.iter().any(|prefix| drug.code.starts_with(prefix));
    let chance = |row: &RiskRow| FOLDED.chance.iter().any(|(class, names)| *class == row.class && holds(&name, names));
    let rows = FOLDED.risks.iter();
    rows.filter(|(row, names)| by_code(row) || (holds(&name, names) && !chance(row)))
        .map(|(row, _)| row.class)
        .collect()
}

impl HighRisk {
    /// The class as JSON and the texts of the screen name it.
    pub fn code(self) -> &'static str {
        match self {
            HighRisk::Insulin => "insulin",
            HighRisk::Anticoagulant => "anticoagulant",
            HighRisk::Narcotic => "narcotic",
            HighRisk::Anticancer => "anticancer",
            HighRisk::Vasopressor => "vasopressor",
            HighRisk::Potassium => "potassium",
            HighRisk::Antimicrobial => "antimicrobial",
        }
    }

    /// The class as the screen says it, in Japanese.
    pub fn word(self) -> &'static str {
        RISKS.iter().find(|row| row.class == self).map_or("", |row| row.word)
    }
}

/// The name of a drug down to its stem: without strength, form, maker and marks.
pub(crate) fn stem(text: &str) -> String {
    const FORMS: &str = "錠散液注細顆末軟坐吸貼点眼静点筋皮";
    let folded = fold_kana(text);
    let end = folded
        .char_indices()
        .find(|(at, c)| *at > 0 && (c.is_ascii_digit() || FORMS.contains(*c) || "(「[（".contains(*c)));
    folded.get(..end.map_or(folded.len(), |(at, _)| at)).unwrap_or_default().to_owned()
}

/// Why a drug may clash with a recorded allergen: the shared family, or the shared name. `None` says only that no clash was
/// found by name; interactions and ingredients of mixtures are not checked.
pub fn clash(allergen: &str, drug: &str) -> Option<String> {
    let (allergen_key, drug_key) = (fold_kana(allergen), fold_kana(drug));
    if allergen_key.is_empty() || drug_key.is_empty() {
        return None;
    }
    let shared = FOLDED.families.iter().find(|(_, allergens, drugs)| {
        (holds(&allergen_key, allergens) || holds(&allergen_key, drugs)) && holds(&drug_key, drugs)
    });
    if let Some((family, ..)) = shared {
        return Some(family.name.to_owned());
    }
    let (one, other) = (stem(allergen), stem(drug));
    let long = one.chars().count() >= 3 && other.chars().count() >= 3;
    (long && (one.contains(&other) || other.contains(&one))).then(|| allergen.to_owned())
}

/// The family of antibiotics or painkillers that two drugs are of, by their names. Allergens that are no effect (卵, 大豆) are none.
pub(crate) fn same_family(one: &str, other: &str) -> Option<&'static str> {
    const OF_EFFECT: usize = 8;
    let (one, other) = (fold_kana(one), fold_kana(other));
    let of = FOLDED.families.iter().take(OF_EFFECT).find(|(_, _, drugs)| holds(&one, drugs) && holds(&other, drugs));
    of.map(|(family, ..)| family.name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn named(text: &str) -> Coded {
        Coded { text: text.to_owned(), ..Coded::default() }
    }

    #[test]
    fn high_risk_classes_by_name() {
        for (drug, want) in [
            ("ノボラピッド注フレックスペン　300単位", vec![HighRisk::Insulin]),
            ("ﾜｰﾌｧﾘﾝ錠1mg", vec![HighRisk::Anticoagulant]),
            ("オキシコンチン錠5mg", vec![HighRisk::Narcotic]),
            ("シスプラチン点滴静注", vec![HighRisk::Anticancer]),
            ("ノルアドリナリン注1mg", vec![HighRisk::Vasopressor]),
            ("ＫＣＬ注20mEq", vec![HighRisk::Potassium]),
            ("サワシリンカプセル250", vec![HighRisk::Antimicrobial]),
            ("ブレオ注（ブレオマイシン塩酸塩）", vec![HighRisk::Anticancer]),
            ("ムコダイン錠500mg", vec![]),
            ("ヘパリン類似物質油性クリーム0.3%", vec![]),
            ("シプロヘプタジン塩酸塩錠4mg", vec![]),
            ("ミノサイクリン塩酸塩錠", vec![HighRisk::Antimicrobial]),
            ("スローケー錠600mg", vec![HighRisk::Potassium]),
            ("ハベカシン注射液100mg", vec![HighRisk::Antimicrobial]),
            ("セファランチン錠1mg", vec![]),
            ("アムロジピン錠5mg", vec![]),
        ] {
            assert_eq!(high_risk(&named(drug)), want, "{drug}");
        }
    }

    #[test]
    fn clashes_by_family_and_name() {
        for (allergen, drug, want) in [
            ("ペニシリン", "アモキシシリンカプセル250mg", Some("ペニシリン系")),
            ("サワシリン", "ユナシン錠", Some("ペニシリン系")),
            ("セフェム系抗生剤", "セフトリアキソンナトリウム静注用1g", Some("セフェム系")),
            ("アスピリン喘息", "ロキソニン錠60mg", Some("NSAIDs・アスピリン")),
            ("ヨード造影剤", "オムニパーク300注", Some("ヨード造影剤")),
            ("ムコダイン錠500mg", "ムコダイン錠250mg", Some("ムコダイン錠500mg")),
            ("ペニシリン", "アムロジピン錠5mg", None),
            ("そば", "ロキソニン錠60mg", None),
            ("", "ロキソニン錠60mg", None),
        ] {
            assert_eq!(clash(allergen, drug).as_deref(), want, "{allergen} {drug}");
        }
    }
}
