//! Orders come as runs of segments: ORC, RXE, TQ1 … or, in OUL^R22, SPM, OBR, ORC, OBX. One rule divides them all.

use crate::hl7v2::{Reader, Seg};

/// The segments of one order, in order, and the specimen they stand under.
pub(super) struct Group<'r> {
    pub members: Vec<Seg<'r>>,
    pub specimen: Option<Seg<'r>>,
}

/// A second one of these in a group begins the next.
const LEADERS: [&str; 4] = ["ORC", "OBR", "RXE", "PRB"];
/// These may begin the first group where a sender left the leader out.
const OPENERS: [&str; 5] = ["RXA", "ODS", "OBX", "RXC", "ZPR"];
/// After these an ORC belongs to the next order.
const CLOSERS: [&str; 6] = ["OBX", "RXR", "RXC", "RXA", "ODS", "IPC"];

impl<'r> Group<'r> {
    /// The first segment of a name.
    pub fn first(&self, name: &str) -> Option<Seg<'r>> {
        self.members.iter().find(|seg| seg.name() == name).copied()
    }

    /// All segments of a name.
    pub fn all<'g>(&'g self, name: &'g str) -> impl Iterator<Item = Seg<'r>> + 'g {
        self.members.iter().filter(move |seg| seg.name() == name).copied()
    }

    fn holds(&self, names: &[&str]) -> bool {
        self.members.iter().any(|seg| names.contains(&seg.name()))
    }

    /// What the whole order shares, for the member of this index: a copy, or the thing itself for the last of its name.
    pub fn share<T: Clone + Default>(&self, shared: &mut T, index: usize) -> T {
        let name = self.members[index].name();
        let further = self.members[index + 1..].iter().any(|seg| seg.name() == name);
        if further { shared.clone() } else { std::mem::take(shared) }
    }

    /// Notes (NTE-3) that follow a member directly.
    pub fn notes_after(&self, index: usize) -> Vec<String> {
        let following = self.members.get(index + 1..).unwrap_or_default();
        following.iter().take_while(|seg| seg.name() == "NTE").map(note).filter(|n| !n.is_empty()).collect()
    }

    /// Notes of the whole order: those that come before its first OBX or RXA.
    pub fn notes(&self) -> Vec<String> {
        let before = self.members.iter().take_while(|seg| !matches!(seg.name(), "OBX" | "RXA" | "ODS"));
        before.filter(|seg| seg.name() == "NTE").map(note).filter(|n| !n.is_empty()).collect()
    }
}

fn note(seg: &Seg<'_>) -> String {
    seg.lines(3)
}

/// Divides a message into orders. A specimen (SPM) holds for all orders up to the next.
pub(super) fn groups<'r>(reader: &'r Reader<'_>) -> Vec<Group<'r>> {
    let mut groups: Vec<Group<'r>> = Vec::new();
    let (mut specimen, mut fresh) = (None, true);
    for seg in reader.segments() {
        let name = seg.name();
        if name == "SPM" {
            (specimen, fresh) = (Some(seg), true);
            continue;
        }
        let opens = match groups.last() {
            Some(group) if !fresh => {
                LEADERS.contains(&name) && group.holds(&[name]) || name == "ORC" && group.holds(&CLOSERS)
            }
            _ => LEADERS.contains(&name) || OPENERS.contains(&name),
        };
        if opens {
            let mut members = Vec::with_capacity(8);
            members.push(seg);
            groups.push(Group { members, specimen });
            fresh = false;
        } else if !fresh && let Some(group) = groups.last_mut() {
            group.members.push(seg);
        }
    }
    groups
}
