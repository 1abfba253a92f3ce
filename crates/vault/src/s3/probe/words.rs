//! What each check means and what to do, in plain words of both languages.

use super::Outcome;

/// The words of a check.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Words {
    /// Its name, as in `Finding::check`.
    pub check: &'static str,
    /// What was tried, Japanese.
    pub ja: &'static str,
    /// What was tried, English.
    pub en: &'static str,
    /// What to do where it is open or unknown, Japanese.
    pub todo_ja: &'static str,
    /// What to do where it is open or unknown, English.
    pub todo_en: &'static str,
}

const fn words(
    check: &'static str,
    ja: &'static str,
    en: &'static str,
    todo_ja: &'static str,
    todo_en: &'static str,
) -> Words {
    Words { check, ja, en, todo_ja, todo_en }
}

const OTHER_JA: &str = "このサーバーのロックは守られません。ほかのサーバーか、つながない媒体を使ってください。";
const OTHER_EN: &str = "This server's lock does not hold. Use another server, or media that are unplugged.";
const AGAIN_JA: &str = "確かめられませんでした。サーバーが応えるか見て、もう一度検査してください。";
const AGAIN_EN: &str = "It could not be proved. See whether the server answers, and probe again.";
const SHUT_JA: &str = "この端末と病院LANから届かないようにしてください（ファイアウォール、別のネットワーク）。";
const SHUT_EN: &str = "Let neither this station nor the hospital's network reach it (firewall, a network of its own).";

