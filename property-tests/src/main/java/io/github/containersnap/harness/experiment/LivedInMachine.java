package io.github.containersnap.harness.experiment;

import io.github.containersnap.harness.experiment.UpdateExperiment.Candidate;
import io.github.containersnap.harness.property.ChangedTree;
import io.github.containersnap.harness.property.ExpectedEtc;
import io.github.containersnap.harness.property.LocalChange;
import io.github.containersnap.harness.property.LocalChange.Attributes;
import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * A machine that somebody lives with: all that its owner does to it between installation and the
 * command under test, and so what must be there afterwards. Nothing here is read back from a disk.
 */
public final class LivedInMachine {
  /** The owner's own directory, in /etc and in /var. */
  static final String OWN = "experiment";

  /** A word for the kernel that says nothing to it, and that the owner adds to its arguments. */
  public static final String KERNEL_ARGUMENT = "experiment.kept=1";

  /** What a deployment's kernel is told if neither the owner nor the image says anything. */
  private static final String USUAL_ARGUMENTS = "console=tty0 console=ttyS0";

  /** The files of /etc that changes depend on the text of. */
  private static final List<String> TEXTS =
      List.of("passwd", "group", "shadow", "gshadow", "subuid", "subgid", "fstab");

  private static final int OWNER = 4711;
  private static final long SEED = 1;
  private static final int VAR_CHARACTERS = 1 << 20;

  /** POSIX.1e, version 2: u::rw-, u:4711:r--, g::r--, m::r--, o::--- (acl(5)). */
  private static final String ACCESS_LIST =
      "0200000001000600ffffffff0200040067120000"
          + "04000400ffffffff10000400ffffffff20000000ffffffff";

  private final Candidate image;
  private final Subvolumes subvolumes;
  private final List<LocalChange> etc = new ArrayList<>();
  private final SortedMap<String, List<LocalChange>> data = new TreeMap<>();

  /** Which subvolumes it has. */
  public enum Subvolumes {
    /**
     * Those of container-snap: @root and @srv are shared as @var and @home are. Its owner makes one
     * in /etc and one in /var.
     */
    OF_DEPLOYMENTS,
    /**
     * Those of the disk: @var and @home. Its owner makes none, since not every updater can remove a
     * root with one in it.
     */
    OF_THE_DISK
  }

  /** A machine with {@code image} installed. */
  public LivedInMachine(Candidate image, Subvolumes subvolumes) {
    this.image = image;
    this.subvolumes = subvolumes;
    ownFiles();
    identity();
    imageFiles();
    accounts();
    sharedData();
  }

  /** Whether a file's text has to be known of an image, by its path in the image. */
  public static Predicate<String> isText() {
    return path -> TEXTS.stream().anyMatch(name -> path.equals("etc/" + name));
  }

  /**
   * Does all that to a machine.
   *
   * @param top where the top level of its btrfs is mounted
   * @param ownEtc the /etc of its deployment
   */
  void make(Path top, Path ownEtc) {
    new MachineOwner(ownEtc).make(etc);
    makeData(top);
  }

  /** Does what concerns the subvolumes that deployments share. */
  void makeData(Path top) {
    data.forEach((name, changes) -> new MachineOwner(top.resolve(name)).make(changes));
  }

  /** Does the same to a host on which those are directories of its root. */
  void makeDataIn(Path root) {
    data.forEach(
        (name, changes) -> new MachineOwner(root.resolve(name.substring(1))).make(changes));
  }

  /** What is done to the /etc of its deployment, in order. */
  List<LocalChange> changesOfEtc() {
    return List.copyOf(etc);
  }

  /** Whether somebody who lives with a machine has made that /etc theirs. */
  static boolean hasLivedIn(ExpectedEtc etc) {
    return etc.local().manifest().get(OWN + "/local.conf").isPresent();
  }

  /** What its /etc must be, now and after an update. */
  public ExpectedEtc etc() {
    return new ExpectedEtc(etcOf(image), etc);
  }

  /** The /etc of an image. */
  public static ChangedTree etcOf(Candidate image) {
    Map<String, String> texts = new HashMap<>();
    for (String name : TEXTS) {
      image.text("etc/" + name).ifPresent(text -> texts.put(name, text));
    }
    return ChangedTree.of(image.tree().subtree("etc"), texts);
  }

  /** What must be in the subvolumes that deployments share, by name. */
  public SortedMap<String, TreeManifest> data() {
    SortedMap<String, TreeManifest> expected = new TreeMap<>();
    data.forEach(
        (name, changes) ->
            expected.put(name, ChangedTree.of(atFirst(name), Map.of()).with(changes).manifest()));
    return Collections.unmodifiableSortedMap(expected);
  }

