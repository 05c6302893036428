package io.github.containersnap.harness.mutant.port;

import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.port.SystemFiles;
import io.github.containersnap.harness.mutant.decorator.BtrfsDecorator;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A new deployment has its kernel, and not the modules that belong to it. */
public final class ModulesLeftBehind extends BtrfsDecorator {
  private static final Path MODULES = Path.of("usr/lib/modules");

  private final SystemFiles files;

  /** The port of {@code machine} with this fault. */
  public ModulesLeftBehind(Machine machine) {
    super(machine.ports().btrfs());
    this.files = machine.ports().files();
  }

  /** At the last moment at which it can be written to. */
  @Override
  public void setReadOnly(Path subvolume, boolean readOnly) {
    Path modules = subvolume.resolve(MODULES);
    if (readOnly && files.isDirectory(modules)) {
      for (String version : files.names(modules)) {
        Stream.of("kernel", "modules.dep")
            .map(modules.resolve(version)::resolve)
            .filter(files::exists)
            .forEach(files::deleteTree);
      }
    }
    super.setReadOnly(subvolume, readOnly);
  }
}
