package io.github.containersnap.harness.property;

import io.github.containersnap.harness.view.BootPlan;
import io.github.containersnap.harness.view.NextBoot;
import io.github.containersnap.harness.view.SystemView;
import java.util.List;

/**
 * P11: boots in a row that nothing blesses start the default as often as a trial allows, and then
 * the fallback. A plan that begins with another system is judged by its first start alone.
 */
public final class FallsBack implements Judgement {
  @Override
  public List<Violation> judge(SystemView view, Expected expected) {
    return NextBoot.of(view).known().map(plan -> ofPlan(plan, expected)).orElse(List.of());
  }

  private static List<Violation> ofPlan(BootPlan plan, Expected expected) {
    List<String> roots = expected.boot().roots();
    if (roots.isEmpty() || !root(plan.at(1)).equals(roots.getFirst())) {
      return List.of();
    }
    int boots = Math.max(roots.size(), plan.starts().size());
    for (int boot = 2; boot <= boots; boot++) {
      String wanted = roots.get(Math.min(boot, roots.size()) - 1);
      if (!root(plan.at(boot)).equals(wanted)) {
        return List.of(
            new Violation(
                Property.P11,
                "after %d unblessed boots in a row %s starts, not %s"
                    .formatted(boot - 1, expected.nameOf(plan.at(boot)), expected.nameAt(wanted))));
      }
    }
    return List.of();
  }

  private static String root(BootPlan.Start start) {
    return start instanceof BootPlan.Entry entry ? entry.subvolume() : "";
  }
}
