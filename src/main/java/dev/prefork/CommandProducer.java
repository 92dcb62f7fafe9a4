package dev.prefork;

/** An own way to start a child, in the place of starting this program again. */
@FunctionalInterface
public interface CommandProducer {

    /**
     * Starts a child and returns it.
     *
     * <p>Threading: as for {@link Hooks}.
     *
     * @param command would start this program again; change it as needed, {@link Command#start} it and return it. It
     *     already hands over the listener and all that makes {@link Prefork#isChild} true. Or start a process by other
     *     means, and return the command after {@link Command#adopt}
     * @throws Exception ends the master with {@link CommandProducerException}. Only {@link LaunchFailedException} counts as this
     *     one child's failure: the child is tried again
     */
    Command produce(Command command) throws Exception;
}
