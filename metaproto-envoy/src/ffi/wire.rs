//! A transport socket as safe code sees it.
#![allow(unsafe_code)]

use std::io::IoSlice;
use std::marker::PhantomData;
use std::os::fd::BorrowedFd;

use bytes::{Buf, BytesMut};
use metaproto_codec::Output;
use rustix::io::Errno;
use rustix::net::{SendAncillaryBuffer, SendFlags, sendmsg};

use super::abi::{self, Envoy};
use super::peer::Peer;

/// Pieces that are written at once, at most.
const PIECES: usize = 64;

/// The transport socket that a hook is about, for the time of that hook.
pub(super) struct Socket<'hook> {
    envoy: Envoy,
    hook: PhantomData<&'hook ()>,
}

/// What came of reading.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Read {
    /// So many bytes, at least 1.
    Bytes(usize),
    /// Nothing yet: Envoy tells when there is more.
    Again,
    /// The peer sends no more.
    End,
    /// The connection is broken.
    Broken,
}

/// What came of writing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Written {
    /// So many bytes.
    Bytes(usize),
    /// Nothing yet: Envoy tells when there is room.
    Again,
    /// The connection is broken.
    Broken,
}

impl Socket<'_> {
    /// The socket `envoy`.
    ///
    /// # Safety
    ///
    /// It is the socket that Envoy handed to the hook that runs, and `'hook` ends with that hook.
    pub(super) unsafe fn new(envoy: Envoy) -> Self {
        Self {
            envoy,
            hook: PhantomData,
        }
    }

    /// Reads from the peer into the spare room of `buffer`.
    pub(super) fn read(&self, buffer: &mut BytesMut) -> Read {
        // Without room, nothing would look like the end.
        buffer.reserve(1);
        let room = buffer.spare_capacity_mut();
        let mut read = 0;
        // SAFETY: the socket is alive. Envoy writes at most the stated length, and says how much that was.
        let status = unsafe {
            abi::socket_read(
                self.envoy,
                room.as_mut_ptr().cast(),
                room.len(),
                &raw mut read,
            )
        };
        match (status, read.min(room.len())) {
            (abi::io::SUCCESS, 0) => Read::End,
            (abi::io::SUCCESS, read) => {
                // SAFETY: these bytes lie in the spare room, and were written just now.
                unsafe { buffer.set_len(buffer.len() + read) };
                Read::Bytes(read)
            }
            (abi::io::AGAIN, _) => Read::Again,
            _ => Read::Broken,
        }
    }

    /// Writes to the peer, in one call, as many pieces as that takes.
    pub(super) fn write(&self, output: &Output) -> Written {
        // SAFETY: the socket is alive.
        let fd = unsafe { abi::socket_fd(self.envoy) };
        if fd < 0 {
            return self.write_piece(output.chunk());
        }
        // SAFETY: it is the connection's, which Envoy does not close before the hook has returned.
        let fd = unsafe { BorrowedFd::borrow_raw(fd) };
        let mut pieces = [IoSlice::new(&[]); PIECES];
        let count = output.chunks_vectored(&mut pieces);
        let pieces = pieces.get(..count).unwrap_or_default();
        let mut nothing = SendAncillaryBuffer::default();
        loop {
            match sendmsg(fd, pieces, &mut nothing, SendFlags::NOSIGNAL) {
                Ok(written) => return Written::Bytes(written),
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => return Written::Again,
                Err(_) => return Written::Broken,
            }
        }
    }

    /// Writes to the peer by way of Envoy, for connections that are no sockets of the system.
    fn write_piece(&self, bytes: &[u8]) -> Written {
        let mut written = 0;
        // SAFETY: the socket is alive, and Envoy reads no more than these bytes.
        let status =
            unsafe { abi::socket_write(self.envoy, bytes.as_ptr(), bytes.len(), &raw mut written) };
        match status {
            abi::io::SUCCESS => Written::Bytes(written.min(bytes.len())),
            abi::io::AGAIN => Written::Again,
            _ => Written::Broken,
        }
    }

    /// Tells the peer that nothing more will be written.
    pub(super) fn shutdown_write(&self) {
        // SAFETY: the socket is alive.
        unsafe { abi::socket_shutdown_write(self.envoy) }
    }

    /// Hands Envoy a copy of `bytes` as what was read. Only in the hook that reads.
    pub(super) fn add_read(&self, bytes: &[u8]) {
        // SAFETY: the socket is alive, and Envoy copies the bytes; without a buffer to read into, it does nothing.
        unsafe { abi::socket_read_buffer_add(self.envoy, bytes.as_ptr(), bytes.len()) }
    }

    /// Shows up to 16 pieces of what Envoy wants to write, and takes them out of its buffer. Only in the hook that writes.
    ///
    /// Answers how many bytes these were.
    pub(super) fn take_written(&mut self, mut show: impl FnMut(&[u8])) -> usize {
        let mut slices = [abi::Buffer::EMPTY; 16];
        let mut count = slices.len();
        // SAFETY: the socket is alive. Envoy writes at most as many pieces as there is room for, and says how many.
        unsafe { abi::socket_write_slices(self.envoy, slices.as_mut_ptr(), &raw mut count) };
        let mut length = 0;
        for slice in slices.iter().take(count) {
            length += slice.length;
            // SAFETY: only `socket_drain_write_buffer` and the end of the hook free a piece; `show` can reach neither,
            // since the socket is borrowed mutably.
            show(unsafe { slice.bytes() });
        }
        if length > 0 {
            // SAFETY: the socket is alive; Envoy drains no more than there is.
            unsafe { abi::socket_drain_write_buffer(self.envoy, length) };
        }
        length
    }

    /// Tells Envoy that the connection is there. Hooks may run before this returns.
    pub(super) fn raise_connected(&self) {
        // SAFETY: the socket is alive.
        unsafe { abi::socket_raise_event(self.envoy, abi::event::CONNECTED) }
    }

    /// Whether Envoy has read enough for now.
    pub(super) fn should_drain_read_buffer(&self) -> bool {
        // SAFETY: the socket is alive.
        unsafe { abi::socket_should_drain_read_buffer(self.envoy) }
    }

    /// Asks for one call of the hook that reads, by the event loop.
    pub(super) fn set_is_readable(&self) {
        // SAFETY: the socket is alive.
        unsafe { abi::socket_set_is_readable(self.envoy) }
    }

    /// Whom the connection is with.
    pub(super) fn peer(&self) -> Peer {
        let (mut id, mut address, mut port) = (0, abi::Buffer::EMPTY, 0);
        // SAFETY: the socket is alive, and the place is there to be written.
        unsafe { abi::socket_connection_id(self.envoy, &raw mut id) };
        // SAFETY: the socket is alive, and both places are there to be written.
        let known =
            unsafe { abi::socket_remote_address(self.envoy, &raw mut address, &raw mut port) };
        // SAFETY: the address is Envoy's text, which lives as long as the connection; it is copied at once.
        let address = unsafe { address.bytes() };
        Peer::new(id, known.then_some((address, port)))
    }
}
