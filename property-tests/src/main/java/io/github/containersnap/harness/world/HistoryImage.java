package io.github.containersnap.harness.world;

import io.github.containersnap.engine.model.Bytes;
import io.github.containersnap.engine.model.ImageId;
import io.github.containersnap.engine.model.ImageReference;
import io.github.containersnap.engine.model.SealedRoot;
import io.github.containersnap.engine.port.ImageStore;
import io.github.containersnap.harness.view.Tree;
import io.github.containersnap.harness.world.Node.Attributes;
import io.github.containersnap.harness.world.Node.Directory;
import io.github.containersnap.harness.world.Node.RegularFile;
import io.github.containersnap.tree.TreeManifest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * An image of a small operating system. Everything about it follows from its specification, so the
 * registry, the proof and the judge agree on what it is without asking each other. Real tools can
 * have it too, with the same id: what differs is that its files only claim to be large.
 *
 * <p>Images of a base from {@link #FIRST_STARTABLE_BASE} on are started by real machines too: their
 * kernel, initrd and init are real ones, once {@link #startWith} was given them.
 */
public final class HistoryImage {
  /** How a system made from an image comes up. */
  public enum Health {
    GOOD,
    /** Its kernel panics. */
    PANICS,
    /** It runs, and boot-complete.target fails. */
    NEVER_COMPLETE,
    /** It comes up, and a required health check of its own fails. */
    UNHEALTHY,
    /** It has no initrd: the engine must refuse it. */
    UNBOOTABLE;

    /** Whether a system made from it reaches boot-complete.target. */
    public boolean completes() {
      return this == GOOD || this == UNHEALTHY;
    }
  }

  /**
   * What an image is.
   *
   * @param base which base layer; images of one base share it
   * @param version of what is above the base
   * @param health how it comes up
   */
  public record Specification(int base, int version, Health health) {
    public Specification {
      if (base < 0 || base > 99 || version < 0 || version > 99) {
        throw new IllegalArgumentException(
            "no such image: base %d, version %d".formatted(base, version));
      }
    }

    /** As a person would call it. */
    public String inWords() {
      return "%d.%d%s"
          .formatted(
              base,
              version,
              switch (health) {
                case GOOD -> "";
                case PANICS -> ", whose kernel panics";
                case NEVER_COMPLETE -> ", whose boot never completes";
                case UNHEALTHY -> ", whose health check fails";
                case UNBOOTABLE -> ", which has no initrd";
              });
    }
  }

  /** A layer: what it adds to the tree below it. */
  public record Layer(
      String diffId, long size, Map<String, RegularFile> files, List<String> directories) {
    static Layer of(long size, Map<String, RegularFile> files, List<String> directories) {
      Layer unnamed = new Layer("", size, files, directories);
      String digest = NodeContent.of(HistoryLayerTar.of(unnamed)).digest();
      return new Layer("sha256:" + digest, size, files, directories);
    }
  }

  /** Images of this base and of those above it can be started for real. */
  public static final int FIRST_STARTABLE_BASE = 50;

  static final String HEALTH_FILE = "usr/lib/health";

  private static final Map<Specification, HistoryImage> KNOWN = new ConcurrentHashMap<>();
  private static final Map<ImageId, HistoryImage> BY_ID = new ConcurrentHashMap<>();
  private static final Map<Integer, Layer> BASES = new ConcurrentHashMap<>();
  private static final AtomicReference<@Nullable BootableFiles> STARTABLE = new AtomicReference<>();
  private static final long MEBIBYTE = 1L << 20;
  private static final int VERSION_WITH_ARGUMENTS = 3;

  private final Specification specification;
  private final List<Layer> layers;
  private final ImageId id;
  private final Directory tree;
  private final Tree sealed;
  private final TreeManifest manifest;

  private HistoryImage(Specification specification) {
    this.specification = specification;
    this.layers =
        List.of(
            BASES.computeIfAbsent(specification.base(), HistoryImage::base), own(specification));
    this.id = new ImageId(NodeContent.of(configuration()).digest());
    Directory made = Directory.empty();
    for (Layer layer : layers) {
      made = onto(made, layer);
    }
    this.tree = made;
    this.sealed = sealed(made);
    this.manifest = NodeManifests.of(made);
  }

  /** The image of that specification. */
  public static HistoryImage of(Specification specification) {
    return KNOWN.computeIfAbsent(
        specification,
        it -> {
          HistoryImage image = new HistoryImage(it);
          BY_ID.put(image.id, image);
          return image;
        });
  }

  /** The image of that id, one that was asked for before. */
  public static HistoryImage of(ImageId id) {
    return Objects.requireNonNull(BY_ID.get(id), () -> "no image " + id);
  }

  /**
   * Says what images are made of that real machines start. All images of this process that are
   * startable are made of the same.
   *
   * @throws IllegalStateException if some were made of something else before
   */
  public static void startWith(BootableFiles files) {
    BootableFiles before = STARTABLE.getAndSet(files);
    if (before != null && !before.equals(files)) {
      throw new IllegalStateException("images were made of other kernels before");
    }
  }

  private static Layer base(int base) {
    Map<String, RegularFile> files = new TreeMap<>();
    String kernel = "usr/lib/modules/6." + base + "/";
    files.put(kernel + "vmlinuz", file("kernel 6." + base, 0644, 12 * MEBIBYTE));
    files.put(kernel + "initramfs.img", file("initrd 6." + base, 0644, 30 * MEBIBYTE));
    files.put(kernel + "modules.dep", file("modules 6." + base, 0644, MEBIBYTE));
    files.put("usr/sbin/init", file("init", 0755, 2 * MEBIBYTE));
    files.put("sbin/init", file("init", 0755, 2 * MEBIBYTE));
    if (base >= FIRST_STARTABLE_BASE) {
      files.putAll(startable().files(base));
    }
    files.put("etc/os-release", file("PRETTY_NAME=\"Simulated " + base + "\"\n", 0644, 0));
    files.put("etc/hostname", file("localhost\n", 0644, 0));
    files.put("etc/machine-id", file("uninitialized\n", 0444, 0));
    files.put("etc/base.conf", file("base = " + base + "\n", 0644, 0));
    files.put("etc/conf.d/common", file("common\n", 0600, 0));
    files.put("etc/passwd", file("root:x:0:0:root:/root:/bin/sh\n", 0644, 0));
    files.put("etc/shadow", file("root:*:20000:0:99999:7:::\n", 0600, 0));
    files.put("etc/kernel/install.conf", file("layout=other\n", 0644, 0));
    files.put("usr/lib/systemd/system/container-snap-bless.service", file("[Service]\n", 0644, 0));
    return Layer.of(
        48 * MEBIBYTE,
        files,
        List.of("dev", "home", "proc", "root", "run", "srv", "sys", "tmp", "var"));
  }

  private static BootableFiles startable() {
    BootableFiles files = STARTABLE.get();
    if (files == null) {
      throw new IllegalArgumentException(
          "images of base %d and above are for the virtual machine's world"
              .formatted(FIRST_STARTABLE_BASE));
    }
    return files;
  }

  private static Layer own(Specification specification) {
    Map<String, RegularFile> files = new TreeMap<>();
    String version = specification.base() + "." + specification.version();
    files.put("usr/bin/application", file(program(version), 0755, 6 * MEBIBYTE));
    files.put("usr/share/data", file("data " + version, 0644, MEBIBYTE));
    files.put("etc/application.conf", file("version = " + version + "\n", 0644, 0));
    files.put(
        "etc/conf.d/" + specification.version() % 3, file("part of " + version + "\n", 0644, 0));
    if (specification.version() == VERSION_WITH_ARGUMENTS) {
      files.put("etc/kernel/cmdline", file("console=ttyS0 of.the.image=1\n", 0644, 0));
    }
    files.put(HEALTH_FILE, file(specification.health() + "\n", 0644, 0));
    if (specification.health() == Health.UNBOOTABLE) {
      files.put("usr/lib/modules/6." + specification.base() + "/initramfs.img", file("", 0644, 0));
    }
    return Layer.of(8 * MEBIBYTE, files, List.of());
  }

  /** So long that btrfs does not keep it in its trees. */
  private static String program(String version) {
    return "application %s\n".formatted(version).repeat(400);
  }

  private static RegularFile file(String text, int mode, long size) {
    NodeContent content = NodeContent.of(text, Math.max(size, 4096));
    return new RegularFile(Attributes.of(mode), 0, content, content, false);
  }

  /** The tree with a layer on it, as memory has it once it is unpacked. */
  private static Directory onto(Directory tree, Layer layer) {
    Directory result = tree;
    for (String directory : layer.directories()) {
      result = result.with(directory, Directory.empty());
    }
    for (Map.Entry<String, RegularFile> file : layer.files().entrySet()) {
      result = with(result, file.getKey(), file.getValue());
    }
    return result;
  }

  private static Directory with(Directory directory, String path, Node node) {
    int slash = path.indexOf('/');
    if (slash < 0) {
      return directory.with(path, node);
    }
    String name = path.substring(0, slash);
    Directory inner =
        directory.children().get(name) instanceof Directory found ? found : Directory.empty();
    return directory.with(name, with(inner, path.substring(slash + 1), node));
  }

  /** What it is. */
  public Specification specification() {
    return specification;
  }

  /** Its id. */
  public ImageId id() {
    return id;
  }

  /** Where the registry has it. */
  public ImageReference reference() {
    return new ImageReference(
        "docker://registry.example/os:%d.%d-%s"
            .formatted(
                specification.base(),
                specification.version(),
                specification.health().name().toLowerCase(java.util.Locale.ROOT)));
  }

  /** Its layers, the lowest first. */
  public List<Layer> layers() {
    return layers;
  }

  /** Its configuration (OCI image specification), of which its id is the digest. */
  public String configuration() {
    return """
    {"architecture": "amd64", "os": "linux", "config": {},
     "created": "2026-01-01T00:00:00Z", "author": "%s",
     "rootfs": {"type": "layers", "diff_ids": [%s]}}
    """
        .formatted(
            specification.inWords(),
            layers.stream().map(it -> "\"" + it.diffId() + "\"").collect(Collectors.joining(", ")));
  }

  /** Its layers as tar archives, bottom first. */
  public List<byte[]> archives() {
    return layers.stream().map(HistoryLayerTar::of).toList();
  }

  /** What the root of its deployments must hold, without their own /etc and their records. */
  public Tree sealed() {
    return sealed;
  }

  private static Tree sealed(Directory tree) {
    Node etc = Objects.requireNonNull(tree.children().get("etc"));
    return new SimulatedTree(
        with(tree.without("etc"), SealedRoot.OWN_DIRECTORY + "/etc", etc), Set.of());
  }

  /** Its whole tree. */
  public Directory tree() {
    return tree;
  }

  /** Its tree. */
  public TreeManifest manifest() {
    return manifest;
  }

  /** The files of its /etc, by path. */
  public Map<String, EtcFile> etc() {
    return tree.children().get("etc") instanceof Directory etc ? files(etc) : Map.of();
  }

  /** The files below a directory, by path. */
  static Map<String, EtcFile> files(Directory directory) {
    Map<String, EtcFile> files = new TreeMap<>();
    collect("", directory, files);
    return files;
  }

  private static void collect(String path, Directory directory, Map<String, EtcFile> files) {
    directory
        .children()
        .forEach(
            (name, node) -> {
              String below = NodeTree.below(path, name);
              int mode = node.attributes().mode();
              int owner = node.attributes().uid();
              switch (node) {
                case RegularFile file ->
                    files.put(below, new EtcFile(file.content().text(), mode, owner));
                case Directory inner -> collect(below, inner, files);
                case Node.SymbolicLink link ->
                    files.put(below, new EtcFile("-> " + link.target(), mode, owner));
              }
            });
  }

  /** What resolving a reference to it gives. */
  public ImageStore.Resolved resolved() {
    List<ImageStore.Layer> named = new ArrayList<>();
    layers.forEach(it -> named.add(new ImageStore.Layer(it.diffId(), new Bytes(it.size()), false)));
    String digest = NodeContent.of(("manifest " + id).getBytes(StandardCharsets.UTF_8)).digest();
    return new ImageStore.Resolved(id, "sha256:" + digest, List.copyOf(named));
  }
}