/// All checks.
pub const ALL: [Words; 34] = [
    words(
        "line",
        "通信の暗号化",
        "the line is encrypted",
        "s3:// （https）で使ってください。暗号化しないと、途中の者がサーバーになりすませます。",
        "Use s3:// (https): without it anybody on the way can answer for the server.",
    ),
    words(
        "clock",
        "サーバーの時計が、この端末の時計と10分以内で合う",
        "the server's clock and ours are within ten minutes",
        "両方の時計を確かめてください。ロックはサーバーの時計で解けます。食い違う間は、遅いほうでなく進んだほうの時計で長くロックします。",
        "Look at both clocks: locks end by the server's. Until they agree, locks are set by the later of the two.",
    ),
    words(
        "bucket",
        "保管先のバケットで Object Lock とバージョニングが有効",
        "Object Lock and versioning are on in the vault's bucket",
        "Object Lock を有効にしてバケットを作り直してください。多くのサーバーでは、あとから有効にできません。",
        "Make the bucket anew with Object Lock; most servers cannot switch it on later.",
    ),
    words(
        "bucket-default",
        "保管先のバケットの既定ロックが COMPLIANCE",
        "the vault's bucket locks with COMPLIANCE by default",
        "なくても、行灯は一つずつ COMPLIANCE を付けて置きます。",
        "Not needed: Andon locks each object with COMPLIANCE itself.",
    ),
    words(
        "lab",
        "検査用のバケットを作る",
        "a bucket for the probe",
        "鍵のファイル、アドレス、権限を確かめてください。検査用バケットを作れる所有者の鍵で一度検査してください。",
        "Look at the file of keys, the address and its rights; probe once with the owner's key, which may make a bucket.",
    ),
    words(
        "lock-set",
        "COMPLIANCE のロックを付けて置くと、そのとおり付く",
        "an object put with a COMPLIANCE lock has it",
        OTHER_JA,
        OTHER_EN,
    ),
    words(
        "control",
        "検査の確かさ: 解除できる GOVERNANCE のものは消せる",
        "control: what is under GOVERNANCE can be deleted with bypass",
        "この鍵には消す権限がないため、拒まれた理由がロックだとは言えません。所有者の鍵で一度検査してください。",
        "This key may not delete, so nobody knows that it was the lock that refused. Probe once with the owner's key.",
    ),
    words(
        "delete-version",
        "所有者がバージョンを指定して消す（bypass 付き）",
        "the owner deletes the version, with bypass",
        OTHER_JA,
        OTHER_EN,
    ),
    words("shorten", "ロックの期限を早める", "the lock is made shorter", OTHER_JA, OTHER_EN),
    words(
        "downgrade",
        "COMPLIANCE を GOVERNANCE に下げてから消す",
        "COMPLIANCE is lowered to GOVERNANCE, then deleted with bypass",
        OTHER_JA,
        OTHER_EN,
    ),
    words("empty-retention", "ロックを空にしてから消す", "the lock is made empty, then deleted", OTHER_JA, OTHER_EN),
    words(
        "delete-marker",
        "削除マーカーをかぶせる（中身は残るはず）",
        "a delete marker is laid over; the object must stay below",
        OTHER_JA,
        OTHER_EN,
    ),
    words(
        "overwrite",
        "同じ名前で上書きする（元は残るはず）",
        "it is overwritten; the first must stay below",
        OTHER_JA,
        OTHER_EN,
    ),
    words("batch-delete", "まとめて消す要求で消す", "it is deleted in a batch", OTHER_JA, OTHER_EN),
    words("null-version", "null バージョンを消す", "the null version is deleted", OTHER_JA, OTHER_EN),
    words("copy-self", "自分自身に上書きコピーする", "it is copied onto itself", OTHER_JA, OTHER_EN),
    words(
        "legal-hold-off",
        "リーガルホールドを外してから消す",
        "a legal hold is taken off, then deleted",
        OTHER_JA,
        OTHER_EN,
    ),
    words("multipart", "分割して置いたものを消す", "an object put in parts is deleted", OTHER_JA, OTHER_EN),
    words(
        "legal-hold",
        "リーガルホールドだけのものを消す",
        "an object with a legal hold alone is deleted",
        "行灯はリーガルホールドを使いません。",
        "Andon uses no legal holds.",
    ),
    words(
        "extend",
        "ロックの期限を延ばせる",
        "the lock can be made longer",
        "延ばせないと、ロックはいつか切れます。延長の権限（PutObjectRetention）を確かめてください。",
        "If it cannot, locks run out one day. Look at the right to do so (PutObjectRetention).",
    ),
    words(
        "extend-time",
        "ロックを延ばしても、置かれた時刻と順番が変わらない",
        "a lock made longer changes nothing of when, and in which order, things were put",
        "このサーバーでは `--as-of` と、二つの履歴のどちらが先に置かれたかの見分けが使えません。復元では紙（`--seen`）か証人で確かめてください。",
        "On this server neither --as-of nor the question which of two histories came first can be trusted: settle by paper (--seen) or a witness.",
    ),
    words(
        "conditional",
        "同じ名前に二つ目を置かない条件（If-None-Match）",
        "a second object under one name is refused (If-None-Match)",
        "元は残るので失われません。同じ保管先に、二つの端末から同時に置かないでください。",
        "Nothing is lost, the first stays. Do not let two stations put to one place at a time.",
    ),
    words(
        "strangers",
        "鍵のない者が読む・一覧する・置く・消す",
        "somebody without a key reads, lists, puts, deletes",
        "匿名のアクセスを閉じてください（サーバーの認証設定、バケットポリシー）。",
        "Shut anonymous access (the server's authentication, the bucket's policy).",
    ),
    words(
        "wrong-secret",
        "違う秘密鍵で読む・一覧する・置く・消す",
        "somebody with a wrong secret reads, lists, puts, deletes",
        "サーバーが署名を確かめていません。認証を有効にしてください。",
        "The server checks no signatures: switch authentication on.",
    ),
    words(
        "delete-bucket",
        "バケットごと消す",
        "the whole bucket is deleted",
        "検査用バケットを作れる鍵で検査してください。消えた場合は、このサーバーを使わないでください。",
        "Probe with a key that may make a bucket. If it went, do not use this server.",
    ),
    words(
        "suspend",
        "バージョニングを止める",
        "versioning is suspended",
        "検査用バケットを作れる鍵で検査してください。止まった場合は、このサーバーを使わないでください。",
        "Probe with a key that may make a bucket. If it stopped, do not use this server.",
    ),
    words(
        "lock-off",
        "バケットの Object Lock を切る",
        "the bucket's Object Lock is switched off",
        "検査用バケットを作れる鍵で検査してください。切れた場合は、このサーバーを使わないでください。",
        "Probe with a key that may make a bucket. If it went off, do not use this server.",
    ),
    words(
        "default-lock",
        "既定のロックだけのものを消す",
        "an object with the bucket's default lock alone is deleted",
        OTHER_JA,
        OTHER_EN,
    ),
    words(
        "door-master",
        "SeaweedFS のマスター: バケットの中身を、ロックごと、鍵なしで一度に消せます（/col/delete）",
        "SeaweedFS master: the whole bucket, locks and all, can be destroyed without a key (/col/delete)",
        "weed master に -disableHttp を付け、この端末と病院LANから届かないようにしてください。JWT や mTLS だけでは閉じません。",
        "Run weed master with -disableHttp and let neither this station nor the hospital's network reach it. JWT and mTLS alone do not shut it.",
    ),
    words(
        "door-filer",
        "SeaweedFS のファイラー: ロックされたものを鍵なしで消せます（DELETE）",
        "SeaweedFS filer: locked objects can be deleted without a key (DELETE)",
        "security.toml の jwt.filer_signing を設定し、この端末と病院LANから届かないようにしてください。",
        "Set jwt.filer_signing in security.toml, and let neither this station nor the hospital's network reach it.",
    ),
    words(
        "door-volume",
        "SeaweedFS のボリュームサーバー: 鍵なしで消す要求を受けます",
        "SeaweedFS volume server: takes requests to delete without a key",
        "security.toml の jwt.signing を設定し、この端末と病院LANから届かないようにしてください。",
        "Set jwt.signing in security.toml, and let neither this station nor the hospital's network reach it.",
    ),
    words(
        "door-grpc",
        "暗号化も鍵もない gRPC: 管理の命令（weed shell など）が届きます",
        "gRPC without encryption or key: commands of administrators (weed shell) reach it",
        "gRPC に mTLS を設定し（security.toml の grpc）、この端末と病院LANから届かないようにしてください。",
        "Set mTLS for gRPC (grpc in security.toml), and let neither this station nor the hospital's network reach it.",
    ),
    words(
        "door-unknown",
        "何かが応えますが、何か分かりません",
        "something answers, and what it is is not known",
        SHUT_JA,
        SHUT_EN,
    ),
    words(
        "console",
        "管理用の入口に、この端末から届きます",
        "an entrance for administrators can be reached from here",
        SHUT_JA,
        SHUT_EN,
    ),
];

