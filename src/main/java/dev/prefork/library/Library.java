package dev.prefork.library;

import dev.prefork.container.Readings;
import dev.prefork.container.Sizing;
import dev.prefork.container.WorkerKind;
import dev.prefork.handoff.Leadership;
import dev.prefork.handoff.Variables;
import dev.prefork.notify.Notifier;
import dev.prefork.os.Posix;
import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.OptionalInt;
import java.util.function.Consumer;
import javax.net.ssl.SSLContext;

/** What the API calls. What is thrown here and is not the program's own is a {@link Failure}. */
public final class Library {
    private Library() {}

    /** Whether a master started this process. */
    public static boolean isChild() {
        return Variables.isChild(System.getenv());
    }

    /** The number of this child; empty in the master. */
    public static OptionalInt slot() {
        return ofChild(Variables.SLOT);
    }

    /** The how manieth process with that number this child is; empty in the master. */
    public static OptionalInt generation() {
        return ofChild(Variables.GENERATION);
    }

    private static OptionalInt ofChild(String variable) {
        return isChild() ? Variables.number(System.getenv(), variable) : OptionalInt.empty();
    }

    /** Tells the master, if there is one, that this child is ready. */
    public static void notifyReady() {
        tellMaster(Notifier::ready);
    }

    /** Asks the master, if there is one, to replace this child. */
    public static void requestRecycle() {
        tellMaster(Notifier::recycle);
    }

    private static void tellMaster(Consumer<Notifier> message) {
        if (!isChild()) {
            return;
        }
        try {
            message.accept(Notifier.fromEnvironment(Posix.system(), System.getenv()));
        } catch (RuntimeException e) {
            throw Failure.of(e);
        }
    }

    /** Leads the children of this one's master from now on, unless another does. */
    public static boolean tryLead() {
        try {
            return Leadership.ofThisProcess().tryLead();
        } catch (RuntimeException e) {
            throw Failure.of(e);
        }
    }

    /** Whether this process leads. */
    public static boolean leads() {
        return Leadership.ofThisProcess().leads();
    }

    /** Lets another child lead. */
    public static void releaseLeadership() {
        Leadership.ofThisProcess().release();
    }

    /** How many children the CPU quota and the memory limit of this container carry. */
    public static int workersByCgroup() {
        return Sizing.auto(Readings.read(Path.of("/"), System.getenv()), WorkerKind.JVM_BUILT_IN)
                .workers();
    }

    /** In the master supervises until it is stopped, in a child serves; blocks. */
    public static void run(Configuration configuration, String address, Configuration.Call<ServerSocketChannel> serving)
            throws Exception {
        if (isChild()) {
            try {
                new ChildSide(configuration, Posix.system()).serve(serving);
            } catch (RuntimeException e) {
                throw Failure.of(e);
            }
            return;
        }
        try {
            new MasterSide(configuration, Posix.system()).run(address);
        } catch (InterruptedException e) {
            throw e;
        } catch (Throwable e) {
            throw Failure.ofMaster(e);
        }
    }

    public static byte[] read(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new Failure(Failure.Kind.TLS, "cannot read " + file + ": " + reason(file, e), e);
        }
    }

    /** The JDK's own message is often the name alone. */
    private static String reason(Path file, IOException e) {
        if (e instanceof NoSuchFileException) {
            return "there is no such file";
        }
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        return Files.isDirectory(file) ? "it is a directory" : e.getMessage();
    }

    /** A server's TLS context of the contents of PEM files. */
    public static SSLContext tls(byte[] certificate, byte[] key) {
        try {
            return Pem.context(
                    new String(certificate, StandardCharsets.UTF_8), new String(key, StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw new Failure(Failure.Kind.TLS, e.getMessage(), e);
        }
    }
}
