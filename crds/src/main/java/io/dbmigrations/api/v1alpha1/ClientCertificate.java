package io.dbmigrations.api.v1alpha1;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;

/** A certificate that a role logs in by, and its key. */
@JsonIgnoreProperties(ignoreUnknown = true)
public record ClientCertificate(
    @Required
        @JsonPropertyDescription(
            """
            The Secret of this namespace with both, as cert-manager makes it or kubectl create \
            secret tls.\
            """)
        SecretName secretRef,
    @Default(ClientCertificate.DEFAULT_CERTIFICATE)
        @Size(min = 1, max = 253)
        @JsonPropertyDescription("Key of the Secret that has the certificate.")
        String certificate,
    @Default(ClientCertificate.DEFAULT_KEY)
        @Size(min = 1, max = 253)
        @JsonPropertyDescription(
            "Key of the Secret that has the private key, in PEM and without a passphrase.")
        String key) {

  public static final String DEFAULT_CERTIFICATE = "tls.crt";
  public static final String DEFAULT_KEY = "tls.key";

  public ClientCertificate {
    certificate = certificate == null ? DEFAULT_CERTIFICATE : certificate;
    key = key == null ? DEFAULT_KEY : key;
  }
}
