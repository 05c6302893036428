package io.github.containersnap.cli;

import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.oci.LayoutBuilder;
import io.github.containersnap.oci.OddArchive;
import io.github.containersnap.oci.TarBuilder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.Tuple;

/**
 * An image as some tool or some hand may build it: a small system, and in each respect what is
 * usual, most of the time.
 *
 * @param form what holds it
 * @param index what stands between the reference and the manifest
 * @param platform what the configuration says
 * @param packing how its layers are compressed
 * @param system what is in it
 * @param config how the configuration is written
 * @param odd one more layer
 */
record ImageAsBuilt(
    Form form,
    Index index,
    Machine platform,
    Packing packing,
    Content system,
    Config config,
    Optional<OddArchive> odd) {

  /** What holds the image. */
  enum Form {
    LAYOUT,
    OCI_ARCHIVE,
    DOCKER_ARCHIVE,
    DOCKER_ARCHIVE_GZIPPED
  }

  /** What stands between the reference and the manifest. */
  enum Index {
    PLAIN,
    NESTED,
    ATTESTATION_FIRST,
    OTHER_MACHINE_FIRST,
    OTHER_MACHINE_ALONE,
    TWO_IMAGES
  }

  /** What the configuration says that the image is for. */
  enum Machine {
    AMD64("amd64", "linux"),
    ARM64("arm64", "linux"),
    WINDOWS("amd64", "windows"),
    NOT_SAID("", "");

    private final String architecture;
    private final String os;

    Machine(String architecture, String os) {
      this.architecture = architecture;
      this.os = os;
    }
  }

  /** How layers are compressed. */
  enum Packing {
    NONE("", "tar"),
    GZIP("gzip", "tar+gzip"),
    ZSTANDARD("zstd", "tar+zstd"),
    GZIP_SAID_TO_BE_NONE("gzip", "tar"),
    XZ("xz", "tar"),
    BZIP2("bzip2", "tar");

    private final String program;
    private final String mediaType;

    Packing(String program, String mediaType) {
      this.program = program;
      this.mediaType = mediaType;
    }

    byte[] packed(byte[] archive, Path directory) throws IOException {
      if (program.isEmpty()) {
        return archive;
      }
      Path file = Files.createTempFile(directory, "layer", ".tar");
      Files.write(file, archive);
      return ExternalCommand.of(program, "-c", file).run().standardOutput();
    }
  }

  /** How the configuration is written. */
  enum Config {
    USUAL,
    NOT_CREATED,
    ONE_DIFF_ID_MORE,
    ANOTHER_DIFF_ID,
    NO_ROOTFS,
    TWICE_THE_KEY,
    A_LIST,
    HISTORY_WITH_EMPTY_LAYERS,
    NULL_CONFIG
  }

  /** What is in the system. */
  enum Content {
    USUAL,
    NO_KERNEL,
    NO_INITRD,
    NO_MODULES,
    NO_INIT,
    NO_OS_RELEASE,
    NO_VAR,
    NO_PROC,
    NO_ETC,
    ETC_IS_A_LINK,
    VAR_IS_A_LINK,
    HOME_IS_A_FILE,
    INIT_IS_A_DIRECTORY,
    INIT_LEADS_OUT,
    KERNEL_LEADS_OUT,
    EMPTY_KERNEL,
    OS_RELEASE_IS_A_PIPE,
    FSTAB_IS_A_PIPE,
    PASSWD_LEADS_OUT,
    OWN_DIRECTORY_IS_TAKEN,
    ROOT_IS_CLOSED,
    TUKIT,
    LATER_LAYER_REMOVES_THE_KERNEL
  }

  /** All of them. */
  static Arbitrary<ImageAsBuilt> any() {
    return Combinators.combine(
            mostly(Form.LAYOUT, Form.class, 2),
            mostly(Index.PLAIN, Index.class, 3),
            mostly(Machine.AMD64, Machine.class, 9),
            mostly(Packing.GZIP, Packing.class, 1),
            mostly(Content.USUAL, Content.class, 3),
            mostly(Config.USUAL, Config.class, 4),
            OddArchive.any().optional(0.3))
        .as(ImageAsBuilt::new);
  }

  /** One without any oddity but {@code odd}. */
  static ImageAsBuilt usual(Form form, Config config, Optional<OddArchive> odd) {
    return new ImageAsBuilt(
        form, Index.PLAIN, Machine.AMD64, Packing.GZIP, Content.USUAL, config, odd);
  }

  private static <T extends Enum<T>> Arbitrary<T> mostly(T usual, Class<T> all, int weight) {
    return Arbitraries.frequencyOf(
        Tuple.of(weight, Arbitraries.just(usual)), Tuple.of(1, Arbitraries.of(all)));
  }

  /**
   * Builds it in {@code directory}.
   *
   * @param number makes it another image than every other
   * @return its reference
   */
  String in(Path directory, int number) throws IOException {
    Path layout = Files.createDirectories(directory.resolve("layout"));
    Writer writer = new Writer(directory, layout);
    List<byte[]> layers = layers(number);
    String config = config(layers);
    if (form == Form.DOCKER_ARCHIVE || form == Form.DOCKER_ARCHIVE_GZIPPED) {
      return docker(directory, layers, config);
    }
    writer.index(writer.manifest(config, layers));
    if (form == Form.LAYOUT) {
      return "oci:" + layout;
    }
    Path archive = directory.resolve("image.tar");
    ExternalCommand.of("tar", "-C", layout, "-cf", archive, ".").run();
    return "oci-archive:" + archive;
  }

  private String docker(Path directory, List<byte[]> layers, String config) throws IOException {
    Path content = Files.createDirectory(directory.resolve("docker"));
    byte[] json = bytes(config);
    Files.write(content.resolve(LayoutBuilder.sha256(json) + ".json"), json);
    List<String> names = new ArrayList<>();
    for (int i = 0; i < layers.size(); i++) {
      Path layer = Files.createDirectory(content.resolve("layer" + i)).resolve("layer.tar");
      Files.write(layer, layers.get(i));
      names.add("\"layer" + i + "/layer.tar\"");
    }
    Files.writeString(
        content.resolve("manifest.json"),
        "[{\"Config\":\"%s.json\",\"RepoTags\":[\"os:1\"],\"Layers\":[%s]}]"
            .formatted(LayoutBuilder.sha256(json), String.join(",", names)));
    Path archive = directory.resolve("docker.tar");
    ExternalCommand.of("tar", "-C", content, "-cf", archive, ".").run();
    if (form == Form.DOCKER_ARCHIVE_GZIPPED) {
      ByteArrayOutputStream packed = new ByteArrayOutputStream();
      try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
        gzip.write(Files.readAllBytes(archive));
      }
      Files.write(archive, packed.toByteArray());
    }
    return "docker-archive:" + archive;
  }

  private List<byte[]> layers(int number) {
    List<byte[]> layers = new ArrayList<>();
    layers.add(base());
    TarBuilder top = new TarBuilder().file("usr/share/version", number + "\n");
    if (system == Content.LATER_LAYER_REMOVES_THE_KERNEL) {
      top.file("usr/lib/modules/6.12/.wh.vmlinuz", "");
    }
    layers.add(top.build());
    odd.ifPresent(archive -> layers.add(archive.below("odd")));
    return layers;
  }

  private byte[] base() {
    Map<String, Runnable> members = new LinkedHashMap<>();
    TarBuilder archive = new TarBuilder();
    members.put("", () -> archive.mode(0755).directory("./"));
    for (String name :
        List.of("dev", "proc", "run", "sys", "var", "home", "root", "srv", "etc", "usr")) {
      members.put(name, () -> archive.directory(name));
    }
    members.put("tmp", () -> archive.mode(01777).directory("tmp"));
    members.put("sbin", () -> archive.symlink("sbin", "usr/sbin"));
    members.put("init", () -> archive.mode(0755).file("usr/sbin/init", "init"));
    members.put(
        "os-release", () -> archive.file("etc/os-release", "ID=odd\nPRETTY_NAME=\"Odd 1\"\n"));
    members.put("passwd", () -> archive.file("etc/passwd", "root:x:0:0:root:/root:/bin/sh\n"));
    members.put("group", () -> archive.file("etc/group", "root:x:0:\n"));
    members.put("shadow", () -> archive.mode(0640).file("etc/shadow", "root:*:1:0:99999:7:::\n"));
    members.put("fstab", () -> archive.file("etc/fstab", "LABEL=SYSTEM /var btrfs subvol=@var\n"));
    members.put("kernel", () -> archive.file("usr/lib/modules/6.12/vmlinuz", "a kernel"));
    members.put("initrd", () -> archive.file("usr/lib/modules/6.12/initramfs.img", "an initrd"));
    members.put("modules", () -> archive.file("usr/lib/modules/6.12/modules.dep", "a list"));
    change(archive, members);
    members.values().forEach(Runnable::run);
    return archive.build();
  }

  private void change(TarBuilder archive, Map<String, Runnable> members) {
    switch (system) {
      case USUAL, LATER_LAYER_REMOVES_THE_KERNEL -> {}
      case NO_KERNEL -> members.remove("kernel");
      case NO_INITRD -> members.remove("initrd");
      case NO_MODULES -> members.remove("modules");
      case NO_INIT -> members.remove("init");
      case NO_OS_RELEASE -> members.remove("os-release");
      case NO_VAR -> members.remove("var");
      case NO_PROC -> members.remove("proc");
      case NO_ETC -> withoutEtc(members);
      case ETC_IS_A_LINK -> {
        withoutEtc(members);
        members.put("etc", () -> archive.symlink("etc", "usr/share/etc"));
      }
      case VAR_IS_A_LINK -> members.put("var", () -> archive.symlink("var", "usr"));
      case HOME_IS_A_FILE -> members.put("home", () -> archive.file("home", "x"));
      case INIT_IS_A_DIRECTORY -> members.put("init", () -> archive.directory("usr/sbin/init"));
      case INIT_LEADS_OUT ->
          members.put("init", () -> archive.symlink("usr/sbin/init", "../../../../bin/sh"));
      case KERNEL_LEADS_OUT ->
          members.put(
              "kernel", () -> archive.symlink("usr/lib/modules/6.12/vmlinuz", "/etc/hostname"));
      case EMPTY_KERNEL ->
          members.put("kernel", () -> archive.file("usr/lib/modules/6.12/vmlinuz", ""));
      case OS_RELEASE_IS_A_PIPE -> pipe(archive, members, "os-release");
      case FSTAB_IS_A_PIPE -> pipe(archive, members, "fstab");
      case PASSWD_LEADS_OUT ->
          members.put("passwd", () -> archive.symlink("etc/passwd", "../../../../etc/shadow"));
      case OWN_DIRECTORY_IS_TAKEN ->
          members.put("own", () -> archive.directory("usr/lib/container-snap-deployment"));
      case ROOT_IS_CLOSED -> members.put("", () -> archive.mode(0700).directory("./"));
      case TUKIT -> members.put("tukit", () -> archive.file("usr/sbin/tukit", "tukit"));
    }
  }

  private static void pipe(TarBuilder archive, Map<String, Runnable> members, String name) {
    members.put(name, () -> archive.entry('6', "etc/" + name, "", 0644, new byte[0]));
  }

  private static void withoutEtc(Map<String, Runnable> members) {
    List.of("etc", "os-release", "passwd", "group", "shadow", "fstab").forEach(members::remove);
  }

  private String config(List<byte[]> layers) {
    List<String> diffIds = new ArrayList<>();
    layers.forEach(layer -> diffIds.add("\"sha256:" + LayoutBuilder.sha256(layer) + "\""));
    if (config == Config.ONE_DIFF_ID_MORE) {
      diffIds.add("\"sha256:" + "1".repeat(64) + "\"");
    } else if (config == Config.ANOTHER_DIFF_ID) {
      diffIds.set(0, "\"sha256:" + "0".repeat(64) + "\"");
    }
    String rootfs =
        "\"rootfs\":{\"type\":\"layers\",\"diff_ids\":[%s]}".formatted(String.join(",", diffIds));
    String said =
        "\"architecture\":\"%s\",\"os\":\"%s\"".formatted(platform.architecture, platform.os);
    String created = "\"created\":\"2026-01-01T00:00:00Z\"";
    String own = "\"config\":{}";
    return switch (config) {
      case USUAL, ONE_DIFF_ID_MORE, ANOTHER_DIFF_ID -> object(said, created, own, rootfs);
      case NOT_CREATED -> object(said, own, rootfs);
      case NO_ROOTFS -> object(said, created, own);
      case TWICE_THE_KEY -> object(said, created, own, rootfs, "\"rootfs\":{\"type\":\"layers\"}");
      case A_LIST -> "[]";
      case HISTORY_WITH_EMPTY_LAYERS ->
          object(
              said,
              created,
              own,
              rootfs,
              "\"history\":[{\"created_by\":\"a\"},{\"empty_layer\":true},{\"created_by\":\"b\"}]");
      case NULL_CONFIG -> object(said, created, "\"config\":null", rootfs);
    };
  }

  private static String object(String... members) {
    return "{" + String.join(",", members) + "}";
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Writes the blobs of a layout. */
  private final class Writer {
    private static final String IMAGE = "application/vnd.oci.image.";

    private final Path work;
    private final Path layout;

    Writer(Path work, Path layout) throws IOException {
      this.work = work;
      this.layout = layout;
      Files.createDirectories(layout.resolve("blobs/sha256"));
      Files.writeString(layout.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
    }

    String manifest(String config, List<byte[]> layers) throws IOException {
      List<String> blobs = new ArrayList<>();
      for (byte[] layer : layers) {
        byte[] packed = packing.packed(layer, work);
        blobs.add(blob(IMAGE + "layer.v1." + packing.mediaType, packed));
      }
      return blob(
          IMAGE + "manifest.v1+json",
          bytes(
              "{\"schemaVersion\":2,\"mediaType\":\"%smanifest.v1+json\",\"config\":%s,\"layers\":[%s]}"
                  .formatted(
                      IMAGE,
                      blob(IMAGE + "config.v1+json", bytes(config)),
                      String.join(",", blobs))));
    }

    void index(String manifest) throws IOException {
      String ours = with(manifest, "amd64", "linux");
      List<String> entries =
          switch (index) {
            case PLAIN -> List.of(manifest);
            case NESTED -> List.of(nested(List.of(ours)));
            case ATTESTATION_FIRST ->
                List.of(nested(List.of(with(other(), "unknown", "unknown"), ours)));
            case OTHER_MACHINE_FIRST ->
                List.of(nested(List.of(with(other(), "arm64", "linux"), ours)));
            case OTHER_MACHINE_ALONE -> List.of(nested(List.of(with(other(), "arm64", "linux"))));
            case TWO_IMAGES -> List.of(manifest, other());
          };
      Files.writeString(layout.resolve("index.json"), list(entries));
    }

    private String other() throws IOException {
      return manifest(
          object("\"architecture\":\"arm64\"", "\"os\":\"linux\"", "\"rootfs\":{\"diff_ids\":[]}"),
          List.of());
    }

    private String nested(List<String> entries) {
      return blob(IMAGE + "index.v1+json", bytes(list(entries)));
    }

    private static String list(List<String> entries) {
      return "{\"schemaVersion\":2,\"mediaType\":\"application/vnd.oci.image.index.v1+json\",\"manifests\":[%s]}"
          .formatted(String.join(",", entries));
    }

    private static String with(String descriptor, String architecture, String os) {
      return descriptor.substring(0, descriptor.length() - 1)
          + ",\"platform\":{\"architecture\":\"%s\",\"os\":\"%s\"}}".formatted(architecture, os);
    }

    private String blob(String mediaType, byte[] content) {
      String digest = LayoutBuilder.sha256(content);
      try {
        Files.write(layout.resolve("blobs/sha256").resolve(digest), content);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
      return "{\"mediaType\":\"%s\",\"digest\":\"sha256:%s\",\"size\":%d}"
          .formatted(mediaType, digest, content.length);
    }
  }
}
