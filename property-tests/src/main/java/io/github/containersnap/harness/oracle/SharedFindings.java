package io.github.containersnap.harness.oracle;

import io.github.containersnap.harness.oracle.reading.KnownDeployments;
import io.github.containersnap.harness.property.Violation;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;

/**
 * What one examination of a sweep has found and another may use: the trees of deployments that
 * nothing has changed, and what the same command once more came to on an equal machine. Safe for
 * all workers at once.
 */
public final class SharedFindings {
  private final KnownDeployments deployments = new KnownDeployments();
  private final Map<String, CompletableFuture<List<Violation>>> onceMore =
      new ConcurrentHashMap<>();

  KnownDeployments deployments() {
    return deployments;
  }

  /**
   * What a command came to on a machine, run by the first that asks; another one that asks
   * meanwhile waits for it.
   *
   * @param machine all that the outcome depends on; if nothing, the command is run
   */
  List<Violation> onMachine(Optional<String> machine, Supplier<List<Violation>> command) {
    if (machine.isEmpty()) {
      return command.get();
    }
    CompletableFuture<List<Violation>> mine = new CompletableFuture<>();
    CompletableFuture<List<Violation>> first = onceMore.putIfAbsent(machine.get(), mine);
    if (first != null) {
      return first.join();
    }
    try {
      mine.complete(command.get());
    } catch (RuntimeException failure) {
      mine.completeExceptionally(failure);
    }
    return mine.join();
  }

  /** The different machines on which the same command was run once more, by their digests. */
  public Set<String> machines() {
    return Set.copyOf(onceMore.keySet());
  }
}
