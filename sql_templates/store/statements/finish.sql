{#
title: The marker that completes a run, or says that it was interrupted
#}
update runs
set
    seconds = ?, queries = ?, rows_scanned = ?, bytes_scanned = ?, state = ?, status = ?, exit_code = ?, errors = ?,
    judged = ?, incidents = ?
where id = ?
