package io.dbmigrations.operator.template;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What was found wrong with the fields of one template. */
final class Findings {

  private final String root;
  private final List<String> all = new ArrayList<>();

  /**
   * Nothing yet.
   *
   * @param root where the template stands
   */
  Findings(String root) {
    this.root = root;
  }

  /** Each field, with what to do about it. */
  List<String> all() {
    return List.copyOf(all);
  }

  void add(String field, String remedy) {
    all.add("%s%s cannot be set: %s".formatted(root, field, remedy));
  }

  void missing(String field, String remedy) {
    all.add("%s%s is missing: %s".formatted(root, field, remedy));
  }

  void otherThan(String field, JsonNode wanted, @Nullable String allowed, String remedy) {
    if (isSet(wanted) && !(wanted.isTextual() && wanted.textValue().equals(allowed))) {
      add(field, remedy);
    }
  }

  void unknown(String path, JsonNode object, Set<String> known, String remedy) {
    object
        .fieldNames()
        .forEachRemaining(name -> {
          if (!known.contains(name) && isSet(object.get(name))) {
            add(path + "." + name, remedy);
          }
        });
  }

  // Null says nothing.
  static boolean isSet(JsonNode wanted) {
    return !wanted.isMissingNode() && !wanted.isNull();
  }
}
