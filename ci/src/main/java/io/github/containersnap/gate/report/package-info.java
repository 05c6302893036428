/**
 * The result of a check, and how it is written: JSON, JUnit's XML, a table. No disk is touched
 * here.
 */
@NullMarked
package io.github.containersnap.gate.report;

import org.jspecify.annotations.NullMarked;
