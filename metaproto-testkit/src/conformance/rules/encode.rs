//! E: encoding and mutation.

use std::io::IoSlice;

use bytes::{Buf, Bytes};
use metaproto_codec::schema::Role;
use metaproto_codec::{
    Change, Direction, ErrorType, IdSpace, MessageType, Mutation, Output, RequestId,
};

use crate::conformance::bench::{Bench, DIRECTIONS, NO_MESSAGE};
use crate::conformance::case::{Case, Changes, Frame, Truth, concat};
use crate::conformance::changes;
use crate::conformance::finding::{Finding, differing};
use crate::conformance::rule::{Applied, Check, Rule, Scope, Trial};
use crate::conformance::subject::{Decoded, Subject, Written, guard};
use crate::layout;
use crate::report::Level;

pub(super) static RULES: &[Rule] = &[
    Rule {
        id: "E001",
        name: "e001_an_empty_mutation_changes_nothing",
        level: Level::Must,
        title: "without changes, a message leaves as the bytes that came",
        why: "a proxy must be transparent: signatures, checksums and fields that it does not know pass through it",
        fix: "push the message's own frame (`message.share_frame()`) when the mutation is empty",
        trial: Trial::Cases {
            cases: plain,
            check: is_transparent,
            scope: Scope::Frame,
        },
    },
    Rule {
        id: "E002",
        name: "e002_every_change_takes_effect",
        level: Level::Must,
        title: "each changed key is seen when the output is decoded again, and no other changes",
        why: "a mutation that is dropped without a word is a policy that does not hold",
        fix: "write every change that you accept; list in `Capabilities::settable` the keys that can be set, and refuse others",
        trial: Trial::Cases {
            cases: settable,
            check: takes_effect,
            scope: Scope::Own,
        },
    },
    Rule {
        id: "E003",
        name: "e003_writing_anew_is_faithful",
        level: Level::Must,
        title: "a message that is written anew decodes to the same metadata, and writes the same bytes again",
        why: "what drifts a little at each proxy is something else after three of them",
        fix: "write back every field that you read, in the form in which it came",
        trial: Trial::Cases {
            cases: same_values,
            check: is_faithful,
            scope: Scope::Own,
        },
    },
    Rule {
        id: "E004",
        name: "e004_lengths_follow_the_values",
        level: Level::Must,
        title: "longer and shorter values correct every length, count, padding and checksum",
        why: "a length that is off by the difference desynchronises the connection for good",
        fix: "compute lengths from what is written, after it is known; never adjust the old ones",
        trial: Trial::Cases {
            cases: growing,
            check: lengths_follow,
            scope: Scope::Message,
        },
    },
    Rule {
        id: "E005",
        name: "e005_encode_appends",
        level: Level::Must,
        title: "what is in the output stays",
        why: "hosts write several messages into one output",
        fix: "append; do not clear, and do not roll back further than to the mark that you took yourself",
        trial: Trial::Cases {
            cases: appended,
            check: appends,
            scope: Scope::Frame,
        },
    },
    Rule {
        id: "E006",
        name: "e006_encoded_len_is_what_is_written",
        level: Level::Must,
        title: "`encoded_len` equals the bytes that are written",
        why: "hosts reserve room and keep watermarks by it",
        fix: "measure with the code that writes, or leave the provided method in place",
        trial: Trial::Cases {
            cases: measured,
            check: is_measured,
            scope: Scope::Frame,
        },
    },
    Rule {
        id: "E007",
        name: "e007_what_does_not_fit_is_refused",
        level: Level::Must,
        title: "a value that does not fit its field is an error, never cut or wrapped",
        why: "`as u16` turns 65 536 into 0 and a policy into another one",
        fix: "convert with `try_from` and report `Fault::CannotHold` with the key",
        trial: Trial::Cases {
            cases: oversized,
            check: takes_effect_or_is_refused,
            scope: Scope::Own,
        },
    },
    Rule {
        id: "E008",
        name: "e008_a_failed_encode_writes_nothing",
        level: Level::Must,
        title: "a failed encode leaves the output as it was",
        why: "half a frame on the wire makes a connection unusable",
        fix: "apply all changes before the first byte is written, or roll back to a `mark`",
        trial: Trial::Cases {
            cases: failing,
            check: writes_nothing,
            scope: Scope::Frame,
        },
    },
    Rule {
        id: "E009",
        name: "e009_unknown_keys_are_answered_alike",
        level: Level::Should,
        title: "an unknown key is answered the same way every time",
        why: "a mistyped key in a configuration should be found at the first request, not now and then",
        fix: "refuse with `Fault::CannotSet` or `Fault::CannotRemove`, whatever the message and whatever came before",
        trial: Trial::Cases {
            cases: unknown,
            check: is_consistent,
            scope: Scope::Own,
        },
    },
    Rule {
        id: "E010",
        name: "e010_unknown_bits_survive",
        level: Level::Must,
        title: "reserved bits, unknown codes and extensions survive a change of something else",
        why: "the next version of the protocol uses them, and passes through a proxy that knows the last one",
        fix: "keep the bits that you do not interpret, and write them back",
        trial: Trial::Cases {
            cases: flipped,
            check: bits_survive,
            scope: Scope::Message,
        },
    },
    Rule {
        id: "E011",
        name: "e011_a_removed_key_is_gone",
        level: Level::Must,
        title: "a removed key is gone when the output is decoded again",
        why: "a header that a policy strips (a token, a debug flag) must not reach the upstream",
        fix: "remove every entry of the name, without regard to ASCII case, or refuse with `Fault::CannotRemove`",
        trial: Trial::Cases {
            cases: removals,
            check: takes_effect_or_is_refused,
            scope: Scope::Own,
        },
    },
    Rule {
        id: "E012",
        name: "e012_odd_keys_and_values_are_exact",
        level: Level::Must,
        title: "odd keys and values take effect exactly, or are refused",
        why: "values come from clients: a NUL or CR LF that is cut, or a name that differs in case, is a way around a policy",
        fix: "compare names with `eq_ignore_ascii_case`, write values as they are, refuse what the wire cannot carry",
        trial: Trial::Cases {
            cases: odd,
            check: takes_effect_or_is_refused,
            scope: Scope::Frame,
        },
    },
    Rule {
        id: "E013",
        name: "e013_writing_needs_no_decoder",
        level: Level::Must,
        title: "`encode` and `on_error` work on an instance that has never decoded anything",
        why: "hosts write on another connection, thread and instance than they read",
        fix: "take everything from the metadata of the message; keep nothing from `decode` in `self`",
        trial: Trial::Cases {
            cases: answered,
            check: is_stateless,
            scope: Scope::Stream,
        },
    },
    Rule {
        id: "E014",
        name: "e014_payloads_are_shared",
        level: Level::Should,
        title: "an unchanged message, and the payload of a changed one, are passed on and not copied",
        why: "a proxy that copies every payload pays for its bytes once more, in time and in memory",
        fix: "append `message.share_frame()` or a slice of it with `Output::push_shared`",
        trial: Trial::Cases {
            cases: with_payload,
            check: is_shared,
            scope: Scope::Own,
        },
    },
];

