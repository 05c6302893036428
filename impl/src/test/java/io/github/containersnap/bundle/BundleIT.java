package io.github.containersnap.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.command.CommandOutput;
import io.github.containersnap.command.ExternalCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The bundle that {@code mvn package} has made, used from where it lies. */
final class BundleIT {
  private static final Path TREE = Path.of("target/bundle").toAbsolutePath();
  private static final Path PROGRAM = TREE.resolve("usr/bin/container-snap");
  private static final Path HOME = TREE.resolve("usr/lib/container-snap");
  private static final Path CACHE = Path.of("usr/lib/container-snap/lookups.aot"); // of `get-root`
  private static final String ID = "1".repeat(64) + "-work2";

  @TempDir Path scratch;

  @Test
  void the_program_starts_through_symbolic_links_and_relative_paths() throws IOException {
    Path link = Files.createSymbolicLink(scratch.resolve("one"), PROGRAM);
    Path linkToLink = Files.createSymbolicLink(scratch.resolve("two"), link);
    Path bin = Files.createSymbolicLink(scratch.resolve("bin"), TREE.resolve("usr/bin"));

    assertThat(List.of(linkToLink, Path.of("./two"), bin.resolve("container-snap")))
        .allSatisfy(
            path ->
                assertThat(ExternalCommand.of(path, "--version").in(scratch).run().text())
                    .startsWith("container-snap "));
    assertThat(ExternalCommand.of("../bin/container-snap", "--version").in(TREE.resolve("usr/lib")))
        .satisfies(command -> assertThat(command.run().text()).startsWith("container-snap "));
  }

  @Test
  void arguments_arrive_as_they_were_given() {
    String odd = "a b\t*\"$HOME' -- ü";

    CommandOutput output =
        ExternalCommand.of(PROGRAM, "--root", scratch, "get-root", odd).runAnyStatus();

    assertThat(output.succeeded()).isFalse();
    assertThat(output.standardError()).contains(odd);
    assertThat(output.standardOutput()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"sh", "bash", "env -u PWD sh", "env -u PWD bash"})
  void it_starts_in_a_directory_that_has_been_deleted(String shell) throws IOException {
    Path gone = Files.createDirectory(scratch.resolve("gone"));

    CommandOutput output =
        ExternalCommand.of(
                "sh",
                "-c",
                "cd \"$1\" && rmdir \"$1\" && exec %s -c '\"$0\" --version' \"$2\""
                    .formatted(shell))
            .with("sh", gone, PROGRAM)
            .runAnyStatus();

    assertThat(output.text()).as(output.standardError()).startsWith("container-snap ");
    assertThat(output.succeeded()).isTrue();
  }

  @Test
  void a_verb_prints_its_answer_alone_whatever_the_environment_holds() throws IOException {
    Path root = systemWithDeployment();

    CommandOutput output =
        getRoot(PROGRAM, root)
            .withEnvironment("JAVA_TOOL_OPTIONS", "-Xlog:all -XX:NoSuchOption")
            .withEnvironment("JDK_JAVA_OPTIONS", "-cp /nowhere")
            .withEnvironment("JAVA_HOME", "/nowhere")
            .withEnvironment("LC_ALL", "POSIX")
            .run();

    assertThat(output.text()).isEqualTo(root + "/@var/lib/container-snap/deployments/" + ID + "/");
    assertThat(output.standardError()).isEmpty();
  }

  @Test
  void a_lookup_does_without_the_parser_and_has_all_its_classes_from_its_cache()
      throws IOException {
    Path root = systemWithDeployment();
    String loaded =
        ExternalCommand.of(
                HOME.resolve("runtime/bin/java"),
                "-Xlog:class+load",
                "-XX:+UseSerialGC",
                "-XX:AOTCache=" + HOME.resolve("lookups.aot"),
                "-jar",
                HOME.resolve("lib/container-snap.jar"),
                "--root",
                root,
                "get-root",
                ID)
            .run()
            .text();

    assertThat(loaded.lines()).filteredOn(line -> line.contains(" picocli.CommandLine ")).isEmpty();
    assertThat(loaded.lines())
        .filteredOn(line -> line.contains(" io.github.containersnap.") && !line.contains("$$"))
        .isNotEmpty()
        .allMatch(line -> line.endsWith("source: shared objects file"));
  }

  @Test
  void the_classes_come_from_the_cache() {
    String loaded =
        ExternalCommand.of(
                HOME.resolve("runtime/bin/java"),
                "-Xlog:class+load",
                "-XX:+UseSerialGC",
                "-XX:AOTCache=" + HOME.resolve("container-snap.aot"),
                "-jar",
                HOME.resolve("lib/container-snap.jar"),
                "--version")
            .run()
            .text();

    assertThat(loaded)
        .contains("picocli.CommandLine source: shared objects file")
        .contains("io.github.containersnap.cli.ContainerSnap source: shared objects file");
  }

