//! Other programs, run to their end.

use std::io;
use std::process::{Command, Output, Stdio};

/// Runs a program to its end. `input` is what it reads; it has no terminal otherwise.
///
/// # Errors
/// A program that can't be started.
pub fn run(command: &mut Command, input: Option<&[u8]>) -> io::Result<Output> {
    let stdin = if input.is_some() { Stdio::piped() } else { Stdio::null() };
    let mut child = command.stdin(stdin).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn()?;
    let pipe = child.stdin.take();
    std::thread::scope(|scope| {
        // Both ends of the pipes move at once, so none waits for the other.
        let writer = scope.spawn(move || {
            // A program that ends early doesn't read everything; its exit code says why.
            if let (Some(mut pipe), Some(input)) = (pipe, input) {
                let _ = io::Write::write_all(&mut pipe, input);
            }
        });
        let output = child.wait_with_output();
        let _ = writer.join();
        output
    })
}
