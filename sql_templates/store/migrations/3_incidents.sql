{#
title: Incidents and what was said of them, what each run had judged, and the counts that watched tables had before
#}
alter table runs add column judged text;
alter table runs add column incidents text;

create table incidents (
    project text not null,
    target text not null,
    id text not null,
    dataset text not null,
    since text,
    until text,
    latest text,
    state text not null,
    text text not null,
    results text not null,
    series text not null,
    first_run text not null,
    first_as_of text not null,
    last_run text not null,
    last_as_of text not null
);

create table acknowledgements (
    project text not null,
    target text not null,
    incident text not null,
    until text,
    why text not null,
    noted text not null
);

create table verdicts (run_id text not null, series text not null, segment text not null, chunk text not null);

create table watched_counts (
    dataset text not null,
    fingerprint text not null,
    segment text not null,
    grain text not null,
    bucket text not null,
    first_rows bigint not null,
    first_as_of text not null,
    "rows" bigint not null,
    as_of text not null
);
