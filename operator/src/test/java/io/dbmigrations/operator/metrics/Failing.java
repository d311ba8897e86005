package io.dbmigrations.operator.metrics;

import io.javaoperatorsdk.operator.api.monitoring.Metrics;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.io.IOException;
import java.util.Map;
import okhttp3.OkHttpClient;
import okhttp3.Protocol;
import okhttp3.Request;
import okhttp3.Response;
import okhttp3.ResponseBody;

/** What goes wrong around the operator. */
final class Failing {

  private Failing() {}

  /** A reconcile ends with an exception. */
  static void reconcile(Stage stage) {
    try {
      stage.metrics().reconciles().timeControllerExecution(new Execution());
      throw new AssertionError("the exception was swallowed");
    } catch (Exception e) {
      if (!e.getMessage().equals("a defect")) {
        throw new AssertionError(e);
      }
    }
  }

  private static final class Execution implements Metrics.ControllerExecution<String> {
    @Override
    public String name() {
      return "reconcile";
    }

    @Override
    public String controllerName() {
      return "databasemigration";
    }

    @Override
    public String successTypeName(String result) {
      return result;
    }

    @Override
    public ResourceID resourceID() {
      return new ResourceID("shop", "platform");
    }

    @Override
    public Map<String, Object> metadata() {
      return Map.of();
    }

    @Override
    public String execute() throws Exception {
      throw new Exception("a defect");
    }
  }

  /** The API server answers so. */
  static void request(Stage stage, int code) {
    OkHttpClient client =
        new OkHttpClient.Builder()
            .addInterceptor(stage.metrics().requests())
            .addInterceptor(chain ->
                new Response.Builder()
                    .request(chain.request())
                    .protocol(Protocol.HTTP_1_1)
                    .code(code)
                    .message("")
                    .body(ResponseBody.create("", null))
                    .build())
            .build();
    try {
      client
          .newCall(new Request.Builder().url("http://api/apis/batch/v1/jobs").build())
          .execute()
          .close();
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
