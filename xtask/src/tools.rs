//! Programs that tasks need and that cargo does not bring: looked for, installed where that is possible without
//! touching more than `target/tools` (as root on Debian: with apt), else named with what to do.
//!
//! Policy: a missing program is a failure in continuous integration (`CI=true`), so that nothing is left out
//! unnoticed; on a person's machine the step is skipped and says how to get it.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};

use crate::command::{cargo, command, find_program, output, run};
use crate::workspace::{is_ci, tools_folder};

/// A program that a step needs.
pub(crate) enum Need {
    /// Where it is.
    Here(PathBuf),
    /// Not to be had here: what is missing and how to get it.
    Missing(String),
}

/// Applies the policy to something that is not to be had: an error in CI, else a reason to skip.
pub(crate) fn missing(what_to_do: String) -> anyhow::Result<Need> {
    if is_ci() {
        bail!("{what_to_do} (required because CI is set)");
    }
    Ok(Need::Missing(what_to_do))
}

/// A Python in which `dissect.esedb` and `impacket` can be imported, in a virtual environment of its own.
pub(crate) fn python_readers() -> anyhow::Result<Need> {
    let folder = tools_folder().join("python");
    let python = folder.join(if cfg!(windows) {
        "Scripts/python.exe"
    } else {
        "bin/python"
    });
    let wanted = fs::read_to_string(crate::workspace::root().join("xtask/python-readers.txt"))?;
    let stamp = folder.join("installed.txt");
    let is_fresh =
        || fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) && can_import(&python);
    if is_fresh() {
        return Ok(Need::Here(python));
    }
    match install_python_readers(&folder, &python) {
        Ok(()) if can_import(&python) => {
            fs::write(&stamp, wanted)?;
            Ok(Need::Here(python))
        }
        Ok(()) => missing("the installed dissect.esedb and impacket cannot be imported".into()),
        Err(error) => missing(format!(
            "no dissect.esedb and impacket: {error:#}; install Python 3.10 or later with venv and pip, and see that pip can reach a package index"
        )),
    }
}

fn install_python_readers(folder: &Path, python: &Path) -> anyhow::Result<()> {
    let base = ["python3", "python"]
        .into_iter()
        .find_map(find_program)
        .context("no python3 in PATH")?;
    let make_venv = || run(command(&base).args(["-m", "venv", "--clear"]).arg(folder));
    // Debian's python3 comes without the part that puts pip into a new environment.
    if make_venv().is_err() && !(apt_install(&["python3-venv"])? && make_venv().is_ok()) {
        bail!("`{} -m venv` failed", base.display());
    }
    let pip = [
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        // Without a network the answer should come in seconds.
        "--retries",
        "1",
        "--timeout",
        "15",
        "-r",
        "xtask/python-readers.txt",
    ];
    run(command(python).args(pip))
}

fn can_import(python: &Path) -> bool {
    python.is_file() && output(command(python).args(["-c", "import dissect.esedb, impacket.ese"])).is_ok()
}

/// `esedbexport` of libesedb.
pub(crate) fn esedbexport() -> anyhow::Result<Need> {
    let find = || find_program("esedbexport");
    if find().is_none() {
        // A failure is told below, together with what to do about it.
        if let Err(error) = apt_install(&["libesedb-utils"]) {
            println!("{error:#}");
        }
    }
    match find() {
        Some(program) => Ok(Need::Here(program)),
        None => {
            missing("no esedbexport: install libesedb-utils (Debian: apt-get install libesedb-utils)".into())
        }
    }
}

/// `cargo-deny`, built once into `target/tools`: two minutes and more on two cores.
pub(crate) fn cargo_deny() -> anyhow::Result<Need> {
    let folder = tools_folder();
    let installed = || Some(folder.join("bin/cargo-deny")).filter(|program| program.is_file());
    if let Some(program) = find_program("cargo-deny").or_else(installed) {
        return Ok(Need::Here(program));
    }
    println!(
        "building cargo-deny into {}; this takes some minutes, once",
        folder.display()
    );
    let built = run(cargo()
        .args(["install", "cargo-deny", "--locked", "--root"])
        .arg(&folder));
    match (built, installed()) {
        (Ok(()), Some(program)) => Ok(Need::Here(program)),
        (Err(error), _) => missing(format!("no cargo-deny: {error:#}")),
        (Ok(()), None) => missing("cargo install left no cargo-deny".into()),
    }
}

/// Installs Debian packages when this is Debian and the user is root. `false` when it is neither.
fn apt_install(packages: &[&str]) -> anyhow::Result<bool> {
    let Some(apt) = find_program("apt-get").filter(|_| is_root()) else {
        return Ok(false);
    };
    let quiet = |arguments: &[&str]| {
        let mut apt = command(&apt);
        apt.env("DEBIAN_FRONTEND", "noninteractive")
            .arg("-qq")
            .args(arguments);
        output(&mut apt)
    };
    println!("installing {} with apt-get", packages.join(" "));
    quiet(&["update"])?;
    quiet(&[&["install", "-y", "--no-install-recommends"], packages].concat())?;
    Ok(true)
}

fn is_root() -> bool {
    cfg!(unix) && output(command("id").arg("-u")).is_ok_and(|id| id.trim() == "0")
}
