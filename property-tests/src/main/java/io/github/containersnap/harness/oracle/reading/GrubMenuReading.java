package io.github.containersnap.harness.oracle.reading;

import io.github.containersnap.harness.view.BootPlan;
import io.github.containersnap.loopback.disk.LoopDevice;
import java.nio.file.Path;
import java.util.Optional;
import java.util.UUID;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * GRUB's menu on the system's btrfs.
 *
 * @param filesystem the UUID of that
 */
public record GrubMenuReading(UUID filesystem) implements MenuReading {
  @Override
  public Optional<String> atLastCommit(LoopDevice loop) {
    return new BootLoaderView(loop.device()).menu();
  }

  @Override
  public Optional<String> mounted(Path top) {
    return KernelView.menu(top);
  }

  @Override
  public BootPlan plan(Optional<String> read) {
    return MenuPlan.of(read, filesystem);
  }

  @Override
  public Optional<String> fallback(Path top, BootPlan plan) {
    return plan.fallback()
        .map(entry -> entry.subvolume().substring(entry.subvolume().lastIndexOf('/') + 1));
  }

  @Override
  public Optional<String> standing(Path top, String deployment) {
    Pattern entry =
        Pattern.compile(
            "menuentry '[^']*' --id %s \\{\\R(?:  #.*\\R)*?  # standing (.*)"
                .formatted(Pattern.quote(deployment)));
    return mounted(top)
        .flatMap(text -> entry.matcher(text).results().map(MatchResult::group).findFirst())
        .map(found -> found.substring(found.lastIndexOf("# standing ") + "# standing ".length()));
  }
}
