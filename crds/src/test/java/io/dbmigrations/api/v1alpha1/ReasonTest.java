package io.dbmigrations.api.v1alpha1;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ReasonTest {

  @ParameterizedTest
  @EnumSource
  void theWireNameIsTheConstantInCamelCase(Reason reason) {
    assertThat(reason.wireName())
        .matches("([A-Z][a-z]+)+")
        .isEqualToIgnoringCase(reason.name().replace("_", ""));
  }

  @Test
  void noTwoShareAWireName() {
    assertThat(Arrays.stream(Reason.values()).map(Reason::wireName)).doesNotHaveDuplicates();
  }

  @ParameterizedTest
  @EnumSource
  void aReasonIsFoundByItsWireName(Reason reason) {
    assertThat(Reason.of(reason.wireName())).contains(reason);
  }

  @Test
  void aReasonOfAnotherVersionIsNotMistakenForOneOfThis() {
    assertThat(Reason.of("SomethingNewer")).isEmpty();
  }

  @ParameterizedTest
  @EnumSource
  void causeAndRemedyAreSentencesThatFitIntoTheTable(Reason reason) {
    assertThat(reason.cause()).endsWith(".").doesNotContain("|", "\n");
    assertThat(reason.remedy()).endsWith(".").doesNotContain("|", "\n");
  }
}
