package dev.prefork.quarkus.worker;

import dev.prefork.handoff.ParentWatch;
import dev.prefork.handoff.ParentWatchTest;
import dev.prefork.os.Posix;
import java.util.concurrent.CountDownLatch;

/** A process of its own for {@link ParentWatchTest}: watches as its environment says, and tells when the master is gone. */
public final class WatchedWorker {
    private WatchedWorker() {}

    public static void main(String[] arguments) throws InterruptedException {
        CountDownLatch gone = new CountDownLatch(1);
        ParentWatch.watch(Posix.system(), System.getenv(), gone::countDown);
        System.out.println(ProcessHandle.current().pid());
        gone.await();
        System.out.println("gone");
    }
}
