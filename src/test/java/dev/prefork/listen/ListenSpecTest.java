package dev.prefork.listen;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ListenSpecTest {
    @Test
    void aNameComesBeforeTheAddress() {
        ListenSpec spec =
                ListenSpec.parseList(List.of("admin=tcp4://127.0.0.1:9090")).get(0);
        assertThat(spec.name()).isEqualTo("admin");
        assertThat(spec.address()).isEqualTo(ListenAddress.parse("tcp4://127.0.0.1:9090"));
        assertThat(spec).hasToString("admin=tcp4://127.0.0.1:9090");
    }

    @Test
    void withoutANameItIsHttp() {
        assertThat(ListenSpec.parseList(List.of("8080")).get(0)).hasToString("http=tcp4://0.0.0.0:8080");
    }

    @Test
    void anEqualsSignInAPathEndsNoName() {
        assertThat(ListenSpec.parseList(List.of("unix:///run/a=b.sock")).get(0))
                .hasToString("http=unix:///run/a=b.sock");
        assertThat(ListenSpec.parseList(List.of("x=unix:///run/a=b.sock")).get(0))
                .hasToString("x=unix:///run/a=b.sock");
    }

    @Test
    void listsAreReadFromItemsAndCommas() {
        assertThat(ListenSpec.parseList(List.of("8080, admin=9090", "unix:///run/x.sock")))
                .extracting(ListenSpec::toString)
                .containsExactly(
                        "http=tcp4://0.0.0.0:8080", "admin=tcp4://0.0.0.0:9090", "listener-2=unix:///run/x.sock");
    }

    @Test
    void aNameMayOccurTwice() {
        assertThat(ListenSpec.parseList(List.of("http=8080", "http=8081")))
                .extracting(ListenSpec::name)
                .containsExactly("http", "http");
    }

    @Test
    void anAddressMayNotOccurTwiceButForPortZero() {
        assertThatThrownBy(() -> ListenSpec.parseList(List.of("a=8080", "b=tcp4://*:8080")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("listen address tcp4://0.0.0.0:8080 is given twice: remove one, or change its port");
        assertThat(ListenSpec.parseList(List.of("a=:0", "b=:0"))).hasSize(2);
    }

    @Test
    void anEmptyListIsRefused() {
        assertThatThrownBy(() -> ListenSpec.parseList(List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("no listen address: ");
    }

    @Test
    void anEmptyItemIsRefused() {
        assertThatThrownBy(() -> ListenSpec.parseList(List.of("8080,,9090"))).hasMessageContaining("it is empty");
    }

    @Test
    void sixtyFourListenersAreAsManyAsThereMayBe() {
        List<String> most = IntStream.range(1, 65).mapToObj(String::valueOf).toList();
        assertThat(ListenSpec.parseList(most)).hasSize(64);
        assertThatThrownBy(() -> ListenSpec.parseList(List.of(String.join(",", most), "65")))
                .hasMessage("65 listen addresses are too many: give at most 64");
    }

    @ParameterizedTest
    @ValueSource(strings = {"=8080", "a b=8080", "a:b=tcp4://:80", "ä=8080", "a/b=8080"})
    void aNameThatFdnamesCannotCarryIsRefused(String text) {
        assertThatThrownBy(() -> ListenSpec.parseList(List.of(text)).get(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("bad listener name '");
    }

    @Test
    void noneIsNoListenerAtAll() {
        assertThat(ListenSpec.parseList(List.of(" none"))).isEmpty();
        assertThat(ListenSpec.text(List.of())).isEqualTo("none");
        assertThat(ListenSpec.text(ListenSpec.parseList(List.of("8080,a=unix:///x"))))
                .isEqualTo("http=tcp4://0.0.0.0:8080,a=unix:///x");
    }

    @ParameterizedTest
    @ValueSource(strings = {"none,8080", "8080,none", "none,none"})
    void noneStandsAlone(String text) {
        assertThatThrownBy(() -> ListenSpec.parseList(List.of(text)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("none stands for no listener at all");
    }

    @Test
    void aNameHasAtMost255Characters() {
        String longest = String.join("", Collections.nCopies(255, "n"));
        assertThat(ListenSpec.parseList(List.of(longest + "=80")).get(0).name()).isEqualTo(longest);
        assertThatThrownBy(() -> ListenSpec.parseList(List.of(longest + "n=80")).get(0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, -1, Integer.MIN_VALUE})
    void aBacklogAndANumberOfSlotsAreAtLeastOne(int number) {
        assertThatThrownBy(() -> new ListenOptions(number, false, 1)).hasMessageStartingWith("bad backlog " + number);
        assertThatThrownBy(() -> new ListenOptions(1, true, number)).hasMessageStartingWith("bad number of slots");
    }
}