// Cases.

fn plain(bench: &Bench) -> Result<Vec<Case>, String> {
    bench.every(|direction, frame| vec![Case::new(direction, vec![frame])])
}

/// Why a codec has nothing to change.
const NOTHING_TO_SET: &str = "the codec declares no property that can be set";

/// Messages with the changes that `make` has for them.
fn changed(
    bench: &Bench,
    most: usize,
    make: impl Fn(&Decoded) -> Vec<Mutation>,
) -> Result<Vec<Case>, String> {
    let capabilities = &bench.subject.capabilities;
    if capabilities.settable.is_empty() && !capabilities.open_properties {
        return Err(NOTHING_TO_SET.to_owned());
    }
    bench.each(most, |direction, frame| {
        let Some(decoded) = bench.subject.decode(direction, &frame.bytes) else {
            return Vec::new();
        };
        let case = |mutation| Case::new(direction, vec![frame.clone()]).mutated(mutation);
        make(&decoded).into_iter().map(case).collect()
    })
}

/// Values that some field of some protocol holds.
const VALUES: [&str; 12] = [
    "7",
    "100",
    "0",
    "1",
    "-5",
    "true",
    "false",
    "0.5",
    "blue",
    "shop.Cart/add",
    "",
    "été ✓",
];

fn settable(bench: &Bench) -> Result<Vec<Case>, String> {
    let subject = &bench.subject;
    let mut cases = Vec::new();
    for key in subject.capabilities.settable {
        cases.extend(settable_key(bench, key)?);
    }
    if subject.capabilities.open_properties {
        let name = new_name(subject);
        let open = changed(bench, 8, |decoded| {
            let mut mutations = vec![
                Mutation::new().set(name, "blue"),
                Mutation::new().set("x-canary", ""),
                Mutation::new().set("x-canary", "été ✓"),
                Mutation::new().set("first", "1").set("second", "2"),
            ];
            for (name, value) in &decoded.facts.properties {
                let known = subject.capabilities.settable.iter();
                if !known.clone().any(|key| key.eq_ignore_ascii_case(name))
                    && !is_own(subject, decoded, name)
                {
                    mutations.push(Mutation::new().set(name, another(value)));
                    mutations.push(Mutation::new().set(name, "").set("x-other", "1"));
                }
            }
            mutations
        })?;
        // A message without a place for properties refuses all of them; if all do, one shows it.
        let new = Mutation::new().set(name, "blue");
        let has_place = |case: &Case| is_accepted(subject, &case.clone().mutated(new.clone()));
        let (taken, refused): (Vec<_>, Vec<_>) = open.into_iter().partition(has_place);
        let shown = refused.into_iter().take(usize::from(taken.is_empty()));
        cases.extend(taken.into_iter().chain(shown));
    }
    if cases.is_empty() {
        Err(NOTHING_TO_SET.to_owned())
    } else {
        Ok(cases)
    }
}

/// The name of a property that no field of the codec's own has.
fn new_name(subject: &Subject) -> &'static str {
    let is_zone = |own: &str| own.eq_ignore_ascii_case("zone");
    let capabilities = &subject.capabilities;
    let mut own = capabilities
        .settable
        .iter()
        .chain(capabilities.fixed_properties);
    let in_field = |direction| {
        let is = |role: &Role| matches!(role, Role::Property(own) if is_zone(own));
        subject
            .schema(direction)
            .is_some_and(|schema| schema.find(is).is_some())
    };
    if own.any(|own| is_zone(own)) || DIRECTIONS.into_iter().any(in_field) {
        "x-zone"
    } else {
        "zone"
    }
}

/// A text that differs from `value` and is no longer, for that may be as long as it can be.
fn another(value: &str) -> String {
    let mut text = value.to_owned();
    let last = text.pop();
    text.push(if last == Some('!') { '?' } else { '!' });
    text
}

/// Whether the codec takes the change of the message that the case begins with.
fn is_accepted(subject: &Subject, case: &Case) -> bool {
    let decoded = subject.decode(case.direction, &case.frame().bytes);
    decoded.is_some_and(|decoded| {
        let written = subject.encode(&decoded.metadata, &case.mutation);
        !matches!(written, Written::Refused(_))
    })
}

