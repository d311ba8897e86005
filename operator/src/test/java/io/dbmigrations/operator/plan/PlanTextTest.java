package io.dbmigrations.operator.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.dbmigrations.api.v1alpha1.PlanStatus;
import io.dbmigrations.api.v1alpha1.PlanStep;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a plan reads as a file. */
class PlanTextTest {

  private static final PlanStatus PLAN =
      PlanStatus.outline("3f2a9c01", "Downgrade", "003", "001", 2, List.of());

  @Test
  void tellsEachStepAboveItsSql() {
    List<PlannedStep> steps =
        List.of(
            new PlannedStep(
                new PlanStep("003", "Downgrade", "add a", true, List.of("table a (1 row)")),
                "DROP TABLE a;\n\n"),
            new PlannedStep(
                new PlanStep("002", "Downgrade", "", false, List.of()), "SELECT 1;\n\n"));
    assertThat(PlanText.parts(PLAN, steps, List.of()))
        .containsExactly(
            """
            -- Plan 3f2a9c01: Downgrade from 003 to 001, 2 in all

            -- Step 1 of 2: Downgrade 003 (add a), which takes nothing back
            -- deletes: table a (1 row)

            DROP TABLE a;


            -- Step 2 of 2: Downgrade 002

            SELECT 1;

            """);
  }

  @Test
  void tellsWhatSomebodyShouldKnowBeforeTheSteps() {
    assertThat(PlanText.parts(PLAN, List.of(), List.of("the script of revision 002 was edited")))
        .containsExactly(
            """
            -- Plan 3f2a9c01: Downgrade from 003 to 001, 2 in all
            -- Note: the script of revision 002 was edited
            """);
  }

  @Test
  void letsNoWordsBecomeSql() {
    PlanStep step = new PlanStep("003", "Downgrade", "a\nb\rc", false, List.of("c\nd\re"));
    String text =
        PlanText.parts(PLAN, List.of(new PlannedStep(step, "")), List.of("f\ng\rh")).getFirst();
    assertThat(text.lines()).allMatch(line -> line.isEmpty() || line.startsWith("-- "));
  }

  @Test
  void isPutIntoPartsThatFit() {
    String sql = "ä😀x".repeat(300_000);
    PlanStep step = new PlanStep("003", "Downgrade", "", false, List.of());
    List<String> parts = PlanText.parts(PLAN, List.of(new PlannedStep(step, sql)), List.of());
    assertThat(parts).hasSize(3);
    assertThat(parts).allMatch(part -> bytes(part) <= PlanText.LARGEST_PART);
    assertThat(parts.subList(0, 2)).allMatch(part -> bytes(part) > PlanText.LARGEST_PART - 4);
    assertThat(String.join("", parts)).endsWith(sql);
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
