package io.github.containersnap.harness.testkit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A tree that the engine takes for a system and that nothing boots.
 *
 * @param root where it is made
 */
public record TestTree(Path root) {
  private static final int KERNEL_LINES = 2_000;

  /** Writes a file, and makes the directories above it. */
  public Path write(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, text);
  }

  /** A kernel with initrd and modules. */
  public void kernel(String version) throws IOException {
    String modules = "usr/lib/modules/" + version + "/";
    write(modules + "vmlinuz", ("kernel " + version + "\n").repeat(KERNEL_LINES));
    write(modules + "initramfs.img", ("initrd " + version + "\n").repeat(KERNEL_LINES));
    write(modules + "modules.dep", version + "\n");
  }

  /** What every system has besides a kernel and os-release: mount points and an init. */
  public void skeleton() throws IOException {
    for (String mountPoint : List.of("dev", "proc", "run", "sys", "var")) {
      Files.createDirectories(root.resolve(mountPoint));
    }
    Path init = write("usr/sbin/init", "init");
    if (!init.toFile().setExecutable(true)) {
      throw new IOException("cannot make %s executable".formatted(init));
    }
    Files.createSymbolicLink(root.resolve("sbin"), Path.of("usr/sbin"));
  }
}