/// Whether the property is the codec's own: it declares so, or a schema says that there is a field for it.
fn is_own(subject: &Subject, decoded: &Decoded, name: &str) -> bool {
    let mut fixed = subject.capabilities.fixed_properties.iter();
    if fixed.any(|own| own.eq_ignore_ascii_case(name)) {
        return true;
    }
    subject
        .schema(decoded.facts.direction)
        .is_some_and(|schema| {
            let is =
                |role: &Role| matches!(role, Role::Property(own) if own.eq_ignore_ascii_case(name));
            schema.find(is).is_some()
        })
        || decoded.metadata.is_own(name)
}

/// The kinds that have places for the same properties, by one of them.
fn family(kind: MessageType) -> MessageType {
    match kind {
        MessageType::OneWay | MessageType::Response | MessageType::Error => MessageType::Request,
        other => other,
    }
}

/// Changes of one key that the codec accepts; where it accepts none at all, one that shows it.
fn settable_key(bench: &Bench, key: &str) -> Result<Vec<Case>, String> {
    let subject = &bench.subject;
    let attempts = changed(bench, 12, |decoded| {
        let new = VALUES
            .iter()
            .filter(|value| decoded.facts.get(key) != Some(**value));
        new.map(|value| Mutation::new().set(key, *value)).collect()
    });
    let mut attempts = attempts?;
    // A peer's property of the same name is another one.
    for frame in bench.some(Direction::ClientToServer, 4) {
        let forged = bench.with_property(Direction::ClientToServer, &frame, key);
        attempts.extend(forged.map(|case| {
            case.after(Vec::new())
                .mutated(Mutation::new().set(key, "7"))
        }));
    }
    let accepted = |case: &Case| is_accepted(subject, case);
    let (mut good, refused): (Vec<_>, Vec<_>) = attempts.into_iter().partition(accepted);
    // What it accepts, it accepts however the name is spelt.
    let spelt = [key.to_ascii_uppercase(), mixed_case(key)].into_iter();
    let others: Vec<Case> = spelt
        .flat_map(|name| {
            let again = |case: &Case| {
                let values = case
                    .mutation
                    .changes()
                    .filter_map(|(_, change)| match change {
                        Change::Set(value) => Some(value.to_owned()),
                        Change::Remove => None,
                    });
                let set = |all: Mutation, value: String| all.set(&name, value);
                case.clone().mutated(values.fold(Mutation::new(), set))
            };
            good.iter().take(2).map(again).collect::<Vec<_>>()
        })
        .collect();
    good.extend(others);
    Ok(if good.is_empty() {
        refused.into_iter().take(1).collect()
    } else {
        good
    })
}

/// Changes to what is there already, which make a codec write the header anew.
fn same_values(bench: &Bench) -> Result<Vec<Case>, String> {
    let subject = &bench.subject;
    let mut cases = bench.every(|direction, frame| {
        let Some(decoded) = subject.decode(direction, &frame.bytes) else {
            return Vec::new();
        };
        let mut mutations = Vec::new();
        if let Some(id) = &decoded.facts.request_id {
            let mut same = Mutation::new();
            same.set_request_id(id.clone());
            mutations.push(same);
        }
        if let (Some(id), IdSpace::Number { .. }) =
            (decoded.facts.stream_id, subject.capabilities.stream_id)
        {
            let mut same = Mutation::new();
            same.set_stream_id(id);
            mutations.push(same);
        }
        for (name, value) in &decoded.facts.properties {
            if decoded.facts.get(name) == Some(value) {
                mutations.push(Mutation::new().set(name, value));
            }
        }
        let case = |mutation| Case::new(direction, vec![frame.clone()]).mutated(mutation);
        mutations.into_iter().map(case).collect()
    })?;
    if cases.is_empty() {
        return Err(NOTHING_TO_SET.to_owned());
    }
    let step = (cases.len() / (4 * bench.effort)).max(1);
    cases = cases.into_iter().step_by(step).collect();
    Ok(cases)
}

fn growing(bench: &Bench) -> Result<Vec<Case>, String> {
    const SIZES: [usize; 25] = [
        0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 31, 32, 63, 64, 100, 126, 127, 128, 200, 254, 255, 256,
        257, 1000, 16384,
    ];
    let keys = text_keys(bench);
    changed(bench, 5, |decoded| {
        let mut mutations = Vec::new();
        for key in &keys {
            if key != NEW_KEY && decoded.facts.get(key).is_none() {
                continue;
            }
            mutations.extend([1, 50].map(|size| Mutation::new().set(key, "é".repeat(size))));
            mutations.extend(SIZES.map(|size| Mutation::new().set(key, "v".repeat(size))));
        }
        mutations.extend([1, 2, 5, 20].map(|count| many(count, 10)));
        mutations
    })
}

const NEW_KEY: &str = "x-new";

/// Keys whose values may be of any length.
fn text_keys(bench: &Bench) -> Vec<String> {
    let mut keys: Vec<String> = bench
        .subject
        .capabilities
        .settable
        .iter()
        .map(ToString::to_string)
        .collect();
    if bench.subject.capabilities.open_properties {
        keys.extend([NEW_KEY, "zone"].map(str::to_owned));
    }
    keys
}

/// So many properties at once, each with a value of so many bytes.
fn many(count: usize, length: usize) -> Mutation {
    let value = "v".repeat(length);
    (0..count).fold(Mutation::new(), |all, index| {
        all.set(format!("x-{index}"), &*value)
    })
}

