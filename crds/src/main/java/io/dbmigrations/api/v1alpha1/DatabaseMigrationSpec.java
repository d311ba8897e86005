package io.dbmigrations.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.soabase.recordbuilder.core.RecordBuilder;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a person declares.
 *
 * @param targetRevision an expression of Alembic for the state that the schema should be in
 * @param imagePullPolicy null where the cluster's own default applies
 * @param podTemplate null where the Pod is as the operator makes it
 */
@RecordBuilder
@JsonIgnoreProperties(ignoreUnknown = true)
public record DatabaseMigrationSpec(
    @Required
        @JsonPropertyDescription(
            """
            A string: the revision the database should be at. Editing it forward migrates up, editing \
            it back rolls back; but for such an edit, or a new value of the annotation \
            dbmigrations.io/retry, nothing is taken back that somebody else applied. A full revision id, a unique prefix of at least 4 characters, head, \
            heads, base, a branch label, label@head, label@base, several of these joined by commas, or \
            one relative to a fixed point such as head-2 or 004+1; a step such as -1 is refused. Or an \
            instant such as @2026-01-11T10:00:00Z: the revisions at which the database was then, as \
            its history tells; the data is not restored. Write it in quotes: without them YAML reads \
            002 as the number 2.\
            """)
        String targetRevision,
    @Required
        @Size(min = 1, max = 1024)
        @JsonPropertyDescription(
            """
            The image with the migrations: any image with Python 3.9 or newer, Alembic 1.9 or newer \
            and the scripts. Nothing of the operator needs to be in it.\
            """)
        String image,
    @JsonPropertyDescription(
            """
            When the kubelet pulls the image: Always, IfNotPresent or Never. The default is that of \
            Kubernetes: Always for the tag latest, otherwise IfNotPresent.\
            """)
        @Nullable ImagePullPolicy imagePullPolicy,
    @Size(max = 16)
        @JsonPropertyDescription(
            "Secrets of this namespace with the credentials to pull the image with.")
        List<SecretName> imagePullSecrets,
    @Required @JsonPropertyDescription("Where the database is.") DatabaseSpec database,
    @JsonPropertyDescription("How Alembic is called inside the image.") AlembicSpec alembic,
    @JsonPropertyDescription("What a migration may take back.") RollbackSpec rollback,
    @Default("Migrate")
        @JsonPropertyDescription(
            """
            Migrate: the database is taken to the target. Plan: nothing is run, and status.plan says \
            what would be, and what that would delete; for the check of a pull request, or a look \
            before the release.\
            """)
        DeclaredMode mode,
    @JsonPropertyDescription("Which migrations wait for somebody's approval, and what has it.")
        ApprovalSpec approval,
    @JsonPropertyDescription("How long the parts of one migration may take.") TimeoutsSpec timeouts,
    @JsonPropertyDescription(
            """
            How often and when a transient failure is tried again: a database that cannot be reached, \
            a lock that is held by somebody else, a lost Pod. A script that failed is never run again \
            by itself.\
            """)
        RetrySpec retry,
    @Default("Forbid")
        @JsonPropertyDescription(
            """
            What becomes of an invalid index that an earlier attempt of this resource left, because \
            its CREATE INDEX CONCURRENTLY failed or was interrupted. Forbid: it has to be dropped by \
            hand. Drop: the next attempt drops it, concurrently, before it goes on; which index is \
            being built is noted at the end of the version table's comment meanwhile. An index that \
            no attempt noted is never dropped.\
            """)
        InvalidIndexPolicy invalidIndexes,
    @Default("Enabled")
        @JsonPropertyDescription(
            """
            Enabled: the table dbmigrations.history of the database keeps each step that is run there: \
            revision, direction, when, with which image, for which resource. It is written in the \
            step's own transaction, and nothing needs it in order to migrate. Disabled: nothing is \
            kept and none is made; a target that is an instant, and finding scripts that were edited \
            after they were applied, need it.\
            """)
        HistoryPolicy history,
    @JsonPropertyDescription(
            "How it is found out that somebody else moves a database which is at its target.")
        DriftSpec drift,
    @JsonPropertyDescription(
            """
            What the Pod of a migration is to be besides what the operator makes it: a Pod template \
            as in a Deployment, merged as kubectl patch does (lists of things with a name by that \
            name). The container that migrates is called migration: its env, envFrom, resources, \
            volumeMounts, securityContext and others are taken from here; so are serviceAccountName, \
            volumes, initContainers, further containers, tolerations, affinity, labels and \
            annotations. A field that the operator needs otherwise is refused by its name, before \
            anything runs. Only a change of that container's env or envFrom asks for a migration.\
            """)
        @JsonDeserialize(using = ShallowObject.class)
        @Nullable Map<String, Object> podTemplate,
    @Default("false")
        @JsonPropertyDescription(
            """
            Whether to start no new migration for now. One whose container has not begun to run does \
            not begin; one that runs is left to end.\
            """)
        boolean suspend) {

  /** What the server leaves out is what the CRD declares as default. */
  public DatabaseMigrationSpec {
    imagePullSecrets = imagePullSecrets == null ? List.of() : List.copyOf(imagePullSecrets);
    alembic = alembic == null ? AlembicSpec.DEFAULT : alembic;
    rollback = rollback == null ? RollbackSpec.DEFAULT : rollback;
    mode = mode == null ? DeclaredMode.MIGRATE : mode;
    approval = approval == null ? ApprovalSpec.DEFAULT : approval;
    timeouts = timeouts == null ? TimeoutsSpec.DEFAULT : timeouts;
    retry = retry == null ? RetrySpec.DEFAULT : retry;
    invalidIndexes = invalidIndexes == null ? InvalidIndexPolicy.FORBID : invalidIndexes;
    history = history == null ? HistoryPolicy.ENABLED : history;
    drift = drift == null ? DriftSpec.DEFAULT : drift;
  }
}
