package dev.prefork.listen;

/**
 * The permissions of a unix listener's file: who may connect, for which the kernel asks for the permission to write, see
 * unix(7). Immutable; any thread.
 *
 * @param bits from 0 to 0777
 */
public record FileMode(int bits) {
    private static final int ANY_WRITE = 0222;

    /**
     * Reads three octal digits, with or without a leading 0.
     *
     * @throws IllegalArgumentException with a line that says what is wrong and what would be right
     */
    public static FileMode parse(String text) {
        if (!text.matches("0?[0-7]{3}")) {
            throw new IllegalArgumentException(
                    "not permissions of a file; give three octal digits, such as 0660 for owner and group");
        }
        FileMode mode = new FileMode(Integer.parseInt(text, 8));
        if ((mode.bits & ANY_WRITE) == 0) {
            throw new IllegalArgumentException(
                    "no user could connect, which takes the permission to write; give such as"
                            + " 0660 for owner and group");
        }
        return mode;
    }

    @Override
    public String toString() {
        return String.format("0%03o", bits);
    }
}
