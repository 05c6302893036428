package io.github.containersnap.harness.experiment;

import io.github.containersnap.base.Sha256;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.ImageId;
import io.github.containersnap.harness.experiment.UpdateExperiment.Candidate;
import io.github.containersnap.harness.property.ChangedTree;
import io.github.containersnap.harness.property.ExpectedEtc;
import io.github.containersnap.harness.property.LocalChange;
import io.github.containersnap.harness.property.LocalChange.Attributes;
import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import io.github.containersnap.tree.TreeScan;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A host that runs from an ordinary subvolume: the files of an image with all that its owner did to
 * them, and what it must be once it is adopted (docs/decisions/0020). Made from the image and the
 * design; nothing here is read from a disk that the engine has worked on.
 *
 * @param image what it was made of
 * @param bootLoader how it boots
 * @param filesystem the UUID of its btrfs
 */
public record PlainHostOnPaper(Candidate image, BootLoaderKind bootLoader, UUID filesystem) {
  /** Its root, from the top level. */
  public static final String ROOT = "@rootfs";

  /** The configuration of a GRUB that boots by path, from the top level. */
  public static final String CONFIGURATION = ROOT + "/boot/grub/grub.cfg";

  /** What that reads besides, if it is there. */
  public static final String CUSTOM = ROOT + "/boot/grub/custom.cfg";

  private static final String VAR = "var";
  private static final List<String> SHARED = List.of("home", "root", "srv");

  /** What the next update takes from its image: the machine's owner has no say in it. */
  private static final List<String> OF_THE_SYSTEM =
      List.of("etc/ld.so.cache", "etc/os-release", "etc/.updated");

  private static final int NO_FILE_OF_OTHERS = 0700;

  /** Its owner, whose subvolumes lie in the root. */
  LivedInMachine owner() {
    return new LivedInMachine(image, LivedInMachine.Subvolumes.OF_DEPLOYMENTS);
  }

  /**
   * What is done to its root beside what its owner does: it gets its boot loader's configuration.
   */
  List<LocalChange> changesOfRoot() {
    List<LocalChange> changes = new ArrayList<>();
    for (String directory : List.of(VAR, VAR + "/lib")) {
      changes.add(new LocalChange.MakeDirectory(directory, Attributes.ofRoot(0755)));
    }
    if (image.tree().get("home").isEmpty()) {
      changes.add(new LocalChange.MakeDirectory("home", Attributes.ofRoot(0755)));
    }
    if (bootLoader == BootLoaderKind.GRUB_BTRFS) {
      for (String directory : List.of("boot", "boot/grub")) {
        if (image.tree().get(directory).isEmpty()) {
          changes.add(new LocalChange.MakeDirectory(directory, Attributes.ofRoot(0755)));
        }
      }
      changes.add(
          new LocalChange.WriteFile(
              inRoot(CONFIGURATION), configuration(), Attributes.ofRoot(0644)));
    }
    return changes;
  }

  private static String inRoot(String path) {
    return path.substring(ROOT.length() + 1);
  }

  /** As far as it matters, what grub-mkconfig(8) makes of 10_linux and 41_custom. */
  private String configuration() {
    return """
    set default=0
    set timeout=3
    menuentry 'Host' --id host {
      linux /%1$s/%2$s root=UUID=%3$s rootflags=subvol=%1$s ro
      initrd /%1$s/%4$s
    }
    if [ -f /%5$s ]; then
      source /%5$s
    fi
    """
        .formatted(ROOT, first("vmlinuz"), filesystem, first("initr"), CUSTOM);
  }

  private String first(String name) {
    return image.tree().entries().keySet().stream()
        .filter(path -> path.startsWith("usr/lib/modules/") || path.startsWith("boot/"))
        .filter(path -> path.substring(path.lastIndexOf('/') + 1).startsWith(name))
        .findFirst()
        .orElseThrow(() -> new UnusablePairException("The old image has no " + name + "."));
  }

  /** What is done to its /etc, in order. */
  List<LocalChange> changesOfEtc() {
    List<LocalChange> changes = new ArrayList<>(owner().changesOfEtc());
    changes.add(new LocalChange.EditFile("fstab", fstab(false)));
    return changes;
  }

