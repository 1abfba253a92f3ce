//! `andon envelope verify`: whether a file is as it was made, on a machine without a home. A page cannot prove itself.

use std::fs::File;
use std::io::Read;
use std::path::Path;

use serde_json::json;
use vault::envelope::Signed;

use crate::cli::{say, say_json};
use crate::home::{Exit, Problem};
use crate::text::narrow;

/// A file of more bytes than this is no envelope: four times what one may be.
const BYTES_MAX: u64 = 4 << 30;
/// A signature is some lines, bytes.
const SIGNATURE_BYTES_MAX: u64 = 64 << 10;

/// Reads the file, the boxes beside it and the signature beside them; exit 4 where they are not as they were made.
///
/// # Errors
/// When a file cannot be read.
pub fn verify(file: &Path, tag: Option<&str>, as_json: bool) -> Result<Exit, Problem> {
    let html = read(file, BYTES_MAX)?;
    let sig = file.with_extension("sig");
    let signed = String::from_utf8(read(&sig, SIGNATURE_BYTES_MAX)?).ok().and_then(|text| Signed::read(&text));
    let Some(signed) = signed else {
        return bad(file, as_json, "signature", "署名ファイルが正しくありません", "its signature file is not sound");
    };
    let statement = &signed.statement;
    let data = match statement.data {
        Some(_) => Some(read(&file.with_extension("bin"), BYTES_MAX)?),
        None => None,
    };
    if !statement.is_of(&html, data.as_deref()) {
        return bad(file, as_json, "changed", "作ったときのファイルと違います", "is not the file that was made");
    }
    let short = statement.short();
    if tag.is_some_and(|tag| plain(tag) != plain(&short)) {
        return bad(file, as_json, "tag", "票の照合値と違います", "has another hash than its tag");
    }
    if as_json {
        say_json(&json!({
            "sound": true, "number": statement.number, "made": chart::Moment(statement.made), "hash": short,
            "station": signed.fingerprint(), "tag": tag.is_some(),
        }))?;
        return Ok(Exit::Ok);
    }
    say(&format!("番号 / number    {}", statement.number));
    say(&format!("作成 / made      {}", chart::Moment(statement.made)));
    say(&format!("照合値 / hash    {short}"));
    say(&format!("端末の鍵 / key   {}", signed.fingerprint()));
    say(
        "署名どおりです。番号・照合値・鍵が票と同じことを、目で確かめてください（書き換えた人は、自分の鍵で署名し直せます）。",
    );
    say(
        "As signed. Compare number, hash and key with the paper tag by eye: whoever changes a file can sign it with a key of his own.",
    );
    Ok(Exit::Ok)
}

/// Without what only parts its figures; full-width ones are as good.
fn plain(hash: &str) -> String {
    hash.chars().map(narrow).filter(char::is_ascii_alphanumeric).map(|c| c.to_ascii_lowercase()).collect()
}

fn bad(file: &Path, as_json: bool, why: &str, ja: &str, en: &str) -> Result<Exit, Problem> {
    if as_json {
        say_json(&json!({"sound": false, "why": why}))?;
    } else {
        say(&format!(
            "✗ {0}: {ja}。開かずに情報担当へ渡し、別のファイルを使ってください。\n✗ {0}: {en}: do not open it, hand it to IT, use another.",
            file.display()
        ));
    }
    Ok(Exit::Integrity)
}

fn read(path: &Path, most: u64) -> Result<Vec<u8>, Problem> {
    let named = |error: String| {
        Problem::failed(format!(
            "{0}: 読めません（{error}）。HTML・.sig・.bin を同じフォルダーに置いてください。\n\
             {0}: cannot be read ({error}): keep HTML, .sig and .bin in one folder.",
            path.display()
        ))
    };
    let mut bytes = Vec::new();
    let read = File::open(path).and_then(|file| file.take(most + 1).read_to_end(&mut bytes));
    read.map_err(|error| named(error.to_string()))?;
    if bytes.len() as u64 > most {
        return Err(named(format!("> {most} bytes")));
    }
    Ok(bytes)
}
