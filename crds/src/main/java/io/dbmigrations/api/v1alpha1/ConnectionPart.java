package io.dbmigrations.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Size;
import org.jspecify.annotations.Nullable;

/** A part of a connection: one of the first three says what it is. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ConnectionPart(
    @Size(min = 1, max = 1024) @JsonPropertyDescription("The value itself.") @Nullable String value,
    @JsonPropertyDescription("The key of a Secret that has the value.")
        @Nullable SecretKeyRef secretKeyRef,
    @JsonPropertyDescription("The key of a ConfigMap that has the value.")
        @Nullable ConfigMapKeyRef configMapKeyRef,
    @Size(max = 128)
        @JsonPropertyDescription(
            """
            The environment variable that gets this part alone, for an env.py that builds its URL of \
            parts, such as PGHOST. The default is none.\
            """)
        @Nullable String variable) {}
