package io.github.containersnap.proof;

import com.sun.management.OperatingSystemMXBean;
import io.github.containersnap.oci.LayoutBuilder;
import io.github.containersnap.oci.TarBuilder;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;

/**
 * What the proof of an update costs over bases of several sizes, each time in a JVM of its own: run
 * {@code main} with the numbers of files and of changed files. Needs root.
 */
final class ProofBenchmark {
  private static final int FILES_IN_DIRECTORY = 50;
  private static final int RUNS = 3;

  private ProofBenchmark() {}

  public static void main(String[] arguments) throws Exception {
    if (arguments[0].equals("prove")) {
      prove(Path.of(arguments[1]), arguments[2], Path.of(arguments[3]));
      return;
    }
    int files = Integer.parseInt(arguments[0]);
    int changed = Integer.parseInt(arguments[1]);
    Path directory = Files.createTempDirectory("proof-benchmark");
    Path oldLayout = directory.resolve("old");
    Path newLayout = directory.resolve("new");
    byte[] base = base(files);
    String oldImage = image(oldLayout, base, top(files, changed, 1));
    String newImage = image(newLayout, base, top(files, changed, 2));
    Path records = directory.resolve("records");
    try (StoreOnBtrfs store = new StoreOnBtrfs(Files.createDirectory(directory.resolve("store")))) {
      store.pull(oldLayout, "image");
      run("first ", store.graphRoot(), oldImage, records);
      store.pull(newLayout, "image");
      for (int i = 0; i < RUNS; i++) {
        Path copy = directory.resolve("records" + i);
        new ProcessBuilder("cp", "-a", records.toString(), copy.toString()).start().waitFor();
        run("update", store.graphRoot(), newImage, copy);
      }
    }
    new ProcessBuilder("rm", "-rf", directory.toString()).start().waitFor();
  }

  private static void run(String what, Path graphRoot, String image, Path records)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(ManagementFactory.getRuntimeMXBean().getInputArguments());
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.addAll(List.of(ProofBenchmark.class.getName(), "prove"));
    command.addAll(List.of(graphRoot.toString(), image, records.toString()));
    System.out.print(what + ": ");
    System.out.flush();
    new ProcessBuilder(command).inheritIO().start().waitFor();
  }

  private static void prove(Path graphRoot, String image, Path directory) throws IOException {
    Files.createDirectories(directory);
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long cpu = system.getProcessCpuTime();
    long wall = System.nanoTime();
    ProofRecords records = new ProofRecords(new RecordsInDirectory(directory));
    ProvenLayer proven =
        IncrementalProof.prove(StoredImage.find(new StoreLayout(graphRoot), image), records);
    var _ = proven.tree().get("usr/lib").orElseThrow();
    wall = System.nanoTime() - wall;
    cpu = system.getProcessCpuTime() - cpu;
    Runtime runtime = Runtime.getRuntime();
    long size = 0;
    try (Stream<Path> all = Files.list(directory)) {
      for (Path file : all.toList()) {
        size += Files.size(file);
      }
    }
    System.out.printf(
        "processor %,d ms, wall %,d ms, heap %,d MB, records %,d kB%n",
        cpu / 1_000_000,
        wall / 1_000_000,
        (runtime.totalMemory() - runtime.freeMemory()) >> 20,
        size >> 10);
  }

  private static String image(Path layout, byte[] base, byte[] top) throws IOException {
    return new LayoutBuilder(layout).layer(base).layer(top).image("image", "");
  }

  private static String name(int file) {
    return "usr/lib/directory-%d/file-of-the-base-%d".formatted(file / FILES_IN_DIRECTORY, file);
  }

  private static byte[] base(int files) {
    TarBuilder tar = new TarBuilder().mode(0755).directory("usr").directory("usr/lib");
    for (int file = 0; file < files; file++) {
      if (file % FILES_IN_DIRECTORY == 0) {
        tar.directory("usr/lib/directory-" + file / FILES_IN_DIRECTORY);
      }
      tar.file(name(file), content(file, file % 10 == 0 ? 9_000 : 200));
    }
    return tar.build();
  }

  private static byte[] top(int files, int changed, int version) {
    TarBuilder tar = new TarBuilder().mode(0755);
    for (int i = 0; i < changed; i++) {
      tar.file(name((int) ((long) i * files / changed)), content(-i - version * 1000, 5_000));
    }
    return tar.build();
  }

  private static byte[] content(int seed, int size) {
    byte[] bytes = new byte[size];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  /** Records in a real directory. */
  private record RecordsInDirectory(Path directory) implements ProofRecords.Files {
    @Override
    public Optional<byte[]> read(String name, int limit) {
      try {
        Path file = directory.resolve(name);
        return Files.exists(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void replace(String name, ProofRecords.Content content) {
      try (OutputStream out = Files.newOutputStream(directory.resolve(name))) {
        content.writeTo(out);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public List<String> names() {
      try (Stream<Path> files = Files.list(directory)) {
        return files.map(file -> file.getFileName().toString()).toList();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void delete(String name) {
      try {
        Files.delete(directory.resolve(name));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
