//! CSV as it is given out: UTF-8 with a byte order mark, so that a spreadsheet reads Japanese, and nothing that it would take for a formula.

/// Rows as CSV, the first the heads.
pub fn csv<Row>(rows: impl IntoIterator<Item = Row>) -> Vec<u8>
where
    Row: IntoIterator<Item: AsRef<str>>,
{
    // Rows may differ in length: none is lost for that.
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer("\u{feff}".as_bytes().to_vec());
    for row in rows {
        // Into memory: it cannot fail.
        writer.write_record(row.into_iter().map(|field| plain(field.as_ref()))).unwrap_or_default();
    }
    writer.into_inner().unwrap_or_default()
}

/// What a spreadsheet would take for a formula is given as text.
fn plain(field: &str) -> String {
    match field.chars().next() {
        Some('=' | '+' | '-' | '@' | '\t' | '\r') => format!("'{field}"),
        _ => field.to_owned(),
    }
}
