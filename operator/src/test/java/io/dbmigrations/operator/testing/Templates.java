package io.dbmigrations.operator.testing;

import com.fasterxml.jackson.core.type.TypeReference;
import io.dbmigrations.api.v1alpha1.AttemptStatus;
import io.dbmigrations.api.v1alpha1.DatabaseMigration;
import io.dbmigrations.api.v1alpha1.DatabaseMigrationSpec;
import io.dbmigrations.operator.job.MigrationJob;
import io.dbmigrations.operator.job.MigrationRequest;
import io.dbmigrations.operator.job.RunnerFiles;
import io.dbmigrations.operator.template.InvalidTemplateException;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Pod templates for tests. */
public final class Templates {

  private Templates() {}

  /** What the operator makes of {@link ClusterObjects#resource()} where nobody wants more. */
  public static PodTemplateSpec own() {
    DatabaseMigration resource = ClusterObjects.resource();
    AttemptStatus attempt = Attempts.intent(resource.getSpec());
    RunnerFiles files = new RunnerFiles(new TreeMap<>(Map.of("__main__.py", "pass")), "abc");
    try {
      return MigrationJob.job(
              resource,
              attempt,
              MigrationRequest.of(resource, attempt, List.of()),
              files,
              List.of())
          .getSpec()
          .getTemplate();
    } catch (InvalidTemplateException e) {
      throw new AssertionError(e);
    }
  }

  public static DatabaseMigrationSpec spec() {
    return ClusterObjects.resource().getSpec();
  }

  /** What a resource has where this is written. */
  public static Map<String, Object> yaml(String text) {
    return Serialization.unmarshal(text, new TypeReference<Map<String, Object>>() {});
  }
}
