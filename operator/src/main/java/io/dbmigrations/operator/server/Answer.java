package io.dbmigrations.operator.server;

import java.net.HttpURLConnection;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** What is answered to a request: a status code, and a line for the person who asks by hand. */
public record Answer(int status, String body) {

  private static final int HEADERS_TOO_LARGE = 431;

  private static final Map<Integer, String> PHRASES =
      Map.of(
          HttpURLConnection.HTTP_OK,
          "OK",
          HttpURLConnection.HTTP_BAD_REQUEST,
          "Bad Request",
          HttpURLConnection.HTTP_NOT_FOUND,
          "Not Found",
          HttpURLConnection.HTTP_BAD_METHOD,
          "Method Not Allowed",
          HEADERS_TOO_LARGE,
          "Request Header Fields Too Large",
          HttpURLConnection.HTTP_INTERNAL_ERROR,
          "Internal Server Error",
          HttpURLConnection.HTTP_UNAVAILABLE,
          "Service Unavailable");

  static final Answer BAD_REQUEST =
      new Answer(HttpURLConnection.HTTP_BAD_REQUEST, "this is not HTTP/1.1");
  static final Answer NOT_FOUND =
      new Answer(HttpURLConnection.HTTP_NOT_FOUND, "there is no such path");
  static final Answer BAD_METHOD =
      new Answer(HttpURLConnection.HTTP_BAD_METHOD, "only GET and HEAD are answered");
  static final Answer TOO_LARGE = new Answer(HEADERS_TOO_LARGE, "the request is too large");
  static final Answer FAILED =
      new Answer(
          HttpURLConnection.HTTP_INTERNAL_ERROR, "the answer failed; see the operator's log");

  /** All is well. */
  public static Answer ok() {
    return new Answer(HttpURLConnection.HTTP_OK, "ok");
  }

  /** Not well, or not yet, and why. */
  public static Answer unavailable(String why) {
    return new Answer(HttpURLConnection.HTTP_UNAVAILABLE, why);
  }

  /** What comes before a page. */
  static byte[] head(String contentType) {
    return """
    HTTP/1.1 200 OK\r
    Content-Type: %s\r
    Transfer-Encoding: chunked\r
    Cache-Control: no-store\r
    Connection: close\r
    \r
    """
        .formatted(contentType)
        .getBytes(StandardCharsets.US_ASCII);
  }

  byte[] message(boolean withBody) {
    byte[] content = (body + "\n").getBytes(StandardCharsets.UTF_8);
    byte[] head =
        """
        HTTP/1.1 %d %s\r
        Content-Type: text/plain; charset=utf-8\r
        Content-Length: %d\r
        Cache-Control: no-store\r
        Connection: close\r
        \r
        """
            .formatted(status, PHRASES.getOrDefault(status, "Status"), content.length)
            .getBytes(StandardCharsets.US_ASCII);
    if (!withBody) {
      return head;
    }
    byte[] whole = new byte[head.length + content.length];
    System.arraycopy(head, 0, whole, 0, head.length);
    System.arraycopy(content, 0, whole, head.length, content.length);
    return whole;
  }
}
