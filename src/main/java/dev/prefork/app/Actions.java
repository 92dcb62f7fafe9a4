package dev.prefork.app;

/**
 * What a person may ask of a master over its management interface.
 *
 * <p>Threading: any thread; files may be read.
 */
public interface Actions {

    /**
     * What came of it.
     *
     * @param begun whether it is under way
     * @param text what happens now, or why nothing does
     */
    record Outcome(boolean begun, String text) {
        public static Outcome begun(String text) {
            return new Outcome(true, text);
        }

        public static Outcome refused(String why) {
            return new Outcome(false, why);
        }
    }

    /** @param asker in words, for the log; also below */
    Outcome reload(String asker);

    /** @param workers how many there are to be */
    Outcome scale(int workers, String asker);

    Outcome stop(String asker);

    /** Has the worker in this slot replaced, the new one first. */
    Outcome kill(int slot, String asker);
}
