use super::*;

/// Id and properties that the contenders of a task find.
fn expected(task: &str) -> Vec<(&'static str, &'static str)> {
    let interface = "shop.inventory.ShelfService";
    let (method, tenant) = (("method", "restock"), ("tenant", "blue"));
    let trace = ("x-trace-id", "4bf92f3577b34da6");
    let dubbo = [
        ("id", "7"),
        ("interface", interface),
        method,
        ("path", interface),
        ("remote.application", "checkout"),
        ("version", "1.2.3"),
        ("timeout", "1000"),
        tenant,
        trace,
    ];
    let others = [
        ("group", "north"),
        ("region", "eu-central-1"),
        ("zone", "b"),
        ("client", "checkout"),
        ("user", "4711"),
        ("locale", "de-AT"),
        ("experiment", "shelf-7"),
        ("priority", "low"),
        ("retries", "2"),
    ];
    let protocol = task.trim_start_matches("w8-");
    let (protocol, _) = protocol.rsplit_once('-').unwrap();
    match protocol {
        "dubbo" => dubbo.to_vec(),
        "dubbo-16" => [&dubbo[..], &others].concat(),
        "thrift-theader" => vec![
            ("id", "7"),
            method,
            ("authority", "inventory.shop.example"),
            ("client", "checkout"),
            ("region", "eu-central-1"),
            tenant,
            trace,
        ],
        "brpc" => vec![
            ("id", "7"),
            ("interface", interface),
            method,
            ("request_id", "5f0d1b9e-77a0"),
            ("client", "checkout"),
            ("region", "eu-central-1"),
            tenant,
            trace,
        ],
        "trpc" => vec![
            ("id", "1"),
            ("caller", "trpc.demo.caller.5"),
            ("callee", "trpc.helloworld.Greeter"),
            ("func", "/trpc.helloworld.Greeter/Hello"),
            ("tenant", "蓝"),
            ("trace-id", "go-5"),
        ],
        _ => vec![("id", "7"), method],
    }
}

/// What is read of `frame`, in the order of the names; nothing where it is refused.
fn read_of(case: &Case, read: Read, frame: &[u8]) -> Option<Vec<(String, String)>> {
    let mut found = Vec::new();
    let mut world = World::of(case, Bytes::copy_from_slice(frame));
    let is_read = read(&mut world, &mut |name, value| {
        found.push((name.to_owned(), value.to_string()));
    });
    found.sort();
    is_read.then_some(found)
}

/// What is expected of a task, with what its mutation changes.
fn expected_of_change(task: &str, case: &Case) -> Vec<(String, String)> {
    let mutation = (case.mutation)();
    let text = |(name, value): (&str, &str)| (name.to_owned(), value.to_owned());
    let mut expected: Vec<_> = expected(task).into_iter().map(text).collect();
    for (name, value) in &mut expected {
        match mutation.changes().find(|(key, _)| key == name) {
            Some((_, change)) => *value = change.value().unwrap().to_owned(),
            None if name == "id" && mutation.request_id().is_some() => {
                *value = OTHER_ID.to_string();
            }
            None => {}
        }
    }
    expected.sort();
    expected
}

#[test]
fn messages_have_about_300_bytes_but_that_with_16_attachments() {
    for (task, _, case, _) in READS.iter().filter(|it| it.0 != "w8-dubbo-16-decode") {
        let length = (case.frame)().len();
        assert!((220..=360).contains(&length), "{task}: {length}");
    }
}

#[test]
fn all_find_the_same_in_a_message() {
    for (task, _, case, table) in READS {
        let mut expected = expected(task);
        expected.sort_unstable();
        for (name, read) in *table {
            let found = read_of(case, *read, &(case.frame)()).unwrap_or_default();
            let found: Vec<_> = found
                .iter()
                .map(|(a, b)| (a.as_str(), b.as_str()))
                .collect();
            assert_eq!(found, expected, "{task}: {name}");
        }
    }
}

#[test]
fn ours_refuses_every_shorter_message_and_the_others_a_shorter_beginning() {
    for (task, _, case, table) in READS {
        let frame = (case.frame)();
        for (name, read) in *table {
            // pilota panics where the name is cut.
            let most = if *name == "ours" { frame.len() } else { 8 };
            for length in 0..most {
                let found = read_of(case, *read, &frame[..length]);
                assert_eq!(found, None, "{task}: {name}: {length}");
            }
        }
    }
}

#[test]
fn all_change_the_message_and_nothing_else() {
    for (task, _, case, table) in CHANGES {
        let mut world = World::new(case);
        let frame = (case.frame)();
        for (name, change) in *table {
            // The second time nothing is left of the first.
            for _ in 0..2 {
                let mut written = Vec::new();
                let is_changed = change(&mut world, &mut |pieces| {
                    written = pieces.iter().flat_map(|piece| piece.to_vec()).collect();
                });
                assert!(is_changed, "{task}: {name}");
                let found = read_of(case, ours::read, &written);
                assert_eq!(
                    found,
                    Some(expected_of_change(task, case)),
                    "{task}: {name}"
                );
                let is_dubbo = task.starts_with("w8-dubbo");
                let body = if is_dubbo { 1 } else { 40 };
                assert!(
                    written.ends_with(&frame[frame.len() - body..]),
                    "{task}: {name}"
                );
            }
        }
    }
}
