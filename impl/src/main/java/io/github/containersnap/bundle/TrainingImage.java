package io.github.containersnap.bundle;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.containersnap.adapter.linux.LinuxFiles;
import io.github.containersnap.base.Digests;
import io.github.containersnap.base.Sha256;
import io.github.containersnap.oci.OciLayout;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;

/**
 * Images small enough to be made in a moment, for the {@link TrainingRun}: as an OCI layout, and as
 * podman's store holds them once they are pulled (with directories as subvolumes).
 *
 * <p>Each image adds a layer to the one before. Its archive has the owners and modes that the files
 * on this disk have, so that no root is needed for the two to be equal.
 */
final class TrainingImage {
  private static final int BLOCK = 512;
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;
  private static final LinuxFiles FILES = new LinuxFiles();

  private final List<Layer> layers;
  private final byte[] config;

  private TrainingImage(List<Layer> layers) {
    this.layers = List.copyOf(layers);
    this.config = config(layers);
  }

  /**
   * A layer.
   *
   * @param content what it adds, in a directory
   * @param archive its tar archive
   * @param pieces the archive as tar-split notes it, a JSON object a line
   */
  @SuppressWarnings("ArrayRecordComponent") // never compared
  private record Layer(Path content, byte[] archive, String pieces) {
    String id() {
      return Sha256.hex(archive);
    }
  }

  /** An image of one layer, which holds what is in {@code content}. */
  static TrainingImage of(Path content) throws IOException {
    return new TrainingImage(List.of(layer(content)));
  }

  /** An image of one layer more. */
  TrainingImage with(Path content) throws IOException {
    List<Layer> all = new ArrayList<>(layers);
    all.add(layer(content));
    return new TrainingImage(all);
  }

  /** The image's id. */
  String id() {
    return Sha256.hex(config);
  }

  /** The digests of its layers, bottom first. */
  List<String> diffIds() {
    return layers.stream().map(layer -> Digests.of(layer.id())).toList();
  }

  private static byte[] config(List<Layer> layers) {
    ObjectNode config =
        JSON.objectNode()
            .put("created", "2026-01-01T00:00:00Z")
            .put("architecture", OciLayout.hostArchitecture())
            .put("os", "linux");
    config
        .putObject("config")
        .putObject("Labels")
        .put("org.opencontainers.image.version", Integer.toString(layers.size()));
    ArrayNode diffIds = config.putObject("rootfs").put("type", "layers").putArray("diff_ids");
    layers.forEach(layer -> diffIds.add(Digests.of(layer.id())));
    return bytes(config.toString());
  }

  private byte[] manifest() {
    ObjectNode manifest = JSON.objectNode().put("schemaVersion", 2);
    manifest.put("mediaType", "application/vnd.oci.image.manifest.v1+json");
    describe(manifest.putObject("config"), "config.v1+json", config);
    ArrayNode list = manifest.putArray("layers");
    layers.forEach(layer -> describe(list.addObject(), "layer.v1.tar", layer.archive()));
    return bytes(manifest.toString());
  }

  private static ObjectNode describe(ObjectNode descriptor, String type, byte[] blob) {
    return descriptor
        .put("mediaType", "application/vnd.oci.image." + type)
        .put("digest", Digests.of(Sha256.hex(blob)))
        .put("size", blob.length);
  }

  /** Writes it as an OCI layout with the tag {@code image}. */
  void writeLayout(Path directory) throws IOException {
    Path blobs = Files.createDirectories(directory.resolve("blobs/sha256"));
    for (Layer layer : layers) {
      writeBlob(blobs, layer.archive());
    }
    writeBlob(blobs, config);
    writeBlob(blobs, manifest());
    ObjectNode index = JSON.objectNode().put("schemaVersion", 2);
    describe(index.putArray("manifests").addObject(), "manifest.v1+json", manifest())
        .putObject("annotations")
        .put("org.opencontainers.image.ref.name", "image");
    Files.writeString(directory.resolve("index.json"), index.toString());
    Files.writeString(directory.resolve("oci-layout"), "{\"imageLayoutVersion\":\"1.0.0\"}");
  }

  private static void writeBlob(Path blobs, byte[] content) throws IOException {
    Files.write(blobs.resolve(Sha256.hex(content)), content);
  }