fn oversized(bench: &Bench) -> Result<Vec<Case>, String> {
    const NUMBERS: [&str; 30] = [
        "127",
        "128",
        "-128",
        "-129",
        "255",
        "256",
        "-1",
        "32767",
        "32768",
        "-32769",
        "65535",
        "65536",
        "65537",
        "2147483647",
        "2147483648",
        "-2147483649",
        "4294967295",
        "4294967296",
        "4294967297",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551615",
        "18446744073709551616",
        "1e3",
        "0x10",
        "7 ",
        "+7",
        "007",
        "",
        "many",
    ];
    const SIZES: [usize; 9] = [127, 255, 256, 257, 1024, 16_384, 65_535, 65_536, 70_000];
    let keys = text_keys(bench);
    changed(bench, 3, |decoded| {
        let mut mutations = Vec::new();
        for key in &keys {
            if decoded.facts.get(key).is_some() {
                mutations.extend(NUMBERS.map(|value| Mutation::new().set(key, value)));
            }
            if decoded.facts.get(key).is_some() || key == NEW_KEY {
                mutations.extend(SIZES.map(|size| Mutation::new().set(key, "v".repeat(size))));
            }
        }
        if bench.subject.capabilities.open_properties {
            mutations.extend(SIZES.map(|size| Mutation::new().set("k".repeat(size), "v")));
            mutations.extend([(300, 1), (300, 300)].map(|(count, length)| many(count, length)));
        }
        mutations
    })
}

/// Changes of which at least one cannot be made.
fn failing(bench: &Bench) -> Result<Vec<Case>, String> {
    let subject = &bench.subject;
    let keys = text_keys(bench);
    let long = "v".repeat(70_000);
    bench
        .each(6, |direction, frame| {
            let Some(decoded) = subject.decode(direction, &frame.bytes) else {
                return Vec::new();
            };
            let mut mutations = vec![
                Mutation::new().set("no such key", &long),
                Mutation::new()
                    .set("no-such-key", "v")
                    .remove("no-such-key-either"),
                Mutation::new().remove("no-such-key"),
                many(300, 300),
            ];
            for key in &keys {
                mutations.push(Mutation::new().set(key, &long));
                mutations.push(Mutation::new().set(key, "7").set("k".repeat(70_000), "v"));
                mutations.push(Mutation::new().set(key, "many").set("zone", "blue"));
            }
            for id in [
                RequestId::Number(u64::MAX),
                RequestId::Bytes(Bytes::from_static(&[7; 300])),
            ] {
                let mut mutation = Mutation::new();
                mutation.set_request_id(id);
                mutations.push(mutation);
            }
            let mut mutation = Mutation::new();
            mutation.set_stream_id(u64::MAX);
            mutations.push(mutation);
            let case = |mutation| Case::new(direction, vec![frame.clone()]).mutated(mutation);
            let refused = |case: &Case| {
                !matches!(
                    subject.encode(&decoded.metadata, &case.mutation),
                    Written::Bytes(_)
                )
            };
            mutations.into_iter().map(case).filter(refused).collect()
        })
        .map_err(|why| {
            if why == NO_MESSAGE {
                why
            } else {
                "the codec refuses no change".to_owned()
            }
        })
}

fn unknown(bench: &Bench) -> Result<Vec<Case>, String> {
    bench.each(6, |direction, frame| {
        let others = bench.some(direction, 3);
        let mutations = [
            Mutation::new().set("no-such-key", "v"),
            Mutation::new().remove("no-such-key"),
            Mutation::new().set("no such key", "v"),
        ];
        let case = |mutation| {
            Case::new(direction, vec![frame.clone()])
                .mutated(mutation)
                .after(others.clone())
        };
        mutations.into_iter().map(case).collect()
    })
}

fn removals(bench: &Bench) -> Result<Vec<Case>, String> {
    let mut cases = changed(bench, 24, |decoded| {
        let mut mutations = Vec::new();
        for (name, _) in &decoded.facts.properties {
            mutations.push(Mutation::new().remove(name));
            mutations.push(Mutation::new().remove(name.to_ascii_uppercase()));
        }
        mutations
    })?;
    if bench.subject.capabilities.open_properties {
        // What is set can be removed again, from the message as it was written.
        for direction in DIRECTIONS {
            for frame in bench.some(direction, 4) {
                let Some(decoded) = bench.subject.decode(direction, &frame.bytes) else {
                    continue;
                };
                let set = Mutation::new().set("x-new", "1").set("x-other", "2");
                let Written::Bytes(bytes) = bench.subject.encode(&decoded.metadata, &set) else {
                    continue;
                };
                let written = Frame::new(
                    bytes,
                    Truth::Valid(None),
                    format!("{} with x-new and x-other", frame.origin),
                );
                for name in ["x-new", "X-Other"] {
                    cases.push(
                        Case::new(direction, vec![written.clone()])
                            .mutated(Mutation::new().remove(name)),
                    );
                }
            }
        }
    }
    if cases.is_empty() {
        Err("no message has a property".to_owned())
    } else {
        Ok(cases)
    }
}

fn odd(bench: &Bench) -> Result<Vec<Case>, String> {
    const VALUES: [&str; 8] = [
        "a\0b",
        "\0",
        "line\r\nbreak",
        "trailing ",
        " leading",
        "=;&,:\"'",
        "\u{10FFFF}\u{1F600}",
        "\u{feff}",
    ];
    const NAMES: [&str; 12] = [
        "x-request-id",
        "X-Meta-Protocol-Real-Server-Address",
        "x-meta-protocol-application-protocol",
        "a\0b",
        "",
        "line\r\nbreak",
        " ",
        "=",
        "a=b;c",
        ":authority",
        "é",
        "request_id",
    ];
    let keys = text_keys(bench);
    changed(bench, 4, |decoded| {
        let mut mutations: Vec<_> = NAMES
            .iter()
            .map(|name| Mutation::new().set(*name, "1"))
            .collect();
        for key in &keys {
            if decoded.facts.get(key).is_none() && key != NEW_KEY {
                continue;
            }
            mutations.extend(VALUES.map(|value| Mutation::new().set(key, value)));
            for value in ["7", "blue"] {
                mutations.push(Mutation::new().set(key.to_ascii_uppercase(), value));
                mutations.push(Mutation::new().set(mixed_case(key), value));
            }
        }
        for (name, _) in &decoded.facts.properties {
            mutations.push(Mutation::new().set(name.to_ascii_uppercase(), "7"));
        }
        for key in bench.subject.capabilities.settable {
            mutations.extend(neighbours(key).map(|name| Mutation::new().set(name, "7")));
        }
        mutations
    })
}

