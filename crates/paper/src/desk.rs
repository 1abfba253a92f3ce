//! Sheets of the desk and of departments.

use crate::sheets::{calls, cumulative, dialysis, forms, queue};
use crate::{CallPrint, Error, Inpatient, NoticeLetter, Pack, Pages, QueuePrint, SheetId, VisitTicket};

impl Pack {
    /// 透析一覧: who is on dialysis, with terms and last values.
    ///
    /// # Errors
    /// As [`Pack::summary`].
    pub fn dialysis(&mut self, rows: &[Inpatient<'_>], id: &SheetId) -> Result<Pages, Error> {
        self.add(id, dialysis::FORM.code, |words, head| dialysis::pages(words, head, id, rows))
    }

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

    /// P6C 電話リスト: whom to ring, a numbered row each.
    ///
    /// # Errors
    /// As [`Pack::summary`].
    pub fn call_list(&mut self, print: &CallPrint, id: &SheetId) -> Result<Pages, Error> {
        self.add(id, calls::FORM.code, |words, head| calls::pages(words, head, id, print))
    }

    /// P6L お知らせの手紙 to one patient.
    ///
    /// # Errors
    /// As [`Pack::summary`].
    pub fn notice_letter(&mut self, letter: &NoticeLetter, id: &SheetId) -> Result<Pages, Error> {
        self.add(id, calls::LETTER.code, |words, head| calls::letter(words, head, id, letter))
    }

    /// P9E 検査結果一覧（累積）: the results of one patient in columns by day. A bed without a chart is an error.
    ///
    /// # Errors
    /// As [`Pack::summary`].
    pub fn results(&mut self, patient: &Inpatient<'_>, id: &SheetId) -> Result<Pages, Error> {
        self.add(id, cumulative::FORM.code, |words, head| cumulative::pages(words, head, id, patient))
    }
}
