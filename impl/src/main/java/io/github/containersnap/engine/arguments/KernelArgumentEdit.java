package io.github.containersnap.engine.arguments;

import io.github.containersnap.engine.bootable.KernelArguments;
import io.github.containersnap.engine.bootable.KernelArguments.Argument;
import io.github.containersnap.engine.bootable.OwnKernelArguments;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What a person wants changed of the kernel arguments. Deletions come first, then replacements,
 * then additions.
 *
 * @param deletions arguments, whole or up to their equals sign
 * @param replacements each KEY=NEW, in place of the one argument with that key
 * @param additions arguments, whole; one that the kernel is told already is not added
 */
public record KernelArgumentEdit(
    List<String> deletions, List<String> replacements, List<String> additions) {
  public KernelArgumentEdit {
    deletions = List.copyOf(deletions);
    replacements = List.copyOf(replacements);
    additions = List.copyOf(additions);
  }

  /** Whether there is nothing to change. */
  public boolean isEmpty() {
    return deletions.isEmpty() && replacements.isEmpty() && additions.isEmpty();
  }

  /**
   * The arguments of kargs after the change. A pure function.
   *
   * @param reading what the deployment's kernel is told now, by all files
   * @param own what of that kargs has added
   * @throws RefusedArgumentException if the change cannot be made
   */
  public OwnKernelArguments appliedTo(KernelArguments.Reading reading, OwnKernelArguments own) {
    List<Argument> others =
        reading.told().stream()
            .filter(argument -> !argument.file().equals(Optional.of("/" + OwnKernelArguments.FILE)))
            .toList();
    List<String> words = new ArrayList<>(own.words());
    deletions.forEach(word -> words.remove(found(word, words, others)));
    replacements.forEach(word -> replace(word, words, others));
    for (String word : additions) {
      requireUsable(word);
      if (!words.contains(word) && others.stream().noneMatch(it -> it.word().equals(word))) {
        words.add(word);
      }
    }
    if (!words.equals(own.words())) {
      requireRoom(words, others);
    }
    return new OwnKernelArguments(words);
  }

  private static void replace(String word, List<String> words, List<Argument> others) {
    requireUsable(word);
    String key = Argument.key(word);
    if (key.equals(word)) {
      throw RefusedArgumentException.noReplacement(word);
    }
    words.set(words.indexOf(withKey(key, words, others)), word);
  }

  /** The word of kargs that a person names whole, or else up to its equals sign. */
  private static String found(String name, List<String> words, List<Argument> others) {
    if (words.contains(name)) {
      return name;
    }
    if (others.stream().anyMatch(it -> it.word().equals(name))) {
      throw RefusedArgumentException.ofAnotherFile(first(others, it -> it.word().equals(name)));
    }
    return withKey(name, words, others);
  }

  private static String withKey(String key, List<String> words, List<Argument> others) {
    List<String> found = words.stream().filter(it -> Argument.key(it).equals(key)).toList();
    if (found.size() > 1) {
      throw RefusedArgumentException.several(key, found);
    }
    if (found.size() == 1) {
      return found.getFirst();
    }
    Predicate<Argument> hasKey = it -> Argument.key(it.word()).equals(key);
    if (others.stream().anyMatch(hasKey)) {
      throw RefusedArgumentException.ofAnotherFile(first(others, hasKey));
    }
    throw RefusedArgumentException.unknown(key);
  }

  private static Argument first(List<Argument> arguments, Predicate<Argument> wanted) {
    return arguments.stream().filter(wanted).findFirst().orElseThrow();
  }

  private static void requireUsable(String word) {
    KernelArguments.objection(word)
        .ifPresent(
            why -> {
              throw RefusedArgumentException.objection(word, why);
            });
  }

  /** What has no room is left out without being missed, and it might be another file's. */
  private void requireRoom(List<String> words, List<Argument> others) {
    int length =
        words.stream().mapToInt(Argument::length).sum()
            + others.stream().map(Argument::word).mapToInt(Argument::length).sum();
    boolean adds = !(replacements.isEmpty() && additions.isEmpty());
    if (adds && length > KernelArguments.ROOM) {
      throw RefusedArgumentException.noRoom(length);
    }
  }
}
