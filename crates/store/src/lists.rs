//! Lists across patients: who lies where, and what is planned for a day. Rebuildable; rows are put as `chart::lists` makes
//! them of a patient's record.

use chart::{Inpatient, Lists, Moment, PatientId, Place, Plan};
use rusqlite::OptionalExtension;

use crate::index::{day, put_when, take_when};
use crate::person::PersonRow;
use crate::wire::{Take, put_bytes};
use crate::{Batch, Error, Reader, Result};

const VERSION: u8 = 1;
/// Plans kept of one patient; more is a sender's loop, and the chart shows them all.
const PLANS_A_PATIENT: usize = 200;
/// The day of a plan without one: before all others, so that no list of a day holds it.
const NO_DAY: i64 = i64::MIN;

/// One inpatient.
#[derive(Clone, Debug, PartialEq)]
pub struct Placed {
    /// The patient.
    pub id: PatientId,
    /// What search shows of him.
    pub person: PersonRow,
    /// Where he lies.
    pub inpatient: Inpatient,
}

/// One plan.
#[derive(Clone, Debug, PartialEq)]
pub struct Planned {
    /// The patient.
    pub id: PatientId,
    /// What search shows of him.
    pub person: PersonRow,
    /// What is planned.
    pub plan: Plan,
}

fn texts(texts: &[&str]) -> Vec<u8> {
    let mut out = vec![VERSION];
    texts.iter().for_each(|text| put_bytes(&mut out, text.as_bytes()));
    out
}

fn encode_place(row: &Inpatient) -> Vec<u8> {
    let Inpatient { place, department, attending, admitted, since, on_leave } = row;
    let mut out = texts(&[&place.ward, &place.room, &place.bed, &place.kind, department, attending]);
    put_when(&mut out, *admitted);
    put_when(&mut out, *since);
    out.push(u8::from(*on_leave));
    out
}

fn decode_place(bytes: &[u8]) -> Option<Inpatient> {
    let mut take = Take(bytes);
    if take.u8()? != VERSION {
        return None;
    }
    let place = Place { ward: take.text()?, room: take.text()?, bed: take.text()?, kind: take.text()? };
    let (department, attending) = (take.text()?, take.text()?);
    let (admitted, since) = (take_when(&mut take)?, take_when(&mut take)?);
    Some(Inpatient { place, department, attending, admitted, since, on_leave: take.u8()? != 0 })
}

fn encode_plan(plan: &Plan) -> Vec<u8> {
    let Plan { kind, at, department_code, department, doctor, text, number, ward } = plan;
    let mut out = texts(&[kind, department_code, department, doctor, text, number, ward]);
    put_when(&mut out, *at);
    out
}

fn decode_plan(bytes: &[u8]) -> Option<Plan> {
    let mut take = Take(bytes);
    if take.u8()? != VERSION {
        return None;
    }
    Some(Plan {
        kind: take.text()?,
        department_code: take.text()?,
        department: take.text()?,
        doctor: take.text()?,
        text: take.text()?,
        number: take.text()?,
        ward: take.text()?,
        at: take_when(&mut take)?,
    })
}

fn damaged(table: &str, patient: u64) -> Error {
    Error::damaged(format!("{table} of patient {patient}"))
}

