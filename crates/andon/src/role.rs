//! Who people are at work, and what that lets them do here. Rights are few: a hospital whose EMR is dark needs its charts
//! read, and everyone who reads is written down.

use serde::{Deserialize, Serialize};

use crate::text::one_line;

/// Characters of a word not understood that are said again: enough to find it by, whatever stands in that column.
const WORD_CHARS: usize = 40;

/// What a person is in the hospital.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// 医師
    Doctor,
    /// 看護師
    Nurse,
    /// 助産師
    Midwife,
    /// 薬剤師
    Pharmacist,
    /// 臨床検査技師
    Technologist,
    /// 診療放射線技師
    Radiographer,
    /// 臨床工学技士
    ClinicalEngineer,
    /// リハビリ職（理学・作業・言語）
    Therapist,
    /// 管理栄養士
    Dietitian,
    /// 地域連携・MSW
    SocialWorker,
    /// 医師事務作業補助者
    MedicalAssistant,
    /// 医事・受付
    Clerk,
    /// 本部
    Headquarters,
    /// 情報担当
    It,
    /// 監査担当
    Auditor,
    /// 臨時職員: came in by the ward's sealed card.
    Temporary,
    /// Whoever started the program at this station, and so holds its key anyway.
    Operator,
}

/// What somebody may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Right {
    /// Be in at all: help, one's own PIN.
    Enter,
    /// Search, read and print charts and lists.
    Charts,
    /// Receive patients, learn their names, give them temporary numbers; answer the telephone, ring people, and change appointments. Where
    /// each goes next everybody says who has him before them.
    Reception,
    /// Add and change accounts.
    People,
    /// Read who looked at what.
    Audit,
    /// Review what was opened by a sealed card.
    Review,
    /// See which keys there are and who holds their cards.
    Keys,
    /// Decide of a source that is held back.
    Gate,
    /// Headquarters: declare, write the chronology, see the stations.
    Command,
}

/// Every role with its stored code and its Japanese name, as a staff list writes it.
const ROLES: [(Role, &str, &str); 17] = [
    (Role::Doctor, "doctor", "医師"),
    (Role::Nurse, "nurse", "看護師"),
    (Role::Midwife, "midwife", "助産師"),
    (Role::Pharmacist, "pharmacist", "薬剤師"),
    (Role::Technologist, "technologist", "臨床検査技師"),
    (Role::Radiographer, "radiographer", "診療放射線技師"),
    (Role::ClinicalEngineer, "clinical_engineer", "臨床工学技士"),
    (Role::Therapist, "therapist", "リハビリ"),
    (Role::Dietitian, "dietitian", "管理栄養士"),
    (Role::SocialWorker, "social_worker", "地域連携・MSW"),
    (Role::MedicalAssistant, "medical_assistant", "医師事務作業補助者"),
    (Role::Clerk, "clerk", "医事・受付"),
    (Role::Headquarters, "headquarters", "本部"),
    (Role::It, "it", "情報担当"),
    (Role::Auditor, "auditor", "監査担当"),
    (Role::Temporary, "temporary", "臨時職員"),
    (Role::Operator, "operator", "この端末の操作者"),
];

impl Role {
    /// The code in stored events, in JSON and in `role-…` of the texts.
    pub fn code(self) -> &'static str {
        ROLES.iter().find(|(role, ..)| *role == self).map_or("", |(_, code, _)| code)
    }

    /// Reads a code, or the Japanese name that a staff list writes.
    pub fn read(text: &str) -> Option<Role> {
        let text = text.trim();
        ROLES.iter().find(|(_, code, name)| *code == text || *name == text).map(|(role, ..)| *role)
    }

    /// Roles that an account may have: the two others come from how one came in.
    pub fn of_accounts() -> impl Iterator<Item = Role> {
        ROLES.iter().map(|(role, ..)| *role).filter(|role| role.is_of_accounts())
    }

    fn is_of_accounts(self) -> bool {
        !matches!(self, Role::Temporary | Role::Operator)
    }

    /// Reads what an account's role is written as.
    ///
    /// # Errors
    /// What was found and every word that is known, in both languages.
    pub fn read_of_account(text: &str) -> Result<Role, String> {
        let role = Role::read(text).filter(|role| role.is_of_accounts());
        role.ok_or_else(|| {
            let own = || ROLES.iter().filter(|(role, ..)| role.is_of_accounts());
            let ja = own().map(|(_, _, name)| *name).collect::<Vec<_>>().join("、");
            let en = own().map(|(_, code, _)| *code).collect::<Vec<_>>().join(", ");
            let text = one_line(text, WORD_CHARS);
            format!("職種「{text}」はありません。書けるもの: {ja} / no profession \"{text}\"; write one of: {en}")
        })
    }

    /// Whether a role gives a right.
    pub fn may(self, right: Right) -> bool {
        match right {
            Right::Enter | Right::Command => true,
            Right::Charts => !matches!(self, Role::It | Role::Auditor),
            Right::Reception => matches!(
                self,
                Role::Doctor
                    | Role::Nurse
                    | Role::Midwife
                    | Role::SocialWorker
                    | Role::MedicalAssistant
                    | Role::Clerk
                    | Role::Headquarters
                    | Role::Temporary
                    | Role::Operator
            ),
            Right::People => matches!(self, Role::It | Role::Operator),
            Right::Audit => matches!(self, Role::Auditor | Role::Operator),
            Right::Gate => matches!(self, Role::It | Role::Headquarters | Role::Operator),
            Right::Review => matches!(self, Role::Headquarters | Role::Auditor | Role::Operator),
            Right::Keys => matches!(self, Role::Headquarters | Role::It | Role::Auditor | Role::Operator),
        }
    }
}

impl Right {
    /// Whether somebody at a thin client (a browser elsewhere on the network) may use it: charts yes, the keys of the
    /// house no (design §3).
    pub fn from_elsewhere(self) -> bool {
        matches!(self, Right::Enter | Right::Charts | Right::Reception)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_role_is_read_back_by_code_and_by_name() {
        for (role, code, name) in ROLES {
            assert_eq!((Role::read(code), Role::read(name), role.code()), (Some(role), Some(role), code));
        }
        assert_eq!(Role::read("院長"), None);
    }

    #[test]
    fn a_clerk_receives_and_decides_of_nothing_else_and_who_examines_does_not_receive() {
        let all = [Right::People, Right::Audit, Right::Review, Right::Keys, Right::Gate];
        assert!(Role::Clerk.may(Right::Reception) && all.iter().all(|right| !Role::Clerk.may(*right)));
        for role in [Role::Technologist, Role::Radiographer, Role::Pharmacist, Role::Therapist, Role::It, Role::Auditor]
        {
            assert!(!role.may(Right::Reception), "{role:?}");
        }
        // Who receives sees whom he receives.
        for role in Role::of_accounts().filter(|role| role.may(Right::Reception)) {
            assert!(role.may(Right::Charts), "{role:?}");
        }
    }

    #[test]
    fn who_keeps_accounts_or_audits_does_not_read_charts_and_the_reverse() {
        for role in Role::of_accounts() {
            let keeps = role.may(Right::People) || role.may(Right::Audit);
            assert_ne!(keeps, role.may(Right::Charts), "{role:?}");
        }
    }
}
