//! The small parts that facts of every kind share: a coded value, a quantity, a person of the staff, a place.

use serde::Serialize;

/// A coded value, HL7 CE/CWE: the message's own text first, the code second (standards §4).
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
pub struct Coded {
    /// Component 2: the words the sender wrote.
    pub text: String,
    /// Component 1.
    pub code: String,
    /// Component 3: the coding system, e.g. `HOT9`, `JC10`, `99XYZ`.
    pub system: String,
    /// Components 4–6, the alternate coding, where the sender filled them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub alternate: Option<Box<Coded>>,
}

impl Coded {
    /// The text, else the code, so that something is always shown.
    pub fn shown(&self) -> &str {
        if self.text.is_empty() { &self.code } else { &self.text }
    }

    /// True when the sender filled nothing.
    pub fn is_empty(&self) -> bool {
        self.text.is_empty() && self.code.is_empty()
    }
}

/// A number with its unit, both as sent: doses and results are never re-formatted.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Quantity {
    /// The value as text, e.g. `1`, `0.5`, `< 0.5`.
    pub value: String,
    /// The unit.
    pub unit: Coded,
}

/// A person of the staff, HL7 XCN.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Staff {
    /// Staff number.
    pub id: String,
    /// Name as sent: family and given joined by a space where they came apart.
    pub name: String,
}

/// A place in the hospital, HL7 PL: 病棟^病室^ベッド, or a department for an outpatient.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Place {
    /// PL.1: ward code (inpatient) or department code (outpatient).
    pub ward: String,
    /// PL.2.
    pub room: String,
    /// PL.3.
    pub bed: String,
    /// PL.6: `N` nursing unit, `C` clinic.
    pub kind: String,
}
