package io.dbmigrations.operator.architecture;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.nameMatching;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import io.fabric8.kubernetes.api.model.KubernetesResource;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.javaoperatorsdk.operator.api.reconciler.Cleaner;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

@AnalyzeClasses(packages = "io.dbmigrations.operator", importOptions = DoNotIncludeTests.class)
class ArchitectureTest {

  private static final int MAX_LINES = 300;

  @ArchTest
  static final ArchRule DECISIONS_ARE_PURE =
      noClasses()
          .that()
          .resideInAnyPackage("..operator.decide..", "..operator.report..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.fabric8..", "io.javaoperatorsdk..", "java.sql..", "org.postgresql..");

  @ArchTest
  static final ArchRule ONLY_DATABASE_SPEAKS_JDBC =
      noClasses()
          .that()
          .resideOutsideOfPackage("..operator.database..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("java.sql..", "javax.sql..", "org.postgresql..");

  @ArchTest
  static final ArchRule THE_FRAMEWORK_STAYS_AT_THE_EDGE =
      noClasses()
          .that()
          .resideInAnyPackage(
              "..operator.act..", "..operator.job..", "..operator.database..", "..operator.event..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.javaoperatorsdk..");

  // What was read is not the whole object: client.Unread.
  @ArchTest
  static final ArchRule NO_OBJECT_IS_WRITTEN_BACK =
      noClasses()
          .should()
          .callMethodWhere(
              target(owner(assignableTo(Resource.class)))
                  .and(
                      target(
                          nameMatching(
                              "(update|replace|edit|editStatus|edit\\w+|createOr\\w+|replaceStatus|serverSideApply)"))));

  // The caches hand out what they have, and not copies: reconcile.Uncopied. These two make new
  // resources of parts of one.
  @ArchTest
  static final ArchRule NO_OBJECT_IS_CHANGED_THAT_WAS_READ =
      noClasses()
          .that()
          .doNotHaveSimpleName("StatusPatch")
          .and()
          .doNotHaveSimpleName("RecordedResource")
          .should()
          .callMethodWhere(
              target(owner(assignableTo(KubernetesResource.class)))
                  .and(target(nameMatching("(set|add|remove)[A-Z]\\w*"))));

  // The SDK changes the resource that it is to write.
  @ArchTest
  static final ArchRule THE_FRAMEWORK_WRITES_NOTHING =
      noClasses()
          .should()
          .callMethodWhere(
              target(owner(assignableTo(UpdateControl.class)))
                  .and(target(nameMatching("patch\\w*"))))
          .orShould()
          .dependOnClassesThat()
          .areAssignableTo(Cleaner.class);

  @ArchTest
  static final ArchRule NO_CYCLES =
      slices().matching("io.dbmigrations.operator.(*)..").should().beFreeOfCycles();

  @ArchTest
  static final ArchRule NAMES_SAY_WHAT_A_CLASS_DOES =
      classes().should().haveNameNotMatching(".*(Utils?|Helper|Manager|Common)$");

  @Test
  void noFileIsTooLongToRead() throws IOException {
    List<String> tooLong = new ArrayList<>();
    try (Stream<Path> files = Files.walk(Path.of("src"))) {
      for (Path file : files.filter(path -> path.toString().endsWith(".java")).toList()) {
        long lines = Files.readAllLines(file).size();
        if (lines > MAX_LINES) {
          tooLong.add("%s has %d lines".formatted(file, lines));
        }
      }
    }
    assertThat(tooLong).isEmpty();
  }
}
