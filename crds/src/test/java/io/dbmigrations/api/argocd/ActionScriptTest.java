package io.dbmigrations.api.argocd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
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

  static List<JsonNode> changes() throws IOException {
    return table("actionTests").stream().filter(test -> test.has("expectedOutputPath")).toList();
  }

  static List<JsonNode> refusals() throws IOException {
    return table("actionTests").stream().filter(test -> test.has("expectedErrorMessage")).toList();
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
      assertThat(names(new ObjectMapper().valueToTree(offered.get(action.get("name").textValue()))))
          .isEqualTo(names(action));
    }
  }

  @ParameterizedTest
  @MethodSource("changes")
  void changeTheObjectAsTheirTableSays(JsonNode test) throws IOException {
    JsonNode changed = new ObjectMapper().valueToTree(run(script(test), test));
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

  @ParameterizedTest
  @MethodSource("refusals")
  void refuseWhatTheyAreNotToldClearly(JsonNode test) {
    assertThatThrownBy(() -> run(script(test), test))
        .hasMessageContaining(test.get("expectedErrorMessage").textValue());
  }

  private static String script(JsonNode test) {
    return "%s/action.lua".formatted(test.get("action").textValue());
  }

  private static Map<?, ?> run(String script, JsonNode test) throws IOException {
    JsonNode parameters =
        test.has("parameters") ? test.get("parameters") : JsonNodeFactory.instance.objectNode();
    return new Script(DIRECTORY.resolve(script)).run(object(test.get("inputPath")), parameters);
  }

  private static List<String> names(JsonNode action) {
    return action.path("params").findValuesAsText("name");
  }

  private static JsonNode object(JsonNode path) throws IOException {
    return YAML.readTree(DIRECTORY.resolve(path.textValue()).toFile());
  }

  private static List<JsonNode> table(String name) throws IOException {
    JsonNode tests = YAML.readTree(DIRECTORY.resolve("action_test.yaml").toFile()).get(name);
    return StreamSupport.stream(tests.spliterator(), false).toList();
  }
}
