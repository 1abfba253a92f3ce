//! Problems: 病名 as PPR-01 writes them. Numbers are shaped as MEDIS 病名管理番号 and 交換用コード, not taken from the master.

/// One 病名.
#[derive(Debug)]
pub struct Problem {
    /// 病名管理番号, eight digits.
    pub number: &'static str,
    /// 交換用コード, four characters.
    pub exchange: &'static str,
    /// Name without prefix and suffix.
    pub name: &'static str,
    /// ICD-10 without the dot.
    pub icd10: &'static str,
}

macro_rules! problems {
    ($($id:ident $number:literal $exchange:literal $name:literal $icd:literal;)*) => {
        $(#[doc = $name] pub static $id: Problem = Problem {
            number: $number, exchange: $exchange, name: $name, icd10: $icd,
        };)*
    };
}

problems! {
    TYPE2_DIABETES "20060101" "QA01" "２型糖尿病" "E119";
    HYPERTENSION "20060201" "QA02" "高血圧症" "I10";
    DYSLIPIDEMIA "20060301" "QA03" "脂質異常症" "E785";
    HEART_FAILURE "20060401" "QA04" "慢性心不全" "I509";
    ATRIAL_FIBRILLATION "20060501" "QA05" "心房細動" "I489";
    PNEUMONIA "20060601" "QA06" "肺炎" "J189";
    ASPIRATION "20060701" "QA07" "誤嚥性肺炎" "J690";
    HIP_FRACTURE "20060801" "QA08" "大腿骨頚部骨折" "S7200";
    OSTEOPOROSIS "20060901" "QA09" "骨粗鬆症" "M8199";
    RENAL_FAILURE "20061001" "QA10" "慢性腎不全" "N189";
    RENAL_ANEMIA "20061101" "QA11" "腎性貧血" "D638";
    PREGNANCY "20061201" "QA12" "妊娠" "Z349";
    THREATENED_LABOUR "20061301" "QA13" "切迫早産" "O600";
    DELIVERY "20061401" "QA14" "正常分娩" "O800";
    NEWBORN "20061501" "QA15" "正期産新生児" "Z380";
    ASTHMA_CHILD "20061601" "QA16" "小児気管支喘息" "J459";
    COLON_CANCER "20061701" "QA17" "大腸癌" "C189";
    NEUTROPENIA "20061801" "QA18" "好中球減少症" "D70";
    PANCREATIC_CANCER "20061901" "QA19" "膵癌" "C259";
    PYELONEPHRITIS "20062001" "QA20" "急性腎盂腎炎" "N10";
    CYSTITIS "20062101" "QA21" "急性膀胱炎" "N300";
    STROKE "20062201" "QA22" "脳梗塞" "I639";
    DEMENTIA "20062301" "QA23" "アルツハイマー型認知症" "G309";
    COVID "20062401" "QA24" "ＣＯＶＩＤ−１９" "U071";
    PROSTATE_HYPERPLASIA "20062501" "QA25" "前立腺肥大症" "N40";
    PROSTATE_CANCER "20062601" "QA26" "前立腺癌" "C61";
    KNEE_ARTHROSIS "20062701" "QA27" "変形性膝関節症" "M179";
    HYPOTHYROIDISM "20062801" "QA28" "甲状腺機能低下症" "E039";
    GASTRITIS "20062901" "QA29" "胃炎" "K297";
    HELICOBACTER "20063001" "QA30" "ヘリコバクター・ピロリ感染症" "B980";
    COMMON_COLD "20063101" "QA31" "急性上気道炎" "J069";
    OTITIS "20063201" "QA32" "急性中耳炎" "H669";
    CONTUSION "20063301" "QA33" "打撲傷" "T140";
    CHECKUP "20063401" "QA34" "健康診断" "Z000";
    CONSTIPATION "20063501" "QA35" "便秘症" "K590";
    UNCONSCIOUS "20063601" "QA36" "意識障害" "R402";
    FLAT_FOOT "20063701" "QA37" "足関節捻挫" "S934";
    IRON_ANEMIA "20063801" "QA38" "鉄欠乏性貧血" "D509";
}
