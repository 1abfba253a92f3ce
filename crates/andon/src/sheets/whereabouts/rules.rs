//! 所在: what is so of one thing after everything said of it, and what may be said next. Pure.

use chart::Moment;
use serde::Serialize;

use crate::event::{PaperAct, PaperSaid, Thing};

/// Something said of a thing, with who said it and when.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Told {
    /// What.
    pub act: PaperAct,
    /// With whom, or who asks.
    pub who: String,
    /// Department, room or shelf.
    pub place: String,
    /// Extension.
    pub phone: String,
    /// Why.
    pub words: String,
    /// For when it is wanted.
    pub due: String,
    /// Which wish of the thing; 0 for none.
    pub of: u32,
    /// Number of the box it was put into.
    pub within: String,
    /// When it was said.
    pub since: Moment,
    /// By whom.
    pub by: String,
    /// In which role.
    pub role: String,
}

impl Told {
    /// What was said by somebody at a moment.
    pub fn of(said: PaperSaid, since: Moment, (by, role): (&str, &str)) -> Told {
        let PaperSaid { act, who, place, phone, words, due, of, within, .. } = said;
        Told { act, who, place, phone, words, due, of, within, since, by: by.to_owned(), role: role.to_owned() }
    }

    /// That a thing was registered or put right, as its story says it: its place, its box, and why.
    pub fn registered(thing: &Thing, since: Moment, by: (&str, &str)) -> Told {
        let said = PaperSaid {
            place: thing.home.clone(),
            words: thing.reason.clone(),
            within: thing.within.clone(),
            ..PaperSaid::new(&thing.number, PaperAct::Register)
        };
        Told::of(said, since, by)
    }
}

/// Where a thing stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// In its place.
    Here,
    /// With somebody.
    Out,
    /// Nobody knows.
    Missing,
    /// No longer kept here.
    Closed,
}

impl Standing {
    /// The word in JSON and in `where-…` of the texts.
    pub fn word(self) -> &'static str {
        match self {
            Standing::Here => "here",
            Standing::Out => "out",
            Standing::Missing => "missing",
            Standing::Closed => "closed",
        }
    }
}

/// A thing as it stands.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Paper {
    /// What it is.
    #[serde(flatten)]
    pub thing: Thing,
    /// Where it lies, or lay before it was taken out.
    pub place: String,
    /// When it left its place and with whom; `None` while it is there.
    pub out: Option<Told>,
    /// Who has it now, where it was handed on; else who took it out.
    pub held: Option<Told>,
    /// Said to be missing.
    pub missing: Option<Told>,
    /// Wishes that wait, in the order asked.
    pub wishes: Vec<Told>,
    /// No longer kept here.
    pub closed: Option<Told>,
    /// How many wishes there ever were: the next is one more.
    #[serde(skip)]
    pub asked: u32,
}

impl Paper {
    /// A thing that was just registered.
    pub fn new(thing: Thing) -> Paper {
        Paper { place: thing.home.clone(), thing, ..Paper::default() }
    }

    /// Where it stands: missing is said before out, since who has it cannot give it.
    pub fn standing(&self) -> Standing {
        match (&self.closed, &self.missing, &self.out) {
            (Some(_), ..) => Standing::Closed,
            (_, Some(_), _) => Standing::Missing,
            (.., Some(_)) => Standing::Out,
            _ => Standing::Here,
        }
    }

    /// Who has it now.
    pub fn holder(&self) -> Option<&Told> {
        self.held.as_ref().or(self.out.as_ref())
    }

    /// It was registered again: what is known of it was put right. Where it was moved to stays.
    pub fn correct(&mut self, thing: Thing) {
        let moved = self.place != self.thing.home;
        if !moved {
            self.place.clone_from(&thing.home);
        }
        self.thing = thing;
    }

    /// One more thing said.
    pub fn tell(&mut self, told: Told) {
        let meets = matches!(told.act, PaperAct::Lend | PaperAct::Hand | PaperAct::Withdraw);
        if meets {
            self.wishes.retain(|wish| wish.of != told.of);
        }
        match told.act {
            PaperAct::Lend => {
                self.held = None;
                self.out = Some(told);
            }
            PaperAct::Hand => self.held = Some(told),
            PaperAct::Return => {
                (self.out, self.held, self.missing) = (None, None, None);
                self.lies(&told);
            }
            PaperAct::Move => {
                self.thing.within.clone_from(&told.within);
                self.lies(&told);
            }
            PaperAct::Request => {
                self.asked = self.asked.max(told.of);
                self.wishes.push(told);
            }
            PaperAct::Missing => self.missing = Some(told),
            PaperAct::Found => {
                self.missing = None;
                self.lies(&told);
            }
            PaperAct::Close => {
                (self.out, self.held, self.missing) = (None, None, None);
                self.closed = Some(told);
            }
            _ => {}
        }
    }

