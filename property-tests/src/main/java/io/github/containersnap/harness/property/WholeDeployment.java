package io.github.containersnap.harness.property;

import io.github.containersnap.harness.view.Access;
import io.github.containersnap.harness.view.Origin;
import io.github.containersnap.harness.view.SystemView;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Whether a deployment is what its image and the harness made it, its /etc left aside. */
final class WholeDeployment {
  private WholeDeployment() {}

  /** What is wrong with a deployment that is there, each as a sentence part. */
  static List<String> faults(SystemView view, String id, Expected.Deployment expected) {
    List<String> faults = new ArrayList<>();
    view.sealed(id)
        .known()
        .flatMap(tree -> tree.differenceFrom(expected.sealed()))
        .ifPresent(faults::add);
    access(view, expected.subvolume(), expected.root())
        .ifPresent(found -> faults.add("the root is " + found));
    access(view, expected.subvolume() + "/etc", Access.WRITABLE)
        .ifPresent(found -> faults.add("/etc is " + found));
    view.origin(id)
        .known()
        .filter(found -> !isOf(found, expected.origin()))
        .ifPresent(_ -> faults.add("the record names another image or reference"));
    return faults;
  }

  private static Optional<String> access(SystemView view, String path, Access expected) {
    return view.access(path).known().filter(it -> it != expected).map(Access::inWords);
  }

  private static boolean isOf(Optional<Origin> found, Origin expected) {
    return found
        .filter(it -> it.imageId().equals(expected.imageId()))
        .filter(
            it ->
                expected.reference().isEmpty()
                    || it.reference().isEmpty()
                    || expected.reference().equals(it.reference()))
        .isPresent();
  }
}
