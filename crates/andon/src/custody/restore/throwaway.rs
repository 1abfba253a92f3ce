//! A home for one look into a vault: encrypted, without a key on any disk, and gone with what holds it.

use std::fs;
use std::path::PathBuf;

use crate::home::Problem;

/// A folder that ends with what holds it.
pub struct Throwaway(PathBuf);

impl Throwaway {
    /// In this folder; what a run that was killed left there goes first.
    ///
    /// # Errors
    /// The disk says no.
    pub fn new(folder: PathBuf) -> Result<Throwaway, Problem> {
        let throwaway = Throwaway(folder);
        throwaway.clear()?;
        Ok(throwaway)
    }

    /// The home in it.
    pub fn home(&self) -> PathBuf {
        self.0.join("home")
    }

    /// Takes what opens the home out of it before anything is taken in: the key stays in this program's memory, so that what a killed run
    /// leaves behind can be opened by nobody.
    ///
    /// # Errors
    /// The disk says no.
    pub fn forget_key(&self) -> Result<(), Problem> {
        Ok(fs::remove_dir_all(self.home().join("keys"))?)
    }

    fn clear(&self) -> Result<(), Problem> {
        match fs::remove_dir_all(&self.0) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }
}

impl Drop for Throwaway {
    fn drop(&mut self) {
        if self.clear().is_err() {
            tracing::warn!("a home made for one look could not be removed; nobody can open it");
        }
    }
}
