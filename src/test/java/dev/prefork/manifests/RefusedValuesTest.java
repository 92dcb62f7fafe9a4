package dev.prefork.manifests;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What the chart does not take, and that it says why in words of the values. */
class RefusedValuesTest {
    @Test
    void aValueThatMeansNothingIsRefusedByItsName() {
        Map<String, List<String>> refused = new LinkedHashMap<>();
        refused.put("imagee: {}", List.of("imagee"));
        refused.put("image: {tagg: '1'}", List.of("/image", "tagg"));
        refused.put("prefork: {drainDely: 5s}", List.of("/prefork", "drainDely"));
        refused.put("prefork: {podGracePeriod: 30s}", List.of("/prefork", "podGracePeriod"));
        refused.put("prefork: {workers: many}", List.of("/prefork/workers"));
        refused.put("prefork: {workers: 0}", List.of("/prefork/workers"));
        refused.put("prefork: {drainDelay: 5}", List.of("/prefork/drainDelay", "string"));
        refused.put("prefork: {drainDelay: PT5S}", List.of("/prefork/drainDelay"));
        // Templates would read it as an octal number, or as none.
        refused.put("prefork: {drainDelay: 010s}", List.of("/prefork/drainDelay"));
        refused.put("prefork: {shutdownGracePeriod: 09s}", List.of("/prefork/shutdownGracePeriod"));
        refused.put("prefork: {watchdog: 030s}", List.of("/prefork/watchdog"));
        refused.put("graceMargin: 012s", List.of("/graceMargin"));
        refused.put("replicaCount: two", List.of("/replicaCount", "integer"));
        refused.put("httpPort: 80", List.of("/httpPort", "minimum"));
        refused.put("runAsUser: 0", List.of("/runAsUser"));
        refused.put("resources: {limit: {cpu: 1}}", List.of("/resources", "limit"));
        refused.put("readinessProbe: {path: /}", List.of("/readinessProbe", "path"));
        refused.put("autoscaling: {metric: memory}", List.of("/autoscaling/metric"));
        refused.put("monitoring: {podMonitor: {enable: true}}", List.of("/monitoring/podMonitor", "enable"));
        refused.put("lifecycle: {stopSignal: SIGINT}", List.of("/lifecycle", "stopSignal"));

        refuses(refused);
    }

    @Test
    void aFieldOfAnObjectThatMeansNothingIsRefusedByItsName() {
        Map<String, List<String>> refused = new LinkedHashMap<>();
        refused.put("ingress: {enabled: 'yes'}", List.of("/ingress/enabled", "boolean"));
        refused.put("ingress: {ingressClassName: nginx}", List.of("/ingress", "ingressClassName"));
        refused.put("ingress: {hosts: [shop.example.com]}", List.of("/ingress/hosts/0", "object"));
        refused.put("ingress: {hosts: [{paths: [{path: api}]}]}", List.of("/ingress/hosts/0/paths/0/path"));
        refused.put("ingress: {hosts: [{paths: [{type: Exact}]}]}", List.of("/ingress/hosts/0/paths/0", "type"));
        refused.put("ingress: {annotations: {a: 1}}", List.of("/ingress/annotations/a", "string"));
        refused.put("httpRoute: {parentRefs: [{namespace: gateways}]}", List.of("/httpRoute/parentRefs/0", "name"));
        refused.put("httpRoute: {rules: [{backendRef: []}]}", List.of("/httpRoute/rules/0", "backendRef"));
        refused.put("keda: {minReplicas: 0}", List.of("/keda/minReplicas"));
        refused.put("keda: {targetSaturation: 600m}", List.of("/keda/targetSaturation"));
        refused.put("keda: {authenticationRef: {kind: Secret}}", List.of("/keda/authenticationRef/kind"));
        refused.put("service: {type: ExternalName}", List.of("/service/type"));
        refused.put("service: {ipFamilies: [IPv5]}", List.of("/service/ipFamilies/0"));
        refused.put("service: {nodePorts: {management: 1}}", List.of("/service/nodePorts", "management"));
        refused.put(
                "topologySpreadConstraints: [{maxSkew: 1}]", List.of("/topologySpreadConstraints/0", "topologyKey"));
        refused.put("networkPolicy: {egress: {dns: {ports: []}}}", List.of("/networkPolicy/egress/dns/ports"));
        refused.put("monitoring: {serviceMonitor: {interval: 30}}", List.of("/monitoring/serviceMonitor/interval"));
        refused.put("extraObjects: [{kind: ConfigMap}]", List.of("/extraObjects/0", "apiVersion"));

        refuses(refused);
    }

