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
 * @param release whose name Helm gives to the objects, as the overlay does
 */
record Overlay(String directory, String example, String release) {
    static final Path TOP = Path.of("k8s/kustomize");

    private static final String RELEASE = "prefork";

    private static final Map<Overlay, Manifests> BUILT = new ConcurrentHashMap<>();

    static final List<Overlay> ALL = List.of(
            new Overlay("base", Chart.DEFAULTS, RELEASE),
            new Overlay("overlays/gateway", "gateway", "shop"),
            new Overlay("overlays/gunicorn", "gunicorn", RELEASE),
            new Overlay("overlays/ingress", "ingress", RELEASE),
            new Overlay("overlays/quarkus-app", "quarkus-app", "shop"),
            new Overlay("overlays/sidecar", "sidecar", RELEASE),
            new Overlay("overlays/tls", "tls", RELEASE));

    /** The name of the release that an example is installed as; one like the chart's leaves the latter out of names. */
    static String release(String example) {
        return ALL.stream()
                .filter(overlay -> overlay.example.equals(example))
                .map(Overlay::release)
                .findFirst()
                .orElse(RELEASE);
    }

    /** What the Deployment is called, and most of the others. */
    String fullName() {
        return release.equals(RELEASE) ? RELEASE : release + "-" + RELEASE;
    }

    /** Built once, since many tests ask. */
    Manifests build() {
        return BUILT.computeIfAbsent(this, overlay -> Kustomize.build(TOP.resolve(overlay.directory)));
    }

    @Override
    public String toString() {
        return directory;
    }
}
