//! Streams, which may be longer than memory.

use std::cell::Cell;
use std::io::{self, Cursor, Read};
use std::rc::Rc;

use metaproto_testkit::dump::{Event, Format, Input, InputError, MAX_HEX_TEXT};

use crate::wire::{call, items, reported};

fn read(bytes: &[u8], format: Option<Format>) -> Result<Input, InputError> {
    Input::read(Box::new(Cursor::new(bytes.to_vec())), None, format)
}

/// The bytes of a stream.
fn bytes(input: Input) -> Vec<u8> {
    match input {
        Input::Stream(mut source, _) => {
            let mut bytes = Vec::new();
            source.read_to_end(&mut bytes).unwrap();
            bytes
        }
        Input::Capture(bytes) => panic!("a capture of {} bytes", bytes.len()),
    }
}

#[test]
fn what_a_file_holds_is_told_or_said() {
    let raw = b"\x00\x01 and more".to_vec();
    assert_eq!(bytes(read(&raw, None).unwrap()), raw);
    assert_eq!(bytes(read(b"00 0x01\n# no", None).unwrap()), [0, 1]);
    assert_eq!(bytes(read(b"12", Some(Format::Raw)).unwrap()), b"12");
    assert_eq!(bytes(read(b"12", Some(Format::Hex)).unwrap()), [0x12]);
    // What starts as hex text and is none.
    let late = [&[b'7'; 100_000][..], b"!"].concat();
    assert_eq!(bytes(read(&late, None).unwrap()), late);
    assert_eq!(bytes(read(b"123", None).unwrap()), b"123");
    assert_eq!(bytes(read(b"", None).unwrap()), b"");
    for no_hex in [&b"123"[..], b"hello", b""] {
        let error = read(no_hex, Some(Format::Hex)).err().unwrap();
        assert!(matches!(error, InputError::NoHexText), "{error}");
    }
    for magic in [[0x0a, 0x0d, 0x0d, 0x0a], [0xd4, 0xc3, 0xb2, 0xa1]] {
        assert!(matches!(read(&magic, None), Ok(Input::Capture(_))));
    }
    assert!(matches!(
        read(b"x", Some(Format::Capture)),
        Ok(Input::Capture(_))
    ));
}

#[test]
fn hex_text_has_a_limit() {
    let endless = || Box::new(io::repeat(b'7'));
    let error = Input::read(endless(), None, None).err().unwrap();
    assert!(matches!(error, InputError::LongHexText), "{error}");
    assert!(error.to_string().contains(&MAX_HEX_TEXT.to_string()));
}

/// Repeats a message for ever, and counts.
struct Endless {
    message: Vec<u8>,
    given: Rc<Cell<usize>>,
}

impl Read for Endless {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let at = self.given.get() % self.message.len();
        let part = &self.message[at..];
        let length = part.len().min(buffer.len());
        buffer[..length].copy_from_slice(&part[..length]);
        self.given.set(self.given.get() + length);
        Ok(length)
    }
}

#[test]
fn messages_are_reported_as_the_stream_is_read() {
    let given = Rc::new(Cell::new(0));
    let source = Endless {
        message: call(1, "one", &[7; 1000]),
        given: Rc::clone(&given),
    };
    let length = source.message.len() as u64;
    let input = Input::read(Box::new(source), None, None).unwrap();
    let (mut count, mut ahead) = (0, 0);
    let result = reported(input, |event| {
        if let Event::Item(..) = event {
            count += 1;
            ahead = ahead.max(given.get() as u64 - count * length);
        }
        if count < 20_000 {
            Ok(())
        } else {
            Err(io::ErrorKind::BrokenPipe.into())
        }
    });
    assert!(result.is_err(), "the stream has no end");
    assert!(ahead <= 128 << 10, "{ahead} bytes were read ahead");
}

#[test]
fn after_a_fault_no_more_is_read() {
    let given = Rc::new(Cell::new(0));
    let source = Endless {
        message: [&call(1, "one", b"")[..], b"\xca\x12"].concat(),
        given: Rc::clone(&given),
    };
    let input = Input::read(Box::new(source), None, None).unwrap();
    let (items, status) = items(input);
    assert_eq!((items.len(), status), (2, 4), "{items:?}");
    assert!(given.get() < 1 << 20);
}
