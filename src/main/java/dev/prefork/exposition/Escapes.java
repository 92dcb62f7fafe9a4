package dev.prefork.exposition;

/** The escapes of both formats. */
final class Escapes {
    private Escapes() {}

    /** Backslash, quote and line feed; a backslash before anything else stands for itself, as Python's parser has it. */
    static String resolve(String text) {
        int backslash = text.indexOf('\\');
        if (backslash < 0) {
            return text;
        }
        StringBuilder resolved = new StringBuilder(text.length()).append(text, 0, backslash);
        for (int i = backslash; i < text.length(); i++) {
            char c = text.charAt(i);
            char next = c == '\\' && i + 1 < text.length() ? text.charAt(i + 1) : ' ';
            switch (next) {
                case 'n' -> resolved.append('\n');
                case '\\', '"' -> resolved.append(next);
                default -> {
                    resolved.append(c);
                    continue;
                }
            }
            i++;
        }
        return resolved.toString();
    }
}
