//! The headers in deku.

pub mod amqp;
pub mod awesomerpc;
pub mod bolt;
pub mod brpc;
pub mod cassandra;
pub mod dubbo;
pub mod kafka;
pub mod memcached;
pub mod mongodb;
pub mod mqtt;
pub mod mysql;
pub mod postgres;
pub mod text;
pub mod theader;
pub mod thrift;
pub mod trpc;
pub mod varint;
pub mod websocket;
