package io.dbmigrations.api.argocd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The actions, by the table that Argo CD's own repository would test them by. */
class ActionScriptTest {

  private static final Path DIRECTORY = Path.of("argocd/dbmigrations.io/DatabaseMigration/actions");
  private static final YAMLMapper YAML = new YAMLMapper();

  // Lua has one kind of number.
  private static final Comparator<JsonNode> BY_VALUE =
      (one, other) ->
          one.isNumber() && other.isNumber()
              ? Double.compare(one.doubleValue(), other.doubleValue())
              : one.equals(other) ? 0 : 1;

  static List<JsonNode> discoveries() throws IOException {
    return table("discoveryTests");
  }

  static List<JsonNode> actions() throws IOException {
    return table("actionTests");
  }

  @ParameterizedTest
  @MethodSource("discoveries")
  void areOfferedWhereAPersonWouldWantThem(JsonNode test) throws IOException {
    Map<?, ?> offered = run("discovery.lua", test);
    assertThat(offered).hasSize(test.get("result").size());
    for (JsonNode action : test.get("result")) {
      assertThat(offered.get(action.get("name").textValue()))
          .as(action.toString())
          .asInstanceOf(InstanceOfAssertFactories.MAP)
          .containsEntry("disabled", action.get("disabled").booleanValue());
    }
  }

  @ParameterizedTest
  @MethodSource("actions")
  void changeTheObjectAsTheirTableSays(JsonNode test) throws IOException {
    String script = "%s/action.lua".formatted(test.get("action").textValue());
    JsonNode changed = new ObjectMapper().valueToTree(run(script, test));
    JsonNode expected = object(test.get("expectedOutputPath"));
    // A list of the status comes back as a table whose keys are numbers.
    for (String part : List.of("metadata", "spec")) {
      assertThat(expected.get(part).equals(BY_VALUE, changed.get(part))).as("%s", changed).isTrue();
    }
  }

  @Test
  void anApprovalIsOfferedWithTheDigestThatWaits() throws IOException {
    JsonNode waiting =
        YAML.readTree(DIRECTORY.resolve("../testdata/approval_required.yaml").toFile());
    JsonNode offered =
        new ObjectMapper().valueToTree(new Script(DIRECTORY.resolve("discovery.lua")).run(waiting));
    assertThat(offered.at("/approve/params").findValuesAsText("default"))
        .containsExactly(waiting.at("/status/plan/digest").textValue());
  }

  @Test
  void noPlanIsApprovedWithoutItsDigest() throws IOException {
    JsonNode waiting =
        YAML.readTree(DIRECTORY.resolve("../testdata/approval_required.yaml").toFile());
    Script approve = new Script(DIRECTORY.resolve("approve/action.lua"));
    assertThatThrownBy(() -> approve.run(waiting)).hasMessageContaining("8 or more characters");
  }

  private static Map<?, ?> run(String script, JsonNode test) throws IOException {
    return new Script(DIRECTORY.resolve(script))
        .run(object(test.get("inputPath")), test.path("parameters"));
  }

  private static JsonNode object(JsonNode path) throws IOException {
    return YAML.readTree(DIRECTORY.resolve(path.textValue()).toFile());
  }

  private static List<JsonNode> table(String name) throws IOException {
    JsonNode tests = YAML.readTree(DIRECTORY.resolve("action_test.yaml").toFile()).get(name);
    return StreamSupport.stream(tests.spliterator(), false).toList();
  }
}
