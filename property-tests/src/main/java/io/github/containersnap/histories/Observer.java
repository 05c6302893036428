package io.github.containersnap.histories;

import io.github.containersnap.engine.BootEntry;
import io.github.containersnap.engine.BootMenu;
import io.github.containersnap.engine.DamagedStateException;
import io.github.containersnap.engine.DeploymentId;
import io.github.containersnap.engine.Progress;
import io.github.containersnap.histories.Reference.Deployed;
import io.github.containersnap.histories.Reference.Grade;
import io.github.containersnap.histories.Reference.Known;
import io.github.containersnap.histories.Reference.Menu;
import io.github.containersnap.properties.BootPlan;
import io.github.containersnap.properties.Property;
import io.github.containersnap.properties.Reader;
import io.github.containersnap.properties.Violation;
import io.github.containersnap.simulation.DiskView;
import io.github.containersnap.simulation.EtcFile;
import java.time.Instant;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Compares what is on a machine with what must be known of it. */
final class Observer {
  private final World world;
  private String lastText = "";
  private Optional<BootMenu> lastMenu = Optional.empty();

  Observer(World world) {
    this.world = world;
  }

  /** The boot menu, as the engine without any fault reads it. */
  Optional<BootMenu> bootMenu() {
    String text = world.view().menuText();
    if (!text.equals(lastText)) {
      lastMenu = readBootMenu();
      lastText = text;
    }
    return lastMenu;
  }

  /** Whether the boot menu is one at all. */
  private Optional<Violation> damagedMenu() {
    try {
      bootMenu();
      return Optional.empty();
    } catch (DamagedStateException damage) {
      return violated(Property.P1, "the boot menu cannot be read: " + damage.getMessage());
    }
  }

  private Optional<BootMenu> readBootMenu() {
    return world.seenBy(world.startSecond(), Progress.NONE).ports().bootloader().menu();
  }

  static Menu menu(BootMenu menu) {
    return new Menu(
        menu.byDefault().deployment(),
        Grade.of(menu.byDefault().standing()),
        menu.fallback().map(BootEntry::deployment),
        menu.fallback().map(BootEntry::standing).map(Grade::of));
  }

  /**
   * Where the machine differs from {@code must}.
   *
   * @param kept of its deployments, those that must be there; the others may be
   * @param reported whether a command said that it is so
   */
  Optional<Violation> difference(Known must, Set<DeploymentId> kept, boolean reported) {
    Optional<Violation> damage = damagedMenu();
    if (damage.isPresent()) {
      return damage;
    }
    Optional<Menu> menu = bootMenu().map(Observer::menu);
    if (!menu.equals(must.menu())) {
      return violated(
          reported ? Property.P2 : Property.P1,
          "the boot menu says: %s. It should say: %s"
              .formatted(inWords(menu), inWords(must.menu())));
    }
    DiskView view = world.view();
    Set<DeploymentId> there = view.deployments();
    for (DeploymentId id : kept) {
      if (!there.contains(id)) {
        boolean boots = must.byDefault().filter(id::equals).isPresent();
        return violated(
            boots ? Property.P1 : Property.P4, "deployment %s is gone".formatted(id.shortForm()));
      }
    }
    for (DeploymentId id : there) {
      Deployed deployed = must.deployments().get(id);
      if (deployed == null) {
        return violated(
            Property.P6, "there is a deployment %s, of nothing".formatted(id.shortForm()));
      }
      Optional<Violation> inIt = difference(view, id, deployed, must);
      if (inIt.isPresent()) {
        return inIt;
      }
    }
    if (!view.pins().equals(must.pins())) {
      return violated(Property.P4, "pinned are %s, not %s".formatted(view.pins(), must.pins()));
    }
    if (!view.data().equals(must.data())) {
      return violated(Property.P4, "in /var is %s, not %s".formatted(view.data(), must.data()));
    }
    return Optional.empty();
  }

