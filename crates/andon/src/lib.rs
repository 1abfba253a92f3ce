//! The program: slices side by side (`command`, `custody`, `feed`, `people`, `sheets`, `stations`, `ward`) on a shared rim (`attachments`, `audit_end`, `chronology`, `chronology_sheets`, `confidential`, `web`, `freshness`, `record`, `decode`, `disagreements`, `event`,
//! `hold`, `home`, `hospital`, `incident`, `kept`, `lines`, `officers`, `parents`, `printing`, `proofs`, `registers`, `role`, `spreadsheet`, `staff`, `temporary`, `text`, `world`, `writing`). Slices never import each other; they meet in the store and on the rim. Above them `package` gathers what leaves the house, `routes`
//! lists every page and `cli` every command.

pub mod attachments;
pub mod audit_end;
pub mod checkpoint;
pub mod chronology;
pub mod chronology_sheets;
pub mod cli;
pub mod command;
pub mod confidential;
pub mod custody;
pub mod decode;
pub mod disagreements;
pub mod event;
pub mod feed;
pub mod folds;
pub mod following;
pub mod freshness;
pub mod heads;
pub mod hold;
pub mod home;
pub mod hospital;
pub mod incident;
pub mod kept;
pub mod lines;
pub mod officers;
pub mod package;
mod parents;
pub mod people;
pub mod printing;
pub mod proofs;
pub mod record;
pub mod registers;
pub mod role;
pub mod routes;
pub mod sheets;
pub mod spreadsheet;
pub mod staff;
pub mod stations;
pub mod temporary;
pub mod text;
pub mod ward;
pub mod web;
pub mod world;
pub mod writing;
