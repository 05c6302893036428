package io.github.containersnap.engine.diff;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.adapter.linux.LinuxFiles;
import io.github.containersnap.engine.bootable.LiveTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PackageDatabaseTest {
  private static final InstalledPackage BASH = new InstalledPackage("bash", "amd64", "5.2-1");

  private static final String BASH_PARAGRAPH =
      """
      Package: bash
      Status: install ok installed
      Architecture: amd64
      Version: 5.2-1
      Description: a shell
       Version: 9 is what this line does not say
      """;

  @TempDir private Path root;

  private void write(String path, String text) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    Files.writeString(file, text);
  }

  private PackageDatabase read() {
    return PackageDatabase.in(new LiveTree(new LinuxFiles(), root));
  }

  private List<String> faultOf(String text) throws IOException {
    write("var/lib/dpkg/status", text);
    return read().warnings();
  }

  @Test
  void packages_whose_files_are_there_are_read() throws IOException {
    write(
        "var/lib/dpkg/status",
        BASH_PARAGRAPH
            + """

            Package: gone
            Status: deinstall ok config-files
            Architecture: amd64
            Version: 1

            package: half
            status: install ok half-configured
            version: 1:2-3
            architecture: all


            Package: never
            Status: install ok not-installed
            """);
    assertThat(read())
        .isEqualTo(
            new PackageDatabase(
                Optional.of(PackageDatabase.Format.DPKG),
                List.of(BASH, new InstalledPackage("half", "all", "1:2-3")),
                List.of()));
  }

  @Test
  void the_database_in_usr_is_the_image_s_and_a_link_to_it_is_followed_inside() throws IOException {
    write("usr/lib/sysimage/dpkg/status", BASH_PARAGRAPH);
    write("var/lib/dpkg/status", BASH_PARAGRAPH.replace("bash", "old"));
    assertThat(read().packages()).containsExactly(BASH);
  }

  @Test
  void a_link_out_of_the_system_leads_to_a_place_inside_it() throws IOException {
    write("var/lib/dpkg/other", BASH_PARAGRAPH);
    Files.createSymbolicLink(
        root.resolve("var/lib/dpkg/status"), Path.of("/../../../../../etc/hostname"));
    assertThat(read().format()).isEmpty();
    write("etc/hostname", BASH_PARAGRAPH);
    assertThat(read().packages()).containsExactly(BASH);
  }

  @Test
  void files_of_status_d_have_no_state_and_their_sums_are_no_packages() throws IOException {
    String distroless = "Package: tzdata\nVersion: 2026a-1\nArchitecture: all\n";
    write("var/lib/dpkg/status.d/tzdata", distroless);
    write("var/lib/dpkg/status.d/tzdata.md5sums", "0123  usr/share/zoneinfo/UTC\n");
    write("var/lib/dpkg/status.d/es\u001bcape", distroless);
    assertThat(read().packages()).containsExactly(new InstalledPackage("tzdata", "all", "2026a-1"));
    assertThat(read().warnings())
        .containsExactly("/var/lib/dpkg/status.d has a file that is not named like a package.");
  }

  @Test
  void an_rpm_database_that_is_not_in_sqlite_is_only_noticed() throws IOException {
    write("var/lib/rpm/Packages.db", "RpmP");
    assertThat(read())
        .isEqualTo(
            new PackageDatabase(
                Optional.empty(),
                List.of(),
                List.of(
                    "/var/lib/rpm/Packages.db is not read: only rpm's database in SQLite is.")));
  }

  @Test
  void what_is_malformed_is_one_warning_with_its_line_and_the_rest_is_read() throws IOException {
    String after = "\n" + BASH_PARAGRAPH;
    assertThat(faultOf("Package: a b\nVersion: 1\n" + after))
        .containsExactly(
            "/var/lib/dpkg/status, line 1 begins a package without a usable name. The rest is"
                + " shown.");
    assertThat(read().packages()).containsExactly(BASH);
    assertThat(faultOf(BASH_PARAGRAPH + "\nPackage: c\nrubbish\nVersion:\n\nmore rubbish\n"))
        .containsExactly(
            "/var/lib/dpkg/status, line 9 is not a field, and 3 more. The rest is shown.");
    assertThat(read().packages()).containsExactly(BASH);
    assertThat(faultOf("Package: c\nVersion: 1\nVersion: 2\n" + after).getFirst())
        .contains("line 3 repeats the field version");
    assertThat(faultOf("Package: c\nVersion: 1\u001b[31m\n" + after).getFirst())
        .contains("line 1 begins a package without a usable version");
    assertThat(faultOf("Package: c\nVersion: " + "1".repeat(1000) + "\n" + after)).hasSize(1);
    assertThat(faultOf("\u0000\u00ff".repeat(5000) + "\n" + after)).hasSize(1);
    assertThat(read().packages()).containsExactly(BASH);
  }

  @Test
  void what_is_no_file_is_not_read() throws IOException {
    Files.createDirectories(root.resolve("var/lib/dpkg/status"));
    assertThat(read().format()).isEmpty();
    Files.createDirectories(root.resolve("var/lib/dpkg/status.d/directory"));
    assertThat(read().warnings()).singleElement().asString().contains("status.d/directory is not");
  }
}
