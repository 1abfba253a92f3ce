//! What a chart says as one number: its members are hashed as serde names them, without being made text first, which was a third
//! of what a ward's pack cost. Members that pass are not looked at.

use std::fmt::{Display, Write as _};

use serde::ser::{self, Serialize};
use sha2::{Digest, Sha256};

/// Hashed in pieces of this size, bytes: a text alone is too short for the hash to be quick.
const PIECE: usize = 4096;
/// Ends a text; no UTF-8 has it.
const END: u8 = 0xff;

/// The digest of a value, hexadecimal, without the members of these names at any depth.
pub(super) fn digest_of(value: &impl Serialize, passing: &'static [&'static str]) -> String {
    let mut hash = Hash { digest: Sha256::new(), piece: Vec::with_capacity(2 * PIECE), passing };
    // Nothing here can fail: it takes all there is.
    let _ = value.serialize(&mut hash);
    hash.digest.update(&hash.piece);
    hex(&hash.digest.finalize())
}

/// Bytes in hexadecimal.
pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

struct Hash {
    digest: Sha256,
    piece: Vec<u8>,
    passing: &'static [&'static str],
}

/// There is none.
#[derive(Debug)]
struct Never;

impl Display for Never {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        Ok(())
    }
}

impl std::error::Error for Never {}

impl ser::Error for Never {
    fn custom<T: Display>(_: T) -> Never {
        Never
    }
}

type Done = Result<(), Never>;

impl Hash {
    /// A value, told from values of other sorts by a mark.
    fn put(&mut self, mark: u8, bytes: &[u8]) -> Done {
        self.piece.push(mark);
        self.piece.extend_from_slice(bytes);
        Ok(())
    }

    fn flush(&mut self) {
        if self.piece.len() >= PIECE {
            self.digest.update(&self.piece);
            self.piece.clear();
        }
    }

    fn member<T: ?Sized + Serialize>(&mut self, name: &'static str, value: &T) -> Done {
        if self.passing.contains(&name) {
            return Ok(());
        }
        self.flush();
        ser::Serializer::serialize_str(&mut *self, name)?;
        value.serialize(self)
    }
}

impl std::fmt::Write for Hash {
    fn write_str(&mut self, text: &str) -> std::fmt::Result {
        self.piece.extend_from_slice(text.as_bytes());
        Ok(())
    }
}

macro_rules! numbers {
    ($($name:ident $sort:ty)*) => {$(
        fn $name(self, value: $sort) -> Done {
            self.put(b'i', &i128::from(value).to_le_bytes())
        }
    )*};
}

impl<'h> ser::Serializer for &'h mut Hash {
    type Ok = ();
    type Error = Never;
    type SerializeSeq = Within<'h>;
    type SerializeTuple = Within<'h>;
    type SerializeTupleStruct = Within<'h>;
    type SerializeTupleVariant = Within<'h>;
    type SerializeMap = Within<'h>;
    type SerializeStruct = Within<'h>;
    type SerializeStructVariant = Within<'h>;

    /// Times and digests come as numbers and bytes.
    fn is_human_readable(&self) -> bool {
        false
    }

    numbers! {
        serialize_i8 i8 serialize_i16 i16 serialize_i32 i32 serialize_i64 i64
        serialize_u8 u8 serialize_u16 u16 serialize_u32 u32 serialize_u64 u64 serialize_bool bool
    }

    fn serialize_f32(self, value: f32) -> Done {
        self.serialize_f64(f64::from(value))
    }

    fn serialize_f64(self, value: f64) -> Done {
        self.put(b'f', &value.to_bits().to_le_bytes())
    }

    fn serialize_char(self, value: char) -> Done {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, text: &str) -> Done {
        self.put(b's', text.as_bytes())?;
        self.put(END, &[])
    }

