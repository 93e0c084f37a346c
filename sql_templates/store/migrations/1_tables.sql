{#
title: The tables of a new store
#}
create table meta (key text not null, value text not null);

create table runs (
    number bigint not null,
    id text not null,
    project text not null,
    target text not null,
    engine text not null,
    as_of text not null,
    started text not null,
    seconds double precision not null,
    queries bigint not null,
    rows_scanned bigint,
    bytes_scanned bigint,
    version text not null,
    state text not null,
    status text,
    exit_code bigint,
    errors text not null
);

create table results (
    run_id text not null,
    position bigint not null,
    id text not null,
    dataset text not null,
    monitor text not null,
    subject text,
    metric text not null,
    method text,
    params text not null,
    segment text,
    period text,
    chunk_key text,
    chunk_index bigint,
    chunk_start text,
    chunk_end text,
    chunk_rows bigint,
    value double precision,
    value_json text,
    lower double precision,
    upper double precision,
    threshold_lower double precision,
    threshold_upper double precision,
    alert boolean not null,
    status text not null,
    severity text not null,
    message text not null,
    failing bigint,
    "of" bigint,
    details text not null,
    query text,
    owner text,
    tags text not null
);

create table summaries (
    dataset text not null,
    fingerprint text not null,
    period text not null,
    chunk text not null,
    segment text not null,
    content text not null,
    created text not null
);

create table baselines (
    dataset text not null,
    fingerprint text not null,
    content text not null,
    created text not null
);

create table statements (run_id text not null, id text not null, content text not null);