    fn lies(&mut self, told: &Told) {
        if !told.place.is_empty() {
            self.place.clone_from(&told.place);
        }
    }

    /// What is said with what only the thing knows: the number of a new wish; and where it is lent to meet one and nobody was named, who
    /// asked for it.
    pub fn meeting(&self, said: &PaperSaid) -> PaperSaid {
        if said.act == PaperAct::Request {
            return PaperSaid { of: self.asked + 1, ..said.clone() };
        }
        let lends = matches!(said.act, PaperAct::Lend | PaperAct::Hand);
        let unnamed = said.who.is_empty() && said.place.is_empty();
        match self.wishes.iter().find(|wish| wish.of == said.of).filter(|_| lends && unnamed) {
            None => said.clone(),
            Some(wish) => {
                let Told { who, place, phone, words, due, .. } = wish.clone();
                PaperSaid { who, place, phone, words, due, ..said.clone() }
            }
        }
    }

    /// Whether something may be said of it now; a word of `where-no-…` of the texts where not.
    ///
    /// # Errors
    /// The word.
    pub fn may(&self, said: &PaperSaid) -> Result<(), &'static str> {
        let (is_out, wish) = (self.out.is_some(), self.wishes.iter().any(|wish| wish.of == said.of));
        let anonymous = said.who.is_empty() && said.place.is_empty();
        let no = match said.act {
            PaperAct::Register => "letter",
            _ if said.act.is_of_letters() => "letter",
            PaperAct::Guide => return Ok(()),
            _ if self.closed.is_some() => "closed",
            PaperAct::Lend if self.missing.is_some() => "missing",
            PaperAct::Lend if is_out => "out",
            PaperAct::Hand | PaperAct::Return if !is_out => "here",
            PaperAct::Lend | PaperAct::Hand | PaperAct::Request if anonymous => "who",
            PaperAct::Lend | PaperAct::Hand if said.of > 0 && !wish => "wish",
            PaperAct::Withdraw if !wish => "wish",
            PaperAct::Missing if self.missing.is_some() => "missing",
            PaperAct::Found if self.missing.is_none() => "found",
            PaperAct::Move if said.place.is_empty() && said.within.is_empty() => "place",
            PaperAct::Move if is_out => "out",
            PaperAct::Move if said.within == self.thing.number => "itself",
            PaperAct::Missing | PaperAct::Close if said.words.is_empty() => "why",
            PaperAct::Close if is_out => "out",
            _ => return Ok(()),
        };
        Err(no)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(act: PaperAct, who: &str, of: u32) -> PaperSaid {
        let [number, who, words] = ["A-1", who, "診察"].map(str::to_owned);
        let [place, phone, due, within] = ["", "", "", ""].map(str::to_owned);
        PaperSaid { number, act, who, place, phone, words, due, of, within }
    }

    fn paper() -> Paper {
        Paper::new(Thing { number: "A-1".into(), home: "病歴室".into(), ..Thing::default() })
    }

