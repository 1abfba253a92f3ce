//! Sheets of headquarters.

use crate::sheets::{action, chronology, register};
use crate::{ActionPrint, ChronologyPrint, Error, Pack, Pages, RegisterPrint, SheetId};

impl Pack {
    /// P1L クロノロ, or P1M for the wall: lines as they stand now, block by block as given.
    ///
    /// # Errors
    /// As [`Pack::summary`].
    pub fn chronology(&mut self, print: &ChronologyPrint, id: &SheetId) -> Result<Pages, Error> {
        let form = if print.wall { chronology::WALL.code } else { chronology::FORM.code };
        self.add(id, form, |words, head| chronology::pages(words, head, id, print))
    }

    /// P3D アクションカード of headquarters, two to a page.
    ///
    /// # Errors
    /// As [`Pack::summary`].
    pub fn action(&mut self, print: &ActionPrint, id: &SheetId) -> Result<Pages, Error> {
        self.add(id, action::FORM.code, |words, head| action::pages(words, head, id, print))
    }

    /// P1N 本部台帳: registers of headquarters as they stand.
    ///
    /// # Errors
    /// As [`Pack::summary`].
    pub fn register(&mut self, print: &RegisterPrint, id: &SheetId) -> Result<Pages, Error> {
        self.add(id, register::FORM.code, |words, head| register::pages(words, head, id, print))
    }
}
