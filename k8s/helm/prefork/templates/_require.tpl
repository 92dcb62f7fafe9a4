{{/* Refuses what a schema cannot see: values that are right by themselves, and wrong together. */}}
{{- define "prefork.consistent" -}}
{{- include "prefork.requirePorts" . -}}
{{- include "prefork.requireListeners" . -}}
{{- include "prefork.requireArgs" . -}}
{{- include "prefork.requireService" . -}}
{{- include "prefork.requireRoutes" . -}}
{{- include "prefork.requireOne" . -}}
{{- end }}

{{- define "prefork.requirePorts" -}}
{{- $twice := "%s: %d is %s as well, and only one of the two can be had; give another port" -}}
{{- $http := int .Values.httpPort -}}
{{- $management := int .Values.managementPort -}}
{{- if eq $http $management -}}
{{- fail (printf $twice "httpPort" $http "managementPort") -}}
{{- end -}}
{{- if .Values.tls.enabled -}}
{{- $tls := int .Values.tls.port -}}
{{- if or (eq $tls $http) (eq $tls $management) -}}
{{- fail (printf $twice "tls.port" $tls (ternary "httpPort" "managementPort" (eq $tls $http))) -}}
{{- end -}}
{{- if eq (int .Values.service.tlsPort) (int .Values.service.port) -}}
{{- fail (printf $twice "service.tlsPort" (int .Values.service.tlsPort) "service.port") -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* Whether the workers bind the ports that pod and Service show. */}}
{{- define "prefork.bindsNothing" -}}
{{- eq (include "prefork.ownListen" . | trim) "none" -}}
{{- end }}

{{- define "prefork.ownListen" -}}
{{- include "prefork.render" (list . (default "" .Values.prefork.listen)) -}}
{{- end }}

