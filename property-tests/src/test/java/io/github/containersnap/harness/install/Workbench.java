package io.github.containersnap.harness.install;

import io.github.containersnap.adapter.RealMachineAccess;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.harness.testkit.TestImage;
import io.github.containersnap.harness.testkit.TinyImage;
import io.github.containersnap.harness.testkit.TinyImages;
import io.github.containersnap.harness.updater.CommandLineRun;
import io.github.containersnap.loopback.disk.Workspace;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;

/** A directory with a tiny image in it, and the command line; all that a test leaves goes away. */
final class Workbench implements AutoCloseable {
  static final long MIB = 1 << 20;

  /** Large enough for a tiny image, and no larger. */
  static final long DISK_BYTES = 400 * MIB;

  private final Workspace workspace;
  private final TinyImage image;

  Workbench() throws IOException {
    workspace =
        Workspace.open(Path.of(System.getProperty("java.io.tmpdir"), "container-snap-tests"));
    image = new TinyImages(workspace.file("image")).version(1);
  }

  TinyImage image() {
    return image;
  }

  Path file(String name) {
    return workspace.file(name);
  }

  Path runtimeDirectory() {
    return workspace.file("runtime");
  }

  /** Makes an image of one layer, which holds {@code tree}. Returns its layout. */
  Path imageOf(String name, Path tree) throws IOException {
    TestImage layout = TestImage.in(file(name));
    Path archive = file(name + ".tar");
    ExternalCommand.of("tar", "--create", "--file", archive, "--directory", tree, ".").run();
    String layer = layout.add(Files.readAllBytes(archive));
    layout.complete(
        """
        {"architecture": "amd64", "os": "linux", "config": {},
         "rootfs": {"type": "layers", "diff_ids": ["sha256:%s"]}}
        """
            .formatted(layer),
        List.of(layer));
    return layout.directory();
  }

  /** A file of zeros. */
  Path zeros(String name, long bytes) throws IOException {
    Path file = file(name);
    try (RandomAccessFile content = new RandomAccessFile(file.toFile(), "rw")) {
      content.setLength(bytes);
    }
    return file;
  }

  /**
   * What a command came to.
   *
   * @param exit its exit status
   * @param out its standard output
   * @param error its standard error
   */
  record Result(int exit, String out, String error) {
    Result isDone() {
      Assertions.assertThat(exit).as(error).isZero();
      return this;
    }

    /** It was refused as a mistake of the caller, in these words. */
    void isRefused(String message) {
      Assertions.assertThat(error).contains("container-snap: " + message);
      Assertions.assertThat(exit).isEqualTo(2);
      Assertions.assertThat(out).isEmpty();
    }
  }

  /** Runs the command line in this process, which has no terminal. */
  Result run(Object... arguments) {
    CommandLineRun run =
        CommandLineRun.of(
            new RealMachineAccess(runtimeDirectory()),
            Stream.of(arguments).map(Object::toString).toList());
    return new Result(run.exit(), run.out(), run.error());
  }

  /** Installs the tiny image. */
  Result install(Path disk, String... options) {
    return installOf(image.reference(), disk, options);
  }

  /** Installs another image. */
  Result installOf(String reference, Path disk, String... options) {
    Object[] all = new Object[options.length + 4];
    System.arraycopy(options, 0, all, 4, options.length);
    all[0] = "install";
    all[1] = "--disk";
    all[2] = disk;
    all[3] = reference;
    return run(all);
  }

  /** Nothing of an installation is mounted, attached or lies about. */
  void isTidy() throws IOException {
    Assertions.assertThat(Files.readAllLines(Path.of("/proc/self/mountinfo")))
        .noneMatch(line -> line.contains(workspace.directory().toString()));
    Assertions.assertThat(ExternalCommand.of("losetup", "--list").run().text())
        .doesNotContain(workspace.directory().toString());
    Assertions.assertThat(runtimeDirectory().resolve("install")).doesNotExist();
  }

  @Override
  public void close() {
    workspace.close();
  }
}
