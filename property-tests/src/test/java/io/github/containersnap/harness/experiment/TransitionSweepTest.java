package io.github.containersnap.harness.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.harness.experiment.UpdateExperiment.Candidate;
import io.github.containersnap.harness.mutant.Mutant;
import io.github.containersnap.harness.mutant.Mutants;
import io.github.containersnap.harness.property.Property;
import io.github.containersnap.harness.property.Verdict;
import io.github.containersnap.harness.property.Violation;
import io.github.containersnap.harness.sweep.CrashSweep;
import io.github.containersnap.harness.sweep.SelectedStates;
import io.github.containersnap.harness.sweep.StateVerdict;
import io.github.containersnap.harness.testkit.TinyImages;
import io.github.containersnap.loopback.disk.Workspace;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every durable transition of a tiny machine, with a power cut after each flush: before and after
 * it the machine is wholly what the paper says. Needs root, btrfs, podman and skopeo.
 */
class TransitionSweepTest {
  private static Workspace workspace;
  private static Candidate oldImage;
  private static Candidate newImage;

  @BeforeAll
  static void makeTheImages() throws IOException {
    workspace = Workspace.open(TinySweep.parent());
    TinyImages images = new TinyImages(workspace.file("images"));
    oldImage = TinySweep.candidate(images.version(1, TinySystem::first));
    newImage = TinySweep.candidate(images.version(2, TinySystem::second));
  }

  @AfterAll
  static void removeAll() {
    workspace.close();
  }

  /** Those of different kinds; all are swept below, and more by the gate's own tests. */
  @ParameterizedTest
  @EnumSource(
      value = Transition.class,
      names = {"ROLLBACK", "FINALIZE", "KARGS", "RESET"})
  void a_power_cut_at_any_flush_leaves_the_machine_before_or_after(Transition transition)
      throws InterruptedException {
    requireHolds(transition, BootLoaderKind.GRUB_BTRFS, SelectedStates.Kind.FLUSH);
  }

  @Test
  void it_does_so_where_the_boot_loader_follows_the_default_subvolume()
      throws InterruptedException {
    requireHolds(Transition.BLESS, BootLoaderKind.DEFAULT_SUBVOLUME, SelectedStates.Kind.FLUSH);
  }

  @Tag("exhaustive")
  @ParameterizedTest
  @EnumSource(Transition.class)
  void a_power_cut_anywhere_and_any_part_of_an_epoch_does_so_too(Transition transition)
      throws InterruptedException {
    for (BootLoaderKind bootLoader : BootLoaderKind.values()) {
      if (transition.isKnownTo(bootLoader)) {
        requireHolds(transition, bootLoader, SelectedStates.Kind.ALL);
      }
    }
  }

  private static void requireHolds(
      Transition transition, BootLoaderKind bootLoader, SelectedStates.Kind kind)
      throws InterruptedException {
    List<StateVerdict> verdicts = sweep(transition, bootLoader, kind, Mutants.NONE);
    assertThat(verdicts)
        .allSatisfy(
            each -> assertThat(each.verdict()).as("%s", each).isInstanceOf(Verdict.Holds.class));
    assertThat(CrashSweep.obstacle(verdicts)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "ROLLBACK, DEFAULT_SUBVOLUME, NO_COMMIT_AFTER_SET_DEFAULT, P2",
    "BLESS, GRUB_BTRFS, ROOT_UUID_WRONG, P10"
  })
  void a_faulty_engine_is_caught_by_another_transition_than_an_update(
      Transition transition, BootLoaderKind bootLoader, Mutant mutant, Property property)
      throws InterruptedException {
    assertThat(
            violated(sweep(transition, bootLoader, SelectedStates.Kind.FLUSH, Mutants.of(mutant))))
        .contains(property);
  }

  @Tag("exhaustive")
  @ParameterizedTest
  @CsvSource({
    "ROLLBACK, GRUB_BTRFS, NO_COMMIT_AFTER_SWITCH, P2",
    "SWITCH, GRUB_BTRFS, TRIAL_NEVER_COUNTED, P11"
  })
  void so_are_others(
      Transition transition, BootLoaderKind bootLoader, Mutant mutant, Property property)
      throws InterruptedException {
    a_faulty_engine_is_caught_by_another_transition_than_an_update(
        transition, bootLoader, mutant, property);
  }

  private static Set<Property> violated(List<StateVerdict> verdicts) {
    return verdicts.stream()
        .map(StateVerdict::verdict)
        .filter(Verdict.Violated.class::isInstance)
        .flatMap(verdict -> ((Verdict.Violated) verdict).violations().stream())
        .map(Violation::property)
        .collect(Collectors.toSet());
  }

  private static List<StateVerdict> sweep(
      Transition transition, BootLoaderKind bootLoader, SelectedStates.Kind kind, Mutants mutants)
      throws InterruptedException {
    return new TinySweep(transition, bootLoader, kind, mutants).of(oldImage, newImage);
  }
}
