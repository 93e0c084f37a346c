{#
title: Number of the next run, one more than the greatest
#}
select coalesce(max(number), 0) + 1 from runs
