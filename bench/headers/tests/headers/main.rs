//! Each header, in deku and in binrw, reads whole messages as their facts say and writes the same bytes again.

mod amqp;
mod awesomerpc;
mod bolt;
mod brpc;
mod cassandra;
mod dubbo;
mod golden;
mod kafka;
mod memcached;
mod mongodb;
mod mqtt;
mod mysql;
mod postgres;
mod refusals;
mod theader;
mod thrift;
mod trpc;
mod unsaid;
mod websocket;
