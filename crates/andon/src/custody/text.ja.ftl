# 保管庫 the vault