  /** What must be in its owner's directory in /var. */
  TreeManifest ownDirectoryInVar() {
    return Optional.ofNullable(data().get("@var")).orElseThrow().subtree(OWN);
  }

  /** A disk comes with @boot, @var and @home; the first deployment fills them from its image. */
  private TreeManifest atFirst(String name) {
    TreeEntry directory =
        new TreeEntry(FileKind.DIRECTORY, 0755, 0, 0, 0, "", "", 0, new TreeMap<>(), "");
    Map<String, TreeEntry> entries =
        new HashMap<>(image.tree().subtree(name.substring(1)).entries());
    if (name.equals("@var")) {
      entries.keySet().removeIf(path -> (path + "/").startsWith("lib/container-snap/"));
      entries.put("", directory);
      entries.put("lib", directory);
    }
    entries.putIfAbsent("", directory);
    return TreeManifest.of(entries);
  }

  /** The subvolumes that its owner makes: in /etc, by their paths there. */
  public List<String> subvolumesOfEtc() {
    return subvolumes(etc);
  }

  /** The subvolumes that its owner makes in shared ones, from the top level. */
  public List<String> subvolumesOfData() {
    return data.entrySet().stream()
        .flatMap(each -> subvolumes(each.getValue()).stream().map(it -> each.getKey() + "/" + it))
        .toList();
  }

  private static List<String> subvolumes(List<LocalChange> changes) {
    return changes.stream()
        .filter(LocalChange.MakeSubvolume.class::isInstance)
        .map(LocalChange::path)
        .toList();
  }

  /** Of each kind one that the image knows nothing of. */
  private void ownFiles() {
    etc.add(new LocalChange.MakeDirectory(OWN, Attributes.ofRoot(0755)));
    write(OWN + "/local.conf", "kept = true\n", 0644);
    write(OWN + "/secret", "for root alone\n", 0600);
    etc.add(
        new LocalChange.WriteFile(
            OWN + "/owned", "of another\n", new Attributes(0644, OWNER, OWNER, new TreeMap<>())));
    etc.add(
        new LocalChange.WriteFile(
            OWN + "/shared",
            "by an access control list\n",
            new Attributes(
                0640, 0, 0, new TreeMap<>(Map.of("system.posix_acl_access", ACCESS_LIST)))));
    etc.add(
        new LocalChange.WriteFile(
            OWN + "/noted",
            "with attributes\n",
            new Attributes(
                0644,
                0,
                0,
                new TreeMap<>(Map.of("user.note", "6b657074", "trusted.note", "00ff")))));
    etc.add(new LocalChange.LinkFile(OWN + "/second-name", OWN + "/local.conf"));
    etc.add(new LocalChange.MakeSymlink(OWN + "/link", "local.conf"));
    etc.add(
        new LocalChange.MakeDirectory(
            OWN + "/private", new Attributes(0700, OWNER, OWNER, new TreeMap<>())));
    write(OWN + "/private/inside", "inside\n", 0600);
    subvolume(etc, OWN + "/volume");
  }

  /** What says which machine this is, and how it starts. */
  private void identity() {
    edit("machine-id", "0123456789abcdef0123456789abcdef\n");
    edit("hostname", "crash-test\n");
    directory("ssh");
    write("ssh/ssh_host_ed25519_key", "the private half\n", 0600);
    write("ssh/ssh_host_ed25519_key.pub", "the public half\n", 0644);
    edit("fstab", image.text("etc/fstab").orElse("") + "tmpfs /mnt tmpfs noauto 0 0\n");
    directory("kernel");
    String words =
        has("kernel/cmdline") || image.tree().get("usr/lib/kernel/cmdline").isPresent()
            ? ""
            : USUAL_ARGUMENTS + " ";
    if (words.isEmpty()) {
      directory("kernel/cmdline.d");
      write("kernel/cmdline.d/90-experiment.conf", KERNEL_ARGUMENT + "\n", 0644);
    } else {
      write("kernel/cmdline", words + KERNEL_ARGUMENT + "\n", 0644);
    }
  }

