//! The chart itself: one pure function from a record to everything a page, sheet or `andon chart ID --json` shows.

use std::sync::Arc;

use serde::Serialize;

use crate::disagreement::Disagreement;
use crate::drugs::{Against, InjectionEntry, Medication};
use crate::exams::{ExamCase, OrderLine};
use crate::fact::{
    Body, Disability, Document, Fault, Given, Kin, Measure, Move, OriginFault, PatientId, Person, Unplaced,
};
use crate::freshness::{Freshness, Gap};
use crate::identity::Patient;
use crate::infection::Mark;
use crate::item::{AsOf, Clock, Item, Record, Standing, View};
use crate::labs::{Culture, LabSeries};
use crate::notes::{Caution, InsuranceEntry, MealEntry, Mention, PaperEntry};
use crate::problems::ProblemEntry;
use crate::safety::{AllergyEntry, Answered, BloodType};
use crate::stays::{Appointment, FirstVisit, Stay};
use crate::when::Moment;
use crate::{
    disagreement, drugs, exams, freshness, identity, infection, labs, measures, notes, problems, safety, stays,
    versions,
};

/// Another number said to be the same person, or said no longer to be.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct LinkEntry {
    /// The other number.
    pub other: PatientId,
    /// False for an unlink.
    pub linked: bool,
    /// Who says so.
    pub by: String,
    /// Why.
    pub reason: String,
}

/// What is known of one patient. Its JSON is the stable answer of `andon chart ID --json`: keys are added, never renamed.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Chart {
    /// For which moment, by whose clock.
    pub as_of: AsOf,
    /// When the same messages make another chart, because a time they name has come (a drug ends); `None` for never. Ages and
    /// [`Chart::gaps`] count on all the while.
    #[serde(skip)]
    pub turns: Option<Moment>,
    /// True in a copy for the patient ([`Chart::for_patient`]).
    pub patient_copy: bool,
    /// Who.
    pub patient: Patient,
    /// Allergies and adverse reactions.
    pub allergies: Answered<AllergyEntry>,
    /// Contraindications.
    pub contraindications: Answered<AllergyEntry>,
    /// Infections.
    pub infections: Answered<Mark>,
    /// Pregnancy.
    pub pregnancy: Answered<Mark>,
    /// Blood type, for orientation only.
    pub blood_type: BloodType,
    /// Things to look at before acting.
    pub cautions: Vec<Item<Caution>>,
    /// Height, weight and other measures, newest first.
    pub measures: Vec<Item<Measure>>,
    /// Vital signs, newest first.
    pub vitals: Vec<Item<Measure>>,
    /// Problems, active first.
    pub problems: Vec<Item<ProblemEntry>>,
    /// Prescribed drugs, current first, RP by RP.
    pub medications: Vec<Item<Medication>>,
    /// Injections, current first.
    pub injections: Vec<Item<InjectionEntry>>,
    /// Administrations as received, newest first.
    pub administrations: Vec<Item<Given>>,
    /// Laboratory by item.
    pub labs: Vec<LabSeries>,
    /// Cultures.
    pub microbiology: Vec<Culture>,
    /// Imaging, endoscopy, physiology.
    pub exams: Vec<ExamCase>,
    /// Every order, newest first.
    pub orders: Vec<Item<OrderLine>>,
    /// Stays in hospital, newest first.
    pub stays: Vec<Stay>,
    /// Visits, newest first.
    pub visits: Vec<Item<Move>>,
    /// First visit per department.
    pub first_visits: Vec<FirstVisit>,
    /// What is planned.
    pub appointments: Vec<Item<Appointment>>,
    /// Movements that belong to no stay.
    pub movements: Vec<Item<Move>>,
    /// Meals, current first.
    pub meals: Vec<Item<MealEntry>>,
    /// Insurances, those in force first.
    pub insurance: Vec<Item<InsuranceEntry>>,
    /// Next of kin.
    pub kin: Vec<Item<Kin>>,
    /// 障害
    pub disabilities: Vec<Item<Disability>>,
    /// Notes, summaries, reports.
    pub documents: Vec<Item<Document>>,
    /// 紙: pages scanned and filed, newest first. Of one page of one sheet the newest scan is current.
    pub papers: Vec<Item<PaperEntry>>,
    /// 要確認: where what was handed in and the copy disagree, open ones first.
    pub disagreements: Vec<Item<Disagreement>>,
    /// Whom the papers name that were handed in, newest first.
    pub holders: Vec<Item<Person>>,
    /// Operations as far as the data holds them.
    pub operations: Vec<Item<Mention>>,
    /// Chemotherapy as far as the data holds it.
    pub chemotherapy: Vec<Item<Mention>>,
    /// 空白時間 per kind.
    pub gaps: Vec<Gap>,
    /// Freshness per source and kind.
    pub freshness: Vec<Freshness>,
    /// What was superseded, cancelled or deleted, as sent, newest first.
    pub earlier: Vec<Item<Body>>,
    /// Links to other numbers.
    pub links: Vec<Item<LinkEntry>>,
    /// Fields read but given no place of their own.
    pub unplaced: Vec<Item<Unplaced>>,
    /// What was not understood, and doubts about versions and identity.
    pub faults: Vec<OriginFault>,
}

