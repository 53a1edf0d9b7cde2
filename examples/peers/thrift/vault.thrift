/** What a server did not like about a request. */
exception Refused {
  1: string why
}

service Vault {
  /** The name of the server. */
  string who(),
  /** The name of the server; routed to another one than `who`. */
  string whose(),
  /** Routed nowhere. */
  string lost(),
  /** Routed to a cluster without endpoints. */
  string down(),
  string echo(1: string text),
  /** Refuses to divide by zero. */
  i32 divide(1: i32 a, 2: i32 b) throws (1: Refused refused),
  oneway void note(1: string text),
  /** The texts of all notes. */
  list<string> notes(),
  /** The value of a header of this very call. */
  string header(1: string name),
}