impl Batch<'_> {
    /// Sets a patient's part of the lists, in place of what there was.
    ///
    /// # Errors
    /// [`Error::Full`].
    pub fn put_lists(&mut self, id: &PatientId, lists: &Lists) -> Result<()> {
        let authority = self.authority(&id.authority)?;
        let patient = self.patient(authority, &id.id)?;
        let db = self.db();
        match &lists.inpatient {
            None => db.prepare_cached("DELETE FROM place WHERE patient = ?1")?.execute([patient])?,
            Some(row) => db
                .prepare_cached(
                    "INSERT INTO place (patient, ward, row) VALUES (?1, ?2, ?3)
                     ON CONFLICT DO UPDATE SET ward = ?2, row = ?3",
                )?
                .execute((patient, &row.place.ward, encode_place(row)))?,
        };
        db.prepare_cached("DELETE FROM plan WHERE patient = ?1")?.execute([patient])?;
        let mut put = db.prepare_cached("INSERT INTO plan (day, patient, no, row) VALUES (?1, ?2, ?3, ?4)")?;
        for (no, plan) in lists.plans.iter().take(PLANS_A_PATIENT).enumerate() {
            let day = plan.at.map_or(NO_DAY, |at| day(at.start));
            put.execute((day, patient, no as u64, encode_plan(plan)))?;
        }
        Ok(())
    }

    /// True when a patient is on any list, as this batch leaves it so far.
    ///
    /// # Errors
    /// [`Error::Sql`].
    pub fn is_listed(&self, id: &PatientId) -> Result<bool> {
        let Some(patient) = self.writer.reader.patient_row(id)? else { return Ok(false) };
        let sql =
            "SELECT EXISTS (SELECT 1 FROM place WHERE patient = ?1) OR EXISTS (SELECT 1 FROM plan WHERE patient = ?1)";
        Ok(self.db().prepare_cached(sql)?.query_row([patient], |row| row.get(0))?)
    }
}

impl Reader {
    /// The wards that have inpatients, by code, and how many each has.
    ///
    /// # Errors
    /// [`Error::Sql`].
    pub fn wards(&self) -> Result<Vec<(String, u64)>> {
        let mut rows = self.db.prepare_cached("SELECT ward, count(*) FROM place GROUP BY ward ORDER BY ward")?;
        let rows = rows.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?;
        Ok(rows.collect::<std::result::Result<_, _>>()?)
    }

    /// Inpatients of a ward, or of all wards, in no order; at most `limit`.
    ///
    /// # Errors
    /// [`Error::Damaged`] when a row cannot be read: rebuild the indexes.
    pub fn inpatients(&self, ward: Option<&str>, limit: usize) -> Result<Vec<Placed>> {
        let sql = match ward {
            Some(_) => "SELECT patient, row FROM place WHERE ward = ?1 LIMIT ?2",
            None => "SELECT patient, row FROM place WHERE ?1 IS NULL LIMIT ?2",
        };
        let mut rows = self.db.prepare_cached(sql)?;
        let mut rows = rows.query((ward, limit as u64))?;
        let mut placed = Vec::new();
        while let Some(row) = rows.next()? {
            let (patient, bytes): (u64, Vec<u8>) = (row.get(0)?, row.get(1)?);
            let inpatient = decode_place(&bytes).ok_or_else(|| damaged("place", patient))?;
            let (id, person) = self.listed_person(patient)?;
            placed.push(Placed { id, person, inpatient });
        }
        Ok(placed)
    }

    /// Where a patient lies; `None` for one who is no inpatient.
    ///
    /// # Errors
    /// [`Error::Damaged`] when the row cannot be read: rebuild the indexes.
    pub fn place(&self, id: &PatientId) -> Result<Option<Inpatient>> {
        let Some(patient) = self.patient_row(id)? else { return Ok(None) };
        self.place_of(patient)
    }

    /// [`Reader::place`] by row number.
    pub(crate) fn place_of(&self, patient: u64) -> Result<Option<Inpatient>> {
        let mut row = self.db.prepare_cached("SELECT row FROM place WHERE patient = ?1")?;
        let bytes: Option<Vec<u8>> = row.query_row([patient], |row| row.get(0)).optional()?;
        bytes.map(|bytes| decode_place(&bytes).ok_or_else(|| damaged("place", patient))).transpose()
    }

    /// Row numbers of the inpatients whose place fits.
    pub(crate) fn patients_placed(&self, fits: impl Fn(&Place) -> bool) -> Result<Vec<u64>> {
        let mut rows = self.db.prepare_cached("SELECT patient, row FROM place ORDER BY patient")?;
        let mut rows = rows.query([])?;
        let mut found = Vec::new();
        while let Some(row) = rows.next()? {
            let (patient, bytes): (u64, Vec<u8>) = (row.get(0)?, row.get(1)?);
            let inpatient = decode_place(&bytes).ok_or_else(|| damaged("place", patient))?;
            found.extend(fits(&inpatient.place).then_some(patient));
        }
        Ok(found)
    }

