package io.github.containersnap.harness.deployments;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.harness.testkit.TestTree;
import io.github.containersnap.tree.TreeManifest;
import io.github.containersnap.tree.TreeScan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Stream;

/**
 * A system that runs from an ordinary subvolume, as installers of distributions leave it, with all
 * that somebody has done to it since.
 *
 * @param top where the top level of its btrfs is mounted
 * @param shape how it is laid out
 */
record PlainHost(Path top, Shape shape) {
  /** The EFI system partition in its fstab. */
  static final String ESP = "ABCD-1234";

  /** Where a distribution puts what, and how its boot loader finds the root. */
  enum Shape {
    /** openSUSE: GRUB follows the default subvolume; all shared directories are subvolumes. */
    OPENSUSE("@/.snapshots/1/snapshot", "@/", "var home root srv"),
    /** Debian: everything in the root, in which systemd has made subvolumes. */
    DEBIAN("@rootfs", "", ""),
    /** Debian with a subvolume for the homes. */
    DEBIAN_WITH_HOME("@", "@", "home"),
    /** A host whose /var has the name that deployments use. */
    WITH_VAR("@rootfs", "@", "var home");

    private final String root;
    private final String prefix;
    private final String subvolumes;

    Shape(String root, String prefix, String subvolumes) {
      this.root = root;
      this.prefix = prefix;
      this.subvolumes = subvolumes;
    }

    /** The root subvolume, from the top level. */
    String root() {
      return root;
    }

    /** The shared directories that are subvolumes. */
    private List<String> subvolumes() {
      return Stream.of(subvolumes.split(" ", -1)).filter(name -> !name.isEmpty()).toList();
    }

    boolean followsDefault() {
      return this == OPENSUSE;
    }

    /** Where GRUB has its configuration. */
    String grub() {
      return followsDefault() ? "boot/grub2" : "boot/grub";
    }

    /** The subvolume of a shared directory, from the top level; "" if it lies in the root. */
    private String subvolume(String directory) {
      return subvolumes().contains(directory) ? prefix + directory : "";
    }
  }

  /** Lays a host out on a disk that holds nothing. */
  static PlainHost make(Path top, Shape shape) throws IOException {
    PlainHost host = new PlainHost(top, shape);
    if (shape.followsDefault()) {
      subvolume(top.resolve("@"));
      subvolume(top.resolve("@/.snapshots"));
      Files.createDirectory(top.resolve("@/.snapshots/1"));
    }
    subvolume(host.root());
    for (String name : shape.subvolumes()) {
      subvolume(top.resolve(shape.subvolume(name)));
    }
    if (shape.followsDefault()) {
      ExternalCommand.of("btrfs", "subvolume", "set-default", host.root()).run();
    }
    host.install();
    host.liveIn();
    return host;
  }

  private static void subvolume(Path path) {
    ExternalCommand.of("btrfs", "subvolume", "create", path).run();
  }

  /** Its root. */
  Path root() {
    return top.resolve(shape.root());
  }

  /** Where it has a directory, such as var, from. */
  Path directory(String name) {
    String subvolume = shape.subvolume(name);
    return subvolume.isEmpty() ? root().resolve(name) : top.resolve(subvolume);
  }

  private void install() throws IOException {
    TestTree tree = new TestTree(root());
    tree.kernel("5.10.0");
    tree.skeleton();
    for (String name : List.of("home", "root", "srv", "tmp", "opt", "boot")) {
      Files.createDirectories(root().resolve(name));
    }
    tree.write("etc/os-release", "PRETTY_NAME=\"Host 1\"\n");
    tree.write("etc/hostname", "host\n");
    tree.write(
        "etc/passwd", "root:x:0:0:root:/root:/bin/sh\nanna:x:1000:1000::/home/anna:/bin/sh\n");
    tree.write("etc/group", "root:x:0:\nanna:x:1000:\n");
    tree.write("etc/shadow", "root:*:20000::::::\nanna:$y$secret:20000::::::\n");
    tree.write("etc/ld.so.cache", "cache of the host\n");
    tree.write("etc/fstab", fstab());
    tree.write("usr/share/version", "host\n");
    tree.write("etc/default/grub", "GRUB_CMDLINE_LINUX_DEFAULT=\"quiet host.kept=1\"\n");
    tree.write(shape.grub() + "/grub.cfg", "source $prefix/custom.cfg\n");
    run("chmod", "0640", "etc/shadow");
  }

