//! Removable disks: which is in, which is out, since when, and which is due.

use vault::VaultId;
use vault::target::medium::{Due, Label, Rotation, Seen};

const DAY: i64 = 86_400_000;

#[test]
fn a_rotation_knows_in_out_since_and_due() {
    let mut rotation = Rotation::default();
    assert_eq!(rotation.due(DAY), None);
    for number in 1..=3 {
        rotation.saw(number, Seen::Registered, 0);
    }
    assert_eq!(rotation.due(DAY), Some(Due { number: 1, by: 0 }), "never filled: at once");
    rotation.saw(1, Seen::In, 10);
    rotation.saw(1, Seen::In, 20);
    rotation.saw(1, Seen::Filled(7), 30);
    assert_eq!(rotation.away().count(), 0, "a copy that is plugged in is not away");
    assert_eq!(rotation.left_in(10 + DAY, DAY).count(), 0);
    assert_eq!(rotation.left_in(11 + DAY, DAY).map(|medium| medium.number).collect::<Vec<_>>(), [1]);
    rotation.saw(1, Seen::Out, 40);
    let medium = *rotation.away().next().unwrap();
    assert_eq!((medium.number, medium.since, medium.filled), (1, 40, Some((30, 7))));
    assert_eq!(rotation.due(DAY), Some(Due { number: 2, by: 30 + DAY }));
    rotation.saw(2, Seen::Filled(8), 50);
    rotation.saw(3, Seen::Filled(9), 60);
    assert_eq!(rotation.due(DAY), Some(Due { number: 1, by: 60 + DAY }));
    rotation.saw(1, Seen::Retired, 70);
    rotation.saw(1, Seen::In, 80);
    assert_eq!(rotation.due(DAY).map(|due| due.number), Some(2));
    assert_eq!(rotation.media().count(), 2);
}

#[test]
fn a_disk_says_which_it_is_and_is_not_relabelled() {
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    assert_eq!(Label::read(root).unwrap(), None);
    let label = Label { vault: VaultId([1; 16]), number: 2 };
    label.write(root).unwrap();
    label.write(root).unwrap();
    assert_eq!(Label::read(root).unwrap(), Some(label));
    assert!(Label { number: 3, ..label }.write(root).is_err());
    assert!(Label { vault: VaultId([2; 16]), ..label }.write(root).is_err());
    std::fs::write(root.join("andon-medium.txt"), "andon-medium 1\nvault x\n").unwrap();
    assert!(Label::read(root).unwrap_err().is_fault());
    assert!(Label::read(&root.join("unplugged")).unwrap().is_none());
}
