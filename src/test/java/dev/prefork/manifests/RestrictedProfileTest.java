package dev.prefork.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RestrictedProfileTest {
    private static final String POD = """
            automountServiceAccountToken: false
            enableServiceLinks: false
            securityContext: {runAsNonRoot: true, seccompProfile: {type: RuntimeDefault}}
            initContainers: []
            containers:
              - name: shop
                ports: [{containerPort: 8080}]
                securityContext:
                  allowPrivilegeEscalation: false
                  capabilities: {drop: [ALL]}
                  readOnlyRootFilesystem: true
                  runAsUser: 1001
                  seccompProfile: {type: Localhost, localhostProfile: shop.json}
            volumes: [{name: tmp, emptyDir: {}}]
            """;

    @Test
    void hasNothingAgainstAPodThatKeepsToIt() {
        assertThat(RestrictedProfile.offences(Manifests.read(POD))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            value = {
                "automountServiceAccountToken: false | {} | mounts a token",
                "enableServiceLinks: false | enableServiceLinks: true | has a variable for every service",
                "runAsNonRoot: true | runAsNonRoot: false | may run as root",
                "runAsNonRoot: true | runAsNonRoot: true, runAsUser: 0 | runs as root",
                "RuntimeDefault | Unconfined | has no seccomp profile",
                "enableServiceLinks: false | {enableServiceLinks: false, hostPID: true} | has hostPID",
                "allowPrivilegeEscalation: false | privileged: true | shop: may gain privileges",
                "[ALL] | [NET_RAW] | shop: does not drop all capabilities",
                "drop: [ALL] | drop: [ALL], add: [NET_ADMIN] | shop: adds capabilities",
                "readOnlyRootFilesystem: true | readOnlyRootFilesystem: false | shop: may write to its root",
                "Localhost | Unconfined | shop: has no seccomp profile",
                "runAsUser: 1001 | runAsNonRoot: false | shop: may run as root",
                "runAsUser: 1001 | runAsUser: 0 | shop: runs as root",
                "containerPort: 8080 | containerPort: 80 | shop: has a port of the host's or of root's",
                "emptyDir: {} | hostPath: {path: /} | has a volume of a forbidden kind",
                "initContainers: [] | initContainers: [{name: other}] | other: may gain privileges",
            })
    void namesTheOffence(String right, String wrong, String offence) {
        assertThat(POD).contains(right);
        // A line of its own stays one: {a: 1, b: 2} stands for several.
        String changed = wrong.startsWith("{") ? wrong.replaceAll("[{}]", "").replace(", ", "\n") : wrong;

        assertThat(RestrictedProfile.offences(Manifests.read(POD.replace(right, changed))))
                .anySatisfy(found -> assertThat(found).startsWith(offence));
    }
}
