"""Functions that the parser does not know by class and that user SQL may call, by dialect.

All of them compute from their arguments alone: no files, no network, no settings, no sequences, no clock, no chance, no
tables, and nothing whose size a literal can blow up (see `bounds`). They are from the function lists of the engines'
manuals (DuckDB 1.5, Postgres 18, Snowflake, BigQuery, Spark 4.0, Redshift, Trino, ClickHouse 26, MySQL 9). A name of
one dialect may mean something else in another, so none is shared without need.
"""

from __future__ import annotations

from functools import lru_cache

_COMMON = """
    isfinite isinf is_finite is_inf is_nan regexp_full_match prefix suffix char_length character_length octet_length
    translate nvl ifnull iff zeroifnull nullifzero gcd lcm even div0 div0null list_contains list_has len strip_accents
    damerau_levenshtein hamming jaccard jaro_similarity jaro_winkler_similarity epoch epoch_ms julian date_part
    datepart make_date make_timestamp strptime try_strptime is_date btrim num_nulls num_nonnulls tointervalday
    tointervalmonth isodow weekday isoyear century decade bool_and bool_or every empty notempty position instr mod div
    square truncate ltrim rtrim concat acosh asinh atanh cosh sinh tanh coth log2 log10 ceiling
"""
_SPARK = """
    forall zip_with map_filter transform_keys transform_values acosh array_append array_compact array_distinct
    array_except array_insert array_intersect array_join array_max array_min array_position array_prepend array_remove
    array_repeat array_size array_sort array_union arrays_overlap arrays_zip cardinality element_at flatten get map
    map_concat map_contains_key map_entries map_from_arrays map_from_entries map_keys map_values named_struct size
    slice sort_array str_to_map struct try_element_at from_json to_json get_json_object json_array_length
    json_object_keys schema_of_json from_csv to_csv bin hex unhex conv crc32 hash xxhash64 md5 sha sha1 sha2 base64
    unbase64 bit_length btrim char charindex decode encode elt find_in_set format_number format_string printf
    is_valid_utf8 lcase locate luhn_check mask overlay regexp regexp_extract_all regexp_instr regexp_substr rlike
    sentences space to_binary to_char to_number to_varchar try_to_binary try_to_number ucase url_encode url_decode
    try_url_decode parse_url try_parse_url date_format date_from_unix_date from_unixtime from_utc_timestamp
    make_dt_interval make_interval make_timestamp_ltz make_timestamp_ntz make_ym_interval months_between next_day
    timestamp_micros timestamp_millis timestamp_seconds to_timestamp_ltz to_timestamp_ntz to_unix_timestamp
    to_utc_timestamp try_to_timestamp try_to_date unix_date unix_micros unix_millis unix_seconds dayname monthname
    bround e expm1 factorial hypot log1p negative pmod positive rint shiftleft shiftright shiftrightunsigned signum
    try_add try_divide try_multiply try_subtract try_mod width_bucket bit_count bit_get getbit isnull isnotnull isnan
    equal_null typeof bigint int string double date timestamp boolean decimal float tinyint smallint binary nanvl
    dateadd date_diff try_make_timestamp try_make_interval collate collation sec csc left right regexp_like
    is_variant_null parse_json try_parse_json variant_get try_variant_get schema_of_variant to_variant_object quote
"""
_SPARK_AGGREGATES = """
    any some every bool_and bool_or std stddev_samp mean try_avg try_sum collect_list collect_set percentile
    percentile_approx approx_percentile histogram_numeric bit_and bit_or bit_xor grouping_id max_by min_by string_agg
    listagg regr_avgx regr_avgy regr_count regr_intercept regr_r2 regr_slope regr_sxx regr_sxy regr_syy hll_sketch_agg
    hll_sketch_estimate hll_union_agg product
"""
_POSTGRES = """
    digest hmac hashtext hashtextextended pg_column_size
    all any some ascii bit_length char_length format initcap md5 normalize overlay parse_ident quote_ident
    quote_literal quote_nullable regexp_match regexp_split_to_array regexp_substr regexp_instr regexp_count
    string_to_array to_ascii to_hex to_bin to_oct unistr sha224 sha256 sha384 sha512 encode decode get_byte get_bit
    bit_count convert_from convert_to similarity row word_similarity strict_word_similarity unaccent dmetaphone
    metaphone soundex difference levenshtein levenshtein_less_equal erf erfc log10 min_scale scale trim_scale sind
    cosd tand asind acosd atand cotd width_bucket age date_bin justify_days justify_hours justify_interval
    make_interval make_time make_timestamptz timezone date_add date_subtract to_timestamp to_date to_char to_number
    to_json to_jsonb array_to_json row_to_json json_build_array jsonb_build_array json_build_object jsonb_build_object
    json_object jsonb_object json_array_length jsonb_array_length json_extract_path jsonb_extract_path
    json_extract_path_text jsonb_extract_path_text json_typeof jsonb_typeof json_strip_nulls jsonb_strip_nulls
    jsonb_set jsonb_set_lax jsonb_insert jsonb_pretty jsonb_path_exists jsonb_path_match jsonb_path_query_first
    jsonb_path_query_array jsonb_contains jsonb_exists json_scalar json_serialize array_append array_cat array_dims
    array_length array_lower array_ndims array_position array_positions array_prepend array_remove array_replace
    array_to_string array_upper cardinality trim_array array_reverse array_sort int4range int8range numrange tsrange
    tstzrange daterange isempty lower_inc upper_inc lower_inf upper_inf range_merge host masklen netmask hostmask
    network broadcast family abbrev inet_same_family pg_typeof casefold crc32 crc32c gamma lgamma to_tsvector
    to_tsquery plainto_tsquery phraseto_tsquery websearch_to_tsquery ts_rank uuid_extract_timestamp
    uuid_extract_version
"""
_POSTGRES_AGGREGATES = """
    json_agg jsonb_agg json_object_agg jsonb_object_agg range_agg range_intersect_agg regr_sxx regr_sxy regr_syy mode
    string_agg bit_and bit_or bit_xor any_value
"""
_FUNCTIONS: dict[str, str] = {
    "duckdb": """
        list_apply apply array_apply list_transform array_transform list_filter array_filter all any array_extract
        bit_length format format_bytes formatreadablesize formatreadabledecimalsize from_base64 hash lcase ucase
        left_grapheme right_grapheme length_grapheme substring_grapheme list_element list_extract md5_number
        md5_number_lower md5_number_upper nfc_normalize ord parse_dirname parse_dirpath parse_filename parse_path
        printf regexp_escape regexp_extract_all regexp_split_to_array string_to_array string_split string_split_regex
        str_split str_split_regex sha1 sha256 split strlen to_base64 to_base to_binary to_hex bin unbin unhex
        url_decode url_encode editdist3 mismatches levenshtein like_escape ilike_escape not_like_escape
        not_ilike_escape bit_count bit_position get_bit encode decode add subtract multiply divide fdiv fmod gamma
        lgamma lngamma nextafter pow round_even roundbankers signbit xor factorial greatest_common_divisor
        least_common_multiple date_add date_sub datesub datediff datetrunc dayofmonth dayofweek dayofyear era epoch_ns
        epoch_us microsecond millisecond nanosecond millennium make_time make_timestamptz make_timestamp_ms
        make_timestamp_ns time_bucket timezone timezone_hour timezone_minute to_timestamp to_centuries to_days
        to_decades to_hours to_microseconds to_millennia to_milliseconds to_minutes to_months to_quarters to_seconds
        to_weeks to_years weekofyear yearweek age normalized_interval strftime list_any_value list_append list_avg
        list_concat list_cat list_has_all list_has_any list_count list_distinct list_dot_product list_inner_product
        list_cosine_similarity list_cosine_distance list_distance list_first list_grade_up list_indexof list_position
        list_intersect list_kurtosis list_last list_mad list_max list_median list_min list_mode list_prepend
        list_product list_reverse list_reverse_sort list_select list_skewness list_slice list_sort list_stddev_pop
        list_stddev_samp list_string_agg list_sum list_unique list_value list_pack list_var_pop list_var_samp
        list_where list_zip list_resize list_bool_and list_bool_or list_entropy list_sem list_histogram array_append
        array_cat array_concat array_contains array_distinct array_has array_has_all array_has_any array_indexof
        array_intersect array_length array_pop_back array_pop_front array_position array_prepend array_push_back
        array_push_front array_reverse array_resize array_slice array_sort array_reverse_sort array_to_string
        array_unique array_value array_zip array_cosine_similarity array_cosine_distance array_distance
        array_cross_product array_inner_product flatten cardinality element_at map map_concat map_contains map_entries
        map_extract map_extract_value map_from_entries map_keys map_values struct_pack struct_insert struct_concat
        struct_values row union_extract union_tag union_value enum_code enum_first enum_last json json_array
        json_array_length json_contains json_exists json_extract_path json_extract_path_text json_extract_string
        json_keys json_merge_patch json_object json_quote json_structure json_transform json_transform_strict
        json_type json_valid json_value json_pretty to_json array_to_json row_to_json from_json from_json_strict
        constant_or_null typeof pg_typeof if uuid_extract_timestamp uuid_extract_version host netmask network
        broadcast family html_escape html_unescape regexp_extract
    """,
    "postgres": _POSTGRES,
    "redshift": _POSTGRES
    + """
        len nvl2 charindex strpos strtol crc32 func_sha1 sha1 sha sha2 fnv_hash farmfingerprint64 replace translate
        months_between add_months last_day next_day dateadd datediff date_part_year convert_timezone timezone dexp
        dlog1 dlog10 checksum json_parse json_serialize is_valid_json is_valid_json_array
        json_extract_array_element_text can_json_parse get_array_length array array_flatten subarray split_to_array
        array_concat is_array is_object is_scalar is_bigint is_boolean is_char is_decimal is_float is_integer
        is_smallint is_varchar object
    """,
    "snowflake": """
        array_cat array_construct array_flatten array_insert array_intersection array_except array_position
        array_prepend array_append array_remove array_slice array_sort array_reverse arrays_overlap arrays_to_object
        array_to_string array_size array_contains array_compact array_distinct array_max array_min as_array as_binary
        as_boolean as_char as_varchar as_date as_decimal as_number as_double as_real as_integer as_object as_time
        as_timestamp_ltz as_timestamp_ntz as_timestamp_tz is_array is_binary is_boolean is_char is_varchar is_date
        is_date_value is_decimal is_double is_real is_integer is_null_value is_object is_time is_timestamp_ltz
        is_timestamp_ntz is_timestamp_tz object_construct object_construct_keep_null object_delete object_insert
        object_keys object_pick try_parse_json get get_path get_ignore_case strip_null_value to_json to_array
        to_object to_variant bitand bitor bitxor bitnot bitshiftleft bitshiftright getbit booland boolor boolxor
        boolnot factorial haversine hash insert charindex collate collation editdistance endswith startswith like_any
        like_all md5_hex md5_binary md5_number_lower64 md5_number_upper64 parse_ip parse_url try_parse_url
        regexp_instr regexp_substr regexp_substr_all regexp_count regexp_like rlike rtrimmed_length sha1_hex sha2_hex
        sha1_binary sha2_binary strtok strtok_to_array hex_encode hex_decode_string hex_decode_binary base64_encode
        base64_decode_string base64_decode_binary try_base64_decode_string try_base64_decode_binary
        try_hex_decode_string try_hex_decode_binary timeadd timediff timestampadd timestampdiff date_from_parts
        time_from_parts timestamp_from_parts timestamp_ntz_from_parts timestamp_ltz_from_parts timestamp_tz_from_parts
        weekiso yearofweek yearofweekiso dayofweekiso dayofweek_iso next_day previous_day last_day time_slice to_date
        to_time to_timestamp to_timestamp_ntz to_timestamp_ltz to_timestamp_tz try_to_date try_to_time
        try_to_timestamp try_to_timestamp_ntz try_to_timestamp_ltz try_to_timestamp_tz to_decimal to_numeric to_double
        to_boolean to_binary to_decfloat try_to_number try_to_decimal try_to_numeric try_to_double try_to_boolean
        try_to_binary try_to_decfloat to_varchar greatest_ignore_nulls least_ignore_nulls equal_null decode regr_valx
        regr_valy nvl2 jarowinkler_similarity soundex_p123 split_part bit_length st_makepoint st_point st_distance
        st_dwithin st_within st_contains st_intersects st_x st_y vector_cosine_similarity vector_l2_distance
        vector_inner_product date_trunc trunc hour minute second ascii unicode typeof check_json check_xml map_cat
        map_contains_key map_delete map_insert map_keys map_pick map_size
    """,
    "bigquery": """
        ip_from_string ip_to_string safe_ip_from_string safe_ip_to_string public_suffix ip_net_mask ip_trunc
        ieee_divide range_bucket farm_fingerprint sha1 sha256 sha512 md5 to_hex from_hex to_base64 from_base64
        to_base32 from_base32 code_points_to_string code_points_to_bytes to_code_points collate contains_substr
        edit_distance ends_with format normalize normalize_and_casefold safe_convert_bytes_to_string soundex
        date_from_unix_date unix_date date_bucket datetime_bucket timestamp_bucket format_date format_datetime
        format_time format_timestamp parse_date parse_datetime parse_time parse_timestamp timestamp_micros
        timestamp_millis timestamp_seconds unix_micros unix_millis unix_seconds string justify_days justify_hours
        justify_interval make_interval json_array json_extract json_extract_array json_extract_scalar
        json_extract_string_array json_object json_query json_query_array json_value json_value_array json_type
        json_keys json_remove json_set json_strip_nulls json_array_append json_array_insert json_contains lax_bool
        lax_float64 lax_int64 lax_string parse_json to_json to_json_string bool int64 float64 array_concat
        array_length array_reverse array_to_string array_first array_last array_slice array_includes
        array_includes_all array_includes_any array_is_distinct array_max array_min array_sum array_avg bit_count
        safe_add safe_divide safe_multiply safe_negate safe_subtract cosine_distance euclidean_distance dot_product
        parse_numeric parse_bignumeric st_geogpoint st_distance st_within st_contains st_intersects st_dwithin st_area
        st_length st_x st_y st_astext st_geogfromtext st_makeline st_centroid st_covers st_geohash struct datetime
        time timestamp csc sec cot cbrt regexp_instr regexp_substr time_trunc time_add time_sub time_diff
        datetime_trunc datetime_add datetime_sub datetime_diff timestamp_trunc timestamp_add timestamp_sub
        timestamp_diff last_day extract
    """,
    "spark": _SPARK,
    "databricks": _SPARK
    + """
        charindex contains try_cast to_geography h3_longlatash3 timediff dateadd datediff getbit startswith endswith
        is_valid_json
    """,
    "trino": """
        any_match all_match none_match transform filter zip_with map_filter transform_keys transform_values cbrt e
        from_base to_base normal_cdf inverse_normal_cdf beta_cdf wilson_interval_lower wilson_interval_upper
        bitwise_and bitwise_or bitwise_xor bitwise_not bitwise_left_shift bitwise_right_shift bit_count codepoint
        hamming_distance levenshtein_distance luhn_check normalize regexp_extract_all regexp_count regexp_position
        regexp_split regexp_replace regexp_extract regexp_like split split_to_map split_part strpos soundex word_stem
        to_utf8 from_utf8 from_base64 to_base64 from_hex to_hex crc32 md5 sha1 sha256 sha512 xxhash64 murmur3
        url_extract_host url_extract_path url_extract_query url_extract_parameter url_extract_protocol url_encode
        url_decode date_add date_diff date_format date_parse day_of_month day_of_week day_of_year dow doy
        format_datetime from_iso8601_date from_iso8601_timestamp from_unixtime human_readable_seconds
        last_day_of_month parse_datetime parse_duration timezone_hour timezone_minute to_iso8601 to_milliseconds
        to_unixtime week_of_year year_of_week yow at_timezone with_timezone json_array_contains json_array_get
        json_array_length json_extract json_extract_scalar json_format json_parse json_size is_json_scalar json_exists
        json_query json_value array_average array_distinct array_except array_intersect array_join array_max array_min
        array_position array_remove array_sort array_union arrays_overlap cardinality contains element_at flatten
        slice zip map map_concat map_entries map_from_entries map_keys map_values typeof format format_number try
        from_big_endian_64 infinity nan concat_ws rpad lpad width_bucket
    """,
    "clickhouse": """
        arraymap arrayfilter arraycount arrayexists arrayall arrayfirst arraylast todate todatetime todatetime64
        tostring toint32 toint64 tofloat64 toyear tomonth todayofmonth tohour tomonday tostartofday tostartofhour
        tostartofmonth tostartofyear toyyyymm todate32 toint8 toint16 toint128 toint256 touint8 touint16 touint32
        touint64 tofloat32 todecimal32 todecimal64 todecimal128 todateornull todateorzero todatetimeornull
        todatetimeorzero toint32ornull toint64ornull tofloat64ornull toint32orzero toint64orzero tofloat64orzero
        tostartofweek tostartofquarter tostartofminute tostartofsecond tostartoffiveminutes tostartoftenminutes
        tostartoffifteenminutes todayofweek todayofyear tominute tosecond toquarter toisoyear toisoweek toweek
        tounixtimestamp tounixtimestamp64milli fromunixtimestamp fromunixtimestamp64milli totimezone toyyyymmdd
        toyyyymmddhhmmss adddays addhours addminutes addmonths addquarters addseconds addweeks addyears subtractdays
        subtracthours subtractminutes subtractmonths subtractseconds subtractweeks subtractyears formatdatetime
        datename parsedatetime lowerutf8 upperutf8 lengthutf8 substringutf8 reverseutf8 tovalidutf8 isvalidutf8
        positioncaseinsensitive positionutf8 startswith endswith splitbychar splitbystring splitbyregexp
        arraystringconcat alphatokens extractall extract match multisearchany replaceall replaceone replaceregexpall
        replaceregexpone trimboth trimleft trimright leftpad rightpad concatwithseparator hasany hasall has indexof
        countequal arrayelement arrayuniq arraysum arrayavg arraymin arraymax arraydistinct arrayintersect arraysort
        arrayreversesort arrayreverse arrayconcat arraypushback arraypushfront arrayslice tupleelement
        jsonextractstring jsonextractint jsonextractuint jsonextractfloat jsonextractbool jsonextractraw jsonhas
        jsonlength jsontype isvalidjson visitparamextractstring visitparamhas simplejsonextractstring simplejsonhas
        isnull isnotnull assumenotnull tonullable ifnull nullif multiif cityhash64 siphash64 xxhash64 xxhash32
        murmurhash3_64 farmhash64 md5 sha1 sha224 sha256 sha512 halfmd5 crc32 bitand bitor bitxor bitnot bitshiftleft
        bitshiftright bittest bitcount roundbankers rounddown roundtoexp2 intdiv intdivorzero modulo moduloorzero
        positivemodulo isinfinite isnan isfinite exp2 exp10 log1p erf erfc tgamma lgamma sigmoid ifnotfinite domain
        domainwithoutwww topleveldomain protocol path querystring cutquerystring cutwww extracturlparameter
        ipv4stringtonum ipv4numtostring isipv4string isipv6string tofixedstring base64encode base64decode tobase64
        totypename datediff datetrunc dateadd datesub timeslot monthname age negate plus minus multiply divide equals
        notequals less greater lessorequals greaterorequals tolowcardinality upper lower mapkeys mapvalues mapcontains
        tointervalhour tointervalminute tointervalweek tointervalyear tuple array
    """,
    "mysql": """
        ascii bin bit_count bit_length char conv crc32 elt export_set field find_in_set format hex insert instr lcase
        locate make_set mid oct ord quote soundex strcmp substring_index ucase unhex date_format str_to_date adddate
        subdate addtime subtime datediff dayname dayofmonth dayofweek dayofyear from_days to_days from_unixtime
        get_format last_day makedate maketime microsecond period_add period_diff quarter sec_to_time time_format
        time_to_sec timediff timestampadd timestampdiff to_seconds weekofyear yearweek json_array json_object
        json_extract json_unquote json_contains json_contains_path json_keys json_length json_depth json_type
        json_valid json_value json_quote json_search json_overlaps isnull inet_aton inet_ntoa inet6_aton inet6_ntoa
        is_ipv4 is_ipv6 regexp_like regexp_instr regexp_substr regexp_replace sha sha1 sha2 md5 truncate interval
    """,
}  # fmt: skip
_OVER_LISTS = """
    list_apply apply array_apply list_transform array_transform list_filter array_filter forall zip_with map_filter
    transform_keys transform_values any_match all_match none_match transform filter arraymap arrayfilter arraycount
    arrayexists arrayall arrayfirst arraylast arraysum array_sort
"""
_AGGREGATES: dict[str, str] = {
    "duckdb": """
        arbitrary favg fsum kahan_sum sumkahan bitstring_agg count_star covar entropy geomean geometric_mean histogram
        kurtosis_pop list mad max_by min_by product quantile_cont quantile_disc sem skewness sum_no_overflow
        approx_top_k weighted_avg wavg listagg regr_sxx regr_sxy regr_syy json_group_array json_group_object
        arg_max_null arg_min_null mean any_value bit_and bit_or bit_xor countif string_agg group_concat
    """,
    "postgres": _POSTGRES_AGGREGATES,
    "redshift": _POSTGRES_AGGREGATES + " listagg ratio_to_report approximate bool_and bool_or",
    "snowflake": """
        booland_agg boolor_agg boolxor_agg bitand_agg bitor_agg bitxor_agg hash_agg hll ratio_to_report kurtosis skew
        conditional_change_event conditional_true_event array_unique_agg array_union_agg object_agg approx_percentile
        approx_top_k minhash approximate_similarity min_by max_by mode var_samp var_pop variance_samp variance_pop
        grouping_id
    """,
    "bigquery": """
        logical_and logical_or bit_and bit_or bit_xor approx_quantiles approx_top_count approx_top_sum
        array_concat_agg countif string_agg max_by min_by st_union_agg
    """,
    "spark": _SPARK_AGGREGATES,
    "databricks": _SPARK_AGGREGATES,
    "trino": """
        approx_distinct approx_percentile checksum geometric_mean histogram map_agg multimap_agg map_union
        numeric_histogram count_if every bool_and bool_or arbitrary any_value min_by max_by array_agg listagg entropy
        skewness kurtosis bitwise_and_agg bitwise_or_agg bitwise_xor_agg
    """,
    "clickhouse": """
        uniq uniqexact uniqcombined uniqcombined64 uniqhll12 quantile quantiles quantileexact quantileexactinclusive
        quantileexactexclusive quantiletdigest quantiletiming quantiledeterministic medianexact median avgweighted
        argmin argmax grouparray groupuniqarray groupbitand groupbitor groupbitxor any anylast anyheavy topk stddevpop
        stddevsamp varpop varsamp covarpop covarsamp corr entropy skewpop skewsamp kurtpop kurtsamp sumkahan
        sumwithoverflow count countif sumif avgif minif maxif anyif uniqif uniqexactif quantileif sumordefault
        deltasum first_value last_value
    """,
    "mysql": "bit_and bit_or bit_xor group_concat json_arrayagg json_objectagg std",
}


OVER_LISTS: frozenset[str] = frozenset(_OVER_LISTS.split())
"""Functions that take a function of each item of a list."""


@lru_cache
def plain(dialect: str) -> frozenset[str]:
    """The names, in lower case, of functions that compute from one row."""
    return frozenset((_COMMON + _FUNCTIONS.get(dialect, "")).split())


@lru_cache
def aggregates(dialect: str) -> frozenset[str]:
    """The names, in lower case, of functions over many rows."""
    return frozenset(_AGGREGATES.get(dialect, "").split())