/// Names that are not this one, and are taken for it by a comparison that is too lax.
fn neighbours(key: &str) -> impl Iterator<Item = String> {
    let mut shorter = key.to_owned();
    shorter.pop();
    let longer = ["x", " ", "\0", "-"].map(|more| format!("{key}{more}"));
    let later = [" ", "x"].map(|more| format!("{more}{key}"));
    [shorter].into_iter().chain(longer).chain(later)
}

fn mixed_case(name: &str) -> String {
    let turn = |(index, letter): (usize, char)| {
        if index % 2 == 0 {
            letter.to_ascii_uppercase()
        } else {
            letter
        }
    };
    name.chars().enumerate().map(turn).collect()
}

fn appended(bench: &Bench) -> Result<Vec<Case>, String> {
    let mut cases = answered(bench)?;
    cases.extend(
        settable(bench)
            .unwrap_or_default()
            .into_iter()
            .take(bench.effort),
    );
    Ok(cases)
}

/// Messages as they are, and as they are answered.
fn answered(bench: &Bench) -> Result<Vec<Case>, String> {
    let mut cases = bench.each(bench.effort / 4, |direction, frame| {
        let case = Case::new(direction, vec![frame]);
        vec![
            case.clone(),
            case.clone().answered(ErrorType::RouteNotFound, "no route"),
            case.answered(ErrorType::OverLimit, ""),
        ]
    })?;
    cases.extend(
        settable(bench)
            .unwrap_or_default()
            .into_iter()
            .take(bench.effort / 4),
    );
    // What was decoded last must not matter: let it be another message.
    for case in &mut cases {
        case.before = bench.some(case.direction, 3);
    }
    Ok(cases)
}

fn measured(bench: &Bench) -> Result<Vec<Case>, String> {
    let mut cases = plain(bench)?;
    for more in [
        settable(bench),
        growing(bench),
        oversized(bench),
        removals(bench),
    ]
    .into_iter()
    .flatten()
    {
        let step = (more.len() / bench.effort.max(1)).max(1);
        cases.extend(more.into_iter().step_by(step));
    }
    Ok(cases)
}

/// Messages with one bit of the header turned, beside the message as it was, and a change that is not about it.
fn flipped(bench: &Bench) -> Result<Vec<Case>, String> {
    let subject = &bench.subject;
    let mut cases = Vec::new();
    for direction in DIRECTIONS {
        for frame in bench.some(direction, 8) {
            let Some(decoded) = subject.decode(direction, &frame.bytes) else {
                continue;
            };
            let Some(mutation) = a_change(subject, &decoded) else {
                continue;
            };
            for bit in 0..8 * decoded.facts.header_size.min(160) {
                let mut bytes = frame.bytes.to_vec();
                bytes[bit / 8] ^= 0x80 >> (bit % 8);
                let origin = format!("{} with bit {bit} turned", frame.origin);
                if let Some(schema) = subject.schema(direction) {
                    bytes = layout::mended(schema, direction, &bytes);
                }
                let turned = Frame::new(bytes, Truth::Unknown, origin);
                let case = Case::new(direction, vec![turned]).mutated(mutation.clone());
                cases.push(case.after(vec![frame.clone()]));
            }
        }
        for (_, frame) in with_extensions(bench, direction) {
            let Some(decoded) = subject.decode(direction, &frame.bytes) else {
                continue;
            };
            let Some(mutation) = a_change(subject, &decoded) else {
                continue;
            };
            cases.push(Case::new(direction, vec![frame]).mutated(mutation));
        }
    }
    if cases.is_empty() {
        Err(NOTHING_TO_SET.to_owned())
    } else {
        Ok(cases)
    }
}

/// Messages whose header is longer than its fields.
fn with_extensions(bench: &Bench, direction: Direction) -> Vec<(usize, Frame)> {
    let Some(schema) = bench.subject.schema(direction) else {
        return Vec::new();
    };
    let extension = |frame: &Frame| match layout::read(schema, direction, &frame.bytes).outcome {
        layout::Outcome::Message(message, _) => message.extension.len(),
        _ => 0,
    };
    let frames = bench.valid(direction).iter();
    frames
        .map(|frame| (extension(frame), frame.clone()))
        .filter(|(length, _)| *length > 0)
        .take(bench.effort / 4)
        .collect()
}

/// A change that leaves all other bytes where they are: of the request id, or else of a property.
fn a_change(subject: &Subject, decoded: &Decoded) -> Option<Mutation> {
    let mut candidates = Vec::new();
    if decoded.facts.request_id.is_some() {
        for id in [RequestId::Number(0x55), RequestId::Number(0x2A)] {
            let mut mutation = Mutation::new();
            mutation.set_request_id(id);
            candidates.push(mutation);
        }
    }
    for key in subject.capabilities.settable {
        let length = decoded.facts.get(key).map_or(1, str::len);
        let values = VALUES
            .iter()
            .filter(|value| value.len() == length)
            .chain(&VALUES);
        candidates.extend(values.map(|value| Mutation::new().set(*key, *value)));
    }
    if subject.capabilities.open_properties {
        candidates.push(Mutation::new().set("x-new", "1"));
    }
    candidates.into_iter().find(|mutation| {
        let written = subject.encode(&decoded.metadata, mutation);
        written
            .bytes()
            .is_some_and(|bytes| bytes != decoded.metadata.frame())
    })
}

