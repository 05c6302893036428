package io.github.containersnap.etc;

import static org.assertj.core.api.Assertions.assertThat;

import io.github.containersnap.fuzz.KeptInputs;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Any bytes as account files. Nothing is refused: whatever a host or an image has there is merged.
 * The merge gives no two names one number that neither side had given both; an entry that only the
 * host changed stays as it is there; a second merge changes nothing; a table is read again from the
 * text it is written as.
 *
 * <p>An input is the text of files, each after a line such as {@code @passwd local}.
 */
final class AccountFilesFuzzTest {
  public static void fuzzerTestOneInput(byte[] input) {
    Map<AccountFile, AccountVersions> versions =
        versions(new String(input, StandardCharsets.ISO_8859_1));
    Map<AccountFile, AccountText> merged = texts(versions);
    Map<AccountFile, AccountVersions> onceMore = new EnumMap<>(AccountFile.class);
    versions.forEach(
        (file, three) -> {
          assertReadAgain(file, three.local());
          assertReadAgain(file, three.offered());
          AccountTable local = AccountTable.read(file, three.local());
          AccountTable offered = AccountTable.read(file, three.offered());
          AccountTable result = AccountTable.read(file, merged(merged, file));
          assertNumbers(result, local, offered);
          if (file.primary().isEmpty()) {
            assertLocalChanges(result, AccountTable.read(file, three.came()), local, offered);
          }
          onceMore.put(
              file, new AccountVersions(three.offered(), merged(merged, file), three.offered()));
        });
    texts(onceMore)
        .forEach(
            (file, text) ->
                assertThat(text.characters())
                    .as("a second merge of " + file)
                    .isEqualTo(merged(merged, file).characters()));
  }

  private static Map<AccountFile, AccountVersions> versions(String input) {
    Map<AccountFile, AccountVersions> versions = new EnumMap<>(AccountFile.class);
    for (String section : input.split("(?:^|\n)@", -1)) {
      int end = section.indexOf('\n');
      String[] title = section.substring(0, Math.max(end, 0)).split(" ", -1);
      Optional<AccountFile> file = AccountFile.at(title[0]);
      if (file.isPresent() && title.length == 2) {
        AccountVersions before =
            versions.getOrDefault(
                file.get(),
                new AccountVersions(AccountText.EMPTY, AccountText.EMPTY, AccountText.EMPTY));
        versions.put(
            file.get(), with(before, title[1], new AccountText(section.substring(end + 1))));
      }
    }
    return versions;
  }

  private static AccountVersions with(AccountVersions before, String version, AccountText text) {
    return switch (version.toLowerCase(Locale.ROOT)) {
      case "came" -> new AccountVersions(text, before.local(), before.offered());
      case "local" -> new AccountVersions(before.came(), text, before.offered());
      default -> new AccountVersions(before.came(), before.local(), text);
    };
  }

  private static Map<AccountFile, AccountText> texts(Map<AccountFile, AccountVersions> versions) {
    Map<AccountFile, AccountText> texts = new EnumMap<>(AccountFile.class);
    AccountDatabaseMerge.of(versions)
        .contents()
        .forEach(
            (file, content) -> {
              AccountVersions three = Objects.requireNonNull(versions.get(file));
              texts.put(
                  file,
                  switch (content) {
                    case MergedEntry.Content.Offered _ -> three.offered();
                    case MergedEntry.Content.Local _ -> three.local();
                    case MergedEntry.Content.Merged(AccountText text) -> text;
                  });
            });
    return texts;
  }

  private static AccountText merged(Map<AccountFile, AccountText> merged, AccountFile file) {
    return Objects.requireNonNull(merged.get(file));
  }

  private static void assertReadAgain(AccountFile file, AccountText text) {
    AccountTable table = AccountTable.read(file, text);
    assertThat(table.text()).isEqualTo(text);
    AccountTable again =
        AccountTable.read(file, AccountTable.of(file, table.entries(), table.malformed()).text());
    assertThat(again.entries()).isEqualTo(table.entries());
    assertThat(again.malformed()).isEqualTo(table.malformed());
  }

  private static void assertNumbers(AccountTable result, AccountTable local, AccountTable offered) {
    List<AccountEntry> entries = List.copyOf(result.entries().values());
    for (int i = 0; i < entries.size(); i++) {
      for (int j = 0; j < i; j++) {
        AccountEntry one = entries.get(i);
        AccountEntry other = entries.get(j);
        if (share(Optional.of(one), Optional.of(other))) {
          assertThat(
                  share(local.get(one.name()), local.get(other.name()))
                      || share(offered.get(one.name()), offered.get(other.name())))
              .as("%s and %s have one number", one, other)
              .isTrue();
        }
      }
    }
  }

  private static boolean share(Optional<AccountEntry> one, Optional<AccountEntry> other) {
    return one.isPresent()
        && other.isPresent()
        && one.get().numbers().stream()
            .anyMatch(
                a ->
                    other.get().numbers().stream()
                        .anyMatch(b -> a.first() <= b.last() && b.first() <= a.last()));
  }

  private static void assertLocalChanges(
      AccountTable result, AccountTable came, AccountTable local, AccountTable offered) {
    for (AccountEntry entry : local.entries().values()) {
      Optional<AccountEntry> here = Optional.of(entry);
      Optional<AccountEntry> before = came.get(entry.name());
      if (!here.equals(before) && offered.get(entry.name()).equals(before)) {
        assertThat(result.get(entry.name())).isEqualTo(here);
      }
    }
  }

  @TestFactory
  Stream<DynamicTest> every_kept_input_holds() {
    return KeptInputs.of("AccountFiles", AccountFilesFuzzTest::fuzzerTestOneInput);
  }
}
