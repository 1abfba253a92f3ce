//! The copy that a patient may hold: without what the patient was not told, and without what would tell it.
//!
//! By permission, not by exclusion: what may reveal (notes, raw fields, histories, faults, earlier versions) never goes in, and
//! where anything is untold, laboratory, examinations and drugs of cancer stay out too (PRB-25; issue 2 §5).

use crate::chart::Chart;
use crate::classes::HighRisk;
use crate::item::Item;
use crate::problems::ProblemEntry;

/// Words by which an untold problem could be recognised: its names and codes.
fn telling_words(problems: &[Item<ProblemEntry>]) -> Vec<String> {
    let mut words = Vec::new();
    for item in problems.iter().filter(|item| item.untold) {
        let problem = &item.problem;
        let of_name =
            [&problem.name.text, &problem.label, &problem.icd10.text, &problem.icd10.code, &problem.name.code];
        words.extend(of_name.into_iter().filter(|word| word.chars().count() >= 2).cloned());
    }
    words
}

impl Chart {
    /// This chart as the patient may see it. Nothing in it says that something was left out.
    pub fn for_patient(&self) -> Chart {
        let mut words = telling_words(&self.problems);
        let untold_earlier =
            self.earlier.iter().any(|item| matches!(&*item.value, crate::Body::Problem(p) if p.untold()));
        let untold = untold_earlier || !words.is_empty() || self.problems.iter().any(|item| item.untold);
        words.sort();
        words.dedup();
        let reveals = |text: String| words.iter().any(|word| text.contains(word.as_str()));
        let mut copy = Chart { patient_copy: true, ..self.clone() };
        copy.problems.retain(|item| !item.untold && !reveals(format!("{:?}", item.value.problem)));
        copy.earlier.clear();
        copy.faults.clear();
        copy.unplaced.clear();
        copy.documents.clear();
        copy.operations.clear();
        copy.chemotherapy.clear();
        copy.cautions.clear();
        copy.disagreements.clear();
        copy.holders.clear();
        copy.movements.clear();
        copy.links.clear();
        copy.patient.versions.clear();
        for stay in &mut copy.stays {
            stay.movements.iter_mut().for_each(|item| item.value_mut().reason.clear());
        }
        copy.visits.iter_mut().for_each(|item| item.value_mut().reason.clear());
        for item in &mut copy.appointments {
            let planned = item.value_mut();
            planned.movement = None;
            planned.text.clear();
        }
        if untold {
            copy.without_traces();
        }
        let allowed = |item: String| !reveals(item);
        copy.medications.retain(|item| allowed(format!("{:?}", item.value)));
        copy.injections.retain(|item| allowed(format!("{:?}", item.value)));
        copy.administrations.retain(|item| allowed(format!("{:?}", item.value)));
        copy.orders.retain(|item| allowed(format!("{:?}", item.value)));
        copy.meals.retain(|item| allowed(format!("{:?}", item.value)));
        copy.allergies.items.retain(|item| allowed(format!("{:?}", item.value)));
        copy.contraindications.items.retain(|item| allowed(format!("{:?}", item.value)));
        copy.measures.retain(|item| allowed(format!("{:?}", item.value)));
        copy.appointments.retain(|item| allowed(format!("{:?}", item.value)));
        copy
    }

    /// Sections out of which an untold disease could be read.
    fn without_traces(&mut self) {
        let told =
            |classes: &[HighRisk]| !classes.contains(&HighRisk::Anticancer) && !classes.contains(&HighRisk::Narcotic);
        self.medications.retain(|item| told(&item.in_use.high_risk));
        self.injections.retain(|item| told(&item.in_use.high_risk));
        self.administrations.retain(|item| told(&crate::classes::high_risk(&item.drug)));
        self.orders.clear();
        self.labs.clear();
        self.microbiology.clear();
        self.exams.clear();
        self.infections.items.clear();
        self.pregnancy.items.clear();
        self.disabilities.clear();
        for item in &mut self.insurance {
            std::sync::Arc::make_mut(&mut item.value_mut().insurance).plan = crate::Coded::default();
        }
    }
}
