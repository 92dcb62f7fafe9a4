package dev.prefork.handoff;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.prefork.os.ErrnoException;
import dev.prefork.os.Posix;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(180)
class LeadershipTest {
    private final Posix posix = Posix.system();
    private final String name = Leadership.randomName(posix.getpid());
    private final List<Runnable> atExit = new ArrayList<>();
    private final List<Leadership> all = new ArrayList<>();

    @AfterEach
    void close() {
        all.forEach(Leadership::resign);
    }

    /** As another process would have: the kernel makes no difference between sockets of one process and of two. */
    private Leadership candidate() {
        return remembered(
                Leadership.of(Map.of(Variables.CHILD, "1", Variables.LEADER, name), action -> atExit.add(action)));
    }

    private Leadership remembered(Leadership candidate) {
        all.add(candidate);
        return candidate;
    }

    @Test
    void theFirstThatTriesLeadsAndGoesOnLeading() {
        Leadership first = candidate();
        Leadership second = candidate();

        assertThat(first.leads()).isFalse();
        assertThat(first.tryLead()).isTrue();
        assertThat(first.tryLead()).as("again").isTrue();
        assertThat(second.tryLead()).isFalse();
        assertThat(second.leads()).isFalse();
        assertThat(first.leads()).isTrue();
    }

    @Test
    void whatIsReleasedIsFreeForAllAgain() {
        Leadership first = candidate();
        Leadership second = candidate();
        first.release();
        assertThat(first.tryLead()).isTrue();
        first.release();

        assertThat(first.leads()).isFalse();
        assertThat(second.tryLead()).isTrue();
        assertThat(first.tryLead()).isFalse();
        second.release();
        assertThat(first.tryLead()).isTrue();
    }

    @Test
    void theOneThatResignsNeverLeadsAgain() {
        Leadership stopping = candidate();
        assertThat(stopping.tryLead()).isTrue();
        stopping.resign();

        assertThat(stopping.leads()).isFalse();
        assertThat(stopping.tryLead()).isFalse();
        assertThat(candidate().tryLead()).isTrue();
    }

    @Test
    void itIsGivenUpWhenTheExitBegins() {
        Leadership exiting = candidate();
        exiting.tryLead();
        exiting.release();
        exiting.tryLead();
        assertThat(atExit).hasSize(1);
        atExit.get(0).run();

        assertThat(exiting.leads()).isFalse();
        assertThat(exiting.tryLead()).isFalse();
        assertThat(candidate().tryLead()).isTrue();
    }

    /** As Runtime.addShutdownHook does then. */
    @Test
    void onceTheExitHasBegunItIsTooLate() {
        Leadership exiting = remembered(new Leadership(Posix::system, Optional.of(name), action -> {
            throw new IllegalStateException("Shutdown in progress");
        }));

        assertThat(exiting.tryLead()).isFalse();
        assertThat(candidate().tryLead()).isTrue();
    }

    @Test
    void withoutAMasterItLeadsAndMakesNoSystemCall() {
        Leadership alone = remembered(new Leadership(
                () -> {
                    throw new AssertionError("a system call");
                },
                Optional.empty(),
                atExit::add));

        assertThat(alone.leads()).isFalse();
        assertThat(alone.tryLead()).isTrue();
        assertThat(alone.leads()).isTrue();
        alone.release();
        assertThat(alone.leads()).isFalse();
        assertThat(alone.tryLead()).isTrue();
        alone.resign();
        assertThat(alone.tryLead()).isFalse();
    }

    @Test
    void noWorkerLeadsWhoseMasterNamesNoLeader() {
        assertThat(remembered(Leadership.of(Map.of(Variables.CHILD, "1"), atExit::add))
                        .tryLead())
                .isFalse();
        assertThat(remembered(Leadership.of(Map.of(), atExit::add)).tryLead()).isTrue();
    }

    @Test
    void anotherRefusalIsNotTakenForAnotherLeader() {
        Leadership impossible = remembered(new Leadership(Posix::system, Optional.of("x".repeat(108)), atExit::add));

        assertThatThrownBy(impossible::tryLead)
                .isInstanceOf(ErrnoException.class)
                .hasMessageContaining("bind");
        assertThat(impossible.leads()).isFalse();
    }

    @Test
    void eachMasterHasAnotherNameOfTheFullLength() {
        assertThat(name).hasSize(107).startsWith("prefork/" + posix.getpid() + "/leader/");
        assertThat(Leadership.randomName(4_194_304)).hasSize(107).isNotEqualTo(Leadership.randomName(4_194_304));
    }

    @Test
    void thereAreNeverTwoHoweverManyTryAtOnce() throws Exception {
        int candidates = 4;
        AtomicInteger leading = new AtomicInteger();
        ConcurrentHashMap<Integer, Integer> terms = new ConcurrentHashMap<>();
        List<String> faults = new ArrayList<>();
        CyclicBarrier start = new CyclicBarrier(candidates);
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < candidates; i++) {
            int number = i;
            Leadership candidate = candidate();
            Thread thread = new Thread(() -> {
                try {
                    start.await();
                    for (int round = 0; round < 2_000; round++) {
                        if (candidate.tryLead()) {
                            if (leading.incrementAndGet() != 1) {
                                synchronized (faults) {
                                    faults.add("another leads beside " + number);
                                }
                            }
                            terms.merge(number, 1, Integer::sum);
                            leading.decrementAndGet();
                            candidate.release();
                        }
                    }
                } catch (Exception e) {
                    synchronized (faults) {
                        faults.add(e.toString());
                    }
                }
            });
            threads.add(thread);
            thread.start();
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(faults).isEmpty();
        assertThat(terms.values().stream().mapToInt(each -> each).sum()).isPositive();
    }
}
