//! Courses of the wards.

use super::*;

/// mFOLFOX6 as given in the outpatient chemotherapy room: antiemetics, then oxaliplatin with levofolinate, then 5-FU.
pub const CHEMOTHERAPY: &[Drip] = &[
    drip!(&[(&d::SALINE100, 1.0), (&d::PALONOSETRON, 1.0), (&d::DEXAMETHASONE_INJECTION, 1.0)], 100, 1, &[9], (0, 0),),
    drip!(&[(&d::GLUCOSE250, 1.0), (&d::OXALIPLATIN, 1.3)], 250, 2, &[10], (0, 0)),
    drip!(&[(&d::GLUCOSE250, 1.0), (&d::LEVOFOLINATE, 3.0)], 250, 2, &[10], (0, 0)),
    drip!(&[(&d::SALINE500, 1.0), (&d::FLUOROURACIL, 3.8)], 500, 46, &[13], (0, 0)),
];

/// Given at the end of a dialysis session.
pub const DIALYSIS_DRIP: &[Drip] = &[
    drip!(&[(&d::SALINE100, 1.0), (&d::HEPARIN, 1.0)], 100, 4, &[9], (0, 0)),
    drip!(&[(&d::DARBEPOETIN, 1.0)], 1, 0, &[13], (0, 0)),
];

/// A mother's stay.
pub static DELIVERY: Course = Course {
    name: "分娩",
    setting: Setting::Ward(0, 5, 7),
    department: &h::OBSTETRICS,
    ages: (20, 40),
    sex: Some('F'),
    problems: &[&p::DELIVERY, &p::PREGNANCY],
    lines: &[line(&d::ACETAMINOPHEN, 1.0, &AS_NEEDED), line(&d::FERROUS_CITRATE, 1.0, &TWICE)],
    drips: &[drip!(&[(&d::RINGER500, 1.0), (&d::OXYTOCIN, 1.0)], 500, 5, &[8], (0, 1))],
    trends: &[(&l::HB, 10.9, 9.8), (&l::WBC, 118.0, 82.0)],
    diet: ("N010", "産褥食"),
    note: "経腟分娩。子宮収縮良好、悪露正常。授乳指導。",
    ..BASE
};

/// Her child's stay.
pub static NEWBORN: Course = Course {
    name: "新生児",
    setting: Setting::Ward(0, 5, 7),
    department: &h::PEDIATRICS,
    ages: (0, 0),
    problems: &[&p::NEWBORN],
    lines: &[line(&d::VITAMIN_K2_SYRUP, 1.0, &MORNING)],
    trends: &[(&l::TBIL, 5.2, 9.8), (&l::WBC, 160.0, 110.0)],
    diet: ("N090", "調乳"),
    note: "哺乳良好。黄疸は生理的範囲。体重減少は許容内。",
    ..BASE
};

/// The man nobody knows.
pub static UNKNOWN_MAN: Course = Course {
    name: "身元不明・意識障害",
    setting: Setting::Ward(2, 9, 12),
    ages: (60, 70),
    sex: Some('M'),
    problems: &[&p::UNCONSCIOUS],
    drips: &[
        drip!(&[(&d::RINGER500, 1.0), (&d::POTASSIUM, 1.0)], 520, 8, &[6, 18], (0, 9)),
        drip!(&[(&d::SALINE100, 1.0), (&d::NORADRENALINE, 3.0)], 103, 12, &[0, 12], (0, 9)),
    ],
    trends: &[(&l::NA, 128.0, 136.0), (&l::K, 2.9, 3.6), (&l::GLU, 250.0, 150.0)],
    exams: &[&HEAD_MRI, &CHEST, &ECG],
    diet: ("N000", "絶食"),
    note: "路上で倒れているところを救急搬送。身元を示すものなし。",
    ..BASE
};

