package io.github.containersnap.health;

import io.github.containersnap.command.PrintableText;
import io.github.containersnap.engine.health.CheckFolder;
import io.github.containersnap.engine.health.FailedCheck;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The executables of {@code health.d/required.d} and {@code health.d/wanted.d}: what an
 * administrator or a distribution wants of a boot. A file in /etc replaces one of the same name in
 * /usr/lib; a link to /dev/null there masks it. They run one after the other, by name, the required
 * ones first. They run as root, so only root may be able to change them; what cannot be run, or
 * could be changed by others, has failed.
 *
 * @param folders the health.d folders, the most important one first
 */
public record HealthChecks(List<Path> folders) {
  /** No checks: those of a system that is not the running one are not to be run. */
  public static final HealthChecks NONE = new HealthChecks(List.of());

  /** Those of the running system. */
  public static final HealthChecks OF_THIS_SYSTEM =
      new HealthChecks(
          CheckFolder.PLACES.stream().map(place -> Path.of("/").resolve(place)).toList());

  public HealthChecks {
    folders = List.copyOf(folders);
  }

  /**
   * Runs all of them, also after one has failed.
   *
   * @param limit how long each may run
   * @param begins hears the name of each that begins
   * @return those that failed, in their order
   */
  public List<FailedCheck> run(Duration limit, Consumer<String> begins) {
    List<FailedCheck> failed = new ArrayList<>();
    for (CheckFolder kind : CheckFolder.values()) {
      DropInPrograms found =
          DropInPrograms.in(
              folders.stream().map(folder -> folder.resolve(kind.toString())).toList());
      found.objections().forEach(why -> failed.add(kind.failed("", why, List.of())));
      found
          .programs()
          .forEach(
              (name, program) -> {
                String shown = PrintableText.onOneLine(name);
                begins.accept(kind + "/" + shown);
                DropInPrograms.failure(program, limit, Map.of())
                    .map(it -> kind.failed(shown, it.what(), it.lastLines()))
                    .ifPresent(failed::add);
              });
    }
    return List.copyOf(failed);
  }
}