  /** Makes {@code store} what podman makes of it by pulling this image. */
  void writeStore(Path store) throws IOException {
    Path images = store.resolve("btrfs-images");
    Path lists = Files.createDirectories(store.resolve("btrfs-layers"));
    ArrayNode records = JSON.arrayNode();
    for (int i = 0; i < layers.size(); i++) {
      Layer layer = layers.get(i);
      ObjectNode node = records.addObject();
      node.put("id", layer.id()).put("diff-digest", Digests.of(layer.id()));
      Path subvolume = store.resolve("btrfs/subvolumes").resolve(layer.id());
      if (!Files.exists(subvolume)) {
        FILES.createReadableDirectories(subvolume);
        if (i > 0) {
          FILES.copyTree(subvolume.resolveSibling(layers.get(i - 1).id()), subvolume);
        }
        FILES.copyTree(layer.content(), subvolume);
      }
      if (i > 0) {
        node.put("parent", layers.get(i - 1).id());
      }
      try (OutputStream pieces =
          new GZIPOutputStream(
              Files.newOutputStream(lists.resolve(layer.id() + ".tar-split.gz")))) {
        pieces.write(bytes(layer.pieces()));
      }
    }
    Files.writeString(lists.resolve("layers.json"), records.toString());
    ObjectNode image = JSON.objectNode().put("id", id()).put("layer", layers.getLast().id());
    image.put("created", "2026-01-01T00:00:00Z").putArray("names").add("localhost/os:1");
    Path own = Files.createDirectories(images.resolve(id()));
    String key = Base64.getEncoder().encodeToString(bytes(Digests.of(id())));
    Files.write(own.resolve("=" + key), config);
    Files.write(own.resolve("manifest"), manifest());
    Files.writeString(images.resolve("images.json"), JSON.arrayNode().add(image).toString());
  }

  private static Layer layer(Path content) throws IOException {
    ByteArrayOutputStream archive = new ByteArrayOutputStream();
    StringBuilder pieces = new StringBuilder();
    List<Path> all;
    try (var walk = Files.walk(content)) {
      all = walk.sorted().toList();
    }
    for (Path file : all) {
      String name = file.equals(content) ? "./" : content.relativize(file).toString();
      byte[] header = header(file, name);
      archive.write(header);
      pieces.append(JSON.objectNode().put("type", 2).put("payload", header)).append('\n');
      if (Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
        byte[] bytes = Files.readAllBytes(file);
        byte[] padding = new byte[-bytes.length & (BLOCK - 1)];
        archive.write(bytes);
        archive.write(padding);
        ObjectNode piece = JSON.objectNode().put("type", 1).put("name", name);
        pieces.append(piece.put("size", bytes.length).put("payload", new byte[8])).append('\n');
        pieces.append(JSON.objectNode().put("type", 2).put("payload", padding)).append('\n');
      }
    }
    byte[] end = new byte[2 * BLOCK];
    archive.write(end);
    pieces.append(JSON.objectNode().put("type", 2).put("payload", end)).append('\n');
    return new Layer(content, archive.toByteArray(), pieces.toString());
  }

  /** The header of a file in the format ustar. */
  private static byte[] header(Path file, String name) throws IOException {
    Map<String, Object> status =
        Files.readAttributes(file, "unix:mode,uid,gid,size", LinkOption.NOFOLLOW_LINKS);
    boolean directory = Files.isDirectory(file, LinkOption.NOFOLLOW_LINKS);
    boolean link = Files.isSymbolicLink(file);
    byte[] header = new byte[BLOCK];
    put(header, 0, name);
    put(header, 100, octal(7, number(status, "mode") & 07777));
    put(header, 108, octal(7, number(status, "uid")));
    put(header, 116, octal(7, number(status, "gid")));
    put(header, 124, octal(11, directory || link ? 0 : number(status, "size")));
    put(header, 136, octal(11, 0));
    put(header, 148, " ".repeat(8)); // the checksum counts as blanks
    put(header, 156, directory ? "5" : link ? "2" : "0");
    put(header, 157, link ? Files.readSymbolicLink(file).toString() : "");
    put(header, 257, "ustar\00000");
    int sum = 0;
    for (byte value : header) {
      sum += value & 0xff;
    }
    put(header, 148, octal(6, sum) + "\0");
    return header;
  }

  private static long number(Map<String, Object> status, String name) {
    return status.get(name) instanceof Number number ? number.longValue() : 0;
  }

  private static String octal(int digits, long number) {
    return ("%0" + digits + "o").formatted(number);
  }

  private static void put(byte[] header, int offset, String text) {
    byte[] bytes = bytes(text);
    System.arraycopy(bytes, 0, header, offset, bytes.length);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