    /// Says what may be said, in order; the words of those that may not.
    fn told(paper: &mut Paper, acts: &[PaperSaid]) -> Vec<&'static str> {
        let mut no = Vec::new();
        for (said, at) in acts.iter().zip(1..) {
            match paper.may(said) {
                Ok(()) => paper.tell(Told::of(said.clone(), Moment(at), ("記録係", "clerk"))),
                Err(word) => no.push(word),
            }
        }
        no
    }

    #[test]
    fn a_chart_goes_out_is_asked_for_handed_on_and_comes_back() {
        let mut paper = paper();
        let no = told(
            &mut paper,
            &[
                said(PaperAct::Lend, "医師 甲", 0),
                said(PaperAct::Request, "外来", 1),
                said(PaperAct::Request, "医事課", 2),
                // A second desk: it is out.
                said(PaperAct::Lend, "医師 乙", 0),
                said(PaperAct::Hand, "外来", 1),
            ],
        );
        assert_eq!(no, ["out"]);
        assert_eq!((paper.standing(), paper.holder().unwrap().who.as_str()), (Standing::Out, "外来"));
        assert_eq!((paper.out.as_ref().unwrap().since, paper.held.as_ref().unwrap().since), (Moment(1), Moment(5)));
        assert_eq!(paper.wishes.iter().map(|wish| wish.of).collect::<Vec<_>>(), [2]);
        // Lent to meet a wish, it goes to who asked.
        let met = paper.meeting(&said(PaperAct::Hand, "", 2));
        assert_eq!((met.who.as_str(), met.of, paper.meeting(&said(PaperAct::Request, "", 0)).of), ("医事課", 2, 3));
        let no = told(
            &mut paper,
            &[
                said(PaperAct::Hand, "医師 丙", 1),
                said(PaperAct::Return, "", 0),
                said(PaperAct::Return, "", 0),
                said(PaperAct::Hand, "医師 丙", 0),
                said(PaperAct::Lend, "医事課", 2),
            ],
        );
        assert_eq!(no, ["wish", "here", "here"]);
        assert_eq!((paper.holder().unwrap().who.as_str(), paper.wishes.len(), paper.asked), ("医事課", 0, 2));
    }

    #[test]
    fn missing_is_said_before_out_and_found_goes_back_to_out() {
        let mut paper = paper();
        let acts = [
            said(PaperAct::Lend, "医師 甲", 0),
            said(PaperAct::Missing, "", 0),
            said(PaperAct::Missing, "", 0),
            said(PaperAct::Found, "", 0),
            said(PaperAct::Found, "", 0),
        ];
        assert_eq!(told(&mut paper, &acts[..2]), [""; 0]);
        assert_eq!((paper.standing(), paper.may(&acts[0])), (Standing::Missing, Err("missing")));
        assert_eq!(told(&mut paper, &acts[2..]), ["missing", "found"]);
        assert_eq!((paper.standing(), paper.place.as_str()), (Standing::Out, "病歴室"));
        told(&mut paper, &[said(PaperAct::Missing, "", 0)]);
        let back = PaperSaid { place: "外来 棚2".into(), ..said(PaperAct::Return, "", 0) };
        assert_eq!(told(&mut paper, &[back]), [""; 0]);
        assert_eq!((paper.standing(), paper.place.as_str()), (Standing::Here, "外来 棚2"));
    }

    #[test]
    fn what_is_put_right_keeps_where_it_was_moved_to() {
        let mut paper = paper();
        let moved = PaperSaid { place: "倉庫".into(), within: "B-1".into(), ..said(PaperAct::Move, "", 0) };
        assert_eq!(told(&mut paper, &[said(PaperAct::Move, "", 0), moved]), ["place"]);
        let right = |home: &str| Thing { home: home.into(), within: "B-1".into(), ..paper.thing.clone() };
        let (near, far) = (right("病歴室"), right("病歴室 5"));
        paper.correct(far.clone());
        assert_eq!((paper.place.as_str(), paper.thing.within.as_str()), ("倉庫", "B-1"));
        let mut other = Paper::new(near);
        other.correct(far);
        assert_eq!(other.place, "病歴室 5");
        let itself = PaperSaid { within: "A-1".into(), ..said(PaperAct::Move, "", 0) };
        assert_eq!(paper.may(&itself), Err("itself"));
    }

    #[test]
    fn nothing_is_said_without_whom_or_why_nor_after_the_end() {
        let mut paper = paper();
        let mute = |act| PaperSaid { words: String::new(), ..said(act, "", 0) };
        for (act, no) in [
            (PaperAct::Lend, "who"),
            (PaperAct::Request, "who"),
            (PaperAct::Missing, "why"),
            (PaperAct::Close, "why"),
            (PaperAct::Withdraw, "wish"),
            (PaperAct::Scanned, "letter"),
        ] {
            assert_eq!(paper.may(&mute(act)), Err(no), "{act:?}");
        }
        told(&mut paper, &[said(PaperAct::Request, "外来", 1), said(PaperAct::Close, "", 0)]);
        assert_eq!(paper.standing(), Standing::Closed);
        for act in [PaperAct::Lend, PaperAct::Request, PaperAct::Found, PaperAct::Close] {
            assert_eq!(paper.may(&said(act, "外来", 0)), Err("closed"), "{act:?}");
        }
    }
}
