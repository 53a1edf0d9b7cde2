//! Whom a connection is with.

use std::fmt;

/// A connection's number and the address at its other end, for the log.
pub(super) struct Peer {
    id: u64,
    /// Internal connections have none.
    address: Option<(String, u32)>,
}

impl Peer {
    pub(super) fn new(id: u64, address: Option<(&[u8], u32)>) -> Self {
        let text = |(address, port)| (String::from_utf8_lossy(address).into_owned(), port);
        Self {
            id,
            address: address.map(text),
        }
    }
}

impl fmt::Display for Peer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "connection {}", self.id)?;
        match &self.address {
            Some((address, port)) if address.contains(':') => write!(f, " with [{address}]:{port}"),
            Some((address, port)) => write!(f, " with {address}:{port}"),
            None => Ok(()),
        }
    }
}
