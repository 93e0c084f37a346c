"""What every dataset with a time column is watched for: rows that are missing, too few, too many, late, or ahead.

    counts    rows by day (or hour), measured and stored, as a series without holes
    band      how many rows are usual, and how far from that a day may lie
    rhythm    whether rows are usual at all, and when an empty day is one too many
    excuse    what the calendar excuses: ends of months, last year's holidays
    trend     row counts that slowly grow or shrink
    judging   one series judged bucket by bucket, each with its past only
    results   verdicts as results
    monitor   the family's functions

A bucket is the day, hour or month whose rows are counted; it need not be the dataset's chunk.
"""