  private static Optional<Violation> difference(
      DiskView view, DeploymentId id, Deployed deployed, Known must) {
    Optional<String> ofImage = view.differenceFromImage(id);
    if (ofImage.isPresent()) {
      return violated(
          Property.P1,
          "deployment %s is not its image: %s".formatted(id.shortForm(), ofImage.get()));
    }
    if (view.isReadOnly(id) != deployed.readOnly()) {
      return violated(
          Property.P1,
          "deployment %s is %s"
              .formatted(id.shortForm(), deployed.readOnly() ? "writable" : "read-only"));
    }
    Map<String, EtcFile> etc = view.etc(id).orElse(Map.of());
    if (!etc.equals(deployed.etc())) {
      Set<Map.Entry<String, EtcFile>> wrong = new HashSet<>(etc.entrySet());
      wrong.removeAll(deployed.etc().entrySet());
      Set<Map.Entry<String, EtcFile>> missing = new HashSet<>(deployed.etc().entrySet());
      missing.removeAll(etc.entrySet());
      return violated(
          must.current().filter(id::equals).isPresent() ? Property.P4 : Property.P5,
          "in the /etc of %s is %s where there should be %s"
              .formatted(id.shortForm(), oneLine(wrong), oneLine(missing)));
    }
    return Optional.empty();
  }

  private static String oneLine(Set<Map.Entry<String, EtcFile>> files) {
    return files.isEmpty() ? "nothing" : files.toString().replace("\n", "\\n");
  }

  /** What nothing should have left lying. */
  Optional<Violation> leftovers() {
    Set<String> leftovers = world.view().leftovers();
    return leftovers.isEmpty()
        ? Optional.empty()
        : violated(Property.P6, "left lying is /" + String.join(", /", leftovers));
  }

  /** The deployments that must be there now if a prune was undisturbed. */
  static Set<DeploymentId> retained(Known known, Instant now) {
    return Reference.retained(known, now);
  }

  static String inWords(Optional<Menu> menu) {
    return menu.map(Observer::inWords).orElse("nothing");
  }

  private static String inWords(Menu menu) {
    return "%s (%s)%s"
        .formatted(
            menu.byDefault().shortForm(),
            inWords(menu.grade()),
            menu.fallback()
                .map(
                    id ->
                        ", else %s (%s)"
                            .formatted(id.shortForm(), inWords(menu.fallbackGrade().orElseThrow())))
                .orElse(""));
  }

  private static String inWords(Grade grade) {
    return grade.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
  }

  private static Optional<Violation> violated(Property property, String text) {
    return Optional.of(new Violation(property, text));
  }

  /** Where boot loader and kernel see different menus, or kernel and root of an entry are apart. */
  Optional<Violation> menuAtBoot() {
    Optional<Violation> damage = damagedMenu();
    if (damage.isPresent()) {
      return damage;
    }
    BootPlan byBootLoader = world.firmware().plan(Reader.BOOT_LOADER);
    BootPlan byKernel = world.firmware().plan(Reader.KERNEL);
    if (!byBootLoader.equals(byKernel)) {
      return violated(
          Property.P3,
          "the boot loader starts %s, and to the kernel the default is %s"
              .formatted(inWords(byBootLoader.at(1)), inWords(byKernel.at(1))));
    }
    return byBootLoader.all().stream()
        .filter(BootPlan.Entry.class::isInstance)
        .map(BootPlan.Entry.class::cast)
        .filter(
            it ->
                !it.kernel().startsWith(it.subvolume() + "/")
                    || !it.initrd().startsWith(it.subvolume() + "/")
                    || !it.subvolume().endsWith("/" + it.entry()))
        .findFirst()
        .map(
            it ->
                new Violation(
                    Property.P1,
                    "the entry of %s starts '/%s' and '/%s' with the root /%s"
                        .formatted(it.entry(), it.kernel(), it.initrd(), it.subvolume())));
  }

  private static String inWords(BootPlan.Start start) {
    return switch (start) {
      case BootPlan.Entry entry ->
          DeploymentId.read(entry.entry()).map(DeploymentId::shortForm).orElse(entry.entry());
      case BootPlan.Stuck stuck -> "nothing (%s)".formatted(stuck.why());
    };
  }
}
