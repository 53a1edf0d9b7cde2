use bytes::Bytes;
use metaproto_codec::wire::Text;
// Texts and bytes, each with an end of its own kind.
#[derive(Clone, Debug)]
pub struct Strings {
    pub size: u8,
    pub name_len: u8,
    pub name: String,
    pub method: Text,
    pub line: Vec<u8>,
    pub padded: Bytes,
}
///The checked fields of a [`Strings`] as they lie in the bytes of a message: numbers, and slices of what varies in length.
/**# Wire layout

```text
   0                   1                   2                   3
   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
0 |     size      |   name_len    |
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
2 /                     name (name_len bytes)                     /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
  |         method.length         |
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
  /                 method (method.length bytes)                  /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
  /                      line (up to "\r\n")                      /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
  |                            padded                             |
  +                                                               +
  |                                                               |
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
  /                      body (as size says)                      /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
```

| Offset | Width | Field | Meaning |
|---|---|---|---|
| 0 | 1 byte | `size` | unsigned; length of the body, bytes; at most 255 |
| 1 | 1 byte | `name_len` | unsigned |
| 2 | name_len bytes | `name` | text; property `name`; at most 64 |
| - | 2 bytes | `method.length` | unsigned; at most 256 |
| - | method.length bytes | `method` | text; operation; at most 256 |
| - | up to "\r\n" | `line` | bytes; at most 80 |
| - | 8 bytes | `padded` | bytes, filled up with "\x00" |
| - | as size says | `body` | payload, opaque |
*/
#[derive(Clone, Debug)]
pub struct StringsView<'a> {
    size: u8,
    name_len: u8,
    name: ::metaproto_codec::wire::Letters<'a>,
    method: ::metaproto_codec::wire::Letters<'a>,
    line: &'a [u8],
    padded: &'a [u8],
    _message: ::core::marker::PhantomData<&'a [u8]>,
}
///A message that starts with a [`Strings`], of which fields of fixed width can be set in place. Lengths stay as they are; checksums are computed anew.
#[derive(Debug)]
pub struct StringsPatch<'m>(::metaproto_codec::private::Patch<'m>);
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
        private::can_say(255, 8u32, 1, 0),
        "the maximum is more than its length field of 8 bits can say; lower the maximum or widen the field"
    );
    const _: () = ::core::assert!(
        private::can_say(64, 8u32, 1, 0),
        "the maximum is more than its length field of 8 bits can say; lower the maximum or widen the field"
    );
    const _: () = ::core::assert!(
        private::can_say(256, 16u32, 1, 0),
        "the maximum is more than its length field of 16 bits can say; lower the maximum or widen the field"
    );
    impl ::metaproto_codec::Part for Strings {
        const MIN_LEN: usize = 14usize;
        const MAX_LEN: usize = 2usize
            .saturating_add(0usize.saturating_add(64))
            .saturating_add(2usize.saturating_add(256))
            .saturating_add(2usize.saturating_add(80))
            .saturating_add(8usize.saturating_add(0));
        const SCHEMA: ::metaproto_codec::Schema = ::metaproto_codec::Schema {
            name: "Strings",
            fields: &private::declared([
                private::Declared::Length(
                    "size",
                    schema::NumberKind::Unsigned,
                    1usize,
                    wire::Order::Big,
                    &[schema::Role::BodyLen { offset: 0 }],
                    255,
                ),
                private::Declared::Number(
                    "name_len",
                    schema::NumberKind::Unsigned,
                    1usize,
                    wire::Order::Big,
                ),
                private::Declared::Field(
                    schema::Field::new(
                            "name",
                            schema::Shape::Octets {
                                text: true,
                                length: schema::Length::Field {
                                    name: "name_len",
                                    scale: 1,
                                    offset: 0,
                                },
                            },
                        )
                        .roles(&[schema::Role::Property("name")])
                        .max(64),
                ),
                private::Declared::Field(
                    schema::Field::new(
                            "method",
                            schema::Shape::Octets {
                                text: true,
                                length: schema::Length::Prefix(
                                    wire::Prefix::new(2usize, wire::Order::Big, 256),
                                ),
                            },
                        )
                        .roles(&[schema::Role::Operation])
                        .max(256),
                ),
                private::Declared::Field(
                    schema::Field::new(
                            "line",
                            schema::Shape::Octets {
                                text: false,
                                length: schema::Length::Until(b"\r\n"),
                            },
                        )
                        .max(80),
                ),
                private::Declared::Field(
                    schema::Field::new(
                            "padded",
                            schema::Shape::Octets {
                                text: false,
                                length: schema::Length::Padded {
                                    bytes: 8usize,
                                    pad: 0u8,
                                },
                            },
                        )
                        .max(8usize),
                ),
            ]),
        };
        fn write(
            &self,
            writer: &mut wire::Writer<'_>,
        ) -> Result<(), ::metaproto_codec::CodecError> {
            if writer.field("size") {
                let raw = {
                    let number = writer.body_len(0, 255)?;
                    writer.fitting(number, 8u32)?
                };
                writer.raw::<1usize>(raw, wire::Order::Big);
            }
            if writer.field("name_len") {
                let raw = {
                    let number = {
                        let length = wire::Octets::octets(&self.name).len();
                        writer.bounded(length, 64)?
                    };
                    writer.fitting(number, 8u32)?
                };
                writer.raw::<1usize>(raw, wire::Order::Big);
            }
            if writer.field("name") {
                writer.bytes(wire::Octets::octets(&self.name));
            }
            if writer.field("method") {
                writer
                    .prefixed(
                        wire::Octets::octets(&self.method),
                        wire::Prefix::new(2usize, wire::Order::Big, 256),
                    )?;
            }
            if writer.field("line") {
                writer.until(wire::Octets::octets(&self.line), b"\r\n", 80)?;
            }
            if writer.field("padded") {
                writer.padded(wire::Octets::octets(&self.padded), 8usize, 0u8)?;
            }
            writer.body();
            Ok(())
        }
        #[inline]
        fn template() -> Self {
            Self {
                size: 0,
                name_len: 0,
                name: private::empty(),
                method: private::empty(),
                line: private::empty(),
                padded: private::empty(),
            }
        }
        #[inline]
        fn fields(&self) -> Vec<(&'static str, ::metaproto_codec::FieldValue)> {
            private::fields([
                ("size", private::Show::show(&self.size)),
                ("name_len", private::Show::show(&self.name_len)),
                ("name", private::Show::show(&self.name)),
                ("method", private::Show::show(&self.method)),
                ("line", private::Show::show(&self.line)),
                ("padded", private::Show::show(&self.padded)),
            ])
        }
    }
    impl<'a> ::metaproto_codec::Read<'a> for Strings {
        type View = StringsView<'a>;
        fn check(cursor: &mut wire::Cursor<'a>) -> Result<Self::View, wire::Stop> {
            cursor.field("size");
            let size = cursor.scalar::<u8, 1usize>(wire::Order::Big)?;
            cursor.body_len(u128::from(size), 0, 255)?;
            cursor.field("name_len");
            let name_len = cursor.scalar::<u8, 1usize>(wire::Order::Big)?;
            let name_len_len = cursor.claim(u128::from(name_len), 1, 64)?;
            cursor.field("name");
            let name = {
                let bytes = {
                    let length = name_len_len;
                    cursor.take(length)?
                };
                cursor.text(bytes)?.into()
            };
            cursor.field("method");
            let method = cursor
                .prefixed_text(wire::Prefix::new(2usize, wire::Order::Big, 256))?
                .into();
            cursor.field("line");
            let line = cursor.until(b"\r\n", 80)?;
            cursor.field("padded");
            let padded = cursor.padded(8usize, 0u8)?;
            Ok(StringsView {
                size,
                name_len,
                name,
                method,
                line,
                padded,
                _message: ::core::marker::PhantomData,
            })
        }
        #[allow(unused_variables)]
        fn from_view(
            view: &Self::View,
            message: Option<&private::Bytes>,
        ) -> Result<Self, ::metaproto_codec::CodecError> {
            Ok(Self {
                size: view.size,
                name_len: view.name_len,
                name: private::owned::<String>(&view.name, message),
                method: private::owned::<Text>(&view.method, message),
                line: private::owned::<Vec<u8>>(&view.line, message),
                padded: private::owned::<Bytes>(&view.padded, message),
            })
        }
        #[inline]
        #[allow(unused_variables)]
        fn bare(view: &Self::View) -> Self {
            Self {
                size: view.size,
                name_len: view.name_len,
                name: private::empty(),
                method: private::empty(),
                line: private::empty(),
                padded: private::empty(),
            }
        }
        #[inline]
        #[allow(unused_variables)]
        fn index(
            view: &Self::View,
            message: &'a [u8],
            metadata: &mut ::metaproto_codec::Metadata,
        ) {
            {
                let value = view.name;
                private::record_octets(metadata, message, "name", &value);
            }
            {
                let value = view.method;
                metadata
                    .set_operation(
                        private::range(message, wire::Octets::octets(&value)),
                    );
            }
        }
    }
    #[allow(dead_code)]
    impl<'a> StringsView<'a> {
        ///The field `size`.
        #[inline]
        #[must_use]
        pub fn size(&self) -> u8 {
            self.size
        }
        ///The field `name_len`.
        #[inline]
        #[must_use]
        pub fn name_len(&self) -> u8 {
            self.name_len
        }
        ///The field `name`.
        #[inline]
        #[must_use]
        pub fn name(&self) -> &'a str {
            self.name.as_str()
        }
        ///The field `method`.
        #[inline]
        #[must_use]
        pub fn method(&self) -> &'a str {
            self.method.as_str()
        }
        ///The field `line`.
        #[inline]
        #[must_use]
        pub fn line(&self) -> &'a [u8] {
            self.line
        }
        ///The field `padded`.
        #[inline]
        #[must_use]
        pub fn padded(&self) -> &'a [u8] {
            self.padded
        }
    }
    impl private::Owning for Strings {}
    impl ::metaproto_codec::Header for Strings {
        const MAX_FRAME: usize = usize::saturating_add(
            <Self as ::metaproto_codec::Part>::MAX_LEN,
            255,
        );
        const SETTABLE: &'static [&'static str] = &["name"];
        const OPEN_PROPERTIES: bool = false;
        #[inline]
        fn set(
            &mut self,
            key: &str,
            value: &str,
        ) -> Result<(), ::metaproto_codec::Fault> {
            if key.eq_ignore_ascii_case("name") {
                self.name = private::parse_octets(
                    key,
                    value,
                    64,
                    private::Ending::Length,
                )?;
                return Ok(());
            }
            let _ = value;
            private::cannot_set(key)
        }
        #[inline]
        fn remove(&mut self, key: &str) -> Result<(), ::metaproto_codec::Fault> {
            if key.eq_ignore_ascii_case("name") {
                return private::cannot_remove(key);
            }
            private::cannot_remove(key)
        }
    }
    /**# Wire layout

```text
   0                   1                   2                   3
   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
0 |     size      |   name_len    |
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
2 /                     name (name_len bytes)                     /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
  |         method.length         |
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
  /                 method (method.length bytes)                  /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
  /                      line (up to "\r\n")                      /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
  |                            padded                             |
  +                                                               +
  |                                                               |
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
  /                      body (as size says)                      /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
```

| Offset | Width | Field | Meaning |
|---|---|---|---|
| 0 | 1 byte | `size` | unsigned; length of the body, bytes; at most 255 |
| 1 | 1 byte | `name_len` | unsigned |
| 2 | name_len bytes | `name` | text; property `name`; at most 64 |
| - | 2 bytes | `method.length` | unsigned; at most 256 |
| - | method.length bytes | `method` | text; operation; at most 256 |
| - | up to "\r\n" | `line` | bytes; at most 80 |
| - | 8 bytes | `padded` | bytes, filled up with "\x00" |
| - | as size says | `body` | payload, opaque |
*/
    #[allow(dead_code)]
    impl Strings {
        /**Checks a message, of which the body need not be there, to set fields of its header in place. Where there are checksums it must be whole.

# Errors

As [`view_header`](::metaproto_codec::Header::view_header).*/
        #[inline]
        pub fn patch(
            message: &mut [u8],
        ) -> Result<StringsPatch<'_>, ::metaproto_codec::CodecError> {
            private::Patch::check::<Self>(message, false).map(StringsPatch)
        }
    }
};
