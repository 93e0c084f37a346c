{#
title: Every text contains a match of a regular expression
shape: predicate
arguments:
  column: text
  pattern: {kind: pattern, required: true, doc: "a format (email, uuid, url, ipv4, iso_date), matched in full, or a regular expression in the engine's syntax, searched anywhere unless anchored by ^ and $"}
short: pattern
measure: rows
says: have {a column} that does not match {pattern}
nulls: pass; the empty text is a text
empty: 0 of 0 rows
action: "look at the failing texts: another format, spaces, or a missing value that is not NULL"
#}
not regexp_matches($column, $pattern)
