print-unchanged = 前回の印刷から変わった患者はいません（{ $n } 人を省きました）。
print-ward = この病棟の束を印刷（PDF）
print-changed = 変わった患者だけ
print-patient = 患者サマリーを印刷（PDF）
