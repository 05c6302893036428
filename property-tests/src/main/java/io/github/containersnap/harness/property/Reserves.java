package io.github.containersnap.harness.property;

import io.github.containersnap.harness.view.SystemView;
import java.util.List;

/**
 * P7: after a recovery on a disk with room, space is reserved for what must work on a full one.
 * That the machine survives a full disk, {@link Withstands} says.
 */
public final class Reserves implements Judgement {
  @Override
  public List<Violation> judge(SystemView view, Expected expected) {
    return view.reserve().known().filter(reserved -> !reserved).stream()
        .map(_ -> new Violation(Property.P7, "no space is reserved for a full disk"))
        .toList();
  }
}
