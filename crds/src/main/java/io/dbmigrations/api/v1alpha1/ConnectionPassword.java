package io.dbmigrations.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/**
 * The password of a connection. It comes from a Secret alone: who may read resources and
 * ConfigMaps, as the role {@code view} does, may not read passwords by it.
 */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ConnectionPassword(
    @Required @JsonPropertyDescription("The key of the Secret that has the password.")
        SecretKeyRef secretKeyRef,
    @Size(max = 128)
        @JsonPropertyDescription(
            """
            The environment variable that gets the password alone, such as PGPASSWORD. The default \
            is none.\
            """)
        @Nullable String variable) {}
