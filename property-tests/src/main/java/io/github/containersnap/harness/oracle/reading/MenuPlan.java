package io.github.containersnap.harness.oracle.reading;

import io.github.containersnap.harness.grub.GrubMachine;
import io.github.containersnap.harness.view.BootPlan;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.UUID;

/**
 * The text of a boot menu, executed as GRUB does, on a machine on which nothing has been counted
 * yet. Whether the files that it names can be read is asked of GRUB's own driver ({@link
 * BootLoaderView}): here they can, or a broken default would pass for a sound fallback.
 */
public record MenuPlan(Optional<String> text, String uuid) implements GrubMachine.SystemFilesystem {
  /**
   * What a menu does.
   *
   * @param text empty if there is no menu
   * @param filesystem the UUID of the filesystem that it lies on
   */
  static BootPlan of(Optional<String> text, UUID filesystem) {
    return new GrubMachine(
            new MenuPlan(text, filesystem.toString()), GrubMachine.emptyEnvironment())
        .plan();
  }

  /** The root that the next boot has, if anything boots. */
  public static Optional<String> firstRoot(Optional<String> text, UUID filesystem) {
    return of(text, filesystem).at(1) instanceof BootPlan.Entry entry
        ? Optional.of(entry.subvolume())
        : Optional.empty();
  }

  @Override
  public Optional<byte[]> read(String path) {
    return text.filter(_ -> path.equals(GrubMachine.MENU))
        .map(it -> it.getBytes(StandardCharsets.UTF_8));
  }

  @Override
  public boolean isKernel(String path) {
    return true;
  }

  @Override
  public boolean exists(String path) {
    return true;
  }
}
