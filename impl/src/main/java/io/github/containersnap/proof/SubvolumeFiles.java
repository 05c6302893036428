package io.github.containersnap.proof;

import io.github.containersnap.linux.EscapedBytes;
import io.github.containersnap.linux.PathBytes;
import io.github.containersnap.linux.QuietInputStream;
import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.PathResolution;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The files in a layer's subvolume by the names they have in the layer's archive. Links in the
 * middle of a name are followed inside the subvolume, as they were when it was unpacked there.
 */
final class SubvolumeFiles {
  private final Path root;
  private final Map<String, Optional<PathResolution.Step>> steps = new HashMap<>();
  private final Map<String, Optional<String>> directories = new HashMap<>();
  private final PathResolution resolution =
      new PathResolution(path -> steps.computeIfAbsent(path, this::stepAt));

  SubvolumeFiles(Path root) {
    this.root = root;
  }

  /**
   * Where the entry called {@code name} is.
   *
   * @return its real path below the subvolume, not necessarily existing
   */
  String locate(String name) throws DamagedStoreException {
    List<String> components = new ArrayList<>();
    for (String component : name.split("/", -1)) {
      if (component.equals("..")) {
        throw new DamagedStoreException("it has an entry \"" + name + "\" that leaves the layer");
      }
      if (!component.isEmpty() && !component.equals(".")) {
        components.add(component);
      }
    }
    if (components.isEmpty()) {
      return "";
    }
    String parent = String.join("/", components.subList(0, components.size() - 1));
    try {
      String directory =
          directories
              .computeIfAbsent(parent, resolution::resolve)
              .orElseThrow(
                  () -> new DamagedStoreException("its directory /" + parent + " is missing"));
      return directory.isEmpty() ? components.getLast() : directory + "/" + components.getLast();
    } catch (UncheckedIOException e) {
      throw new DamagedStoreException("its directory /" + parent + " cannot be read", e);
    }
  }

  /**
   * Opens a regular file of exactly {@code size} bytes.
   *
   * @param path a real path as {@link #locate} gives it
   */
  InputStream open(String path, long size) throws DamagedStoreException {
    Path file = PathBytes.under(root, EscapedBytes.toBytes(path));
    try {
      BasicFileAttributes status =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (!status.isRegularFile()) {
        throw new DamagedStoreException("its file /" + path + " is no regular file any more");
      }
      long length = status.size();
      if (length != size) {
        throw new DamagedStoreException(
            "its file /%s has %,d bytes instead of %,d".formatted(path, length, size));
      }
      return QuietInputStream.open(file, length);
    } catch (NoSuchFileException e) {
      throw new DamagedStoreException("its file /" + path + " is missing", e);
    } catch (DamagedStoreException e) {
      throw e;
    } catch (IOException e) {
      throw new DamagedStoreException("its file /" + path + " cannot be read", e);
    }
  }

  private Optional<PathResolution.Step> stepAt(String path) {
    Path file = PathBytes.under(root, EscapedBytes.toBytes(path));
    try {
      Map<String, Object> status =
          Files.readAttributes(file, "unix:mode", LinkOption.NOFOLLOW_LINKS);
      if (!(status.get("mode") instanceof Integer mode)) {
        return Optional.empty();
      }
      Optional<FileKind> kind = FileKind.ofMode(mode);
      String target =
          kind.equals(Optional.of(FileKind.SYMLINK))
              ? EscapedBytes.toText(PathBytes.ofTarget(Files.readSymbolicLink(file)))
              : "";
      return kind.map(known -> new PathResolution.Step(known, target));
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
