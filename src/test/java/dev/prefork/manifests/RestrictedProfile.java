package dev.prefork.manifests;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The Pod Security Standard {@code restricted}, and what we ask beyond it: a root that cannot be written, and no token. Pure: a
 * pod's spec in, sentences about offences out.
 */
final class RestrictedProfile {
    private static final Set<String> VOLUMES = Set.of(
            "configMap", "csi", "downwardAPI", "emptyDir", "ephemeral", "persistentVolumeClaim", "projected", "secret");

    private static final Set<String> SECCOMP = Set.of("RuntimeDefault", "Localhost");

    private RestrictedProfile() {}

    static List<String> offences(JsonNode pod) {
        return Stream.concat(ofPod(pod), Manifests.containers(pod).flatMap(container -> ofContainer(container)
                        .map(offence -> container.path("name").asText() + ": " + offence)))
                .toList();
    }

    private static Stream<String> ofPod(JsonNode pod) {
        Stream<String> plain = Stream.of(
                        unless(pod.at("/securityContext/runAsNonRoot").asBoolean(false), "may run as root"),
                        unless(pod.at("/securityContext/runAsUser").asInt(1) != 0, "runs as root"),
                        unless(
                                pod.at("/securityContext/seccompProfile/type")
                                        .asText()
                                        .equals("RuntimeDefault"),
                                "has no seccomp profile"),
                        unless(isFalse(pod.path("automountServiceAccountToken")), "mounts a token"),
                        unless(isFalse(pod.path("enableServiceLinks")), "has a variable for every service"),
                        unless(!pod.path("shareProcessNamespace").asBoolean(false), "shares its processes"))
                .flatMap(found -> found);
        Stream<String> host = Stream.of("hostNetwork", "hostPID", "hostIPC")
                .filter(field -> pod.path(field).asBoolean(false))
                .map(field -> "has " + field);
        Stream<String> volumes = Manifests.elements(pod.path("volumes"))
                .filter(volume -> VOLUMES.stream().noneMatch(volume::has))
                .map(volume -> "has a volume of a forbidden kind: " + volume);
        return Stream.of(plain, host, volumes).flatMap(found -> found);
    }

    private static Stream<String> ofContainer(JsonNode container) {
        JsonNode context = container.path("securityContext");
        Stream<String> plain = Stream.of(
                        unless(isFalse(context.path("allowPrivilegeEscalation")), "may gain privileges"),
                        unless(!context.path("privileged").asBoolean(false), "is privileged"),
                        unless(
                                context.at("/capabilities/drop").toString().equals("[\"ALL\"]"),
                                "does not drop all capabilities"),
                        unless(context.at("/capabilities/add").isMissingNode(), "adds capabilities"),
                        unless(context.path("readOnlyRootFilesystem").asBoolean(false), "may write to its root"),
                        unless(context.path("runAsUser").asInt(1) != 0, "runs as root"),
                        // These outweigh the pod's.
                        unless(context.path("runAsNonRoot").asBoolean(true), "may run as root"),
                        unless(
                                SECCOMP.contains(
                                        context.at("/seccompProfile/type").asText("RuntimeDefault")),
                                "has no seccomp profile"))
                .flatMap(found -> found);
        Stream<String> ports = Manifests.elements(container.path("ports"))
                .filter(port ->
                        port.has("hostPort") || port.path("containerPort").asInt() < 1024)
                .map(port -> "has a port of the host's or of root's: " + port);
        return Stream.concat(plain, ports);
    }

    private static boolean isFalse(JsonNode field) {
        return !field.asBoolean(true);
    }

    private static Stream<String> unless(boolean right, String otherwise) {
        return right ? Stream.empty() : Stream.of(otherwise);
    }
}