  /** Its owner's fstab; once it is adopted, the root comes from the menu. */
  private String fstab(boolean adopted) {
    boolean named = bootLoader == BootLoaderKind.GRUB_BTRFS && !adopted;
    StringBuilder text =
        new StringBuilder(
            "# the host's\nUUID=%s / btrfs noatime%s 0 0\ntmpfs /mnt tmpfs noauto 0 0\n"
                .formatted(filesystem, named ? ",subvol=" + ROOT : ""));
    if (adopted) {
      Stream.concat(Stream.of(VAR), shared().stream())
          .forEach(
              name ->
                  text.append(
                      "UUID=%1$s /%2$s btrfs subvol=@%2$s 0 0\n".formatted(filesystem, name)));
      text.append("tmpfs /tmp tmpfs mode=1777,nosuid,nodev 0 0\n");
    }
    return text.toString();
  }

  /** The directories that become shared, besides /var. */
  private List<String> shared() {
    return SHARED.stream().filter(name -> rest().get(name).isPresent()).toList();
  }

  private ExpectedEtc etc() {
    return new ExpectedEtc(LivedInMachine.etcOf(image), changesOfEtc());
  }

  /** The root without /etc, and without what the shared directories hold. */
  private TreeManifest rest() {
    return ChangedTree.of(image.tree(), Map.of())
        .with(changesOfRoot())
        .manifest()
        .without(PlainHostOnPaper::isElsewhere);
  }

  private static boolean isElsewhere(String path) {
    return path.equals("etc")
        || path.startsWith("etc/")
        || Stream.concat(Stream.of(VAR), SHARED.stream())
            .anyMatch(name -> path.startsWith(name + "/"));
  }

  /** What it has become once it is adopted. */
  DeploymentId adopted() {
    return DeploymentId.pristine(new ImageId(id()));
  }

  /** No image has this digest, and the same host has the same whenever it is adopted. */
  private String id() {
    return Sha256.hex("container-snap adopt\n%s\n%s\n".formatted(filesystem, ROOT));
  }

  /** That deployment: of the image that it came with, only what describes the system is there. */
  MachineOnPaper.Deployment deployment() {
    List<LocalChange> changes = new ArrayList<>(changesOfEtc());
    changes.add(new LocalChange.EditFile("fstab", fstab(true)));
    SortedMap<String, TreeEntry> tree = new TreeMap<>(rest().entries());
    tree.put("etc", TreeEntry.ofRoot(FileKind.DIRECTORY, NO_FILE_OF_OTHERS));
    TreeManifest etc = etc().local().manifest();
    for (String path : OF_THE_SYSTEM) {
      etc.get(path.substring("etc/".length()))
          .filter(it -> it.kind() == FileKind.FILE)
          .ifPresent(it -> tree.put(path, it));
    }
    return new MachineOnPaper.Deployment(
        new Candidate("subvolume:/" + ROOT, id(), TreeManifest.of(tree), image.contents()),
        Optional.empty(),
        new ExpectedEtc(LivedInMachine.etcOf(image), changes),
        owner().subvolumesOfEtc(),
        Optional.of(fstab(true)),
        true,
        false);
  }

  /** What is in the subvolumes that deployments share, once it is adopted. */
  SortedMap<String, TreeManifest> data() {
    return owner().data();
  }

  /** The subvolumes of its owner in those. */
  Set<String> dataSubvolumes() {
    return new TreeSet<>(owner().subvolumesOfData());
  }

  /** Its own subvolumes, which stay, from the top level. */
  Set<String> subvolumes() {
    return Stream.of(
            Stream.of(ROOT),
            owner().subvolumesOfEtc().stream().map(path -> ROOT + "/etc/" + path),
            owner().subvolumesOfData().stream().map(path -> ROOT + "/" + path.substring(1)))
        .flatMap(paths -> paths)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /**
   * In what the host on a disk is not what it was before anything came to it, but for the lines
   * that lead its boot loader to a menu; empty if it is whole.
   *
   * @param top where the top level of the btrfs is mounted
   */
  public Optional<String> difference(Path top) {
    Path root = top.resolve(ROOT);
    TreeManifest found = TreeScan.of(root);
    SortedMap<String, TreeManifest> wanted = new TreeMap<>(Map.of("etc", etc().local().manifest()));
    data().forEach((name, tree) -> wanted.put(name.substring(1), tree));
    Stream<String> inDirectories =
        wanted.entrySet().stream()
            .filter(each -> !TreeScan.of(root.resolve(each.getKey())).equals(each.getValue()))
            .map(each -> "/" + each.getKey());
    Stream<String> inRoot =
        found
            .without(path -> isElsewhere(path) || path.startsWith(inRoot(CUSTOM)))
            .differencesFrom(rest())
            .stream()
            .map(each -> "/" + each.path());
    return Stream.concat(inDirectories, inRoot)
        .findFirst()
        .map(path -> "the host's own subvolume was changed: " + path);
  }
}
