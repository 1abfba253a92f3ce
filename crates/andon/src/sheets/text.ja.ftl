print-unchanged = 前回の印刷から変わった患者はいません（{ $n } 人を省きました）。
print-ward = この病棟の束を印刷（PDF）
print-changed = 変わった患者だけ
print-patient = 患者サマリーを印刷（PDF）
print-failed = 作れなかった帳票があります
print-failed-help = これらの帳票は束に入りません。画面の停止時カルテで確かめ、手書きで補ってください。
print-rest = 残りを印刷（PDF）
