package io.dbmigrations.operator.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.Condition;
import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.api.v1alpha1.ReasonClass;
import io.dbmigrations.operator.decide.Decision;
import io.dbmigrations.operator.observe.Observation;
import io.dbmigrations.operator.testing.Ends;
import io.dbmigrations.operator.testing.Observations;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class ConditionsTest {

  private static final Instant NOW = Instant.parse("2026-01-11T10:00:00.7Z");

  @Test
  void leavesConditionsOfOthersAlone() {
    Condition theirs = new Condition("BackupDone", "True", 1, "2026-01-01T00:00:00Z", "Yes", "ok");
    assertThat(
            new Conditions(2, List.of(theirs), NOW)
                .standing(Reason.PENDING, ReasonClass.PROGRESSING, "it begins")
                .all())
        .contains(theirs)
        .hasSize(3);
  }

  @Test
  void tellsTheTimeOfATransitionInWholeSeconds() {
    assertThat(
            new Conditions(1, List.of(), NOW)
                .standing(Reason.SUSPENDED, ReasonClass.WAITING, "it waits")
                .all())
        .containsExactly(
            new Condition("Ready", "False", 1, "2026-01-11T10:00:00Z", "Suspended", "it waits"));
  }

  @Test
  void isNotReadySinceTheFirstOfAllTurnsAndNoMoreOnceItIsReady() {
    Conditions first =
        new Conditions(1, List.of(), NOW).standing(Reason.PENDING, ReasonClass.PROGRESSING, "");
    String since = first.notReadySince(null);
    assertThat(since).isEqualTo("2026-01-11T10:00:00Z");

    Conditions later =
        new Conditions(1, first.all(), NOW.plusSeconds(60))
            .standing(Reason.DATABASE_UNREACHABLE, ReasonClass.TRANSIENT, "");
    assertThat(later.all().getFirst().lastTransitionTime()).isEqualTo("2026-01-11T10:01:00Z");
    assertThat(later.notReadySince(since)).isEqualTo(since);
    assertThat(later.notReadySince(null)).as("of an earlier operator").isEqualTo(since);
    assertThat(later.notReadySince("9999-01-01T00:00:00Z")).as("by hand").isEqualTo(since);

    Conditions ready =
        new Conditions(1, later.all(), NOW.plusSeconds(90))
            .standing(Reason.AT_TARGET_REVISION, ReasonClass.DONE, "");
    assertThat(ready.notReadySince(since)).isNull();

    Conditions again =
        new Conditions(1, ready.all(), NOW.plusSeconds(99))
            .standing(Reason.REVISION_DRIFTED, ReasonClass.STALLED, "");
    assertThat(again.notReadySince(null)).isEqualTo("2026-01-11T10:01:39Z");
  }

  @Test
  void saysThatTheDatabaseWasReadOrWhyNotBesideReady() {
    assertThat(observed(Observations.atTarget("003").read("003")))
        .isEqualTo(
            condition("True", "DatabaseRead", "The version table of database platform was read"));
    assertThat(observed(Observations.atTarget("003").readNoTable()))
        .isEqualTo(
            condition(
                "True",
                "DatabaseRead",
                "Database platform was read; it has no public.alembic_version"));
    assertThat(observed(Observations.atTarget("003").read(Duration.ZERO, Ends.noTableIsKnown())))
        .isEqualTo(
            condition(
                "True",
                "DatabaseRead",
                "Database platform was read; that was before any migration had told its version table"));
  }

  @ParameterizedTest
  @EnumSource(names = {"DATABASE_UNREACHABLE", "DATABASE_MISSING", "SECRET_FORBIDDEN"})
  void saysWhyTheDatabaseWasNotReadInTheReadingsOwnWords(Reason reason) {
    assertThat(observed(Observations.atTarget("003").readInVain(1, reason)))
        .isEqualTo(condition("False", reason.wireName(), "it says no"));
  }

  @Test
  void keepsWhatWasKnownOfTheDatabaseWhereThereIsNoNews() {
    Condition before = condition("False", "DatabaseUnreachable", "it says no");
    assertThat(
            new Conditions(2, List.of(before), NOW)
                .standing(Reason.PENDING, ReasonClass.PROGRESSING, "it begins")
                .observed(Optional.empty())
                .all())
        .contains(before);
  }

  private static Condition observed(Observations observations) {
    Observation observation = observations.build();
    return StatusReport.report(observation, Decision.Report.of(Reason.PENDING, "it begins"))
        .condition(Condition.DATABASE_OBSERVED)
        .orElseThrow();
  }

  private static Condition condition(String status, String reason, String message) {
    return new Condition(
        Condition.DATABASE_OBSERVED, status, 1, Observations.NOW.toString(), reason, message);
  }
}