/// Ports where nothing was open; said apart, for nothing is to be done.
const SHUT: Words = words(
    "doors-shut",
    "応えない、または鍵を求めるポート（この端末から見て）",
    "ports that do not answer or ask for a key, seen from here",
    "",
    "",
);

/// The words of a check.
pub fn of(check: &str) -> Words {
    ALL.iter().find(|words| words.check == check).copied().unwrap_or(SHUT)
}

/// What to do where a check did not hold, Japanese and English. What could not be proved is no word against the server.
pub fn todo(check: &str, outcome: Outcome) -> [&'static str; 2] {
    let words = of(check);
    match outcome {
        Outcome::Unknown if words.todo_ja == OTHER_JA => [AGAIN_JA, AGAIN_EN],
        _ => [words.todo_ja, words.todo_en],
    }
}

#[cfg(test)]
mod tests {
    use super::{ALL, OTHER_JA, Outcome, of, todo};

    #[test]
    fn what_could_not_be_proved_is_asked_again_and_what_is_open_is_told() {
        assert_eq!(todo("lock-set", Outcome::Open)[0], OTHER_JA);
        assert!(todo("lock-set", Outcome::Unknown)[0].contains("確かめられません"));
        assert_eq!(todo("control", Outcome::Unknown)[0], of("control").todo_ja, "it has a reason of its own");
    }

    #[test]
    fn every_check_has_words_of_its_own_in_both_languages() {
        for (at, words) in ALL.iter().enumerate() {
            assert!(ALL[at + 1..].iter().all(|other| other.check != words.check), "{}", words.check);
            for text in [words.ja, words.en, words.todo_ja, words.todo_en] {
                assert!(!text.is_empty(), "{}", words.check);
            }
            assert_eq!(of(words.check), *words);
        }
    }
}
