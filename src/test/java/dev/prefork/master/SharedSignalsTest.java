package dev.prefork.master;

import static dev.prefork.Waits.await;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.os.Signal;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import sun.misc.SignalHandler;

/** With the window-size signal, which nothing else in a test's JVM waits for. */
class SharedSignalsTest {
    private static final sun.misc.Signal WINCH = new sun.misc.Signal("WINCH");

    private final SharedSignals signals = new SharedSignals();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final SignalHandler before = signal -> told.add("before");
    private SignalHandler original;

    @BeforeEach
    void install() {
        original = sun.misc.Signal.handle(WINCH, before);
    }

    @AfterEach
    void putBack() {
        sun.misc.Signal.handle(WINCH, original);
    }

    private Runnable add(String name) {
        return signals.add(Signal.WINCH, signal -> told.add(name + " " + signal));
    }

    private void raise(int takers) {
        told.clear();
        sun.misc.Signal.raise(WINCH);
        await().until(() -> told.size() >= takers);
    }

    @Test
    void eachTakerIsToldOfEverySignal() {
        add("http");
        add("https");
        raise(2);

        assertThat(told).containsExactlyInAnyOrder("http WINCH", "https WINCH");
    }

    @Test
    void theOneThatStaysIsToldStillAndWithTheLastTheOldHandlerComesBack() {
        Runnable http = add("http");
        Runnable https = add("https");
        http.run();
        http.run();
        raise(1);
        assertThat(told).containsExactly("https WINCH");

        https.run();
        raise(1);
        assertThat(told).containsExactly("before");
    }

    @Test
    void aHandlerThatOtherCodePutInPlaceOfOursStays() {
        Runnable http = add("http");
        SignalHandler foreign = signal -> told.add("foreign");
        sun.misc.Signal.handle(WINCH, foreign);
        http.run();

        assertThat(sun.misc.Signal.handle(WINCH, before)).isSameAs(foreign);
    }

    @Test
    void aTakerThatComesAfterTheLastIsToldAgain() {
        add("http").run();
        add("https");
        raise(1);

        assertThat(told).containsExactly("https WINCH");
    }
}
