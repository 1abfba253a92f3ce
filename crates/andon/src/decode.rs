//! Decoding behind a wall: a decoder that stops on one message is one fault of that message, and its bytes stay
//! (promise 11). Feed and record decode through here.

use std::panic::{AssertUnwindSafe, catch_unwind};

use chart::Fault;
use formats::ssmix2::{self, Decoded, FilePath};

/// [`ssmix2::decode`], whose stop is told as the fault `decoder_stopped` and nothing else.
pub fn decode(path: &FilePath, bytes: &[u8]) -> Decoded {
    guarded(|| ssmix2::decode(path, bytes))
}

/// [`ssmix2::decode_placed`], guarded as [`decode`] is.
pub fn decode_placed(path: &FilePath, bytes: &[u8]) -> Decoded {
    guarded(|| ssmix2::decode_placed(path, bytes))
}

/// [`formats::jahis::join`] over one input, guarded as [`decode`] is.
pub fn jahis(bytes: &[u8]) -> Vec<formats::jahis::Joined> {
    catch_unwind(AssertUnwindSafe(|| formats::jahis::join(&[bytes]))).unwrap_or_default()
}

fn guarded(work: impl FnOnce() -> Decoded) -> Decoded {
    catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|_| {
        let fault = Fault { code: "decoder_stopped", at: "message".into(), text: String::new() };
        Decoded { faults: vec![fault], ..Decoded::default() }
    })
}

/// A stop of the program's own is told by its place only: the words of a panic may quote what was being read, and that
/// may be a patient's (promise 12).
pub fn stop_without_words() {
    std::panic::set_hook(Box::new(|stop| {
        let place = stop.location().map_or_else(String::new, ToString::to_string);
        tracing::error!(place, "the program stopped a piece of its work");
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stop_is_one_fault() {
        let decoded = guarded(|| panic!("quoting a patient"));
        assert!(decoded.bodies.is_empty());
        assert_eq!(decoded.faults.iter().map(|fault| fault.code).collect::<Vec<_>>(), ["decoder_stopped"]);
    }
}
