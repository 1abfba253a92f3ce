//! Keys (鍵の作成・分割): the identity that opens the vault, split among officers, combined again.
