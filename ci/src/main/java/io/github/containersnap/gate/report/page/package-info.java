/**
 * {@code index.html}: the result of a check as a page for people. A view of {@code result.json} and
 * of nothing else.
 */
@NullMarked
package io.github.containersnap.gate.report.page;

import org.jspecify.annotations.NullMarked;