    /// What is planned from the day of `from` to that of `to`, both included, in order of day, then of patient; at most
    /// `limit`.
    ///
    /// # Errors
    /// [`Error::Damaged`] when a row cannot be read: rebuild the indexes.
    pub fn plans(&self, from: Moment, to: Moment, limit: usize) -> Result<Vec<Planned>> {
        let sql = "SELECT patient, row FROM plan WHERE day BETWEEN ?1 AND ?2 ORDER BY day, patient, no LIMIT ?3";
        let mut rows = self.db.prepare_cached(sql)?;
        let mut rows = rows.query((day(from), day(to), limit as u64))?;
        let (mut planned, mut last) = (Vec::new(), None);
        while let Some(row) = rows.next()? {
            let (patient, bytes): (u64, Vec<u8>) = (row.get(0)?, row.get(1)?);
            let plan = decode_plan(&bytes).ok_or_else(|| damaged("plan", patient))?;
            let (id, person) = match last.take() {
                Some((before, id, person)) if before == patient => (id, person),
                _ => self.listed_person(patient)?,
            };
            planned.push(Planned { id: id.clone(), person: person.clone(), plan });
            last = Some((patient, id, person));
        }
        Ok(planned)
    }

    /// What is planned for a patient, soonest first; of nobody nothing.
    ///
    /// # Errors
    /// [`Error::Damaged`] when a row cannot be read: rebuild the indexes.
    pub fn plans_of(&self, id: &PatientId) -> Result<Vec<Plan>> {
        let Some(patient) = self.patient_row(id)? else { return Ok(Vec::new()) };
        let mut rows = self.db.prepare_cached("SELECT row FROM plan WHERE patient = ?1 ORDER BY no")?;
        let mut rows = rows.query([patient])?;
        let mut plans = Vec::new();
        while let Some(row) = rows.next()? {
            let bytes: Vec<u8> = row.get(0)?;
            plans.push(decode_plan(&bytes).ok_or_else(|| damaged("plan", patient))?);
        }
        Ok(plans)
    }

    /// How many faults are listed of what is filed under this number.
    ///
    /// # Errors
    /// [`Error::Sql`].
    pub fn fault_count_of(&self, id: &PatientId) -> Result<u64> {
        let mut row = self.db.prepare_cached("SELECT count(*) FROM fault WHERE patient = ?1")?;
        Ok(row.query_row([&id.id], |row| row.get(0))?)
    }

    /// Number and search row of a patient on a list; one whose search row is still to be made has an empty one.
    fn listed_person(&self, patient: u64) -> Result<(PatientId, PersonRow)> {
        if let Some(found) = self.person_row(patient)? {
            return Ok(found);
        }
        let sql = "SELECT a.name, p.id FROM patient p JOIN authority a ON a.no = p.authority WHERE p.no = ?1";
        let mut row = self.db.prepare_cached(sql)?;
        let id = row.query_row([patient], |row| Ok(PatientId { authority: row.get(0)?, id: row.get(1)? }))?;
        Ok((id, PersonRow::default()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chart::When;

    #[test]
    fn rows_come_back_as_they_went() {
        let when = When::date(2021, 10, 31);
        let text = |text: &str| text.to_owned();
        let place = Place { ward: text("3東"), room: text("305"), bed: text("2"), kind: text("N") };
        let (department, attending) = (text("内科"), text("灯台 守"));
        let row = Inpatient { place, department, attending, admitted: when, since: None, on_leave: true };
        assert_eq!(decode_place(&encode_place(&row)), Some(row.clone()));
        assert_eq!(decode_place(&encode_place(&row)[..4]), None);
        let plan = Plan { kind: text("lab"), at: when, text: text("採血"), ward: text("3東"), ..Plan::default() };
        assert_eq!(decode_plan(&encode_plan(&plan)), Some(plan));
        assert_eq!(decode_plan(&[9]), None);
    }
}