  /** What is mounted: the root, what is a subvolume, and the EFI system partition. */
  private String fstab() {
    String uuid =
        ExternalCommand.of("btrfs", "filesystem", "show", top)
            .run()
            .text()
            .replaceAll("(?s).*uuid: (\\S+).*", "$1");
    StringBuilder text = new StringBuilder("# <file system> <mount point> <type>\n");
    String options = shape.followsDefault() ? "defaults" : "noatime,subvol=" + shape.root();
    text.append("UUID=%s /\tbtrfs %s 0 0\n".formatted(uuid, options));
    for (String name : shape.subvolumes()) {
      text.append(
          "UUID=%s /%s btrfs subvol=/%s,noatime 0 0\n"
              .formatted(uuid, name, shape.subvolume(name)));
    }
    return text.append("UUID=%s /boot/efi vfat umask=0077 0 1\n".formatted(ESP)).toString();
  }

  private void liveIn() throws IOException {
    TestTree tree = new TestTree(root());
    tree.write("etc/app.conf", "mine\n");
    tree.write("etc/secret/key", "key\n");
    tree.write("etc/Größe", "a name in UTF-8\n");
    run("chmod", "0600", "etc/secret/key");
    run("chown", "1000:1000", "etc/app.conf");
    run("setfattr", "-n", "user.mine", "-v", "yes", "etc/app.conf");
    run("ln", "etc/app.conf", "etc/app.conf.same");
    run("chattr", "+i", "etc/secret/key");
    TestTree var = new TestTree(directory("var"));
    var.write("lib/app/data", "data\n".repeat(10_000));
    var.write("lib/dpkg/status", "Package: app\n");
    var.write("log/syslog", "boot\n");
    Files.createDirectories(directory("var").resolve("log/journal"));
    ExternalCommand.of("chattr", "+C", directory("var").resolve("log/journal")).run();
    var.write("log/journal/system.journal", "journal\n".repeat(1_000));
    ExternalCommand.of("chown", "-R", "101:102", directory("var").resolve("lib/app")).run();
    if (shape == Shape.DEBIAN) {
      subvolume(root().resolve("var/lib/machines"));
      var.write("lib/machines/guest/etc/hostname", "guest\n");
      Files.delete(root().resolve("srv"));
      subvolume(root().resolve("srv"));
      subvolume(root().resolve("opt/app"));
      tree.write("opt/app/program", "program\n");
    }
    TestTree home = new TestTree(directory("home"));
    home.write("anna/letter", "Dear\n");
    home.write("anna/Größe", "large\n");
    ExternalCommand.of("chown", "-R", "1000:1000", directory("home").resolve("anna")).run();
    ExternalCommand.of("chmod", "0700", directory("home").resolve("anna")).run();
    new TestTree(directory("root")).write(".ssh/authorized_keys", "ssh-ed25519 …\n");
    ExternalCommand.of("chmod", "0700", directory("root")).run();
    new TestTree(directory("srv")).write("www/index.html", "hello\n");
    ExternalCommand.of("btrfs", "filesystem", "sync", top).run();
  }

  private void run(String program, String... arguments) {
    ExternalCommand command = ExternalCommand.of(program);
    for (int i = 0; i < arguments.length; i++) {
      boolean isFile = arguments[i].contains("/");
      command = command.with(isFile ? root().resolve(arguments[i]) : arguments[i]);
    }
    command.run();
  }

  /** What an adoption never changes: the root but for GRUB's custom.cfg, and what it mounts. */
  SortedMap<String, TreeManifest> own() {
    SortedMap<String, TreeManifest> all = new TreeMap<>();
    all.put(
        "/", TreeScan.of(root()).without(path -> path.startsWith(shape.grub() + "/custom.cfg")));
    for (String name : shape.subvolumes()) {
      all.put(
          name,
          TreeScan.of(directory(name))
              .without(
                  path ->
                      path.equals("lib/container-snap") || path.startsWith("lib/container-snap/")));
    }
    return all;
  }
}
