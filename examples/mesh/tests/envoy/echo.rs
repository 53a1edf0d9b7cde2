//! A server of HTTP/1.1 that answers with its name and the headers that it saw.

use std::io::{BufRead, BufReader, Write};
use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

/// The server; its threads end with the process.
pub(crate) struct Echo {
    pub(crate) port: u16,
    requests: Arc<AtomicUsize>,
}

impl Echo {
    pub(crate) fn start(name: &'static str) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let requests = Arc::new(AtomicUsize::new(0));
        let count = Arc::clone(&requests);
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let count = Arc::clone(&count);
                std::thread::spawn(move || serve(name, stream, &count));
            }
        });
        Self { port, requests }
    }

    /// How many requests it has seen.
    pub(crate) fn count(&self) -> usize {
        self.requests.load(Ordering::SeqCst)
    }
}

/// Answers requests without bodies until the connection ends.
fn serve(name: &str, mut stream: TcpStream, count: &AtomicUsize) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    loop {
        let mut seen = String::new();
        loop {
            let Some(Ok(line)) = lines.next() else { return };
            if line.is_empty() {
                break;
            }
            seen += &line;
            seen.push('\n');
        }
        count.fetch_add(1, Ordering::SeqCst);
        let length = seen.len();
        let reply = format!(
            "HTTP/1.1 200 OK\r\nserver-name: {name}\r\ncontent-length: {length}\r\n\r\n{seen}"
        );
        if stream.write_all(reply.as_bytes()).is_err() {
            return;
        }
    }
}
