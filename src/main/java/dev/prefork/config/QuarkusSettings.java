package dev.prefork.config;

import java.util.Optional;

/**
 * What Quarkus' own settings say that matters to a master before Quarkus starts. Immutable.
 *
 * @param management where its management interface is, if that is as it is by default
 * @param application whose jar the master was started from; empty where that is Prefork's own
 */
record QuarkusSettings(
        Optional<PlainManagement> management, ConsoleSettings console, Optional<OwnApplication> application) {

    static QuarkusSettings of(SettingSources sources) {
        return new QuarkusSettings(PlainManagement.of(sources), ConsoleSettings.of(sources), sources.application());
    }
}