/// All the others.
pub static WARD: &[Course] = &[
    Course {
        name: "肺炎",
        setting: Setting::Ward(1, 9, 16),
        ages: (60, 96),
        problems: &[&p::PNEUMONIA, &p::HYPERTENSION],
        lines: &[line(&d::CARBOCISTEINE, 1.0, &THRICE), line(&d::AMLODIPINE, 1.0, &MORNING)],
        drips: &[
            drip!(&[(&d::SALINE100, 1.0), (&d::CEFTRIAXONE, 1.0)], 100, 1, &[9, 21], (0, 7)),
            drip!(&[(&d::MAINTENANCE500, 1.0)], 500, 6, &[10], (0, 4)),
        ],
        trends: &[(&l::CRP, 14.8, 0.9), (&l::WBC, 158.0, 66.0), (&l::ALB, 3.2, 3.4)],
        exams: &[&CHEST_SHADOW],
        diet: ("N020", "全粥食"),
        note: "解熱傾向。喀痰減少。酸素 経鼻1L。",
        weight: 12,
        ..BASE
    },
    Course {
        name: "誤嚥性肺炎・認知症",
        setting: Setting::Ward(1, 14, 30),
        ages: (78, 98),
        problems: &[&p::ASPIRATION, &p::DEMENTIA, &p::CONSTIPATION],
        lines: &[line(&d::DONEPEZIL, 1.0, &MORNING), line(&d::MAGNESIUM_OXIDE, 1.0, &THRICE)],
        drips: &[
            drip!(&[(&d::SALINE100, 1.0), (&d::AMPICILLIN_SULBACTAM, 1.0)], 100, 1, &[9, 21], (0, 8)),
            drip!(&[(&d::MAINTENANCE500, 1.0)], 500, 6, &[10, 18], (0, 12)),
        ],
        trends: &[(&l::CRP, 9.6, 1.4), (&l::WBC, 132.0, 71.0), (&l::ALB, 2.7, 2.9), (&l::NA, 149.0, 141.0)],
        exams: &[&CHEST_SHADOW],
        diet: ("N030", "嚥下調整食２−１"),
        note: "むせあり。とろみ使用。離床センサー使用中。",
        weight: 9,
        ..BASE
    },
    Course {
        name: "心不全増悪",
        setting: Setting::Ward(1, 12, 22),
        ages: (70, 96),
        problems: &[&p::HEART_FAILURE, &p::ATRIAL_FIBRILLATION],
        lines: &[
            line(&d::WARFARIN, 2.0, &MORNING),
            line(&d::BISOPROLOL, 0.5, &MORNING),
            line(&d::SPIRONOLACTONE, 1.0, &MORNING),
        ],
        drips: &[drip!(&[(&d::FUROSEMIDE_INJECTION, 1.0)], 2, 0, &[9, 15], (0, 5))],
        trends: &[(&l::BNP, 1180.0, 260.0), (&l::K, 4.4, 3.4), (&l::CRE, 1.5, 1.2), (&l::PT_INR, 2.9, 2.1)],
        exams: &[&CHEST, &ECG_AF],
        diet: ("T010", "減塩食６ｇ"),
        note: "体重減少、浮腫軽減。尿量2000mL/日。飲水制限1000mL。",
        weight: 10,
        ..BASE
    },
    Course {
        name: "大腿骨頚部骨折 術後",
        setting: Setting::Ward(1, 24, 45),
        department: &h::ORTHOPEDICS,
        ages: (74, 97),
        problems: &[&p::HIP_FRACTURE, &p::OSTEOPOROSIS],
        lines: &[line(&d::ELDECALCITOL, 1.0, &MORNING), line(&d::ACETAMINOPHEN, 1.0, &THRICE)],
        drips: &[
            drip!(&[(&d::SALINE100, 1.0), (&d::CEFAZOLIN, 1.0)], 100, 1, &[9, 21], (1, 3)),
            drip!(&[(&d::RINGER500, 1.0)], 500, 6, &[10], (0, 3)),
            drip!(&[(&d::ACETAMINOPHEN_INJECTION, 0.5)], 50, 1, &[7, 14, 21], (1, 2)),
        ],
        trends: &[(&l::CRP, 8.2, 0.3), (&l::HB, 9.1, 10.8), (&l::D_DIMER, 14.0, 3.1)],
        exams: &[&HIP, &CHEST],
        note: "人工骨頭置換術後。創部清潔。歩行器で病棟内歩行。転倒注意。",
        weight: 11,
        ..BASE
    },
    Course {
        name: "脳梗塞 急性期",
        setting: Setting::Ward(1, 18, 35),
        ages: (62, 94),
        problems: &[&p::STROKE, &p::HYPERTENSION],
        lines: &[line(&d::CLOPIDOGREL, 1.0, &MORNING), line(&d::LANSOPRAZOLE, 1.0, &MORNING)],
        drips: &[drip!(&[(&d::SALINE100, 1.0), (&d::EDARAVONE, 1.0)], 100, 1, &[9, 21], (0, 10))],
        trends: &[(&l::LDL, 168.0, 110.0), (&l::D_DIMER, 2.2, 1.1)],
        exams: &[&HEAD_MRI, &ECG],
        diet: ("N030", "嚥下調整食３"),
        note: "右片麻痺MMT3。リハビリ継続。嚥下評価済み。",
        weight: 7,
        ..BASE
    },
    Course {
        name: "大腸癌 術後",
        setting: Setting::Ward(1, 10, 16),
        department: &h::SURGERY,
        ages: (52, 86),
        problems: &[&p::COLON_CANCER, &p::IRON_ANEMIA],
        lines: &[line(&d::MAGNESIUM_OXIDE, 1.0, &THRICE), line(&d::ACETAMINOPHEN, 1.0, &AS_NEEDED)],
        drips: &[
            drip!(&[(&d::SALINE100, 1.0), (&d::CEFAZOLIN, 1.0)], 100, 1, &[9, 21], (1, 2)),
            drip!(&[(&d::MAINTENANCE500, 1.0), (&d::POTASSIUM, 0.5)], 510, 6, &[10, 17], (0, 4)),
        ],
        trends: &[(&l::CRP, 11.0, 0.8), (&l::HB, 9.6, 10.2), (&l::CEA, 22.0, 6.1)],
        exams: &[&COLONO, &BODY_CT],
        diet: ("N021", "五分粥食"),
        note: "腹腔鏡下手術後。排ガスあり。ドレーン排液は漿液性。",
        weight: 5,
        ..BASE
    },
    Course {
        name: "膵癌 緩和",
        setting: Setting::Ward(1, 15, 30),
        department: &h::SURGERY,
        ages: (58, 88),
        problems: &[&p::PANCREATIC_CANCER, &p::CONSTIPATION],
        lines: &[line(&d::OXYCODONE, 1.0, &TWICE), line(&d::MAGNESIUM_OXIDE, 2.0, &BEDTIME)],
        drips: &[drip!(&[(&d::MAINTENANCE500, 1.0)], 500, 8, &[10], (0, 30))],
        trends: &[(&l::CA19_9, 1840.0, 2300.0), (&l::TBIL, 2.1, 4.8), (&l::ALB, 2.9, 2.4)],
        exams: &[&BODY_CT],
        note: "疼痛NRS 2。家族の希望により病名は未告知。",
        weight: 3,
        ..BASE
    },
    Course {
        name: "糖尿病教育入院",
        setting: Setting::Ward(1, 11, 15),
        ages: (35, 75),
        problems: &[&p::TYPE2_DIABETES],
        lines: &[line(&d::METFORMIN, 1.0, &TWICE), line(&d::GLARGINE, 10.0, &SHOT_NIGHT)],
        drips: &[],
        trends: &[(&l::GLU, 310.0, 142.0), (&l::HBA1C, 11.2, 10.6)],
        diet: ("T020", "糖尿病食１６００ｋｃａｌ"),
        note: "血糖推移良好。自己注射手技の確認。",
        weight: 4,
        ..BASE
    },
    Course {
        name: "小児喘息発作",
        setting: Setting::Ward(0, 4, 7),
        department: &h::PEDIATRICS,
        ages: (1, 10),
        problems: &[&p::ASTHMA_CHILD],
        lines: &[per_kilo(&d::PRANLUKAST_SYRUP, 3.5, &TWICE), line(&d::BUDESONIDE_INHALATION, 1.0, &INHALED)],
        drips: &[drip!(&[(&d::SALINE100, 1.0), (&d::HYDROCORTISONE, 0.5)], 50, 1, &[9, 21], (0, 2))],
        trends: &[(&l::WBC, 112.0, 78.0), (&l::CRP, 1.2, 0.1)],
        exams: &[&CHEST],
        diet: ("N040", "幼児食"),
        note: "呼気性喘鳴は改善。SpO2 97%（室内気）。",
        weight: 7,
        ..BASE
    },
    Course {
        name: "急性腎盂腎炎",
        setting: Setting::Ward(0, 7, 12),
        department: &h::UROLOGY,
        ages: (25, 92),
        sex: Some('F'),
        problems: &[&p::PYELONEPHRITIS],
        lines: &[line(&d::ACETAMINOPHEN, 1.0, &AS_NEEDED)],
        drips: &[
            drip!(&[(&d::SALINE100, 1.0), (&d::CEFTRIAXONE, 1.0)], 100, 1, &[9], (0, 6)),
            drip!(&[(&d::RINGER500, 1.0)], 500, 6, &[10], (0, 3)),
        ],
        trends: &[(&l::CRP, 16.3, 0.7), (&l::WBC, 171.0, 64.0), (&l::URINE_WBC, 95.0, 6.0)],
        note: "背部叩打痛軽減。尿培養 大腸菌、感受性あり。",
        weight: 8,
        ..BASE
    },
    Course {
        name: "前立腺肥大 術後",
        setting: Setting::Ward(0, 6, 9),
        department: &h::UROLOGY,
        ages: (62, 88),
        sex: Some('M'),
        problems: &[&p::PROSTATE_HYPERPLASIA, &p::PROSTATE_CANCER],
        lines: &[line(&d::MAGNESIUM_OXIDE, 1.0, &THRICE), line(&d::CEFCAPENE, 1.0, &THRICE)],
        drips: &[drip!(&[(&d::RINGER500, 1.0)], 500, 6, &[10], (0, 2))],
        trends: &[(&l::HB, 12.0, 12.4), (&l::PSA, 7.7, 3.0), (&l::CRP, 2.4, 0.4)],
        note: "尿道カテーテル抜去。血尿軽度。",
        weight: 6,
        ..BASE
    },
    Course {
        name: "切迫早産",
        setting: Setting::Ward(0, 12, 28),
        department: &h::OBSTETRICS,
        ages: (20, 40),
        sex: Some('F'),
        problems: &[&p::THREATENED_LABOUR, &p::PREGNANCY],
        lines: &[line(&d::RITODRINE, 1.0, &THRICE), line(&d::FERROUS_CITRATE, 1.0, &TWICE)],
        drips: &[],
        trends: &[(&l::HB, 10.4, 10.6), (&l::CRP, 0.4, 0.1)],
        exams: &[&FETAL_ECHO],
        note: "腹部緊満は減少。子宮頸管長28mm。床上安静。",
        weight: 4,
        ..BASE
    },
    Course {
        name: "COVID-19",
        setting: Setting::Ward(2, 8, 12),
        ages: (25, 90),
        problems: &[&p::COVID, &p::TYPE2_DIABETES],
        lines: &[line(&d::DEXAMETHASONE, 1.5, &MORNING), line(&d::ACETAMINOPHEN, 1.0, &AS_NEEDED)],
        drips: &[
            drip!(&[(&d::SALINE100, 1.0), (&d::REMDESIVIR, 1.0)], 100, 1, &[10], (0, 4)),
            drip!(&[(&d::HEPARIN, 1.0), (&d::SALINE100, 1.0)], 105, 12, &[8, 20], (0, 6)),
        ],
        trends: &[
            (&l::CRP, 6.8, 0.5),
            (&l::D_DIMER, 1.9, 0.8),
            (&l::LDH, 340.0, 210.0),
            (&l::GLU, 220.0, 150.0),
            (&l::APTT, 52.0, 34.0),
        ],
        exams: &[&CHEST_CT],
        note: "SpO2 94%（2L）→96%（室内気）。隔離解除基準を確認。",
        weight: 8,
        ..BASE
    },
    Course {
        name: "肺炎（耐性菌）",
        setting: Setting::Ward(2, 12, 20),
        ages: (68, 95),
        problems: &[&p::PNEUMONIA, &p::HEART_FAILURE],
        lines: &[line(&d::FUROSEMIDE, 1.0, &MORNING)],
        drips: &[drip!(&[(&d::SALINE100, 1.0), (&d::MEROPENEM, 1.0)], 100, 1, &[6, 14, 22], (0, 9))],
        trends: &[(&l::CRP, 18.2, 2.2), (&l::WBC, 186.0, 88.0), (&l::BNP, 410.0, 220.0)],
        exams: &[&CHEST_SHADOW],
        diet: ("N020", "全粥食"),
        note: "喀痰からMRSA検出、接触予防策を継続。",
        weight: 6,
        ..BASE
    },
];
