{{- define "dbmigration-operator.fullname" -}}
{{- if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 63 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 63 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- define "dbmigration-operator.selectorLabels" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "dbmigration-operator.labels" -}}
{{ include "dbmigration-operator.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/component: operator
app.kubernetes.io/part-of: dbmigration
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" }}
{{- end -}}

{{- define "dbmigration-operator.image" -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}

{{- define "dbmigration-operator.containerSecurityContext" -}}
allowPrivilegeEscalation: false
capabilities:
  drop: [ALL]
readOnlyRootFilesystem: true
{{- end -}}

{{- define "dbmigration-operator.podSecurityContext" -}}
runAsNonRoot: true
seccompProfile:
  type: RuntimeDefault
{{- end -}}

{{/* What the operator may do in a namespace that it watches. The ClusterRole and the Roles are both this. */}}
{{- define "dbmigration-operator.rules" -}}
- apiGroups: [dbmigrations.io]
  resources: [databasemigrations]
  verbs: [get, list, watch]
- apiGroups: [dbmigrations.io]
  resources: [databasemigrations/status]
  verbs: [update]
- apiGroups: [batch]
  resources: [jobs]
  # Patched to stop one whose container has not started.
  verbs: [get, list, watch, create, patch, delete]
- apiGroups: [""]
  resources: [pods]
  verbs: [list, watch]
# The steps and the SQL of a plan that waits.
- apiGroups: [""]
  resources: [pods/log]
  verbs: [get]
# The runner's files, which are mounted into every migration; the SQL of a plan; and what a connection has in
# one, by name.
- apiGroups: [""]
  resources: [configmaps]
  verbs: [get, create, delete]
{{- if .Values.observer.enabled }}
# By name, when the version table is read; never a list of them.
- apiGroups: [""]
  resources: [secrets]
  verbs: [get]
{{- end }}
- apiGroups: [events.k8s.io]
  resources: [events]
  # Listed for a Job that gets no Pod, and for a Pod that does not start: they say why.
  verbs: [create, list]
{{- end -}}
