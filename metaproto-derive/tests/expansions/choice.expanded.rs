// A part.
#[derive(Clone, Debug)]
pub struct Login {
    pub user: u8,
}
///The checked fields of a [`Login`] as they lie in the bytes of a message: numbers, and slices of what varies in length.
/**# Wire layout

```text
   0                   1                   2                   3
   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
  +-+-+-+-+-+-+-+-+
0 |     user      |
  +-+-+-+-+-+-+-+-+
```

| Offset | Width | Field | Meaning |
|---|---|---|---|
| 0 | 1 byte | `user` | unsigned |
*/
#[derive(Debug)]
pub struct LoginView<'a> {
    user: u8,
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
    /**# Wire layout

```text
   0                   1                   2                   3
   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
  +-+-+-+-+-+-+-+-+
0 |     user      |
  +-+-+-+-+-+-+-+-+
```

| Offset | Width | Field | Meaning |
|---|---|---|---|
| 0 | 1 byte | `user` | unsigned |
*/
    impl ::metaproto_codec::Part for Login {
        const MIN_LEN: usize = 1usize;
        const MAX_LEN: usize = 1usize;
        const SCHEMA: ::metaproto_codec::Schema = ::metaproto_codec::Schema {
            name: "Login",
            fields: &private::declared([
                private::Declared::Number(
                    "user",
                    schema::NumberKind::Unsigned,
                    1usize,
                    wire::Order::Big,
                ),
            ]),
        };
        fn write(
            &self,
            writer: &mut wire::Writer<'_>,
        ) -> Result<(), ::metaproto_codec::CodecError> {
            if writer.field("user") {
                let raw = writer.value(self.user, 8u32)?;
                writer.raw::<1usize>(raw, wire::Order::Big);
            }
            Ok(())
        }
        #[inline]
        fn template() -> Self {
            Self { user: 0 }
        }
        #[inline]
        fn fields(&self) -> Vec<(&'static str, ::metaproto_codec::FieldValue)> {
            private::fields([("user", private::Show::show(&self.user))])
        }
    }
    impl<'a> ::core::marker::Copy for LoginView<'a> {}
    impl<'a> ::core::clone::Clone for LoginView<'a> {
        #[inline]
        fn clone(&self) -> Self {
            *self
        }
    }
    impl<'a> ::metaproto_codec::Read<'a> for Login {
        type View = LoginView<'a>;
        fn check(cursor: &mut wire::Cursor<'a>) -> Result<Self::View, wire::Stop> {
            cursor.field("user");
            let user = cursor.scalar::<u8, 1usize>(wire::Order::Big)?;
            Ok(LoginView {
                user,
                _message: ::core::marker::PhantomData,
            })
        }
        #[allow(unused_variables)]
        fn from_view(
            view: &Self::View,
            message: Option<&private::Bytes>,
        ) -> Result<Self, ::metaproto_codec::CodecError> {
            Ok(Self { user: view.user })
        }
        #[inline]
        #[allow(unused_variables)]
        fn bare(view: &Self::View) -> Self {
            Self { user: view.user }
        }
    }
    #[allow(dead_code)]
    impl<'a> LoginView<'a> {
        ///The field `user`.
        #[inline]
        #[must_use]
        pub fn user(&self) -> u8 {
            self.user
        }
    }
};
/// Parts to choose from.
#[derive(Clone, Debug)]
pub enum Command {
    /// With a part.
    Login(Login),
    /// Without.
    Quit,
    /// All others.
    Other(u8, Login),
}
///The checked alternative of a [`Command`] as it lies in the bytes of a message.
#[derive(Clone, Debug)]
#[allow(clippy::large_enum_variant)]
pub enum CommandView<'a> {
    ///`Login`.
    Login(<Login as ::metaproto_codec::Read<'a>>::View),
    ///`Quit`.
    Quit,
    /// Any other tag, with what follows it.
    Other(u8, <Login as ::metaproto_codec::Read<'a>>::View),
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
    impl ::metaproto_codec::Choice for Command {
        const MIN_LEN: usize = private::least(
            &[
                <Login as ::metaproto_codec::Part>::MIN_LEN,
                0,
                <Login as ::metaproto_codec::Part>::MIN_LEN,
            ],
        );
        const MAX_LEN: usize = private::most(
            &[
                <Login as ::metaproto_codec::Part>::MAX_LEN,
                0,
                <Login as ::metaproto_codec::Part>::MAX_LEN,
            ],
        );
        const ALTERNATIVES: &'static [schema::Alternative] = &[
            schema::Alternative {
                tag: wire::code(1 as i128, 64u32),
                name: "Login",
                part: Some(&<Login as ::metaproto_codec::Part>::SCHEMA),
            },
            schema::Alternative {
                tag: wire::code(2 as i128, 64u32),
                name: "Quit",
                part: None,
            },
        ];
        const OTHER: Option<&'static ::metaproto_codec::Schema> = Some(
            &<Login as ::metaproto_codec::Part>::SCHEMA,
        );
        fn tag(&self) -> u128 {
            match self {
                Self::Login(_) => wire::code(1 as i128, 64u32),
                Self::Quit => wire::code(2 as i128, 64u32),
                Self::Other(tag, _) => u128::from(*tag),
            }
        }
        #[allow(unused_variables)]
        fn write(
            &self,
            writer: &mut wire::Writer<'_>,
        ) -> Result<(), ::metaproto_codec::CodecError> {
            match self {
                Self::Login(part) => ::metaproto_codec::Part::write(part, writer),
                Self::Quit => Ok(()),
                Self::Other(_, part) => ::metaproto_codec::Part::write(part, writer),
            }
        }
        #[inline]
        fn template() -> Self {
            Self::Login(<Login as ::metaproto_codec::Part>::template())
        }
        #[inline]
        fn fields(&self) -> Vec<(&'static str, ::metaproto_codec::FieldValue)> {
            match self {
                Self::Login(part) => {
                    private::fields([("Login", private::show_part(part))])
                }
                Self::Quit => {
                    private::fields([
                        ("Quit", ::metaproto_codec::FieldValue::Header(Vec::new())),
                    ])
                }
                Self::Other(_, part) => {
                    private::fields([("Other", private::show_part(part))])
                }
            }
        }
    }
    impl<'a> ::metaproto_codec::ReadChoice<'a> for Command {
        type View = CommandView<'a>;
        fn check(
            tag: u128,
            cursor: &mut wire::Cursor<'a>,
        ) -> Result<Self::View, wire::Stop> {
            if tag == wire::code(1 as i128, 64u32) {
                return Ok(
                    CommandView::Login(
                        <Login as ::metaproto_codec::Read<'a>>::check(cursor)?,
                    ),
                );
            }
            if tag == wire::code(2 as i128, 64u32) {
                return Ok(CommandView::Quit);
            }
            let tag = u8::try_from(tag)
                .map_err(|_| {
                    cursor
                        .fault(::metaproto_codec::Fault::Code {
                            found: tag,
                        })
                })?;
            Ok(
                CommandView::Other(
                    tag,
                    <Login as ::metaproto_codec::Read<'a>>::check(cursor)?,
                ),
            )
        }
        #[allow(unused_variables)]
        fn from_view(
            view: &Self::View,
            message: Option<&private::Bytes>,
        ) -> Result<Self, ::metaproto_codec::CodecError> {
            Ok(
                match view {
                    CommandView::Login(part) => {
                        Self::Login(
                            <Login as ::metaproto_codec::Read<
                                '_,
                            >>::from_view(part, message)?,
                        )
                    }
                    CommandView::Quit => Self::Quit,
                    CommandView::Other(tag, part) => {
                        Self::Other(
                            *tag,
                            <Login as ::metaproto_codec::Read<
                                '_,
                            >>::from_view(part, message)?,
                        )
                    }
                },
            )
        }
        fn bare(view: &Self::View) -> Self {
            match view {
                CommandView::Login(part) => {
                    Self::Login(<Login as ::metaproto_codec::Read<'_>>::bare(part))
                }
                CommandView::Quit => Self::Quit,
                CommandView::Other(tag, part) => {
                    Self::Other(*tag, <Login as ::metaproto_codec::Read<'_>>::bare(part))
                }
            }
        }
    }
};
/// Its owner.
#[derive(Clone, Debug)]
pub struct Chosen {
    pub kind: u8,
    pub command: Command,
}
///The checked fields of a [`Chosen`] as they lie in the bytes of a message: numbers, and slices of what varies in length.
/**# Wire layout

```text
   0                   1                   2                   3
   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
  +-+-+-+-+-+-+-+-+
0 |     kind      |
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
1 /                    command (as kind says)                     /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
```

| Offset | Width | Field | Meaning |
|---|---|---|---|
| 0 | 1 byte | `kind` | unsigned |
| 1 | as kind says | `command` | chosen by `kind` |
*/
#[derive(Clone, Debug)]
pub struct ChosenView<'a> {
    kind: u8,
    command: <Command as ::metaproto_codec::ReadChoice<'a>>::View,
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
        private::tags_fit:: < Command > (8u32),
        "a variant has a tag that does not fit the 8 bits of `kind`; widen the field or correct the tag"
    );
    /**# Wire layout

```text
   0                   1                   2                   3
   0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
  +-+-+-+-+-+-+-+-+
0 |     kind      |
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
1 /                    command (as kind says)                     /
  +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+
```

| Offset | Width | Field | Meaning |
|---|---|---|---|
| 0 | 1 byte | `kind` | unsigned |
| 1 | as kind says | `command` | chosen by `kind` |
*/
    impl ::metaproto_codec::Part for Chosen {
        const MIN_LEN: usize = 1usize + <Command as ::metaproto_codec::Choice>::MIN_LEN;
        const MAX_LEN: usize = 1usize
            .saturating_add(<Command as ::metaproto_codec::Choice>::MAX_LEN);
        const SCHEMA: ::metaproto_codec::Schema = ::metaproto_codec::Schema {
            name: "Chosen",
            fields: &private::declared([
                private::Declared::Number(
                    "kind",
                    schema::NumberKind::Unsigned,
                    1usize,
                    wire::Order::Big,
                ),
                private::Declared::Field(
                    schema::Field::new(
                        "command",
                        schema::Shape::Choice {
                            tag: "kind",
                            alternatives: <Command as ::metaproto_codec::Choice>::ALTERNATIVES,
                            other: <Command as ::metaproto_codec::Choice>::OTHER,
                        },
                    ),
                ),
            ]),
        };
        fn write(
            &self,
            writer: &mut wire::Writer<'_>,
        ) -> Result<(), ::metaproto_codec::CodecError> {
            if writer.field("kind") {
                let raw = {
                    let number = private::tag(Some(&self.command), 0);
                    writer.fitting(number, 8u32)?
                };
                writer.raw::<1usize>(raw, wire::Order::Big);
            }
            if writer.field("command") {
                writer
                    .nested(|writer| ::metaproto_codec::Choice::write(
                        &self.command,
                        writer,
                    ))?;
            }
            Ok(())
        }
        #[inline]
        fn template() -> Self {
            Self {
                kind: 0,
                command: <Command as ::metaproto_codec::Choice>::template(),
            }
        }
        #[inline]
        fn fields(&self) -> Vec<(&'static str, ::metaproto_codec::FieldValue)> {
            private::fields([
                ("kind", private::Show::show(&self.kind)),
                ("command", private::show_choice(&self.command)),
            ])
        }
    }
    impl<'a> ::metaproto_codec::Read<'a> for Chosen {
        type View = ChosenView<'a>;
        fn check(cursor: &mut wire::Cursor<'a>) -> Result<Self::View, wire::Stop> {
            cursor.field("kind");
            let kind = cursor.scalar::<u8, 1usize>(wire::Order::Big)?;
            let kind_raw = wire::bits(wire::Scalar::to_raw(kind), 0, 8u32);
            cursor.field("command");
            let command = cursor
                .nested(|cursor| {
                    <Command as ::metaproto_codec::ReadChoice<
                        'a,
                    >>::check(kind_raw, cursor)
                })?;
            Ok(ChosenView {
                kind,
                command,
                _message: ::core::marker::PhantomData,
            })
        }
        #[allow(unused_variables)]
        fn from_view(
            view: &Self::View,
            message: Option<&private::Bytes>,
        ) -> Result<Self, ::metaproto_codec::CodecError> {
            Ok(Self {
                kind: view.kind,
                command: <Command as ::metaproto_codec::ReadChoice<
                    '_,
                >>::from_view(&view.command, message)?,
            })
        }
        #[inline]
        #[allow(unused_variables)]
        fn bare(view: &Self::View) -> Self {
            Self {
                kind: view.kind,
                command: <Command as ::metaproto_codec::ReadChoice<
                    '_,
                >>::bare(&view.command),
            }
        }
    }
    #[allow(dead_code)]
    impl<'a> ChosenView<'a> {
        ///The field `kind`.
        #[inline]
        #[must_use]
        pub fn kind(&self) -> u8 {
            self.kind
        }
        ///The field `command`.
        #[inline]
        #[must_use]
        pub fn command(&self) -> &<Command as ::metaproto_codec::ReadChoice<'a>>::View {
            &self.command
        }
    }
};
