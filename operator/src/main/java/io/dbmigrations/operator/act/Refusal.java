package io.dbmigrations.operator.act;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.job.Logins;
import io.dbmigrations.operator.job.Outcome;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.net.HttpURLConnection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What it means that the API server does not create an object; pure. */
final class Refusal {

  private static final int UNPROCESSABLE = 422;

  private static final Set<Integer> FINAL =
      Set.of(HttpURLConnection.HTTP_FORBIDDEN, HttpURLConnection.HTTP_BAD_REQUEST, UNPROCESSABLE);

  // How the API server begins what its own validation says, which no policy or webhook does.
  private static final List<String> INVALID =
      List.of(
          "strict decoding error",
          "cannot be handled as a Job",
          "is invalid: spec.",
          "is invalid: [spec.");

  private Refusal() {}

  /**
   * How an attempt ends by this answer.
   *
   * @throws KubernetesClientException the answer itself, where it does not say that the object was
   *     not made, or where the whole namespace goes
   */
  static Optional<Outcome> outcome(HasMetadata object, KubernetesClientException answer) {
    if (!isFinal(answer) || ApiFailure.isOfAnEndingNamespace(answer)) {
      throw answer;
    }
    String words = words(answer);
    boolean quota = words.contains("exceeded quota");
    String remedy =
        quota
            ? "Raise that quota or free some of it"
            : words.contains("cannot create resource")
                ? "Grant the operator's ServiceAccount that right, as the chart's role does"
                : "Change what refuses it";
    return Optional.of(
        Outcome.of(
            quota ? Reason.QUOTA_EXCEEDED : Reason.JOB_REJECTED,
            "The API server refused %s %s: %s. %s"
                .formatted(object.getKind(), object.getMetadata().getName(), words, remedy)));
  }

  /** Whether the API server's own validation says it. What a policy says stays what it is. */
  static boolean isOfValidation(Outcome outcome) {
    return outcome.reason() == Reason.JOB_REJECTED
        && INVALID.stream().anyMatch(outcome.message()::contains);
  }

  /** The same end of a Job that is valid without what others than the operator say of its Pod. */
  static Outcome ofTemplate(Outcome outcome) {
    return outcome.because(
        Reason.POD_TEMPLATE_INVALID,
        "%s; spec.template of the Job is spec.podTemplate of the resource, over migrations.podTemplate of the chart"
            .formatted(outcome.message()));
  }

  /** Whether this answer says for certain that the object is not admitted. */
  static boolean isFinal(KubernetesClientException answer) {
    return FINAL.contains(answer.getCode());
  }

  /** Whether a policy or a webhook said it, and not that the operator lacks the right. */
  static boolean isOfAdmission(KubernetesClientException answer) {
    return isFinal(answer)
        && !ApiFailure.isOfAnEndingNamespace(answer)
        && !words(answer).contains("cannot delete resource");
  }

  /** An object that was never made, however often it was tried. */
  static Outcome late(HasMetadata object, String limit, KubernetesClientException answer) {
    return Outcome.of(
        Reason.JOB_REJECTED,
        "%s %s could not be created within timeouts.start (%s); the API server's last answer: %s. Mend what answers so"
            .formatted(object.getKind(), object.getMetadata().getName(), limit, words(answer)));
  }

  /** A Job of the name that is not of this resource. */
  static Outcome conflictOfJob(HasMetadata job) {
    return Outcome.of(
        Reason.JOB_NAME_CONFLICT,
        "Job %s exists and was not made by the operator for this resource. Give the resource another name, or delete the Job if nobody needs it"
            .formatted(job.getMetadata().getName()));
  }

  /** A ConfigMap of the runner's name that is another one. */
  static Outcome conflictOfRunner(HasMetadata configMap) {
    return Outcome.of(
        Reason.JOB_NAME_CONFLICT,
        "ConfigMap %s in namespace %s exists and does not have the files of this operator's runner, which every resource of the namespace needs under that name. If nobody else needs it, delete it (or rename what it is of): the operator then makes its own and goes on by itself"
            .formatted(configMap.getMetadata().getName(), configMap.getMetadata().getNamespace()));
  }

  static String words(KubernetesClientException answer) {
    String said = answer.getStatus() == null ? null : answer.getStatus().getMessage();
    return Logins.mask(said == null ? String.valueOf(answer.getMessage()) : said);
  }
}
