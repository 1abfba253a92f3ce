//! Removable disks: which it is stands on the disk.

use vault::VaultId;
use vault::target::medium::Label;

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
