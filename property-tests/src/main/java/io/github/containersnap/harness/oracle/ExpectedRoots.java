package io.github.containersnap.harness.oracle;

import io.github.containersnap.harness.experiment.RootExpectations;
import io.github.containersnap.harness.oracle.reading.RootView;
import io.github.containersnap.harness.property.Expected;
import io.github.containersnap.harness.property.ExpectedBoot;
import io.github.containersnap.harness.property.Side;
import io.github.containersnap.harness.view.Access;
import io.github.containersnap.harness.view.ManifestTree;
import io.github.containersnap.harness.view.Origin;
import io.github.containersnap.harness.view.Tree;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What must be so of a machine that another updater updates: an undisturbed run of that updater
 * says what its two systems hold, and nothing but the root that boots is asked about.
 */
record ExpectedRoots(RootExpectations expectations) {
  /** In place of the path of a root that does not boot. */
  private static final String ELSEWHERE = "(another root)";

  /** A machine that boots the system of one side. */
  Expected booting(String root, Side side) {
    return expected(Map.of(root, deployment(root, side)), root, false);
  }

  /** A machine on which the update has reported success, and that boots the system of one side. */
  Expected reported(String root, Side side) {
    return side == Side.NEW
        ? expected(Map.of(root, deployment(root, side)), root, true)
        : expected(
            Map.of(root, deployment(root, side), ELSEWHERE, deployment(ELSEWHERE, Side.NEW)),
            ELSEWHERE,
            true);
  }

  /** The side that a root is, or whose root it differs from in fewer places. */
  Side nearest(Tree root) {
    return root instanceof ManifestTree(String _, var found)
            && found.differencesFrom(expectations.newTree()).size()
                < found.differencesFrom(expectations.oldTree()).size()
        ? Side.NEW
        : Side.OLD;
  }

  private Expected expected(
      Map<String, Expected.Deployment> roots, String byDefault, boolean reported) {
    return new Expected(
        roots,
        Set.of(byDefault),
        byDefault,
        Optional.empty(),
        new ExpectedBoot(RootView.FILESYSTEM, Map.of(), List.of()),
        Optional.empty(),
        Set.of(),
        Map.of(RootView.VAR, new ManifestTree("var/experiment", expectations.var())),
        reported);
  }

  private Expected.Deployment deployment(String root, Side side) {
    return new Expected.Deployment(
        "the %s system".formatted(side),
        root,
        new ManifestTree("", expectations.tree(side)),
        new ManifestTree("etc", expectations.tree(side).subtree("etc")),
        Access.WRITABLE,
        new Origin("", Optional.empty()));
  }
}
