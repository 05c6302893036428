package io.github.containersnap.harness.property;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.etc.AccountFile;
import io.github.containersnap.etc.AccountText;
import io.github.containersnap.etc.AccountVersions;
import io.github.containersnap.etc.EtcAction;
import io.github.containersnap.etc.EtcMergePlan;
import io.github.containersnap.tree.FileKind;
import io.github.containersnap.tree.TreeEntry;
import io.github.containersnap.tree.TreeManifest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * P4 and P5 of /etc: over drawn images and drawn changes of the machine's owner, the engine plans
 * the /etc that the judge's rule demands. The rule ({@link ExpectedEtc}) shares nothing with the
 * engine's merge.
 */
class EtcRuleProperties {
  private static final List<String> FILES =
      List.of(
          "application.conf",
          "conf.d/0",
          "conf.d/1",
          "issue",
          "machine-id",
          "ld.so.cache",
          "passwd-",
          "ssh/ssh_host_ed25519_key",
          "ssh/sshd_config");

  private static final List<Integer> MODES = List.of(0644, 0600, 0755);
  private static final List<Integer> OWNERS = List.of(0, 0, 0, 42);
  private static final String ATTRIBUTE = "user.note";

  /** An image may put something else in its place; nothing in it says which machine this is. */
  private static final String REPLACED = "conf.d";

  private static final List<String> DIRECTORIES = List.of(REPLACED, "ssh");

  /** The three trees and texts of an update, drawn from a seed. */
  private static final class Drawn {
    private final Random random;

    Drawn(long seed) {
      this.random = new Random(seed);
    }

    private <T> T one(List<T> of) {
      return of.get(random.nextInt(of.size()));
    }

    private boolean in(int hundred) {
      return random.nextInt(100) < hundred;
    }

    private LocalChange.Attributes attributes() {
      TreeMap<String, String> extended = new TreeMap<>();
      if (in(20)) {
        extended.put(ATTRIBUTE, one(List.of("00", "01")));
      }
      return new LocalChange.Attributes(one(MODES), one(OWNERS), one(OWNERS), extended);
    }

    /**
     * An image's /etc: another one's with some files changed, added or dropped.
     *
     * @param links which files may become symbolic links
     */
    ChangedTree image(ChangedTree like, String accounts, Predicate<String> links) {
      List<LocalChange> changes = new ArrayList<>();
      for (String file : FILES) {
        if (!hasDirectoryOf(like, file)) {
          continue;
        }
        boolean there = like.get(file).isPresent();
        if (there && in(15)) {
          changes.add(new LocalChange.Delete(file));
        } else if (links.test(file) && in(20)) {
          changes.add(new LocalChange.MakeSymlink(file, "of-the-image"));
        } else if (in(there ? 40 : 60)) {
          changes.add(new LocalChange.WriteFile(file, one(List.of("1", "2", "3")), attributes()));
        }
      }
      for (String directory : DIRECTORIES) {
        if (in(10)) {
          changes.add(new LocalChange.Delete(directory));
        } else if (directory.equals(REPLACED) && in(15)) {
          changes.add(new LocalChange.MakeSymlink(directory, "of-the-image"));
        }
      }
      ChangedTree files = like.with(changes);
      return withAccounts(files, accounts);
    }

    private static boolean hasDirectoryOf(ChangedTree tree, String file) {
      int slash = file.lastIndexOf('/');
      return slash < 0
          || tree.get(file.substring(0, slash))
              .filter(it -> it.kind() == FileKind.DIRECTORY)
              .isPresent();
    }

    private ChangedTree withAccounts(ChangedTree tree, String accounts) {
      Map<String, String> texts = accountTexts(accounts);
      List<LocalChange> changes = new ArrayList<>();
      texts.forEach(
          (file, text) ->
              changes.add(
                  new LocalChange.WriteFile(file, text, LocalChange.Attributes.ofRoot(0644))));
      return ChangedTree.of(tree.with(changes).manifest(), texts);
    }

    /** An image's own accounts: root, and further ones by the letters of a word. */
    private static Map<String, String> accountTexts(String names) {
      StringBuilder passwd = new StringBuilder("root:x:0:0:root:/root:/bin/sh\n");
      StringBuilder group = new StringBuilder("root:x:0:\n");
      StringBuilder shadow = new StringBuilder("root:*:1::::::\n");
      for (int i = 0; i < names.length(); i++) {
        char name = names.charAt(i);
        int id = name;
        passwd.append("%s:x:%d:%d::/:/bin/false%n".formatted(name, id, id));
        group.append("%s:x:%d:%n".formatted(name, id));
        shadow.append("%s:!:1::::::%n".formatted(name));
      }
      return Map.of(
          "passwd", passwd.toString(), "group", group.toString(), "shadow", shadow.toString());
    }

    /** What the owner did: at most one change to each file. */
    List<LocalChange> changes(ChangedTree came) {
      List<LocalChange> changes = new ArrayList<>();
      for (String file : FILES) {
        if (file.equals("ld.so.cache")) {
          // ldconfig(8) writes it again; nobody removes it.
          came.get(file).ifPresent(_ -> changes.add(new LocalChange.EditFile(file, "mine")));
        } else if (hasDirectoryOf(came, file) && in(50)) {
          changes.add(came.get(file).isPresent() ? toThatThere(file) : toNothing(file));
        }
      }
      if (in(50)) {
        changes.add(new LocalChange.SetEntry("passwd", "me:x:1000:1000::/home/me:/bin/sh"));
        changes.add(new LocalChange.SetEntry("group", "me:x:1000:"));
        changes.add(new LocalChange.SetEntry("shadow", "me:$6$mine:1::::::"));
        if (in(50)) {
          changes.add(new LocalChange.JoinGroup("group", "root", "me"));
        }
      }
      if (in(50)) {
        changes.add(new LocalChange.SetEntry("shadow", "root:$6$own:1::::::"));
      }
      return changes;
    }

