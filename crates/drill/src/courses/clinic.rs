//! Courses of the clinics.

use super::*;

/// Courses that come back.
pub static CLINIC: &[Course] = &[
    Course {
        name: "2型糖尿病（内服）",
        setting: Setting::Clinic(28),
        ages: (45, 85),
        problems: &[&p::TYPE2_DIABETES, &p::DYSLIPIDEMIA],
        lines: &[
            line(&d::METFORMIN, 1.0, &TWICE),
            line(&d::SITAGLIPTIN, 1.0, &MORNING),
            line(&d::GLIMEPIRIDE, 1.0, &MORNING),
            line(&d::ROSUVASTATIN, 1.0, &MORNING),
        ],
        trends: &[(&l::HBA1C, 8.4, 7.0), (&l::GLU, 205.0, 140.0), (&l::LDL, 165.0, 98.0)],
        note: "食事療法は守れている。低血糖症状なし。",
        weight: 14,
        ..BASE
    },
    Course {
        name: "2型糖尿病（インスリン）",
        setting: Setting::Clinic(28),
        ages: (40, 82),
        problems: &[&p::TYPE2_DIABETES, &p::HYPERTENSION],
        lines: &[
            line(&d::GLARGINE, 12.0, &SHOT_NIGHT),
            line(&d::LISPRO, 6.0, &SHOT_MEALS),
            line(&d::AMLODIPINE, 1.0, &MORNING),
        ],
        trends: &[(&l::HBA1C, 9.6, 7.8), (&l::GLU, 262.0, 168.0)],
        note: "自己血糖測定ノート持参。就寝前のインスリンは12単位で継続。",
        weight: 5,
        ..BASE
    },
    Course {
        name: "高血圧症",
        setting: Setting::Clinic(56),
        ages: (40, 95),
        problems: &[&p::HYPERTENSION],
        lines: &[line(&d::AMLODIPINE, 1.0, &MORNING), line(&d::OLMESARTAN, 1.0, &MORNING)],
        trends: &[(&l::UA, 7.2, 6.5)],
        exams: &[&CHEST, &ECG],
        note: "家庭血圧 130/76 前後。めまいなし。",
        weight: 22,
        ..BASE
    },
    Course {
        name: "慢性心不全",
        setting: Setting::Clinic(28),
        ages: (65, 96),
        problems: &[&p::HEART_FAILURE, &p::HYPERTENSION],
        lines: &[
            line(&d::FUROSEMIDE, 1.0, &MORNING),
            line(&d::SPIRONOLACTONE, 1.0, &MORNING),
            line(&d::BISOPROLOL, 1.0, &MORNING),
            line(&d::DAPAGLIFLOZIN, 1.0, &MORNING),
        ],
        trends: &[(&l::BNP, 320.0, 180.0), (&l::CRE, 1.2, 1.3), (&l::K, 4.6, 4.7)],
        exams: &[&CHEST, &ECG],
        note: "下腿浮腫は軽度。体重増加なし。塩分制限を継続。",
        weight: 8,
        ..BASE
    },
    Course {
        name: "心房細動（ワルファリン）",
        setting: Setting::Clinic(28),
        ages: (65, 92),
        problems: &[&p::ATRIAL_FIBRILLATION, &p::HYPERTENSION],
        lines: &[
            line(&d::WARFARIN, 2.5, &MORNING),
            line(&d::BISOPROLOL, 1.0, &MORNING),
            line(&d::CANDESARTAN, 1.0, &MORNING),
        ],
        trends: &[(&l::PT_INR, 1.7, 2.2), (&l::BNP, 95.0, 90.0)],
        exams: &[&ECG_AF],
        note: "出血傾向なし。PT-INRを見てワーファリン量を調整。",
        weight: 5,
        ..BASE
    },
    Course {
        name: "心房細動（DOAC）",
        setting: Setting::Clinic(56),
        ages: (60, 90),
        problems: &[&p::ATRIAL_FIBRILLATION],
        lines: &[line(&d::APIXABAN, 1.0, &TWICE), line(&d::BISOPROLOL, 1.0, &MORNING)],
        trends: &[(&l::BNP, 80.0, 74.0)],
        exams: &[&ECG_AF],
        note: "動悸なし。飲み忘れなし。",
        weight: 5,
        ..BASE
    },
    Course {
        name: "脳梗塞後・認知症",
        setting: Setting::Clinic(28),
        ages: (72, 97),
        problems: &[&p::DEMENTIA, &p::STROKE],
        lines: &[
            line(&d::DONEPEZIL, 1.0, &MORNING),
            line(&d::CLOPIDOGREL, 1.0, &MORNING),
            line(&d::MAGNESIUM_OXIDE, 1.0, &THRICE),
        ],
        note: "家族同伴。夜間の不穏なし。",
        weight: 7,
        ..BASE
    },
    Course {
        name: "維持透析",
        setting: Setting::Clinic(2),
        department: &h::DIALYSIS,
        ages: (48, 88),
        problems: &[&p::RENAL_FAILURE, &p::RENAL_ANEMIA],
        lines: &[line(&d::CALCIUM_CARBONATE, 2.0, &THRICE), line(&d::LANTHANUM, 1.0, &THRICE)],
        trends: &[
            (&l::CA, 8.5, 8.7),
            (&l::K, 5.3, 5.2),
            (&l::P, 5.9, 5.4),
            (&l::CRE, 9.8, 10.1),
            (&l::BUN, 66.0, 62.0),
            (&l::HB, 10.2, 10.9),
            (&l::PTH, 230.0, 190.0),
        ],
        exams: &[&CHEST],
        note: "ドライウェイト維持。シャント音良好。透析中の血圧低下なし。",
        weight: 1,
        ..BASE
    },
    Course {
        name: "妊婦健診",
        setting: Setting::Clinic(14),
        department: &h::OBSTETRICS,
        ages: (20, 41),
        sex: Some('F'),
        problems: &[&p::PREGNANCY, &p::IRON_ANEMIA],
        lines: &[line(&d::FERROUS_CITRATE, 1.0, &TWICE)],
        trends: &[(&l::HB, 11.4, 10.6)],
        exams: &[&FETAL_ECHO],
        note: "胎動良好。浮腫なし。",
        weight: 5,
        ..BASE
    },
    Course {
        name: "小児喘息",
        setting: Setting::Clinic(28),
        department: &h::PEDIATRICS,
        ages: (1, 12),
        problems: &[&p::ASTHMA_CHILD],
        lines: &[
            per_kilo(&d::PRANLUKAST_SYRUP, 3.5, &TWICE),
            per_kilo(&d::CARBOCISTEINE_SYRUP, 10.0, &THRICE),
            line(&d::BUDESONIDE_INHALATION, 1.0, &INHALED),
        ],
        note: "夜間の咳は減少。吸入手技を確認。",
        weight: 7,
        ..BASE
    },
    Course {
        name: "大腸癌 mFOLFOX6",
        setting: Setting::Clinic(14),
        department: &h::SURGERY,
        ages: (50, 78),
        problems: &[&p::COLON_CANCER, &p::NEUTROPENIA],
        lines: &[line(&d::DEXAMETHASONE, 2.0, &MORNING), line(&d::APREPITANT, 1.0, &MORNING)],
        drips: CHEMOTHERAPY,
        trends: &[(&l::WBC, 52.0, 30.0), (&l::NEUTROPHILS, 28.0, 13.0), (&l::PLT, 19.0, 12.5), (&l::CEA, 38.0, 9.0)],
        exams: &[&BODY_CT],
        note: "末梢神経障害Grade1。好中球数を確認して投与可否を判断。",
        weight: 2,
        ..BASE
    },
    Course {
        name: "変形性膝関節症・骨粗鬆症",
        setting: Setting::Clinic(28),
        department: &h::ORTHOPEDICS,
        ages: (60, 92),
        problems: &[&p::KNEE_ARTHROSIS, &p::OSTEOPOROSIS],
        lines: &[
            line(&d::LOXOPROFEN, 1.0, &AS_NEEDED),
            line(&d::REBAMIPIDE, 1.0, &AS_NEEDED),
            line(&d::ELDECALCITOL, 1.0, &MORNING),
            line(&d::KETOPROFEN_TAPE, 1.0, &PLASTER),
        ],
        exams: &[&KNEE],
        note: "階段昇降時痛。ヒアルロン酸の関節内注射を施行。",
        weight: 12,
        ..BASE
    },
    Course {
        name: "前立腺",
        setting: Setting::Clinic(56),
        department: &h::UROLOGY,
        ages: (58, 90),
        sex: Some('M'),
        problems: &[&p::PROSTATE_HYPERPLASIA],
        lines: &[line(&d::TAMSULOSIN, 1.0, &MORNING)],
        trends: &[(&l::PSA, 4.8, 5.1), (&l::URINE_WBC, 2.0, 2.0)],
        note: "夜間尿2回。残尿感は軽減。",
        weight: 8,
        ..BASE
    },
    Course {
        name: "甲状腺機能低下症",
        setting: Setting::Clinic(84),
        ages: (30, 80),
        sex: Some('F'),
        problems: &[&p::HYPOTHYROIDISM],
        lines: &[line(&d::LEVOTHYROXINE, 1.0, &MORNING)],
        trends: &[(&l::TSH, 9.4, 3.1), (&l::FT4, 0.6, 1.1)],
        note: "倦怠感なし。",
        weight: 4,
        ..BASE
    },
    Course {
        name: "胃炎・ピロリ除菌",
        setting: Setting::Clinic(56),
        ages: (35, 75),
        problems: &[&p::GASTRITIS, &p::HELICOBACTER],
        lines: &[
            line(&d::AMOXICILLIN, 3.0, &TWICE),
            line(&d::CLARITHROMYCIN, 1.0, &TWICE),
            line(&d::VONOPRAZAN, 1.0, &TWICE),
        ],
        exams: &[&GASTRO],
        note: "内視鏡で萎縮性胃炎。除菌療法を説明。",
        weight: 3,
        ..BASE
    },
];

