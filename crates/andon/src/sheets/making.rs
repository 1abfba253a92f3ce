//! A run being made: sheets numbered one after the other, each drawn as soon as it is known, and what is told of them.

use chart::{Lang, Moment, PatientId};
use paper::{Before, Extent, Head, Inpatient, LabelKind, Pack, Pages, SheetId};
use store::Reader;

use super::bedside::{Bedside, Found, Ward, inpatient};
use super::layout::{self, Placed};
use super::rules::{Form, Told};
use super::{Order, VALID_MILLIS, flaw, runs};
use crate::event::{MadeSheet, Scope};
use crate::home::Problem;
use crate::printing::institution;
use crate::printing::labels::{self, LabelRule};
use crate::text::Words;

/// A list of a ward.
enum List {
    Board,
    Gaps,
    Meals,
    Memo(paper::Memo),
    Scanned(paper::Scanned),
}

/// A run being made.
pub(super) struct Making {
    pub pack: Pack,
    pub prefix: String,
    made: Moment,
    /// Sheets that have a number.
    numbered: usize,
    pub sheets: Vec<MadeSheet>,
    /// How labels are printed here.
    pub rules: [LabelRule; 3],
    /// Where the boxes of each sheet stand.
    pub boxes: Vec<(String, Vec<Placed>)>,
    pub failed: Vec<String>,
    pub flawed: Vec<String>,
}

impl Making {
    pub fn begin(reader: &Reader, lang: Lang, by: &str, now: Moment, prefix: String) -> Making {
        let head = Head {
            hospital: reader.about().hospital.clone(),
            // A form without the address is still a form: there is room for the stamp.
            institution: institution::told(reader).map(|(own, _)| own).unwrap_or_default(),
            training: reader.about().training,
            made: now,
            printed_by: by.to_owned(),
            valid_until: Moment(now.0 + VALID_MILLIS),
        };
        let mut pack = Pack::new(lang, head);
        // A board without it is still a board: sheets come out whatever the vault's state.
        let seen = crate::checkpoint::latest(reader).ok().flatten();
        pack.carry(seen.map(|seen| seen.on_paper()));
        // A label that is printed otherwise than the site wishes is still a label.
        let rules = labels::rules(reader).unwrap_or_else(|_| LabelKind::ALL.map(labels::usual));
        Making {
            pack,
            prefix,
            made: now,
            numbered: 0,
            rules,
            sheets: Vec::new(),
            boxes: Vec::new(),
            failed: Vec::new(),
            flawed: Vec::new(),
        }
    }

    pub fn next_id(&mut self) -> SheetId {
        self.numbered += 1;
        SheetId { number: format!("{}-{}", self.prefix, self.numbered) }
    }

    /// The pack of a ward, or of one patient; gives how many summaries were left out because nothing changed. The lists of a ward
    /// are made last, when all its patients are read, and stand first.
    pub fn pack_of(
        &mut self,
        reader: &Reader,
        order: &Order,
        ward: Ward<impl Iterator<Item = Found>>,
    ) -> Result<usize, Problem> {
        let Ward { scope, previous, quiet, found } = ward;
        let lists = self.lists(reader, order, &scope)?;
        let (first, first_page) = (self.sheets.len(), self.pack.pages());
        let (mut rows, mut unread, mut unchanged) = (Vec::new(), Vec::new(), 0);
        let ground = runs::ground(reader)?;
        for one in found {
            let mut one = match one {
                Found::Read(one) => *one,
                Found::Quiet(id) => {
                    unread.push(id);
                    continue;
                }
            };
            self.flawed.extend(flaw(&one));
            match &one.chart {
                Ok(_) if quiet.contains(&one.id) && order.forms.contains(&Form::Summary) => unchanged += 1,
                Ok(chart) if order.forms.contains(&Form::Summary) => {
                    let told = Told::of(chart, order.extent(&scope), &one.bed, &ground);
                    let last = previous.as_ref().and_then(|previous| previous.summary(&one.id));
                    if last.is_some_and(|last| Told::read(&last.digest).digest == told.digest) {
                        unchanged += 1;
                    } else {
                        let before = previous.as_ref().and_then(|previous| previous.before(reader, &one.id));
                        self.of_patient(&one, order.extent(&scope), told.text(), before.as_ref());
                    }
                }
                _ => {}
            }
            one.chart = one.chart.map(paper::for_lists);
            rows.push(one);
        }
        unchanged += unread.len();
        // One chart that cannot be read is one row (promise 11); when none can, the store cannot.
        if unread.is_empty()
            && rows.iter().all(|one| one.chart.is_err())
            && let Some(Bedside { chart: Err(problem), .. }) = rows.pop()
        {
            return Err(problem);
        }
        let (own, own_page) = (self.sheets.len(), self.pack.pages());
        for (list, id) in lists {
            self.of_ward(list, id, &scope, &rows);
        }
        if let Some(sheets) = self.sheets.get_mut(first..) {
            sheets.rotate_left(own - first);
        }
        self.pack.put_first(first_page, own_page);
        if let (Some(previous), Scope::Ward(ward)) = (previous, &scope) {
            self.swap_list(reader, (order.lang, ward), &previous, (&rows, &unread), (first, unchanged));
        }
        Ok(unchanged)
    }

