package io.github.containersnap.lint;

import io.github.containersnap.lint.model.Finding;
import io.github.containersnap.lint.model.InspectedImage;
import io.github.containersnap.lint.model.LintRule;
import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.PathResolution;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/** An image that is nowhere but here. Missing directories are added. */
final class ImageSketch {
  private final SortedMap<String, TreeEntry> entries = new TreeMap<>();
  private final Map<String, String> texts = new HashMap<>();
  private String os = "linux";
  private String architecture = "amd64";

  private ImageSketch() {
    entry("", FileKind.DIRECTORY, 0755, 0, 0, "", 0);
  }

  /** An image that keeps all rules. */
  static ImageSketch faultless() {
    ImageSketch image = new ImageSketch();
    List.of("vmlinuz", "initramfs.img", "modules.dep")
        .forEach(name -> image.file("usr/lib/modules/6.12/" + name, 0644));
    List.of("container-snap", "podman", "skopeo", "btrfs")
        .forEach(name -> image.file("usr/bin/" + name, 0755));
    List.of("container-snap-recover.service", "container-snap-bless.service")
        .forEach(name -> image.file("usr/lib/systemd/system/" + name, 0644));
    List.of("dev", "proc", "run", "sys", "var", "home", "root", "srv").forEach(image::directory);
    return image
        .file("usr/lib/systemd/systemd", 0755)
        .link("usr/sbin/init", "../lib/systemd/systemd")
        .link("sbin", "usr/sbin")
        .link("lib", "usr/lib")
        .text("etc/os-release", "PRETTY_NAME=\"A system\"\n")
        .text("etc/machine-id", "")
        .directory("tmp", 01777);
  }

  ImageSketch directory(String path) {
    return directory(path, 0755);
  }

  ImageSketch directory(String path, int mode) {
    return entry(path, FileKind.DIRECTORY, mode, 0, 0, "", 0);
  }

  ImageSketch file(String path, int mode) {
    return file(path, mode, 0);
  }

  ImageSketch file(String path, int mode, int uid) {
    return entry(path, FileKind.FILE, mode, uid, 1, "", 0);
  }

  ImageSketch text(String path, String text) {
    texts.put(path, text);
    return entry(path, FileKind.FILE, 0644, 0, text.length(), "", 0);
  }

  ImageSketch link(String path, String target) {
    return entry(path, FileKind.SYMLINK, 0777, 0, 0, target, 0);
  }

  ImageSketch device(String path, long number) {
    return entry(path, FileKind.CHARACTER_DEVICE, 0600, 0, 0, "", number);
  }

  ImageSketch without(String path) {
    entries.keySet().removeIf(other -> InspectedImage.isWithin(path, other));
    return this;
  }

  ImageSketch of(String otherArchitecture) {
    architecture = otherArchitecture;
    return this;
  }

  ImageSketch onOs(String otherOs) {
    os = otherOs;
    return this;
  }

  private ImageSketch entry(
      String path, FileKind kind, int mode, int uid, long size, String target, long device) {
    if (!path.isEmpty() && !entries.containsKey(PathResolution.parent(path))) {
      directory(PathResolution.parent(path));
    }
    entries.put(
        path, new TreeEntry(kind, mode, uid, 0, size, "", target, device, new TreeMap<>(), ""));
    return this;
  }

  InspectedImage image() {
    return new InspectedImage(
        TreeManifest.of(entries),
        path -> Optional.ofNullable(texts.get(path)),
        os,
        architecture,
        "amd64");
  }

  /** What all checks say of it. */
  List<Finding> findings() {
    return Lint.of(image(), EnumSet.noneOf(LintRule.class)).findings();
  }
}
