package io.github.containersnap.mutants;

import io.github.containersnap.engine.BootEntry;
import io.github.containersnap.engine.BootFiles;
import io.github.containersnap.engine.BootMenu;
import io.github.containersnap.engine.DeploymentLayout;
import io.github.containersnap.engine.Machine;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Function;

/** The default's entry starts kernel and initrd of the fallback, with the root of the default. */
final class KernelOfTheFallback extends MenuPlacement {
  private Optional<BootMenu> wanted = Optional.empty();

  KernelOfTheFallback(Machine machine) {
    super(machine);
  }

  @Override
  public void replaceMenu(BootMenu menu) {
    wanted = Optional.of(menu);
    super.replaceMenu(menu);
  }

  @Override
  void put(String text, Path inForce) {
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
