package io.dbmigrations.operator.act;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.job.Logins;
import io.dbmigrations.operator.job.Outcome;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.Optional;
import java.util.Set;

/** What it means that the API server does not create an object; pure. */
final class Refusal {

  private static final int UNPROCESSABLE = 422;

  private static final Set<Integer> FINAL =
      Set.of(HttpURLConnection.HTTP_FORBIDDEN, HttpURLConnection.HTTP_BAD_REQUEST, UNPROCESSABLE);

  private Refusal() {}

  /**
   * How an attempt ends by this answer.
   *
   * @throws KubernetesClientException the answer itself, where it does not say that the object was
   *     not made
   */
  static Optional<Outcome> outcome(HasMetadata object, KubernetesClientException answer) {
    if (!FINAL.contains(answer.getCode())) {
      throw answer;
    }
    String words = words(answer);
    boolean quota = words.contains("exceeded quota");
    return Optional.of(
        Outcome.of(
            quota ? Reason.QUOTA_EXCEEDED : Reason.JOB_REJECTED,
            "The API server refused %s %s: %s. %s"
                .formatted(
                    object.getKind(),
                    object.getMetadata().getName(),
                    words,
                    quota ? "Raise that quota or free some of it" : "Change what refuses it")));
  }

  /** An object that was never made, however often it was tried. */
  static Outcome late(HasMetadata object, String limit, KubernetesClientException answer) {
    return Outcome.of(
        Reason.JOB_REJECTED,
        "%s %s could not be created within timeouts.start (%s); the API server's last answer: %s. Mend what answers so"
            .formatted(object.getKind(), object.getMetadata().getName(), limit, words(answer)));
  }

  static Outcome conflict(HasMetadata object) {
    return Outcome.of(
        Reason.JOB_NAME_CONFLICT,
        "%s %s exists and was not made by the operator for this resource. Delete it"
            .formatted(object.getKind(), object.getMetadata().getName()));
  }

  static String words(KubernetesClientException answer) {
    String said = answer.getStatus() == null ? null : answer.getStatus().getMessage();
    return Logins.mask(said == null ? String.valueOf(answer.getMessage()) : said);
  }
}
