package io.dbmigrations.operator.job;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ImageIdTest {

  private static final String DIGEST = "sha256:" + "a1".repeat(32);

  @ParameterizedTest
  @CsvSource({
    "registry.example:5000/shop@, registry.example:5000/shop@",
    "docker-pullable://registry.example/shop@, registry.example/shop@",
    "docker.io/library/shop@, docker.io/library/shop@",
    "'', ''",
    "docker://, ''"
  })
  void isWhatRunsTheVeryImage(String reported, String reference) {
    assertThat(ImageId.of(reported + DIGEST)).contains(new ImageId(reference + DIGEST));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", "shop:1", "registry.example/shop", "sha256:1", "shop@sha256:1", "a b@"})
  void isNoneOfWhatMayBeAnotherOneTomorrow(String reported) {
    assertThat(ImageId.of(reported)).isEmpty();
    assertThat(ImageId.of(null)).isEmpty();
  }

  @Test
  void isOfTheNodeWhereNoRegistryHasIt() {
    assertThat(ImageId.isOfTheNode(DIGEST)).isTrue();
    assertThat(ImageId.isOfTheNode("registry.example/shop@" + DIGEST)).isFalse();
  }
}
