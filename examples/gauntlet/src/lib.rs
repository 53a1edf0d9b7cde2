//! Sixteen headers of the real world, each a struct with attributes in a file of its own.
//!
//! They show what `#[derive(Header)]` can say, and hold it to that: the tests read messages that independent
//! implementations wrote (`golden/`), write them back, cut them at every byte and spoil them.
#![forbid(unsafe_code)]

pub mod amqp;
pub mod awesomerpc;
pub mod bolt;
pub mod brpc;
pub mod cassandra;
pub mod dubbo;
pub mod hostile;
pub mod kafka;
pub mod memcached;
pub mod mongodb;
pub mod mqtt;
pub mod mysql;
pub mod postgres;
pub mod theader;
pub mod thrift;
pub mod trpc;
pub mod websocket;
