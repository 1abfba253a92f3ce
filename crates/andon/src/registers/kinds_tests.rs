//! Every register is whole.

use super::*;
use std::collections::BTreeSet;

#[test]
fn every_register_is_whole() {
    let codes: BTreeSet<_> = REGISTERS.iter().map(|of| of.code).collect();
    let marks: BTreeSet<_> = REGISTERS.iter().map(|of| of.mark).collect();
    assert_eq!((codes.len(), marks.len()), (REGISTERS.len(), REGISTERS.len()));
    for of in &REGISTERS {
        assert!(of.states.contains(&of.first), "{}", of.code);
        assert!(of.open.iter().all(|state| of.states.contains(state)), "{}", of.code);
        let fields: BTreeSet<_> = of.fields.iter().map(|field| field.code).collect();
        assert_eq!(fields.len(), of.fields.len(), "{}", of.code);
        assert!(!fields.contains(super::super::STATE) && !fields.contains("holder"), "{}", of.code);
        assert!(matches!(of.fields[0].shape, Shape::Short | Shape::Long), "{}", of.code);
    }
}
