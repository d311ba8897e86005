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
 * A script of Argo CD's in Lua 5.1 with what that opens of the standard libraries unless it is told
 * {@code useOpenLibs}: the basic functions and tables.
 */
final class Script {

  private final String text;

  Script(Path file) throws IOException {
    text = Files.readString(file, UTF_8);
  }

  /** The table that the script returns for that object. */
  Map<?, ?> run(JsonNode object) {
    return run(object, new ObjectMapper().createObjectNode());
  }

  /** The same for an action with those parameters. */
  Map<?, ?> run(JsonNode object, JsonNode parameters) {
    try (Lua lua = new Lua51()) {
      lua.openLibrary("");
      lua.openLibrary("table");
      lua.push(new ObjectMapper().convertValue(object, Map.class), Lua.Conversion.FULL);
      lua.setGlobal("obj");
      lua.push(new ObjectMapper().convertValue(parameters, Map.class), Lua.Conversion.FULL);
      lua.setGlobal("actionParams");
      lua.load(text);
      lua.pCall(0, 1);
      return lua.toMap(-1);
    }
  }
}
