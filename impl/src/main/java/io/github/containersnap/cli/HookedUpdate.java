package io.github.containersnap.cli;

import io.github.containersnap.engine.LastUpdate;
import io.github.containersnap.engine.Update;
import io.github.containersnap.engine.Update.UpdateResult;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.engine.model.LockedException;
import io.github.containersnap.health.UpdateHooks;
import java.util.HashMap;
import java.util.Map;

/**
 * An update of the running system with all that stands around it: the hooks before it, the note of
 * how it ended, the hooks after it.
 *
 * <p>No lock is held while hooks run: they take long, and may run container-snap themselves. A
 * power cut while those before run leaves the machine as it was, one later the new system.
 */
final class HookedUpdate {
  private final Machine machine;
  private final UpdateHooks hooks;
  private final LastUpdate last;

  HookedUpdate(Machine machine, UpdateHooks hooks) {
    this.machine = machine;
    this.hooks = hooks;
    this.last = new LastUpdate(machine);
  }

  /**
   * Updates, unless a hook before it fails.
   *
   * @throws UpdateHooks.FailedHookException if one does; nothing is changed then
   */
  UpdateResult run(Update update, ImageReference wanted) {
    machine.requireInitialized();
    LastUpdate.FailedRow row = last.failedRow();
    UpdateResult result;
    try {
      hooks.before(environment(wanted), UpdateHooks.LIMIT, machine.progress()::notes);
      result = update.run(wanted);
    } catch (LockedException another) {
      throw another; // an update that is at work notes its own end
    } catch (RuntimeException failure) {
      last.failed(wanted, failure, row);
      throw failure;
    }
    boolean updated = result instanceof UpdateResult.Updated;
    last.succeeded(
        updated ? LastUpdate.Result.UPDATED : LastUpdate.Result.UNCHANGED,
        wanted,
        result.deployment(),
        row);
    if (updated) {
      Map<String, String> environment = environment(wanted);
      environment.put("CONTAINER_SNAP_DEPLOYMENT", result.deployment().toString());
      hooks.after(environment, UpdateHooks.LIMIT, machine.progress()::notes);
    }
    return result;
  }

  private static Map<String, String> environment(ImageReference wanted) {
    return new HashMap<>(Map.of("CONTAINER_SNAP_REFERENCE", wanted.text()));
  }
}
