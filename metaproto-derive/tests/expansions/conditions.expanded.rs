// What is not always there.
#[derive(Clone, Debug)]
pub struct Conditions {
    pub flags: u8,
    pub trace: Option<u64>,
    pub client: Option<String>,
    pub extra: Option<u16>,
}
///The checked fields of a [`Conditions`] as they lie in the bytes of a message: numbers, and slices of what varies in length.
/**# Wire layout

```text
   0                   1                   2                   3
   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
  +-+-+-+-+-+-+-+-+
0 |     flags     |
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
1 :             trace (8 bytes, if (flags & 1) != 0)              :
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
  |         client.length         |
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
  :  client (client.length bytes, unless client.length is 65535)  :
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
  :               extra (2 bytes, if there is room)               :
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
```

| Offset | Width | Field | Meaning |
|---|---|---|---|
| 0 | 1 byte | `flags` | unsigned |
| 1 | 8 bytes | `trace` | if (flags & 1) != 0; unsigned |
| - | 2 bytes | `client.length` | unsigned; at most 249 |
| - | client.length bytes | `client` | unless client.length is 65535; text; at most 249 |
| - | 2 bytes | `extra` | if there is room; unsigned |
*/
#[derive(Clone, Debug)]
pub struct ConditionsView<'a> {
    flags: u8,
    trace: ::core::option::Option<u64>,
    client: ::core::option::Option<::metaproto_codec::wire::Letters<'a>>,
    extra: ::core::option::Option<u16>,
    _message: ::core::marker::PhantomData<&'a [u8]>,
}
#[allow(
    unused_imports,
    clippy::cast_lossless,
    clippy::collapsible_if,
    clippy::elidable_lifetime_names,
    clippy::expl_impl_clone_on_copy,
    clippy::manual_range_contains,
    clippy::match_same_arms,
    clippy::question_mark,
    clippy::trivially_copy_pass_by_ref,
    clippy::unnecessary_cast,
    clippy::unnecessary_wraps
)]
const _: () = {
    use ::metaproto_codec::private::{Err, None, Ok, Option, Result, Some, Vec};
    use ::metaproto_codec::{private, schema, wire};
    const _: () = ::core::assert!(
        private::can_say(249, 16u32, 1, 0),
        "the maximum is more than its length field of 16 bits can say; lower the maximum or widen the field"
    );
    const _: () = ::core::assert!(
        private::is_no_length((- 1) as i128, 16u32, 1, 0, 249),
        "this number is a length up to the maximum as well, or does not fit 16 bits; choose one that is neither"
    );
    /**# Wire layout

```text
   0                   1                   2                   3
   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
  +-+-+-+-+-+-+-+-+
0 |     flags     |
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
1 :             trace (8 bytes, if (flags & 1) != 0)              :
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
  |         client.length         |
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
  :  client (client.length bytes, unless client.length is 65535)  :
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
  :               extra (2 bytes, if there is room)               :
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
```

| Offset | Width | Field | Meaning |
|---|---|---|---|
| 0 | 1 byte | `flags` | unsigned |
| 1 | 8 bytes | `trace` | if (flags & 1) != 0; unsigned |
| - | 2 bytes | `client.length` | unsigned; at most 249 |
| - | client.length bytes | `client` | unless client.length is 65535; text; at most 249 |
| - | 2 bytes | `extra` | if there is room; unsigned |
*/
    impl ::metaproto_codec::Part for Conditions {
        const MIN_LEN: usize = 3usize;
        const MAX_LEN: usize = 11usize.saturating_add(2usize.saturating_add(249));
        const SCHEMA: ::metaproto_codec::Schema = ::metaproto_codec::Schema {
            name: "Conditions",
            fields: &private::declared([
                private::Declared::Number(
                    "flags",
                    schema::NumberKind::Unsigned,
                    1usize,
                    wire::Order::Big,
                ),
                private::Declared::Field(
                    schema::Field::number(
                            "trace",
                            schema::NumberKind::Unsigned,
                            8usize,
                            wire::Order::Big,
                        )
                        .presence(
                            schema::Presence::If(
                                &schema::Expr::Binary(
                                    schema::Operator::NotEqual,
                                    &schema::Expr::Binary(
                                        schema::Operator::BitAnd,
                                        &schema::Expr::Field("flags"),
                                        &schema::Expr::Number(1 as i128),
                                    ),
                                    &schema::Expr::Number(0 as i128),
                                ),
                            ),
                        ),
                ),
                private::Declared::Field(
                    schema::Field::new(
                            "client",
                            schema::Shape::Octets {
                                text: true,
                                length: schema::Length::Prefix(
                                    wire::Prefix::new(2usize, wire::Order::Big, 249),
                                ),
                            },
                        )
                        .max(249)
                        .presence(
                            schema::Presence::Unless(wire::code((-1) as i128, 16u32)),
                        ),
                ),
                private::Declared::Field(
                    schema::Field::number(
                            "extra",
                            schema::NumberKind::Unsigned,
                            2usize,
                            wire::Order::Big,
                        )
                        .presence(schema::Presence::Room),
                ),
            ]),
        };
        fn write(
            &self,
            writer: &mut wire::Writer<'_>,
        ) -> Result<(), ::metaproto_codec::CodecError> {
            if writer.field("flags") {
                let raw = writer.value(self.flags, 8u32)?;
                writer.raw::<1usize>(raw, wire::Order::Big);
            }
            if writer.field("trace") {
                writer
                    .presence(
                        {
                            let flags = self.flags;
                            flags & 1 != 0
                        },
                        self.trace.is_some(),
                    )?;
                if let Some(value) = &self.trace {
                    let raw = writer.value(*value, 64u32)?;
                    writer.raw::<8usize>(raw, wire::Order::Big);
                }
            }
            if writer.field("client") {
                match &self.client {
                    Some(value) => {
                        writer
                            .prefixed(
                                wire::Octets::octets(value),
                                wire::Prefix::new(2usize, wire::Order::Big, 249),
                            )?;
                    }
                    None => {
                        writer
                            .null(
                                wire::code((-1) as i128, 16u32),
                                wire::Prefix::new(2usize, wire::Order::Big, 249),
                            )?;
                    }
                }
            }
            if writer.field("extra") {
                if let Some(value) = &self.extra {
                    let raw = writer.value(*value, 16u32)?;
                    writer.raw::<2usize>(raw, wire::Order::Big);
                }
            }
            Ok(())
        }
        #[inline]
        fn template() -> Self {
            let mut part = Self {
                flags: 0,
                trace: None,
                client: None,
                extra: None,
            };
            let there = {
                let flags = part.flags;
                flags & 1 != 0
            };
            private::settle(&mut part.trace, there, || 0);
            part
        }
        #[inline]
        fn fields(&self) -> Vec<(&'static str, ::metaproto_codec::FieldValue)> {
            private::fields([
                ("flags", private::Show::show(&self.flags)),
                (
                    "trace",
                    self
                        .trace
                        .as_ref()
                        .map_or(
                            ::metaproto_codec::FieldValue::Absent,
                            private::Show::show,
                        ),
                ),
                (
                    "client",
                    self
                        .client
                        .as_ref()
                        .map_or(
                            ::metaproto_codec::FieldValue::Absent,
                            private::Show::show,
                        ),
                ),
                (
                    "extra",
                    self
                        .extra
                        .as_ref()
                        .map_or(
                            ::metaproto_codec::FieldValue::Absent,
                            private::Show::show,
                        ),
                ),
            ])
        }
    }
    impl<'a> ::metaproto_codec::Read<'a> for Conditions {
        type View = ConditionsView<'a>;
        fn check(cursor: &mut wire::Cursor<'a>) -> Result<Self::View, wire::Stop> {
            cursor.field("flags");
            let flags = cursor.scalar::<u8, 1usize>(wire::Order::Big)?;
            cursor.field("trace");
            let is_there = {
                let flags = flags;
                flags & 1 != 0
            };
            let trace = if is_there {
                let trace = cursor.scalar::<u64, 8usize>(wire::Order::Big)?;
                Some(trace)
            } else {
                None
            };
            cursor.field("client");
            let client = match cursor
                .length_or_null(
                    wire::Prefix::new(2usize, wire::Order::Big, 249),
                    1,
                    wire::code((-1) as i128, 16u32),
                )?
            {
                Some(length) => {
                    let client = {
                        let bytes = { cursor.take(length)? };
                        cursor.text(bytes)?.into()
                    };
                    Some(client)
                }
                None => None,
            };
            cursor.field("extra");
            let is_there = cursor.has_room()?;
            let extra = if is_there {
                let extra = cursor.scalar::<u16, 2usize>(wire::Order::Big)?;
                Some(extra)
            } else {
                None
            };
            Ok(ConditionsView {
                flags,
                trace,
                client,
                extra,
                _message: ::core::marker::PhantomData,
            })
        }
        #[allow(unused_variables)]
        fn from_view(
            view: &Self::View,
            message: Option<&private::Bytes>,
        ) -> Result<Self, ::metaproto_codec::CodecError> {
            Ok(Self {
                flags: view.flags,
                trace: view.trace,
                client: view
                    .client
                    .as_ref()
                    .map(|value| private::owned::<String>(value, message)),
                extra: view.extra,
            })
        }
        #[inline]
        #[allow(unused_variables)]
        fn bare(view: &Self::View) -> Self {
            Self {
                flags: view.flags,
                trace: view.trace,
                client: view.client.as_ref().map(|_| private::empty()),
                extra: view.extra,
            }
        }
    }
    #[allow(dead_code)]
    impl<'a> ConditionsView<'a> {
        ///The field `flags`.
        #[inline]
        #[must_use]
        pub fn flags(&self) -> u8 {
            self.flags
        }
        ///The field `trace`.
        #[inline]
        #[must_use]
        pub fn trace(&self) -> ::core::option::Option<u64> {
            self.trace
        }
        ///The field `client`.
        #[inline]
        #[must_use]
        pub fn client(&self) -> ::core::option::Option<&'a str> {
            self.client.map(::metaproto_codec::wire::Letters::as_str)
        }
        ///The field `extra`.
        #[inline]
        #[must_use]
        pub fn extra(&self) -> ::core::option::Option<u16> {
            self.extra
        }
    }
};