    @Test
    void labelsOfTheChartsOwnAreRefused() {
        Map<String, List<String>> refused = new LinkedHashMap<>();
        refused.put("commonLabels: {app.kubernetes.io/name: x}", List.of("/commonLabels/app.kubernetes.io~1name"));
        refused.put("commonLabels: {helm.sh/chart: x}", List.of("/commonLabels/helm.sh~1chart"));
        refused.put("podLabels: {app.kubernetes.io/instance: x}", List.of("/podLabels/app.kubernetes.io~1instance"));
        refused.put(
                "monitoring: {podMonitor: {labels: {app.kubernetes.io/version: x}}}",
                List.of("/monitoring/podMonitor/labels/app.kubernetes.io~1version"));

        refuses(refused);
    }

    @Test
    void valuesThatAreWrongTogetherAreRefusedWithTheRemedy() {
        Map<String, List<String>> refused = new LinkedHashMap<>();
        refused.put("graceMargin: 1500ms", List.of("graceMargin: 1500ms is too short", "2s or more"));
        refused.put("tls: {enabled: true}", List.of("tls.secretName"));
        refused.put("httpPort: 9000", List.of("httpPort: 9000 is managementPort as well", "another port"));
        refused.put(
                "{httpPort: 8443, tls: {enabled: true, secretName: x}}", List.of("tls.port: 8443 is httpPort as well"));
        refused.put(
                "{managementPort: 8443, tls: {enabled: true, secretName: x}}",
                List.of("tls.port: 8443 is managementPort as well"));
        refused.put(
                "{service: {port: 443}, tls: {enabled: true, secretName: x}}",
                List.of("service.tlsPort: 443 is service.port as well"));
        refused.put(
                "autoscaling: {enabled: true, minReplicas: 5, maxReplicas: 2}",
                List.of("autoscaling.minReplicas: 5 is more than autoscaling.maxReplicas 2", "lower the former"));
        refused.put(
                "keda: {enabled: true, serverAddress: x, minReplicas: 5, maxReplicas: 2}",
                List.of("keda.minReplicas: 5 is more than keda.maxReplicas 2", "lower the former"));

        refuses(refused);
    }

    @Test
    void objectsThatWouldWorkAgainstEachOtherOrNotAtAllAreRefused() {
        Map<String, List<String>> refused = new LinkedHashMap<>();
        refused.put(
                "{autoscaling: {enabled: true}, keda: {enabled: true, serverAddress: x}}",
                List.of("keda.enabled: KEDA makes an autoscaler of its own", "disable autoscaling or keda"));
        refused.put("keda: {enabled: true}", List.of("keda.serverAddress: KEDA has no Prometheus to ask", "set its"));
        refused.put(
                "monitoring: {podMonitor: {enabled: true}, serviceMonitor: {enabled: true}}",
                List.of("monitoring.serviceMonitor.enabled", "scraped twice", "enable one of them"));
        refused.put("httpRoute: {enabled: true}", List.of("httpRoute.parentRefs", "gets no requests", "name one"));
        refused.put(
                "ingress: {enabled: true, servicePort: https}",
                List.of("ingress.servicePort: the Service has no port https", "set tls.enabled"));

        refuses(refused);
    }

    @Test
    void fieldsOfTheServiceThatKubernetesTakesOnlyWithOthersAreRefused() {
        Map<String, List<String>> refused = new LinkedHashMap<>();
        refused.put(
                "service: {loadBalancerClass: a/b}",
                List.of("service.loadBalancerClass", "only with service.type LoadBalancer"));
        refused.put("service: {type: NodePort, loadBalancerIP: 192.0.2.1}", List.of("service.loadBalancerIP"));
        refused.put("service: {loadBalancerSourceRanges: [192.0.2.0/24]}", List.of("service.loadBalancerSourceRanges"));
        refused.put(
                "service: {nodePorts: {http: 30080}}", List.of("service.nodePorts.http", "NodePort or LoadBalancer"));
        refused.put("service: {externalTrafficPolicy: Local}", List.of("service.externalTrafficPolicy", "leave"));
        refused.put(
                "service: {type: NodePort, clusterIP: None}", List.of("service.clusterIP", "ClusterIP if it is None"));
        refused.put("service: {sessionAffinityConfig: {clientIP: {}}}", List.of("service.sessionAffinityConfig"));
        refused.put(
                "service: {ipFamilies: [IPv6, IPv4]}",
                List.of("service.ipFamilies", "PreferDualStack or RequireDualStack"));
        refuses(refused);
    }

