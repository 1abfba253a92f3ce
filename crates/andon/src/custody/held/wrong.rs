//! What is wrong of an object as the log says it: laid over on a server, another history, or bytes that are not as sealed. What is told
//! apart stands in front (`crates/andon/src/proofs.rs`).

use vault::s3::Moment;
use vault::{Error, Target};

/// Names of what lies hidden on a server, below delete markers or other bytes. None of another place, or where the server says no.
pub fn hidden(target: &Target) -> Vec<String> {
    let Target::S3(s3) = target else { return Vec::new() };
    let hidden = s3.as_it_stood(Moment::First).and_then(|below| below.hidden());
    hidden.unwrap_or_default().into_iter().map(|hidden| hidden.name).collect()
}

/// The words of a fault of an object, or of a folder of them.
pub fn words(hidden: &[String], object: &str, error: &Error) -> String {
    let said = error.to_string();
    match said {
        _ if hidden.iter().any(|name| is_of(name, object)) => format!("hidden {object}"),
        // Two signed manifests of a number, or one that this home did not sign.
        _ if said.contains("fork") || said.contains(OTHERS) => format!("fork {said}"),
        _ => said,
    }
}

/// How a manifest is told that is signed and not this home's.
pub const OTHERS: &str = "it is not the manifest that this home sealed";

/// Whether a name is that of the object, which may be told without its hash, or as a folder.
fn is_of(name: &str, object: &str) -> bool {
    let begins = object.split_once('…').map(|(begins, _)| begins);
    let begins = begins.or(object.ends_with('/').then_some(object));
    name == object || begins.is_some_and(|begins| name.starts_with(begins))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_below_and_another_history_are_told_apart_from_damage() {
        let name = vault::name::manifest(2, &vault::Hash::of(b"x"));
        let below = [name.clone()];
        let missing = |object: &str| Error::Missing { object: object.to_owned() };
        let unknown = vault::name::unknown(vault::name::manifest, 2);
        for object in [name.as_str(), unknown.as_str(), vault::name::MANIFESTS] {
            assert_eq!(words(&below, object, &missing(object)), format!("hidden {object}"));
        }
        let third = vault::name::unknown(vault::name::manifest, 3);
        for object in [vault::name::HEADS, third.as_str()] {
            assert_eq!(words(&below, object, &missing(object)), missing(object).to_string(), "another one");
        }
        let fork = |what: &str| Error::Damaged { object: name.clone(), what: what.to_owned() };
        for what in ["two manifests of one number are signed: a fork", OTHERS] {
            assert!(words(&[], &name, &fork(what)).starts_with("fork manifests/"), "{what}");
        }
        assert!(!words(&[], &name, &fork("bytes 0 to 9 are not what was sealed")).starts_with("fork"));
    }
}
