package io.dbmigrations.api.argocd;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import party.iroiro.luajava.Lua;
import party.iroiro.luajava.lua51.Lua51;

/**
 * The health script in Lua 5.1 with what Argo CD opens of the standard libraries unless it is told
 * {@code useOpenLibs}: the basic functions and tables.
 */
final class HealthScript {

  private final String script;

  HealthScript(Path file) throws IOException {
    script = Files.readString(file, UTF_8);
  }

  /** What the script says of that object. */
  Health judge(JsonNode object) {
    try (Lua lua = new Lua51()) {
      lua.openLibrary("");
      lua.openLibrary("table");
      lua.push(new ObjectMapper().convertValue(object, Map.class), Lua.Conversion.FULL);
      lua.setGlobal("obj");
      lua.load(script);
      lua.pCall(0, 1);
      Map<?, ?> answer = lua.toMap(-1);
      return new Health(
          String.valueOf(answer.get("status")), String.valueOf(answer.get("message")));
    }
  }

  record Health(String status, String message) {}
}
