package io.dbmigrations.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** Where the certificates are that a server's has to be signed by: one of the two says it. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record CertificateAuthority(
    @JsonPropertyDescription("The key of a Secret that has them, such as ca.crt.")
        @Nullable SecretKeyRef secretKeyRef,
    @JsonPropertyDescription("The key of a ConfigMap that has them, such as a cloud's bundle.")
        @Nullable ConfigMapKeyRef configMapKeyRef) {}
