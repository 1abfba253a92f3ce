//! Makes the one style sheet of all pages: the variables of the Digital Agency's design tokens that our style uses, then our
//! style. The tokens are brought by npm (`xtask/src/assets.rs`) and never committed; docs/decisions/0010-design-tokens.md.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{env, fs};

const TOKENS: &str = "../../assets/node_modules/@digital-go-jp/design-tokens/dist/tokens.css";
/// Our style in the order of the cascade: ground and parts, pages of one slice, then what printers, contrast themes and
/// narrow screens change.
const STYLE: [&str; 5] = [
    "src/web/assets/style.css",
    "src/ward/ward.css",
    "src/sheets/sheets.css",
    "src/custody/envelope/envelope.css",
    "src/web/assets/media.css",
];

fn main() -> ExitCode {
    for path in STYLE.iter().chain([&TOKENS]) {
        println!("cargo::rerun-if-changed={path}");
    }
    match sheet() {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            println!("cargo::error={why}");
            ExitCode::FAILURE
        }
    }
}

fn sheet() -> Result<(), String> {
    let tokens = fs::read_to_string(TOKENS).map_err(|error| {
        format!("{TOKENS}: {error}. Run `cargo x demo` or `cargo x check` once: it brings them by npm.")
    })?;
    let mut style = String::new();
    for path in STYLE {
        style += &fs::read_to_string(path).map_err(|error| format!("{path}: {error}"))?;
    }
    let sheet = used_tokens(&tokens, &style)? + &style;
    let out = env::var_os("OUT_DIR").map(PathBuf::from).ok_or("OUT_DIR: cargo sets it for a build script")?;
    write(&out.join("style.css"), &sheet)
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}

/// A `:root` rule with the tokens that the style names, and those that these name. A variable that neither the tokens nor
/// the style define is a slip of the pen and stops the build.
fn used_tokens(tokens: &str, style: &str) -> Result<String, String> {
    let tokens = definitions(tokens);
    let own = definitions(style);
    let mut wanted: Vec<&str> = used(style).collect();
    let mut taken = BTreeMap::new();
    while let Some(name) = wanted.pop() {
        match tokens.get(name) {
            Some(value) if taken.insert(name, *value).is_none() => wanted.extend(used(value)),
            None if !own.contains_key(name) => {
                return Err(format!("{name} is neither a design token nor defined in the style: check its name"));
            }
            Some(_) | None => {}
        }
    }
    let lines = taken.iter().map(|(name, value)| format!("  {name}: {value};\n"));
    Ok(format!(":root {{\n{}}}\n", lines.collect::<String>()))
}

/// `--name: value;` wherever it stands.
fn definitions(css: &str) -> BTreeMap<&str, &str> {
    let parts = css.split(['{', '}', ';']);
    parts
        .filter_map(|part| part.trim().split_once(':'))
        .filter(|(name, _)| name.starts_with("--"))
        .map(trimmed)
        .collect()
}

fn trimmed<'a>((name, value): (&'a str, &'a str)) -> (&'a str, &'a str) {
    (name.trim(), value.trim())
}

/// The names inside `var(…)`.
fn used(css: &str) -> impl Iterator<Item = &str> {
    css.split("var(").skip(1).filter_map(|rest| rest.split([')', ',']).next()).map(str::trim)
}
