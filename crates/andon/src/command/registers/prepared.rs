//! What a town hospital finds ready in its registers: an example that it edits, in its own language. Nothing is entered until a person asks.

use std::collections::BTreeMap;

use chart::Moment;

const HOUR_MILLIS: i64 = 3_600_000;

/// Which visits a service of the list below speaks of, where it is not one department's: by its name.
const SPEAKS_OF: [(&str, &str); 5] = [
    ("救急外来", "救急"),
    ("外来（予約再診）", "予約"),
    ("外来（初診・予約外）", "新規、再来"),
    ("手術", "手術"),
    ("入院", "入院"),
];

/// Services, and what reception and the telephone say of them while nothing else was decided (users.md 20: only what is limited, and who
/// decides).
const SERVICES: [(&str, &str, &str); 14] = [
    ("救急外来", "limited", "看護師が聞き取り、医師が決めます。お断りするときは医師の名前と理由を記録します。"),
    ("外来（予約再診）", "limited", "予約のある再診の方を診ます。お薬手帳と検査結果の写しをお持ちください。"),
    ("外来（初診・予約外）", "stopped", "今は予約再診のみです。症状を看護師がうかがい、医師が決めます。"),
    ("小児科", "limited", "夜間・休日の輪番も含め、看護師が聞き取ります。"),
    ("産科・分娩", "limited", "通院中の方の分娩は受けます。母子健康手帳をお持ちください。"),
    ("透析（腎センター）", "running", "いつもの日時にお越しください。変わるときは病院から電話します。"),
    ("手術", "limited", "急ぐ手術と、他院へ送れない手術を行います。"),
    ("入院", "limited", "急ぐ方、他院へ送れない方をお受けします。"),
    ("検体検査", "limited", "項目を絞って行います。"),
    ("画像検査", "limited", "急ぐ撮影を行います。過去の画像は見られません。"),
    ("内視鏡", "stopped", "予約の方には病院から電話します。"),
    ("リハビリ", "limited", ""),
    ("健診・予防接種", "stopped", "予約の方には病院から電話します。"),
    ("会計・診断書", "stopped", "お支払いは後日です。診断書は手書きで、日数をいただきます。"),
];

/// Letters to patients who were not reached by telephone: plain words, nothing of illness. What stands in braces is filled in.
const MAILINGS: [(&str, &str); 1] = [(
    "ご予約についてのお知らせ",
    "いつも当院をご利用いただき、ありがとうございます。\n\n\
     電子カルテが使えなくなったため、下のご予約を別の日にお願いしたく、お電話しましたが、つながりませんでした。\n\n\
     ご予約　{予約日}　{診療科}\n\n\
     お手数ですが、次の番号へお電話ください。新しい日を決めます。\n\
     電話　{電話}（平日 9時から16時）\n\n\
     お薬が足りない、具合が悪いなど、お困りのときは、待たずにお電話ください。\n\
     電話では、ご本人の確認のため、お名前と生年月日をうかがいます。",
)];

/// Systems with what they need and what stands in for them.
const SYSTEMS: [(&str, &str, &str); 12] = [
    ("電子カルテ", "基幹サーバー、認証", "紙カルテ、Andon の停止時カルテ"),
    ("医事会計", "電子カルテ", "未収として記録、後日請求"),
    ("処方・調剤支援", "電子カルテ", "手書き処方箋、薬袋の手書き"),
    ("検体検査", "電子カルテ、分析装置", "装置の印字を貼る"),
    ("画像（PACS）", "電子カルテ、モダリティ", "装置のコンソールで読影、フィルム・CD"),
    ("透析管理", "電子カルテ", "透析記録用紙"),
    ("リハビリ", "電子カルテ", "実施記録用紙"),
    ("給食", "電子カルテ", "食数・禁食・アレルギー一覧、食札の手書き"),
    ("ナースコール・生体モニター", "専用の配線", ""),
    ("院内ネットワーク・Wi-Fi", "", "伝令、内線電話"),
    ("バックアップ", "基幹サーバー", "媒体を外し、つながない"),
    ("保守回線・VPN", "ベンダー", "外したままにする"),
];

