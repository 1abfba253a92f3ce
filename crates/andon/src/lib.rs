//! The program: slices side by side (`feed`, `ward`) under a shared rim (`cli`, `home`, `record`, `event`, `web`, `text`,
//! `world`). Slices never import each other; they meet in the store and in the rim.

pub mod cli;
pub mod decode;
pub mod event;
pub mod feed;
pub mod home;
pub mod record;
pub mod text;
pub mod ward;
pub mod web;
pub mod world;
