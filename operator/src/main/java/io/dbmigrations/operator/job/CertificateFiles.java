package io.dbmigrations.operator.job;

import io.dbmigrations.api.v1alpha1.CertificateAuthority;
import io.dbmigrations.api.v1alpha1.CertificatesSpec;
import io.dbmigrations.api.v1alpha1.ClientCertificate;
import io.dbmigrations.api.v1alpha1.DatabaseSpec;
import io.fabric8.kubernetes.api.model.KeyToPath;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import io.fabric8.kubernetes.api.model.VolumeProjection;
import io.fabric8.kubernetes.api.model.VolumeProjectionBuilder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the certificates of the resource are in the container, for the runner; null for none. */
public record CertificateFiles(
    @Nullable String ca, @Nullable String client, @Nullable String clientKey) {

  static final String VOLUME = "certificates";
  static final String PATH = "/dbmigration-certificates";

  private static final String CA = "ca.crt";
  private static final String CLIENT = "tls.crt";
  private static final String CLIENT_KEY = "tls.key";

  // Whoever the image's user is has to be able to read them; nobody else mounts the volume. The
  // runner makes the copy of the key that libpq takes, which is for that user alone.
  private static final int READABLE = 0444;

  static @Nullable CertificateFiles of(DatabaseSpec database) {
    CertificatesSpec certificates = database.certificates();
    return certificates == null
        ? null
        : new CertificateFiles(
            path(certificates.ca(), CA),
            path(certificates.client(), CLIENT),
            path(certificates.client(), CLIENT_KEY));
  }

  private static @Nullable String path(@Nullable Object source, String file) {
    return source == null ? null : PATH + "/" + file;
  }

  /** The volume with them, if there are any. */
  static List<Volume> volumes(DatabaseSpec database) {
    CertificatesSpec certificates = database.certificates();
    return certificates == null
        ? List.of()
        : List.of(
            new VolumeBuilder()
                .withName(VOLUME)
                .withNewProjected()
                .withDefaultMode(READABLE)
                .withSources(sources(certificates))
                .endProjected()
                .build());
  }

  /** Where it is mounted. */
  static List<VolumeMount> mounts(DatabaseSpec database) {
    return database.certificates() == null
        ? List.of()
        : List.of(
            new VolumeMountBuilder()
                .withName(VOLUME)
                .withMountPath(PATH)
                .withReadOnly(true)
                .build());
  }

  private static List<VolumeProjection> sources(CertificatesSpec certificates) {
    List<VolumeProjection> sources = new ArrayList<>();
    CertificateAuthority ca = certificates.ca();
    if (ca != null && ca.secretKeyRef() != null) {
      sources.add(secret(ca.secretKeyRef().name(), file(ca.secretKeyRef().key(), CA)));
    } else if (ca != null && ca.configMapKeyRef() != null) {
      sources.add(
          new VolumeProjectionBuilder()
              .withNewConfigMap()
              .withName(ca.configMapKeyRef().name())
              .withItems(file(ca.configMapKeyRef().key(), CA))
              .endConfigMap()
              .build());
    }
    ClientCertificate client = certificates.client();
    if (client != null) {
      sources.add(
          secret(
              client.secretRef().name(),
              file(client.certificate(), CLIENT),
              file(client.key(), CLIENT_KEY)));
    }
    return sources;
  }

  private static VolumeProjection secret(String name, KeyToPath... files) {
    return new VolumeProjectionBuilder()
        .withNewSecret()
        .withName(name)
        .withItems(files)
        .endSecret()
        .build();
  }

  private static KeyToPath file(String key, String path) {
    return new KeyToPath(key, null, path);
  }
}
