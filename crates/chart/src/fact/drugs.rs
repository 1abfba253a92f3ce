//! Drugs: prescribed (OMP-01), injected (OMP-02), given (OMP-11, OMP-12).

use serde::Serialize;

use super::coded::{Coded, Quantity, Staff};
use super::orders::Order;
use crate::when::When;

/// One drug of a prescription: RXE with its TQ1 and RXR (OMP-01).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Drug {
    /// The order it belongs to.
    pub order: Order,
    /// RXE-2.
    pub drug: Coded,
    /// RXE-3/5 amount each time (`""` for ointments is kept as empty).
    pub dose: Quantity,
    /// RXE-19 total a day.
    pub daily: Quantity,
    /// RXE-10/11 dispensed in all.
    pub dispensed: Quantity,
    /// RXE-6.
    pub form: Coded,
    /// TQ1-3 / RXE-1: how to take it, all repetitions.
    pub usage: Vec<Coded>,
    /// RXE-7 instructions, TQ1-10/11 texts.
    pub instruction: String,
    /// TQ1-6 duration as sent, e.g. `5` + `d`.
    pub duration: Quantity,
    /// TQ1-7.
    pub start: Option<When>,
    /// TQ1-8.
    pub end: Option<When>,
    /// RXR-1.
    pub route: Coded,
    /// RXR-2.
    pub site: Coded,
    /// RXE-21: 外来処方, 院内処方, 入院処方, 退院処方 …, all repetitions.
    pub class: Vec<Coded>,
    /// RXE-27 内服・外用・頓服 JHSP0003.
    pub kind: Coded,
    /// RXE-15 prescription number.
    pub prescription: String,
    /// Who prescribed it, where a paper from outside says so: JAHIS notebook 51, prescription 1.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub institution: String,
    /// Who dispensed it, where a paper from outside says so: JAHIS notebook 11.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub pharmacy: String,
}

/// One ingredient of an injection, RXC.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Ingredient {
    /// RXC-1: B base, A additive.
    pub role: String,
    /// RXC-2.
    pub drug: Coded,
    /// RXC-3/4.
    pub amount: Quantity,
}

/// One injection: RXE with TQ1, RXR and its RXC (OMP-02).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Injection {
    /// The order it belongs to.
    pub order: Order,
    /// RXE-2 注射種別.
    pub class: Coded,
    /// The mixture, base first as sent.
    pub ingredients: Vec<Ingredient>,
    /// RXE-3/5.
    pub volume: Quantity,
    /// RXE-23/24 with RXE-22.
    pub rate: Quantity,
    /// RXE-7.
    pub instruction: String,
    /// TQ1-3.
    pub usage: Vec<Coded>,
    /// TQ1-7.
    pub start: Option<When>,
    /// TQ1-8.
    pub end: Option<When>,
    /// TQ1-6.
    pub duration: Quantity,
    /// RXR-1.
    pub route: Coded,
    /// RXR-2.
    pub site: Coded,
    /// RXR-3.
    pub device: Coded,
    /// RXE-21.
    pub kinds: Vec<Coded>,
}

/// One administration: RXA (OMP-11 oral, OMP-12 injection).
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Given {
    /// The order it belongs to.
    pub order: Order,
    /// True for OMP-12.
    pub injection: bool,
    /// RXA-5.
    pub drug: Coded,
    /// RXA-6/7.
    pub amount: Quantity,
    /// RXA-3.
    pub start: Option<When>,
    /// RXA-4.
    pub end: Option<When>,
    /// RXA-9.
    pub note: String,
    /// RXA-10.
    pub by: Staff,
    /// RXA-11 as text.
    pub place: String,
    /// RXA-12.
    pub rate: String,
    /// RXA-20 completion: CP, PA, NA, RE.
    pub completion: String,
    /// RXA-22.
    pub entered: Option<When>,
    /// RXR-1.
    pub route: Coded,
}
