package io.dbmigrations.operator.act;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.dbmigrations.api.v1alpha1.Reason;
import io.dbmigrations.operator.testing.ScriptedApi;
import io.fabric8.kubernetes.api.model.StatusBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClientException;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What stands in the status when the API server keeps the operator from what it decided. */
class ApiFailureTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "401 | does not let the operator do what it needs: the words. Give its service account that right",
        "403 | does not let the operator do what it needs: the words. Give its service account that right",
        "429 | The API server answered 429: the words. It is tried again by itself",
        "500 | The API server answered 500: the words. It is tried again by itself",
        "503 | The API server answered 503: the words. It is tried again by itself",
      })
  void hasTheServersWordsAndWhatToDo(int code, String message) {
    KubernetesClientException answer =
        new KubernetesClientException(
            new StatusBuilder().withCode(code).withMessage("the words").build());
    assertThat(ApiFailure.of(answer))
        .satisfies(failure -> {
          assertThat(failure.reason()).isEqualTo(Reason.API_SERVER_ERROR);
          assertThat(failure.message()).contains(message);
        });
  }

  @Test
  void saysThatThereWasNoAnswer() throws IOException {
    ScriptedApi api = new ScriptedApi();
    api.stopListening();
    KubernetesClientException lost =
        catchThrowableOfType(
            KubernetesClientException.class, () -> api.client().pods().inNamespace("a").list());
    assertThat(ApiFailure.of(lost).message())
        .startsWith("The API server gave no answer: ")
        .endsWith("It is tried again by itself")
        .doesNotContain("-1");
    api.close();
  }

  // No right of the operator is missing, and no attempt has failed: all of it goes.
  @Test
  void blamesNobodyForANamespaceThatIsBeingDeleted() {
    KubernetesClientException answer =
        new KubernetesClientException(
            new StatusBuilder()
                .withCode(403)
                .withMessage("namespace shop is being terminated")
                .withNewDetails()
                .addNewCause("metadata.namespace", "shop", "NamespaceTerminating")
                .endDetails()
                .build());
    assertThat(ApiFailure.of(answer).reason()).isEqualTo(Reason.PENDING);
    assertThat(ApiFailure.of(answer).message())
        .isEqualTo(
            "Nothing starts in a namespace that is being deleted: namespace shop is being terminated");
    assertThatThrownBy(() -> Refusal.outcome(new Job(), answer)).isSameAs(answer);
  }
}
