package io.github.containersnap.engine.diff;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * {@code rpmdb.sqlite} has the table Packages of a database that rpm 4.18 made, copied by SQLite
 * 3.40 into pages of 512 bytes, so that it has interior pages and every header overflows:
 *
 * <pre>
 * rpm --root R --dbpath /usr/lib/sysimage/rpm --initdb     # and -i --justdb of 16 empty packages
 * sqlite3 rpmdb.sqlite "pragma page_size=512; attach 'R/usr/lib/sysimage/rpm/rpmdb.sqlite' as d;
 *   create table 'Packages' (hnum INTEGER PRIMARY KEY AUTOINCREMENT,blob BLOB NOT NULL);
 *   insert into Packages select * from d.Packages"
 * </pre>
 */
class RpmDatabaseTest {
  private static final int PAGE = 512;

  private static byte[] database;
  private static List<InstalledPackage> packages;

  @BeforeAll
  static void read() throws IOException {
    try (InputStream in = RpmDatabaseTest.class.getResourceAsStream("rpmdb.sqlite")) {
      database = Objects.requireNonNull(in).readAllBytes();
    }
    packages = new ArrayList<>();
    packages.add(new InstalledPackage("bash", "noarch", "5.2.15-1"));
    packages.add(new InstalledPackage("kernel", "noarch", "6.10.2-100"));
    packages.add(new InstalledPackage("kernel", "noarch", "6.9.1-100"));
    IntStream.rangeClosed(1, 12)
        .forEach(
            i -> packages.add(new InstalledPackage("lib-" + i, "noarch", "1.%d-2".formatted(i))));
    packages.add(new InstalledPackage("tool", "noarch", "1:2.0~rc1-3.fc40"));
  }

  private static PackageReading of(byte[] content) {
    return RpmDatabase.of("/rpmdb.sqlite", content);
  }

  @Test
  void what_rpm_wrote_is_read() {
    PackageReading reading = of(database);
    assertThat(reading.warning()).isEmpty();
    assertThat(reading.packages()).containsExactlyInAnyOrderElementsOf(packages);
  }

  @Test
  void a_database_that_ends_early_is_a_warning_and_the_rest_is_read() {
    for (int length = 0; length < database.length; length += 37) {
      PackageReading reading = of(Arrays.copyOf(database, length));
      assertThat(reading.warning()).as("%d bytes", length).isPresent();
      assertThat(packages).containsAll(reading.packages());
    }
    assertThat(of(Arrays.copyOf(database, database.length - PAGE)).packages())
        .hasSizeGreaterThan(12);
    assertThat(of(new byte[0]).warning())
        .contains("/rpmdb.sqlite: it is not a database of SQLite 3. The rest is shown.");
  }

  /** A pointer that leads to a page for the second time, a length that is absurd, … */
  @Test
  void whatever_a_byte_is_changed_to_the_reader_ends() {
    for (int at = 0; at < database.length; at++) {
      for (int value : new int[] {0, 1, 0x7f, 0xff}) {
        byte[] changed = database.clone();
        changed[at] = (byte) value;
        assertThat(of(changed).packages()).hasSizeLessThanOrEqualTo(packages.size());
      }
    }
  }

  @Test
  void a_page_that_is_overwritten_is_named_and_costs_only_what_is_on_it() {
    byte[] changed = database.clone();
    int last = database.length / PAGE;
    Arrays.fill(changed, (last - 1) * PAGE, last * PAGE, (byte) 0xee);
    PackageReading reading = of(changed);
    assertThat(reading.warning()).get().asString().startsWith("/rpmdb.sqlite: page ");
    assertThat(reading.packages()).hasSizeGreaterThan(12);
  }

  @Test
  void a_name_that_rpm_would_not_build_is_left_out() {
    byte[] changed = database.clone();
    byte[] name = "lib-7\0".getBytes(StandardCharsets.US_ASCII);
    long found =
        IntStream.range(0, changed.length - name.length)
            .filter(at -> Arrays.equals(changed, at, at + name.length, name, 0, name.length))
            .peek(at -> changed[at] = 0x1b)
            .count();
    assertThat(found).isPositive();
    PackageReading reading = of(changed);
    assertThat(reading.packages()).extracting(InstalledPackage::name).doesNotContain("lib-7");
    assertThat(reading.packages()).hasSize(packages.size() - 1);
    assertThat(reading.warning())
        .contains("/rpmdb.sqlite: 1 headers of packages are malformed. The rest is shown.");
  }

  @Test
  void versions_are_ordered_as_rpm_orders_them() {
    RpmVersionOrder order = new RpmVersionOrder();
    // In each line from old to new; "=" is between spellings of one version.
    Stream.of(
            "1.0~rc1-1 1.0~rc2-1 1.0-1 1.0^git1-1 1.0.1-1 1.1-1 1.10-1 1:0.1-1",
            "1.0a-1 1.0b-1 1.0.1-1 1.1-1",
            "a-1 b-1 1-1 2-1",
            "1.0-1 1.0-1.fc40 1.0-2 1.0-10",
            "5.2.15-1=5_2_15-1=0:5.2.015-1 5.2.16-1",
            "1~~-1 1~-1 1-1 1^-1 1.a-1=1a-1")
        .forEach(
            line -> {
              List<String> groups = List.of(line.split(" "));
              for (int i = 0; i < groups.size(); i++) {
                for (int k = 0; k < groups.size(); k++) {
                  for (String one : groups.get(i).split("=", -1)) {
                    for (String other : groups.get(k).split("=", -1)) {
                      assertThat(Integer.signum(order.compare(one, other)))
                          .as("%s and %s", one, other)
                          .isEqualTo(Integer.compare(i, k));
                    }
                  }
                }
              }
            });
  }
}
