package io.github.containersnap.harness.boots;

import io.github.containersnap.adapter.linux.BtrfsProgs;
import io.github.containersnap.adapter.linux.LinuxFiles;
import io.github.containersnap.command.ExternalCommand;
import io.github.containersnap.engine.model.DeploymentId;
import io.github.containersnap.engine.model.DeploymentLayout;
import io.github.containersnap.harness.grub.EngineMenus;
import io.github.containersnap.harness.grub.EngineMenus.Menu;
import io.github.containersnap.harness.grub.EnvironmentBlock;
import io.github.containersnap.harness.grub.GrubMachine;
import io.github.containersnap.harness.view.BootPlan;
import io.github.containersnap.loopback.disk.SystemDisk;
import io.github.containersnap.oci.OciLayout;
import io.github.containersnap.oci.tar.TarEntry;
import io.github.containersnap.oci.tar.TarReader;
import io.github.containersnap.vm.images.ImageInLayout;
import io.github.containersnap.vm.images.SmallPair;
import io.github.containersnap.vm.machine.MachineDisk;
import io.github.containersnap.vm.machine.MachinePlan;
import io.github.containersnap.vm.machine.VirtualMachine;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A disk with a boot menu, started by GRUB in a virtual machine and by the interpreter.
 *
 * <p>Both deployments hold a real kernel and an initrd without an init. The kernel prints its
 * command line, and whether it has an initrd; finds no root, for which it lacks the driver; and
 * starts the machine again. So one machine shows boot after boot, and nothing but GRUB writes to
 * the disk.
 */
final class GrubBench implements AutoCloseable {
  private static final long DISK_BYTES = 400L << 20;
  private static final String MODULES = "usr/lib/modules/6.1/";
  private static final int LARGEST_MENU = 64 * 1024;
  private static final Duration ONE_BOOT = Duration.ofMinutes(3);
  private static final Pattern STARTED = Pattern.compile("\\] Command line: (.*)");
  private static final Pattern HAS_INITRD = Pattern.compile("\\] RAMDISK: \\[mem ");
  private static final Pattern ENDED = Pattern.compile("Kernel panic - not syncing");
  private static final Pattern PROMPT = Pattern.compile("grub> ");

  /**
   * What became of some boots in a row.
   *
   * @param starts for each boot the kernel's command line, and whether it had an initrd
   * @param environment the environment block after them, in hexadecimal
   */
  record Seen(List<String> starts, String environment) {}

  private final MachineRoom room;
  private final SystemDisk disk;
  private final byte[] kernel;
  private Optional<byte[]> environment = GrubMachine.emptyEnvironment();
  private Optional<OnDisk> onDisk = Optional.empty();

  /** The disk as GRUB sees it: all of it is committed. */
  private record OnDisk(String uuid, String menu, Set<String> files, Set<String> kernels)
      implements GrubMachine.SystemFilesystem {
    @Override
    public Optional<byte[]> read(String path) {
      return path.equals(GrubMachine.MENU)
          ? Optional.of(menu.getBytes(StandardCharsets.UTF_8))
          : Optional.empty();
    }

    @Override
    public boolean isKernel(String path) {
      return kernels.contains(path);
    }

    @Override
    public boolean exists(String path) {
      return files.contains(path);
    }
  }

  GrubBench(MachineRoom room) {
    this.room = room;
    this.disk = SystemDisk.create(room.newDisk(), DISK_BYTES);
    this.kernel = kernel(new SmallPair(room.cache(), _ -> {}).make().oldImage());
  }

  private static byte[] kernel(ImageInLayout image) {
    Path layout = image.layoutDirectory();
    String digest = OciLayout.open(layout).image(image.tag()).layers().getFirst().digest();
    Path layer = layout.resolve("blobs").resolve(digest.replace(':', '/'));
    try (InputStream in = Files.newInputStream(layer)) {
      TarReader archive = new TarReader(in);
      for (Optional<TarEntry> it = archive.next(); it.isPresent(); it = archive.next()) {
        if (it.get().name().endsWith("/vmlinuz")) {
          return archive.content().readAllBytes();
        }
      }
      throw new IllegalStateException("the small image has no kernel");
    } catch (IOException e) {
      throw new UncheckedIOException("cannot read the small system's layer " + layer, e);
    }
  }

  /**
   * Has the shipped code write a menu to the disk, for two whole deployments, of which nothing has
   * been counted yet.
   *
   * @param damage what then happens to the disk
   */
  void use(Menu menu, Consumer<DeploymentLayout> damage) {
    onDisk = Optional.of(room.on(disk, top -> prepare(new DeploymentLayout(top), menu, damage)));
    environment(GrubMachine.emptyEnvironment().orElseThrow());
  }

  private OnDisk prepare(DeploymentLayout layout, Menu menu, Consumer<DeploymentLayout> damage) {
    BtrfsProgs btrfs = new BtrfsProgs();
    LinuxFiles files = new LinuxFiles();
    for (String shared : List.of("home", "root", "srv")) { // another menu's
      if (btrfs.isSubvolume(layout.shared(shared))) {
        btrfs.deleteSubvolume(layout.shared(shared));
      }
    }
    for (DeploymentId id : List.of(EngineMenus.NEW, EngineMenus.OLD)) {
      files.deleteTree(layout.deployment(id));
      files.createDirectories(layout.deployment(id).resolve(MODULES));
      files.write(file(layout, id, "vmlinuz"), kernel);
      files.write(file(layout, id, "initramfs.img"), emptyArchive());
    }
    menu.write(layout, btrfs, files);
    damage.accept(layout);
    btrfs.commit(layout.system());
    return look(layout, files);
  }

