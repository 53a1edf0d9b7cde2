//! Shrinking, used as a test would.

use metaproto_codec::{Direction, Part};

use super::super::*;
use super::samples::Lists;

#[test]
fn shrinking_keeps_what_fails_and_ends_at_the_smallest() {
    let direction = Direction::ClientToServer;
    // The failure: a flag that is set somewhere, in a valid message.
    let fails = |message: &Message| {
        let bytes = write(message, &[]);
        let is_valid = matches!(
            read(&Lists::SCHEMA, direction, &bytes).outcome,
            Outcome::Message(..)
        );
        let is_set = |flags: &Value| matches!(flags, Value::List(flags) if flags.contains(&Value::Number(1)));
        is_valid && message.get("flags").is_some_and(is_set)
    };
    let mut smallest = models::rich(&Lists::SCHEMA, direction);
    smallest.set("flags[1]", Value::Number(1)).unwrap();
    smallest.extension = vec![1, 2, 3];
    assert!(fails(&smallest));
    let first = shrink(&smallest).next().unwrap();
    assert_eq!((first.body.len(), &first.fields), (0, &smallest.fields));
    let mut steps = 0;
    while let Some(simpler) = shrink(&smallest).find(fails) {
        smallest = simpler;
        steps += 1;
        assert!(steps < 200);
    }
    let mut expected = models::lean(&Lists::SCHEMA, direction);
    expected.set("flags", Value::List(vec![Value::Number(1)]));
    assert_eq!(write(&smallest, &[]), write(&expected, &[]));
    assert_eq!(shrink(&models::lean(&Lists::SCHEMA, direction)).count(), 0);
}
