package io.github.containersnap.harness.experiment;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.harness.experiment.TinyImages.TinyImage;
import io.github.containersnap.harness.experiment.UpdateExperiment.Candidate;
import io.github.containersnap.harness.mutant.Mutant;
import io.github.containersnap.harness.mutant.Mutants;
import io.github.containersnap.harness.property.Property;
import io.github.containersnap.harness.property.Verdict;
import io.github.containersnap.harness.property.Violation;
import io.github.containersnap.harness.sweep.CrashSweep;
import io.github.containersnap.harness.sweep.SelectedStates;
import io.github.containersnap.harness.sweep.StateVerdict;
import io.github.containersnap.harness.updater.CommandLineUpdater;
import io.github.containersnap.harness.updater.Updater;
import io.github.containersnap.loopback.crash.AtomicUnit;
import io.github.containersnap.loopback.crash.CrashStates;
import io.github.containersnap.loopback.disk.ScratchSpace;
import io.github.containersnap.loopback.disk.Workspace;
import io.github.containersnap.oci.OciLayout;
import io.github.containersnap.oci.layer.SmallFileContents;
import java.io.IOException;
import java.nio.file.Path;
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
  private static final long DISK_BYTES = 1L << 30;
  private static final long SCRATCH_BYTES = 8L << 30;
  private static final int JOBS = 2;
  private static final CrashStates.Choice SOME =
      new CrashStates.Choice(4, 1, AtomicUnit.USUAL_BYTES);

  private static Workspace workspace;
  private static Candidate oldImage;
  private static Candidate newImage;

  @BeforeAll
  static void makeTheImages() throws IOException {
    workspace = Workspace.open(parent());
    TinyImages images = new TinyImages(workspace.file("images"));
    oldImage = candidate(images.version(1, TransitionSweepTest::usualFiles));
    newImage =
        candidate(
            images.version(
                2,
                root -> {
                  usualFiles(root);
                  TinyImages.kernel(root, "6.2.0");
                  TinyImages.write(root, "usr/lib/modules/.wh.6.1.0", "");
                  TinyImages.write(root, "boot/grub2/grub.cfg", configuration("6.2.0"));
                  TinyImages.write(root, "etc/motd", "welcome to 2\n");
                  TinyImages.write(root, "etc/group", "root:x:0:\nservice:x:900:\n");
                  TinyImages.write(
                      root,
                      "usr/lib/systemd/system/container-snap-bless.service",
                      "[Service]\nExecStart=container-snap bless\n");
                }));
  }

  private static Path parent() {
    return Path.of(System.getProperty("java.io.tmpdir"), "container-snap-tests");
  }

  private static void usualFiles(Path root) throws IOException {
    TinyImages.write(root, "etc/passwd", "root:x:0:0:root:/root:/bin/sh\n");
    TinyImages.write(root, "etc/group", "root:x:0:\n");
    TinyImages.write(root, "etc/shadow", "root:*:20000:0:99999:7:::\n");
    TinyImages.write(root, "root/.profile", "# of the image\n");
    TinyImages.write(root, "home/.keep", "");
    TinyImages.write(root, "boot/grub2/grub.cfg", configuration("6.1.0"));
  }

  /** For a boot loader that follows the default subvolume. */
  private static String configuration(String kernel) {
    return """
    set default=0
    set timeout=3
    menuentry 'Tiny' --id tiny {
      linux /usr/lib/modules/%1$s/vmlinuz root=LABEL=SYSTEM rw
      initrd /usr/lib/modules/%1$s/initramfs.img
    }
    """
        .formatted(kernel);
  }

  private static Candidate candidate(TinyImage image) throws IOException {
    var opened = OciLayout.open(image.layout()).image("1");
    SmallFileContents contents = SmallFileContents.of(LivedInMachine.isText());
    return new Candidate(image.reference(), opened.imageId(), opened.tree(contents), contents);
  }

  @AfterAll
  static void removeAll() {
    workspace.close();
  }

  /** Two of different kinds; all are swept below, and more by the gate's own tests. */
  @ParameterizedTest
  @EnumSource(
      value = Transition.class,
      names = {"ROLLBACK", "FINALIZE"})
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
    try (Workspace own = Workspace.open(parent());
        ScratchSpace scratch = ScratchSpace.create(own, SCRATCH_BYTES)) {
      Path runtime = own.file("runtime");
      Updater updater = new CommandLineUpdater(runtime, mutants);
      Recording recording =
          new TransitionExperiment(
                  transition,
                  bootLoader,
                  own,
                  scratch,
                  updater,
                  new CommandLineUpdater(runtime, Mutants.NONE),
                  _ -> {})
              .record(oldImage, newImage, DISK_BYTES);
      return new CrashSweep(recording, updater, own, scratch, CrashSweep.Depth.EACH_CLASS)
          .check(SelectedStates.of(recording, kind, SOME).chosen(), JOBS, _ -> {});
    }
  }
}
