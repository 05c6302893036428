package io.github.containersnap.harness.property;

import io.github.containersnap.harness.view.BootFile;
import io.github.containersnap.harness.view.BootPlan;
import io.github.containersnap.harness.view.NextBoot;
import io.github.containersnap.harness.view.SystemView;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * P1: each entry that may start takes kernel, initrd and root from one deployment, and what boots
 * next is whole. What is wrong with other deployments breaks P4 ({@link Keeps}).
 */
public final class Atomic implements Judgement {
  @Override
  public List<Violation> judge(SystemView view, Expected expected) {
    Set<String> faults = new LinkedHashSet<>();
    view.obstacle().ifPresent(why -> faults.add("the filesystem cannot be mounted: " + why));
    NextBoot.of(view).known().ifPresent(plan -> faults.addAll(ofPlan(plan, view, expected)));
    if (!expected.reported()) { // once it was, a menu that says something else breaks P2
      expected.otherMenu(view).ifPresent(faults::add);
    }
    if (view.obstacle().isEmpty()) {
      faults.addAll(ofDefault(view, expected));
      view.damage()
          .known()
          .flatMap(damage -> damage)
          .ifPresent(what -> faults.add("btrfs check finds the filesystem damaged: " + what));
    }
    return faults.stream().map(text -> new Violation(Property.P1, text)).toList();
  }

  private static List<String> ofPlan(BootPlan plan, SystemView view, Expected expected) {
    if (plan.at(1) instanceof BootPlan.Stuck(String why)) {
      return List.of("the boot loader finds nothing to start: " + why);
    }
    List<String> faults = new ArrayList<>();
    for (BootPlan.Start start : plan.all()) {
      switch (start) {
        case BootPlan.Stuck(String why) -> faults.add("nothing boots: " + why);
        case BootPlan.Entry entry -> faults.addAll(ofEntry(entry, view, expected));
      }
    }
    // Once it was reported, that another system boots breaks P2 (Durable).
    if (!expected.reported() && plan.at(1) instanceof BootPlan.Entry first) {
      expected
          .at(first.subvolume())
          .filter(found -> !Optional.of(found).equals(expected.deployment(expected.defaultId())))
          .ifPresent(
              found ->
                  faults.add(
                      "the boot loader would start %s, not %s"
                          .formatted(found.name(), expected.nameOf(expected.defaultId()))));
    }
    return faults;
  }

  private static List<String> ofEntry(BootPlan.Entry entry, SystemView view, Expected expected) {
    List<String> faults = new ArrayList<>();
    String root = entry.subvolume();
    Optional<Expected.Deployment> deployment = expected.at(root);
    if (deployment.isEmpty()) {
      faults.add(
          "the boot loader would start /%s, which is none of: %s".formatted(root, names(expected)));
    }
    if (deployment.isPresent() && !expected.deployment(entry.entry()).equals(deployment)) {
      faults.add(
          "the entry '%s' of the boot menu would start %s"
              .formatted(entry.entry(), deployment.get().name()));
    }
    faults.addAll(ofFile("kernel", entry.kernel(), root, deployment, view));
    faults.addAll(ofFile("initrd", entry.initrd(), root, deployment, view));
    return faults;
  }

  private static String names(Expected expected) {
    return expected.deployments().values().stream()
        .map(Expected.Deployment::name)
        .collect(Collectors.toCollection(TreeSet::new))
        .stream()
        .collect(Collectors.joining(", "));
  }

  private static List<String> ofFile(
      String what,
      String path,
      String root,
      Optional<Expected.Deployment> deployment,
      SystemView view) {
    if (path.isEmpty()) {
      return List.of("the boot loader would start /%s without its %s".formatted(root, what));
    }
    if (!path.startsWith(root + "/")) {
      return List.of(
          "the boot loader would start the %s /%s with the root /%s".formatted(what, path, root));
    }
    if (deployment.isEmpty()) {
      return List.of();
    }
    String inTree = path.substring(root.length() + 1);
    Optional<String> wrong =
        view.bootFile(path)
            .known()
            .flatMap(
                file ->
                    switch (file) {
                      case BootFile.Unreadable(String failed) -> Optional.of("it cannot " + failed);
                      case BootFile.Content(String sha256) ->
                          deployment.get().sealed().sha256(inTree).equals(Optional.of(sha256))
                              ? Optional.empty()
                              : Optional.of("is not the image's");
                    });
    return wrong
        .map(
            it ->
                "the boot loader would start %s, whose %s /%s %s"
                    .formatted(deployment.get().name(), what, inTree, it))
        .stream()
        .toList();
  }

  private static List<String> ofDefault(SystemView view, Expected expected) {
    String id = expected.defaultId();
    Optional<Expected.Deployment> wanted = expected.deployment(id);
    if (wanted.isEmpty() || view.deployments().known().isEmpty()) {
      return List.of();
    }
    String name = wanted.get().name();
    if (!view.deployments().known().get().contains(id)) {
      return expected.required().contains(id)
          ? List.of("the machine boots %s, in which the root is missing".formatted(name))
          : List.of();
    }
    return WholeDeployment.faults(view, id, wanted.get()).stream()
        .map(fault -> "the machine boots %s, in which %s".formatted(name, fault))
        .toList();
  }
}
