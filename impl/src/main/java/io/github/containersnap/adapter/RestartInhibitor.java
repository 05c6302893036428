package io.github.containersnap.adapter;

import com.fasterxml.jackson.databind.JsonNode;
import io.github.containersnap.base.Json;
import io.github.containersnap.command.PrintableText;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A lock that somebody holds at logind so that the system stays up (systemd-inhibit(1), mode {@code
 * block}).
 *
 * @param who holds it, in words of its own
 * @param why in words of its own
 */
record RestartInhibitor(String who, String why) {
  /** The fields of an inhibitor as logind lists them, up to the last that is read here. */
  private static final int FIELDS = 4;

  /**
   * Those that logind lists.
   *
   * @param answer of {@code busctl --json=short call} to ListInhibitors: an array of arguments, the
   *     first of them an array of structures (what, who, why, mode, uid, pid)
   * @throws io.github.containersnap.base.UnreadableJsonException if it is not JSON
   */
  static List<RestartInhibitor> in(String answer) {
    List<RestartInhibitor> found = new ArrayList<>();
    for (JsonNode it : Json.tree(answer).path("data").path(0)) {
      List<String> what = Arrays.asList(it.path(0).asText().split(":", -1));
      if (it.size() >= FIELDS
          && what.contains("shutdown")
          && it.path(FIELDS - 1).asText().equals("block")) {
        found.add(new RestartInhibitor(it.path(1).asText(), it.path(2).asText()));
      }
    }
    return found;
  }

  /** Who and why, on one line; anybody on the machine can have chosen the words. */
  String inWords() {
    return PrintableText.onOneLine("%s (%s)".formatted(who, why));
  }
}
