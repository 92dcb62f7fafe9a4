package dev.prefork.architecture;

import dev.prefork.listen.ListenException;
import dev.prefork.os.Posix;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;

/** What {@link ApiTest} shows to its rules. Never run. */
public interface ApiSamples {
    class SampleException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    class NamedException extends SampleException {
        private static final long serialVersionUID = 1L;
    }

    class StrayException extends RuntimeException {
        private static final long serialVersionUID = 1L;
    }

    /** Each shows one type that its package does not have. */
    interface Shows {
        interface Parameter {
            void call(Posix posix);
        }

        interface Result {
            Posix call();
        }

        interface InResult {
            Map<String, List<? extends Posix>> call();
        }

        interface InArray {
            void call(Posix[][] posix);
        }

        interface InBound {
            <T extends Posix> void call(T posix);
        }

        interface Thrown {
            void call() throws ListenException;
        }

        class Attribute {
            protected Posix posix;
        }

        interface Inherited extends Comparable<Posix> {}

        class Made {
            public Made(Posix posix) {}
        }
    }

    /** Names nothing foreign where users can see it. */
    final class Inside {
        private Posix posix;

        Inside(Posix posix) {
            this.posix = posix;
        }

        public SSLContext context(List<Path> files) throws Exception {
            return SSLContext.getDefault();
        }

        Posix posix() {
            return posix;
        }

        interface Hidden {
            Posix posix();
        }
    }
}
