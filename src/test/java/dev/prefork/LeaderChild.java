package dev.prefork;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A worker that wants to lead and says how it fares; started by {@link LeaderTest}. It takes its time to exit. */
final class LeaderChild {
    private static final CountDownLatch NEVER = new CountDownLatch(1);

    private LeaderChild() {}

    public static void main(String[] arguments) throws InterruptedException {
        Leader leader = Prefork.leader();
        Runtime.getRuntime().addShutdownHook(new Thread(LeaderChild::linger));
        System.out.println("at first " + leader.isLeader());
        System.out.println("tried " + leader.tryLead());
        while (!leader.tryLead()) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
        System.out.println("leads " + Prefork.leader().isLeader());
        NEVER.await();
    }

    /** As long as requests take, or for ever. */
    private static void linger() {
        try {
            NEVER.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
