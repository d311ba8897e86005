package io.dbmigrations.operator.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.HeldRows;
import io.dbmigrations.api.v1alpha1.Reason;
import java.util.List;
import org.junit.jupiter.api.Test;

/** By what rows are known that had no room in an outcome. */
class RowDigestsTest {

  private static final List<String> ROWS = List.of("b", "a", "é", "😀", "\uffee");

  @Test
  void areThoseOfTheRunnerInWhicheverOrder() {
    // The runner's own test has the same example.
    assertThat(RowDigests.of(ROWS)).isEqualTo("dc915b4ac2a0d277");
    assertThat(RowDigests.of(ROWS.reversed())).isEqualTo("dc915b4ac2a0d277");
  }

  @Test
  void letTheSameRowsStandForEachListThatHadNoRoomAndForNoOther() {
    String digest = RowDigests.of(ROWS);
    Outcome outcome =
        OutcomeBuilder.builder(Outcome.of(Reason.AT_TARGET_REVISION, "at target"))
            .before(List.of("0"))
            .exclusive(true)
            .digests(new RowDigests(null, digest, "another", null, digest))
            .build();
    Outcome known = outcome.knowing(ROWS);
    assertThat(known.before()).containsExactly("0");
    assertThat(known.after()).isEqualTo(ROWS);
    assertThat(known.target()).isNull();
    assertThat(known.left()).isNull();
    assertThat(known.held()).isEqualTo(new HeldRows(ROWS, true));
    assertThat(outcome.knowing(List.of("a"))).isEqualTo(outcome);
  }

  @Test
  void keepTheNameOfTheOneVersionTable() {
    Outcome outcome =
        Outcome.parse(
                """
                {"version":1,"reason":"AtTargetRevision","message":"at","after":null,\
                "digests":{"after":"1234567890abcdef"},"versionTable":"public.alembic_version",\
                "versionTables":{"count":1,"names":null}}\
                """)
            .orElseThrow();
    assertThat(outcome.tables().names()).containsExactly("public.alembic_version");
    assertThat(outcome.hasDifferingTables()).isFalse();
  }
}
