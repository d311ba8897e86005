package io.dbmigrations.e2e.delivery;

import io.dbmigrations.e2e.fixture.Kubectl;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A Git repository that a tool reads, and what a person does with it.
 *
 * @param deployment which has it, in its container git
 */
public record Repository(Kubectl kubectl, String deployment, String name) {
  /** The first argument is the directory. */
  private static final String CREATE = "git init -q \"$1\"";

  private static final String COMMIT =
      """
      cd "$1"; message=$2; shift 2
      while [ $# -gt 0 ]; do mkdir -p "$(dirname "$1")"; printf %s "$2" > "$1"; shift 2; done
      git add --all
      git commit -q --allow-empty -m "$message"
      git rev-parse HEAD
      """;

  private static final String REVERT =
      "cd \"$1\"; git revert --no-edit \"$2\" > /dev/null; git rev-parse HEAD";

  public void create() {
    run(CREATE);
  }

  /** The commit with these files, each named with its content. */
  public String commit(String message, Map<String, String> files) {
    var arguments = new ArrayList<>(List.of(message));
    files.forEach((file, content) -> arguments.addAll(List.of(file, content)));
    return run(COMMIT, arguments.toArray(new String[0]));
  }

  /** {@code git revert}. */
  public String revert(String commit) {
    return run(REVERT, commit);
  }

  /** What a shell script prints; its first argument is the directory. */
  public String run(String script, String... arguments) {
    var command =
        new ArrayList<>(
            List.of("exec", "deployment/" + deployment, "--container=git", "--", "env"));
    for (var who : List.of("AUTHOR", "COMMITTER")) {
      command.add("GIT_%s_NAME=Ada".formatted(who));
      command.add("GIT_%s_EMAIL=ada@example.com".formatted(who));
    }
    command.addAll(List.of("sh", "-ec", script, "sh", "/git/" + name));
    command.addAll(List.of(arguments));
    return kubectl.run(command.toArray(new String[0])).orFail().strip();
  }
}
