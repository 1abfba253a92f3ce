//! Sheets of the desk.

use crate::sheets::{forms, queue};
use crate::{Error, Inpatient, Pack, Pages, QueuePrint, SheetId, VisitTicket};

impl Pack {
    /// P6 外来受診票 of a visit, with its ticket in large letters.
    ///
    /// # Errors
    /// As [`Pack::summary`].
    pub fn visit_card(
        &mut self,
        patient: Option<&Inpatient<'_>>,
        ticket: &VisitTicket,
        id: &SheetId,
    ) -> Result<Pages, Error> {
        let form = forms::VISIT_CARD.form.code;
        self.add(id, form, |words, head| forms::visit_card(words, head, id, patient, ticket))
    }

    /// P6Q 受診状況: the queue as it stands, and numbered rows to write in.
    ///
    /// # Errors
    /// As [`Pack::summary`].
    pub fn queue(&mut self, print: &QueuePrint, id: &SheetId) -> Result<Pages, Error> {
        self.add(id, queue::FORM.code, |words, head| queue::pages(words, head, id, print))
    }
}
