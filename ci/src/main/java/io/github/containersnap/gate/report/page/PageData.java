package io.github.containersnap.gate.report.page;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.github.containersnap.gate.report.ResultJson;
import io.github.containersnap.harness.property.Property;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What the script of the page works with: the result without what would make the page large. The
 * exact words of violations are kept for as many states as there is room for; of the others the
 * page says the fault, without ids and numbers.
 *
 * @param texts the sentences that {@code words} refers to
 * @param words what was seen in each state that is violated or unknown, by its address
 * @param wordsLeftOut for how many states there was no room
 * @param properties the titles and claims of the properties
 */
record PageData(
    String verdict,
    ResultJson.Image old,
    @JsonProperty("new") ResultJson.Image newImage,
    @Nullable String updater,
    ResultJson.Log log,
    ResultJson.Selection selection,
    ResultJson.States states,
    List<ResultJson.Fault> faults,
    List<ResultJson.Boot> boots,
    @Nullable CompactMap map,
    List<String> texts,
    Map<String, List<Integer>> words,
    int wordsLeftOut,
    Map<String, List<String>> properties) {
  /** Leaves two thirds of a megabyte for the map. */
  private static final int ROOM_FOR_WORDS = 160_000;

  /** Quotes, colon, comma and brackets of an entry. */
  private static final int FRAME = 8;

  static PageData of(ResultJson result) {
    Words words = new Words();
    result.violations().forEach(each -> words.add(each.address(), seen(each.text())));
    result.unknowns().forEach(each -> words.add(each.address(), each.text()));
    Map<String, List<String>> properties = new LinkedHashMap<>();
    for (Property property : Property.values()) {
      properties.put(property.name(), List.of(property.title(), property.claim()));
    }
    return new PageData(
        result.verdict(),
        result.old(),
        result.newImage(),
        result.updater(),
        result.log(),
        result.selection(),
        result.states(),
        result.faults(),
        result.boots(),
        result.map() == null ? null : CompactMap.of(result.map()),
        List.copyOf(words.numbers.keySet()),
        words.of,
        words.leftOut.size(),
        properties);
  }

  /** The text of a violation begins with the moment, which the page says by itself. */
  private static String seen(String text) {
    int end = text.startsWith("power lost ") ? text.indexOf(": ") : -1;
    return end < 0 ? text : text.substring(end + 2);
  }

  private static final class Words {
    private final Map<String, Integer> numbers = new LinkedHashMap<>();
    private final Map<String, List<Integer>> of = new LinkedHashMap<>();
    private final Map<String, Boolean> leftOut = new LinkedHashMap<>();
    private int room = ROOM_FOR_WORDS;

    void add(String address, String text) {
      int needed = address.length() + FRAME + (numbers.containsKey(text) ? 0 : text.length());
      if (needed > room || leftOut.containsKey(address)) {
        leftOut.put(address, true);
        of.remove(address);
        return;
      }
      room -= needed;
      int number = numbers.computeIfAbsent(text, _ -> numbers.size());
      of.computeIfAbsent(address, _ -> new ArrayList<>()).add(number);
    }
  }
}