    fn collect_str<T: ?Sized + Display>(self, value: &T) -> Done {
        self.put(b's', &[])?;
        let _ = write!(self, "{value}");
        self.put(END, &[])
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Done {
        self.put(b'b', &bytes.len().to_le_bytes())?;
        self.put(b'b', bytes)
    }

    fn serialize_none(self) -> Done {
        self.put(b'n', &[])
    }

    fn serialize_some<T: ?Sized + Serialize>(self, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Done {
        self.put(b'n', &[])
    }

    fn serialize_unit_struct(self, name: &'static str) -> Done {
        self.serialize_str(name)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Done {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: ?Sized + Serialize>(self, _: &'static str, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: ?Sized + Serialize>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Done {
        self.put(b'{', &[])?;
        self.member(variant, value)?;
        self.put(b'}', &[])
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Within<'h>, Never> {
        Within::begin(self)
    }

    fn serialize_tuple(self, _: usize) -> Result<Within<'h>, Never> {
        Within::begin(self)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Within<'h>, Never> {
        Within::begin(self)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Within<'h>, Never> {
        ser::Serializer::serialize_str(&mut *self, variant)?;
        Within::begin(self)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Within<'h>, Never> {
        Within::begin(self)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Within<'h>, Never> {
        Within::begin(self)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Within<'h>, Never> {
        ser::Serializer::serialize_str(&mut *self, variant)?;
        Within::begin(self)
    }
}

/// The parts of a value.
struct Within<'h> {
    hash: &'h mut Hash,
    /// The name of a map's member passes, so its value does.
    passes: bool,
}

impl<'h> Within<'h> {
    fn begin(hash: &'h mut Hash) -> Result<Within<'h>, Never> {
        hash.put(b'{', &[])?;
        Ok(Within { hash, passes: false })
    }

    fn part<T: ?Sized + Serialize>(&mut self, value: &T) -> Done {
        self.hash.flush();
        value.serialize(&mut *self.hash)
    }

    fn over(self) -> Done {
        self.hash.put(b'}', &[])
    }
}

macro_rules! parts {
    ($($of:ident $one:ident)*) => {$(
        impl ser::$of for Within<'_> {
            type Ok = ();
            type Error = Never;
            fn $one<T: ?Sized + Serialize>(&mut self, value: &T) -> Done {
                self.part(value)
            }
            fn end(self) -> Done {
                self.over()
            }
        }
    )*};
}

parts! {
    SerializeSeq serialize_element SerializeTuple serialize_element
    SerializeTupleStruct serialize_field SerializeTupleVariant serialize_field
}

macro_rules! members {
    ($($of:ident)*) => {$(
        impl ser::$of for Within<'_> {
            type Ok = ();
            type Error = Never;
            fn serialize_field<T: ?Sized + Serialize>(&mut self, name: &'static str, value: &T) -> Done {
                self.hash.member(name, value)
            }
            fn end(self) -> Done {
                self.over()
            }
        }
    )*};
}

members!(SerializeStruct SerializeStructVariant);

impl ser::SerializeMap for Within<'_> {
    type Ok = ();
    type Error = Never;

    /// The name is hashed like a text, and taken back where it passes.
    fn serialize_key<T: ?Sized + Serialize>(&mut self, name: &T) -> Done {
        self.hash.flush();
        let from = self.hash.piece.len();
        name.serialize(&mut *self.hash)?;
        let said = self.hash.piece.get(from + 1..self.hash.piece.len().saturating_sub(1)).unwrap_or_default();
        self.passes = self.hash.passing.iter().any(|name| name.as_bytes() == said);
        if self.passes {
            self.hash.piece.truncate(from);
        }
        Ok(())
    }

    fn serialize_value<T: ?Sized + Serialize>(&mut self, value: &T) -> Done {
        if self.passes { Ok(()) } else { value.serialize(&mut *self.hash) }
    }

    fn end(self) -> Done {
        self.over()
    }
}

#[cfg(test)]
mod tests {
    use serde::Serialize;

    use super::{PIECE, digest_of};

    fn of(value: &impl Serialize) -> String {
        digest_of(value, &["as_of", "age", "age_minutes", "gaps", "received", "position"])
    }

    #[test]
    fn only_what_a_nurse_would_read_counts() {
        let chart = |value: &str, received: u64, now: u64| {
            serde_json::json!({
                "as_of": {"now": now, "value": value}, "age": {"days": now}, "gaps": [now, {"labs": now}], "name": "gaps",
                "labs": [{"value": value, "age_minutes": now, "source": {"received": received, "position": 2, "name": "std1"}}],
            })
        };
        let one = of(&chart("3.1", 1, 1));
        assert_eq!(one, of(&chart("3.1", 7, 9)), "clocks and numbering");
        assert_ne!(one, of(&chart("3.2", 1, 1)), "a value");
        // As if what passes had never been there; and a value named like it counts.
        let settled = serde_json::json!({"labs": [{"source": {"name": "std1"}, "value": "3.1"}], "name": "gaps"});
        assert_eq!(one, of(&settled));
        assert_ne!(of(&serde_json::json!({"a": "b", "c": 1})), of(&serde_json::json!({"a": "bc", "": 1})));
    }

    /// Values that differ have other digests, whatever they are made of: as text of JSON they would be told apart too.
    #[test]
    fn what_differs_has_another_digest() {
        #[derive(serde::Serialize)]
        enum Sort {
            Plain,
            With(u8),
            Pair(u8, u8),
            Named { gaps: u8, value: u8 },
        }
        let long = "x".repeat(3 * PIECE);
        let all = [
            of(&("a", "bc")),
            of(&("ab", "c")),
            of(&["a", "b"]),
            of(&[["a"], ["b"]]),
            of(&Some(1_u8)),
            of(&None::<u8>),
            of(&-1_i64),
            of(&0.5_f64),
            of(&Sort::Plain),
            of(&Sort::With(1)),
            of(&Sort::Pair(1, 2)),
            of(&Sort::Named { gaps: 1, value: 2 }),
            of(&long),
            of(&format!("{long}y")),
            of(&(long.as_str(), "y")),
        ];
        let distinct: std::collections::BTreeSet<&String> = all.iter().collect();
        assert_eq!(distinct.len(), all.len());
        assert_eq!(of(&Sort::Named { gaps: 3, value: 2 }), of(&Sort::Named { gaps: 1, value: 2 }));
    }
}
