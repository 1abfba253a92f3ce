//! Facts: what one message or one event says of one patient, before anybody decides what is current.
//!
//! `formats` makes bodies out of bytes, `andon` wraps each in its [`Origin`], and [`crate::Chart::at`] turns the heap
//! into a chart. Text is kept exactly as sent; an empty `String` means the sender left the field empty.
//!
//! The tour: a [`Fact`] is an [`Origin`] (`origin`) and a [`Body`] (here); each kind of body stands in the file of its
//! topic, `person`, `condition`, `drugs`, `orders`, `stays`, `notes`, and all are made of the parts in `coded`.

mod coded;
mod condition;
mod drugs;
mod notes;
mod orders;
mod origin;
mod person;
mod stays;

use std::sync::Arc;

use serde::Serialize;

use crate::disagreement::Settled;

pub use coded::{Coded, Place, Quantity, Staff};
pub use condition::{Allergy, Measure, Problem};
pub use drugs::{Drug, Given, Ingredient, Injection};
pub use notes::{Document, Paper, Unplaced};
pub use orders::{Exam, Lab, LabOrder, Meal, Order, Phase, Service};
pub use origin::{ContentId, Fault, Flag, Origin, OriginFault, PatientId};
pub use person::{Disability, Insurance, Kin, Name, Person, Script, Sex};
pub use stays::{Move, MoveKind};

/// One thing said of one patient, with where it came from.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Fact {
    /// The message or event that says so.
    pub origin: Arc<Origin>,
    /// What it says.
    pub body: Body,
}

/// What a fact says. Shared, so that a chart holds what was decoded and copies nothing.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "snake_case", tag = "fact")]
pub enum Body {
    /// Who the patient is.
    Person(Arc<Person>),
    /// Next of kin.
    Kin(Arc<Kin>),
    /// Allergy or contraindication.
    Allergy(Arc<Allergy>),
    /// Height, weight, blood type, infection mark or vital sign.
    Measure(Arc<Measure>),
    /// Disability.
    Disability(Arc<Disability>),
    /// Insurance.
    Insurance(Arc<Insurance>),
    /// Problem.
    Problem(Arc<Problem>),
    /// One drug prescribed.
    Drug(Arc<Drug>),
    /// One injection ordered.
    Injection(Arc<Injection>),
    /// One administration.
    Given(Arc<Given>),
    /// Laboratory order.
    LabOrder(Arc<LabOrder>),
    /// Laboratory result.
    Lab(Arc<Lab>),
    /// Imaging, endoscopy, physiology.
    Exam(Arc<Exam>),
    /// Meal order.
    Meal(Arc<Meal>),
    /// Visit, stay, movement.
    Move(Arc<Move>),
    /// Note or summary.
    Document(Arc<Document>),
    /// A page of paper that came back or was handed in.
    Paper(Arc<Paper>),
    /// Whom a paper from outside names. It is never news of who the patient is.
    Holder(Arc<Person>),
    /// What a named person found where two sources disagreed (event).
    Settled(Arc<Settled>),
    /// The message withdraws what its file-name key named before (A11, A12, A13, A23, A25, A26, A27, A52, A53, A55).
    Cancel {
        /// MSH-9 trigger, e.g. `A11`.
        trigger: String,
    },
    /// A person linked or unlinked another number (event), or the EMR merged it (MRG).
    Link {
        /// The other patient.
        other: PatientId,
        /// False for an unlink.
        linked: bool,
        /// Who says so.
        by: String,
        /// Why.
        reason: String,
    },
    /// Fields read but not placed.
    Unplaced {
        /// The fields.
        fields: Vec<Arc<Unplaced>>,
    },
}

macro_rules! bodies {
    ($($sort:ident)*) => {$(
        impl From<$sort> for Body {
            fn from(value: $sort) -> Body {
                Body::$sort(Arc::new(value))
            }
        }
    )*};
}

bodies!(Settled Person Kin Allergy Measure Disability Insurance Problem Drug Injection Given LabOrder Lab Exam Meal Move Document Paper);
