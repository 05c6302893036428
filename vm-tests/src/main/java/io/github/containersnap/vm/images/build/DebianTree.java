package io.github.containersnap.vm.images.build;

import io.github.containersnap.command.CommandFailedException;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.linux.TreeDeletion;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A Debian tree that mmdebstrap makes from this machine's own apt sources.
 *
 * @param packages what is installed, with all that it depends on
 * @param hooks shell commands that mmdebstrap runs at the end, the tree as {@code $1}
 */
public record DebianTree(List<String> packages, List<String> hooks) {
  static final String SUITE = "trixie";

  private static final Path APT = Path.of("/etc/apt");

  private static final List<String> LEFT_OUT =
      List.of("/usr/share/doc/*", "/usr/share/man/*", "/usr/share/info/*", "/usr/share/locale/*");

  public DebianTree {
    packages = List.copyOf(packages);
    hooks = List.copyOf(hooks);
  }

  /** All that decides what the tree contains, as far as it is ours to decide. */
  public List<String> inputs() {
    List<String> inputs = new ArrayList<>(List.of(SUITE));
    inputs.addAll(packages);
    inputs.addAll(LEFT_OUT);
    inputs.addAll(hooks);
    return inputs;
  }

  /** Makes it as a tar archive, {@code name} in {@code directory}, with owners and attributes. */
  public void makeIn(Path directory, String name) throws IOException {
    Path temporary = Files.createDirectory(directory.resolve("tmp"));
    try {
      NamespacedCommand.command(
              mmdebstrap(directory.resolve(name), sourceLine(temporary)).toArray())
          .withEnvironment("TMPDIR", temporary.toString())
          .run();
    } catch (CommandFailedException e) {
      throw new ImageBuildException(
          "mmdebstrap could not make a Debian %s tree from this machine's apt sources: %s"
              .formatted(SUITE, ImageWorkshop.tail(e.standardError())),
          e);
    } finally {
      TreeDeletion.removeUnlessMounted(temporary);
    }
  }

  private List<Object> mmdebstrap(Path archive, String sourceLine) {
    List<Object> command = new ArrayList<>();
    command.addAll(
        List.of("mmdebstrap", "--quiet", "--mode=root", "--variant=minbase", "--format=tar"));
    command.add("--architectures=amd64");
    command.add("--include=" + String.join(",", packages));
    LEFT_OUT.forEach(path -> command.add("--dpkgopt=path-exclude=" + path));
    aptNetworkOptions().forEach(option -> command.add("--aptopt=" + option));
    command.add("--aptopt=Acquire::Retries \"3\";");
    hooks.forEach(hook -> command.add("--customize-hook=" + hook));
    command.addAll(List.of(SUITE, archive, sourceLine));
    return command;
  }

  /** Proxies and certificates that this machine's apt needs to reach its mirror. */
  private static List<String> aptNetworkOptions() {
    return ExternalCommand.of("apt-config", "dump", "--no-empty", "--format", "%f \"%v\";%n")
        .with("Acquire::http", "Acquire::https")
        .run()
        .lines()
        .stream()
        .filter(line -> line.startsWith("Acquire::http"))
        .toList();
  }

  private static String sourceLine(Path temporary) throws IOException {
    AptSource source =
        AptSources.readFrom(APT)
            .debian()
            .orElseThrow(
                () ->
                    new ImageBuildException(
                        "the apt sources of this machine (/etc/apt/sources.list and sources.list.d)"
                            + " name no Debian archive with http or https; add one, then try"
                            + " again"));
    if (source.keyIsInline()) {
      Path key = temporary.resolve("archive-key.asc");
      Files.writeString(key, source.signedBy().orElseThrow());
      source = source.withKeyFile(key.toString());
    }
    return source.line(SUITE);
  }
}
