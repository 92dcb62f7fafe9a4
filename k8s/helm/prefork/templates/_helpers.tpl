{{- define "prefork.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 63 | trimSuffix "-" }}
{{- end }}

{{- define "prefork.fullname" -}}
{{- if .Values.fullnameOverride }}
{{- .Values.fullnameOverride | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- $name := default .Chart.Name .Values.nameOverride }}
{{- if contains $name .Release.Name }}
{{- .Release.Name | trunc 63 | trimSuffix "-" }}
{{- else }}
{{- printf "%s-%s" .Release.Name $name | trunc 63 | trimSuffix "-" }}
{{- end }}
{{- end }}
{{- end }}

{{/* Never changes for a release: a Deployment's selector cannot. */}}
{{- define "prefork.selectorLabels" -}}
app.kubernetes.io/name: {{ include "prefork.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end }}

{{- define "prefork.labels" -}}
{{ include "prefork.labelsWith" (list . dict) }}
{{- end }}

{{/* A list: the root, and more labels of one object, which outweigh those of all. */}}
{{- define "prefork.labelsWith" -}}
{{- $more := default (dict) (index . 1) -}}
{{- with index . 0 -}}
{{ include "prefork.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{- with merge (dict) $more (default (dict) .Values.commonLabels) }}
{{ toYaml . }}
{{- end }}
{{- end }}
{{- end }}

{{- define "prefork.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ default .Chart.AppVersion .Values.image.tag }}
{{- end -}}
{{- end }}

{{- define "prefork.serviceAccountName" -}}
{{- if .Values.serviceAccount.create -}}
{{ default (include "prefork.fullname" .) .Values.serviceAccount.name }}
{{- else -}}
{{ default "default" .Values.serviceAccount.name }}
{{- end -}}
{{- end }}

{{/* A duration such as 500ms, 5s or 2m, in milliseconds. */}}
{{- define "prefork.millis" -}}
{{- $units := dict "ms" 1 "s" 1000 "m" 60000 "h" 3600000 "d" 86400000 -}}
{{- mul (regexFind "^[0-9]+" .) (get $units (regexFind "[a-z]+$" .)) -}}
{{- end }}

{{/* The whole stop with its margin, in seconds, rounded up. */}}
{{- define "prefork.graceSeconds" -}}
{{- $margin := include "prefork.millis" .Values.graceMargin | int64 -}}
{{- if lt $margin 2000 -}}
{{- fail (printf "graceMargin: %s is too short: the master needs 2s to exit after its workers; set 2s or more" .Values.graceMargin) -}}
{{- end -}}
{{- $drain := include "prefork.millis" .Values.prefork.drainDelay | int64 -}}
{{- $grace := include "prefork.millis" .Values.prefork.shutdownGracePeriod | int64 -}}
{{- div (add $drain $grace $margin 999) 1000 -}}
{{- end }}

{{/* Refuses what a schema cannot see: values that are right by themselves, and wrong together. */}}
{{- define "prefork.consistent" -}}
{{- include "prefork.requirePorts" . -}}
{{- include "prefork.requireListeners" . -}}
{{- include "prefork.requireArgs" . -}}
{{- with .Values.autoscaling -}}
{{- if and .enabled (gt (int .minReplicas) (int .maxReplicas)) -}}
{{- fail (printf "autoscaling.minReplicas: %d is more than autoscaling.maxReplicas %d, which Kubernetes rejects; lower the former or raise the latter" (int .minReplicas) (int .maxReplicas)) -}}
{{- end -}}
{{- end -}}
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
{{- eq (trim (default "" .Values.prefork.listen)) "none" -}}
{{- end }}

{{/* Addresses of the user's own must have the ports that pod, Service and NetworkPolicy show. */}}
{{- define "prefork.requireListeners" -}}
{{- if eq (include "prefork.bindsNothing" .) "true" -}}
{{- if not (or .Values.worker (has "--" .Values.args)) -}}
{{- fail "prefork.listen: with none the workers bind httpPort themselves, which built-in ones do not; name a command in worker" -}}
{{- end -}}
{{- else if .Values.prefork.listen -}}
{{- $ports := list -}}
{{- range splitList "," .Values.prefork.listen -}}
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
{{- fail (printf "prefork.listen: %s has no TCP port %d, so the Service would lead nowhere; add tcp4://0.0.0.0:%d, or change %s" $.Values.prefork.listen (int $port) (int $port) $name) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* Options that pod and Service would not know of. What follows -- is the worker's. */}}
{{- define "prefork.requireArgs" -}}
{{- $values := dict "--listen" "prefork.listen" "--drain-delay" "prefork.drainDelay" "--shutdown-grace-period" "prefork.shutdownGracePeriod" "--pod-grace-period" "graceMargin" -}}
{{- $ours := true -}}
{{- range .Values.args -}}
{{- $option := first (splitList "=" .) -}}
{{- if eq . "--" -}}
{{- $ours = false -}}
{{- else if and $ours (hasKey $values $option) -}}
{{- fail (printf "args: the ports and the grace period of the pod do not follow %s; set %s instead" $option (get $values $option)) -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* How many pods there are at the least. */}}
{{- define "prefork.fewestPods" -}}
{{- .Values.autoscaling.enabled | ternary .Values.autoscaling.minReplicas .Values.replicaCount | int -}}
{{- end }}

{{/* Not empty if the budget lets no pod go while they are at their fewest. Kubernetes rounds percentages up. */}}
{{- define "prefork.budgetHoldsAll" -}}
{{- $pods := include "prefork.fewestPods" . | int -}}
{{- with .Values.podDisruptionBudget -}}
{{- if and .enabled (gt $pods 0) -}}
{{- if kindIs "invalid" .minAvailable -}}
{{- if regexMatch "^0+%?$" (toString .maxUnavailable) -}}true{{- end -}}
{{- else -}}
{{- $number := regexFind "[1-9][0-9]*" (kindIs "float64" .minAvailable | ternary (int .minAvailable | toString) (toString .minAvailable)) | int -}}
{{- $least := hasSuffix "%" (toString .minAvailable) | ternary (div (add (mul $pods $number) 99) 100) $number | int -}}
{{- if ge $least $pods -}}true{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end }}

{{/* What the ports say, where it is not what Prefork listens on by itself. */}}
{{- define "prefork.listen" -}}
{{- if .Values.prefork.listen -}}
{{- .Values.prefork.listen -}}
{{- else if .Values.tls.enabled -}}
{{- printf "http=tcp4://0.0.0.0:%d,https=tcp4://0.0.0.0:%d" (int .Values.httpPort) (int .Values.tls.port) -}}
{{- else if ne (int .Values.httpPort) 8080 -}}
{{- printf "http=tcp4://0.0.0.0:%d" (int .Values.httpPort) -}}
{{- end -}}
{{- end }}

{{/* Variables of Prefork's, each named like its value: recoverThreshold is PREFORK_RECOVER_THRESHOLD. */}}
{{- define "prefork.settings" -}}
{{- with include "prefork.listen" . }}
- name: PREFORK_LISTEN
  value: {{ . | quote }}
{{- end }}
- name: PREFORK_POD_GRACE_PERIOD
  value: {{ printf "%ss" (include "prefork.graceSeconds" .) | quote }}
{{- $values := omit .Values.prefork "listen" }}
{{- if and (eq (include "prefork.bindsNothing" .) "true") (eq (toString $values.workers) "auto") }}
{{- /* Of several workers only one could bind the port; Prefork's own default is then 1. */}}
{{- $values = omit $values "workers" }}
{{- end }}
{{- range $key, $value := $values }}
{{- if not (kindIs "invalid" $value) }}
- name: PREFORK_{{ $key | snakecase | upper }}
  value: {{ (kindIs "float64" $value) | ternary (printf "%.0f" $value) (toString $value) | quote }}
{{- end }}
{{- end }}
{{- end }}

{{- define "prefork.securityContext" -}}
allowPrivilegeEscalation: false
capabilities:
  drop: [ALL]
readOnlyRootFilesystem: true
{{- end }}

{{- define "prefork.podSecurityContext" -}}
runAsNonRoot: true
{{- if not (kindIs "invalid" .Values.runAsUser) }}
runAsUser: {{ int .Values.runAsUser }}
{{- end }}
{{- if not (kindIs "invalid" .Values.runAsGroup) }}
runAsGroup: {{ int .Values.runAsGroup }}
{{- end }}
{{- if not (kindIs "invalid" .Values.fsGroup) }}
fsGroup: {{ int .Values.fsGroup }}
{{- end }}
seccompProfile:
  type: RuntimeDefault
{{- end }}
