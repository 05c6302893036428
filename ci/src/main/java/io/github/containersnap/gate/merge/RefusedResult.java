package io.github.containersnap.gate.merge;

import java.nio.file.Path;

/**
 * A file that is not counted: no state has a verdict by it.
 *
 * @param file the file
 * @param why the part of a sentence that says why
 */
record RefusedResult(Path file, String why) {
  String inWords() {
    return "%s is not counted: %s.".formatted(file, why);
  }
}
