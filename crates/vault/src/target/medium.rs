//! Removable disks in a rotation.
