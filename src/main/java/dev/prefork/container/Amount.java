package dev.prefork.container;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Amounts as people write them, the same in every locale. */
public final class Amount {
    private static final String[] UNITS = {"bytes", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"};

    private Amount() {}

    /** Such as {@code 512 MiB}. */
    public static String ofBytes(long bytes) {
        int unit = 0;
        double amount = bytes;
        while (amount >= 1024 && unit < UNITS.length - 1) {
            amount /= 1024;
            unit++;
        }
        return plain(amount, 1) + " " + UNITS[unit];
    }

    /** Such as {@code 2.5 cores}. */
    static String ofCores(double cores) {
        return cores == 1 ? "1 core" : plain(cores, 2) + " cores";
    }

    /** Such as {@code 1 CPU} and {@code 8 CPUs}. */
    static String ofCpus(long cpus) {
        return cpus == 1 ? "1 CPU" : cpus + " CPUs";
    }

    /** Such as {@code 1 worker} and {@code 2 workers}. */
    static String ofWorkers(long workers) {
        return workers == 1 ? "1 worker" : workers + " workers";
    }

    /** Such as {@code 1 standby} and {@code 2 standbys}. */
    static String ofStandbys(long standbys) {
        return standbys == 1 ? "1 standby" : standbys + " standbys";
    }

    private static String plain(double amount, int decimals) {
        return BigDecimal.valueOf(amount)
                .setScale(decimals, RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
    }
}
