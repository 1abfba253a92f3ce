//! New laboratory results in a tree, as the EMR would write them: the file, then its record in the transaction storage.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Outcome;
use crate::runner::output;

/// The current laboratory results of a tree, the latest days first.
pub fn results(tree: &Path) -> Outcome<Vec<PathBuf>> {
    let mut paths = find(tree, "*_OML-11_*_1")?;
    let day = |path: &PathBuf| file_name(path).split('_').nth(1).unwrap_or_default().to_owned();
    paths.sort_by_key(|path| (std::cmp::Reverse(day(path)), path.clone()));
    Ok(paths)
}

fn find(tree: &Path, name: &str) -> Outcome<Vec<PathBuf>> {
    let found = output(Command::new("find").arg(tree).args(["-type", "f", "-name", name]))?;
    Ok(found.lines().map(PathBuf::from).collect())
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap_or_default().to_string_lossy().into_owned()
}

/// A new result: whose, where, its bytes, and the header of its record as `andon drill` writes them.
pub struct Probe {
    pub patient: String,
    pub path: PathBuf,
    bytes: Vec<u8>,
    header: String,
}

impl Probe {
    /// Puts a file there whole, then its record.
    pub fn write(&self, tree: &Path) -> std::io::Result<()> {
        let hidden = self.path.with_extension("writing");
        std::fs::write(&hidden, &self.bytes)?;
        std::fs::rename(&hidden, &self.path)?;
        let logs = find(&tree.join("tr"), "TR_*.DAT").map_err(std::io::Error::other)?;
        let Some(log) = logs.into_iter().max() else { return Ok(()) };
        let mut log = std::fs::OpenOptions::new().append(true).open(log)?;
        log.write_all(&[self.header.as_bytes(), &self.bytes, b"\r\n"].concat())
    }
}

/// A result like `model` with a new order number and one new value; none when the model has no numeric value.
pub fn probe(model: &Path, number: u32, value: u32) -> Outcome<Option<Probe>> {
    let original = std::fs::read(model).map_err(|error| format!("{}: {error}", model.display()))?;
    let name = file_name(model);
    let [patient, care, kind, _, _, department, flag] = name.split('_').collect::<Vec<_>>()[..] else {
        return Ok(None);
    };
    let Some(bytes) = with_value(&original, value) else { return Ok(None) };
    let order = format!("9{number:014}");
    let sent = output(Command::new("date").arg("+%Y%m%d%H%M%S%3N"))?.trim().to_owned();
    let new_name = [patient, care, kind, &order, &sent, department, flag].join("_");
    let words = format!("INS,9990000001,{patient},{care},{kind},{order},{sent},{department},{flag}");
    let header = format!("SSMIX2.00,{:08},{words}\r\n", bytes.len());
    Ok(Some(Probe { patient: patient.to_owned(), path: model.with_file_name(new_name), bytes, header }))
}

/// The message with OBX-5 of its first numeric result replaced. Bars inside two-byte text are not delimiters.
fn with_value(bytes: &[u8], value: u32) -> Option<Vec<u8>> {
    let (mut two_byte, mut bars, mut segment) = (false, Vec::new(), 0);
    for (at, byte) in bytes.iter().enumerate() {
        match (*byte, bytes.get(at + 1).copied()) {
            (0x1b, Some(b'$')) => two_byte = true,
            (0x1b, Some(b'(')) => two_byte = false,
            (b'\r' | b'\n', _) => (segment, bars) = (at + 1, Vec::new()),
            (b'|', _) if !two_byte => bars.push(at),
            _ => {}
        }
        let is_numeric = bars.len() == 6 && bytes[segment..].starts_with(b"OBX|") && &bytes[bars[1]..bars[2]] == b"|NM";
        if is_numeric {
            let value = value.to_string();
            return Some([&bytes[..=bars[4]], value.as_bytes(), &bytes[bars[5]..]].concat());
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::with_value;

    #[test]
    fn only_the_value_of_the_first_numeric_result_changes() {
        // The second character's first byte is a bar, as that of 髙 is in ISO-2022-JP.
        let name = b"\x1b$B;3|b\x1b(B".as_slice();
        let message = |value: &str| {
            [b"OBX|1|ST|a||text|\rOBX|2|NM|3A^".as_slice(), name, b"||", value.as_bytes(), b"|g/dl|\r"].concat()
        };
        assert_eq!(with_value(&message("4.1"), 700_001), Some(message("700001")));
        assert_eq!(with_value(b"OBX|1|ST|a||4.1|\r", 1), None);
    }
}
