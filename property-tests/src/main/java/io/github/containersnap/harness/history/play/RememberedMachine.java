package io.github.containersnap.harness.history.play;

import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.harness.history.ReferenceModel.Deployed;
import io.github.containersnap.harness.history.ReferenceModel.Grade;
import io.github.containersnap.harness.history.ReferenceModel.Known;
import io.github.containersnap.harness.history.ReferenceModel.Menu;
import io.github.containersnap.harness.property.Expected;
import io.github.containersnap.harness.property.ExpectedBoot;
import io.github.containersnap.harness.view.Access;
import io.github.containersnap.harness.view.FstabMounts;
import io.github.containersnap.harness.view.Origin;
import io.github.containersnap.harness.world.EtcFile;
import io.github.containersnap.harness.world.HistoryImage;
import io.github.containersnap.harness.world.TextFiles;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What must be so of a machine, from what a history knows of it. */
final class RememberedMachine {
  /** The only shared subvolume that histories write to. */
  static final String VAR = "@var";

  private static final String NOTHING = "";

  private RememberedMachine() {}

  /**
   * A machine at rest.
   *
   * @param must what is known of it
   * @param kept of its deployments, those that must be there; the others may be
   * @param reported whether a command said that it is so
   * @param filesystem the UUID of its btrfs
   */
  static Expected atRest(Known must, Set<DeploymentId> kept, boolean reported, String filesystem) {
    Map<String, Expected.Deployment> deployments = new HashMap<>();
    Map<String, ExpectedBoot.Told> entries = new HashMap<>();
    must.deployments()
        .forEach(
            (id, deployed) -> {
              deployments.put(id.toString(), deployment(id, deployed));
              entries.put(
                  DeploymentLayout.fromTopLevel(id), told(deployed.etc(), arguments(must, id)));
            });
    return new Expected(
        deployments,
        names(kept),
        must.byDefault().map(DeploymentId::toString).orElse(NOTHING),
        must.menu().flatMap(Menu::fallback).map(DeploymentId::toString),
        new ExpectedBoot(
            filesystem, entries, must.menu().map(RememberedMachine::roots).orElse(List.of())),
        Optional.of(Observer.inWords(must.menu())),
        names(must.pins()),
        Map.of(VAR, TextFiles.ofTexts(must.data())),
        reported);
  }

  /**
   * A machine of which it is not known which deployment boots, but that it is one of those that are
   * there.
   *
   * @param there the deployments that are there
   * @param boots the one that boots first, if one does
   */
  static Expected whateverBoots(
      Set<DeploymentId> there, Optional<String> boots, String filesystem) {
    Map<String, Expected.Deployment> deployments = new HashMap<>();
    Map<String, ExpectedBoot.Told> entries = new HashMap<>();
    for (DeploymentId id : there) {
      Map<String, EtcFile> etc = HistoryImage.of(id.image()).etc();
      deployments.put(
          id.toString(),
          deployment(id, new Deployed(true, false, Instant.EPOCH, etc, Optional.empty())));
      entries.put(DeploymentLayout.fromTopLevel(id), told(etc, List.of()));
    }
    return new Expected(
        deployments,
        Set.of(),
        boots.orElse(NOTHING),
        Optional.empty(),
        new ExpectedBoot(filesystem, entries, List.of()),
        Optional.empty(),
        Set.of(),
        Map.of(),
        false);
  }

  private static List<String> roots(Menu menu) {
    String root = DeploymentLayout.fromTopLevel(menu.byDefault());
    return menu.grade() == Grade.ON_TRIAL && menu.fallback().isPresent()
        ? ExpectedBoot.rootsOfATrial(root, DeploymentLayout.fromTopLevel(menu.fallback().get()))
        : List.of(root);
  }

  private static Expected.Deployment deployment(DeploymentId id, Deployed deployed) {
    return new Expected.Deployment(
        "deployment " + id.shortForm(),
        DeploymentLayout.fromTopLevel(id),
        HistoryImage.of(id.image()).sealed(),
        new TextFiles(deployed.etc()),
        deployed.readOnly() ? Access.READ_ONLY : Access.WRITABLE,
        new Origin(id.image().hex(), Optional.empty()));
  }

  private static List<String> arguments(Known must, DeploymentId id) {
    return must.menu().map(menu -> menu.argumentsOf(id)).orElse(List.of());
  }

  private static ExpectedBoot.Told told(Map<String, EtcFile> etc, List<String> arguments) {
    boolean own = FstabMounts.mounts(etc.getOrDefault("fstab", EtcFile.of("")).text(), "/var");
    return new ExpectedBoot.Told(Set.copyOf(arguments), own ? Set.of() : Set.of("/var"));
  }

  private static Set<String> names(Set<DeploymentId> ids) {
    Set<String> names = new HashSet<>();
    ids.forEach(id -> names.add(id.toString()));
    return names;
  }
}
