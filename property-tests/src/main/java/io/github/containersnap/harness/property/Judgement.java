package io.github.containersnap.harness.property;

import io.github.containersnap.harness.view.SystemView;
import java.util.List;

/** Decides one property. */
public interface Judgement {
  /** Where {@code view} breaks the property; empty if it holds. */
  List<Violation> judge(SystemView view, Expected expected);
}
