//! What each fault code means, for people: Japanese and English.

/// Fault codes with their words in Japanese and English.
pub const FAULT_WORDS: [(&str, &str, &str); 35] = [
    ("charset_escape", "知らないエスケープシーケンス", "unknown escape sequence"),
    ("charset_mismatch", "文字コードの指定と中身が違う", "character set is not the one declared"),
    ("charset_odd", "2バイト文字の片方が欠けている", "half of a two-byte character"),
    ("charset_return", "ASCIIへの復帰がない", "missing return to ASCII"),
    ("charset_unassigned", "読めない文字", "unreadable character"),
    ("code_missing", "コードの種別だけでコードがない", "kind of code without the code"),
    ("delimiters", "区切り文字の指定が読めない", "delimiters could not be read"),
    ("died_no_date", "死亡の印があるが日時がない", "marked dead without a time"),
    ("fields", "項目の数か位置が合わない", "wrong number or place of fields"),
    ("kind_mismatch", "データ種別とメッセージ型が違う", "message type is not that of the data kind"),
    ("limit", "上限を超えた", "beyond a limit"),
    ("no_msh", "MSHで始まらない", "does not begin with MSH"),
    ("no_pid", "患者IDがない", "names no patient"),
    ("not_decoded", "この形式の中身は読まない", "content of this type is not decoded"),
    ("orphan", "対応する薬品がない", "belongs to no drug before it"),
    ("part_conflict", "同じ番号の分割コードの中身が違う", "parts of one number differ"),
    ("parts_missing", "分割されたコードが足りない", "parts of a divided code are missing"),
    ("path", "ファイル名が読めない", "file name could not be read"),
    ("path_mismatch", "フォルダ名とファイル名が違う", "folders and file name disagree"),
    ("pid_mismatch", "患者IDがファイル名と違う", "patient ID is not that of the file name"),
    ("repeated", "一つだけのはずのレコードがくり返されている", "a record of which there is one comes again"),
    ("second_patient", "別の患者が続いている", "another patient follows"),
    ("segment_missing", "要る区分がない", "a needed segment is missing"),
    ("segment_name", "セグメント名ではない", "not a segment name"),
    (
        "separators_lost",
        "行の区切りが失われていた（区切り直した。紙と見比べる）",
        "line ends were lost; divided again, compare with the paper",
    ),
    ("several_codes", "別のコードが続いている", "another code follows"),
    ("several_messages", "別のメッセージが続いている", "another message follows"),
    ("shifted", "項目の位置がずれている", "a field is out of its place"),
    ("truncated", "途中で切れている可能性がある（終わりの印がない）", "may be cut short: nothing marks the end"),
    ("unknown_header", "JAHISの見出しで始まらない", "does not begin with a JAHIS header"),
    ("unknown_kind", "知らないデータ種別", "unknown data kind"),
    ("unknown_message", "知らないメッセージ型", "unknown message type"),
    ("unknown_record", "知らないレコード番号", "unknown record number"),
    ("value", "値が読めない", "value could not be read"),
    ("xml", "XMLとして読めない", "not well-formed XML"),
];

/// The words of a code: Japanese and English; the code itself where it is unknown.
pub fn fault_words(code: &str) -> (&str, &str) {
    FAULT_WORDS.iter().find(|row| row.0 == code).map_or((code, code), |row| (row.1, row.2))
}