impl Chart {
    /// The chart of a record as of a moment. Any facts make a chart: nothing is refused and nothing that was said is left out,
    /// what does not stand is under `earlier`. Pure: messages in another order make the same chart.
    pub fn at(record: &Record, as_of: &AsOf) -> Chart {
        let (messages, doubts) = versions::settle(&record.facts, as_of);
        let clock = Clock::new(as_of.moment);
        let view = View { as_of, clock, patient: &record.patient, messages, carried: &record.carried };
        let sorted = measures::measures(&view);
        let movements = stays::movements(&view);
        let first_visits = stays::first_visits(&movements, &view.clock);
        let (stays, loose) = stays::stays(&movements, &view.clock);
        let (patient, name_doubts) = identity::identity(&view);
        let mut allergies = safety::allergies(&view);
        let mut contraindications = safety::contraindications(&view);
        let mut problems = problems::problems(&view, &first_visits);
        let mut earlier = earlier(&view);
        earlier.extend(withdrawn(&mut allergies.items, |entry| Body::Allergy(Arc::clone(&entry.allergy))));
        earlier.extend(withdrawn(&mut contraindications.items, |entry| Body::Allergy(Arc::clone(&entry.allergy))));
        earlier.extend(withdrawn(&mut problems, |entry| Body::Problem(Arc::clone(&entry.problem))));
        earlier.sort_by_cached_key(Item::newest);
        let (labs, microbiology) = labs::laboratory(&view);
        let administrations = drugs::administrations(&view);
        let exams = exams::exams(&view);
        let against = Against::new(&[&allergies.items, &contraindications.items], &administrations, &view.clock);
        let medications = drugs::medications(&view, &against);
        let injections = drugs::injections(&view, &against);
        let cautions = notes::cautions(&medications, &injections, &exams, &against);
        let mut chart = Chart {
            as_of: *as_of,
            patient_copy: false,
            infections: infection::infections(&view, sorted.infections),
            pregnancy: infection::pregnancy(&view, sorted.pregnancy),
            blood_type: safety::blood_type(sorted.blood),
            disagreements: Vec::new(),
            holders: disagreement::holders(&view),
            measures: sorted.others,
            vitals: sorted.vitals,
            labs,
            microbiology,
            orders: exams::orders(&view),
            visits: stays::visits(&movements),
            appointments: stays::appointments(&view, &movements),
            movements: loose,
            meals: notes::meals(&view),
            insurance: notes::insurance(&view),
            kin: identity::kin(&view),
            disabilities: identity::disabilities(&view),
            documents: notes::documents(&view),
            papers: notes::papers(&view),
            operations: notes::operations(&view),
            chemotherapy: notes::chemotherapy(&view, &medications, &injections, &against),
            gaps: freshness::gaps(&view),
            freshness: freshness::freshness(&view),
            links: links(&view),
            unplaced: unplaced(&view),
            faults: faults(&view, &record.faults, doubts.into_iter().chain(name_doubts)),
            turns: view.clock.turns(),
            patient,
            allergies,
            contraindications,
            cautions,
            problems,
            medications,
            injections,
            administrations,
            exams,
            stays,
            first_visits,
            earlier,
        };
        chart.disagreements = disagreement::disagreements(&view, &chart);
        chart
    }
}