/// Messages whose payload is worth sharing, as they are and with a change.
fn with_payload(bench: &Bench) -> Result<Vec<Case>, String> {
    let subject = &bench.subject;
    let cases = bench.every(|direction, frame| {
        let decoded = subject.decode(direction, &frame.bytes);
        let Some(decoded) = decoded.filter(|it| payload(it) >= WORTH_SHARING) else {
            return Vec::new();
        };
        let changes = [None, a_change(subject, &decoded)].into_iter();
        let case = |change: Option<Mutation>| {
            Case::new(direction, vec![frame.clone()]).mutated(change.unwrap_or_default())
        };
        changes.map(case).collect()
    });
    let cases = cases.unwrap_or_default();
    if cases.is_empty() {
        Err(format!("no message has a payload of {WORTH_SHARING} bytes"))
    } else {
        Ok(cases)
    }
}

/// Bytes below which a copy costs no more than a reference.
const WORTH_SHARING: usize = 100;

fn payload(message: &Decoded) -> usize {
    message
        .facts
        .length
        .saturating_sub(message.facts.header_size)
}

// Checks.

fn is_transparent(subject: &Subject, case: &Case) -> Check {
    let frame = &case.frame().bytes;
    let Some(decoded) = subject.decode(case.direction, frame) else {
        return Ok(Applied::No);
    };
    match subject.encode(&decoded.metadata, &Mutation::new()) {
        Written::Bytes(bytes) if bytes == *frame => Ok(Applied::Yes),
        Written::Bytes(bytes) => {
            let differs = frame.iter().zip(&bytes).position(|(a, b)| a != b);
            let at = differs.unwrap_or(frame.len().min(bytes.len()));
            let byte = |bytes: &Bytes| match bytes.get(at) {
                Some(byte) => format!("{} bytes, byte {at} is {byte:02x}", bytes.len()),
                None => format!("{} bytes", bytes.len()),
            };
            Err(Finding::new(byte(frame), byte(&bytes))
                .called("came in", "went out")
                .at(at..at + 1))
        }
        Written::Panic(_) | Written::Spoiled { .. } => Ok(Applied::No),
        other => Err(Finding::new("the bytes that came in", other.to_string())),
    }
}

/// The message of the case as it was, and what was written for it.
fn written(subject: &Subject, case: &Case) -> Option<(Decoded, Written)> {
    let decoded = subject.decode(case.direction, &case.frame().bytes)?;
    let written = subject.encode(&decoded.metadata, &case.mutation);
    Some((decoded, written))
}

/// What was written must be one message, and differ from the one before in just what the mutation says.
pub(super) fn effect(subject: &Subject, case: &Case, before: &Decoded, bytes: &Bytes) -> Check {
    let expected = format!("one message, {}", Changes(&case.mutation));
    let answer = subject.ask_fresh(case.direction, bytes);
    let Some(after) = answer.whole(bytes.len()) else {
        let actual = format!("{} bytes, of which decode says: {answer}", bytes.len());
        return Err(Finding::new(expected, actual).called("expected", "decoded again"));
    };
    let finding = changes::wrong(subject, &before.facts, after, &case.mutation);
    if let Some(finding) = finding {
        return Err(finding.called("expected", "decoded again"));
    }
    let schema = subject.schema(case.direction);
    let body = |bytes: &[u8], header: usize| {
        // A codec may decode what travels in the wrong direction, and leave it to the session to refuse it.
        let by_schema = schema.and_then(|schema| {
            DIRECTIONS.into_iter().find_map(|direction| {
                match layout::read(schema, direction, bytes).outcome {
                    layout::Outcome::Message(message, _) => Some(message.body),
                    _ => None,
                }
            })
        });
        by_schema.or_else(|| bytes.get(header..).map(<[u8]>::to_vec))
    };
    if body(bytes, after.header_size) != body(before.metadata.frame(), before.facts.header_size)
        && after.header_size > 0
        && !is_trailed(subject, before)
    {
        return Err(
            Finding::new("the body as it was", "another body").called("expected", "decoded again")
        );
    }
    Ok(Applied::Yes)
}

/// Whether the end of the "body" belongs to the framing (padding, a checksum), as far as a codec without a schema shows:
/// then the body may change where the header does.
fn is_trailed(subject: &Subject, before: &Decoded) -> bool {
    subject.schema(before.facts.direction).is_none()
}

fn takes_effect(subject: &Subject, case: &Case) -> Check {
    match written(subject, case) {
        Some((before, Written::Bytes(bytes))) => effect(subject, case, &before, &bytes),
        Some((_, refused @ Written::Refused(_))) => {
            let expected = format!(
                "{}, as the codec declares that it can",
                Changes(&case.mutation)
            );
            Err(Finding::new(expected, refused.to_string()))
        }
        _ => Ok(Applied::No),
    }
}

fn takes_effect_or_is_refused(subject: &Subject, case: &Case) -> Check {
    match written(subject, case) {
        Some((before, Written::Bytes(bytes))) => effect(subject, case, &before, &bytes),
        Some((_, Written::Refused(_))) => Ok(Applied::Yes),
        _ => Ok(Applied::No),
    }
}

fn is_faithful(subject: &Subject, case: &Case) -> Check {
    let Some((before, Written::Bytes(once))) = written(subject, case) else {
        return Ok(Applied::No);
    };
    if !is_no_change(&before, &case.mutation) {
        return Ok(Applied::No);
    }
    let Some(after) = subject.decode(case.direction, &once) else {
        let answer = subject.ask_fresh(case.direction, &once);
        return Err(Finding::new("the same message", answer.to_string())
            .called("expected", "decoded again"));
    };
    let mut expected = before.facts.clone();
    // A number or length may have had a longer form.
    (expected.length, expected.header_size) = (after.facts.length, after.facts.header_size);
    if let Some(finding) = differing(&expected, &after.facts) {
        return Err(finding.called("came in", "written anew"));
    }
    match subject.encode(&after.metadata, &case.mutation) {
        Written::Bytes(twice) if twice == once => Ok(Applied::Yes),
        other => Err(Finding::new(
            format!("{} bytes, the same again", once.len()),
            format!("{other}, others than before"),
        )
        .called("once", "twice")),
    }
}

