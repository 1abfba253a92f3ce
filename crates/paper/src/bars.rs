//! One-dimensional codes for analysers and wristband readers: Code 128 (ISO/IEC 15417) and NW-7, which EN 798 calls Codabar. Two small
//! tables; the crates for it draw pictures and bring more than they save. A code says the plain number and nothing else: the two
//! digits of the 照合番号 are never in it (users.md 10).

/// Which one-dimensional code the site's readers read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Symbology {
    /// Code 128: pairs of digits in set C, everything else printable in set B.
    #[default]
    Code128,
    /// NW-7 (Codabar): digits and `-$:/.+`, between A and A, without a check character.
    Nw7,
}

/// Modules left white at each side (both standards).
pub(crate) const QUIET: usize = 10;
/// Longest number in a code: no tube has room for more.
const LONGEST: usize = 24;

/// The modules of a number, dark ones true, without quiet zones; `None` for a number that the code cannot say.
pub(crate) fn bars(symbology: Symbology, number: &str) -> Option<Vec<bool>> {
    if number.is_empty() || number.len() > LONGEST {
        return None;
    }
    match symbology {
        Symbology::Code128 => code128(number),
        Symbology::Nw7 => nw7(number),
    }
}

const START_B: u8 = 104;
const START_C: u8 = 105;
const TO_B: u8 = 100;

/// The values of a number with start and check, without stop.
fn values(number: &str) -> Option<Vec<u8>> {
    let bytes = number.as_bytes();
    let in_b = |byte: &u8| (b' '..=b'~').contains(byte).then(|| byte - b' ');
    let mut values = Vec::with_capacity(bytes.len() + 3);
    if bytes.len() >= 2 && bytes.iter().all(u8::is_ascii_digit) {
        let (pairs, rest) = bytes.as_chunks::<2>();
        values.push(START_C);
        values.extend(pairs.iter().map(|[ten, one]| (ten - b'0') * 10 + (one - b'0')));
        if let [last] = rest {
            values.extend([TO_B, in_b(last)?]);
        }
    } else {
        values.push(START_B);
        for byte in bytes {
            values.push(in_b(byte)?);
        }
    }
    let sum: usize = values.iter().enumerate().map(|(at, value)| at.max(1) * usize::from(*value)).sum();
    values.push(u8::try_from(sum % 103).ok()?);
    Some(values)
}

fn code128(number: &str) -> Option<Vec<bool>> {
    let mut modules = Vec::new();
    for value in values(number)? {
        widths(&mut modules, CODE128.get(usize::from(value))?.bytes().map(|digit| usize::from(digit - b'0')));
    }
    widths(&mut modules, STOP.into_iter());
    Some(modules)
}

/// Bar, space, bar …, each of a width in modules.
fn widths(modules: &mut Vec<bool>, widths: impl Iterator<Item = usize>) {
    for (at, wide) in widths.enumerate() {
        modules.extend(std::iter::repeat_n(at % 2 == 0, wide));
    }
}

/// A wide element is three narrow ones.
const WIDE: usize = 3;

fn nw7(number: &str) -> Option<Vec<bool>> {
    let mut modules = Vec::new();
    if number.contains('A') {
        // It would end the code.
        return None;
    }
    for ch in std::iter::once('A').chain(number.chars()).chain(['A']) {
        let at = NW7_LETTERS.find(ch)?;
        let wides = NW7.get(at)?;
        if !modules.is_empty() {
            modules.push(false);
        }
        widths(&mut modules, (0..7).map(|bit| if wides >> (6 - bit) & 1 == 1 { WIDE } else { 1 }));
    }
    Some(modules)
}

const NW7_LETTERS: &str = "0123456789-$:/.+A";
/// Seven elements, bar first, a wide one set (EN 798 table 1).
const NW7: [u8; 17] = [
    0b000_0011, 0b000_0110, 0b000_1001, 0b110_0000, 0b001_0010, 0b100_0010, 0b010_0001, 0b010_0100, 0b011_0000,
    0b100_1000, 0b000_1100, 0b001_1000, 0b100_0101, 0b101_0001, 0b101_0100, 0b001_0101, 0b001_1010,
];

const STOP: [usize; 7] = [2, 3, 3, 1, 1, 1, 2];
/// Widths of bars and spaces by value (ISO/IEC 15417 table 1).
const CODE128: [&str; 106] = [
    "212222", "222122", "222221", "121223", "121322", "131222", "122213", "122312", "132212", "221213", "221312",
    "231212", "112232", "122132", "122231", "113222", "123122", "123221", "223211", "221132", "221231", "213212",
    "223112", "312131", "311222", "321122", "321221", "312212", "322112", "322211", "212123", "212321", "232121",
    "111323", "131123", "131321", "112313", "132113", "132311", "211313", "231113", "231311", "112133", "112331",
    "132131", "113123", "113321", "133121", "313121", "211331", "231131", "213113", "213311", "213131", "311123",
    "311321", "331121", "312113", "312311", "332111", "314111", "221411", "431111", "111224", "111422", "121124",
    "121421", "141122", "141221", "112214", "112412", "122114", "122411", "142112", "142211", "241211", "221114",
    "413111", "241112", "134111", "111242", "121142", "121241", "114212", "124112", "124211", "411212", "421112",
    "421211", "212141", "214121", "412121", "111143", "111341", "131141", "114113", "114311", "411113", "411311",
    "113141", "114131", "311141", "411131", "211412", "211214", "211232",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn code128_has_its_check_and_its_sets() {
        // The standard's worked sum for PJJ123C is 878 with start A (103), check 54; with start B (104) it is one more.
        assert_eq!(values("PJJ123C"), Some(vec![104, 48, 42, 42, 17, 18, 19, 35, 55]));
        assert_eq!(values("00010496"), Some(vec![105, 0, 1, 4, 96, 91]));
        assert_eq!(values("123"), Some(vec![105, 12, 100, 19, ((105 + 12 + 200 + 57) % 103) as u8]));
        assert_eq!(values("患"), None);
    }

    #[test]
    fn every_pattern_is_eleven_modules_with_an_even_number_dark_and_its_own() {
        let mut seen = std::collections::BTreeSet::new();
        for pattern in CODE128 {
            let digits: Vec<u32> = pattern.bytes().map(|digit| u32::from(digit - b'0')).collect();
            assert_eq!(digits.iter().sum::<u32>(), 11, "{pattern}");
            assert_eq!(digits.iter().step_by(2).sum::<u32>() % 2, 0, "{pattern}");
            assert!(seen.insert(pattern), "{pattern} twice");
        }
        assert_eq!(bars(Symbology::Code128, "00010496").unwrap().len(), 6 * 11 + 13);
    }

    #[test]
    fn nw7_says_digits_between_a_and_a() {
        let text =
            |modules: Vec<bool>| modules.into_iter().map(|dark| if dark { '#' } else { '.' }).collect::<String>();
        // A, 0, A with a narrow gap between them: wide elements are the third, fourth and sixth of A, the last two of 0.
        assert_eq!(text(bars(Symbology::Nw7, "0").unwrap()), "#.###...#...#.#.#.#...###.#.###...#...#");
        assert_eq!(bars(Symbology::Nw7, "12A4"), None);
        for bad in ["", "P1", "患", &"1".repeat(LONGEST + 1)] {
            assert_eq!(bars(Symbology::Nw7, bad), None, "{bad}");
        }
        let mut seen = std::collections::BTreeSet::new();
        assert!(NW7.iter().all(|wides| seen.insert(wides)));
    }
}