/// Posts of headquarters, with section and what each does first.
const POSTS: [(&str, &str, &str); 12] = [
    ("本部長", "command", "病院体制と基本方針を決める。停止の宣言を確かめる。"),
    ("副本部長", "command", "本部長の代行。会議の進行。"),
    ("安全・感染担当", "safety", "紙による取違え・転記の報告を集める。"),
    ("外部連絡担当", "liaison", "消防・警察・保健所・県・厚生労働省・個人情報保護委員会への連絡と期限。"),
    ("広報担当（窓口は一人）", "press", "報道対応を一本化する。取材に個別に答えない。"),
    ("診療統括", "operations", "診療科と病棟の可・制限・停止を決める。"),
    ("看護統括", "operations", "病棟の人員、紙運用の支援。"),
    ("薬剤・検査・画像の統括", "operations", "各部門の代替運用と再開の見通し。"),
    ("記録係", "planning", "クロノロと会議録。時刻を二つ（発生・記録）書く。"),
    ("復旧計画担当", "planning", "A・B・C案の比較。再開の日を見積もる。"),
    ("物品・場所の担当", "logistics", "文具、PC、プリンター、会議室、休憩所、食事。"),
    ("医事・費用担当", "finance", "請求の期限、費用と減収の記録。"),
];

/// Notices owed after a cyberattack: to whom, kind, hours from the beginning, what it must say. Hospital's own rules come before these.
const NOTICES: [(&str, &str, i64, &str); 16] = [
    ("消防本部（救急受入の可否）", "fire", 1, "救急受入不可または制限。いつから、何ができるか。"),
    ("警察本部 サイバー犯罪担当", "police", 4, "発見の時刻、画面・犯行声明、電源と配線の状態。証拠の保全を相談する。"),
    ("輪番・周辺病院", "hospitals", 4, "受けられないもの、紹介をお願いするもの。"),
    ("設置者（町）", "owner", 4, "何が止まったか、診療の状況、次に報告する時刻。"),
    ("県 医療主管課", "prefecture", 6, "診療への影響、受入可否。EMIS の入力。"),
    ("保健所", "health_centre", 6, "診療への影響、感染症の届出の代わりの方法。"),
    (
        "厚生労働省 医政局（医療情報担当）",
        "mhlw",
        6,
        "サイバー攻撃によると疑われる障害の連絡（医療情報システムの安全管理に関するガイドライン）。",
    ),
    ("電子カルテベンダー", "vendor", 2, "保守回線を外したこと。ログと構成図を求める。"),
    ("県の電子カルテ共有網", "network", 4, "接続を切ったこと。"),
    ("サイバー保険", "insurer", 24, "契約番号、指定の調査会社の有無。"),
    ("金融機関", "bank", 24, "支払・給与のデータ送信ができないこと。"),
    ("門前薬局", "pharmacy", 6, "手書き処方箋になること。過去の処方歴の提供を頼む。"),
    (
        "個人情報保護委員会 速報",
        "privacy",
        72,
        "漏えい等のおそれを知ってから3〜5日以内（個人情報保護法26条、規則8条1項）。",
    ),
    (
        "個人情報保護委員会 確報",
        "privacy",
        60 * 24,
        "不正の目的によるおそれは60日以内、その他は30日以内（規則8条2項）。",
    ),
    ("支払基金・国保連", "payers", 7 * 24, "請求が期限に間に合わないこと。"),
    ("地方厚生局", "bureau", 7 * 24, "診療報酬の届出への影響。"),
];

