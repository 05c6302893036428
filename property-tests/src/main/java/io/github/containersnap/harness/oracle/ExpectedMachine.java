package io.github.containersnap.harness.oracle;

import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.harness.experiment.BootLoaderKind;
import io.github.containersnap.harness.experiment.ImageOrigin;
import io.github.containersnap.harness.experiment.MachineOnPaper;
import io.github.containersnap.harness.experiment.MachineOnPaper.Entry;
import io.github.containersnap.harness.experiment.MachineOnPaper.Grade;
import io.github.containersnap.harness.property.Expected;
import io.github.containersnap.harness.property.ExpectedBoot;
import io.github.containersnap.harness.view.Access;
import io.github.containersnap.harness.view.FstabMounts;
import io.github.containersnap.harness.view.ManifestTree;
import io.github.containersnap.harness.view.Origin;
import io.github.containersnap.harness.view.Tree;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What must be so of a machine, from the paper that describes it (DESIGN §4, §5).
 *
 * @param bootLoader how it boots
 * @param filesystem the UUID of its btrfs
 */
record ExpectedMachine(BootLoaderKind bootLoader, UUID filesystem) {
  private static final String VAR = "/var";

  /**
   * The machine.
   *
   * @param paper describes it; something boots on it
   * @param reported whether a command has reported that it is so
   */
  Expected of(MachineOnPaper paper, boolean reported) {
    Map<String, Expected.Deployment> deployments = new HashMap<>();
    Set<String> required = new TreeSet<>();
    paper
        .deployments()
        .forEach(
            (id, deployment) -> {
              deployments.put(id.toString(), deployment(id, deployment));
              if (!deployment.needless()) {
                required.add(id.toString());
              }
            });
    Map<String, Tree> data = new HashMap<>();
    paper.data().forEach((name, tree) -> data.put(name, new ManifestTree(name.substring(1), tree)));
    MachineOnPaper.Menu menu = paper.menu().orElseThrow();
    return new Expected(
        deployments,
        required,
        menu.first().id().toString(),
        isGrub() ? menu.fallback().map(entry -> entry.id().toString()) : Optional.empty(),
        boot(paper, menu),
        Optional.empty(),
        paper.pins().stream().map(DeploymentId::toString).collect(Collectors.toSet()),
        data,
        reported);
  }

  private boolean isGrub() {
    return bootLoader == BootLoaderKind.GRUB_BTRFS;
  }

  private static Expected.Deployment deployment(
      DeploymentId id, MachineOnPaper.Deployment deployment) {
    ImageOrigin origin = deployment.origin();
    return new Expected.Deployment(
        id.shortForm(),
        DeploymentLayout.fromTopLevel(id),
        new ManifestTree("", deployment.tree().sealed()),
        new ManifestTree("etc", deployment.tree().etc()),
        deployment.readOnly() ? Access.READ_ONLY : Access.WRITABLE,
        new Origin(origin.imageId(), Optional.of(origin.reference())));
  }

  private ExpectedBoot boot(MachineOnPaper paper, MachineOnPaper.Menu menu) {
    Map<String, ExpectedBoot.Told> entries = new HashMap<>();
    menu.entries()
        .forEach(
            entry -> entries.put(DeploymentLayout.fromTopLevel(entry.id()), told(paper, entry)));
    return new ExpectedBoot(filesystem.toString(), entries, roots(menu));
  }

  private static List<String> roots(MachineOnPaper.Menu menu) {
    String first = DeploymentLayout.fromTopLevel(menu.first().id());
    return menu.fallback()
        .filter(_ -> menu.first().grade() == Grade.ON_TRIAL)
        .map(it -> ExpectedBoot.rootsOfATrial(first, DeploymentLayout.fromTopLevel(it.id())))
        .orElse(List.of(first));
  }

  /**
   * What the deployment's own fstab mounts, systemd must not be told again. Where the boot loader
   * has a configuration of the image's, that alone says what the kernel is told.
   */
  private ExpectedBoot.Told told(MachineOnPaper paper, Entry entry) {
    return isGrub()
        ? new ExpectedBoot.Told(
            entry.arguments(),
            FstabMounts.mounts(paper.deployment(entry.id()).fstab(), VAR) ? Set.of() : Set.of(VAR))
        : new ExpectedBoot.Told(Set.of(), Set.of());
  }
}
