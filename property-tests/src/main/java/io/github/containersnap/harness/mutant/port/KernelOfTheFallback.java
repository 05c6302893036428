package io.github.containersnap.harness.mutant.port;

import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.BootEntry;
import io.github.containersnap.engine.model.BootFiles;
import io.github.containersnap.engine.model.BootMenu;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.harness.mutant.decorator.MenuPlacement;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/** The default's entry starts kernel and initrd of the fallback, with the root of the default. */
public final class KernelOfTheFallback extends MenuPlacement {
  private Optional<BootMenu> wanted = Optional.empty();

  /** The port of {@code machine} with this fault. */
  public KernelOfTheFallback(Machine machine) {
    super(machine);
  }

  @Override
  public void replaceMenu(BootMenu menu) {
    wanted = Optional.of(menu);
    super.replaceMenu(menu);
  }

  @Override
  public void put(String text, Path inForce) {
    putWhole(wanted.map(menu -> mixed(text, menu)).orElse(text), inForce);
  }

  private static String mixed(String text, BootMenu menu) {
    return menu.fallback()
        .map(
            fallback ->
                text.replace(
                        "linux " + path(menu.byDefault(), BootFiles::kernel),
                        "linux " + path(fallback, BootFiles::kernel))
                    .replace(
                        "initrd " + path(menu.byDefault(), BootFiles::initrd),
                        "initrd " + path(fallback, BootFiles::initrd)))
        .orElse(text);
  }

  private static String path(BootEntry entry, Function<BootFiles, String> file) {
    return "/"
        + DeploymentLayout.fromTopLevel(entry.deployment())
        + "/"
        + file.apply(entry.files());
  }
}
