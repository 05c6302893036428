package io.github.containersnap.engine;

import io.github.containersnap.engine.deployment.Machine;
import io.github.containersnap.engine.deployment.SourceSetting;
import io.github.containersnap.engine.deployment.SpareRoom;
import io.github.containersnap.engine.model.ImageReference;
import java.util.Optional;

/** Sets where updates of a machine come from. */
public final class SourceChange {
  private final Machine machine;
  private final SourceSetting setting;

  /** Of {@code machine}. */
  public SourceChange(Machine machine) {
    this.machine = machine;
    this.setting = new SourceSetting(machine.ports().files(), machine.layout());
  }

  /**
   * Makes updates without a reference go to {@code reference}; returns when that is durable.
   * Nothing is fetched. A crash leaves the setting of before or this one; a failure the one of
   * before.
   */
  public void to(ImageReference reference) {
    new Transaction(machine).run(() -> change(Optional.of(reference)));
  }

  /**
   * Removes the setting, so that updates follow the image that boots next; returns when that is
   * durable. That there is none is no error.
   */
  public void reset() {
    new Transaction(machine).run(() -> change(Optional.empty()));
  }

  private void change(Optional<ImageReference> wanted) {
    Optional<String> before = setting.text();
    new SpareRoom(machine).useIfTight();
    new SmallChange(
            machine,
            () -> setting.replace(wanted.map(SourceSetting::textOf)),
            () -> setting.replace(before))
        .makeDurable();
  }
}