  @Test
  void a_cache_that_is_missing_or_damaged_or_cut_short_only_costs_time() throws IOException {
    Path root = systemWithDeployment();
    String expected = getRoot(PROGRAM, root).run().text();
    Path copy = scratch.resolve("copy");
    ExternalCommand.of("cp", "-a", TREE, copy).run();
    Path program = copy.resolve("usr/bin/container-snap");
    Path cache = copy.resolve(CACHE);
    byte[] whole = Files.readAllBytes(cache);

    Files.write(cache, List.of("this is no cache"));
    assertAnswersSilently(program, root, expected);
    Files.write(cache, Arrays.copyOf(whole, whole.length / 2));
    assertAnswersSilently(program, root, expected);
    Files.delete(cache);
    assertAnswersSilently(program, root, expected);
  }

  /** It would be for the processor of the build, and one that lacks an instruction dies of it. */
  @ParameterizedTest
  @ValueSource(strings = {"container-snap.aot", "lookups.aot"})
  void a_cache_holds_no_machine_code(String cache) {
    Path home = TREE.resolve("usr/lib/container-snap");
    CommandOutput output =
        ExternalCommand.of(
                home.resolve("runtime/bin/java"),
                "-XX:AOTMode=on",
                "-XX:AOTCache=" + home.resolve(cache),
                "-XX:+UseSerialGC",
                "-Xlog:aot+codecache*=info",
                "-jar",
                home.resolve("lib/container-snap.jar"),
                "--version")
            .run();
    assertThat(output.text()).contains("AOT Code Cache is empty").doesNotContain("Loaded");
  }

  @Test
  void a_cache_of_other_jars_only_costs_time() throws IOException {
    Path root = systemWithDeployment();
    String expected = getRoot(PROGRAM, root).run().text();
    Path copy = scratch.resolve("copy");
    ExternalCommand.of("cp", "-a", TREE, copy).run();

    Files.delete(copy.resolve("usr/lib/container-snap/lib/jspecify-1.0.1.jar"));

    assertAnswersSilently(copy.resolve("usr/bin/container-snap"), root, expected);
  }

  private static void assertAnswersSilently(Path program, Path root, String expected) {
    CommandOutput output = getRoot(program, root).run();
    assertThat(output.text()).isEqualTo(expected);
    assertThat(output.standardError()).isEmpty();
  }

  @Test
  void systemd_finds_no_fault_in_the_units() throws IOException {
    Path units = Files.createDirectory(scratch.resolve("units"));
    for (Path unit : files(TREE.resolve("usr/lib/systemd/system"))) {
      if (unit.toString().matches(".*\\.(service|timer)") && !Files.isSymbolicLink(unit)) {
        // systemd wants to see the program that a unit starts.
        String text = Files.readString(unit).replace("/usr/bin/container-snap", PROGRAM.toString());
        Files.writeString(units.resolve(unit.getFileName().toString()), text);
      }
    }
    List<Path> all = files(units);
    assertThat(all).isNotEmpty();

    CommandOutput output =
        ExternalCommand.of("systemd-analyze", "verify", "--man=no")
            .with(all.toArray())
            .runAnyStatus();

    assertThat(output.standardError()).doesNotContain("container-snap");
    assertThat(output.succeeded()).as(output.standardError()).isTrue();
  }

  @Test
  void links_among_the_units_lead_somewhere() throws IOException {
    assertThat(files(TREE.resolve("usr/lib/systemd")))
        .allSatisfy(path -> assertThat(path).exists());
  }

  @Test
  void every_file_carries_the_time_of_the_sources() throws IOException {
    assertThat(files(TREE))
        .extracting(path -> Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS).toString())
        .containsOnly("2026-01-01T00:00:00Z");
  }

  @Test
  void the_packages_hold_the_tree() throws IOException {
    List<String> inTree =
        files(TREE).stream().map(path -> "/" + TREE.relativize(path)).sorted().toList();

    assertThat(ExternalCommand.of("dpkg-deb", "--fsys-tarfile", packageNamed(".deb")))
        .satisfies(
            deb ->
                assertThat(
                        ExternalCommand.of("sh", "-c", deb.commandLine() + " | tar -t")
                            .run()
                            .lines())
                    .containsAll(inTree.stream().map(path -> "." + path).toList()));
    assertThat(ExternalCommand.of("rpm", "-qlp", packageNamed(".rpm")).run().lines())
        .containsAll(
            inTree.stream()
                .map(path -> path.replace("/zsh/vendor-completions/", "/zsh/site-functions/"))
                .toList());
  }

  private static Path packageNamed(String suffix) throws IOException {
    try (Stream<Path> target = Files.list(Path.of("target"))) {
      List<Path> found = target.filter(path -> path.toString().endsWith(suffix)).toList();
      assertThat(found).hasSize(1);
      return found.getFirst();
    }
  }

  private static List<Path> files(Path tree) throws IOException {
    try (Stream<Path> all = Files.walk(tree)) {
      return all.filter(path -> !Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)).toList();
    }
  }

  private Path systemWithDeployment() throws IOException {
    Path root = scratch.resolve("system");
    Files.createDirectories(root.resolve("@var/lib/container-snap/deployments/" + ID));
    return root;
  }

  private static ExternalCommand getRoot(Path program, Path root) {
    return ExternalCommand.of(program, "--root", root, "get-root", ID);
  }
}
