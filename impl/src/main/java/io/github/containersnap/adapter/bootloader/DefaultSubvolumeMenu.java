package io.github.containersnap.adapter.bootloader;

import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.github.containersnap.engine.model.BootEntry;
import io.github.containersnap.engine.model.BootFiles;
import io.github.containersnap.engine.model.BootMenu;
import io.github.containersnap.engine.model.DamagedStateException;
import io.github.containersnap.engine.model.DeploymentId;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Boot menus as the JSON in which {@link DefaultSubvolume} keeps them: the newest, and the one
 * before it.
 *
 * @param menus the newest first
 * @param before the default subvolume that was there before the first menu, while that is not known
 *     to be in force; as a path from the top level
 */
record DefaultSubvolumeMenu(List<BootMenu> menus, Optional<String> before) {
  static final DefaultSubvolumeMenu NONE = new DefaultSubvolumeMenu(List.of(), Optional.empty());

  /** Written only while it is needed: earlier versions read the rest. */
  private static final String BEFORE = "before";

  private static final JsonMapper MAPPER =
      JsonMapper.builder()
          .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
          .defaultSetterInfo(JsonSetter.Value.construct(Nulls.FAIL, Nulls.FAIL))
          .build();

  private record Document(int schema, List<Menu> menus) {}

  /** The default first, then the fallback, if there is one. */
  private record Menu(List<Entry> entries) {}

  private record Entry(
      String deployment,
      String version,
      String kernel,
      String initrd,
      List<String> arguments,
      String title,
      String standing) {}

  /**
   * @throws DamagedStateException if {@code text}, read from {@code file}, is none
   */
  static DefaultSubvolumeMenu read(Path file, String text) {
    try {
      if (!(MAPPER.readTree(text) instanceof ObjectNode tree)) {
        throw new DamagedStateException(file, "it does not hold boot menus as JSON");
      }
      Optional<String> before = Optional.ofNullable(tree.remove(BEFORE)).map(JsonNode::asText);
      Document document = MAPPER.treeToValue(tree, Document.class);
      return new DefaultSubvolumeMenu(
          document.menus().stream().map(menu -> menu(file, menu)).toList(), before);
    } catch (JsonProcessingException e) {
      throw new DamagedStateException(file, "it does not hold boot menus as JSON");
    }
  }

  private static BootMenu menu(Path file, Menu menu) {
    List<BootEntry> entries = menu.entries().stream().map(it -> entry(file, it)).toList();
    if (entries.isEmpty()) {
      throw new DamagedStateException(file, "a menu has no entry");
    }
    return new BootMenu(entries.getFirst(), entries.stream().skip(1).findFirst());
  }

  private static BootEntry entry(Path file, Entry entry) {
    DeploymentId id =
        DeploymentId.read(entry.deployment())
            .orElseThrow(
                () -> new DamagedStateException(file, entry.deployment() + " is no deployment id"));
    return new BootEntry(
        id,
        new BootFiles(entry.version(), entry.kernel(), entry.initrd()),
        entry.arguments(),
        entry.title(),
        TrialStateText.read(entry.standing())
            .orElseThrow(
                () -> new DamagedStateException(file, entry.standing() + " is no standing")));
  }

  String text() {
    List<Menu> all = menus.stream().map(BootMenu::entries).map(DefaultSubvolumeMenu::menu).toList();
    try {
      ObjectNode tree = MAPPER.valueToTree(new Document(1, all));
      before.ifPresent(path -> tree.put(BEFORE, path));
      return MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(tree) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("boot menus cannot be written as JSON", e);
    }
  }

  private static Menu menu(Stream<BootEntry> entries) {
    return new Menu(entries.map(DefaultSubvolumeMenu::entry).toList());
  }

  private static Entry entry(BootEntry entry) {
    return new Entry(
        entry.deployment().toString(),
        entry.files().version(),
        entry.files().kernel(),
        entry.files().initrd(),
        entry.arguments(),
        entry.title(),
        TrialStateText.of(entry.standing()));
  }
}