/// Whether a mutation sets only what is there already, and once.
fn is_no_change(message: &Decoded, mutation: &Mutation) -> bool {
    let facts = &message.facts;
    let count = |key: &str| {
        facts
            .properties
            .iter()
            .filter(|(name, _)| name.eq_ignore_ascii_case(key))
            .count()
    };
    let same = |(key, change): (&str, Change<'_>)| match change {
        Change::Set(value) => count(key) == 1 && facts.get(key) == Some(value),
        Change::Remove => false,
    };
    mutation
        .request_id()
        .is_none_or(|id| facts.request_id.as_ref() == Some(id))
        && mutation
            .stream_id()
            .is_none_or(|id| facts.stream_id == Some(id))
        && mutation.changes().all(same)
}

fn lengths_follow(subject: &Subject, case: &Case) -> Check {
    let Some((before, written)) = written(subject, case) else {
        return Ok(Applied::No);
    };
    let Written::Bytes(bytes) = written else {
        return Ok(Applied::No);
    };
    effect(subject, case, &before, &bytes)?;
    // The next message must still be found behind it.
    let stream: Bytes = [&bytes[..], &case.frame().bytes].concat().into();
    if subject
        .ask_fresh(case.direction, &stream)
        .whole(bytes.len())
        .is_none()
    {
        let answer = subject.ask_fresh(case.direction, &stream);
        return Err(Finding::new(
            format!("Done {{ consumed: {} }}", bytes.len()),
            answer.to_string(),
        ));
    }
    let Some(schema) = subject.schema(case.direction) else {
        return Ok(Applied::Yes);
    };
    match layout::read(schema, case.direction, &bytes).outcome {
        layout::Outcome::Message(_, facts) => {
            let finding = changes::wrong(subject, &before.facts, &facts, &case.mutation);
            finding.map_or(Ok(Applied::Yes), |finding| {
                Err(finding.called("expected", "by the schema"))
            })
        }
        layout::Outcome::Malformed {
            path,
            offset,
            fault,
        } => Err(Finding::new(
            "a message that is right by the schema",
            format!("byte {offset}, {path}: {}", fault.why()),
        )),
        other => Err(Finding::new(
            "a message that is right by the schema",
            format!("{other:?}"),
        )),
    }
}

fn appends(subject: &Subject, case: &Case) -> Check {
    let Some(decoded) = subject.decode(case.direction, &case.frame().bytes) else {
        return Ok(Applied::No);
    };
    let reply = case
        .reply
        .as_ref()
        .map(|(error, text)| metaproto_codec::Error {
            r#type: *error,
            message: text,
        });
    let written = match &reply {
        None => subject.encode(&decoded.metadata, &case.mutation),
        Some(error) => subject.on_error(&decoded.metadata, error),
    };
    for written in [written, subject.heartbeat(&decoded.metadata)] {
        if let Written::Spoiled { found } = written
            && !found.starts_with(b"ownsharedown again")
        {
            return Err(Finding::new(
                "what was in the output, and more behind it",
                format!("{found:?}"),
            ));
        }
    }
    Ok(Applied::Yes)
}

fn is_measured(subject: &Subject, case: &Case) -> Check {
    let Some((decoded, written)) = written(subject, case) else {
        return Ok(Applied::No);
    };
    let Ok(measured) = subject.encoded_len(&decoded.metadata, &case.mutation) else {
        return Ok(Applied::No);
    };
    let show = |length: &Result<usize, _>| match length {
        Ok(length) => format!("{length} bytes"),
        Err(error) => format!("an error: {error}"),
    };
    let written = match written {
        Written::Bytes(bytes) => Ok(bytes.len()),
        Written::Refused(error) => Err(error),
        _ => return Ok(Applied::No),
    };
    match (&written, &measured) {
        (Ok(a), Ok(b)) if a == b => Ok(Applied::Yes),
        (Err(_), Err(_)) => Ok(Applied::Yes),
        _ => Err(Finding::new(show(&written), show(&measured)).called("written", "encoded_len")),
    }
}

fn writes_nothing(subject: &Subject, case: &Case) -> Check {
    match written(subject, case) {
        Some((_, Written::Spoiled { found })) => Err(Finding::new(
            "the output as it was",
            format!(
                "{} bytes, the first of them {:?}",
                found.len(),
                &found[..found.len().min(32)]
            ),
        )),
        Some((_, Written::Refused(_))) => Ok(Applied::Yes),
        _ => Ok(Applied::No),
    }
}

fn is_consistent(subject: &Subject, case: &Case) -> Check {
    let mut first: Option<(String, &Frame)> = None;
    let frames = [case.frame(), case.frame()]
        .into_iter()
        .chain(&case.before)
        .chain([case.frame()]);
    let mut applied = Applied::No;
    let codec = subject.codec();
    let mut kind = None;
    for frame in frames {
        let Some(decoded) = subject.decode(case.direction, &frame.bytes) else {
            continue;
        };
        let found = family(decoded.facts.kind);
        if *kind.get_or_insert(found) != found {
            continue;
        }
        for written in [
            subject.encode(&decoded.metadata, &case.mutation),
            subject.encode_on(&*codec, &decoded.metadata, &case.mutation),
        ] {
            let verdict = match written {
                Written::Bytes(_) => "accepted".to_owned(),
                Written::Refused(error) => format!("refused: {}", error.fault().rule()),
                _ => return Ok(Applied::No),
            };
            match &first {
                None => first = Some((verdict, frame)),
                Some((expected, _)) if *expected == verdict => applied = Applied::Yes,
                // A change may fail for want of room in one message and not in another.
                Some((_, other)) if other.bytes != frame.bytes && verdict.contains("too_large") => {
                }
                Some((expected, _)) => {
                    return Err(Finding::new(expected.clone(), verdict).called("once", "then"));
                }
            }
        }
    }
    Ok(applied)
}

