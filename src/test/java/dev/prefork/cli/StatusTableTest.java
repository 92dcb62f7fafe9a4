package dev.prefork.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.json.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusTableTest {
    private static final String SERVING = """
            {"schema":1,"time":"2026-12-01T09:30:00.250Z","state":"degraded",
             "problems":[{"severity":"error","text":"reload aborted: worker 1 (pid 103) exit code 7"},
                         {"severity":"warning","slot":1,"text":"worker 1 restarts after a wait of 1.5 s"}],
             "master":{"pid":1,"host":"pod-7","version":"1.2.3","uptime_seconds":11580.2,"loop_lag_seconds":0.0},
             "health":{"live":true,"ready":true,"started":true,"well":false},
             "workers":{"desired":2,"starting":0,"ready":1,"standby":0,"stopping":0,"min_ready":1},
             "recover":{"exits":1,"threshold":1},
             "rollout":{"active":false,"version":3,"begun":1,"of":2,"result":"aborted","reason":"worker 1 (pid 103) exit code 7"},
             "leader":{"slot":0,"pid":100},
             "listeners":[{"name":"http","queue":12,"queue_limit":4096,"stalled_seconds":0.0}],
             "slots":[
               {"slot":0,"state":"ready","pid":100,"generation":2,"version":2,"reason":"recover","uptime_seconds":75.9,
                "ready_seconds":70.0,"restarts_total":1,"leader":true,"cpu_seconds_total":12.5,"cpu_cores":0.254,
                "resident_memory_bytes":67108864,"open_fds":31,"threads":9,"requests_per_second":120.5,"requests_share":1.0,
                "status":"3 jobs","last_exit":{"time":"2026-12-01T09:29:59.250Z","pid":90,"cause":"signal","planned":false,
                "text":"SIGKILL"}},
               {"slot":1,"state":"waiting","restarts_total":4,"backoff_seconds":1.5,"leader":false}]}
            """;

    private static String table(String json, boolean wide) {
        return StatusTable.of((Map<?, ?>) Json.read(json), wide);
    }

    @Test
    void whatIsWrongComesFirstAndThenEachWorker() {
        assertThat(table(SERVING, false)).isEqualTo("""
                prefork 1.2.3 on pod-7 (pid 1), up 3h13m: degraded
                  ERROR: reload aborted: worker 1 (pid 103) exit code 7
                  WARNING: worker 1 restarts after a wait of 1.5 s

                workers  1 of 2 ready, 0 starting, 0 standing by, 0 stopping
                exits    1 unexpected, at most 1 allowed
                reload   version 3 aborted: worker 1 (pid 103) exit code 7
                leader   worker 0 (pid 100)

                SLOT  PID  GEN  STATE          AGE    READY FOR  RESTARTS  CPU  MEMORY  REQ/S  SHARE  LAST EXIT                         STATUS
                0     100  2    ready          1m15s  1m10s      1         25%  64 MiB  121    100%   2026-12-01T09:29:59.250Z SIGKILL  3 jobs
                1     -    -    waiting 1.5 s  -      -          4         -    -       -      -      -                                 -

                LISTENER  WAITING  LIMIT  NONE ACCEPTED FOR
                http      12       4096   0s
                """);
    }

    @Test
    void wideTellsMoreOfEachWorker() {
        List<String> lines = table(SERVING, true).lines().toList();
        assertThat(lines).anyMatch(line -> line.contains("SHARE  FDS  THREADS  VERSION  REASON   LAST EXIT"));
        assertThat(lines).anyMatch(line -> line.contains("100%   31   9        2        recover  2026-"));
    }

    @Test
    void aWorkerThatDoesNotRunIsSaidToBeSo() {
        assertThat(table("{\"slots\":[{\"slot\":0,\"state\":\"ready\",\"halted\":\"stopped\"}]}", false))
                .contains("  ready, stopped  ");
    }

    @Test
    void aWorkerWhoseOwnChecksAreDownSaysWhy() {
        assertThat(table("{\"slots\":[{\"slot\":0,\"down\":\"database: refused\"}]}", false))
                .contains("DOWN: database: refused\n");
        assertThat(table("{\"slots\":[{\"slot\":0,\"down\":\"database: refused\",\"status\":\"3 jobs\"}]}", false))
                .contains("DOWN: database: refused; 3 jobs\n");
    }

    @Test
    void controlCharactersOfAWorkerDoNotReachTheTerminal() {
        String hostile = table("{\"slots\":[{\"slot\":0,\"status\":\"\\u001b[2Jgone\\n0 0\"}]}", false);
        assertThat(hostile).doesNotContain("\u001b").contains("gone");
        assertThat(hostile.lines().filter(line -> line.contains("gone"))).hasSize(1);
    }

    @Test
    void aDocumentOfWhichAllIsMissingIsATableAllTheSame() {
        assertThat(table("{}", true)).contains("SLOT").contains("leader   none");
        assertThat(table("{\"slots\":[1,null],\"problems\":{},\"master\":[]}", true))
                .contains("SLOT");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"slots\":[{\"cpu_seconds_total\":1.5,\"cpu_cores\":0.2}]}|true",
                "{\"slots\":[{\"cpu_seconds_total\":1.5}]}|false",
                "{\"slots\":[{\"state\":\"waiting\"}]}|true",
                "{}|true"
            })
    void ratesThatASecondLookWouldBringAreMissed(String json, boolean has) {
        assertThat(StatusTable.hasRates((Map<?, ?>) Json.read(json))).isEqualTo(has);
    }

    @ParameterizedTest
    @CsvSource({"0,0s", "59.9,59s", "60,1m0s", "3599,59m59s", "3600,1h0m", "86399,23h59m", "86400,1d0h", "900000,10d10h"
    })
    void agesHaveTwoUnits(double seconds, String text) {
        assertThat(StatusTable.age(seconds)).isEqualTo(text);
    }
}
