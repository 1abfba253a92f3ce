# 鍵 keys
