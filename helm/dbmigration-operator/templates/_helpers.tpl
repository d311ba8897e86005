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
# How far a migration is; the steps and the SQL of a plan that waits.
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

{{/* A resource's metrics have its namespace, which is not that of the operator. */}}
{{- define "dbmigration-operator.scrape" -}}
path: /metrics
interval: {{ .interval }}
honorLabels: true
{{- end -}}

{{/* The version that the cluster has of policies that change objects. Without one the gate would be in name only. */}}
{{- define "dbmigration-operator.mutatingPolicies" -}}
{{- if .Capabilities.APIVersions.Has "admissionregistration.k8s.io/v1/MutatingAdmissionPolicy" -}}
admissionregistration.k8s.io/v1
{{- else if .Capabilities.APIVersions.Has "admissionregistration.k8s.io/v1beta1/MutatingAdmissionPolicy" -}}
admissionregistration.k8s.io/v1beta1
{{- else -}}
{{- fail "gate.enabled: this cluster has no MutatingAdmissionPolicy, which Kubernetes 1.36 has, and 1.34 where it is switched on. Set gate.enabled=false, and write the init container into the Pods, as in migrations-image/README.md" -}}
{{- end -}}
{{- end -}}

{{/* The Pod of a migration would wait for itself. */}}
{{- define "dbmigration-operator.gatedPods" -}}
resourceRules:
  - apiGroups: [""]
    apiVersions: [v1]
    operations: [CREATE]
    resources: [pods]
objectSelector:
  matchExpressions:
    - {key: dbmigrations.io/wait, operator: Exists}
    - {key: app.kubernetes.io/managed-by, operator: NotIn, values: [dbmigration-operator]}
{{- end -}}

{{/* What the operator does not watch it does not migrate. */}}
{{- define "dbmigration-operator.gatedNamespaces" -}}
{{- with .Values.watch.namespaces }}
matchResources:
  namespaceSelector:
    matchExpressions:
      - {key: kubernetes.io/metadata.name, operator: In, values: [{{ join ", " . }}]}
{{- end }}
{{- end -}}