  /** Of each kind of change one to a file of the image, if it has that file. */
  private void imageFiles() {
    if (isFile("motd")) {
      etc.add(new LocalChange.Delete("motd"));
    }
    if (has("localtime")) {
      write("localtime", "was a link\n", 0644);
    }
    if (isFile("issue.net")) {
      etc.add(new LocalChange.MakeDirectory("issue.net", Attributes.ofRoot(0755)));
      write("issue.net/inside", "was a file\n", 0644);
    }
    if (isFile("issue")) {
      etc.add(new LocalChange.SetMode("issue", 0600));
    }
    if (isFile("shells")) {
      etc.add(new LocalChange.SetOwner("shells", 0, OWNER));
    }
    if (isFile("profile")) {
      edit("profile", "PATH=/usr/sbin:/usr/bin\nexport PATH\n");
      etc.add(new LocalChange.SetAttribute("profile", "user.note", "6d696e65"));
    }
  }

  private void accounts() {
    entry("passwd", "mechanic:x:4711:4711:Mechanic:/home/mechanic:/bin/sh");
    entry("group", "mechanic:x:4711:");
    entry("shadow", "mechanic:$6$salt$of-the-mechanic:20000:0:99999:7:::");
    entry("shadow", "root:$6$salt$of-the-owner:20000:0:99999:7:::");
    entry("subuid", "mechanic:100000:65536");
    entry("subgid", "mechanic:100000:65536");
    if (image.text("etc/group").isPresent()) {
      etc.add(new LocalChange.JoinGroup("group", "root", "mechanic"));
    }
  }

  /** A file that cannot be merged by entry, such as a link, is left alone. */
  private void entry(String file, String line) {
    if (!has(file) || image.text("etc/" + file).isPresent()) {
      etc.add(new LocalChange.SetEntry(file, line));
    }
  }

  private void sharedData() {
    List<LocalChange> var = data("@var");
    var.add(new LocalChange.MakeDirectory(OWN, Attributes.ofRoot(0755)));
    var.add(new LocalChange.WriteFile(OWN + "/data", noise(), Attributes.ofRoot(0644)));
    var.add(new LocalChange.WriteFile(OWN + "/note", "kept\n", Attributes.ofRoot(0600)));
    subvolume(var, OWN + "/volume");
    Attributes own = new Attributes(0700, OWNER, OWNER, new TreeMap<>());
    data("@home").add(new LocalChange.MakeDirectory("mechanic", own));
    data("@home").add(new LocalChange.WriteFile("mechanic/letter", "dear reader\n", own));
    if (subvolumes == Subvolumes.OF_DEPLOYMENTS) {
      sharedSinceTheFirstDeployment();
    }
  }

  private void sharedSinceTheFirstDeployment() {
    for (String name : List.of("root", "srv")) {
      if (image.tree().get(name).filter(it -> it.kind() == FileKind.DIRECTORY).isPresent()) {
        data("@" + name)
            .add(new LocalChange.WriteFile("of-the-owner", "kept\n", Attributes.ofRoot(0600)));
      }
    }
    if (image.tree().get("root/.profile").filter(it -> it.kind() == FileKind.FILE).isPresent()) {
      data("@root").add(new LocalChange.EditFile(".profile", "of the owner\n"));
    }
  }

  private List<LocalChange> data(String subvolume) {
    return data.computeIfAbsent(subvolume, _ -> new ArrayList<>());
  }

  private void subvolume(List<LocalChange> changes, String path) {
    if (subvolumes == Subvolumes.OF_DEPLOYMENTS) {
      changes.add(new LocalChange.MakeSubvolume(path));
      changes.add(new LocalChange.WriteFile(path + "/inside", "kept\n", Attributes.ofRoot(0644)));
    }
  }

  private void write(String path, String text, int mode) {
    etc.add(new LocalChange.WriteFile(path, text, Attributes.ofRoot(mode)));
  }

  private void edit(String path, String text) {
    if (isFile(path)) {
      etc.add(new LocalChange.EditFile(path, text));
    } else {
      write(path, text, 0644);
    }
  }

  private void directory(String path) {
    if (inEtc(path).filter(it -> it.kind() == FileKind.DIRECTORY).isEmpty()) {
      etc.add(new LocalChange.MakeDirectory(path, Attributes.ofRoot(0755)));
    }
  }

  private boolean has(String path) {
    return inEtc(path).isPresent();
  }

  private boolean isFile(String path) {
    return inEtc(path).filter(it -> it.kind() == FileKind.FILE).isPresent();
  }

  private Optional<TreeEntry> inEtc(String path) {
    return image.tree().get("etc/" + path);
  }

  private static String noise() {
    Random random = new Random(SEED);
    StringBuilder text = new StringBuilder(VAR_CHARACTERS);
    while (text.length() < VAR_CHARACTERS) {
      text.append(Long.toUnsignedString(random.nextLong(), Character.MAX_RADIX)).append('\n');
    }
    return text.toString();
  }
}