/// Courses of a single visit.
pub static ONCE: &[Course] = &[
    Course {
        name: "感冒",
        ages: (18, 80),
        problems: &[&p::COMMON_COLD],
        lines: &[line(&d::ACETAMINOPHEN, 1.0, &AS_NEEDED), line(&d::CARBOCISTEINE, 1.0, &THRICE)],
        note: "咽頭発赤。全身状態良好。",
        ..BASE
    },
    Course {
        name: "小児の感冒・中耳炎",
        department: &h::PEDIATRICS,
        ages: (0, 12),
        problems: &[&p::COMMON_COLD, &p::OTITIS],
        lines: &[
            per_kilo(&d::AMOXICILLIN_GRANULE, 10.0, &THRICE),
            per_kilo(&d::CARBOCISTEINE_SYRUP, 10.0, &THRICE),
            per_kilo(&d::ACETAMINOPHEN_GRANULE, 10.0, &AS_NEEDED),
        ],
        note: "鼓膜発赤あり。哺乳・食事は可。",
        ..BASE
    },
    Course {
        name: "打撲",
        department: &h::ORTHOPEDICS,
        ages: (8, 85),
        problems: &[&p::CONTUSION, &p::FLAT_FOOT],
        lines: &[line(&d::KETOPROFEN_TAPE, 1.0, &PLASTER)],
        exams: &[&KNEE],
        note: "骨折なし。湿布で経過観察。",
        weight: 8,
        ..BASE
    },
    Course {
        name: "膀胱炎",
        department: &h::UROLOGY,
        ages: (18, 85),
        sex: Some('F'),
        problems: &[&p::CYSTITIS],
        lines: &[line(&d::LEVOFLOXACIN, 1.0, &MORNING)],
        trends: &[(&l::URINE_WBC, 62.0, 62.0), (&l::URINE_PH, 6.5, 6.5)],
        note: "排尿時痛、頻尿。",
        weight: 5,
        ..BASE
    },
    Course {
        name: "健診",
        department: &h::CHECKUP,
        ages: (20, 74),
        problems: &[&p::CHECKUP],
        trends: &[(&l::LDL, 142.0, 142.0), (&l::UA, 6.6, 6.6), (&l::HBA1C, 5.6, 5.6)],
        exams: &[&CHEST, &ECG],
        note: "生活習慣病予防健診。",
        weight: 14,
        ..BASE
    },
    Course {
        name: "花粉症",
        ages: (10, 70),
        problems: &[&p::COMMON_COLD],
        lines: &[line(&d::FEXOFENADINE, 1.0, &TWICE)],
        note: "鼻汁、眼のかゆみ。",
        weight: 6,
        ..BASE
    },
];
