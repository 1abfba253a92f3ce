//! Drugs: names as on the shelf, codes shaped as HOT9 and YJ (the digits are not those of the masters), the unit they are
//! counted in and the most a day that the package insert allows an adult. Doses in `courses` are held against it by a test.

/// What an allergy can clash with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Penicillins.
    Penicillin,
    /// Cephalosporins.
    Cephem,
    /// Nonsteroidal analgesics.
    Nsaid,
    /// Anything else.
    Other,
}

/// A drug.
#[derive(Debug)]
pub struct Drug {
    /// Nine digits, HOT9 shape.
    pub hot: &'static str,
    /// Name with strength.
    pub name: &'static str,
    /// Unit, MERIT-9 code.
    pub unit: &'static str,
    /// 剤形, MERIT-9 code.
    pub form: &'static str,
    /// Most a day for an adult, in `unit`; for a child's powder, mg per kg.
    pub most: f64,
    /// For allergies.
    pub class: Class,
}

/// MERIT-9 units (`MR9P`) with the words that go with them.
const UNITS: [(&str, &str); 12] = [
    ("TAB", "錠"),
    ("CAP", "カプセル"),
    ("PCK", "包"),
    ("G", "グラム"),
    ("MG", "ミリグラム"),
    ("ML", "ミリリットル"),
    ("AMP", "アンプル"),
    ("VIA", "バイアル"),
    ("HON", "本"),
    ("KIT", "キット"),
    ("UNT", "単位"),
    ("SHT", "枚"),
];

impl Class {
    /// True when somebody allergic to `allergen` (local code of [`crate::people`]) must not have a drug of this class.
    pub fn clashes(self, allergen: &str) -> bool {
        matches!((self, allergen), (Class::Penicillin, "1") | (Class::Cephem, "2") | (Class::Nsaid, "3"))
    }
}

/// A unit as CE.
pub fn unit(code: &str) -> String {
    let text = UNITS.iter().find(|(known, _)| *known == code).map_or(code, |(_, text)| text);
    format!("{code}^{text}^MR9P")
}

macro_rules! drugs {
    ($($id:ident $hot:literal $name:literal $unit:literal $form:literal $most:literal $class:ident;)*) => {
        $(#[doc = $name] pub static $id: Drug = Drug {
            hot: $hot, name: $name, unit: $unit, form: $form, most: $most, class: Class::$class,
        };)*
        /// All of them.
        #[cfg(test)]
        pub static DRUGS: &[&Drug] = &[$(&$id),*];
    };
}

