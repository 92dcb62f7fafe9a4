package dev.prefork.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HealthAnswerTest {
    private static final String WORKERS =
            "\"workers-ready\": 1,\n \"workers-desired\": 3,\n \"recover-threshold\": 1,\n \"min-ready\": 2";

    @ParameterizedTest
    @CsvSource({"200,UP,true,true", "503,DOWN,true,false", "503,UP,false,false", "200,DOWN,false,false"})
    void theCodeAndTheBodyHaveToAgree(int status, String word, boolean health, boolean up) {
        HealthAnswer answer = new HealthAnswer(status, "{\"status\": \"" + word + "\", \"checks\": []}");

        assertThat(answer.isHealth()).isEqualTo(health);
        assertThat(answer.isUp()).isEqualTo(up);
    }

    @ParameterizedTest
    @CsvSource({"200,welcome", "404,{}", "500,{\"status\": \"DOWN\"}", "204,''"})
    void anyOtherServerSaysNothingAboutHealth(int status, String body) {
        assertThat(new HealthAnswer(status, body).isHealth()).isFalse();
        assertThat(new HealthAnswer(status, body).isUp()).isFalse();
    }

    @Test
    void readinessTellsHowManyWorkersThereAreAndMustBe() {
        assertThat(down("prefork-workers", WORKERS + ", \"stop\": \"none\"").reason(Probe.READY))
                .isEqualTo("1 of 3 workers are ready, at least 2 required");
    }

    @Test
    void aStopIsTheReason() {
        assertThat(down("prefork-workers", WORKERS + ", \"stop\": \"emptying\"").reason(Probe.READY))
                .isEqualTo("it is stopping (emptying), 1 of 3 workers are ready");
    }

    @Test
    void theOtherProbesTellWhatTheyAreAbout() {
        assertThat(down("prefork-loop", WORKERS).reason(Probe.LIVE)).isEqualTo("the master's loop does not answer");
        assertThat(down("prefork-first-generation", "\"been-ready\": \"1 of 3\"")
                        .reason(Probe.STARTED))
                .isEqualTo("1 of 3 workers have been ready");
        assertThat(down("prefork-strength", WORKERS + ", \"backing-off\": true").reason(Probe.WELL))
                .isEqualTo("1 of 3 workers are ready, and the next start is delayed after consecutive failures");
        assertThat(down("prefork-strength", WORKERS + ", \"backing-off\": false")
                        .reason(Probe.WELL))
                .isEqualTo("1 of 3 workers are ready");
    }

    @Test
    void theLastExitIsTold() {
        assertThat(down("prefork-workers", WORKERS + ", \"last-exit\": \"worker 0 (pid 7): \\\"min-ready\\\": 9\"")
                        .reason(Probe.READY))
                .isEqualTo("1 of 3 workers are ready, at least 2 required;"
                        + " last exit: worker 0 (pid 7): \"min-ready\": 9");
    }

    @Test
    void theChecksOfAnApplicationAreToldByTheirNames() {
        HealthAnswer answer = new HealthAnswer(
                503,
                "{\"status\": \"DOWN\", \"checks\": [{\"name\": \"the \\\"database\\\"\", \"status\": \"DOWN\"},"
                        + " {\"name\": \"disk\", \"status\": \"DOWN\"},"
                        + " {\"name\": \"prefork-workers\", \"status\": \"UP\", \"data\": {" + WORKERS + "}}]}");

        assertThat(answer.reason(Probe.READY)).isEqualTo("DOWN: the \"database\", disk");
    }

    @Test
    void whatIsMissingIsNoError() {
        assertThat(new HealthAnswer(503, "{\"status\": \"DOWN\"}").reason(Probe.READY))
                .isEqualTo("no reason given");
        assertThat(down("prefork-workers", "").reason(Probe.READY))
                .isEqualTo("? of ? workers are ready, at least ? required");
        assertThat(down("prefork-first-generation", "").reason(Probe.STARTED))
                .isEqualTo("not all workers have been ready");
    }

    private static HealthAnswer down(String check, String data) {
        return new HealthAnswer(
                503,
                "{\n  \"status\": \"DOWN\",\n  \"checks\": [\n {\n \"name\": \"" + check
                        + "\",\n \"status\": \"DOWN\",\n \"data\": {" + data + "}}]}");
    }
}
