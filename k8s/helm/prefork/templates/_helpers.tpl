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

{{/* A list: the root, and a value in which templates may be; a text as it is, anything else as YAML. */}}
{{- define "prefork.render" -}}
{{- $value := index . 1 -}}
{{- $text := kindIs "string" $value | ternary $value (toYaml $value) -}}
{{- if contains "{{" $text -}}
{{- tpl $text (index . 0) -}}
{{- else -}}
{{- $text -}}
{{- end -}}
{{- end }}

{{/* A list: the root, and more labels of one object, which outweigh those of all. */}}
{{- define "prefork.labels" -}}
{{- $more := default (dict) (index . 1) -}}
{{- $root := index . 0 -}}
{{- with $root -}}
{{- $own := dict
  "app.kubernetes.io/version" .Chart.AppVersion
  "app.kubernetes.io/managed-by" .Release.Service
  "helm.sh/chart" (printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-") -}}
{{ include "prefork.selectorLabels" . }}
{{ include "prefork.render" (list $root (merge (dict) $own $more (default (dict) .Values.commonLabels))) }}
{{- end }}
{{- end }}

{{/* Of one object: a list of the root, what follows the full name, and the object's values. */}}
{{- define "prefork.metadata" -}}
name: {{ include "prefork.fullname" (index . 0) }}{{ index . 1 }}
{{ include "prefork.labelsAndAnnotations" (list (index . 0) (index . 2)) }}
{{- end }}

{{- define "prefork.labelsAndAnnotations" -}}
{{- $root := index . 0 -}}
{{- $of := default (dict) (index . 1) -}}
labels:
  {{- include "prefork.labels" (list $root $of.labels) | nindent 2 }}
{{- with merge (dict) (default (dict) $of.annotations) (default (dict) $root.Values.commonAnnotations) }}
annotations:
  {{- include "prefork.render" (list $root .) | nindent 2 }}
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

{{/* How many pods there are at the least. */}}
{{- define "prefork.fewestPods" -}}
{{- if .Values.keda.enabled -}}
{{- int .Values.keda.minReplicas -}}
{{- else -}}
{{- .Values.autoscaling.enabled | ternary .Values.autoscaling.minReplicas .Values.replicaCount | int -}}
{{- end -}}
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
{{- $both := or (has "IPv6" .Values.service.ipFamilies) (hasSuffix "DualStack" (default "" .Values.service.ipFamilyPolicy)) -}}
{{- /* Without a host: on IPv6 and IPv4. */}}
{{- $host := ternary "tcp://" "tcp4://0.0.0.0" $both -}}
{{- if .Values.prefork.listen -}}
{{- include "prefork.ownListen" . -}}
{{- else if .Values.tls.enabled -}}
{{- printf "http=%s:%d,https=%s:%d" $host (int .Values.httpPort) $host (int .Values.tls.port) -}}
{{- else if or $both (ne (int .Values.httpPort) 8080) -}}
{{- printf "http=%s:%d" $host (int .Values.httpPort) -}}
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
  value: {{ (kindIs "float64" $value) | ternary (printf "%.0f" $value) (include "prefork.render" (list $ (toString $value))) | quote }}
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

{{/* A Service's name holds 63 characters. */}}
{{- define "prefork.metricsName" -}}
{{ include "prefork.fullname" . | trunc 55 | trimSuffix "-" }}-metrics
{{- end }}

{{/* The average over the pods of this release. Kubernetes cuts the names of pods that would get too long. */}}
{{- define "prefork.saturationQuery" -}}
{{- $name := include "prefork.fullname" . -}}
{{- $pods := lt (len $name) 47 | ternary (printf "%s-[a-z0-9]+-[a-z0-9]+" $name) (printf "%s.+" (trunc 46 $name)) -}}
{{- printf "avg(prefork_saturation_ratio{namespace=%q,pod=~%q})" .Release.Namespace $pods -}}
{{- end }}
