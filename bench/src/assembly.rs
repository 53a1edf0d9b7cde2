//! What the compiler makes of reading a header whose fields all have fixed width.

use std::process::Command;

use anyhow::{Context, Result, ensure};

/// The function that is shown: `w1::ours::decode`, as it was linked into this binary.
const FUNCTION: &str = "w1::ours::decode>:";

/// The listing of the function, with a word on what to look for.
pub(crate) fn listing() -> Result<String> {
    let binary = std::env::current_exe()?;
    let output = Command::new("objdump")
        .args(["--disassemble", "--demangle", "--no-show-raw-insn"])
        .arg(&binary)
        .output()
        .context("objdump of GNU binutils is needed")?;
    ensure!(output.status.success(), "objdump failed");
    let all = String::from_utf8_lossy(&output.stdout);
    let body: Vec<&str> = all
        .lines()
        .skip_while(|line| !line.ends_with(FUNCTION))
        .skip(1)
        .take_while(|line| !line.trim().is_empty())
        .filter(|line| !line.trim_end().ends_with("int3"))
        .map(|line| line.split_once('\t').map_or(line, |(_, code)| code))
        .collect();
    ensure!(
        !body.is_empty(),
        "the function was inlined: there is nothing to show"
    );
    Ok(format!(
        "; w1::ours::decode: AwesomeHeader::view_header, then each field\n\
         ; one comparison with the 13 bytes that must be there, one with the bounds of the frame's length\n{}\n",
        body.join("\n")
    ))
}
