package io.dbmigrations.api.generated;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ArgoCdSnippetTest {

  private static final String DIRECTORY = "crds/argocd/dbmigrations.io/DatabaseMigration/";

  @Test
  void theConfigMapHasTheScripts() throws IOException {
    StringBuilder text =
        new StringBuilder(
            """
            # Generated from health.lua and actions: mvn -pl crds test -Dupdate
            # Add it to Argo CD's own configuration, which goes on having its other settings:
            # kubectl -n argocd patch configmap argocd-cm --type merge --patch-file argocd-cm.yaml
            apiVersion: v1
            kind: ConfigMap
            metadata:
              name: argocd-cm
              labels:
                app.kubernetes.io/name: argocd-cm
                app.kubernetes.io/part-of: argocd
            data:
              resource.customizations.health.dbmigrations.io_DatabaseMigration: |
            """);
    text.append(script("health.lua", 4))
        .append("  resource.customizations.actions.dbmigrations.io_DatabaseMigration: |\n")
        .append("    discovery.lua: |\n")
        .append(script("actions/discovery.lua", 6))
        .append("    definitions:\n");
    for (String action : actions()) {
      text.append("    - name: %s\n      action.lua: |\n".formatted(action))
          .append(script("actions/%s/action.lua".formatted(action), 8));
    }
    CheckedIn.at("crds/argocd/argocd-cm.yaml").mustBe(text.toString());
  }

  /** Each that has a script: what discovery offers must be there to be run. */
  private static List<String> actions() throws IOException {
    Path directory = CheckedIn.at(DIRECTORY + "actions").path();
    try (Stream<Path> entries = Files.list(directory)) {
      return entries
          .filter(entry -> Files.exists(entry.resolve("action.lua")))
          .map(entry -> entry.getFileName().toString())
          .sorted()
          .toList();
    }
  }

  private static String script(String file, int depth) throws IOException {
    return CheckedIn.at(DIRECTORY + file).content().indent(depth).replaceAll("(?m)^ +$", "");
  }
}
