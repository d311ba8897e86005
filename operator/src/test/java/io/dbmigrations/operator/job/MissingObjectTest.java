package io.dbmigrations.operator.job;

import static io.dbmigrations.operator.testing.ClusterObjects.pod;
import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.DatabaseSpec;
import io.dbmigrations.api.v1alpha1.Reason;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What of a Pod is not there, and whose it is. */
class MissingObjectTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "secret \"shop-db\" not found",
        "couldn't find key url in Secret platform/shop-db",
      })
  void asksForTheUrlOnlyInItsOwnSecret(String words) {
    assertThat(message(words)).contains("shop-db", "with the database's URL");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "secret \"nope\" not found | SECRET_MISSING | Secret nope does not exist in namespace platform. Container wait names it: create it",
        "couldn't find key other in Secret platform/shop-db | SECRET_MISSING | Secret shop-db has no key other. Container wait names it: add the key",
        "couldn't find key url in Secret platform/nope | SECRET_MISSING | Secret nope has no key url. Container wait names it",
        "configmap \"nope\" not found | CONFIG_MAP_MISSING | ConfigMap nope does not exist in namespace platform. Container wait names it: create it",
        "couldn't find key k in ConfigMap platform/nope | CONFIG_MAP_MISSING | ConfigMap nope has no key k. Container wait names it: add the key",
      })
  void namesWhatElseIsMissingWithoutAWordOfTheUrl(String words, Reason reason, String message) {
    assertThat(MissingObject.read(shop(), "Container wait", words))
        .hasValueSatisfying(missing -> {
          assertThat(missing.reason()).isEqualTo(reason);
          assertThat(missing.message())
              .startsWith(message)
              .contains("spec.podTemplate")
              .doesNotContain("URL");
        });
  }

  @Test
  void asksNobodyForTheRunnerThatTheOperatorMakesItself() {
    assertThat(
            MissingObject.read(shop(), "a volume", "configmap \"dbmigration-runner-1\" not found"))
        .isEmpty();
  }

  @Test
  void isSilentAboutOtherWords() {
    assertThat(MissingObject.read(shop(), "a volume", "no space left on device")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "secret \"shop-ca\" not found | SECRET_MISSING | Secret shop-ca does not exist in namespace platform. spec.database.certificates names it: create it",
        "references non-existent secret key: tls.key | SECRET_MISSING | Secret shop-tls has no key tls.key. spec.database.certificates names it: add the key",
        "[references non-existent secret key: tls.crt, references non-existent secret key: tls.key] | SECRET_MISSING | Secret shop-tls has no key tls.crt. spec.database",
        "configmap references non-existent config key: bundle.pem | CONFIG_MAP_MISSING | ConfigMap cloud-ca has no key bundle.pem. spec.database.certificates names it",
        "configmap \"cloud-ca\" not found | CONFIG_MAP_MISSING | ConfigMap cloud-ca does not exist in namespace platform. spec.database.certificates",
      })
  void namesTheCertificatesThatAreMissing(String words, Reason reason, String message) {
    String note = "MountVolume.SetUp failed for volume \"certificates\" : " + words;
    assertThat(MissingObject.read(withCertificates(), "a volume", note))
        .hasValueSatisfying(missing -> {
          assertThat(missing.reason()).isEqualTo(reason);
          assertThat(missing.message()).startsWith(message).doesNotContain("podTemplate");
        });
  }

  @Test
  void namesNoSecretWhereTheKeyMayBeOneOfAnother() {
    String note =
        "MountVolume.SetUp failed for volume \"other\" : references non-existent secret key: k";
    assertThat(MissingObject.read(withCertificates(), "a volume", note)).isEmpty();
  }

  private static Pod withCertificates() {
    DatabaseSpec database =
        Serialization.unmarshal(
            """
            certificates:
              ca: {configMapKeyRef: {name: cloud-ca, key: bundle.pem}}
              client: {secretRef: {name: shop-tls}}
            """,
            DatabaseSpec.class);
    return new PodBuilder(shop())
        .editSpec()
        .addAllToVolumes(CertificateFiles.volumes(database))
        .endSpec()
        .build();
  }

  private static String message(String words) {
    return MissingObject.read(shop(), "Container wait", words).orElseThrow().message();
  }

  private static Pod shop() {
    return new PodBuilder(pod("a", null))
        .editSpec()
        .editFirstContainer()
        .addNewEnv()
        .withName(MigrationPod.REQUEST_VARIABLE)
        .withValue("{\"database\":{\"variable\":\"SHOP_URL\"}}")
        .endEnv()
        .addNewEnv()
        .withName("SHOP_URL")
        .withNewValueFrom()
        .withNewSecretKeyRef("url", "shop-db", false)
        .endValueFrom()
        .endEnv()
        .endContainer()
        .addNewVolume()
        .withName(MigrationPod.RUNNER_VOLUME)
        .withNewConfigMap()
        .withName("dbmigration-runner-1")
        .endConfigMap()
        .endVolume()
        .endSpec()
        .build();
  }
}
