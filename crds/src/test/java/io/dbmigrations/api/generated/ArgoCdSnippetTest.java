package io.dbmigrations.api.generated;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class ArgoCdSnippetTest {

  @Test
  void theConfigMapHasTheHealthScript() throws IOException {
    String script =
        CheckedIn.at("crds/argocd/dbmigrations.io/DatabaseMigration/health.lua").content();
    CheckedIn.at("crds/argocd/argocd-cm.yaml")
        .mustBe(
            """
            # Generated from health.lua: mvn -pl crds test -Dupdate
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
            """
                + script.indent(4).replaceAll("(?m)^ +$", ""));
  }
}