    private LocalChange toThatThere(String file) {
      return switch (random.nextInt(6)) {
        case 0 -> new LocalChange.EditFile(file, "mine");
        case 1 -> new LocalChange.SetMode(file, 0640);
        case 2 -> new LocalChange.SetOwner(file, 7, 8);
        case 3 -> new LocalChange.SetAttribute(file, ATTRIBUTE, "ff");
        case 4 -> new LocalChange.MakeSymlink(file, "elsewhere");
        default -> new LocalChange.Delete(file);
      };
    }

    private LocalChange toNothing(String file) {
      return in(30)
          ? new LocalChange.MakeSymlink(file, "elsewhere")
          : new LocalChange.WriteFile(file, "mine", attributes());
    }
  }

  @Property(tries = 1000, seed = "15")
  void the_engine_plans_the_etc_that_the_rule_demands(@ForAll long seed) {
    Drawn drawn = new Drawn(seed);
    List<LocalChange> directories = new ArrayList<>();
    directories.add(new LocalChange.MakeDirectory("", LocalChange.Attributes.ofRoot(0755)));
    for (String directory : DIRECTORIES) {
      directories.add(
          new LocalChange.MakeDirectory(directory, LocalChange.Attributes.ofRoot(0755)));
    }
    ChangedTree empty = ChangedTree.of(TreeManifest.empty(), Map.of()).with(directories);
    ChangedTree came = drawn.image(empty, drawn.one(List.of("", "a", "ab")), _ -> false);
    List<LocalChange> changes = drawn.changes(came);
    Set<String> changed = changes.stream().map(LocalChange::path).collect(Collectors.toSet());
    ChangedTree offered =
        drawn.image(came, drawn.one(List.of("", "a", "abc")), file -> !changed.contains(file));
    ExpectedEtc rule = new ExpectedEtc(came, changes);

    EtcMergePlan plan =
        EtcMergePlan.of(
            came.manifest(),
            rule.local().manifest(),
            offered.manifest(),
            accounts(came, rule.local(), offered));

    TreeManifest demanded = withoutLinks(rule.updatedTo(offered).manifest());
    assertThat(withoutLinks(plan.result()).differencesFrom(demanded))
        .as("planned after %s", rule.changes())
        .isEmpty();
    assertThat(
            withoutLinks(executed(plan.actions(), rule.local(), offered)).differencesFrom(demanded))
        .as("come to by %s", plan.actions())
        .isEmpty();
  }

  private static Map<AccountFile, AccountVersions> accounts(
      ChangedTree came, ChangedTree local, ChangedTree offered) {
    Map<AccountFile, AccountVersions> accounts = new EnumMap<>(AccountFile.class);
    for (AccountFile file : List.of(AccountFile.PASSWD, AccountFile.GROUP, AccountFile.SHADOW)) {
      accounts.put(
          file, new AccountVersions(text(came, file), text(local, file), text(offered, file)));
    }
    return accounts;
  }

  private static AccountText text(ChangedTree tree, AccountFile file) {
    return AccountText.of(tree.textAt(file.path()).orElseThrow().getBytes(StandardCharsets.UTF_8));
  }

  /** What the actions make of the image's /etc. */
  private static TreeManifest executed(
      List<EtcAction> actions, ChangedTree local, ChangedTree offered) {
    Map<String, TreeEntry> tree = new TreeMap<>(offered.manifest().entries());
    for (EtcAction action : actions) {
      String path = action.path();
      switch (action) {
        case EtcAction.Remove _ ->
            tree.keySet().removeIf(it -> it.equals(path) || it.startsWith(path + "/"));
        case EtcAction.MakeDirectory make -> place(tree, path, make.wanted());
        case EtcAction.Copy copy ->
            place(
                tree,
                path,
                (copy.side() == EtcAction.Side.LOCAL ? local : offered).get(path).orElseThrow());
        case EtcAction.HardLink link ->
            place(tree, path, Optional.ofNullable(tree.get(link.existing())).orElseThrow());
        case EtcAction.WriteAccounts write -> place(tree, path, written(write));
        case EtcAction.SetAttributes set -> {
          assertThat(tree).containsKey(path);
          tree.put(path, set.wanted());
        }
      }
    }
    return TreeManifest.of(tree);
  }

  private static void place(Map<String, TreeEntry> tree, String path, TreeEntry entry) {
    assertThat(tree).as("nothing is in the way").doesNotContainKey(path);
    tree.put(path, entry);
  }

  private static TreeEntry written(EtcAction.WriteAccounts write) {
    LocalChange.Attributes attributes =
        new LocalChange.Attributes(
            write.wanted().mode(),
            write.wanted().uid(),
            write.wanted().gid(),
            write.wanted().extendedAttributes());
    String text = new String(write.text().bytes(), StandardCharsets.UTF_8);
    return ChangedTree.of(TreeManifest.empty(), Map.of())
        .with(
            List.of(
                new LocalChange.MakeDirectory("", LocalChange.Attributes.ofRoot(0755)),
                new LocalChange.WriteFile("file", text, attributes)))
        .get("file")
        .orElseThrow();
  }

  private static TreeManifest withoutLinks(TreeManifest tree) {
    Map<String, TreeEntry> entries = new TreeMap<>(tree.entries());
    entries.replaceAll(
        (_, entry) -> entry.kind() == FileKind.FILE ? entry.inHardLinkGroup("") : entry);
    return TreeManifest.of(entries);
  }
}
