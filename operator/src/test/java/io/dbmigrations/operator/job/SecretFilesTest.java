package io.dbmigrations.operator.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.operator.testing.Templates;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Which files the runner is told to learn. */
class SecretFilesTest {

  @Test
  void areThoseOfMountedSecretsWhateverTheirVolumeIs() {
    assertThat(
            told(
                """
                spec:
                  containers:
                    - name: migration
                      volumeMounts:
                        - {name: settings, mountPath: /etc/shop}
                        - {name: settings, mountPath: /srv/key, subPath: key}
                        - {name: vault, mountPath: /mnt/vault}
                        - {name: map, mountPath: /etc/map}
                        - {name: other, mountPath: /etc/other}
                        - {name: cache, mountPath: /cache}
                        - {name: settings}
                        - {mountPath: /nothing}
                    - name: proxy
                      volumeMounts: [{name: unmounted, mountPath: /etc/proxy}]
                  volumes:
                    - {name: settings, secret: {secretName: settings}}
                    - {name: vault, csi: {driver: secrets-store.csi.k8s.io, readOnly: true}}
                    - {name: map, configMap: {name: map}}
                    - {name: other, csi: {driver: csi.other.example}}
                    - {name: cache, emptyDir: {}}
                    - {secret: {secretName: unnamed}}
                    - {name: unmounted, secret: {secretName: other}}
                """))
        .contains("/etc/shop:/srv/key:/mnt/vault");
  }

  @Test
  void areOfAProjectionThoseThatAreSecret() {
    assertThat(
            told(
                """
                spec:
                  containers:
                    - name: migration
                      volumeMounts:
                        - {name: some, mountPath: /etc/some/}
                        - {name: some, mountPath: /srv/key, subPath: below/key}
                        - {name: all, mountPath: /etc/all}
                        - {name: none, mountPath: /etc/none}
                  volumes:
                    - name: some
                      projected:
                        sources:
                          - secret: {name: a, items: [{key: k, path: below/key}, {key: l, path: l}]}
                          - configMap: {name: map}
                          - serviceAccountToken: {path: token}
                    - {name: all, projected: {sources: [{secret: {name: a}}]}}
                    - {name: none, projected: {sources: [{configMap: {name: a}}]}}
                """))
        .contains("/etc/some/below/key:/etc/some/l:/etc/some/token:/srv/key:/etc/all");
  }

  @Test
  void areNoneWhereNothingMountsAny() {
    assertThat(variable(Templates.own())).isEmpty();
  }

  private static Optional<String> told(String template) {
    return variable(SecretFiles.told(Serialization.unmarshal(template, PodTemplateSpec.class)));
  }

  private static Optional<String> variable(PodTemplateSpec template) {
    return MigrationContainer.of(template).getEnv().stream()
        .filter(variable -> SecretFiles.VARIABLE.equals(variable.getName()))
        .map(EnvVar::getValue)
        .findFirst();
  }
}
