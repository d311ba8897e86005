package io.dbmigrations.operator.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.DatabaseSpec;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.ProjectedVolumeSource;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;

/** How certificates come into the container. */
class CertificateFilesTest {

  @Test
  void areMountedToBeReadAlone() {
    DatabaseSpec database =
        database(
            """
            certificates:
              ca: {configMapKeyRef: {name: cloud-ca, key: bundle.pem}}
              client: {secretRef: {name: shop-tls}, key: client.key}
            """);

    assertThat(CertificateFiles.of(database))
        .isEqualTo(
            new CertificateFiles(
                "/dbmigration-certificates/ca.crt",
                "/dbmigration-certificates/tls.crt",
                "/dbmigration-certificates/tls.key"));
    assertThat(CertificateFiles.mounts(database))
        .singleElement()
        .satisfies(mount -> assertThat(mount.getReadOnly()).isTrue());
    ProjectedVolumeSource volume = CertificateFiles.volumes(database).getFirst().getProjected();
    assertThat(volume.getDefaultMode()).isEqualTo(0444);
    assertThat(volume.getSources().getFirst().getConfigMap().getItems())
        .containsExactly(new KeyToPath("bundle.pem", null, "ca.crt"));
    assertThat(volume.getSources().get(1).getSecret().getItems())
        .containsExactly(
            new KeyToPath("tls.crt", null, "tls.crt"),
            new KeyToPath("client.key", null, "tls.key"));
  }

  @Test
  void anAuthorityAloneIsNoClient() {
    DatabaseSpec database =
        database(
            """
            certificates:
              ca: {secretKeyRef: {name: shop-ca, key: ca.crt}}
            """);

    assertThat(CertificateFiles.of(database))
        .isEqualTo(new CertificateFiles("/dbmigration-certificates/ca.crt", null, null));
    assertThat(CertificateFiles.volumes(database).getFirst().getProjected().getSources())
        .singleElement()
        .satisfies(source -> assertThat(source.getSecret().getName()).isEqualTo("shop-ca"));
  }

  @Test
  void withoutThemThereIsNoVolume() {
    DatabaseSpec database = database("variable: DATABASE_URL");

    assertThat(CertificateFiles.of(database)).isNull();
    assertThat(CertificateFiles.volumes(database)).isEmpty();
    assertThat(CertificateFiles.mounts(database)).isEmpty();
  }

  private static DatabaseSpec database(String yaml) {
    return Serialization.unmarshal(yaml, DatabaseSpec.class);
  }
}
