//! What the lines `Not said:` claim, where a test can show it.

use binrw::BinRead;
use binrw::io::Cursor;
use deku::{DekuContainerRead, DekuContainerWrite, DekuError, DekuUpdate};
use gauntlet_rivals::{binrw as in_binrw, deku as in_deku};

const AWESOME: &[u8] = b"\x01\0\0\0\x07\0\0\0\x12\0\x64\0\0hello";

#[test]
fn deku_tells_the_size_of_the_field_that_is_cut() {
    for (len, size) in [(1, 4), (4, 4), (8, 4), (12, 2), (13, 5), (17, 5)] {
        let read = in_deku::awesomerpc::AwesomeMessage::from_bytes((&AWESOME[..len], 0));
        let Err(DekuError::Incomplete(need)) = read else {
            panic!("{len} bytes: {read:?}");
        };
        assert_eq!(need.byte_size(), size, "{len} bytes");
    }
}

#[test]
fn binrw_tells_that_the_input_ended() {
    for len in 0..AWESOME.len() {
        let read = in_binrw::awesomerpc::AwesomeMessage::read(&mut Cursor::new(&AWESOME[..len]));
        assert!(read.unwrap_err().is_eof(), "{len} bytes");
    }
}

#[test]
fn deku_writes_the_length_as_it_stands_until_updated() {
    let (_, mut message) =
        in_deku::awesomerpc::AwesomeMessage::from_bytes((AWESOME, 0)).expect("a message");
    message.payload = b"hi".to_vec();
    assert_eq!(message.to_bytes().unwrap()[5..9], [0, 0, 0, 18]);
    message.update().unwrap();
    assert_eq!(message.to_bytes().unwrap()[5..9], [0, 0, 0, 15]);
}

#[test]
fn deku_reads_a_pair_on_that_leaves_the_header() {
    let frame = b"\x01\x01\0\x01\x02\0\0\0\x07\x01\0\0\x0B\xB8\0\0\0\x09\0\0\0\0\
                  \0\0\0\x01k\0\0\0\x01v";
    let read = in_deku::bolt::BoltFrame::from_bytes((frame, 0));
    assert!(matches!(read, Err(DekuError::Incomplete(_))), "{read:?}");
}

#[test]
fn deku_reads_a_wrong_checksum() {
    let message = b"\x1E\0\0\0\x07\0\0\0\0\0\0\0\xDD\x07\0\0\x01\0\0\0\0\x05\0\0\0\0\0\0\0\0";
    let (_, read) = in_deku::mongodb::OpMsg::from_bytes((message, 0)).expect("a message");
    assert_eq!(read.checksum, Some(0));
}

#[test]
fn binrw_writes_a_nul_within_a_text() {
    let parameter = in_binrw::postgres::Parameter {
        name: "user".into(),
        value: "a\0b".into(),
    };
    let mut writer = Cursor::new(Vec::new());
    binrw::BinWrite::write(&parameter, &mut writer).unwrap();
    assert_eq!(writer.into_inner(), b"user\0a\0b\0");
}
