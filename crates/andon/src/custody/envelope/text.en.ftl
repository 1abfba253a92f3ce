# 閲覧用カルテファイル the envelope
