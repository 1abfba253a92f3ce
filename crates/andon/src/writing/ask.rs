//! The side that asks: one request, one answer, then the connection is over.

use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::os::unix::net::UnixStream;
use std::path::Path;
use std::time::Duration;

use super::answer::{ANSWER_BYTES_MAX, Answer, Line};
use super::reach;
use crate::home::Problem;

/// How long the other side may say nothing at all. It says every two seconds that it is still there.
const SILENCE_MAX: Duration = Duration::from_secs(20);

/// Asks the process that writes to `home` for what `line` says; `None` when nobody listens there.
///
/// # Errors
/// What that process answers; or that it does not answer, in which case the words say how to find out what was done.
pub fn ask(home: &Path, line: &[u8]) -> Result<Option<Answer>, Problem> {
    let mut stream = match reach(home, |path| UnixStream::connect(path)) {
        Ok(stream) => stream,
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused) => return Ok(None),
        Err(error) => {
            let home = home.display();
            return Err(Problem::failed(format!(
                "{home}: 書き込み中のプログラムに接続できません。同じ利用者で実行してください。\n\
                 {home}: cannot reach the program that writes here; run this as the same user. ({error})"
            )));
        }
    };
    stream.set_read_timeout(Some(SILENCE_MAX))?;
    stream.set_write_timeout(Some(SILENCE_MAX))?;
    stream.write_all(line).map_err(|_| no_answer())?;
    let mut answers = BufReader::new(stream);
    loop {
        let mut line = Vec::new();
        let most = ANSWER_BYTES_MAX as u64;
        answers.by_ref().take(most).read_until(b'\n', &mut line).map_err(|_| no_answer())?;
        match serde_json::from_slice(&line) {
            Ok(Line::Waiting) => (),
            Ok(Line::Done(answer)) => return Ok(Some(answer)),
            Ok(Line::Refused(problem)) => return Err(problem),
            Err(_) => return Err(no_answer()),
        }
    }
}

fn no_answer() -> Problem {
    Problem::failed(
        "書き込み中のプログラムから返事がありません。書き込まれたかもしれないので、`andon chart` や `andon doctor` で確かめてから、\n\
         もう一度実行してください。\n\
         The program that writes did not answer. It may have written all the same: look with `andon chart` or `andon doctor` before\n\
         trying again.",
    )
}
