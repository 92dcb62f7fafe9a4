package dev.prefork.worker;

import dev.prefork.os.Posix;
import java.util.concurrent.CountDownLatch;

/** A process of its own for {@link LifelineTest}: watches as its environment says, and tells when the master is gone. */
final class WatchedWorker {
    private WatchedWorker() {}

    public static void main(String[] arguments) throws InterruptedException {
        CountDownLatch gone = new CountDownLatch(1);
        Lifeline.watch(Posix.system(), System.getenv(), gone::countDown);
        System.out.println(ProcessHandle.current().pid());
        gone.await();
        System.out.println("gone");
    }
}
