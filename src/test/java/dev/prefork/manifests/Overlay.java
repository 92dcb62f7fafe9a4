package dev.prefork.manifests;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A directory for kustomize and the example of the chart that means the same.
 *
 * @param directory below k8s/kustomize
 * @param example by its name
 */
record Overlay(String directory, String example) {
    static final Path TOP = Path.of("k8s/kustomize");

    /** The one whose objects are called otherwise. */
    static final Overlay OF_ITS_OWN_NAME = new Overlay("overlays/quarkus-app", "quarkus-app");

    private static final Map<Overlay, Manifests> BUILT = new ConcurrentHashMap<>();

    static final List<Overlay> ALL = List.of(
            new Overlay("base", Chart.DEFAULTS),
            new Overlay("overlays/gunicorn", "gunicorn"),
            OF_ITS_OWN_NAME,
            new Overlay("overlays/sidecar", "sidecar"),
            new Overlay("overlays/tls", "tls"));

    /** Built once, since many tests ask. */
    Manifests build() {
        return BUILT.computeIfAbsent(this, overlay -> Kustomize.build(TOP.resolve(overlay.directory)));
    }

    @Override
    public String toString() {
        return directory;
    }
}