{{/* Addresses of the user's own must have the ports that pod, Service and NetworkPolicy show. */}}
{{- define "prefork.requireListeners" -}}
{{- $listen := include "prefork.ownListen" . -}}
{{- if eq (include "prefork.bindsNothing" .) "true" -}}
{{- if not (or .Values.worker (has "--" .Values.args)) -}}
{{- fail "prefork.listen: with none the workers bind httpPort themselves, which built-in ones do not; name a command in worker" -}}
{{- end -}}
{{- else if $listen -}}
{{- $ports := list -}}
{{- range splitList "," $listen -}}
{{- $address := regexReplaceAll "^[A-Za-z0-9._-]+ *= *" (trim .) "" -}}
{{- if not (hasPrefix "unix:" $address) -}}
{{- $ports = append $ports (regexFind "[1-9][0-9]*$" $address) -}}
{{- end -}}
{{- end -}}
{{- $shown := dict "httpPort" .Values.httpPort -}}
{{- if .Values.tls.enabled -}}
{{- $_ := set $shown "tls.port" .Values.tls.port -}}
{{- end -}}
{{- range $name, $port := $shown -}}
{{- if not (has (int $port | toString) $ports) -}}
{{- fail (printf "prefork.listen: %s has no TCP port %d, so the Service would lead nowhere; add tcp4://0.0.0.0:%d, or change %s" $listen (int $port) (int $port) $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* Options that pod and Service would not know of. What follows -- is the worker's. */}}
{{- define "prefork.requireArgs" -}}
{{- $values := dict "--listen" "prefork.listen" "--drain-delay" "prefork.drainDelay" "--shutdown-grace-period" "prefork.shutdownGracePeriod" "--pod-grace-period" "graceMargin" -}}
{{- $ours := true -}}
{{- range include "prefork.render" (list . (default (list) .Values.args)) | fromYamlArray -}}
{{- $option := first (splitList "=" .) -}}
{{- if eq . "--" -}}
{{- $ours = false -}}
{{- else if and $ours (hasKey $values $option) -}}
{{- fail (printf "args: the ports and the grace period of the pod do not follow %s; set %s instead" $option (get $values $option)) -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* Fields that Kubernetes takes only together with others. */}}
{{- define "prefork.requireService" -}}
{{- with .Values.service -}}
{{- $only := "service.%s: Kubernetes takes it only with %s; set that, or leave %s out" -}}
{{- $balanced := eq .type "LoadBalancer" -}}
{{- $outside := or $balanced (eq .type "NodePort") -}}
{{- range $field, $value := pick . "loadBalancerClass" "loadBalancerIP" "loadBalancerSourceRanges" -}}
{{- if and $value (not $balanced) -}}
{{- fail (printf $only $field "service.type LoadBalancer" $field) -}}
{{- end -}}
{{- end -}}
{{- range $field, $value := dict "externalTrafficPolicy" .externalTrafficPolicy "nodePorts.http" .nodePorts.http "nodePorts.https" .nodePorts.https -}}
{{- if and $value (not $outside) -}}
{{- fail (printf $only $field "service.type NodePort or LoadBalancer" $field) -}}
{{- end -}}
{{- end -}}
{{- if and (eq (default "" .clusterIP) "None") $outside -}}
{{- fail (printf $only "clusterIP" "service.type ClusterIP if it is None" "clusterIP") -}}
{{- end -}}
{{- if and .sessionAffinityConfig (ne (default "" .sessionAffinity) "ClientIP") -}}
{{- fail (printf $only "sessionAffinityConfig" "service.sessionAffinity ClientIP" "sessionAffinityConfig") -}}
{{- end -}}
{{- if and (gt (len (default (list) .ipFamilies)) 1) (not (hasSuffix "DualStack" (default "" .ipFamilyPolicy))) -}}
{{- fail (printf $only "ipFamilies" "service.ipFamilyPolicy PreferDualStack or RequireDualStack if there are two" "one of them") -}}
{{- end -}}
{{- end -}}
{{- end }}

{{- define "prefork.requireRoutes" -}}
{{- if and .Values.ingress.enabled (eq .Values.ingress.servicePort "https") (not .Values.tls.enabled) -}}
{{- fail "ingress.servicePort: the Service has no port https, so requests would lead nowhere; set tls.enabled, or use http" -}}
{{- end -}}
{{- if and .Values.httpRoute.enabled (not .Values.httpRoute.parentRefs) -}}
{{- fail "httpRoute.parentRefs: a route without a Gateway gets no requests; name one, such as [{name: public}]" -}}
{{- end -}}
{{- end }}

{{/* Two objects that do the same would do it twice, or against each other. */}}
{{- define "prefork.requireOne" -}}
{{- if and .Values.autoscaling.enabled .Values.keda.enabled -}}
{{- fail "keda.enabled: KEDA makes an autoscaler of its own, and two would set different numbers of pods; disable autoscaling or keda" -}}
{{- end -}}
{{- if and .Values.monitoring.podMonitor.enabled .Values.monitoring.serviceMonitor.enabled -}}
{{- fail "monitoring.serviceMonitor.enabled: with podMonitor each pod would be scraped twice, and every sum doubled; enable one of them" -}}
{{- end -}}
{{- if and .Values.keda.enabled (not .Values.keda.serverAddress) -}}
{{- fail "keda.serverAddress: KEDA has no Prometheus to ask; set its address, such as http://prometheus.monitoring:9090" -}}
{{- end -}}
{{- range $name, $scaler := pick .Values "autoscaling" "keda" -}}
{{- if and $scaler.enabled (gt (int $scaler.minReplicas) (int $scaler.maxReplicas)) -}}
{{- fail (printf "%s.minReplicas: %d is more than %s.maxReplicas %d, which Kubernetes rejects; lower the former or raise the latter" $name (int $scaler.minReplicas) $name (int $scaler.maxReplicas)) -}}
{{- end -}}
{{- end -}}
{{- end }}
