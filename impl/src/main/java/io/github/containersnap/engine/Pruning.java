package io.github.containersnap.engine;

import io.github.containersnap.engine.deployment.DeploymentRemoval;
import io.github.containersnap.engine.deployment.Deployments;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.deployment.Protection;
import io.github.containersnap.engine.deployment.SpareRoom;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.ImageId;
import io.github.containersnap.engine.port.ImageStore;
import io.github.containersnap.engine.port.Ports;
import io.github.containersnap.engine.settings.HostSettings;
import io.github.containersnap.engine.settings.RetentionPolicy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Removes deployments and images that nothing needs: neither protected ({@link Protection}) nor
 * kept by the policy ({@link RetentionPolicy}).
 *
 * <p>First it renames the deployments that go, and one commit makes that durable. If the commit
 * fails, all are renamed back, and the failure has changed nothing (P13). A crash before the commit
 * leaves each whole or on its way out. From the commit on all are on their way out, and {@link
 * Recovery} removes what a crash or a failure leaves of them. What cannot be read is named and
 * left.
 */
public final class Pruning {
  private final Machine machine;
  private final Ports ports;
  private final Deployments deployments;
  private final DeploymentRemoval removal;

  /** Prunes {@code machine}. */
  public Pruning(Machine machine) {
    this.machine = machine;
    this.ports = machine.ports();
    this.deployments = machine.deployments();
    this.removal = machine.removal();
  }

  /**
   * Takes the lock and prunes; returns when that is durable.
   *
   * @return what was removed, one line each
   */
  public List<String> run() {
    return new Transaction(machine).run(this::pruned);
  }

  private List<String> pruned() {
    List<String> done = whileLocked();
    commit();
    new SpareRoom(machine).provide();
    return done;
  }

  /** The deployments are gone, durably: a failure of this leaves the next recovery some work. */
  private void commit() {
    try {
      ports.btrfs().commit(machine.layout().state());
    } catch (RuntimeException failure) {
      warn(
          "what was pruned may not be durable yet (%s); the next prune does the rest"
              .formatted(failure.getMessage()));
    }
  }

  /** What {@link #run} would remove now, one line each. Only reads. */
  public List<String> rehearse() {
    machine.requireInitialized();
    Set<DeploymentId> retained = protectedDeployments();
    List<Candidate> unneeded = unneeded(retained);
    List<String> lines = new ArrayList<>();
    unneeded.forEach(it -> lines.add("would prune deployment " + it.inWords()));
    unneededImages(retained).forEach(it -> lines.add("would prune image " + it.shortForm()));
    return lines;
  }

  /** Prunes; the caller holds the lock. Returns what was removed, one line each. */
  List<String> whileLocked() {
    Set<DeploymentId> retained = protectedDeployments();
    List<Candidate> unneeded = unneeded(retained);
    List<ImageId> images = unneededImages(retained);
    List<String> done = new ArrayList<>();
    if (!unneeded.isEmpty() || !images.isEmpty()) {
      new SpareRoom(machine).useIfTight();
    }
    for (DeploymentId id : discarded(unneeded)) {
      attempt(() -> removal.removeDiscarded(id), "deployment " + id.shortForm(), done);
    }
    for (ImageId image : images) {
      attempt(() -> ports.store().discard(image), "image " + image.shortForm(), done);
    }
    return done;
  }

  /**
   * Puts deployments on their way out, durably. One that withstands is named and stays; if the
   * commit fails, all stay.
   */
  private List<DeploymentId> discarded(List<Candidate> unneeded) {
    List<DeploymentId> discarded = new ArrayList<>();
    for (Candidate candidate : unneeded) {
      DeploymentId id = candidate.id();
      if (attempt(() -> removal.discard(id), "deployment " + id.shortForm())) {
        discarded.add(id);
      }
    }
    if (!discarded.isEmpty()) {
      new SmallChange(machine, () -> {}, () -> discarded.forEach(removal::restore)).makeDurable();
    }
    return discarded;
  }

  private void attempt(Runnable removal, String what, List<String> done) {
    if (attempt(removal, what)) {
      done.add("pruned " + what);
    }
  }

  /** Whether it succeeded; the failure is a warning, since the next pruning or recovery tries. */
  private boolean attempt(Runnable removal, String what) {
    try {
      removal.run();
      return true;
    } catch (RuntimeException failure) {
      warn("%s could not be pruned: %s".formatted(what, failure.getMessage()));
      return false;
    }
  }

  private void warn(String what) {
    machine.progress().notes("warning: " + what);
  }

  private Set<DeploymentId> protectedDeployments() {
    return new HashSet<>(Protection.of(machine).deployments());
  }

  /** What neither is in {@code retained} nor stays by the policy; what stays is added to it. */
  private List<Candidate> unneeded(Set<DeploymentId> retained) {
    List<Candidate> candidates = new ArrayList<>();
    for (Deployments.Listed listed : deployments.listed()) {
      if (!retained.contains(listed.id())) {
        consider(listed, candidates, retained);
      }
    }
    if (candidates.isEmpty()) {
      return List.of();
    }
    RetentionPolicy policy = HostSettings.of(machine).retention();
    Instant now = ports.clock().instant();
    candidates.sort(Comparator.comparing(Candidate::created).reversed());
    List<Candidate> unneeded = new ArrayList<>();
    for (int rank = 0; rank < candidates.size(); rank++) {
      Candidate candidate = candidates.get(rank);
      if (rank < policy.keep() || candidate.staysAt(now, policy)) {
        retained.add(candidate.id());
      } else {
        unneeded.add(candidate);
      }
    }
    return unneeded;
  }

  private void consider(
      Deployments.Listed listed, List<Candidate> candidates, Set<DeploymentId> retained) {
    try {
      if (listed.problem().isPresent()) {
        throw new IllegalStateException(listed.problem().get());
      }
      candidates.add(
          new Candidate(
              listed.id(),
              ports.btrfs().created(machine.layout().deployment(listed.id())),
              deployments.isSnapshot(listed.id())));
    } catch (RuntimeException failure) {
      retained.add(listed.id());
      warn("%s is left alone: %s".formatted(listed.id().shortForm(), failure.getMessage()));
    }
  }

  private List<ImageId> unneededImages(Set<DeploymentId> retained) {
    return ports.store().list().stream()
        .map(ImageStore.Stored::id)
        .filter(image -> retained.stream().noneMatch(id -> id.image().equals(image)))
        .toList();
  }

  /** A deployment that is not protected. */
  private record Candidate(DeploymentId id, Instant created, boolean snapshot) {
    /** One from the future is new: clocks are set late and wrongly. */
    boolean staysAt(Instant now, RetentionPolicy policy) {
      Duration stay = policy.shortestStay(snapshot);
      return !stay.isZero() && Duration.between(created, now).compareTo(stay) < 0;
    }

    String inWords() {
      return "%s (%s %s)"
          .formatted(id.shortForm(), snapshot ? "a snapshot made" : "made", created.toString());
    }
  }
}
