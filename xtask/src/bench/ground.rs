//! What must be there before anything is measured: our release build, the peers, the synthetic hospitals. All of it lies
//! in `bench/work`, which git ignores.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Outcome;
use crate::runner::{cargo, output, root, run};

/// A synthetic hospital of pinned size and seed.
pub struct Hospital {
    pub name: &'static str,
    pub patients: u32,
    pub beds: u32,
    pub seed: u32,
}

/// A folder for what is made and measured.
pub fn work() -> Outcome<PathBuf> {
    let folder = root().join("bench/work");
    std::fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}

/// Our program as it would be released. Built together with its examples, whose dependencies would otherwise choose other
/// features and have everything built twice.
pub fn andon() -> Outcome<PathBuf> {
    release(
        &[
            "--package",
            "andon",
            "--bin",
            "andon",
            "--example",
            "large_home",
            "--example",
            "large_incident",
            "--example",
            "desk_day",
            "--example",
            "set_pack",
        ],
        "andon",
    )
}

/// An example program of a crate, built as for release.
pub fn example(package: &str, name: &str) -> Outcome<PathBuf> {
    release(&["--package", package, "--example", name], &format!("examples/{name}"))
}

fn release(what: &[&str], program: &str) -> Outcome<PathBuf> {
    let mut command = cargo(&["build", "--release", "--quiet"]);
    run(command.args(what))?;
    let target = std::env::var_os("CARGO_TARGET_DIR").map_or_else(|| root().join("target"), PathBuf::from);
    Ok(target.join("release").join(program))
}

/// A Rust program of `bench/peers`.
pub fn rust_peer(name: &str) -> Outcome<PathBuf> {
    let target = work()?.join("peers");
    let mut command = cargo(&["build", "--release", "--quiet", "--locked", "--bin", name]);
    run(command.current_dir(root().join("bench/peers")).env("CARGO_TARGET_DIR", &target))?;
    Ok(target.join("release").join(name))
}

/// A Python with the pinned peers in it.
pub fn python() -> Outcome<PathBuf> {
    let folder = work()?.join("python");
    let python = folder.join("bin/python");
    if !python.is_file() {
        run(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
    }
    let list = root().join("bench/peers/requirements.txt");
    run(Command::new(&python)
        .args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r"])
        .arg(list))?;
    Ok(python)
}

/// The folder where the pinned JavaScript peer is installed.
pub fn javascript() -> Outcome<PathBuf> {
    let folder = work()?.join("node");
    let made = std::fs::create_dir_all(&folder);
    let copied = made.and_then(|()| std::fs::copy(peer("package.json"), folder.join("package.json")));
    copied.map_err(|error| format!("{}: {error}", folder.display()))?;
    let words = ["install", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--silent"];
    run(Command::new("npm").args(words).current_dir(&folder))?;
    Ok(folder)
}

/// A script of `bench/peers`.
pub fn peer(name: &str) -> PathBuf {
    root().join("bench/peers").join(name)
}

/// The tree of a hospital, written once and kept.
pub fn hospital(andon: &Path, hospital: &Hospital) -> Outcome<PathBuf> {
    let Hospital { name, patients, beds, seed } = hospital;
    let folder = work()?.join(format!("{name}-{patients}-{beds}-{seed}"));
    if folder.is_dir() {
        return Ok(folder);
    }
    let unfinished = folder.with_extension("unfinished");
    remove(&unfinished)?;
    let mut command = Command::new(andon);
    command.args(["drill", "hospital", "--patients", &patients.to_string(), "--beds", &beds.to_string()]);
    run(command.args(["--seed", &seed.to_string(), "--out"]).arg(&unfinished))?;
    std::fs::rename(&unfinished, &folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    Ok(folder)
}

/// A new training home with nothing in it.
pub fn home(andon: &Path, name: &str) -> Outcome<PathBuf> {
    let folder = work()?.join(name);
    remove(&folder)?;
    output(Command::new(andon).args(["init", "--yes", "--training", "--home"]).arg(&folder))?;
    Ok(folder)
}

/// Reads every file of a folder, so that whoever is measured next finds the same caches as who was before: a machine that gives memory
/// back by itself makes a first reader pay three times.
pub fn warm(folder: &Path) -> Outcome {
    let mut cat = Command::new("find");
    cat.arg(folder).args(["-type", "f", "-exec", "cat", "{}", "+"]).stdout(std::process::Stdio::null());
    run(&mut cat)
}

/// Takes a folder away, if it is there.
pub fn remove(folder: &Path) -> Outcome {
    if folder.is_dir() {
        return std::fs::remove_dir_all(folder).map_err(|error| format!("{}: {error}", folder.display()));
    }
    Ok(())
}

/// Has the kernel write what it must and forget what it may (proc_sys_vm(5)); false where we may not ask.
pub fn forget() -> Outcome<bool> {
    output(&mut Command::new("sync"))?;
    Ok(std::fs::write("/proc/sys/vm/drop_caches", "3").is_ok())
}

/// A path as an argument.
pub fn word(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}
