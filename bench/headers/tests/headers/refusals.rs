//! What both libraries refuse: wrong constants, lengths outside of their bounds, text that is not UTF-8.

use binrw::BinRead;
use binrw::io::Cursor;
use binrw::meta::ReadEndian;
use deku::DekuContainerRead;
use gauntlet_rivals::{binrw as in_binrw, deku as in_deku};

/// Both refuse these bytes, for another reason than that bytes are missing.
fn refused<D, B>(bytes: &[u8])
where
    D: for<'a> DekuContainerRead<'a>,
    B: for<'a> BinRead<Args<'a> = ()> + ReadEndian,
{
    let Err(error) = D::from_bytes((bytes, 0)) else {
        panic!("deku reads {bytes:x?}");
    };
    assert!(
        !matches!(error, deku::DekuError::Incomplete(_)),
        "deku waits for more of {bytes:x?}"
    );
    let Err(error) = B::read(&mut Cursor::new(bytes)) else {
        panic!("binrw reads {bytes:x?}");
    };
    assert!(!error.is_eof(), "binrw waits for more of {bytes:x?}");
}

#[test]
fn lengths_below_their_headers() {
    refused::<in_deku::awesomerpc::AwesomeMessage, in_binrw::awesomerpc::AwesomeMessage>(
        b"\x01\0\0\0\x07\0\0\0\x0C\0\x64\0\0",
    );
    refused::<in_deku::brpc::BrpcFrame, in_binrw::brpc::BrpcFrame>(
        b"PRPC\0\0\0\x01\0\0\0\x02\x20\x07",
    );
    refused::<in_deku::thrift::ThriftMessage, in_binrw::thrift::ThriftMessage>(
        b"\0\0\0\x0F\x80\x01\0\x01\0\0\0\x04ping\0\0\0\x2A",
    );
    refused::<in_deku::kafka::KafkaRequest, in_binrw::kafka::KafkaRequest>(
        b"\0\0\0\x0A\0\x03\0\x01\0\0\0\x07\0\x02me",
    );
    refused::<in_deku::postgres::PostgresMessage, in_binrw::postgres::PostgresMessage>(
        b"Q\0\0\0\x03",
    );
}

#[test]
fn lengths_above_their_maxima() {
    refused::<in_deku::awesomerpc::AwesomeMessage, in_binrw::awesomerpc::AwesomeMessage>(
        b"\x01\0\0\0\x07\0\x40\0\x01\0\x64\0\0",
    );
    refused::<in_deku::dubbo::DubboMessage, in_binrw::dubbo::DubboMessage>(
        b"\xDA\xBB\xC2\0\0\0\0\0\0\0\0\x2A\x01\0\0\x01",
    );
    refused::<in_deku::amqp::AmqpFrame, in_binrw::amqp::AmqpFrame>(b"\x01\0\0\0\x02\0\x01");
    refused::<in_deku::mqtt::ConnectPacket, in_binrw::mqtt::ConnectPacket>(
        b"\x10\x80\x80\x80\x80\x01",
    );
    refused::<in_deku::websocket::WebsocketFrame, in_binrw::websocket::WebsocketFrame>(
        b"\x82\x7F\0\0\0\0\x01\0\0\x01",
    );
}

#[test]
fn constants_that_are_others() {
    refused::<in_deku::dubbo::DubboMessage, in_binrw::dubbo::DubboMessage>(
        b"\xDA\xBC\xC2\0\0\0\0\0\0\0\0\x2A\0\0\0\0",
    );
    refused::<in_deku::trpc::TrpcFrame, in_binrw::trpc::TrpcFrame>(
        b"\x09\x31\0\0\0\0\0\x10\0\0\0\0\0\0\0\0",
    );
    refused::<in_deku::amqp::AmqpFrame, in_binrw::amqp::AmqpFrame>(b"\x08\0\0\0\0\0\0\xCD");
    refused::<in_deku::cassandra::CassandraFrame, in_binrw::cassandra::CassandraFrame>(
        b"\x05\0\0\x01\x05\0\0\0\0",
    );
    refused::<in_deku::mongodb::OpMsg, in_binrw::mongodb::OpMsg>(
        b"\x14\0\0\0\x07\0\0\0\0\0\0\0\xDC\x07\0\0\0\0\0\0",
    );
    refused::<in_deku::memcached::MemcachedPacket, in_binrw::memcached::MemcachedPacket>(&[0; 24]);
}

#[test]
fn text_that_is_not_utf8() {
    refused::<in_deku::thrift::ThriftMessage, in_binrw::thrift::ThriftMessage>(
        b"\0\0\0\x0D\x80\x01\0\x01\0\0\0\x01\xFF\0\0\0\x2A",
    );
    refused::<in_deku::kafka::KafkaRequest, in_binrw::kafka::KafkaRequest>(
        b"\0\0\0\x0B\0\x03\0\x01\0\0\0\x07\0\x01\xFF",
    );
}

#[test]
fn a_length_that_is_not_the_shortest() {
    refused::<in_deku::websocket::WebsocketFrame, in_binrw::websocket::WebsocketFrame>(
        b"\x82\x7E\0\x01x",
    );
}

#[test]
fn a_wrong_checksum_in_binrw() {
    let mut message = *b"\x1E\0\0\0\x07\0\0\0\0\0\0\0\xDD\x07\0\0\x01\0\0\0\0\x05\0\0\0\0\0\0\0\0";
    let sum = crc32c::crc32c(&message[..26]);
    assert!(in_binrw::mongodb::OpMsg::read(&mut Cursor::new(&message)).is_err());
    message[26..].copy_from_slice(&sum.to_le_bytes());
    assert!(in_binrw::mongodb::OpMsg::read(&mut Cursor::new(&message)).is_ok());
}
