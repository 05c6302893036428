package io.github.containersnap.harness.oracle.reading;

import io.github.containersnap.harness.experiment.PlainHostOnPaper;
import io.github.containersnap.harness.grub.GrubMachine;
import io.github.containersnap.harness.view.BootPlan;
import io.github.containersnap.loopback.disk.LoopDevice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import java.util.function.Function;

/**
 * The GRUB of a host that is adopted, or is not yet: its own configuration, what that reads
 * besides, and the menu that this may lead to. What is read is all three, each after a line with
 * its path.
 *
 * @param filesystem the UUID of the btrfs
 */
public record HostGrubReading(UUID filesystem) implements MenuReading {
  private static final String BEGINS = "\u0001";
  private static final List<String> FILES =
      List.of(
          PlainHostOnPaper.CONFIGURATION, PlainHostOnPaper.CUSTOM, GrubMachine.MENU.substring(1));

  @Override
  public Optional<String> atLastCommit(LoopDevice loop) {
    return together(new BootLoaderView(loop.device())::text);
  }

  @Override
  public Optional<String> mounted(Path top) {
    return together(path -> text(top.resolve(path)));
  }

  private static Optional<String> text(Path file) {
    if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
      return Optional.empty();
    }
    try {
      return Optional.of(Files.readString(file));
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read " + file, e);
    }
  }

  private static Optional<String> together(Function<String, Optional<String>> reader) {
    StringBuilder all = new StringBuilder();
    for (String path : FILES) {
      reader
          .apply(path)
          .ifPresent(
              text ->
                  all.append(BEGINS).append(path).append('\n').append(text.strip()).append('\n'));
    }
    return all.isEmpty() ? Optional.empty() : Optional.of(all.toString());
  }

  @Override
  public BootPlan plan(Optional<String> read) {
    return new GrubMachine(
            new ReadFiles(read.map(HostGrubReading::apart).orElse(Map.of()), filesystem.toString()),
            GrubMachine.emptyEnvironment(),
            "/" + PlainHostOnPaper.CONFIGURATION)
        .plan();
  }

  private static Map<String, String> apart(String read) {
    Map<String, String> files = new TreeMap<>();
    for (String part : read.split(BEGINS, -1)) {
      int line = part.indexOf('\n');
      if (line > 0) {
        files.put("/" + part.substring(0, line), part.substring(line + 1));
      }
    }
    return files;
  }

  @Override
  public Optional<String> fallback(Path top, BootPlan plan) {
    return new GrubMenuReading(filesystem).fallback(top, plan);
  }

  @Override
  public Optional<String> standing(Path top, String deployment) {
    return new GrubMenuReading(filesystem).standing(top, deployment);
  }

  /** Whether kernels can be read is asked of GRUB's own driver elsewhere. */
  private record ReadFiles(Map<String, String> files, String uuid)
      implements GrubMachine.SystemFilesystem {
    @Override
    public Optional<byte[]> read(String path) {
      return Optional.ofNullable(files.get(path)).map(it -> it.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public boolean isKernel(String path) {
      return true;
    }

    @Override
    public boolean exists(String path) {
      return !FILES.contains(path.substring(1)) || files.containsKey(path);
    }
  }
}