/// Who is called, in which order, before names are filled in (users.md 15, 16).
const CONTACTS: [(&str, &str); 10] = [
    ("（当直師長）", "当直医、看護部長"),
    ("（当直医）", "院長"),
    ("（事務当直）", "事務長、情報担当"),
    ("（情報担当）", "電子カルテベンダー"),
    ("（院長）", "設置者、幹部"),
    ("（事務長）", "警察、県、厚生労働省、報道"),
    ("（看護部長）", "各病棟師長"),
    ("（薬剤部長）", "門前薬局"),
    ("（検査・放射線の責任者）", "各装置のベンダー"),
    ("（腎センター責任者）", "透析の患者、周辺の透析施設"),
];

/// Who is asked to take over a critical service, before names are filled in (Handa: the only births, children's nights, dialysis).
const PARTNERS: [(&str, &str); 6] = [
    ("（近くの透析施設）", "dialysis"),
    ("（県の透析連絡網）", "dialysis"),
    ("（周産期母子医療センター）", "birth"),
    ("（小児輪番の病院）", "children"),
    ("（救命救急センター）", "emergency"),
    ("（転院を頼める病院）", "transfer"),
];

/// Action cards by post, department and phase: a line each, its columns as its head says, several lines of one column parted by `|`.
const CARDS: &str = include_str!("cards.tsv");
const CARD_FIELDS: [&str; 11] =
    ["card", "post", "phase", "department", "trigger", "steps", "calls", "never", "report", "sheets", "exit"];

fn cards() -> Vec<Pairs> {
    let card = |line: &str| {
        let columns = line.split('\t').map(|column| column.replace('|', "\n"));
        CARD_FIELDS.into_iter().zip(columns).filter(|(_, value)| !value.is_empty()).collect()
    };
    CARDS.lines().filter(|line| !line.starts_with('#')).map(card).collect()
}

type Pairs = Vec<(&'static str, String)>;

/// What is prepared for a register; of an incident that began at `since`, with the times by which it is owed.
pub fn of(register: &str, since: Moment) -> Vec<BTreeMap<String, String>> {
    let text = str::to_owned;
    let after = |hours: i64| Moment(since.0.saturating_add(hours * HOUR_MILLIS)).to_string();
    let rows: Vec<Pairs> = match register {
        "services" => SERVICES
            .map(|(name, state, callers)| {
                let visits = SPEAKS_OF.iter().find(|(of, _)| *of == name).map(|(_, visits)| ("visits", text(visits)));
                let said = [("service", text(name)), ("state", text(state)), ("callers", text(callers))];
                said.into_iter().chain(visits).collect()
            })
            .to_vec(),
        "systems" => SYSTEMS
            .map(|(name, needs, instead)| {
                vec![("system", text(name)), ("needs", text(needs)), ("instead", text(instead))]
            })
            .to_vec(),
        "clinics" => crate::visits::clinics::READY
            .map(|(letter, name, more)| {
                let sheets = crate::visits::clinics::ready_sheets(more);
                vec![("clinic", text(name)), ("letter", text(letter)), ("packet", sheets)]
            })
            .to_vec(),
        "mailings" => MAILINGS.map(|(heading, says)| vec![("heading", text(heading)), ("text", text(says))]).to_vec(),
        "posts" => POSTS
            .map(|(name, section, duty)| vec![("post", text(name)), ("section", text(section)), ("duty", text(duty))])
            .to_vec(),
        "notices" => NOTICES
            .map(|(name, kind, hours, says)| {
                vec![("whom", text(name)), ("kind_of", text(kind)), ("due", after(hours)), ("text", text(says))]
            })
            .to_vec(),
        "cards" => cards(),
        "contacts" => CONTACTS.map(|(post, next)| vec![("person", text(post)), ("calls_next", text(next))]).to_vec(),
        "partners" => {
            PARTNERS.map(|(name, critical)| vec![("organisation", text(name)), ("critical", text(critical))]).to_vec()
        }
        _ => Vec::new(),
    };
    let map = |pairs: Pairs| pairs.into_iter().map(|(field, value)| (field.to_owned(), value)).collect();
    rows.into_iter().map(map).collect()
}
