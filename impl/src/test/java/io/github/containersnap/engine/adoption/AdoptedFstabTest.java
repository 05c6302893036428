package io.github.containersnap.engine.adoption;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.engine.adoption.AdoptedFstab.Var;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AdoptedFstabTest {
  private static final String UUID = "12345678-0000-4000-8000-000000000000";

  private static String adopted(String text, String... shared) {
    return new AdoptedFstab(text).adopted(UUID, List.of(shared));
  }

  @Test
  void of_debian_the_root_loses_its_subvolume_and_the_shared_directories_are_mounted() {
    assertThat(
            adopted(
                """
                # / was on /dev/sda2 during installation
                UUID=%1$s /               btrfs   defaults,subvol=@rootfs 0       0
                UUID=ABCD-1234  /boot/efi       vfat    umask=0077      0       1
                """
                    .formatted(UUID),
                "home",
                "srv"))
        .isEqualTo(
            """
            # / was on /dev/sda2 during installation
            UUID=%1$s /               btrfs   defaults 0       0
            UUID=ABCD-1234  /boot/efi       vfat    umask=0077      0       1
            UUID=%1$s /var btrfs subvol=@var 0 0
            UUID=%1$s /home btrfs subvol=@home 0 0
            UUID=%1$s /srv btrfs subvol=@srv 0 0
            tmpfs /tmp tmpfs mode=1777,nosuid,nodev 0 0
            """
                .formatted(UUID));
  }

  @Test
  void of_opensuse_only_var_changes() {
    String text =
        """
        UUID=%1$s  /  btrfs  defaults  0  0
        UUID=%1$s  /var  btrfs  subvol=/@/var,x-initrd.mount,noatime  0  0
        UUID=%1$s  /home  btrfs  subvol=/@/home  0  0
        tmpfs /tmp tmpfs size=1G 0 0
        """
            .formatted(UUID);
    assertThat(adopted(text))
        .isEqualTo(
            text.replace(
                "subvol=/@/var,x-initrd.mount,noatime", "x-initrd.mount,noatime,subvol=@var"));
  }

  @Test
  void a_number_of_a_subvolume_goes_too_and_options_never_become_nothing() {
    assertThat(adopted("LABEL=x / btrfs subvolid=256,subvol=/@ 0 0\n"))
        .startsWith("LABEL=x / btrfs defaults 0 0\n");
  }

  @Test
  void lines_that_are_no_entries_and_bytes_that_are_no_text_stay() {
    String text = "\n#x\nonly two\n/dev/sdb1 /mnt/\u00ff ext4 ro\n";
    assertThat(adopted(text)).startsWith(text);
    assertThat(adopted("/dev/sdb1 /mnt ext4 ro")).startsWith("/dev/sdb1 /mnt ext4 ro\n");
  }

  @Test
  void an_entry_without_options_gets_them() {
    assertThat(adopted("/dev/sda2 /var btrfs\n/dev/sda2 / btrfs \n"))
        .startsWith("/dev/sda2 /var btrfs subvol=@var\n/dev/sda2 / btrfs defaults\n");
  }

  /** The second byte of the letter is a line terminator to Java, and none to libmount. */
  @Test
  void an_entry_may_have_any_letters_behind_it() {
    String city = new String("\u00c5rhus".getBytes(UTF_8), ISO_8859_1);
    assertThat(adopted("LABEL=x / btrfs subvol=@x 0 0 # " + city + "\n"))
        .startsWith("LABEL=x / btrfs defaults 0 0 # " + city + "\n");
    assertThat(adopted("# a\rb /mnt ext4 ro\n")).startsWith("# a\rb /mnt ext4 ro\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          UUID=12345678-0000-4000-8000-000000000000 /var btrfs subvol=/@/var 0 0 | @/var
          /dev/sda2 /var btrfs rw,subvol=@var/ 0 0                               | @var
          UUID=00000000-0000-4000-8000-000000000000 /var btrfs subvol=@var 0 0   | elsewhere
          /dev/sdb1 /var ext4 defaults 0 2                                       | elsewhere
          /dev/sda2 /var btrfs subvolid=258 0 0                                  | numbered
          /dev/sda2 /var/log btrfs subvol=@log 0 0                               | in the root
          """)
  void it_tells_where_var_is(String line, String where) {
    String found =
        switch (new AdoptedFstab(line + "\n").var(UUID)) {
          case Var.Subvolume(String path) -> path;
          case Var.Elsewhere _ -> "elsewhere";
          case Var.Numbered _ -> "numbered";
          case Var.InRoot _ -> "in the root";
        };
    assertThat(found).isEqualTo(where);
  }
}
