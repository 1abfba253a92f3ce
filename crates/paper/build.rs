//! Finds the fonts that sheets are set in and their licence texts, for `include_bytes` and `include_str`. They come by npm into
//! `assets/node_modules` (`cargo x demo` and `cargo x check` bring them) and are never committed.

use std::path::Path;
use std::process::ExitCode;

const FILES: [(&str, &str); 5] = [
    ("ANDON_FONT_REGULAR", "biz-udgothic/400Regular/BIZUDGothic_400Regular.ttf"),
    ("ANDON_FONT_BOLD", "biz-udgothic/700Bold/BIZUDGothic_700Bold.ttf"),
    ("ANDON_FONT_FALLBACK", "noto-sans-jp/400Regular/NotoSansJP_400Regular.ttf"),
    ("ANDON_FONT_LICENCE", "biz-udgothic/LICENSE_FONT"),
    ("ANDON_FONT_FALLBACK_LICENCE", "noto-sans-jp/LICENSE_FONT"),
];

fn main() -> ExitCode {
    let fonts = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../assets/node_modules/@expo-google-fonts");
    for (name, file) in FILES {
        let path = fonts.join(file);
        println!("cargo::rerun-if-changed={}", path.display());
        if !path.is_file() {
            println!(
                "cargo::error=the fonts of the sheets are not there ({}): run cargo x demo or cargo x check once, it brings them",
                path.display()
            );
            return ExitCode::FAILURE;
        }
        println!("cargo::rustc-env={name}={}", path.display());
    }
    ExitCode::SUCCESS
}
