//! The two programs, as a user runs them.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};

/// Does not outlive the test.
struct Server(Child);

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[test]
fn the_client_gets_its_answers_and_the_server_stops_when_asked() {
    let mut command = Command::new(env!("CARGO_BIN_EXE_echo-server"));
    let mut server = Server(command.stdout(Stdio::piped()).spawn().unwrap());
    let mut address = String::new();
    let mut output = BufReader::new(server.0.stdout.take().unwrap());
    output.read_line(&mut address).unwrap();

    let mut client = Command::new(env!("CARGO_BIN_EXE_echo-client"));
    let output = client.arg(address.trim()).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let said = String::from_utf8(output.stdout).unwrap();
    assert_eq!(
        said,
        "1000 answers, the last is \"HELLO 999\"\nsing: status 2\n"
    );

    let server_id = server.0.id().to_string();
    let interrupt = Command::new("kill").args(["-INT", &server_id]).status();
    assert!(interrupt.unwrap().success());
    assert!(server.0.wait().unwrap().success());
}
