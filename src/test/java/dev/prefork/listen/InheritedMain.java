package dev.prefork.listen;

import dev.prefork.handoff.InheritedListener;
import dev.prefork.os.OpenDescriptors;
import dev.prefork.os.Posix;
import java.util.List;

/** A process that takes in its inherited listeners and says what it got; started by {@link InheritedSocketsTest}. */
final class InheritedMain {
    private InheritedMain() {}

    public static void main(String[] arguments) {
        Posix posix = Posix.system();
        try {
            List<InheritedListener> inherited = InheritedSockets.fromEnvironment(posix, System.getenv());
            ListenOptions options = new ListenOptions(16, false, 1);
            try (Listeners listeners = Listeners.open(posix, InheritedSockets.specs(inherited), options, inherited)) {
                for (Listener listener : listeners.all()) {
                    int fd = listener.descriptorFor(0);
                    System.out.println(listener + " adopted=" + listener.adopted() + " high=" + (fd >= 256)
                            + " nonblocking=" + posix.isNonBlocking(fd)
                            + " low=" + OpenDescriptors.socketsAndPipes().get(3));
                }
            }
        } catch (ListenException e) {
            System.out.println(e.getMessage());
        }
        System.out.println("end");
    }
}
