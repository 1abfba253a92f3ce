//! Which notices of the gate are to come out of which printer. Pure: what the gate said against what was printed.

use super::{Printer, Printing};
use crate::event::{GATE_NOTICES, JobState};
use crate::hold::{Holds, News};

/// A notice that has not come out yet.
#[derive(Clone, Debug, PartialEq)]
pub struct Notice {
    /// Where it is to come out.
    pub printer: Printer,
    /// Number of the source.
    pub source: u32,
    /// Under what the run is written down, as a plan's name is.
    pub plan: String,
}

/// Under what every notice of a source is written down, without the number of what was said.
fn plan_of(source: &str) -> String {
    format!("関門 {source} №")
}

impl Printing {
    /// Printers on which the gate speaks: those of the plans that name it; where none does, those of all plans.
    fn speaks_on(&self) -> impl Iterator<Item = &Printer> {
        let named = |what: &str| what.split(',').any(|word| word == GATE_NOTICES);
        let any = self.plans.values().any(|planned| named(&planned.plan.what));
        let speaks = move |printer: &&Printer| {
            self.plans.values().any(|one| one.plan.printer == printer.name && (!any || named(&one.plan.what)))
        };
        self.printers.values().filter(speaks)
    }

    /// What the gate said last of each source and did not come out yet: that it spoke, on every printer as long as it is open; that it is
    /// over, where an earlier notice hangs. What was said meanwhile stands on the last.
    pub fn notices(&self, holds: &Holds) -> Vec<Notice> {
        let mut due = Vec::new();
        for printer in self.speaks_on() {
            let out = |is: &dyn Fn(&str) -> bool| {
                let came = |row: &&super::JobRow| row.job.printer == printer.name && row.job.state == JobState::Printed;
                self.jobs.iter().filter(came).any(|row| is(&row.job.plan))
            };
            for News { source, name, no, decided, .. } in &holds.news {
                let all = plan_of(name);
                let plan = format!("{all}{}", no.0);
                let hangs = || out(&|plan| plan.starts_with(&all));
                if !out(&|known| known == plan) && (decided.is_none() || hangs()) {
                    due.push(Notice { printer: printer.clone(), source: *source, plan });
                }
            }
        }
        due
    }
}

#[cfg(test)]
mod tests {
    use chart::Moment;
    use store::EventNo;

    use super::*;
    use crate::event::{GateAct, Job, Plan};
    use crate::hold::Decided;
    use crate::printing::{JobRow, Planned};

    fn printing(plans: &[(&str, &str)]) -> Printing {
        let mut printing = Printing::default();
        for (what, printer) in plans {
            let (plan, name) = (format!("{what} {printer}"), (*printer).to_owned());
            let known = Printer { name: name.clone(), place: String::new() };
            printing.printers.insert(name.clone(), known);
            let plan = Plan { plan, what: (*what).to_owned(), printer: name, on: true, ..Plan::default() };
            printing.plans.insert(plan.plan.clone(), Planned { plan, since: Moment(0), by: String::new() });
        }
        printing.printers.insert("倉庫".into(), Printer { name: "倉庫".into(), place: String::new() });
        printing
    }

    fn holds(no: u64, decided: bool) -> Holds {
        let act = GateAct::Release;
        let said = Decided { at: Moment(2), by: "院長".into(), act, to: None, reason: "確認".into() };
        let decided = decided.then_some(said);
        let news = News { source: 1, name: "std1".into(), no: EventNo(no), since: Moment(1), decided };
        Holds { news: vec![news], ..Holds::default() }
    }

    fn due(printing: &Printing, holds: &Holds) -> Vec<String> {
        printing.notices(holds).into_iter().map(|notice| format!("{} {}", notice.printer.name, notice.plan)).collect()
    }

    fn came_out(printing: &mut Printing, notice: &str, state: JobState) {
        let (printer, plan) = notice.split_once(' ').unwrap();
        let (prefix, words) = ("A-7".to_owned(), String::new());
        let job = Job { run: 7, prefix, printer: printer.into(), plan: plan.into(), state, pages: 1, words };
        printing.jobs.push(JobRow { job, at: Moment(3), by: String::new() });
    }

    #[test]
    fn the_gate_speaks_on_the_printers_of_plans_and_on_no_other() {
        assert!(due(&printing(&[]), &holds(5, false)).is_empty());
        let all = due(&printing(&[("wards,cards", "3東"), ("wards", "4西")]), &holds(5, false));
        assert_eq!(all, ["3東 関門 std1 №5", "4西 関門 std1 №5"]);
        let named = due(&printing(&[("wards", "3東"), ("gate,cards", "本部")]), &holds(5, false));
        assert_eq!(named, ["本部 関門 std1 №5"]);
    }

    #[test]
    fn each_word_comes_out_once_and_its_end_only_where_the_beginning_hangs() {
        let mut printing = printing(&[("wards", "3東"), ("wards", "4西")]);
        came_out(&mut printing, "3東 関門 std1 №5", JobState::Printed);
        came_out(&mut printing, "4西 関門 std1 №5", JobState::Failed);
        assert_eq!(due(&printing, &holds(5, false)), ["4西 関門 std1 №5"], "what failed is still to be printed");
        assert_eq!(due(&printing, &holds(6, false)).len(), 2, "the gate spoke again");
        assert_eq!(due(&printing, &holds(7, true)), ["3東 関門 std1 №7"], "nothing hangs at the other");
        came_out(&mut printing, "3東 関門 std1 №7", JobState::Printed);
        assert!(due(&printing, &holds(7, true)).is_empty());
    }
}
