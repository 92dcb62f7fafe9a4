-- What wrk has seen, as one line of JSON; see SCRIPTING in wrk's own documentation.
function done(summary, latency)
    local errors = summary.errors
    io.write(string.format(
        '\n{"requests": %d, "micros": %d, "connect": %d, "read": %d, "write": %d, "status": %d, "timeout": %d, "p99": %d}\n',
        summary.requests, summary.duration, errors.connect, errors.read, errors.write, errors.status, errors.timeout,
        latency:percentile(99)))
end
