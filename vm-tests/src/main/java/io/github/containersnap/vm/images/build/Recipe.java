package io.github.containersnap.vm.images.build;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A Containerfile and the scripts it copies: one directory of {@code vm-tests/images/}, read from
 * the class path.
 *
 * @param name the directory's name
 * @param files file name and content
 */
public record Recipe(String name, Map<String, String> files) {
  static final String CONTAINERFILE = "Containerfile";

  /** The recipe {@code name} with its Containerfile and these scripts. */
  public static Recipe of(String name, String... scripts) {
    List<String> all = new ArrayList<>(List.of(CONTAINERFILE));
    all.addAll(List.of(scripts));
    return ofScripts(name, all.toArray(String[]::new));
  }

  /** The recipe {@code name} of what is not an image: scripts alone. */
  public static Recipe ofScripts(String name, String... scripts) {
    Map<String, String> files = new LinkedHashMap<>();
    for (String script : scripts) {
      files.put(script, read(name, script));
    }
    return new Recipe(name, files);
  }

  private static String read(String recipe, String file) {
    String resource = recipe + "/" + file;
    try (InputStream in = Recipe.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("the image recipe %s was not packaged".formatted(resource));
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All that decides what the recipe makes, for a cache key. */
  public List<String> inputs() {
    List<String> inputs = new ArrayList<>();
    inputs.add(name);
    files.forEach(
        (file, content) -> {
          inputs.add(file);
          inputs.add(content);
        });
    return inputs;
  }

  /** Lays the recipe's files out, for example as a build context. */
  public void layIn(Path context) throws IOException {
    Files.createDirectories(context);
    for (Map.Entry<String, String> file : files.entrySet()) {
      Files.writeString(context.resolve(file.getKey()), file.getValue());
    }
  }
}
