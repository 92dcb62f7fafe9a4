package dev.prefork.it.image;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class DockerfileTest {
    private static final Dockerfile FILE = Dockerfile.parse("""
            ARG BASE=base:2
            FROM base:1 AS build
            COPY --chown=a:b one two/ ./
            RUN ["sh", "-c", "x && y"]

            FROM ${BASE}
            LABEL a="1" \\
                  b="2"
            COPY --from=build --chmod=0555 /code/one /one
            USER 0
            USER 1001
            HEALTHCHECK --interval=9s CMD ["/one", "health"]
            """);

    @Test
    void stagesBeginWithFrom() {
        assertThat(FILE.stages()).hasSize(2);
        assertThat(FILE.stages().get(0).all("FROM")).containsExactly("base:1 AS build");
        assertThat(FILE.stages().get(1).instructions()).hasSize(6);
    }

    @Test
    void linesAreJoined() {
        assertThat(FILE.all("LABEL")).containsExactly("a=\"1\" b=\"2\"");
        assertThat(FILE.last("USER")).isEqualTo("1001");
    }

    @Test
    void optionsAndOperandsAreApart() {
        Dockerfile.Instruction copy = FILE.stages().get(1).instructions().get(2);
        assertThat(copy.option("from")).contains("build");
        assertThat(copy.option("chmod")).contains("0555");
        assertThat(copy.option("chown")).isEmpty();
        assertThat(copy.operands()).containsExactly("/code/one", "/one");
        assertThat(FILE.instructions().get(2).operands()).containsExactly("one", "two/", "./");
    }

    @Test
    void commandsAreJson() {
        assertThat(FILE.instructions().get(3).command()).containsExactly("sh", "-c", "x && y");
    }

    @Test
    void argumentsOfFromStandBeforeTheFirstStage() {
        assertThat(FILE.arguments()).containsOnly(Map.entry("BASE", "base:2"));
        assertThat(FILE.image().all("FROM")).containsExactly("${BASE}");
        assertThat(FILE.image().all("ARG")).isEmpty();
    }

    @Test
    void theCommandOfAHealthCheckIsBehindItsOptions() {
        assertThat(FILE.commands("HEALTHCHECK")).containsExactly(List.of("/one", "health"));
    }
}