/// Entries that say of themselves that they are withdrawn, taken out of their section.
fn withdrawn<T>(items: &mut Vec<Item<T>>, body: impl Fn(Arc<T>) -> Body) -> Vec<Item<Body>> {
    let (gone, standing) = std::mem::take(items).into_iter().partition(|item| item.standing == Standing::Cancelled);
    *items = standing;
    let gone: Vec<Item<T>> = gone;
    gone.into_iter().map(|item| item.map(&body)).collect()
}

/// What does not stand. Who the patient was is told by [`Patient::versions`] and `former_names`.
fn earlier(view: &View<'_>) -> Vec<Item<Body>> {
    let past = view.messages.iter().filter(|message| message.standing != Standing::Current);
    let bodies = past.flat_map(|message| message.bodies.iter().map(move |body| (message, *body)));
    let told = bodies.filter(|(_, body)| {
        !matches!(body, Body::Person(_) | Body::Holder(_) | Body::Link { .. } | Body::Unplaced { .. })
    });
    told.map(|(message, body)| view.item(message, None, body.clone())).collect()
}

fn all<'v, 'a>(view: &'v View<'a>) -> impl Iterator<Item = (&'v versions::Message<'a>, &'a Body)> {
    view.messages.iter().flat_map(|message| message.bodies.iter().map(move |body| (message, *body)))
}

/// Links and unlinks in the order said; a person is a view over all of them (design §2).
fn links(view: &View<'_>) -> Vec<Item<LinkEntry>> {
    let entry = |(message, body)| match body {
        &Body::Link { ref other, linked, ref by, ref reason } => {
            let (other, by, reason) = (other.clone(), by.clone(), reason.clone());
            Some(view.item(message, None, LinkEntry { other, linked, by, reason }))
        }
        _ => None,
    };
    all(view).filter_map(entry).collect()
}

fn unplaced(view: &View<'_>) -> Vec<Item<Unplaced>> {
    let mut items = Vec::new();
    for (message, body) in all(view) {
        if let Body::Unplaced { fields } = body {
            items.extend(fields.iter().map(|field| view.item(message, None, Arc::clone(field))));
        }
    }
    items
}

/// Faults of decoding, then those of versions and identity, newest message first; one that was read twice once. A view of the
/// past leaves out those of messages sent later.
fn faults(view: &View<'_>, decoding: &[OriginFault], found: impl Iterator<Item = OriginFault>) -> Vec<OriginFault> {
    let at = |fault: &OriginFault| fault.origin.sent_at().map_or(fault.origin.received, |sent| sent.start);
    let known = |fault: &&OriginFault| !view.as_of.is_past() || at(fault) <= view.as_of.moment;
    let mut faults: Vec<OriginFault> = decoding.iter().filter(known).cloned().collect();
    faults.extend(found);
    let withdrawn = view.patient_withdrawn();
    faults.extend(withdrawn.map(|origin| OriginFault {
        origin,
        fault: Fault { code: "patient_withdrawn", at: "MSH-9".to_owned(), text: String::new() },
    }));
    let key = |fault: &OriginFault| {
        let o = &fault.origin;
        (
            std::cmp::Reverse(at(fault)),
            o.content,
            o.path.clone(),
            fault.fault.code,
            fault.fault.at.clone(),
            fault.fault.text.clone(),
        )
    };
    faults.sort_by_cached_key(|fault| (key(fault), fault.origin.source.clone(), fault.origin.position));
    faults.dedup_by(|a, b| a.origin.content.is_some() && key(a) == key(b));
    faults
}
