//! The sound of the page データ時点 while something is wrong with a source: two tones, made here, so that no file of others is
//! carried along. Pure.

/// Samples a second: a telephone's.
const RATE: u32 = 8000;
/// Two tones and a rest, samples: 0.4 s each, then silence up to 3 s, so that who sits beside it can still work.
const TONE: u32 = RATE * 2 / 5;
const WHOLE: u32 = RATE * 3;
/// Hertz; between them a fourth, which is heard over fans and voices.
const TONES: [u32; 2] = [660, 880];

/// A sound file (RIFF WAVE, 8 bits, one channel).
pub fn wave() -> Vec<u8> {
    let mut out = Vec::with_capacity(44 + WHOLE as usize);
    out.extend_from_slice(b"RIFF");
    out.extend_from_slice(&(36 + WHOLE).to_le_bytes());
    out.extend_from_slice(b"WAVEfmt ");
    out.extend_from_slice(&16u32.to_le_bytes());
    // PCM, one channel.
    out.extend_from_slice(&[1, 0, 1, 0]);
    out.extend_from_slice(&RATE.to_le_bytes());
    out.extend_from_slice(&RATE.to_le_bytes());
    out.extend_from_slice(&[1, 0, 8, 0]);
    out.extend_from_slice(b"data");
    out.extend_from_slice(&WHOLE.to_le_bytes());
    out.extend((0..WHOLE).map(sample));
    out
}

fn sample(at: u32) -> u8 {
    let Some(hertz) = TONES.get((at / TONE) as usize) else { return 128 };
    let turn = f64::from(at * hertz % RATE) / f64::from(RATE) * std::f64::consts::TAU;
    (128.0 + 90.0 * turn.sin()) as u8
}

#[cfg(test)]
mod tests {
    #[test]
    fn a_wave_is_as_long_as_it_says() {
        let wave = super::wave();
        let length = |at: usize| u32::from_le_bytes([wave[at], wave[at + 1], wave[at + 2], wave[at + 3]]) as usize;
        assert_eq!((length(4) + 8, length(40) + 44), (wave.len(), wave.len()));
        assert!(wave[44..500].iter().any(|sample| *sample > 200) && wave[wave.len() - 1] == 128);
    }
}