fn bits_survive(subject: &Subject, case: &Case) -> Check {
    let frame = &case.frame().bytes;
    let Some((turned, Written::Bytes(after_turned))) = written(subject, case) else {
        return Ok(Applied::No);
    };
    let Some(plain) = case.before.first() else {
        return extension_survives(subject, case, &after_turned);
    };
    let Some(whole) = subject.decode(case.direction, &plain.bytes) else {
        return Ok(Applied::No);
    };
    // Only bits that mean nothing to the codec: the metadata is the same with and without.
    if whole.facts != turned.facts || plain.bytes.len() != frame.len() {
        return Ok(Applied::No);
    }
    let Written::Bytes(after_plain) = subject.encode(&whole.metadata, &case.mutation) else {
        return Ok(Applied::No);
    };
    let bits = |a: &[u8], b: &[u8]| {
        let (a, b) = (
            without_checksums(subject, case, a),
            without_checksums(subject, case, b),
        );
        a.iter()
            .zip(&b)
            .map(|(a, b)| (a ^ b).count_ones())
            .sum::<u32>()
    };
    let turned_bits = bits(&plain.bytes, frame);
    if after_plain.len() == after_turned.len() && bits(&after_plain, &after_turned) >= turned_bits {
        return Ok(Applied::Yes);
    }
    let at = plain
        .bytes
        .iter()
        .zip(frame)
        .position(|(a, b)| a != b)
        .unwrap_or(0);
    Err(Finding::new(
        format!("the bit in byte {at} that nobody knows, as it came"),
        "the bit was written anew".to_owned(),
    )
    .called("came in", "went out")
    .at(at..at + 1))
}

/// The message with zeros for its checksums, which follow from the rest.
fn without_checksums(subject: &Subject, case: &Case, bytes: &[u8]) -> Vec<u8> {
    let mut bytes = bytes.to_vec();
    if let Some(schema) = subject.schema(case.direction) {
        let spans = layout::read(schema, case.direction, &bytes).spans;
        for span in spans
            .iter()
            .filter(|span| span.kind == layout::SpanKind::Checksum)
        {
            bytes[span.bytes()].fill(0);
        }
    }
    bytes
}

fn extension_survives(subject: &Subject, case: &Case, after: &Bytes) -> Check {
    let Some(schema) = subject.schema(case.direction) else {
        return Ok(Applied::No);
    };
    let extension = |bytes: &[u8]| match layout::read(schema, case.direction, bytes).outcome {
        layout::Outcome::Message(message, _) => Some(message.extension),
        _ => None,
    };
    let (before, after) = (extension(&case.frame().bytes), extension(after));
    if before == after {
        return Ok(Applied::Yes);
    }
    Err(Finding::new(
        format!("extension {before:02x?}"),
        format!("extension {after:02x?}"),
    )
    .called("came in", "went out"))
}

fn is_stateless(subject: &Subject, case: &Case) -> Check {
    let Some(decoded) = subject.decode(case.direction, &case.frame().bytes) else {
        return Ok(Applied::No);
    };
    let fresh = subject.codec();
    let mut used = subject.codec();
    subject.ask(&mut *used, case.direction, &concat(&case.before));
    subject.ask(&mut *used, case.direction, &case.frame().bytes);
    for frame in &case.before {
        subject.ask(&mut *used, case.direction, &frame.bytes);
    }
    let write = |codec: &dyn metaproto_codec::Codec| match &case.reply {
        None => subject.encode_on(codec, &decoded.metadata, &case.mutation),
        Some((error, text)) => {
            let error = metaproto_codec::Error {
                r#type: *error,
                message: text,
            };
            subject.on_error_on(codec, &decoded.metadata, &error)
        }
    };
    for (fresh, used) in [
        (write(&*fresh), write(&*used)),
        (
            subject.heartbeat_on(&*fresh, &decoded.metadata),
            subject.heartbeat_on(&*used, &decoded.metadata),
        ),
    ] {
        if fresh != used {
            let differ = if fresh.to_string() == used.to_string() {
                " of another content"
            } else {
                ""
            };
            return Err(
                Finding::new(fresh.to_string(), format!("{used}{differ}")).called("new", "used")
            );
        }
    }
    Ok(Applied::Yes)
}

fn is_shared(subject: &Subject, case: &Case) -> Check {
    let Some(decoded) = subject.decode(case.direction, &case.frame().bytes) else {
        return Ok(Applied::No);
    };
    let codec = subject.codec();
    let mut output = Output::new();
    let written = guard(|| codec.encode(&decoded.metadata, &case.mutation, &mut output));
    if !matches!(written, Ok(Ok(()))) {
        return Ok(Applied::No);
    }
    let frame = decoded.metadata.frame().as_ptr_range();
    let mut slices = [IoSlice::new(&[]); 64];
    let count = output.chunks_vectored(&mut slices);
    let pieces = slices
        .iter()
        .take(count)
        .map(|slice| (slice.as_ptr_range(), slice.len()));
    let shared: usize = pieces
        .filter(|(piece, _)| frame.start <= piece.start && piece.end <= frame.end)
        .map(|(_, length)| length)
        .sum();
    // A protocol may have padding or a checksum after its payload, which a change makes new.
    let wanted = if case.mutation.is_empty() {
        decoded.facts.length
    } else {
        payload(&decoded) / 2
    };
    if shared >= wanted {
        return Ok(Applied::Yes);
    }
    Err(Finding::new(
        format!("{wanted} bytes of the message shared, or more"),
        format!("{shared} bytes"),
    ))
}
