//! Hooks, called as Envoy calls them.
#![allow(unsafe_code)]

use std::cell::RefCell;
use std::io::{ErrorKind, Read};
use std::os::unix::net::UnixStream;
use std::ptr;
use std::sync::Arc;

use metaproto_codec::{Fault, Header, HeaderCodec};

use super::abi::{Action, Buffer, Module};
use super::counters::Counters;
use super::fake::{self, AT_ONCE, FLUSHED, FakeFilter, FakeSocket};
use super::role::Role;
use super::watch::Watch;
use super::{guard, hooks, network, socket};
use crate::Registry;
use crate::config::Config;
use crate::half::Half;
use crate::through::Through;

const NO_CODECS: Registry = Registry::new(&[]);

/// A filter of this role, with a half that passes bytes on.
fn filter(role: Role) -> Box<FakeFilter> {
    guard::install();
    let counters = Counters::define(&fake::config(), "x");
    let half = Box::<Through>::default();
    FakeFilter::open(network::Connection::new(role, half, Arc::new(counters)))
}

/// A transport socket of a cluster, with a half that passes bytes on.
fn socket() -> Box<FakeSocket> {
    socket_of(Role::Upstream)
}

fn socket_of(role: Role) -> Box<FakeSocket> {
    guard::install();
    let config = Config::parse(br#"{"codec": "x"}"#).unwrap();
    let half: Box<dyn Half> = Box::<Through>::default();
    FakeSocket::open(socket::Connection::new(role, Arc::new(config), half))
}

/// A protocol without ids.
#[derive(Header, Clone, Debug)]
#[header(big_endian)]
struct Plain {
    #[header(frame_len, max = 1 << 16)]
    length: u32,
}

/// What lies there, which is taken.
fn taken(bytes: &RefCell<Vec<u8>>) -> String {
    String::from_utf8(bytes.take()).unwrap()
}

#[test]
fn bytes_pass_a_filter_both_ways_in_any_number_of_pieces() {
    for role in [Role::Downstream, Role::Upstream] {
        let fake = filter(role);
        let pieces = vec![&b"ab"[..]; 40];
        fake.receive(&pieces, false);
        assert_eq!(taken(&fake.inside), "ab".repeat(40));
        fake.send(&pieces, false);
        assert_eq!(taken(&fake.socket), "ab".repeat(40));
        assert_eq!(fake.scheduled.get(), 0, "nothing was left to do");
        assert_eq!(fake.half_close.get(), role == Role::Downstream);
    }
}

#[test]
fn an_answer_within_the_question_is_no_obstacle() {
    let fake = filter(Role::Downstream);
    fake.echoes.set(true);
    fake.receive(&[b"question"], false);
    assert_eq!(taken(&fake.socket), "question");
}

#[test]
fn what_http_is_owed_while_it_writes_waits_for_the_event_loop() {
    let fake = filter(Role::Downstream);
    fake.send(&[b"ping"], false);
    assert_eq!(taken(&fake.inside), "");
    assert_eq!(fake.scheduled.get(), 1);
    // The answer to what is injected is written meanwhile, and may owe again.
    fake.echoes.set(true);
    fake.run();
    assert_eq!(taken(&fake.inside), "pong");
    assert_eq!(taken(&fake.socket), "pingpong");
}

#[test]
fn what_the_peer_is_owed_when_it_is_read_is_written_at_once() {
    let fake = filter(Role::Downstream);
    fake.receive(&[b"beat"], false);
    assert_eq!(taken(&fake.socket), "back");
    // The other way round, HTTP is outside.
    let fake = filter(Role::Upstream);
    fake.receive(&[b"ping"], false);
    assert_eq!(taken(&fake.socket), "pong");
    assert_eq!(taken(&fake.inside), "ping");
}

#[test]
fn a_client_that_sends_no_more_gets_its_answer_before_the_connection_ends() {
    let fake = filter(Role::Downstream);
    fake.receive(&[b"last"], true);
    fake.run();
    assert_eq!(taken(&fake.inside), "last");
    assert!(!fake.inside_ended.get(), "the end stays here");
    assert_eq!(*fake.closed.borrow(), None);
    fake.send(&[b"word"], false);
    fake.run();
    assert_eq!(taken(&fake.socket), "word");
    let closed = (FLUSHED, "metaproto_done".to_owned());
    assert_eq!(*fake.closed.borrow(), Some(closed));
}

#[test]
fn the_end_of_http_passes_on_to_the_tcp_proxy() {
    let fake = filter(Role::Upstream);
    fake.receive(&[], true);
    assert!(fake.inside_ended.get());
}

#[test]
fn reading_stops_once_for_several_reasons_and_goes_on_after_the_last() {
    let fake = filter(Role::Downstream);
    let disabled = || fake.read_disabled.get();
    fake.receive(&[b"full"], false);
    assert_eq!(disabled(), 1);
    fake.watermark(true);
    fake.receive(&[b"more"], false);
    assert_eq!(disabled(), 1);
    fake.send(&[b"answer"], false);
    assert_eq!(disabled(), 1, "the socket still holds too much");
    fake.watermark(false);
    assert_eq!(disabled(), 0);
    // The TCP proxy looks after the other half.
    let fake = filter(Role::Upstream);
    fake.watermark(true);
    assert_eq!(fake.read_disabled.get(), 0);
}

#[test]
fn a_refused_client_gets_what_it_is_owed_and_the_log_says_why() {
    let fake = filter(Role::Downstream);
    fake.receive(&[b"refuse"], false);
    fake.run();
    let closed = (FLUSHED, "metaproto_refused".to_owned());
    assert_eq!(*fake.closed.borrow(), Some(closed));
    let line = "metaproto: downstream: connection 7 with 192.0.2.1:4711: told to refuse";
    assert_eq!(fake::log(), [(3, line.to_owned())]);
    assert_eq!(fake::metric("x.downstream.refused"), Some(1));
    assert_eq!(fake::metric("x.refused_by.depth"), Some(1));
    assert_eq!(fake::metric("x.downstream.request_bytes"), Some(1));
    assert_eq!(fake.scheduled.get(), 0);
}

#[test]
fn every_rule_has_a_counter_from_the_beginning() {
    let _fake = filter(Role::Downstream);
    for rule in Fault::RULES {
        assert_eq!(fake::metric(&format!("x.refused_by.{rule}")), Some(0));
    }
}

#[test]
fn a_panic_costs_its_connection_and_nothing_passes_after_it() {
    let (fake, other) = (filter(Role::Downstream), filter(Role::Downstream));
    fake.receive(&[b"panic"], false);
    fake.receive(&[b"more"], false);
    fake.send(&[b"late"], false);
    assert_eq!(*fake.closed.borrow(), None, "the event loop closes it");
    fake.run();
    let closed = (AT_ONCE, "metaproto_panic".to_owned());
    assert_eq!(*fake.closed.borrow(), Some(closed));
    assert_eq!(
        (taken(&fake.inside), taken(&fake.socket)),
        Default::default()
    );
    assert_eq!(fake::metric("x.downstream.panics"), Some(1));
    let [(4, line)] = &fake::log()[..] else {
        panic!("one line, an error");
    };
    let start = "metaproto: downstream: connection 7 with 192.0.2.1:4711: panic in read, which costs this connection: panicked at ";
    assert!(
        line.starts_with(start) && line.ends_with("told to"),
        "{line}"
    );
    other.receive(&[b"well"], false);
    assert_eq!(taken(&other.inside), "well");
}

#[test]
fn gauges_say_what_is_kept_until_the_client_has_gone() {
    guard::install();
    let config = Config::parse(br#"{"codec": "x"}"#).unwrap();
    let make = crate::default_codec::<HeaderCodec<Plain>>;
    let counters = Arc::new(Counters::define(&fake::config(), "x"));
    let open = || {
        let half = Role::Downstream.half(&Arc::new(config.clone()), make);
        let counters = Arc::clone(&counters);
        FakeFilter::open(network::Connection::new(Role::Downstream, half, counters))
    };
    let kept = || ["store_requests", "store_bytes"].map(fake::metric);
    let (first, second) = (open(), open());
    assert_eq!(kept(), [Some(0), Some(0)]);
    let message = Plain { length: 0 }.to_frame(b"seven..").unwrap();
    first.receive(&[&message, &message], false);
    second.receive(&[&message], false);
    assert_eq!(kept(), [Some(3), Some(33)]);
    first.close();
    assert_eq!(kept(), [Some(1), Some(11)]);
    second.close();
    assert_eq!(kept(), [Some(0), Some(0)]);
}

#[test]
fn bytes_pass_a_socket_both_ways() {
    let fake = socket();
    assert!(fake.is_connected.get());
    fake.from_peer
        .borrow_mut()
        .extend([vec![b'a'; 100_000], b"b".to_vec()]);
    let result = fake.do_read();
    assert_eq!(
        (result.action, result.bytes, result.end),
        (Action::KeepOpen, 100_001, false)
    );
    assert_eq!(taken(&fake.read).len(), 100_001);
    fake.write.borrow_mut().extend(vec![b"cd".to_vec(); 40]);
    let result = fake.do_write(false);
    assert_eq!((result.action, result.bytes), (Action::KeepOpen, 80));
    assert_eq!(taken(&fake.to_peer), "cd".repeat(40));
    assert!(!fake.is_readable.get(), "nothing was left to do");
}

#[test]
fn a_socket_reads_a_turn_and_asks_for_the_next() {
    let fake = socket();
    fake.from_peer.borrow_mut().push_back(vec![b'a'; 3 << 20]);
    let (mut turns, mut read) = (0, 0);
    fake.is_readable.set(true);
    while fake.is_readable.get() {
        turns += 1;
        read += fake.do_read().bytes;
    }
    assert_eq!(read, 3 << 20);
    assert!(turns > 1, "{turns}");
}

#[test]
fn what_a_server_does_not_take_waits_and_holds_back_the_rest() {
    let fake = socket();
    fake.room.set(3);
    fake.write
        .borrow_mut()
        .extend(vec![vec![b'a'; 16 << 10]; 40]);
    fake.do_write(false);
    assert_eq!(taken(&fake.to_peer), "aaa");
    assert!(!fake.write.borrow().is_empty(), "Envoy's buffer fills");
    fake.room.set(usize::MAX);
    fake.do_write(true);
    assert_eq!(taken(&fake.to_peer).len(), 40 * (16 << 10) - 3);
    assert!(fake.is_shut.get());
}

#[test]
fn a_socket_of_the_system_gets_all_pieces_in_order() {
    let fake = socket();
    let (ours, mut peer) = UnixStream::pair().unwrap();
    ours.set_nonblocking(true).unwrap();
    peer.set_nonblocking(true).unwrap();
    fake.system.set(ours).unwrap();
    let message: Vec<u8> = (0..4_000_000).map(|place| (place % 251) as u8).collect();
    let pieces = message.chunks(7000).map(<[u8]>::to_vec);
    fake.write.borrow_mut().extend(pieces);
    let mut got = Vec::new();
    while got.len() < message.len() {
        assert_eq!(fake.do_write(false).action, Action::KeepOpen);
        let full = peer.read_to_end(&mut got).unwrap_err();
        assert_eq!(full.kind(), ErrorKind::WouldBlock);
    }
    assert!(got == message, "in order, and each once");
    drop(peer);
    fake.write.borrow_mut().push_back(b"late".to_vec());
    assert_eq!(fake.do_write(false).action, Action::Close);
}

#[test]
fn what_http_is_owed_when_a_socket_writes_is_read() {
    let fake = socket();
    fake.write.borrow_mut().push_back(b"ping".to_vec());
    fake.do_write(false);
    assert!(fake.is_readable.get());
    assert_eq!(fake.do_read().bytes, 4, "Envoy looks at nothing else");
    assert_eq!(taken(&fake.read), "pong");
}

#[test]
fn a_full_half_is_not_read_for_until_it_has_room() {
    let fake = socket();
    fake.from_peer.borrow_mut().push_back(b"full".to_vec());
    fake.do_read();
    fake.from_peer.borrow_mut().push_back(b"more".to_vec());
    fake.do_read();
    assert_eq!(taken(&fake.read), "full");
    fake.write.borrow_mut().push_back(b"answer".to_vec());
    fake.do_write(false);
    assert!(fake.is_readable.get());
    fake.do_read();
    assert_eq!(taken(&fake.read), "more");
}

#[test]
fn the_end_of_a_server_is_told_after_its_last_bytes() {
    let fake = socket();
    fake.from_peer
        .borrow_mut()
        .extend([b"last".to_vec(), Vec::new()]);
    let result = fake.do_read();
    assert_eq!((result.bytes, result.end), (4, true));
    assert_eq!(taken(&fake.read), "last");
}

#[test]
fn a_refused_server_is_left_for_a_reason_that_is_counted_with_the_next_filter() {
    let fake = socket();
    fake.from_peer.borrow_mut().push_back(b"refuse".to_vec());
    assert_eq!(fake.do_read().action, Action::Close);
    fake.close();
    assert_eq!(fake.failure(), "metaproto: told to refuse");
    let line = "metaproto: upstream: connection 8 with 192.0.2.1:4711: told to refuse";
    assert_eq!(fake::log(), [(3, line.to_owned())]);
    let filter = filter(Role::Downstream);
    assert_eq!(fake::metric("x.upstream.refused"), Some(0));
    filter.receive(&[b"next"], false);
    assert_eq!(fake::metric("x.upstream.refused"), Some(1));
    assert_eq!(fake::metric("x.downstream.refused"), Some(0));
}

#[test]
fn a_client_of_a_socket_that_sends_no_more_gets_its_answer_before_the_connection_ends() {
    let fake = socket_of(Role::Downstream);
    fake.from_peer
        .borrow_mut()
        .extend([b"ask".to_vec(), Vec::new()]);
    let result = fake.do_read();
    assert_eq!(
        (result.action, result.bytes, result.end),
        (Action::KeepOpen, 3, false)
    );
    fake.write.borrow_mut().push_back(b"yes".to_vec());
    assert_eq!(fake.do_write(false).action, Action::Close);
    assert_eq!(taken(&fake.to_peer), "yes");
}

#[test]
fn a_client_that_does_not_read_is_not_read_either() {
    let fake = socket_of(Role::Downstream);
    fake.room.set(0);
    fake.write
        .borrow_mut()
        .extend(vec![vec![b'a'; 32 << 10]; 40]);
    fake.do_write(false);
    fake.from_peer.borrow_mut().push_back(b"more".to_vec());
    assert_eq!(fake.do_read().bytes, 0);
    fake.room.set(usize::MAX);
    fake.do_write(false);
    assert!(fake.is_readable.get());
    assert_eq!(fake.do_read().bytes, 4);
}

#[test]
fn a_socket_counts_with_a_filter_of_its_thread() {
    let watch = Watch::new(Arc::new(Counters::define(&fake::config(), "x")));
    let filter = FakeFilter::open(watch);
    let fake = socket_of(Role::Downstream);
    fake.from_peer.borrow_mut().push_back(b"refuse".to_vec());
    assert_eq!(fake::metric("x.downstream.refused"), Some(0));
    fake.do_read();
    assert_eq!(fake::metric("x.downstream.refused"), Some(1));
    assert_eq!(fake::metric("x.upstream.refused"), Some(0));
    filter.receive(&[b"passes"], false);
    filter.send(&[b"too"], false);
    assert_eq!(taken(&filter.inside), "passes");
    assert_eq!(taken(&filter.socket), "too");
    drop(filter);
    fake.do_write(false);
}

#[test]
fn a_panic_closes_a_socket() {
    let fake = socket();
    fake.from_peer.borrow_mut().push_back(b"panic".to_vec());
    assert_eq!(fake.do_read().action, Action::Close);
    assert_eq!(fake.do_write(false).action, Action::Close);
    assert_eq!(fake.failure(), "metaproto: panic");
    let [(4, line)] = &fake::log()[..] else {
        panic!("one line, an error");
    };
    assert!(line.contains("panic in do_read"), "{line}");
}

/// Loads a filter's configuration.
fn load_filter(name: &[u8], config: &[u8]) -> Module {
    let (name, config) = (Buffer::new(name), Buffer::new(config));
    // SAFETY: the texts outlive the call, and the callbacks of tests do not look at the configuration.
    unsafe { hooks::network_filter_config_new(NO_CODECS, ptr::null_mut(), name, config) }
}

#[test]
fn a_wrong_configuration_is_refused_and_the_log_says_why() {
    for (name, config, why) in [
        (
            "sideways",
            r#"{"codec": "x"}"#,
            r#"filter_name "sideways": it is neither downstream nor upstream"#,
        ),
        (
            "downstream",
            "",
            r#"filter_name "downstream": there is no configuration"#,
        ),
        (
            "upstream",
            r#"{"codec": "x"}"#,
            r#"filter_name "upstream": codec "x" is not in this module"#,
        ),
        (
            "upstream",
            r#"{"codec": 1}"#,
            r#"filter_name "upstream": codec: invalid type"#,
        ),
    ] {
        assert!(load_filter(name.as_bytes(), config.as_bytes()).is_null());
        let [(4, line)] = &fake::log()[..] else {
            panic!("one line, an error");
        };
        assert!(line.contains(why), "{line}");
    }
}
