package io.github.containersnap.properties;

import java.util.List;

/** P2: once success was reported, the next boot starts the expected default. */
public final class Durable implements Judgement {
  @Override
  public List<Violation> judge(SystemView view, Expected expected) {
    Expected.Deployment wanted = expected.deployments().get(expected.defaultId());
    if (!expected.reported() || wanted == null) {
      return List.of();
    }
    return switch (view.boot(Reader.BOOT_LOADER).at(1)) {
      case BootPlan.Entry entry when entry.subvolume().equals(wanted.subvolume()) -> List.of();
      case BootPlan.Entry entry ->
          List.of(
              new Violation(
                  Property.P2,
                  "success was reported, and /%s boots, not /%s"
                      .formatted(entry.subvolume(), wanted.subvolume())));
      case BootPlan.Stuck stuck ->
          List.of(
              new Violation(
                  Property.P2, "success was reported, and nothing boots: " + stuck.why()));
    };
  }
}
