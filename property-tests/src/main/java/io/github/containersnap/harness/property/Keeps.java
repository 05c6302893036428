package io.github.containersnap.harness.property;

import io.github.containersnap.harness.view.BootPlan;
import io.github.containersnap.harness.view.NextBoot;
import io.github.containersnap.harness.view.SystemView;
import io.github.containersnap.harness.view.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;

/** P4: the fallback and other required deployments, each /etc, shared data and pins are kept. */
public final class Keeps implements Judgement {
  @Override
  public List<Violation> judge(SystemView view, Expected expected) {
    if (view.obstacle().isPresent()) {
      return List.of();
    }
    List<String> faults = new ArrayList<>();
    view.deployments().known().ifPresent(there -> ofDeployments(view, expected, there, faults));
    ofFallback(view, expected).ifPresent(faults::add);
    expected
        .data()
        .forEach(
            (subvolume, tree) ->
                view.data(subvolume)
                    .known()
                    .flatMap(found -> lost(found, tree))
                    .ifPresent(
                        what ->
                            faults.add(
                                "/%s was not kept: %s".formatted(subvolume.substring(1), what))));
    view.pins()
        .known()
        .filter(found -> !found.equals(expected.pins()))
        .ifPresent(
            found ->
                faults.add(
                    "pinned are %s, not %s".formatted(found, new TreeSet<>(expected.pins()))));
    return faults.stream().map(text -> new Violation(Property.P4, text)).toList();
  }

  private static Optional<String> lost(Optional<Tree> found, Tree expected) {
    return found.map(tree -> tree.differenceFrom(expected)).orElse(Optional.of("it is missing"));
  }

  private static void ofDeployments(
      SystemView view, Expected expected, SortedSet<String> there, List<String> faults) {
    for (String id : new TreeSet<>(expected.required())) {
      boolean boots = id.equals(expected.defaultId()); // Atomic says so
      if (!boots && !there.contains(id)) {
        faults.add("%s is missing".formatted(inWords(id, expected)));
      }
    }
    for (String id : there) {
      expected.deployment(id).ifPresent(it -> ofDeployment(view, id, it, expected, faults));
    }
  }

  private static void ofDeployment(
      SystemView view,
      String id,
      Expected.Deployment deployment,
      Expected expected,
      List<String> faults) {
    if (!id.equals(expected.defaultId())) { // Atomic judges what boots
      for (String fault : WholeDeployment.faults(view, id, deployment)) {
        faults.add("%s is damaged: %s".formatted(inWords(id, expected), fault));
      }
    }
    view.etc(id)
        .known()
        .flatMap(etc -> etc.differenceFrom(deployment.etc()))
        .ifPresent(
            what ->
                faults.add(
                    "the /etc of %s was not kept: %s".formatted(inWords(id, expected), what)));
  }

  private static Optional<String> ofFallback(SystemView view, Expected expected) {
    Optional<String> wanted =
        expected.fallbackId().flatMap(expected::deployment).map(Expected.Deployment::subvolume);
    Optional<BootPlan> plan = NextBoot.of(view).known();
    Optional<String> found = plan.flatMap(BootPlan::fallback).map(BootPlan.Entry::subvolume);
    return wanted.isEmpty() || plan.isEmpty() || wanted.equals(found)
        ? Optional.empty()
        : Optional.of(
            "%s falls back to %s, not to %s"
                .formatted(
                    expected.nameOf(expected.defaultId()),
                    found.map(expected::nameAt).orElse("nothing"),
                    expected.nameAt(wanted.get())));
  }

  private static String inWords(String id, Expected expected) {
    String name = expected.nameOf(id);
    return expected.fallbackId().filter(id::equals).isPresent()
        ? "the fallback (%s)".formatted(name)
        : name;
  }
}
