package io.github.containersnap.engine.bootable;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.adapter.linux.LinuxFiles;
import io.github.containersnap.engine.model.ImageId;
import io.github.containersnap.engine.model.SealedRoot;
import io.github.containersnap.tree.TreeScan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A boot check over what {@link LiveTree} sees comes to what one over every file comes to. */
class LiveTreeTest {
  private static final ImageId IMAGE = new ImageId("a".repeat(64));

  @TempDir private Path root;

  @BeforeEach
  void a_system_that_boots() throws IOException {
    write("usr/lib/modules/6.1/vmlinuz");
    write("usr/lib/modules/6.1/initramfs.img");
    write("usr/lib/modules/6.1/modules.dep");
    write("usr/lib/systemd/systemd").toFile().setExecutable(true);
    write("usr/lib/os-release");
    Files.createDirectories(root.resolve("etc"));
    for (String mountPoint : BootableCheck.MOUNT_POINTS) {
      Files.createDirectories(root.resolve(mountPoint));
    }
    link("etc/os-release", "../usr/lib/os-release");
    link("lib", "usr/lib");
    link("sbin", "usr/sbin");
    Files.createDirectories(root.resolve("usr/sbin"));
    link("usr/sbin/init", "/lib/systemd/systemd");
  }

  private Path write(String path) throws IOException {
    Path file = root.resolve(path);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, path);
  }

  private void link(String path, String target) throws IOException {
    Files.createDirectories(root.resolve(path).getParent());
    Files.createSymbolicLink(root.resolve(path), Path.of(target));
  }

  private String verdict() {
    String live = verdict(new LiveTree(new LinuxFiles(), root));
    assertThat(live).isEqualTo(verdict(BootTree.of(TreeScan.of(root))));
    return live;
  }

  private static String verdict(BootTree tree) {
    try {
      return BootableCheck.require(IMAGE, tree).toString();
    } catch (UnbootableImageException e) {
      return e.getMessage();
    }
  }

  @Test
  void a_kernel_among_its_modules_is_seen() {
    assertThat(verdict()).contains("kernel=usr/lib/modules/6.1/vmlinuz");
  }

  @Test
  void a_newer_kernel_in_boot_is_seen_through_links() throws IOException {
    write("usr/lib/modules/6.12/modules.dep");
    write("usr/share/kernels/new");
    link("boot/vmlinuz-6.12", "/usr/share/kernels/new");
    link("boot/initrd.img-6.12", "initrd-real");
    write("boot/initrd-real");
    assertThat(verdict())
        .contains("version=6.12", "kernel=usr/share/kernels/new", "initrd=boot/initrd-real");
  }

  @Test
  void links_never_lead_out_of_the_deployment() throws IOException {
    write("usr/lib/modules/6.12/modules.dep");
    link("boot/vmlinuz-6.12", "../../../../../../../../bin/sh");
    link("boot/initrd.img-6.12", "initrd.img-6.12");
    assertThat(verdict()).contains("version=6.1,");
  }

  @Test
  void a_directory_that_is_a_link_is_none_even_if_what_it_leads_to_has_all() throws IOException {
    Files.move(root.resolve("usr"), root.resolve("real"));
    link("usr", "real");
    assertThat(verdict()).contains("its /usr is not a directory; its /usr/lib is not a directory");
  }

  @Test
  void what_is_missing_is_missed() throws IOException {
    Files.delete(root.resolve("usr/lib/modules/6.1/initramfs.img"));
    Files.delete(root.resolve("usr/lib/systemd/systemd"));
    Files.delete(root.resolve("usr/lib/os-release"));
    assertThat(verdict()).contains("its initrd is missing", "no init", "no os-release");
  }

  @Test
  void what_is_empty_or_no_file_is_told() throws IOException {
    Files.writeString(root.resolve("usr/lib/modules/6.1/vmlinuz"), "");
    Files.delete(root.resolve("usr/lib/modules/6.1/initramfs.img"));
    Files.createDirectory(root.resolve("usr/lib/modules/6.1/initramfs.img"));
    assertThat(verdict()).contains("is an empty file", "is not a file");
  }

  @Test
  void the_files_of_the_engine_s_own_in_a_deployment_do_not_matter() throws IOException {
    write(SealedRoot.OWN_DIRECTORY + "/deployment.json");
    assertThat(BootableCheck.require(IMAGE, new LiveTree(new LinuxFiles(), root)).version())
        .isEqualTo("6.1");
  }
}
