package io.github.containersnap.engine.bootable;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** What an fstab says of the root that it lies in. */
class FstabTest {
  @Test
  void it_names_the_directories_that_the_root_must_have_at_boot() {
    Fstab fstab =
        Fstab.of(
            """
            # comment
            a / btrfs defaults 0 0
            a /var btrfs subvol=@var 0 0
            a /var/log btrfs subvol=@log 0 0
            b /boot/efi vfat umask=0077 0 1
            c /opt/ ext4
            d /mnt ext4 noauto,ro 0 0
            e none swap sw 0 0
            f /srv/www ext4 defaults
            g /data/../etc ext4 defaults
            h /with\\040blank ext4 defaults
            i /boot/efi vfat ro
            half-a-line
            """);

    assertThat(fstab.directoriesOfTheRoot()).containsExactly("var", "boot/efi", "opt");
    assertThat(fstab.mounts("/var/log")).isTrue();
    assertThat(fstab.mounts("/opt")).as("in exactly these letters").isFalse();
  }
}