    @Test
    void addressesAndDurationsThatThePodWouldNotKnowAreRefused() {
        Map<String, List<String>> refused = new LinkedHashMap<>();
        refused.put("args: [--listen, 'unix:///tmp/app.sock']", List.of("do not follow --listen", "prefork.listen"));
        refused.put("args: [--workers=2, '--listen=8081']", List.of("do not follow --listen", "prefork.listen"));
        refused.put("args: [--drain-delay=1m]", List.of("do not follow --drain-delay", "prefork.drainDelay"));
        refused.put(
                "prefork: {listen: 'unix:///tmp/8080'}",
                List.of("prefork.listen: unix:///tmp/8080 has no TCP port 8080", "change httpPort"));
        refused.put("prefork: {listen: '18080,127.0.0.1:80'}", List.of("has no TCP port 8080"));
        refused.put(
                "{prefork: {listen: 'http=8080'}, tls: {enabled: true, secretName: x}}",
                List.of("has no TCP port 8443", "change tls.port"));
        refused.put("prefork: {listen: none}", List.of("built-in ones do not", "name a command in worker"));

        refuses(refused);
    }

    @Test
    void otherArgumentsAndAddressesAreTaken() {
        Map<String, String> values = Map.of(
                "options", "args: [--workers, '2']",
                "worker", "{args: [explain], worker: [server, --listen, '1']}",
                "separated", "args: [--, server, --listen=1]",
                "none", "{prefork: {listen: none, ready: 'http=http://127.0.0.1:8080/healthz'}, worker: [server]}",
                "plain", "prefork: {listen: '8080'}",
                "unix", "prefork: {listen: 'unix:///tmp/a.sock, main = tcp6://[::]:08080'}",
                "tls", "{prefork: {listen: 'a=8443,b=:8080'}, tls: {enabled: true, secretName: x}}",
                "autoscaler that is off", "autoscaling: {minReplicas: 50}",
                "tls that is off", "{httpPort: 8443, service: {port: 443}}");

        assertThat(Chart.render(values).refusals()).isEmpty();
    }

    /** Null takes a default away, and the schema never sees the null: what cannot do without must be required there. */
    @Test
    void aNullIsRefusedByItsNameOrLeavesManifestsThatAreRight() throws IOException {
        JsonNode everything = Manifests.read(Chart.examples().get("everything"));
        Map<String, String> values = new LinkedHashMap<>();
        for (List<String> path :
                paths(Manifests.read(Files.readString(Chart.DIRECTORY.resolve("values.yaml"))), List.of())) {
            ObjectNode changed = everything.deepCopy();
            if (!path.get(0).equals("monitoring")) {
                // It is larger than all the rest, and has no part in this.
                changed.withObject("/monitoring/dashboard").put("enabled", false);
            }
            ObjectNode parent = changed;
            for (String name : path.subList(0, path.size() - 1)) {
                parent = parent.withObjectProperty(name);
            }
            parent.putNull(path.get(path.size() - 1));
            values.put(String.join(".", path).replace('/', '_'), changed.toString());
        }

        Chart.Answer answer = Chart.render(values);

        assertThat(answer.refusals())
                .containsKeys("prefork.drainDelay", "startupProbe", "service", "networkPolicy.managementNamespace")
                .allSatisfy((path, why) -> assertThat(why)
                        .containsAnyOf(
                                "missing property '" + path.substring(path.lastIndexOf('.') + 1) + "'",
                                path + ": ",
                                // Another value is right only with this one.
                                path + " "));
        assertThat(answer.manifests())
                .containsKeys("resources", "runAsUser", "prefork.workers")
                .allSatisfy((path, manifests) -> {
                    assertThat(manifests.objects()).allSatisfy(object -> assertThat(StrictModels.refusal(object))
                            .isEmpty());
                    assertThat(manifests.podSpecs()).allSatisfy(pod -> assertThat(RestrictedProfile.offences(pod))
                            .isEmpty());
                });
    }

    /** Of everything, objects and what is in them. */
    private static List<List<String>> paths(JsonNode object, List<String> above) {
        List<List<String>> found = new ArrayList<>();
        object.properties().forEach(field -> {
            List<String> path = new ArrayList<>(above);
            path.add(field.getKey());
            found.add(path);
            found.addAll(paths(field.getValue(), path));
        });
        return found;
    }

    private static void refuses(Map<String, List<String>> refused) {
        Map<String, String> values = new LinkedHashMap<>();
        refused.keySet().forEach(text -> values.put("case-" + values.size(), text));

        Map<String, String> refusals = Chart.render(values).refusals();

        assertThat(values)
                .allSatisfy((name, text) ->
                        assertThat(refusals.get(name)).as(text).isNotNull().contains(refused.get(text)));
        // What is ours, and not the schema's, is one line; the last one is Helm's own.
        assertThat(refusals.values())
                .filteredOn(why -> why.startsWith("execution error"))
                .allSatisfy(why -> assertThat(
                                why.lines().filter(line -> !line.isEmpty() && !line.startsWith("Use --debug")))
                        .hasSize(1));
    }
}
