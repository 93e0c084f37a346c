{#
title: Many rows at once, given as one list per column
#}
insert into {{ table }} ({{ columns }})
select {{ lists }}
