package io.dbmigrations.operator.template;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.dbmigrations.operator.testing.GeneratedTemplate;
import io.dbmigrations.operator.testing.Templates;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/**
 * Whatever a template says: it is in the Pod, or a message names the field that is in its way.
 * {@code -Ddbmigration.test.templates} says how many are tried.
 */
class GeneratedTemplateTest {

  private static final int CASES = Integer.getInteger("dbmigration.test.templates", 2_000);
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Pattern FIELD =
      Pattern.compile(
          "(?:^|; )spec\\.podTemplate(\\S*?)(?: has a value of| cannot be set: | is missing: | is null)");

  private static final Pattern STEP = Pattern.compile("\\.([^.\\[]+)|\\[([^\\]]*)\\]");

  // Lists of which each element stands for itself; all others are replaced.
  private static final Map<String, String> NAMED =
      Map.of(
          "containers", "name",
          "initContainers", "name",
          "volumes", "name",
          "env", "name",
          "imagePullSecrets", "name",
          "hostAliases", "ip",
          "topologySpreadConstraints", "topologyKey",
          "volumeMounts", "mountPath",
          "ports", "containerPort");

  @Test
  void isInThePodOrIsRefusedByAFieldOfItsOwn() {
    int merged = 0;
    int refused = 0;
    PodTemplateSpec own = Templates.own();
    for (int number = 0; number < CASES; number++) {
      GeneratedTemplate template = GeneratedTemplate.of(number);
      try {
        PodTemplateSpec pod = merge(own, template);
        assertThat(template.isNonsense() || template.conflicts().isEmpty())
            .as("template %d conflicts in %s", number, template.conflicts())
            .isTrue();
        JsonNode found = JSON.valueToTree(pod);
        assertContains(found, template.content(), "template " + number);
        assertKeeps(found, JSON.valueToTree(own), template.content(), "template " + number);
        merged++;
      } catch (InvalidTemplateException e) {
        assertThat(template.isNonsense() || !template.conflicts().isEmpty())
            .as("template %d: %s", number, e.explanation())
            .isTrue();
        assertNamesFields(e.explanation(), template, number);
        refused++;
      }
    }
    assertThat(List.of(merged, refused)).allMatch(count -> count > CASES / 5);
  }

  private static PodTemplateSpec merge(PodTemplateSpec own, GeneratedTemplate template)
      throws InvalidTemplateException {
    return PodTemplate.merge(
        own,
        List.of(new PodTemplate("spec.podTemplate", template.content())),
        new TemplateRules(own, Templates.spec()));
  }

  private static void assertNamesFields(String told, GeneratedTemplate template, int number) {
    if (!template.isNonsense()) {
      assertThat(template.conflicts())
          .as("template %d: %s", number, told)
          .allMatch(field -> told.contains("spec.podTemplate." + field + " cannot be set"));
    }
    Matcher fields = FIELD.matcher(told);
    assertThat(fields.find()).as("template %d: %s", number, told).isTrue();
    do {
      String field = fields.group(1);
      String asked =
          told.contains(field + " is missing") ? field.replaceAll("\\.name$", "") : field;
      assertThat(isThere(template.content(), asked))
          .as("template %d has no %s: %s", number, field, told)
          .isTrue();
    } while (fields.find());
  }

  private static boolean isThere(JsonNode content, String path) {
    JsonNode node = content;
    Matcher step = STEP.matcher(path);
    while (step.find()) {
      node = step(node, step.group(1) == null ? step.group(2) : step.group(1));
    }
    return !node.isMissingNode();
  }

  private static JsonNode step(JsonNode node, String step) {
    if (!node.isArray()) {
      return node.path(step);
    }
    for (JsonNode element : node) {
      for (String key : List.of("name", "mountPath")) {
        if (element.path(key).asText().equals(step)) {
          return element;
        }
      }
    }
    return step.matches("\\d+") ? node.path(Integer.parseInt(step)) : node.path(-1);
  }

  /** Everything that is wished for; null wishes for nothing. */
  private static void assertContains(JsonNode pod, JsonNode wished, String place) {
    if (wished.isNull()) {
      return;
    }
    if (wished.isObject()) {
      wished
          .properties()
          .forEach(field -> assertContainsField(pod, field.getKey(), field.getValue(), place));
    } else if (wished.isArray()) {
      assertThat(pod.size()).as(place).isEqualTo(wished.size());
      for (int i = 0; i < wished.size(); i++) {
        assertContains(pod.get(i), wished.get(i), place + "[" + i + "]");
      }
    } else if (!isSameNumber(pod, wished)) {
      assertThat(pod).as(place).isEqualTo(wished);
    }
  }

  private static void assertContainsField(JsonNode pod, String name, JsonNode wished, String at) {
    String place = at + "." + name;
    JsonNode found = pod.path(name);
    String key = NAMED.get(name);
    boolean isEmpty = wished.isContainerNode() && wished.isEmpty();
    if (key == null || !wished.isArray()) {
      // An empty one says as much as none, and the client leaves it out.
      if (!(isEmpty && found.isMissingNode())) {
        assertContains(found, wished, place);
      }
      return;
    }
    for (JsonNode element : wished) {
      assertThat(found)
          .as("%s: %s", place, element)
          .anySatisfy(there -> {
            assertThat(named(there, key)).isEqualTo(named(element, key));
            assertContains(there, element, place);
          });
    }
  }

  private static String named(JsonNode element, String key) {
    return element.path(key).isNull() ? "" : element.path(key).asText();
  }

  // 1 and 1000m are the same to everybody, and the client has longs where JSON has an int.
  private static boolean isSameNumber(JsonNode pod, JsonNode wished) {
    if (!wished.isNumber() || !(pod.isNumber() || pod.isTextual())) {
      return false;
    }
    return pod.isNumber()
        ? pod.decimalValue().compareTo(wished.decimalValue()) == 0
        : new Quantity(wished.asText()).equals(new Quantity(pod.asText()));
  }

  /** What the operator needs, as it is without a template. */
  private static void assertKeeps(JsonNode pod, JsonNode own, JsonNode wished, String place) {
    JsonNode container = pod.at("/spec/containers/0");
    JsonNode ownContainer = own.at("/spec/containers/0");
    for (String field :
        List.of("name", "image", "command", "args", "terminationMessagePolicy", "workingDir")) {
      if (ownContainer.has(field) || !field.equals("workingDir")) {
        assertThat(container.path(field)).as(place).isEqualTo(ownContainer.path(field));
      }
    }
    own.at("/metadata/labels")
        .properties()
        .forEach(label ->
            assertThat(pod.at("/metadata/labels").path(label.getKey()))
                .as(place)
                .isEqualTo(label.getValue()));
    assertThat(pod.at("/spec/restartPolicy")).as(place).isEqualTo(own.at("/spec/restartPolicy"));
    assertThat(pod.at("/spec/volumes")).as(place).contains(own.at("/spec/volumes/0"));
    assertThat(container.path("volumeMounts"))
        .as(place)
        .contains(ownContainer.at("/volumeMounts/0"));
    for (JsonNode variable : ownContainer.path("env")) {
      if (variable.path("name").asText().startsWith("D")) {
        assertThat(container.path("env")).as(place).contains(variable);
      }
    }
    if (wished.at("/spec/automountServiceAccountToken").isMissingNode()) {
      assertThat(pod.at("/spec/automountServiceAccountToken").asBoolean()).as(place).isFalse();
    }
  }
}
