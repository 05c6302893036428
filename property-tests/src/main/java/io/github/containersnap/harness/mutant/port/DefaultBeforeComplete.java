package io.github.containersnap.harness.mutant.port;

import io.github.containersnap.engine.bootable.BootableCheck;
import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.model.BootEntry;
import io.github.containersnap.engine.model.BootMenu;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.TrialState;
import io.github.containersnap.harness.mutant.decorator.BtrfsDecorator;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A btrfs that, as soon as a draft exists, makes its future name the default. */
public final class DefaultBeforeComplete extends BtrfsDecorator {
  /** Other drafts, such as the frozen /etc, are no deployments'. */
  private static final Pattern DRAFT = Pattern.compile("\\.draft-([0-9a-f]{64}(?:-work\\d+)?)");

  private final Machine machine;

  /** The port of {@code machine} with this fault. */
  public DefaultBeforeComplete(Machine machine) {
    super(machine.ports().btrfs());
    this.machine = machine;
  }

  @Override
  public void snapshot(Path source, Path target) {
    super.snapshot(source, target);
    Matcher draft = DRAFT.matcher(target.getFileName().toString());
    Optional<BootMenu> menu = machine.ports().bootloader().menu();
    if (draft.matches() && menu.isPresent()) {
      DeploymentId id = DeploymentId.parse(draft.group(1));
      BootEntry entry =
          new BootEntry(
              id,
              BootableCheck.require(id.image(), machine.ports().files().scan(source)),
              List.of(),
              "unfinished",
              new TrialState.Untried());
      machine
          .ports()
          .bootloader()
          .replaceMenu(new BootMenu(entry, Optional.of(menu.get().byDefault())));
    }
  }
}
