//! The envelope (閲覧用カルテファイル): one encrypted HTML file that opens on a PC with nothing installed.
