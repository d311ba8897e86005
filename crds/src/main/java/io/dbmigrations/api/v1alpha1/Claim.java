package io.dbmigrations.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import java.util.List;

/** What an older resource declares for the same lines of the same version table. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record Claim(
    @Required @JsonPropertyDescription("UID of the resource.") String uid,
    @Required @JsonPropertyDescription("Its namespace and name, with a slash in between.")
        String name,
    @JsonPropertyDescription("Its target as absolute revision ids, sorted.") List<String> target) {

  public Claim {
    target = target == null ? List.of() : List.copyOf(target);
  }
}
