package io.github.containersnap.health;

import io.github.containersnap.command.PrintableText;
import io.github.containersnap.engine.health.HookFolder;
import io.github.containersnap.engine.model.UpdateException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * The executables of {@code hooks.d/before-update.d} and {@code hooks.d/after-update.d}, which run
 * around an update of the running system, by name. The rules of health checks hold for them: /etc
 * before /usr/lib, a link to /dev/null masks, and only root may be able to change them.
 *
 * @param folders the hooks.d folders, the most important one first
 */
public record UpdateHooks(List<Path> folders) {
  /** No hooks: those of a system that is not the running one are not to be run. */
  public static final UpdateHooks NONE = new UpdateHooks(List.of());

  /** Those of the running system. */
  public static final UpdateHooks OF_THIS_SYSTEM =
      new UpdateHooks(HookFolder.PLACES.stream().map(Path.of("/")::resolve).toList());

  /** How long each may run. */
  public static final Duration LIMIT = Duration.ofMinutes(10);

  public UpdateHooks {
    folders = List.copyOf(folders);
  }

  /** A hook before an update failed, so there was no update. */
  public static final class FailedHookException extends UpdateException {
    private static final long serialVersionUID = 1L;

    private FailedHookException(String message) {
      super(
          message,
          "Nothing was changed. Mend the hook, or mask it with a link to /dev/null in"
              + " /etc/container-snap/hooks.d/"
              + HookFolder.BEFORE
              + ".");
    }
  }

  /**
   * Runs the hooks before an update, up to the first that fails.
   *
   * @param environment variables that they get
   * @param limit how long each may run
   * @param hears a line for each that begins, and the output of one that fails
   * @throws FailedHookException if one fails, cannot be run, or could be changed by others
   */
  public void before(Map<String, String> environment, Duration limit, Consumer<String> hears) {
    DropInPrograms found = in(HookFolder.BEFORE);
    if (!found.objections().isEmpty()) {
      throw new FailedHookException(
          "A hook cannot be run: %s.".formatted(found.objections().getFirst()));
    }
    found
        .programs()
        .forEach(
            (name, program) -> {
              String shown = HookFolder.BEFORE + "/" + PrintableText.onOneLine(name);
              hears.accept("hook " + shown);
              DropInPrograms.failure(program, limit, environment)
                  .ifPresent(
                      failure -> {
                        failure.lastLines().forEach(line -> hears.accept("  | " + line));
                        throw new FailedHookException(
                            "The hook %s failed: %s.".formatted(shown, failure.what()));
                      });
            });
  }

  /**
   * Runs all hooks after an update. One that fails is a warning: the update is durable.
   *
   * @param environment variables that they get
   * @param limit how long each may run
   * @param hears a line for each that begins, and the warnings
   */
  public void after(Map<String, String> environment, Duration limit, Consumer<String> hears) {
    DropInPrograms found = in(HookFolder.AFTER);
    found.objections().forEach(why -> hears.accept("warning: a hook cannot be run: " + why));
    found
        .programs()
        .forEach(
            (name, program) -> {
              String shown = HookFolder.AFTER + "/" + PrintableText.onOneLine(name);
              hears.accept("hook " + shown);
              DropInPrograms.failure(program, limit, environment)
                  .ifPresent(
                      failure -> {
                        hears.accept(
                            "warning: the hook %s failed: %s".formatted(shown, failure.what()));
                        failure.lastLines().forEach(line -> hears.accept("  | " + line));
                      });
            });
  }

  private DropInPrograms in(HookFolder folder) {
    return DropInPrograms.in(folders.stream().map(it -> it.resolve(folder.toString())).toList());
  }
}
