package io.dbmigrations.operator.act;

import static io.dbmigrations.operator.testing.Observations.NOW;

import io.dbmigrations.operator.job.PodTemplates;
import io.dbmigrations.operator.job.RunnerFiles;
import io.dbmigrations.operator.observe.ConnectionReader;
import io.dbmigrations.operator.observe.OtherResources;
import io.dbmigrations.operator.template.PodTemplate;
import io.dbmigrations.operator.testing.KnownResources;
import io.dbmigrations.operator.testing.ScriptedApi;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Starters of attempts for tests. */
final class Starters {

  private Starters() {}

  /** One that may have so many Jobs at a time, and whose platform says that of all Pods. */
  static AttemptStarter of(ScriptedApi api, int limit, @Nullable PodTemplate platform) {
    Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
    RunnerFiles files = new RunnerFiles(new TreeMap<>(Map.of("__main__.py", "pass")), "abc");
    return new AttemptStarter(
        api.client(),
        new Jobs(api.client(), clock),
        new RunnerConfigMap(api.client(), files),
        new ConnectionReader(api.client()),
        new JobSlots(new JobSlots.Limits(limit, 0), List::of, _ -> {}, clock),
        new AttemptJobs(
            new OtherResources(KnownResources.NONE), new PodTemplates(files, platform)));
  }
}