    /// The lists of a ward with their numbers, which come before those of the summaries.
    fn lists(&mut self, reader: &Reader, order: &Order, scope: &Scope) -> Result<Vec<(List, SheetId)>, Problem> {
        let Scope::Ward(ward) = scope else { return Ok(Vec::new()) };
        let mut lists = Vec::new();
        for form in &order.forms {
            let list = match form {
                Form::Board => List::Board,
                Form::Gaps => List::Gaps,
                Form::Meals => List::Meals,
                Form::Memo => {
                    let memo = crate::printing::memo(reader, ward)?.map(List::Memo);
                    let scanned = runs::scanned(reader, ward, self.made, &mut self.flawed)?;
                    for list in memo.into_iter().chain(scanned.into_iter().map(List::Scanned)) {
                        lists.push((list, self.next_id()));
                    }
                    continue;
                }
                Form::Summary => continue,
            };
            lists.push((list, self.next_id()));
        }
        Ok(lists)
    }

    /// What goes into the ward's box and what comes out of it, where there is anything.
    fn swap_list(
        &mut self,
        reader: &Reader,
        (lang, ward): (Lang, &str),
        previous: &runs::Previous,
        here: (&[Bedside], &[PatientId]),
        (from, unchanged): (usize, usize),
    ) {
        let swaps = previous.swaps(reader, Words::of(lang), self.sheets.get(from..).unwrap_or_default(), here);
        if swaps.is_empty() {
            return;
        }
        let id = self.next_id();
        let made = self.pack.swaps(ward, &swaps, unchanged, &id);
        self.keep(made, id, None, runs::taken_out(&swaps));
    }

    fn of_ward(&mut self, list: List, id: SheetId, scope: &Scope, bedsides: &[Bedside]) {
        let Scope::Ward(ward) = scope else { return };
        let rows: Vec<Inpatient<'_>> = bedsides.iter().map(inpatient).collect();
        let made = match list {
            List::Board => self.pack.board(ward, &rows, &id),
            List::Gaps => self.pack.gaps(ward, &rows, &id),
            List::Meals => self.pack.meals(ward, &rows, &id),
            List::Memo(memo) => self.pack.memo(ward, Some(&memo), &id),
            List::Scanned(scanned) => self.pack.scanned(ward, &scanned, &id),
        };
        self.keep(made, id, None, String::new());
    }

    fn of_patient(&mut self, one: &Bedside, extent: Extent, digest: String, before: Option<&Before>) {
        let id = self.next_id();
        let made = match before {
            Some(before) => self.pack.summary_since(&inpatient(one), extent, before, &id),
            None => self.pack.summary(&inpatient(one), extent, &id),
        };
        self.keep(made, id, Some(&one.id), digest);
    }

    /// One sheet that cannot be made does not keep back the others (promise 11).
    pub fn keep(&mut self, made: Result<Pages, paper::Error>, id: SheetId, of: Option<&PatientId>, digest: String) {
        match made {
            Ok(pages) => {
                self.flawed.extend(pages.flaw());
                let boxes = layout::placed(&pages.marks);
                if !boxes.is_empty() {
                    self.boxes.push((id.number.clone(), boxes));
                }
                self.sheets.push(MadeSheet {
                    number: id.number,
                    form: pages.form.to_owned(),
                    authority: of.map_or_else(String::new, |of| of.authority.clone()),
                    id: of.map_or_else(String::new, |of| of.id.clone()),
                    pages: u32::try_from(pages.count).unwrap_or(u32::MAX),
                    digest,
                });
            }
            Err(error) => self.failed.push(error.to_string()),
        }
    }
}
