package io.dbmigrations.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import org.jspecify.annotations.Nullable;

/** What a TLS connection to the database is verified with, and what a role logs in by. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record CertificatesSpec(
    @JsonPropertyDescription(
            """
            The certificates that the server's has to be signed by. With them the connection is \
            verified as with sslmode=verify-full, unless the URL or the container says another \
            sslmode.\
            """)
        @Nullable CertificateAuthority ca,
    @JsonPropertyDescription(
            "The certificate by which the role logs in, with or without a password.")
        @Nullable ClientCertificate client) {}
