package io.dbmigrations.operator.act;

import io.dbmigrations.api.v1alpha1.Reason;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.api.model.StatusDetails;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;

/**
 * An answer of the API server that keeps the operator from doing what it decided, in words for the
 * status. They have no number that changes, so that the same failure is written once.
 */
public record ApiFailure(Reason reason, String message) {

  // The cause that the API server's admission names.
  private static final String ENDING = "NamespaceTerminating";

  /** What the answer says. */
  public static ApiFailure of(KubernetesClientException answer) {
    // A lost connection has no code, and its words are in the cause.
    if (answer.getCode() <= 0) {
      Throwable cause = answer.getCause() == null ? answer : answer.getCause();
      return new ApiFailure(
          Reason.API_SERVER_ERROR,
          "The API server gave no answer: %s. It is tried again by itself"
              .formatted(cause.getMessage()));
    }
    String words = Refusal.words(answer);
    if (isOfAnEndingNamespace(answer)) {
      return new ApiFailure(
          Reason.PENDING, "Nothing starts in a namespace that is being deleted: " + words);
    }
    return new ApiFailure(
        Reason.API_SERVER_ERROR,
        switch (answer.getCode()) {
          case HttpURLConnection.HTTP_FORBIDDEN, HttpURLConnection.HTTP_UNAUTHORIZED ->
              "The API server does not let the operator do what it needs: %s. Give its service account that right, as the chart's role does"
                  .formatted(words);
          default ->
              "The API server answered %d: %s. It is tried again by itself"
                  .formatted(answer.getCode(), words);
        });
  }

  /**
   * Whether the object was refused because its namespace is being deleted, and for nothing else.
   */
  static boolean isOfAnEndingNamespace(KubernetesClientException answer) {
    StatusDetails details = answer.getStatus() == null ? null : answer.getStatus().getDetails();
    return details != null
        && details.getCauses().stream().map(StatusCause::getReason).anyMatch(ENDING::equals);
  }
}
