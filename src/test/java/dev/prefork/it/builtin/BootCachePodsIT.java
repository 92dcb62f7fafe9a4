package dev.prefork.it.builtin;

import static dev.prefork.Waits.await;
import static dev.prefork.it.builtin.RunningMaster.PATIENCE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.prefork.it.Alone;
import dev.prefork.it.Jdks;
import dev.prefork.it.KeepAliveLoad;
import dev.prefork.it.LoadResult;
import dev.prefork.it.PackagedJar;
import dev.prefork.it.Proc;
import dev.prefork.it.Processes;
import dev.prefork.it.RunningProcess;
import dev.prefork.it.Tools;
import dev.prefork.it.command.WorkerView;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Two pods that share a volume with their boot caches: in each the master is PID 1, and workers have the same numbers. */
@Alone
class BootCachePodsIT {
    @RegisterExtension
    final Processes processes = new Processes();

    @TempDir
    Path volume;

    @BeforeEach
    void namespaces() {
        Tools.requirePidNamespaces();
    }

    @Test
    void bothMakeAnArchiveAtTheSameTimeAndLoseNoRequest() {
        Pod one = start();
        Pod other = start();
        List<KeepAliveLoad> loads = List.of(one.load(), other.load());
        freezeMakers(one, other);
        assertThat(files(".busy")).hasSize(2);
        other.resumeMaker();
        Path second = other.master().made();
        assertThat(files(".busy")).as("that of the attempt that goes on").hasSize(1);
        one.resumeMaker();
        Path first = one.master().made();

        assertThat(loads).allSatisfy(load -> {
            LoadResult result = load.stop();
            assertThat(result.failed()).as(result::toString).isZero();
            assertThat(result.refused()).as(result::toString).isZero();
            assertThat(result.answered()).isPositive();
        });
        assertThat(first).isNotEqualTo(second);
        CacheMaster.awaitFiles(volume, first, second);
        assertThat(new WorkerView(one.replaced()).mapped(volume)).containsExactly(name(first));
        assertThat(new WorkerView(other.replaced()).mapped(volume)).containsExactly(name(second));
        one.stop();
        other.stop();
        CacheMaster.awaitFiles(volume, first, second);
    }

    /** What it leaves is neither in the other's way nor in its own, once the other's archive is there. */
    @Test
    void onePodsDeathMeanwhileCostsTheOtherNothing() {
        Pod victim = start();
        Pod other = start();
        KeepAliveLoad load = other.load();
        long maker = victim.maker();
        Proc.freeze(maker);
        Proc.signal(victim.pid1(), "KILL");
        victim.process().awaitExit(PATIENCE);
        await().until(() -> !Proc.isAlive(maker));

        Path archive = other.master().made();
        LoadResult result = load.stop();
        assertThat(result.failed()).as(result::toString).isZero();
        assertThat(files(".jsa")).containsExactly(archive);
        assertThat(new WorkerView(other.replaced()).mapped(volume)).containsExactly(name(archive));
        assertThat(files(".busy")).as("of the victim").hasSize(1);

        Pod again = start();
        assertThat(again.master().lines("boot cache: workers start from " + archive))
                .hasSize(1);
        assertThat(new WorkerView(again.worker()).mapped(volume)).containsExactly(name(archive));
        again.stop();
        other.stop();
    }

    private String name(Path archive) {
        return volume.relativize(archive).toString();
    }

    private List<Path> files(String ending) {
        return CacheMaster.files(volume).stream()
                .filter(file -> file.toString().endsWith(ending))
                .toList();
    }

    private Pod start() {
        List<String> words = new ArrayList<>(List.of("unshare", "--pid", "--fork", "--kill-child", "--mount-proc"));
        words.addAll(PackagedJar.command(Jdks.running(), List.of("-Dquarkus.profile=test")));
        words.addAll(List.of("--listen", "127.0.0.1:0"));
        words.addAll(List.of(CacheMaster.options(volume)));
        Pod pod = new Pod(CacheMaster.of(processes.command(words.toArray(String[]::new))));
        assertThat(pod.master().lines("master (pid 1) starting")).hasSize(1);
        return pod;
    }

    /** Each as soon as it runs: either pod may be the first, and a maker that goes on is done soon. */
    private static void freezeMakers(Pod... pods) {
        List<Pod> left = new ArrayList<>(List.of(pods));
        await().atMost(PATIENCE).until(() -> {
            left.removeIf(Pod::hasFrozenMaker);
            return left.isEmpty();
        });
    }

    /** By the numbers that its processes have out here. */
    private record Pod(CacheMaster master) {
        RunningProcess process() {
            return master.master().process();
        }

        KeepAliveLoad load() {
            return KeepAliveLoad.start(master.master().port(), "/", 4);
        }

        long pid1() {
            return process().children().get(0);
        }

        long maker() {
            return await().atMost(PATIENCE)
                    .until(this::findMaker, Optional::isPresent)
                    .orElseThrow();
        }

        private Optional<Long> findMaker() {
            return Proc.children(pid1()).stream().filter(CacheMaster::isMaker).findFirst();
        }

        /** If it runs by now. */
        boolean hasFrozenMaker() {
            Optional<Long> maker = findMaker();
            maker.ifPresent(Proc::freeze);
            return maker.isPresent();
        }

        void resumeMaker() {
            Proc.signal(maker(), "CONT");
        }

        long worker() {
            return Proc.children(pid1()).stream()
                    .filter(child -> !CacheMaster.isMaker(child))
                    .findFirst()
                    .orElseThrow();
        }

        /** The next worker, when it is ready. */
        long replaced() {
            Proc.signal(worker(), "KILL");
            process().awaitLines("\\) ready after", 2, PATIENCE);
            return worker();
        }

        void stop() {
            Proc.signal(pid1(), "TERM");
            assertThat(process().awaitExit(PATIENCE)).as(process()::dump).isZero();
        }
    }
}