drugs! {
    AMLODIPINE "117410101" "アムロジピンＯＤ錠５ｍｇ" "TAB" "TAB" 2.0 Other;
    OLMESARTAN "117411801" "オルメサルタンＯＤ錠２０ｍｇ" "TAB" "TAB" 2.0 Other;
    CANDESARTAN "117412501" "カンデサルタン錠８ｍｇ" "TAB" "TAB" 1.5 Other;
    BISOPROLOL "117413201" "ビソプロロールフマル酸塩錠２．５ｍｇ" "TAB" "TAB" 2.0 Other;
    FUROSEMIDE "117414901" "フロセミド錠２０ｍｇ" "TAB" "TAB" 4.0 Other;
    SPIRONOLACTONE "117415601" "スピロノラクトン錠２５ｍｇ" "TAB" "TAB" 4.0 Other;
    DAPAGLIFLOZIN "117416301" "フォシーガ錠１０ｍｇ" "TAB" "TAB" 1.0 Other;
    WARFARIN "117417001" "ワーファリン錠１ｍｇ" "TAB" "TAB" 8.0 Other;
    APIXABAN "117418701" "エリキュース錠５ｍｇ" "TAB" "TAB" 2.0 Other;
    CLOPIDOGREL "117419401" "クロピドグレル錠７５ｍｇ" "TAB" "TAB" 1.0 Other;
    METFORMIN "117420001" "メトホルミン塩酸塩錠５００ｍｇＭＴ" "TAB" "TAB" 4.5 Other;
    SITAGLIPTIN "117421701" "ジャヌビア錠５０ｍｇ" "TAB" "TAB" 2.0 Other;
    GLIMEPIRIDE "117422401" "グリメピリド錠１ｍｇ" "TAB" "TAB" 6.0 Other;
    GLARGINE "117423101" "インスリン グラルギンＢＳ注ミリオペン" "UNT" "INJ" 80.0 Other;
    LISPRO "117424801" "インスリン リスプロＢＳ注ソロスター" "UNT" "INJ" 100.0 Other;
    ROSUVASTATIN "117425501" "ロスバスタチン錠２．５ｍｇ" "TAB" "TAB" 8.0 Other;
    LANSOPRAZOLE "117426201" "ランソプラゾールＯＤ錠１５ｍｇ" "TAB" "TAB" 4.0 Other;
    REBAMIPIDE "117427901" "レバミピド錠１００ｍｇ" "TAB" "TAB" 3.0 Other;
    MAGNESIUM_OXIDE "117428601" "酸化マグネシウム錠３３０ｍｇ" "TAB" "TAB" 6.0 Other;
    LOXOPROFEN "117429301" "ロキソプロフェンナトリウム錠６０ｍｇ" "TAB" "TAB" 3.0 Nsaid;
    ACETAMINOPHEN "117430901" "カロナール錠５００" "TAB" "TAB" 8.0 Other;
    KETOPROFEN_TAPE "117431601" "ケトプロフェンテープ４０ｍｇ" "SHT" "TAP" 2.0 Nsaid;
    ELDECALCITOL "117432301" "エルデカルシトールカプセル０．７５μｇ" "CAP" "CAP" 1.0 Other;
    DONEPEZIL "117433001" "ドネペジル塩酸塩ＯＤ錠５ｍｇ" "TAB" "TAB" 2.0 Other;
    TAMSULOSIN "117434701" "タムスロシン塩酸塩ＯＤ錠０．２ｍｇ" "TAB" "TAB" 1.0 Other;
    LEVOTHYROXINE "117435401" "チラーヂンＳ錠５０μｇ" "TAB" "TAB" 4.0 Other;
    AMOXICILLIN "117436101" "アモキシシリンカプセル２５０ｍｇ" "CAP" "CAP" 6.0 Penicillin;
    CLARITHROMYCIN "117437801" "クラリスロマイシン錠２００ｍｇ" "TAB" "TAB" 4.0 Other;
    VONOPRAZAN "117438501" "タケキャブ錠２０ｍｇ" "TAB" "TAB" 2.0 Other;
    LEVOFLOXACIN "117439201" "レボフロキサシン錠５００ｍｇ" "TAB" "TAB" 1.0 Other;
    CEFCAPENE "117440801" "セフカペンピボキシル塩酸塩錠１００ｍｇ" "TAB" "TAB" 4.5 Cephem;
    CARBOCISTEINE "117441501" "カルボシステイン錠５００ｍｇ" "TAB" "TAB" 3.0 Other;
    FEXOFENADINE "117442201" "フェキソフェナジン塩酸塩錠６０ｍｇ" "TAB" "TAB" 2.0 Other;
    CALCIUM_CARBONATE "117443901" "沈降炭酸カルシウム錠５００ｍｇ" "TAB" "TAB" 6.0 Other;
    LANTHANUM "117444601" "炭酸ランタンＯＤ錠２５０ｍｇ" "TAB" "TAB" 9.0 Other;
    FERROUS_CITRATE "117445301" "クエン酸第一鉄ナトリウム錠５０ｍｇ" "TAB" "TAB" 4.0 Other;
    RITODRINE "117446001" "リトドリン塩酸塩錠５ｍｇ" "TAB" "TAB" 4.0 Other;
    APREPITANT "117447701" "アプレピタントカプセル１２５ｍｇ" "CAP" "CAP" 1.0 Other;
    OXYCODONE "117448401" "オキシコドン徐放錠１０ｍｇＮＸ" "TAB" "TAB" 12.0 Other;
    DEXAMETHASONE "117450701" "デカドロン錠４ｍｇ" "TAB" "TAB" 2.0 Other;
    VITAMIN_K2_SYRUP "117451401" "ケイツーシロップ０．２％" "ML" "SYR" 1.0 Other;
    AMOXICILLIN_GRANULE "117452101" "アモキシシリン細粒１０％" "MG" "PWD" 90.0 Penicillin;
    PRANLUKAST_SYRUP "117453801" "プランルカストドライシロップ１０％" "MG" "PWD" 10.0 Other;
    CARBOCISTEINE_SYRUP "117454501" "カルボシステインＤＳ５０％" "MG" "PWD" 30.0 Other;
    ACETAMINOPHEN_GRANULE "117455201" "カロナール細粒２０％" "MG" "PWD" 60.0 Other;
    BUDESONIDE_INHALATION "117456901" "パルミコート吸入液０．２５ｍｇ" "AMP" "INH" 4.0 Other;
    SALINE100 "620501201" "生理食塩液１００ｍＬ" "HON" "INJ" 10.0 Other;
    SALINE500 "620501301" "生理食塩液５００ｍＬ" "HON" "INJ" 6.0 Other;
    GLUCOSE250 "620501401" "５％ブドウ糖注射液２５０ｍＬ" "HON" "INJ" 8.0 Other;
    MAINTENANCE500 "620501501" "ソルデム３Ａ輸液５００ｍＬ" "HON" "INJ" 6.0 Other;
    RINGER500 "620501601" "ラクテック注５００ｍＬ" "HON" "INJ" 8.0 Other;
    CEFTRIAXONE "620502201" "セフトリアキソンナトリウム静注用１ｇ" "VIA" "INJ" 4.0 Cephem;
    AMPICILLIN_SULBACTAM "620502301" "スルバシリン静注用３ｇ" "VIA" "INJ" 4.0 Penicillin;
    CEFAZOLIN "620502401" "セファゾリンＮａ注射用１ｇ" "VIA" "INJ" 5.0 Cephem;
    MEROPENEM "620502501" "メロペネム点滴静注用０．５ｇ" "VIA" "INJ" 6.0 Other;
    FUROSEMIDE_INJECTION "620503201" "フロセミド注２０ｍｇ" "AMP" "INJ" 5.0 Other;
    POTASSIUM "620503301" "ＫＣＬ注２０ｍＥｑキット" "KIT" "INJ" 5.0 Other;
    NORADRENALINE "620503401" "ノルアドレナリン注１ｍｇ" "AMP" "INJ" 20.0 Other;
    HEPARIN "620503501" "ヘパリンＮａ注５千単位／５ｍＬ" "VIA" "INJ" 6.0 Other;
    DARBEPOETIN "620503601" "ダルベポエチンアルファＢＳ注２０μｇ" "HON" "INJ" 3.0 Other;
    EDARAVONE "620503701" "エダラボン点滴静注３０ｍｇ" "HON" "INJ" 2.0 Other;
    OXYTOCIN "620503801" "オキシトシン注５単位" "AMP" "INJ" 2.0 Other;
    REMDESIVIR "620503901" "ベクルリー点滴静注用１００ｍｇ" "VIA" "INJ" 2.0 Other;
    ACETAMINOPHEN_INJECTION "620504001" "アセリオ静注液１０００ｍｇ" "HON" "INJ" 4.0 Other;
    HYDROCORTISONE "620504101" "ソル・コーテフ静注用１００ｍｇ" "VIA" "INJ" 10.0 Other;
    OXALIPLATIN "620505201" "オキサリプラチン点滴静注液１００ｍｇ" "VIA" "INJ" 2.0 Other;
    LEVOFOLINATE "620505301" "レボホリナート点滴静注用１００ｍｇ" "VIA" "INJ" 4.0 Other;
    FLUOROURACIL "620505401" "フルオロウラシル注１０００ｍｇ" "VIA" "INJ" 5.0 Other;
    PALONOSETRON "620505501" "パロノセトロン静注０．７５ｍｇ" "HON" "INJ" 1.0 Other;
    DEXAMETHASONE_INJECTION "620505601" "デキサート注射液６．６ｍｇ" "VIA" "INJ" 3.0 Other;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_nine_digits_and_one_each() {
        let codes: std::collections::BTreeSet<&str> = DRUGS.iter().map(|drug| drug.hot).collect();
        assert_eq!(codes.len(), DRUGS.len());
        assert!(codes.iter().all(|code| code.len() == 9 && code.bytes().all(|b| b.is_ascii_digit())));
        assert!(DRUGS.iter().all(|drug| UNITS.iter().any(|(unit, _)| *unit == drug.unit)));
    }
}
