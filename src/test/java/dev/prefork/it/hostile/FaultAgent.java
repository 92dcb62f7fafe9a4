package dev.prefork.it.hostile;

import java.io.File;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.instrument.ClassFileTransformer;
import java.lang.instrument.Instrumentation;
import java.security.ProtectionDomain;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs inside a packaged master, as an agent of its JVM, and lets it meet errors that cannot be caused from outside. {@link Faults}
 * packs it; its argument is {@code WHAT:TRIGGER}. Nothing happens until the file TRIGGER exists.
 *
 * <p>It is loaded by the boot loader, so that every class can call it, and knows no class but the JDK's.
 */
public final class FaultAgent {
    private static final int LARGEST = 1 << 12;
    private static final int SMALLEST = 1 << 8;
    private static final long PAUSE = 100_000_000;
    private static final AtomicBoolean HAPPENED = new AtomicBoolean();
    private static volatile boolean again;
    private static volatile boolean enough;
    private static volatile File trigger;

    /** What fills the heap; nothing in here is ever let go. */
    private static volatile Object[] hoard;

    private FaultAgent() {}

    public static void premain(String argument, Instrumentation instrumentation) {
        int colon = argument.indexOf(':');
        String what = argument.substring(0, colon);
        trigger = new File(argument.substring(colon + 1));
        if (what.equals("full")) {
            Thread thread = new Thread(FaultAgent::fill, "hoarder");
            thread.setDaemon(true);
            thread.start();
        } else {
            again = what.equals("always");
        }
        instrumentation.addTransformer(new Replacement());
    }

    /** Called at the beginning of a method that {@link Faults} has chosen. */
    public static void meet() {
        if (hoard != null) {
            enough = true;
        } else if (trigger.exists() && (again || HAPPENED.compareAndSet(false, true))) {
            throw new StackOverflowError("injected");
        }
    }

    /** Puts the class that was packed beside this one in the place of the original. */
    private static final class Replacement implements ClassFileTransformer {
        @Override
        public byte[] transform(
                ClassLoader loader, String name, Class<?> old, ProtectionDomain domain, byte[] original) {
            if (loader == null) {
                // The JDK's own are loaded while this looks, too, by another thread for instance: each would wait for
                // the other.
                return null;
            }
            try (InputStream changed = ClassLoader.getSystemResourceAsStream("changed/" + name + ".class")) {
                return changed == null ? null : changed.readAllBytes();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Leaves a few kilobytes, in which nothing can be done, and says so with what needs no memory. */
    private static void fill() {
        try (FileOutputStream full = new FileOutputStream(trigger.getPath() + ".full")) {
            while (!trigger.exists()) {
                LockSupport.parkNanos(10_000_000);
            }
            hoard();
            full.write(1);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        LockSupport.park();
    }

    /** Until the master knows: whatever is let go meanwhile is taken as well. What it gives back by then is left to it. */
    private static void hoard() {
        while (!enough) {
            for (int size = LARGEST; size >= SMALLEST; size /= 2) {
                hoard(size);
            }
            LockSupport.parkNanos(PAUSE);
        }
    }

    private static void hoard(int size) {
        try {
            while (!enough) {
                Object[] next = new Object[size];
                next[0] = hoard;
                hoard = next;
            }
        } catch (OutOfMemoryError e) {
            // Whoever wants as much from now on meets the same.
            return;
        }
    }
}
