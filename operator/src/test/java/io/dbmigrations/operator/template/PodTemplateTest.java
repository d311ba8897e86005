package io.dbmigrations.operator.template;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.dbmigrations.api.v1alpha1.DatabaseMigrationSpec;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationSpecBuilder;
import io.dbmigrations.api.v1alpha1.DatabaseSpec;
import io.dbmigrations.operator.testing.Templates;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PodTemplateTest {

  @Test
  void putsTheWishesOfAUserOverTheOperatorsOwn() throws InvalidTemplateException {
    PodTemplateSpec merged =
        merge(
            """
            metadata: {labels: {team: shop}, annotations: {sidecar.istio.io/inject: "false"}}
            spec:
              serviceAccountName: migrations
              tolerations: [{key: dedicated, operator: Exists}]
              initContainers: [{name: proxy, image: proxy:1, restartPolicy: Always}]
              volumes: [{name: ca, secret: {secretName: ca}}]
              containers:
              - name: migration
                env: [{name: REGION, value: eu}]
                resources: {limits: {memory: 256Mi}}
                securityContext: {readOnlyRootFilesystem: false}
                volumeMounts: [{name: ca, mountPath: /ca}]
              - {name: log, image: log:1}
            """);

    assertThat(merged.getMetadata().getLabels())
        .containsEntry("team", "shop")
        .containsEntry("app.kubernetes.io/managed-by", "dbmigration-operator");
    assertThat(merged.getSpec().getServiceAccountName()).isEqualTo("migrations");
    assertThat(merged.getSpec().getVolumes())
        .extracting(Volume::getName)
        .contains("runner", "tmp", "ca");
    assertThat(merged.getSpec().getInitContainers().getFirst().getRestartPolicy())
        .isEqualTo("Always");
    assertThat(merged.getSpec().getContainers())
        .extracting(Container::getName)
        .containsExactly("migration", "log");
    Container migration = merged.getSpec().getContainers().getFirst();
    assertThat(migration.getEnv())
        .extracting(EnvVar::getName)
        .contains("DBMIGRATION_REQUEST", "DATABASE_URL", "REGION");
    assertThat(migration.getSecurityContext().getReadOnlyRootFilesystem()).isFalse();
    assertThat(migration.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
    assertThat(migration.getVolumeMounts()).hasSize(3);
  }

  @Test
  void letsTheResourceHaveTheLastWordOverThePlatform() throws InvalidTemplateException {
    PodTemplate platform = template("metadata: {labels: {team: all, mesh: 'no'}}");
    PodTemplate own = template("metadata: {labels: {team: shop}}");
    PodTemplateSpec base = Templates.own();
    assertThat(
            PodTemplate.merge(
                    base, List.of(platform, own), new TemplateRules(base, Templates.spec()))
                .getMetadata()
                .getLabels())
        .containsEntry("team", "shop")
        .containsEntry("mesh", "no");
  }

  @Test
  void keepsAFieldThatItDoesNotKnowForTheApiServerToJudge() throws InvalidTemplateException {
    PodTemplateSpec merged = merge("spec: {containers: [{name: migration, evn: []}]}");
    assertThat(merged.getSpec().getContainers().getFirst().getAdditionalProperties())
        .containsKey("evn");
  }

  @Test
  void takesNothingAwayByNull() throws InvalidTemplateException {
    assertThat(merge("kind: null\nmetadata: null\nspec: {containers: null, restartPolicy: null}"))
        .isEqualTo(merge("spec: {}"));
  }

  @Test
  void saysWhichContainerLacksItsName() {
    assertThatThrownBy(() -> merge("spec: {containers: [{image: a}]}"))
        .isInstanceOf(InvalidTemplateException.class)
        .hasMessage(
            "x.spec.containers[0].name is missing: the container that migrates is migration");
  }

  @Test
  void saysWhereAListHoldsNothing() {
    assertThatThrownBy(() -> merge("spec: {containers: [{name: migration, env: [null]}]}"))
        .isInstanceOf(InvalidTemplateException.class)
        .hasMessageStartingWith("x.spec.containers[0].env[0] is null");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "kind: Pod | x.kind | metadata and spec alone",
        "metadata: {name: a} | x.metadata.name | labels and annotations",
        "metadata: {labels: {app.kubernetes.io/managed-by: me}} | x.metadata.labels[app.kubernetes.io/managed-by] | finds its Pods",
        "metadata: {annotations: {dbmigrations.io/stop: now}} | x.metadata.annotations[dbmigrations.io/stop] | operator's",
        "spec: {restartPolicy: OnFailure} | x.spec.restartPolicy | Never",
        "spec: {activeDeadlineSeconds: 5} | x.spec.activeDeadlineSeconds | spec.timeouts.run",
        "spec: {serviceAccount: admin} | x.spec.serviceAccount | serviceAccountName",
        "spec: {terminationGracePeriodSeconds: 5} | x.spec.terminationGracePeriodSeconds | 30",
        "spec: {volumes: [{name: runner, emptyDir: {}}]} | x.spec.volumes[runner] | another",
        "spec: {initContainers: [{name: migration}]} | x.spec.initContainers[migration] | name",
        "spec: {containers: [{name: migration, image: other}]} | x.spec.containers[migration].image | spec.image",
        "spec: {containers: [{name: migration, command: [sh]}]} | x.spec.containers[migration].command | spec.alembic.command",
        "spec: {containers: [{name: migration, terminationMessagePath: /x}]} | x.spec.containers[migration].terminationMessagePath | outcome",
        "spec: {containers: [{name: migration, env: [{name: DATABASE_URL, value: a}]}]} | x.spec.containers[migration].env[DATABASE_URL] | spec.database",
        "spec: {containers: [{name: migration, env: [{name: DBMIGRATION_REQUEST, value: a}]}]} | x.spec.containers[migration].env[DBMIGRATION_REQUEST] | operator's",
        "spec: {containers: [{name: migration, volumeMounts: [{name: a, mountPath: /dbmigration/b}]}]} | x.spec.containers[migration].volumeMounts[/dbmigration/b] | another path",
        "spec: {containers: [{name: migration, volumeMounts: [{name: a, mountPath: //tmp/../dbmigration/}]}]} | x.spec.containers[migration].volumeMounts[//tmp/../dbmigration/] | another path",
        "metadata: {labels: {job-name: a}} | x.metadata.labels[job-name] | Job controller",
        "metadata: {labels: {controller-uid: a}} | x.metadata.labels[controller-uid] | Job controller",
        "metadata: {labels: {batch.kubernetes.io/job-completion-index: '1'}} | x.metadata.labels[batch.kubernetes.io/job-completion-index] | Job controller",
        "metadata: {annotations: {batch.kubernetes.io/job-completion-index: '1'}} | x.metadata.annotations[batch.kubernetes.io/job-completion-index] | Job controller",
        "spec: {os: {name: windows}} | x.spec.os.name | Linux",
        "spec: {hostPID: true} | x.spec.hostPID | write shareProcessNamespace: false beside it",
        "spec: {securityContext: {runAsUser: 0}} | x.spec.securityContext.runAsUser | write runAsNonRoot: false beside it",
        "spec: {containers: [{name: migration, securityContext: {runAsUser: 0}}]} | x.spec.containers[migration].securityContext.runAsUser | write runAsNonRoot: false beside it",
        "spec: {initContainers: [{name: own, securityContext: {runAsUser: 0}}]} | x.spec.initContainers[own].securityContext.runAsUser | write runAsNonRoot: false beside it",
        "spec: {containers: [{name: migration, securityContext: {privileged: true}}]} | x.spec.containers[migration].securityContext.privileged | write allowPrivilegeEscalation: true beside it",
        "spec: {containers: [{name: migration, securityContext: {capabilities: {add: [CAP_SYS_ADMIN]}}}]} | x.spec.containers[migration].securityContext.capabilities.add | write allowPrivilegeEscalation: true beside it",
        "spec: {containers: [{name: migration, volumeMounts: [{name: a, mountPath: /a/..}]}]} | x.spec.containers[migration].volumeMounts[/a/..] | hides the image",
        "spec: {containers: [{name: migration, volumeMounts: [{name: a, mountPath: /proc/b}]}]} | x.spec.containers[migration].volumeMounts[/proc/b] | kernel",
        "spec: {containers: [{name: migration, env: [{name: PYTHONHOME, value: /usr}]}]} | x.spec.containers[migration].env[PYTHONHOME] | spec.alembic.python",
        "spec: {containers: [{name: migration, env: [{name: PYTHONINSPECT, value: '1'}]}]} | x.spec.containers[migration].env[PYTHONINSPECT] | never end",
      })
  void namesTheFieldThatConflicts(String yaml, String field, String remedy) {
    assertThatThrownBy(() -> merge(yaml))
        .isInstanceOf(InvalidTemplateException.class)
        .hasMessageContaining(field + " cannot be set: ")
        .hasMessageContaining(remedy);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "spec: {os: {name: linux}}",
        "spec: {hostPID: true, shareProcessNamespace: false}",
        "spec: {securityContext: {runAsUser: 0, runAsNonRoot: false}}",
        "spec: {securityContext: {runAsNonRoot: false}, initContainers: [{name: own, securityContext: {runAsUser: 0}}]}",
        "spec: {containers: [{name: migration, securityContext: {runAsUser: 0, runAsNonRoot: false}}]}",
        "spec: {containers: [{name: migration, securityContext: {privileged: true, allowPrivilegeEscalation: true}}]}",
        "spec: {containers: [{name: log, securityContext: {privileged: true}}]}",
        "spec: {containers: [{name: migration, env: [{name: PYTHONPATH, value: /app}, {name: PYTHONSTARTUP, value: /a}]}]}",
        "spec: {containers: [{name: migration, volumeMounts: [{name: a, mountPath: /process}]}]}",
      })
  void takesWhatIsAllowedByWhatStandsBesideIt(String yaml) throws InvalidTemplateException {
    assertThat(merge(yaml)).isNotNull();
  }

  @Test
  void judgesWhatThePlatformSaysByWhatTheResourceSaysBesides() throws InvalidTemplateException {
    PodTemplate platform = template("spec: {hostPID: true}");
    PodTemplate own = template("spec: {shareProcessNamespace: false}");
    PodTemplateSpec base = Templates.own();
    assertThat(
            PodTemplate.merge(
                    base, List.of(platform, own), new TemplateRules(base, Templates.spec()))
                .getSpec()
                .getHostPID())
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "spec: nonsense | x.spec",
        "spec: {containers: {}} | x.spec.containers",
        "spec: {containers: [word]} | x.spec.containers[0]",
        "spec: {containers: [{name: log}, {name: migration, env: 5}]} | x.spec.containers[1].env",
        "spec: {containers: [{name: migration, env: [{name: A, value: 5}]}]} | x.spec.containers[0].env[0].value",
        "spec: {priority: 1.5} | x.spec.priority",
        "spec: {containers: [{name: migration, resources: {limits: {memory: lots}}}]} | x.spec.containers[0].resources.limits.memory",
        "spec: {volumes: [{name: a, emptyDir: {sizeLimit: true}}]} | x.spec.volumes[0].emptyDir.sizeLimit",
        "spec: {hostNetwork: ''} | x.spec.hostNetwork",
        "metadata: {annotations: {example.com/a: true}} | x.metadata.annotations[example.com/a]",
        "spec: {containers: [{name: migration, env: 5}]} | x.spec.containers[0].env",
        "metadata: {labels: [a]} | x.metadata.labels",
        "spec: {hostNetwork: {a: b}} | x.spec.hostNetwork",
      })
  void namesTheFieldThatHasAWrongType(String yaml, String field) {
    assertThatThrownBy(() -> merge(yaml))
        .isInstanceOf(InvalidTemplateException.class)
        .hasMessageContaining(field + " has a value of the wrong type");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PGHOST", "PGPASSWORD"})
  void leavesTheVariablesOfTheConnectionAlone(String name) {
    DatabaseMigrationSpec spec =
        DatabaseMigrationSpecBuilder.builder(Templates.spec())
            .database(
                Serialization.unmarshal(
                    """
                    connection:
                      host: {value: h, variable: PGHOST}
                      name: {value: d}
                      user: {value: u}
                      password: {secretKeyRef: {name: a, key: b}, variable: PGPASSWORD}
                    """,
                    DatabaseSpec.class))
            .build();
    PodTemplate wanted =
        template(
            "spec: {containers: [{name: migration, env: [{name: %s, value: a}]}]}".formatted(name));

    assertThat(new TemplateRules(Templates.own(), spec).conflicts(wanted))
        .singleElement()
        .asString()
        .contains("env[" + name + "] cannot be set: it has a part of spec.database.connection");
    assertThat(new TemplateRules(Templates.own(), Templates.spec()).conflicts(wanted)).isEmpty();
  }

  private static PodTemplateSpec merge(String yaml) throws InvalidTemplateException {
    PodTemplateSpec own = Templates.own();
    return PodTemplate.merge(
        own, List.of(template(yaml)), new TemplateRules(own, Templates.spec()));
  }

  private static PodTemplate template(String yaml) {
    return PodTemplate.of("x", Templates.yaml(yaml));
  }
}
