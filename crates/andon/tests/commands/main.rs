//! The commands as a person or a script meets them: the built program, a home in a temporary folder, JSON and exit codes.

mod dialects;
mod door;
mod doors;
mod kills;
mod links;
mod past;
mod samples;
mod secrets;
mod trees;
