package io.github.containersnap.harness.experiment;

import io.github.containersnap.engine.model.DeploymentId;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * What a machine must be before and after a transition.
 *
 * @param transition the transition
 * @param bootLoader how the machine boots
 * @param before the machine before it
 * @param verb the command that makes it
 */
public record TransitionExpectations(
    Transition transition, BootLoaderKind bootLoader, MachineOnPaper before, Verb verb)
    implements SystemExpectations {

  /** The machine after it, if nothing went before. */
  public MachineOnPaper after() {
    return verb.done(before);
  }

  /**
   * The machine before it, on which a deployment that the command made has booted all the same and
   * may still be there.
   *
   * @param bootedOnce that deployment, if there is one
   */
  public MachineOnPaper before(Optional<DeploymentId> bootedOnce) {
    return bootedOnce.map(id -> with(before, id)).orElse(before);
  }

  /**
   * The machine after it, where a crash may have wasted work numbers: of a deployment that the
   * command makes, only the image is known then.
   *
   * @param found the deployments that there are
   * @param bootedOnce one of them that an earlier try has left, if there is one
   */
  public MachineOnPaper after(Set<DeploymentId> found, Optional<DeploymentId> bootedOnce) {
    Set<DeploymentId> others = new TreeSet<>(found);
    others.removeAll(before.deployments().keySet());
    bootedOnce.ifPresent(others::remove);
    MachineOnPaper after = after();
    MachineOnPaper numbered =
        made()
            .filter(Predicate.not(others::contains))
            .flatMap(
                id ->
                    others.stream()
                        .filter(other -> other.image().equals(id.image()))
                        .filter(other -> other.work() > id.work())
                        .findFirst()
                        .map(other -> after.renamed(id, other)))
            .orElse(after);
    return bootedOnce.map(id -> with(numbered, id)).orElse(numbered);
  }

  private MachineOnPaper with(MachineOnPaper machine, DeploymentId bootedOnce) {
    return made()
        .filter(_ -> !machine.deployments().containsKey(bootedOnce))
        .map(id -> machine.with(bootedOnce, after().deployment(id).unneeded()))
        .orElse(machine);
  }

  private Optional<DeploymentId> made() {
    return after().deployments().keySet().stream()
        .filter(id -> !before.deployments().containsKey(id))
        .findFirst();
  }

  /** The command as a sentence's subject. */
  public String inWords() {
    return transition.optionName();
  }
}
