//! What was made of the store as it stands, kept with its reader until anything is committed: a page asks for the same few
//! rows of sources and kinds again and again, and in the dark nothing arrives for weeks. And what goes on from where it was, kept by
//! all readers together beyond commits.

use std::any::{Any, TypeId};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use rusqlite::TransactionState;

use crate::{Error, Reader, Result};

/// What was made, by who made it.
#[derive(Default)]
pub(crate) struct Made {
    of: Standing,
    things: HashMap<TypeId, Arc<dyn Any + Send + Sync>>,
}

/// Commits of others and changes of our own: both only ever grow.
#[derive(Clone, Copy, Default, PartialEq)]
struct Standing {
    version: u64,
    own: u64,
}

/// What readers of one home keep together beyond commits, one thing of a type.
#[derive(Clone, Default)]
pub struct Shelf(Arc<Mutex<HashMap<TypeId, Arc<dyn Any + Send + Sync>>>>);

impl Shelf {
    fn thing<T: Any + Send + Default>(&self) -> Arc<Mutex<T>> {
        let mut things = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = things.get(&TypeId::of::<T>()).cloned().and_then(|thing| thing.downcast().ok());
        known.unwrap_or_else(|| {
            let new = Arc::new(Mutex::new(T::default()));
            things.insert(TypeId::of::<T>(), Arc::clone(&new) as Arc<dyn Any + Send + Sync>);
            new
        })
    }
}

impl Reader {
    /// This reader with the shelf of others; without it, it has one of its own.
    #[must_use]
    pub fn sharing(mut self, shelf: &Shelf) -> Reader {
        self.shelf = shelf.clone();
        self
    }

    /// Has `grow` go on with what stands on the shelf under its type, or with an empty one. Others wait meanwhile, and go on from there;
    /// a reader that sees an older moment may find what is newer. Within a batch it is an empty one, which is thrown away: what the
    /// batch takes back must not stay. `grow` leaves it whole also where it fails; where it stopped in the middle, the next begins anew.
    ///
    /// # Errors
    /// What `grow` says; [`Error::Sql`].
    pub fn grown<T, R, E>(
        &self,
        grow: impl FnOnce(&Reader, &mut T) -> std::result::Result<R, E>,
    ) -> std::result::Result<R, E>
    where
        T: Any + Send + Default,
        E: From<Error>,
    {
        if self.standing()?.is_none() {
            return grow(self, &mut T::default());
        }
        let thing = self.shelf.thing::<T>();
        let mut held = thing.lock().unwrap_or_else(|stopped| {
            let mut held = stopped.into_inner();
            *held = T::default();
            thing.clear_poison();
            held
        });
        grow(self, &mut held)
    }

    /// What `make` makes of the store, made once and kept until anything is committed, by this reader or by any other process.
    /// `make` is told apart by its type, so it must be a function or a closure that holds nothing: it can only look at the reader.
    ///
    /// # Errors
    /// What `make` says; [`Error::Sql`] when the database cannot be read.
    pub fn once<T, E, F>(&self, make: F) -> std::result::Result<Arc<T>, E>
    where
        T: Any + Send + Sync,
        E: From<Error>,
        F: FnOnce(&Reader) -> std::result::Result<T, E> + 'static,
    {
        const { assert!(size_of::<F>() == 0, "what a closure holds would not be part of what it is kept under") };
        let Some(standing) = self.standing()? else { return Ok(Arc::new(make(self)?)) };
        let key = TypeId::of::<F>();
        let known = self.made.borrow().thing(standing, key);
        if let Some(known) = known.and_then(|known| known.downcast().ok()) {
            return Ok(known);
        }
        let thing = Arc::new(make(self)?);
        // What was committed while it was made is in it or not; it counts as made before, and is made again.
        let mut made = self.made.borrow_mut();
        if made.of != standing {
            *made = Made { of: standing, things: HashMap::new() };
        }
        made.things.insert(key, Arc::clone(&thing) as Arc<dyn Any + Send + Sync>);
        Ok(thing)
    }

    /// `None` within a batch, which sees what it may yet take back.
    fn standing(&self) -> Result<Option<Standing>> {
        if self.db.transaction_state(None::<&str>)? == TransactionState::Write {
            return Ok(None);
        }
        let version = self.db.prepare_cached("PRAGMA data_version")?.query_row([], |row| row.get(0))?;
        Ok(Some(Standing { version, own: self.db.total_changes() }))
    }
}

impl Made {
    fn thing(&self, of: Standing, key: TypeId) -> Option<Arc<dyn Any + Send + Sync>> {
        self.things.get(&key).filter(|_| self.of == of).cloned()
    }
}