  /** An archive of cpio's new format that ends at once. */
  private static byte[] emptyArchive() {
    String header = "070701" + "0".repeat(8 * 4) + "00000001" + "0".repeat(8 * 6) + "0000000B";
    String name = "TRAILER!!!\0";
    String whole = header + "0".repeat(8) + name;
    return Arrays.copyOf(whole.getBytes(StandardCharsets.US_ASCII), 512);
  }

  private OnDisk look(DeploymentLayout layout, LinuxFiles files) {
    Set<String> found = new HashSet<>();
    Set<String> kernels = new HashSet<>();
    for (DeploymentId id : List.of(EngineMenus.NEW, EngineMenus.OLD)) {
      for (String name : List.of("vmlinuz", "initramfs.img")) {
        Path file = file(layout, id, name);
        String path = "/" + layout.system().relativize(file);
        if (files.exists(file)) {
          found.add(path);
        }
        if (name.equals("vmlinuz") && files.exists(file) && file.toFile().length() > 0) {
          kernels.add(path);
        }
      }
    }
    String menu = files.read(layout.bootMenu(), LARGEST_MENU).orElseThrow();
    return new OnDisk(disk.filesystemUuid().toString(), menu, found, kernels);
  }

  private static Path file(DeploymentLayout layout, DeploymentId id, String name) {
    return layout.deployment(id).resolve(MODULES + name);
  }

  static void delete(DeploymentLayout layout, DeploymentId id, String name) {
    try {
      Files.delete(file(layout, id, name));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static void empty(DeploymentLayout layout, DeploymentId id, String name) {
    try {
      Files.write(file(layout, id, name), new byte[0]);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Leaves the menu's text up to a place. */
  static void cut(DeploymentLayout layout, ToIntFunction<String> place) {
    try {
      String text = Files.readString(layout.bootMenu());
      Files.writeString(layout.bootMenu(), text.substring(0, place.applyAsInt(text)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** So many boots of the menu's trial have been counted. */
  void saved(Menu menu, int boots) {
    Map<String, String> variables = new LinkedHashMap<>();
    variables.put("container_snap_trial", menu.trial());
    variables.put("container_snap_boots", String.valueOf(boots));
    environment(EnvironmentBlock.empty().with(variables).content().orElseThrow());
  }

  /** Replaces GRUB's environment block. */
  void environment(byte[] content) {
    environment = Optional.of(content);
    Path file = room.workspace().file(room.workspace().uniqueName("grubenv"));
    try {
      Files.write(file, content);
      onEsp("mcopy", "-o", file, "::/EFI/BOOT/grubenv");
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Deletes GRUB's environment block. */
  void withoutEnvironment() {
    environment = Optional.empty();
    onEsp("mdel", "::/EFI/BOOT/grubenv");
  }

  private byte[] onEsp(String program, Object... arguments) {
    return ExternalCommand.of(program, "-i", disk.image() + "@@" + disk.espOffset())
        .with(arguments)
        .withEnvironment("MTOOLS_SKIP_CHECK", "1")
        .run()
        .standardOutput();
  }

  /** What the interpreter says of the next boots. */
  Seen interpreted(int boots) {
    GrubMachine machine = new GrubMachine(onDisk.orElseThrow(), environment);
    List<String> starts = new ArrayList<>();
    for (int boot = 0; boot < boots; boot++) {
      starts.add(
          switch (machine.powerOn()) {
            case BootPlan.Entry entry -> inWords(entry);
            case BootPlan.Stuck stuck -> stuck.toString();
          });
    }
    return new Seen(starts, inHex(machine.environment()));
  }

  /** What the interpreter says of the next boot, in words. */
  String interpretedStart() {
    return interpreted(1).starts().getFirst();
  }

  private static String inWords(BootPlan.Entry entry) {
    return "BOOT_IMAGE=/%s %s; %s"
        .formatted(
            entry.kernel(), String.join(" ", entry.arguments()), initrd(!entry.initrd().isEmpty()));
  }

  private static String initrd(boolean there) {
    return there ? "with an initrd" : "without an initrd";
  }

  private static String inHex(Optional<byte[]> content) {
    return content.map(HexFormat.of()::formatHex).orElse("none");
  }

  /** What GRUB does at the next boots. */
  Seen real(int boots) {
    List<String> starts = new ArrayList<>();
    try (VirtualMachine machine = start()) {
      int place = 0;
      for (int boot = 0; boot < boots; boot++) {
        int end = machine.console().awaitAfter(place, ENDED, ONE_BOOT, "a kernel starts, and ends");
        starts.add(inWords(machine.console().text().substring(place, end)));
        place = end;
      }
      machine.cutPower();
    }
    return new Seen(
        starts,
        environment.isEmpty() ? "none" : inHex(Optional.of(onEsp("mtype", "::/EFI/BOOT/grubenv"))));
  }

  private VirtualMachine start() {
    return VirtualMachine.start(
        room.engine(), MachinePlan.booting(new MachineDisk.Written(disk.image())));
  }

  /** The kernel prints its command line again once its console is there. */
  private static String inWords(String console) {
    Matcher started = STARTED.matcher(console);
    if (!started.find()) {
      throw new IllegalStateException("no kernel printed its command line:\n" + console);
    }
    return started.group(1).strip() + "; " + initrd(HAS_INITRD.matcher(console).find());
  }

  /** GRUB has nothing to start, and starts nothing. */
  void assertStaysAtItsPrompt() {
    try (VirtualMachine machine = start()) {
      machine.console().await(PROMPT, ONE_BOOT, "GRUB's prompt");
      if (machine.console().shows(STARTED)) {
        throw new AssertionError("GRUB started a kernel");
      }
    }
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(disk.image());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
