package io.dbmigrations.operator.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A Secret whose value no process can be given is to blame, and not the image or the template. */
class UnfitValueTest {

  @ParameterizedTest
  @ValueSource(
      strings = {
        "runc create failed: error during container init: environment variable value can't contain null(\\x00): \"URL=s3cret\"",
        "runc create failed: environment variable \"URL\" contains nul byte (\\x00)",
        "exec: environment variable contains NUL",
        "container init caused: setenv: invalid argument: unknown",
        "rpc error: code = Internal desc = grpc: error while marshaling: string field contains invalid UTF-8",
      })
  void namesTheKeysAndShowsNothingOfTheValue(String words) {
    assertThat(UnfitValue.told(container(), words))
        .hasValueSatisfying(told ->
            assertThat(told)
                .contains(
                    "a NUL byte, or what is no UTF-8",
                    "Correct the value in key url of Secret shop-db, or in Secret settings:")
                .doesNotContain("s3cret", "spec."));
  }

  @Test
  void namesTheTemplateWhereNoSecretIsRead() {
    assertThat(
            UnfitValue.told(
                new ContainerBuilder().withName("wait").build(), "contains nul byte (\\x00)"))
        .hasValueSatisfying(
            told -> assertThat(told).contains("Correct the value in spec.podTemplate"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "no space left on device", "open /dev/null: permission denied"})
  void isSilentAboutOtherWords(String words) {
    assertThat(UnfitValue.told(container(), words)).isEmpty();
  }

  private static Container container() {
    return new ContainerBuilder()
        .withName("migration")
        .addNewEnv()
        .withName("DATABASE_URL")
        .withNewValueFrom()
        .withNewSecretKeyRef("url", "shop-db", false)
        .endValueFrom()
        .endEnv()
        .addNewEnv()
        .withName("PLAIN")
        .withValue("1")
        .endEnv()
        .addNewEnvFrom()
        .withNewSecretRef("settings", false)
        .endEnvFrom()
        .build();
  }
}
